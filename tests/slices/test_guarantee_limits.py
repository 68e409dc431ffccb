"""What bounds a guarantee: how many codes open it, and for how much a voucher is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from app.core import db
from app.core.errors import Invalid
from app.guarantees import operations, queries, rules
from app.guarantees.commands import AddAccessCode, ChangeLimit, RevokeAccessCode, SettleGuarantee
from app.guarantees.operations import registering
from tests.factories import actors, roads
from tests.unit.declarations.rule_cases import book, entry

pytestmark = pytest.mark.usefixtures("session")


def refusal(act, *words, by=None):
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        act(session, *words, by=by or actors.officer())
    return [(finding.pointer, finding.rule) for finding in refused.value.findings]


def test_a_guarantee_has_so_many_codes_in_use_and_no_more(monkeypatch):
    monkeypatch.setattr(rules, "MOST_CODES", 2)  # each is hashed, which takes its time
    guarantee = roads.guarantee(code=None)
    wish = AddAccessCode(guarantee.grn, "GUZAR-2026", "desk")
    for _time in range(2):
        with db.transaction() as session:
            first = operations.add_access_code(session, wish, by=actors.trader())
    assert refusal(operations.add_access_code, wish, by=actors.trader()) == [("/code", "guarantee.codes-many")]
    assert refusal(operations.add_access_code, wish) == [("/code", "guarantee.codes-many")], (
        "an official adds none either"
    )
    with db.transaction() as session:
        operations.revoke_access_code(session, RevokeAccessCode(guarantee.grn, first.id, "left"), by=actors.trader())
    with db.transaction() as session:
        operations.add_access_code(session, wish, by=actors.trader())
        found = queries.find(session, guarantee.grn, by=actors.trader())
        assert len(queries.access_codes(session, found, live=True)) == 2


def voucher(amount, currency="EUR"):
    return roads.wanted(amount, type="4", currency=currency)


def test_a_voucher_is_for_the_sum_of_the_country():
    for amount, currency, pointer in (
        ("10000.01", "EUR", "/amount"),
        ("9999.99", "EUR", "/amount"),
        ("10000.00", "TJS", "/currency"),
    ):
        found = refusal(operations.register, voucher(amount, currency))
        assert found == [(pointer, "guarantee.voucher-amount")], (amount, currency)
    with db.transaction() as session:
        made = operations.register(session, voucher("10000.00"), by=actors.officer())
    with db.transaction() as session:
        operations.settle(session, SettleGuarantee(made.grn, True), by=actors.supervisor())
    more = ChangeLimit(made.grn, Decimal("20000.00"), "more goods")
    assert refusal(operations.propose_limit, more) == [("/amount", "guarantee.voucher-amount")]


def test_the_sum_of_a_voucher_is_that_of_the_day(monkeypatch):
    with db.reading() as session:
        today = db.now(session).date()
    before, since = (today + dt.timedelta(days=days) for days in (-3, -2))
    rows = (
        entry("voucher_amount", "TJ", until=before.isoformat(), amount="90000", currency="TJS"),
        entry("voucher_amount", "TJ", since.isoformat(), amount="110000", currency="TJS"),
    )
    monkeypatch.setattr(registering, "codebook", lambda _session: book(rows))
    for amount, currency in (("90000.00", "TJS"), ("10000.00", "EUR")):
        (found,) = refusal(operations.register, voucher(amount, currency))
        assert found[1] == "guarantee.voucher-amount"
    with db.transaction() as session:
        assert operations.register(session, voucher("110000.00", "TJS"), by=actors.officer()).amount == 110000
    monkeypatch.setattr(registering, "codebook", lambda _session: book(without=("voucher_amount", "any")))
    with db.transaction() as session:
        assert operations.register(session, voucher("123.00", "TJS"), by=actors.officer()).amount == 123
