"""What the risk analysts set: ceilings, a watch list, a trader who is trusted, a share that waits for another person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.cli.demo import firms
from app.cli.demo.consignments import POST
from app.cli.demo.steps import Act, Result, Script, Step
from app.cli.demo.story import DAYS, ZONE, begin
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.flows import answering, approving, ceilings, code_lists, tallying, trusting
from app.flows.ceilings import SetCeiling
from app.reference import sheets
from app.reference.codebook import Entry
from app.reference.queries import codebook
from app.risk.commands import ProposeTrusted, SetShare
from app.risk.operations import proposing
from app.risk.rules import trust
from app.watchlists import operations as watchlists
from app.watchlists import queries as watched
from app.watchlists.commands import AddEntry, MakeList
from app.watchlists.lifecycle import Kind, Status

_SOURCE = "Made up for the demonstration"
LIST = "ALERT-7"
#: Per cent of a post's consignments.
_CEILINGS = (("blue", "6"), ("yellow", "20"), ("red", "6"))
_KNOWN_DAYS = 7
#: What the shown criteria of a trusted trader are met by.
_EVIDENCE = {
    "records": "Visited on the spot; books of three years read, protocol 41 of this autumn.",
    "standing": "Audited accounts of three years, letter of the tax committee 12-07/318.",
    "security": "Premises and yard looked over with its own officer, protocol 42 of this autumn.",
}


def answer_all(session: Session, subject: UUID, *, by: Actor) -> None:
    """The questions about one consignment, answered before its goods go."""
    for asked in watched.of_subject(session, subject):
        if asked.status == Status.OPEN:
            answering.dismiss(session, asked.id, "Same name, another number in the register of firms.", by=by)


class Workbench:
    """The script of the analysts, from the first morning to the end of the story."""

    def __init__(self, people: Mapping[str, Actor], end: dt.datetime) -> None:
        self.people, self.end, self.begin = people, end, begin(end)
        self.analyst, self.second = people["analyst"], people["analyst2"]

    def script(self) -> Script:
        yield from self._ceilings()
        yield from self._remembered()
        yield Step(self._before(30), "watch-list", self._watch)
        yield Step(self._before(18), "remembered-late", self._tally_all)
        yield from self._trusted()
        yield Step(self._before(2), "share", self._share)
        yield Step(self._before(1), "match", self._judge)

    # --- the first morning ------------------------------------------------------------------------------------------

    def _ceilings(self) -> Script:
        """One proposal of a list waits at a time, so each is approved before the next."""
        for place, (lane, share) in enumerate(_CEILINGS):
            proposed = yield self._early(130 + 4 * place, f"ceiling-{lane}", self._ceiling(lane, share))
            yield self._early(132 + 4 * place, f"ceiling-{lane}-approved", self._listed(proposed))
        proposed = yield self._early(144, "criteria", self._criteria)
        yield self._early(146, "criteria-approved", self._listed(proposed))

    def _ceiling(self, lane: str, share: str) -> Act:
        def act(session: Session) -> Result:
            source = "Made up for the demonstration, from the officers of a shift"
            wish = SetCeiling(POST, lane, Decimal(share), self._day(), source, "What a shift can look at.")
            return {"proposal": str(ceilings.propose(session, wish, by=self.analyst).id)}

        return act

    def _criteria(self, session: Session) -> Result:
        """Nobody is known for two years in a story of two weeks."""
        usual = codebook(session).find("trusted_criterion", "known", self._day())
        if usual is None:
            return {}
        words = {
            "en": "Known for a week or longer (for practice)",
            "tg": "Аз як ҳафта зиёд маълум аст (барои машқ)",
            "ru": "Известен неделю или дольше (для упражнения)",
            "fa_AF": "یک هفته یا بیشتر شناخته شده (برای تمرین)",
            "ps": "یوه اوونۍ یا ډېر پېژندل شوی (د تمرین لپاره)",
        }
        row = Entry("trusted_criterion", "known", self._day(), None, words,
                    {"measure": "known-days", "limit": str(_KNOWN_DAYS)}, _SOURCE)  # fmt: skip
        data = sheets.written("trusted_criterion", [row]).encode()
        reason = "The demonstration has a past of two weeks."
        return {"proposal": str(code_lists.propose(session, "trusted_criterion", data, reason, by=self.analyst).id)}

    def _listed(self, proposed: Result) -> Act:
        def act(session: Session) -> Result:
            if "proposal" in proposed:
                approving.approve(session, UUID(proposed["proposal"]), "Seen.", by=self.people["supervisor"])
            return {}

        return act

    # --- every noon and evening -------------------------------------------------------------------------------------

    def _remembered(self) -> Script:
        """Whoever came is remembered by the next half day, as the due task does it all the time."""
        last = self._before(31)
        for half in range(2 * DAYS):
            at = self.begin + dt.timedelta(hours=7 + 12 * half)
            if at < last:
                yield Step(at, f"remembered-{half}", self._tally_all)

    def _tally_all(self, session: Session) -> Result:
        counted = 0
        while step := tallying.run(session, POST, by=SYSTEM):
            counted += step
        return {"counted": counted}

    # --- the last days ----------------------------------------------------------------------------------------------

    def _watch(self, session: Session) -> Result:
        """Names as another service wrote them; each consignment they may be in is a question to the analysts."""
        names = {"en": "Alert of the regional office", "ru": "Ориентировка регионального управления"}
        reason = "Letter of the regional office, to be answered by the end of the month."
        roles = ("analyst", "supervisor")
        watchlists.make(session, MakeList(LIST, names, _SOURCE, reason, roles), by=self.analyst)
        wanted = (
            (Kind.COMPANY, "Termez Agro Savdo LLC"),
            (Kind.PERSON, "Sharif Qalandarov"),
            (Kind.PLATE, "KBL00000"),
        )
        for kind, name in wanted:
            watchlists.add(session, LIST, AddEntry(kind, name, _SOURCE, reason), by=self.analyst)
        return {"entries": len(wanted)}

    def _trusted(self) -> Script:
        """What is remembered of firms is counted up to now; the first without a finding is proposed and approved."""
        yield Step(self._before(6), "tallied", self._tally_all)
        proposed = yield Step(self._before(5.5), "trusted", self._propose_trusted)
        yield Step(self._before(5), "trusted-approved", self._settled(proposed))

    def _propose_trusted(self, session: Session) -> Result:
        criteria = trust.criteria_of(codebook(session).entries("trusted_criterion", now(session).date()))
        for firm in firms.TRUSTABLE:
            figures = trusting.figures(session, firm.id, by=self.analyst)
            if all(c.is_met(figures) for c in criteria if c.measure):
                last = now(session).date() + dt.timedelta(days=700)
                wish = ProposeTrusted(firm.id, _EVIDENCE, last, "Asked for it in spring; everything was looked at.")
                return {"proposal": str(trusting.propose(session, wish, by=self.analyst).id)}
        return {}

    def _settled(self, proposed: Result) -> Act:
        def act(session: Session) -> Result:
            if "proposal" in proposed:
                approving.approve(session, UUID(proposed["proposal"]), "Read the protocols.", by=self.second)
            return {}

        return act

    def _share(self, session: Session) -> Result:
        wish = SetShare(POST, Decimal("3.00"), "yellow", "Two in a hundred tell too little at a post of this size.")
        return {"proposal": str(proposing.propose_share(session, wish, by=self.analyst).id)}

    def _judge(self, session: Session) -> Result:
        """The oldest question is answered where others stay open."""
        found = watched.matches(session, by=self.second, status="open")
        if len(found) > 1:
            reason = "Same firm, another owner since spring; register of firms looked at."
            answering.dismiss(session, found[0][0].id, reason, by=self.second)
        return {"open": len(found)}

    # --- times ------------------------------------------------------------------------------------------------------

    def _early(self, minutes: int, name: str, act: Act) -> Step:
        return Step(self.begin + dt.timedelta(minutes=minutes), name, act)

    def _before(self, hours: float) -> dt.datetime:
        return self.end - dt.timedelta(hours=hours)

    def _day(self) -> dt.date:
        return self.begin.astimezone(ZONE).date()
