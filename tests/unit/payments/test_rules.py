"""What follows from what was posted: pure, and checked against arithmetic done another way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import WrongState
from app.ledger.commands import Transfer
from app.payments import rules
from app.payments.commands import Receipt
from app.payments.lifecycle import LIFE, Action, Status
from app.payments.rules import Position

amounts = st.integers(0, 10**6).map(lambda cents: Decimal(cents).scaleb(-2))
taxes = st.dictionaries(st.sampled_from(["duty", "vat", "excise", "fee:clearance"]), amounts)


@given(st.lists(taxes, min_size=1, max_size=6))
def test_differences_add_up_to_the_last_assessment(assessments):
    posted: dict[str, Decimal] = {}
    before: dict[str, Decimal] = {}
    for after in assessments:
        for t in rules.differences(before, after, "receivable", "revenue", "assessment"):
            assert t.amount > 0 and {t.debit, t.credit} & {"receivable"}
            posted[t.credit] = posted.get(t.credit, Decimal(0)) + t.amount
            posted[t.debit] = posted.get(t.debit, Decimal(0)) - t.amount
        before = after
    owed = sum(before.values(), Decimal(0))
    assert posted.pop("receivable", Decimal(0)) == -owed
    assert {k: v for k, v in posted.items() if v} == {f"revenue:{k}": v for k, v in before.items() if v}


@given(amounts, st.lists(amounts, max_size=5))
def test_due_and_overpaid_are_never_both_there(owed, paid):
    position = Position("TJS", 1, {"duty": owed})
    position = position.moved([Transfer("receivable", "revenue:duty", owed, "t")] if owed else [])
    for amount in filter(None, paid):
        position = position.moved([Transfer("bank", "receivable", amount, "t")])
        position = position.moved(rules.offset(position))
        assert rules.offset(position) == []
    standing, total = position.standing(), sum(paid, Decimal(0))
    assert (standing.paid, standing.assessed) == (total, owed)
    assert (standing.due, standing.overpaid) == (max(owed - total, Decimal(0)), max(total - owed, Decimal(0)))


@given(amounts, amounts)
def test_what_is_not_secured(suspended, secured):
    standing = Position("TJS", 1, {}, {"duty": suspended}, secured=secured).standing()
    assert standing.unsecured == max(suspended - secured, Decimal(0))
    assert standing.settled == (secured >= suspended)


@pytest.mark.parametrize("amount", ["0.01", "1", "999999999999.99", "1.10", "5E+2"])
def test_amounts_that_are_taken(amount):
    assert rules.amount_findings(Decimal(amount)) == []


@pytest.mark.parametrize(
    "amount", ["0", "-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "0.001", "1000000000000", "1E+30", "1E-30"]
)
def test_amounts_that_are_not(amount):
    assert [(f.rule, f.pointer) for f in rules.amount_findings(Decimal(amount), "/x")] == [("payment.amount", "/x")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Receipt("A", "ab-12 3"), Receipt(" A ", "AB123")),
        (Receipt("A", "۱۲۳"), Receipt("A", "123")),
        (Receipt("A  B", "№ 1–2\u2011\u22123"), Receipt("A\tB", "№123")),
    ],
)
def test_two_ways_to_write_one_receipt(one, other):
    assert rules.clean_receipt(one) == rules.clean_receipt(other)
    assert rules.receipt_findings(one) == []


def test_other_receipts_are_others():
    assert rules.clean_receipt(Receipt("A", "12")) != rules.clean_receipt(Receipt("A", "21"))


def test_a_refusal_names_both_currencies():
    [found] = rules.currency_findings("USD", "TJS")
    assert found.rule == "payment.currency" and "USD" in str(found.message) and "TJS" in str(found.message)
    assert rules.currency_findings("TJS", "TJS") == []


def test_what_is_settled_stays_settled():
    assert LIFE.final() == [Status.REFUSED, Status.CANCELLED]
    with pytest.raises(WrongState):
        LIFE.move(Status.REFUSED, Action.CONFIRM)
