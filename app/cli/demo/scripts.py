"""How a consignment goes through the post: deeds of different people, one after the other.

Each script is a generator of steps. It gets back what a step gave (the reference, the lane) and goes on from there, so
a consignment that chance stops is looked at like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.clearance import operations as clearance
from app.clearance.keys import KeyStore
from app.cli.demo.story import Consignment, Fate
from app.core.actors import Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations import schemas
from app.declarations.commands import Decide, LodgeDeclaration, SaveDraft
from app.flows import approving, deciding, importing, inspecting, lodging, permits
from app.inspections.commands import AddFinding, Conclude
from app.interchange.asycuda.write import write
from app.interchange.reading import codes_of, message_of
from app.reference.queries import codebook

Result = dict[str, Any]
LOOKED_AT = ("yellow", "red")


@dataclass(frozen=True)
class Step:
    """One deed: when, what it is called within its consignment, and what is done. The result is JSON-ready."""

    at: dt.datetime
    name: str
    act: Callable[[Session], Result]


Script = Generator[Step, Result, None]


class Scripts:
    """The scripts, with the people who act in them and the post's keys."""

    def __init__(self, people: Mapping[str, Actor], keys: KeyStore) -> None:
        self._people = people
        self._keys = keys

    def of(self, consignment: Consignment) -> Script:
        """The script that leads to the consignment's fate."""
        return _Telling(consignment, self._people, self._keys).script()


class _Telling:
    def __init__(self, told: Consignment, people: Mapping[str, Actor], keys: KeyStore) -> None:
        self.told, self.people, self.keys, self.random = told, people, keys, told.random
        self.at = told.at
        self.reference = ""
        self.trader = people["trader" if told.declarant == "TJ-510012345" else "trader2"]
        self.officer = people[self.random.choice(("officer", "officer", "officer2"))]
        self.supervisor = people[self.random.choice(("supervisor", "supervisor2"))]

    def script(self) -> Script:
        fate = self.told.fate
        if fate is Fate.DRAFT:
            yield self._step(0, "drafted", self._draft)
            return
        if fate is Fate.IMPORTED_DRAFT:
            yield self._step(0, "imported", self._import)
            return
        lodged = yield self._step(0, "lodged", self._lodge)
        self.reference, lane = str(lodged["reference"]), str(lodged["lane"])
        if lane not in LOOKED_AT:
            yield from self._permit()
        elif fate is Fate.PASSES:
            yield from self._looked_at(lane)
            yield self._decision(6, 25, "release", "Papers and goods agree with the declaration.")
            yield from self._permit()
        else:
            yield from self._ending(fate, lane)

    def _ending(self, fate: Fate, lane: str) -> Script:
        """What happens to those that do not simply pass."""
        if fate is Fate.UNDER_CONTROL:
            yield self._finding(10, 35, lane, 0, conform=True)
        elif fate is Fate.DETAINED:
            yield self._finding(10, 30, lane, 0, conform=False)
            yield self._decision(5, 20, "hold", "Held until the licence is confirmed by the ministry.")
        elif fate is Fate.LOWERING_PROPOSED:
            yield self._proposal(12, 30)
        elif fate is Fate.LOWERED:
            yield from self._lowered()
        elif fate is Fate.CORRECTED:
            yield from self._looked_at(lane, conform=False)
            yield self._decision(10, 40, "release-with-correction", "The quantity is corrected to what was counted.")
            yield from self._permit()
        elif fate in _SENT_AWAY:
            yield from self._looked_at(lane, conform=False)
            decision, reason = _SENT_AWAY[fate]
            yield self._decision(10, 60, decision, reason)

    # --- what people do ------------------------------------------------------------------------------------------

    def _looked_at(self, lane: str, *, conform: bool = True) -> Script:
        """Findings and a conclusion; where goods are opened there is more to find."""
        looks = self.random.choice((2, 3)) if lane == "red" else 1
        for look in range(looks):
            last = look == looks - 1
            yield self._finding(8, 40, lane, look, conform=conform or not last)
        conclusion = "conform" if conform else "offence" if self.told.fate is Fate.SEIZED else "discrepancy"
        summary = (
            "Everything agrees with the declaration." if conform else "What was found differs from what was declared."
        )
        yield self._step(
            self.random.randrange(4, 20),
            "concluded",
            lambda session: self._conclude(session, lane, conclusion, summary),
        )

    def _finding(self, least: int, most: int, lane: str, look: int, *, conform: bool) -> Step:
        control, found = _LOOKS[lane][look % len(_LOOKS[lane])]
        words = found if conform else f"{found} {_DIFFERENCES[self.told.number % len(_DIFFERENCES)]}"
        command = AddFinding(control, conform, words, item=1 if lane == "red" else None)
        return self._step(
            self.random.randrange(least, most), f"finding-{look}", lambda session: self._find(session, lane, command)
        )

    def _decision(self, least: int, most: int, decision: str, reason: str) -> Step:
        command = Decide(self.reference, decision, reason)

        def act(session: Session) -> Result:
            return {"status": deciding.decide(session, command, by=self.officer).status}

        return self._step(self.random.randrange(least, most), decision, act)

    def _proposal(self, least: int, most: int) -> Step:
        reason = "Regular consignee, five clean consignments this quarter; the certificate was shown at the counter."

        def act(session: Session) -> Result:
            _record, proposal = deciding.change_lane(session, self.reference, "green", reason, None, by=self.officer)
            assert proposal is not None
            return {"proposal": str(proposal.id)}

        return self._step(self.random.randrange(least, most), "proposed", act)

    def _lowered(self) -> Script:
        proposed = yield self._proposal(12, 30)
        identifier = UUID(proposed["proposal"])

        def act(session: Session) -> Result:
            approving.approve(session, identifier, "Seen the certificate.", by=self.supervisor)
            return {}

        yield self._step(self.random.randrange(10, 50), "approved", act)
        yield from self._permit()

    def _permit(self) -> Script:
        """Most trucks ask for their permit; some papers get lost, and once in a while one is withdrawn."""
        if self.random.random() > _SHARE_WITH_PERMIT:
            return
        languages = self.random.choices(_LANGUAGES, (60, 18, 14, 8))[0]
        issued = yield self._step(
            self.random.randrange(6, 45), "permit", lambda session: self._issue(session, languages)
        )
        number = str(issued["number"])
        if self.random.random() < _SHARE_WITH_COPY:
            reason = self.random.choice(_COPY_REASONS)
            yield self._step(self.random.randrange(15, 90), "copy", lambda session: self._copy(session, number, reason))
        if self.told.number % _WITHDRAWN_EVERY == 0:
            yield self._step(self.random.randrange(20, 60), "revoked", lambda session: self._revoke(session, number))
            yield self._step(
                self.random.randrange(5, 15), "permit-again", lambda session: self._issue(session, languages)
            )

    # --- the deeds themselves ------------------------------------------------------------------------------------

    def _step(self, minutes: int, name: str, act: Callable[[Session], Result]) -> Step:
        self.at += dt.timedelta(minutes=minutes, seconds=self.random.randrange(60) if minutes else 0)
        return Step(self.at, name, act)

    def _draft(self, session: Session) -> Result:
        command = SaveDraft(self.told.body["post"], self.told.body, party=self.told.declarant)
        return {"reference": declarations.save_draft(session, command, by=self.trader).reference}

    def _import(self, session: Session) -> Result:
        book = codebook(session)
        sad = write(self.told.body)
        message = message_of(
            sad,
            f"{self.told.body['local_reference']}.xml",
            posts=lodging.own_posts(book),
            codes=codes_of(book, now(session).date()),
        )
        return {"reference": importing.keep(session, message, self.told.body["post"], by=self.trader).reference}

    def _lodge(self, session: Session) -> Result:
        lodged = lodging.lodge(session, LodgeDeclaration(schemas.read(self.told.body)), by=self.trader)
        return {"reference": lodged.declaration.reference, "lane": lodged.declaration.lane}

    def _looker(self, lane: str) -> Actor:
        """Papers are an officer's business, goods an inspector's."""
        return self.people["inspector"] if lane == "red" else self.officer

    def _find(self, session: Session, lane: str, command: AddFinding) -> Result:
        inspecting.add_finding(session, self.reference, command, None, by=self._looker(lane))
        return {}

    def _conclude(self, session: Session, lane: str, conclusion: str, summary: str) -> Result:
        inspecting.conclude(session, self.reference, Conclude(conclusion, summary), None, by=self._looker(lane))
        return {}

    def _issue(self, session: Session, languages: tuple[str, str]) -> Result:
        return {
            "number": permits.issue(session, self.reference, languages, self.keys, by=self.supervisor).permit.number
        }

    def _copy(self, session: Session, number: str, reason: str) -> Result:
        return {"copy": permits.print_copy(session, number, (), reason, self.keys, by=self.supervisor).copy}

    def _revoke(self, session: Session, number: str) -> Result:
        clearance.revoke(session, number, "Issued with the plate of another truck.", by=self.supervisor)
        return {}


_SHARE_WITH_PERMIT, _SHARE_WITH_COPY, _WITHDRAWN_EVERY = 0.86, 0.05, 90
_LANGUAGES = (("en", "fa_AF"), ("tg", "fa_AF"), ("ru", "fa_AF"), ("tg", "ps"))
_COPY_REASONS = (
    "The driver lost the original.", "The original was soaked by rain.", "The consignee's bank asked for a copy.",
    "The barrier's scanner could not read the creased code.",
)  # fmt: skip
_SENT_AWAY = {
    Fate.REFUSED: ("refuse", "No import licence, and none applied for."),
    Fate.SEIZED: ("seize", "Undeclared goods hidden among the load; handed over with a protocol."),
    Fate.RETURNED: ("return", "Without a phytosanitary certificate the goods go back."),
}
_LOOKS: dict[str, tuple[tuple[str, str], ...]] = {
    "yellow": (("10", "Invoice, consignment note and certificates compared."),),
    "red": (
        ("41", "Seals and plate compared with the papers."),
        ("40", "Load opened, labels and packing looked at."),
        ("43", "Packages counted at the ramp."),
    ),
}
_DIFFERENCES = (
    "Twelve packages more than declared.",
    "The certificate named is missing.",
    "The marks on some packages are not those of the invoice.",
    "The weighbridge shows 640 kg more than declared.",
)
