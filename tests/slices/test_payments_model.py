"""Random lives of a declaration's money, beside a plain model of it: what stands is what a child would count, every
currency sums to nothing, every balance is the sum of what moved."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.approvals import operations as approvals
from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Refusal
from app.payments import operations as payments
from app.payments import queries
from app.payments.commands import CloseDay, Counted, Deposit, Pay, PayFromAccount, ProposeRefund, Secure, Withdraw
from tests.factories import actors, money
from tests.factories.money import POST

TJS = "TJS"
_firms = itertools.count(1)
officer, supervisor = actors.officer(POST), actors.supervisor(POST)
another = actors.supervisor(POST, login="supervisor2")
NONE = Decimal("0.00")


def part(share: str, whole: Decimal) -> Decimal:
    """A share of what is possible, or a little more than that."""
    cent = Decimal("0.01")
    return {"none": NONE, "some": (whole * Decimal("0.4")).quantize(cent), "all": whole, "more": whole + cent}[share]


@dataclass
class Paid:
    """A payment as the model remembers it."""

    id: object
    amount: Decimal
    kept: Decimal
    to_account: Decimal
    from_account: bool = False
    deposit: bool = False


@dataclass
class Model:
    """Money of one declaration and one firm, counted with nothing but plus and minus."""

    assessed: Decimal = NONE
    suspended: Decimal = NONE
    here: Decimal = NONE  # what came in for the declaration and was not given back
    account: Decimal = NONE
    claimed: dict[object, tuple[Decimal, str]] = field(default_factory=dict)
    open: list[Paid] = field(default_factory=list)  # not closed yet
    securities: dict[object, tuple[str, Decimal]] = field(default_factory=dict)
    unclosed: int = 0

    @property
    def due(self) -> Decimal:
        return max(self.assessed - self.here, NONE)

    @property
    def overpaid(self) -> Decimal:
        return max(self.here - self.assessed, NONE)

    @property
    def secured(self) -> Decimal:
        return sum((amount for _method, amount in self.securities.values()), NONE)

    def receive(self, id: object, amount: Decimal, excess: str) -> None:
        more = max(amount - self.due, NONE) if excess == "account" else NONE
        self.here += amount - more
        self.account += more
        self.open.append(Paid(id, amount, amount - more, more))
        self.unclosed += 1


class Life:
    """The model and the house, told the same things."""

    def __init__(self) -> None:
        self.firm = f"TJ-52{next(_firms):07d}"
        self.trader = actors.trader(self.firm)
        money.registered(self.firm)
        self.about = money.assessed(money.Result(), self.firm)
        self.model = Model()

    def do(self, allowed: bool, act) -> object:
        """Runs an act as a flow does; it must be refused exactly where the model says so."""
        try:
            with db.transaction() as session:
                money.held(session, self.about)
                made = act(session)
        except Refusal as refusal:
            assert not allowed, f"refused: {refusal} {[str(f.message) for f in refusal.findings]}"
            return None
        assert allowed, "the model would have refused this"
        return made

    def assess(self, duty: Decimal, vat: Decimal, suspended: Decimal) -> None:
        result = money.Result({"duty": duty, "vat": vat}, {"duty": suspended})
        self.do(True, lambda s: payments.assess(s, self.about, result, final=True, at=db.now(s), by=SYSTEM))
        self.model.assessed, self.model.suspended = duty + vat, suspended

    def record(self, amount: Decimal, excess: str, cash: bool) -> None:
        command = Pay(amount, TJS, None if cash else money.receipt(), excess)
        made = self.do(amount > 0, lambda s: payments.record_receipt(s, self.about, command, by=officer))
        if made:
            self.model.receive(made.id, amount, excess)

    def claim(self, amount: Decimal, excess: str) -> None:
        command = Pay(amount, TJS, money.receipt(), excess)
        allowed = amount > 0 and self.model.due > 0
        made = self.do(allowed, lambda s: payments.claim_receipt(s, self.about, command, by=self.trader))
        if made:
            self.model.claimed[made.id] = (amount, excess)

    def settle(self, confirmed: bool) -> None:
        if not self.model.claimed:
            return
        id, (amount, excess) = self.model.claimed.popitem()
        if confirmed:
            self.do(True, lambda s: payments.confirm(s, self.about, id, by=supervisor))
            self.model.receive(id, amount, excess)
        else:
            self.do(True, lambda s: payments.refuse(s, self.about, id, "unknown", by=officer))

    def deposit(self, amount: Decimal) -> None:
        command = Deposit(POST, self.firm, amount, TJS, money.receipt())
        made = self.do(amount > 0, lambda s: payments.deposit(s, command, by=officer))
        if made:
            self.model.account += amount
            self.model.open.append(Paid(made.id, amount, NONE, amount, deposit=True))
            self.model.unclosed += 1

    def from_account(self, share: str) -> None:
        model = self.model
        amount = part(share, min(model.due, model.account))
        command = PayFromAccount(self.firm, amount)
        allowed = 0 < amount <= model.due and amount <= model.account
        made = self.do(allowed, lambda s: payments.pay_from_account(s, self.about, command, by=self.trader))
        if made:
            model.account -= amount
            model.here += amount
            model.open.append(Paid(made.id, amount, amount, -amount, from_account=True))
            model.unclosed += 1

    def withdraw(self, share: str) -> None:
        amount = part(share, self.model.account)
        command = Withdraw(POST, self.firm, amount, TJS, "Bank", "TJ1", "needed")

        def act(session):
            proposal = payments.propose_withdrawal(session, command, by=self.trader)
            done = approvals.settle(session, proposal.id, approved=True, reason="", by=officer)
            return payments.withdraw(session, done, by=officer)

        if self.do(0 < amount <= self.model.account, act):
            self.model.account -= amount
            self.model.unclosed += 1

    def refund(self, share: str, to_bank: bool) -> None:
        amount = part(share, self.model.overpaid)
        target = ("bank", "too much", "Bank", "TJ1") if to_bank else ("account", "too much")
        command = ProposeRefund(amount, TJS, *target)

        def act(session):
            proposal = payments.propose_refund(session, self.about, command, by=officer)
            done = approvals.settle(
                session, proposal.id, approved=True, reason="", by=supervisor
            )
            return payments.refund(session, self.about, done, by=supervisor)

        if self.do(0 < amount <= self.model.overpaid, act):
            self.model.here -= amount
            self.model.account += NONE if to_bank else amount
            self.model.unclosed += 1

    def cancel(self) -> None:
        if not self.model.open:
            return
        last = self.model.open[-1]
        about = None if last.deposit else self.about
        allowed = self.model.account >= last.to_account
        if self.do(allowed, lambda s: payments.cancel(s, about, last.id, "a mistake", by=another)):
            self.model.open.pop()
            self.model.account -= last.to_account
            self.model.here -= last.kept
            self.model.unclosed -= 1

    def secure(self, share: str, method: str) -> None:
        model = self.model
        amount = part(share, model.suspended - model.secured)
        command = Secure(method, amount, TJS, None, "G1")
        allowed = 0 < amount <= model.suspended - model.secured and (method != "account" or amount <= model.account)
        made = self.do(allowed, lambda s: payments.secure(s, self.about, command, by=officer))
        if made:
            model.securities[made.id] = (method, amount)
            model.account -= amount if method == "account" else NONE
            model.unclosed += method == "cash"

    def release(self) -> None:
        if not self.model.securities:
            return
        id, (_method, amount) = list(self.model.securities.items())[-1]
        allowed = self.model.secured - amount >= self.model.suspended
        if self.do(allowed, lambda s: payments.release_security(s, self.about, id, "free", by=officer)):
            self._given_back(id)

    def _given_back(self, id: object) -> None:
        method, amount = self.model.securities.pop(id)
        self.model.here += amount if method == "cash" else NONE
        self.model.account += amount if method == "account" else NONE

    def reverse(self) -> None:
        self.do(True, lambda s: payments.reverse(s, self.about, "gone", db.now(s), by=officer))
        self.model.assessed = self.model.suspended = NONE
        for id in list(self.model.securities):
            self._given_back(id)

    def close(self) -> None:
        def act(session):
            sums = {t.method: t.total for t in queries.till(session, POST, by=officer)}
            counted = [Counted(m, TJS, total) for m, total in sums.items() if m in ("cash", "receipt")]
            return payments.close_day(session, CloseDay(POST, counted), by=officer)

        if self.do(self.model.unclosed > 0, act):
            self.model.open, self.model.unclosed = [], 0

    def check(self) -> None:
        model, found = self.model, money.standing(self.about)
        assert (found.assessed, found.paid, found.due, found.overpaid) == (
            model.assessed,
            model.here,
            model.due,
            model.overpaid,
        )
        assert (found.suspended, found.secured) == (model.suspended, model.secured)
        assert found.claimed == sum((amount for amount, _excess in model.claimed.values()), NONE)
        with db.reading() as session:
            known = queries.accounts(session, by=self.trader)
            assert sum((a.balance for a in known), NONE) == model.account
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            sums = session.execute(
                text(
                    "SELECT currency, sum(amount) FROM (SELECT currency, amount FROM ledger_transfer WHERE post = :p "
                    "UNION ALL SELECT currency, - amount FROM ledger_transfer WHERE post = :p) t GROUP BY currency"
                ),
                {"p": POST},
            ).all()
            assert all(total == 0 for _currency, total in sums)
        assert money.faults() == []


amounts = st.integers(0, 20000).map(lambda cents: Decimal(cents).scaleb(-2))
shares = st.sampled_from(["some", "all", "all", "some", "more", "none"])
excess = st.sampled_from(["refundable", "account"])
assess = st.tuples(st.just("assess"), amounts, amounts, st.one_of(st.just(NONE), amounts))
often = [
    assess,
    st.tuples(st.just("record"), amounts, excess, st.booleans()),
    st.tuples(st.just("claim"), amounts, excess),
    st.tuples(st.just("settle"), st.booleans()),
    st.tuples(st.just("from_account"), shares),
    st.tuples(st.just("refund"), shares, st.booleans()),
    st.tuples(st.just("secure"), shares, st.sampled_from(["cash", "account", "guarantee"])),
]
seldom = [
    st.tuples(st.just("deposit"), amounts),
    st.tuples(st.just("withdraw"), shares),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("release")),
    st.tuples(st.just("reverse")),
    st.tuples(st.just("close")),
]
steps = st.one_of(*often, *often, *often, *seldom)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=40, suppress_health_check=QUIET)
@given(st.lists(steps, min_size=15, max_size=40))
def test_money_is_what_the_model_counts(session, life):
    # One post for all examples: what an earlier one left open is closed first.
    told = Life()
    with db.reading() as s:
        told.model.unclosed = sum(t.count for t in queries.till(s, POST, by=officer))
    told.close()
    told.assess(Decimal("100.00"), Decimal("50.00"), Decimal("60.00"))
    told.deposit(Decimal("150.00"))
    for name, *given_ in life:
        getattr(told, name)(*given_)
    told.check()
