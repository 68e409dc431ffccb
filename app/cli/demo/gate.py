"""On the way out: the permit, the gate, and what comes out afterwards."""

from __future__ import annotations

from app.cli.demo.steps import Script
from app.cli.demo.story import Fate
from app.cli.demo.telling import Telling

_SHARE_WITH_PERMIT, _SHARE_WITH_COPY, _WITHDRAWN_EVERY, _SHARE_GONE = 0.88, 0.05, 90, 0.93
_SHARE_AUDITED = 0.7
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


class Gate(Telling):
    """Supervisors with the permits, the inspector at the gate, the auditor with the books."""

    def goes(self) -> Script:
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
        if self.random.random() > _SHARE_AUDITED:
            return
        outcome, summary = self.random.choices(_AUDITS, (6, 2, 1))[0]
        minutes = self.random.randrange(2_600, 5_000)
        yield self._step(minutes, "audited", lambda session: self.deeds.audit(session, outcome, summary))
