"""At the window: what is due is paid and what is suspended secured, at once, late, in parts or not yet."""

from __future__ import annotations

from decimal import Decimal

from app.cli.demo.deeds import part_of, rounded_up
from app.cli.demo.steps import Script, Step
from app.cli.demo.story import ZONE, Fate
from app.cli.demo.telling import Outcome, Telling

#: How a firm pays that has no standing order, one upon the other: from the account, in two parts, in round sums, by a
#: wrong number first.
_SHARE_ACCOUNT, _SHARE_PARTS, _SHARE_ROUND, _SHARE_REFUSED = 0.12, 0.22, 0.32, 0.38
_SHARE_LATE, _MOST_CASH = 0.12, Decimal(12_000)


class Money(Telling):
    """Traders and the cashier."""

    def is_paid(self) -> Outcome:
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
