"""At the desk: what becomes of a declaration until somebody has let it go, or until nobody will."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator

from app.cli.demo.consignments import Kind
from app.cli.demo.steps import Result, Script, Step
from app.cli.demo.story import Fate
from app.cli.demo.telling import Outcome, Telling
from app.inspections.commands import AddFinding

LOOKED_AT = ("yellow", "red")


class Desk(Telling):
    """Officers and inspectors with the papers and the goods."""

    def is_cleared(self) -> Outcome:
        """Whether nobody needs to look, or whoever looked let it go."""
        lane, fate = str(self.known["lane"]), self.told.fate
        if lane not in LOOKED_AT:
            return True
        if fate in _STAYS:
            yield from _STAYS[fate](self, lane)
            return False
        if fate in _SENT_AWAY:
            yield from self._looked_at(lane, conform=False)
            if fate is Fate.SEIZED:
                yield self._step(7, "seizure-record", self.deeds.seize)
            yield from self._decided(10, 60, *_SENT_AWAY[fate])
            if fate is Fate.SEIZED and self.told.kind is Kind.MEDICINE:
                yield self._step(300, "appeal", self.deeds.appeal)
            return False
        if fate in _BEFORE_RELEASE:
            yield from _BEFORE_RELEASE[fate](self, lane)
        yield from self._papers()
        return (yield from _RELEASING.get(fate, Desk.seen)(self, lane))

    def seen(self, lane: str) -> Outcome:
        """Looked at and released, as declared or with a correction."""
        conform = self.told.fate is not Fate.CORRECTED
        yield from self._looked_at(lane, conform=conform)
        yield from self._decided(6, 25, *(_RELEASED if conform else _CORRECTED))
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
        if lane == "red" and self.told.fate in _TOLD_IN_FULL:
            sampled = self.told.fate is Fate.SEIZED
            yield self._step(9, "recorded", lambda session: self.deeds.record(session, sampled=sampled))
        conclusion = "conform" if conform else "offence" if self.told.fate is Fate.SEIZED else "discrepancy"
        summary = (
            "Everything agrees with the declaration." if conform else "What was found differs from what was declared."
        )
        advice = "release" if conform else _ADVICE.get(self.told.fate, "release-with-correction")
        yield self._step(
            self.random.randrange(4, 20),
            "concluded",
            lambda session: self.deeds.conclude(session, lane, conclusion, summary, advice),
        )

    def _finding(self, least: int, most: int, lane: str, look: int, *, conform: bool) -> Step:
        control, found = _LOOKS[lane][look % len(_LOOKS[lane])]
        words, kind = found, None
        if not conform:
            what, kind = _DIFFERENCES[self.told.number % len(_DIFFERENCES)]
            words = f"{found} {what}"
        command = AddFinding(control, conform, words, item=1 if lane == "red" else None, kind=kind)
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

    def waits(self, _lane: str) -> Script:
        yield from ()

    def under_control(self, lane: str) -> Script:
        yield self._finding(10, 35, lane, 0, conform=True)
        if lane == "red":
            yield self._step(6, "recorded", lambda session: self.deeds.record(session, sampled=False))

    def detained(self, lane: str) -> Script:
        yield self._finding(10, 30, lane, 0, conform=False)
        reason = "Held until the licence is confirmed by the ministry."
        yield from self._do(self.random.randrange(5, 20), "hold", lambda session: self.deeds.hold(session, reason))

    def destroyed(self, lane: str) -> Script:
        yield from self.detained(lane)
        reason, note = "Spoilt on the way, unfit for use.", "Burnt at the landfill before two officers and the carrier."
        yield from self._do(1_700, "destroyed", lambda session: self.deeds.destroy(session, reason, note))

    def rejected(self, _lane: str) -> Script:
        reason = "Declared for the goods of another truck; to be lodged anew."
        yield from self._do(25, "rejected", lambda session: self.deeds.reject(session, reason))

    def invalidated(self, _lane: str) -> Script:
        reason = "The broker lodged it twice; the other declaration stands."
        yield from self._do(70, "invalidated", lambda session: self.deeds.invalidate(session, reason))

    def asked(self, _lane: str) -> Script:
        """A question with the usual days to answer, or one whose day has passed."""
        yield from self._question(dt.timedelta(days=1) if self.told.fate is Fate.OVERDUE else None)

    def amendment_asked(self, _lane: str) -> Script:
        reason = "The price of the first goods was typed wrong."
        yield self._step(24, "amendment", lambda session: self.deeds.ask_amendment(session, 106, reason))

    def lowering_proposed(self, _lane: str) -> Script:
        yield from self._papers()
        yield self._proposed()

    def _proposed(self) -> Step:
        reason = "Regular consignee, five clean consignments this quarter; the certificate was shown at the counter."
        minutes = self.random.randrange(10, 20)
        return self._step(minutes, "proposed", lambda session: self.deeds.propose_lane(session, "green", reason))

    # --- what comes before a release, and other ways to one ---------------------------------------------------------

    def answered(self, _lane: str) -> Script:
        query = yield from self._question(None)
        words = "Attached to the consignment note. The crates hold 12 to 16 kg of goods each, the rest is wood."
        yield self._step(
            self.random.randrange(150, 900), "answered", lambda session: self.deeds.answer(session, query, words)
        )

    def _question(self, deadline: dt.timedelta | None) -> Generator[Step, Result, str]:
        words = "Gross and net mass differ much. What are the goods packed in, and who weighed them?"
        asked = yield self._step(22, "asked", lambda session: self.deeds.ask(session, words, deadline))
        return str(asked["query"])

    def amended(self, _lane: str) -> Script:
        reason = "The price of the first goods was typed wrong; the invoice is attached."
        asked = yield self._step(35, "amendment", lambda session: self.deeds.ask_amendment(session, 106, reason))
        identifier = str(asked["amendment"])
        yield from self._do(40, "amended", lambda session: self.deeds.accept_amendment(session, identifier))

    def lowered(self, _lane: str) -> Outcome:
        """Another person agrees that nobody has to look."""
        proposed = yield self._proposed()
        yield from self._approved("approved", str(proposed["proposal"]), "Seen the certificate.")
        return True

    def in_parts(self, lane: str) -> Outcome:
        """The first goods go ahead of the others, once everything is paid."""
        yield from self._looked_at(lane)
        yield from self._do(8, "paid-ahead", self.deeds.pay_from_account)
        reason = "The first goods agree; the others are weighed again."
        yield from self._do(10, "partly-released", lambda session: self.deeds.partly_release(session, (1,), reason))
        yield self._step(7, "part-permit", lambda session: self.deeds.issue(session, ("en", "fa_AF")))
        yield from self._do(15, "partly-left", lambda session: self.deeds.leave(session, False))
        if self.told.fate is Fate.PARTLY_GONE:
            return False
        yield from self._decided(200, 400, *_RELEASED)
        return True


_RELEASED = ("release", "Papers and goods agree with the declaration.")
_CORRECTED = ("release-with-correction", "The quantity is corrected to what was counted.")
_SENT_AWAY = {
    Fate.REFUSED: ("refuse", "No import licence, and none applied for."),
    Fate.SEIZED: ("seize", "Undeclared goods hidden among the load; handed over with a protocol."),
    Fate.RETURNED: ("return", "Without a phytosanitary certificate the goods go back."),
}
_STAYS: dict[Fate, Callable[[Desk, str], Script]] = {
    Fate.WAITS: Desk.waits,
    Fate.UNDER_CONTROL: Desk.under_control,
    Fate.DETAINED: Desk.detained,
    Fate.DESTROYED: Desk.destroyed,
    Fate.REJECTED: Desk.rejected,
    Fate.INVALIDATED: Desk.invalidated,
    Fate.ASKED: Desk.asked,
    Fate.OVERDUE: Desk.asked,
    Fate.AMENDMENT_ASKED: Desk.amendment_asked,
    Fate.LOWERING_PROPOSED: Desk.lowering_proposed,
}
_BEFORE_RELEASE: dict[Fate, Callable[[Desk, str], Script]] = {
    Fate.ANSWERED: Desk.answered,
    Fate.AMENDED: Desk.amended,
}
_RELEASING: dict[Fate, Callable[[Desk, str], Outcome]] = {
    Fate.LOWERED: Desk.lowered,
    Fate.IN_PARTS: Desk.in_parts,
    Fate.PARTLY_GONE: Desk.in_parts,
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
    ("Twelve packages more than declared.", "surplus"),
    ("The certificate named is missing.", "other"),
    ("The marks on some packages are not those of the invoice.", "marks"),
    ("The weighbridge shows 640 kg more than declared.", "surplus"),
)
#: Whose inspections have photos, a weight, the driver, and a sample where the goods are seized.
_TOLD_IN_FULL = (Fate.SEIZED, Fate.CORRECTED, Fate.IN_PARTS)
_ADVICE = {Fate.SEIZED: "seize", Fate.REFUSED: "refuse", Fate.RETURNED: "return"}
