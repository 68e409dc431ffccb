"""How a consignment goes through the post: deeds of different people, one after the other.

Each script is a generator of steps. It gets back what a step gave (the reference, the lane, what is due) and goes on
from there, so a consignment that chance stops is looked at like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from app.clearance.keys import KeyStore
from app.cli.demo.consignments import Kind, out_of_warehouse
from app.cli.demo.deeds import Deeds, part_of, rounded_up
from app.cli.demo.steps import Result, Script, Step, awake
from app.cli.demo.story import ZONE, Consignment, Fate
from app.core.actors import Actor
from app.inspections.commands import AddFinding

LOOKED_AT = ("yellow", "red")
#: A part of a script that tells how it went.
Telling = Generator[Step, Result, bool]


class Scripts:
    """The scripts, with the people who act in them and the post's keys."""

    def __init__(self, people: Mapping[str, Actor], keys: KeyStore) -> None:
        self._people = people
        self._keys = keys

    def of(self, consignment: Consignment) -> Script:
        """The script that leads to the consignment's fate."""
        return _Telling(consignment, Deeds(consignment, self._people, self._keys)).script()


class _Telling:
    def __init__(self, told: Consignment, deeds: Deeds, prefix: str = "") -> None:
        self.told, self.deeds, self.random, self.prefix = told, deeds, told.random, prefix
        self.at = told.at
        #: What the last deed about the declaration told of it: status, lane, what is due.
        self.known: Result = {}

    def script(self) -> Script:
        fate, deeds = self.told.fate, self.deeds
        if fate is Fate.DRAFT:
            yield self._step(0, "drafted", deeds.draft)
            return
        if fate is Fate.IMPORTED_DRAFT:
            yield self._step(0, "imported", deeds.import_)
            return
        yield from self._do(0, "lodged", deeds.lodge)
        deeds.reference = str(self.known["reference"])
        if (yield from self._arrives()) and (yield from self._is_cleared()) and (yield from self._is_paid()):
            yield from self._goes()

    # --- from lodging to clearance ----------------------------------------------------------------------------------

    def _arrives(self) -> Telling:
        """What was announced is there a day later, or not yet, or never."""
        if self.told.fate is Fate.TAKEN_BACK:
            yield from self._do(190, "taken-back", self.deeds.take_back)
        if self.told.fate is Fate.EARLY:
            yield from self._do(self.random.randrange(1_230, 1_560), "presented", self.deeds.present)
        return self.known["status"] not in ("prelodged", "invalidated")

    def _is_cleared(self) -> Telling:
        """Whether nobody needs to look, or whoever looked let it go."""
        lane = str(self.known["lane"])
        if lane not in LOOKED_AT:
            return True
        if self.told.fate in _STAYS:
            yield from _STAYS[self.told.fate](self, lane)
            return False
        if self.told.fate in _SENT_AWAY:
            yield from self._looked_at(lane, conform=False)
            decision, reason = _SENT_AWAY[self.told.fate]
            yield from self._decided(10, 60, decision, reason)
            return False
        before = _BEFORE_RELEASE.get(self.told.fate)
        if before is not None and not (yield from before(self, lane)):
            return False
        if self.told.fate is Fate.LOWERED:
            return (yield from self._lowered())
        yield from self._papers()
        conform = self.told.fate is not Fate.CORRECTED
        yield from self._looked_at(lane, conform=conform)
        if self.told.fate in (Fate.IN_PARTS, Fate.PARTLY_GONE):
            return (yield from self._in_parts())
        decision, reason = _RELEASED if conform else _CORRECTED
        yield from self._decided(6, 25, decision, reason)
        return True

    def _papers(self) -> Script:
        """What the release waits for is handed in."""
        for rule in self.known.get("missing") or ():
            kind = "851" if rule == "controlled.phytosanitary" else "911"
            number = f"{'FC' if kind == '851' else 'IL'}-{self.told.number:05d}"
            yield self._step(
                self.random.randrange(20, 60),
                f"paper-{rule}",
                lambda session, kind=kind, number=number: self.deeds.show_paper(session, kind, number),  # type: ignore[misc]
            )

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
            lambda session: self.deeds.conclude(session, lane, conclusion, summary),
        )

    def _finding(self, least: int, most: int, lane: str, look: int, *, conform: bool) -> Step:
        control, found = _LOOKS[lane][look % len(_LOOKS[lane])]
        words = found if conform else f"{found} {_DIFFERENCES[self.told.number % len(_DIFFERENCES)]}"
        command = AddFinding(control, conform, words, item=1 if lane == "red" else None)
        return self._step(
            self.random.randrange(least, most),
            f"finding-{look}",
            lambda session: self.deeds.find(session, lane, command),
        )

    def _decided(self, least: int, most: int, decision: str, reason: str) -> Script:
        yield from self._do(
            self.random.randrange(least, most),
            decision,
            lambda session: self.deeds.decide(session, decision, reason),
        )

    # --- what stays on the desk, or ends there ----------------------------------------------------------------------

    def _waits(self, _lane: str) -> Script:
        yield from ()

    def _under_control(self, lane: str) -> Script:
        yield self._finding(10, 35, lane, 0, conform=True)

    def _detained(self, lane: str) -> Script:
        yield self._finding(10, 30, lane, 0, conform=False)
        yield from self._decided(5, 20, "hold", "Held until the licence is confirmed by the ministry.")

    def _destroyed(self, lane: str) -> Script:
        yield from self._detained(lane)
        reason, note = "Spoilt on the way, unfit for use.", "Burnt at the landfill before two officers and the carrier."
        yield from self._do(1_700, "destroyed", lambda session: self.deeds.destroy(session, reason, note))

    def _rejected(self, _lane: str) -> Script:
        reason = "Declared for the goods of another truck; to be lodged anew."
        yield from self._do(25, "rejected", lambda session: self.deeds.reject(session, reason))

    def _invalidated(self, _lane: str) -> Script:
        reason = "The broker lodged it twice; the other declaration stands."
        yield from self._do(70, "invalidated", lambda session: self.deeds.invalidate(session, reason))

    def _asked(self, _lane: str) -> Script:
        """A question with the usual days to answer, or one whose day has passed."""
        yield from self._question(dt.timedelta(days=1) if self.told.fate is Fate.OVERDUE else None)

    def _amendment_asked(self, _lane: str) -> Script:
        reason = "The price of the first goods was typed wrong."
        yield self._step(24, "amendment", lambda session: self.deeds.ask_amendment(session, 106, reason))

    def _lowering_proposed(self, _lane: str) -> Script:
        yield from self._papers()
        yield self._proposed()

    def _proposed(self) -> Step:
        reason = "Regular consignee, five clean consignments this quarter; the certificate was shown at the counter."
        minutes = self.random.randrange(10, 20)
        return self._step(minutes, "proposed", lambda session: self.deeds.propose_lane(session, "green", reason))

    # --- what comes before a release --------------------------------------------------------------------------------

    def _answered(self, _lane: str) -> Telling:
        query = yield from self._question(None)
        words = "Attached to the consignment note. The crates hold 12 to 16 kg of goods each, the rest is wood."
        yield self._step(
            self.random.randrange(150, 900), "answered", lambda session: self.deeds.answer(session, query, words)
        )
        return True

    def _question(self, deadline: dt.timedelta | None) -> Generator[Step, Result, str]:
        words = "Gross and net mass differ much. What are the goods packed in, and who weighed them?"
        asked = yield self._step(22, "asked", lambda session: self.deeds.ask(session, words, deadline))
        return str(asked["query"])

    def _amended(self, _lane: str) -> Telling:
        reason = "The price of the first goods was typed wrong; the invoice is attached."
        asked = yield self._step(35, "amendment", lambda session: self.deeds.ask_amendment(session, 106, reason))
        identifier = str(asked["amendment"])
        yield from self._do(40, "amended", lambda session: self.deeds.accept_amendment(session, identifier))
        return True

    def _lowered(self) -> Telling:
        yield from self._papers()
        proposed = yield self._proposed()
        yield from self._approved("approved", str(proposed["proposal"]), "Seen the certificate.")
        return True

    def _approved(self, name: str, proposal: str, reason: str) -> Script:
        minutes = self.random.randrange(8, 25)
        yield from self._do(minutes, name, lambda session: self.deeds.approve(session, proposal, reason))

    def _in_parts(self) -> Telling:
        """The first goods go ahead of the others, once everything is paid."""
        yield from self._do(8, "paid-ahead", self.deeds.pay_from_account)
        reason = "The first goods agree; the others are weighed again."
        yield from self._do(10, "partly-released", lambda session: self.deeds.partly_release(session, (1,), reason))
        yield from self._do(15, "partly-left", lambda session: self.deeds.leave(session, False))
        if self.told.fate is Fate.PARTLY_GONE:
            return False
        yield from self._decided(200, 400, *_RELEASED)
        return True

    # --- money ------------------------------------------------------------------------------------------------------

    def _is_paid(self) -> Telling:
        """Whether what is due was paid and what is suspended secured; then the system has let the goods go."""
        if Decimal(self.known["unsecured"]) > 0:
            amount = str(self.known["unsecured"])
            yield from self._do(
                self.random.randrange(5, 35), "secured", lambda session: self.deeds.secure(session, amount)
            )
        if Decimal(self.known["due"]) > 0 and self.told.fate is not Fate.UNPAID:
            yield from self._pays()
        return self.known["status"] == "released"

    def _pays(self) -> Script:
        due, chance = Decimal(self.known["due"]), self.random.random()
        late = self.told.fate is Fate.PASSES and self.random.random() < _SHARE_LATE
        minutes = self.random.randrange(400, 2_000) if late else self.random.randrange(12, 40)
        if self.told.fate is Fate.CLAIMED:
            yield from self._claims(20, due, confirmed=False)
        elif chance < _SHARE_ACCOUNT:
            yield from self._do(minutes, "paid", self.deeds.pay_from_account)
            if self.known["status"] == "assessed":
                yield from self._claims(45, due)
        elif due < _MOST_CASH:
            yield from self._do(minutes, "cash", lambda session: self.deeds.pay_cash(session, due))
        elif chance < _SHARE_PARTS:
            first = part_of(due)
            yield from self._claims(minutes, first)
            yield from self._claims(self.random.randrange(60, 300), due - first, place=2)
        elif chance < _SHARE_ROUND:
            yield from self._claims(minutes, rounded_up(due), excess="account")
        elif chance < _SHARE_REFUSED:
            yield from self._claimed_wrongly(minutes, due)
        else:
            yield from self._claims(minutes, due)

    def _claims(
        self, minutes: int, amount: Decimal, *, excess: str = "refundable", place: int = 1, confirmed: bool = True
    ) -> Script:
        claimed = yield self._claim(minutes, amount, excess, place)
        if confirmed:
            payment = str(claimed["payment"])
            wait = self.random.randrange(9, 50)
            yield from self._do(wait, f"confirmed-{place}", lambda session: self.deeds.confirm(session, payment))

    def _claim(self, minutes: int, amount: Decimal, excess: str, place: int, wrong: bool = False) -> Step:
        number = f"{self.told.at.astimezone(ZONE):%y%m%d}{self.told.number:04d}{place}"
        shown = number[::-1] if wrong else number
        name = f"claimed-{place}{'-wrongly' if wrong else ''}"
        return self._step(minutes, name, lambda session: self.deeds.claim(session, amount, shown, excess))

    def _claimed_wrongly(self, minutes: int, due: Decimal) -> Script:
        """A number of another paper is typed; the cashier does not find it, and the trader looks again."""
        claimed = yield self._claim(minutes, due, "refundable", 1, wrong=True)
        payment, reason = str(claimed["payment"]), "No receipt of this number in the bank's list. Look at it again."
        yield self._step(25, "not-accepted", lambda session: self.deeds.refuse_claim(session, payment, reason))
        yield from self._claims(self.random.randrange(15, 90), due)

    # --- on the way out ---------------------------------------------------------------------------------------------

    def _goes(self) -> Script:
        """Most trucks ask for their permit and leave; what is found out afterwards changes what was paid."""
        if self.told.fate in (Fate.AMENDED_AFTER, Fate.REFUND_PROPOSED):
            yield from self._amended_after()
        if self.random.random() > _SHARE_WITH_PERMIT and self.told.fate is Fate.PASSES:
            return
        yield from self._permit()
        if self.random.random() < _SHARE_GONE:
            other_seals = bool(self.told.body.get("seals")) and self.told.number % 40 == 0
            minutes = self.random.randrange(8, 90)
            yield from self._do(minutes, "left", lambda session: self.deeds.leave(session, other_seals))
        if self.known["lane"] == "blue":
            yield from self._audited()
        if self.told.fate is Fate.STORED:
            yield from self._sold_from_store()

    def _amended_after(self) -> Script:
        """The seller grants a rebate: two officials agree, and two give back what was paid too much."""
        reason = "The seller granted a rebate of 8 per cent; credit note attached."
        asked = yield self._step(12, "amendment", lambda session: self.deeds.ask_amendment(session, 92, reason))
        identifier = str(asked["amendment"])
        endorsed = yield self._step(14, "endorsed", lambda session: self.deeds.endorse_amendment(session, identifier))
        yield from self._approved("amended", str(endorsed["proposal"]), "Credit note seen.")
        amount = str(self.known["overpaid"])
        proposed = yield self._step(8, "refund", lambda session: self.deeds.propose_refund(session, amount))
        if self.told.fate is Fate.AMENDED_AFTER:
            yield from self._approved("refunded", str(proposed["proposal"]), "Agrees with the new assessment.")

    def _permit(self) -> Script:
        """Some papers get lost, and once in a while one is withdrawn."""
        deeds = self.deeds
        languages = self.random.choices(_LANGUAGES, (60, 18, 14, 8))[0]
        issued = yield self._step(
            self.random.randrange(6, 45), "permit", lambda session: deeds.issue(session, languages)
        )
        number = str(issued["number"])
        if self.random.random() < _SHARE_WITH_COPY:
            reason = self.random.choice(_COPY_REASONS)
            yield self._step(self.random.randrange(15, 90), "copy", lambda session: deeds.copy(session, number, reason))
        if self.told.number % _WITHDRAWN_EVERY == 0:
            yield self._step(self.random.randrange(20, 60), "revoked", lambda session: deeds.revoke(session, number))
            yield self._step(
                self.random.randrange(5, 15), "permit-again", lambda session: deeds.issue(session, languages)
            )

    def _audited(self) -> Script:
        """The auditor looks at some of what went unseen, days later."""
        if self.told.number % 3 == 0:
            return
        outcome, summary = _AUDITS[self.told.number % len(_AUDITS)]
        minutes = self.random.randrange(2_600, 5_000)
        yield self._step(minutes, "audited", lambda session: self.deeds.audit(session, outcome, summary))

    def _sold_from_store(self) -> Script:
        """The goods leave the warehouse for home use, a third at a time."""
        mrn, parts = str(self.known["mrn"]), 3
        for part in range(1, parts + 1):
            moment = awake(self.at + dt.timedelta(minutes=self.random.randrange(1_500, 2_400)))
            body = out_of_warehouse(self.told.body, mrn, part, parts, moment.astimezone(ZONE).date())
            sold = Consignment(
                self.told.number, moment, Kind.STORED, Fate.PASSES, self.told.declarant, body, self.random
            )
            telling = _Telling(sold, self.deeds.about(sold), f"part-{part}-")
            yield from telling.script()
            self.at = telling.at

    # --- how steps are made -----------------------------------------------------------------------------------------

    def _do(self, minutes: int, name: str, act: Callable[[Session], Result]) -> Script:
        """A deed about the declaration, whose outcome the script goes on with."""
        self.known = {**self.known, **(yield self._step(minutes, name, act))}

    def _step(self, minutes: int, name: str, act: Callable[[Session], Result]) -> Step:
        if minutes:
            self.at = awake(self.at + dt.timedelta(minutes=minutes, seconds=self.random.randrange(60)))
        return Step(self.at, self.prefix + name, act)


_SHARE_WITH_PERMIT, _SHARE_WITH_COPY, _WITHDRAWN_EVERY, _SHARE_GONE = 0.88, 0.05, 90, 0.93
#: How the second firm pays, one upon the other: from the account, in two parts, in round sums, by a wrong number first.
_SHARE_ACCOUNT, _SHARE_PARTS, _SHARE_ROUND, _SHARE_REFUSED = 0.12, 0.22, 0.32, 0.38
_SHARE_LATE, _MOST_CASH = 0.12, Decimal(12_000)
_LANGUAGES = (("en", "fa_AF"), ("tg", "fa_AF"), ("ru", "fa_AF"), ("tg", "ps"))
_COPY_REASONS = (
    "The driver lost the original.", "The original was soaked by rain.", "The consignee's bank asked for a copy.",
    "The barrier's scanner could not read the creased code.",
)  # fmt: skip
_AUDITS = (
    ("conform", "Stocks, excise stamps and the books agree with the declaration."),
    ("differences", "340 cartons without stamps in the books; the firm is asked for the invoices."),
    ("further", "The books of the second store are still to be seen."),
)
_RELEASED = ("release", "Papers and goods agree with the declaration.")
_CORRECTED = ("release-with-correction", "The quantity is corrected to what was counted.")
_SENT_AWAY = {
    Fate.REFUSED: ("refuse", "No import licence, and none applied for."),
    Fate.SEIZED: ("seize", "Undeclared goods hidden among the load; handed over with a protocol."),
    Fate.RETURNED: ("return", "Without a phytosanitary certificate the goods go back."),
}
_STAYS: dict[Fate, Callable[[_Telling, str], Script]] = {
    Fate.WAITS: _Telling._waits,
    Fate.UNDER_CONTROL: _Telling._under_control,
    Fate.DETAINED: _Telling._detained,
    Fate.DESTROYED: _Telling._destroyed,
    Fate.REJECTED: _Telling._rejected,
    Fate.INVALIDATED: _Telling._invalidated,
    Fate.ASKED: _Telling._asked,
    Fate.OVERDUE: _Telling._asked,
    Fate.AMENDMENT_ASKED: _Telling._amendment_asked,
    Fate.LOWERING_PROPOSED: _Telling._lowering_proposed,
}
_BEFORE_RELEASE: dict[Fate, Callable[[_Telling, str], Telling]] = {
    Fate.ANSWERED: _Telling._answered,
    Fate.AMENDED: _Telling._amended,
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
