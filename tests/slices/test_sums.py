"""Money against its papers: what agrees is silent, every kind of tampering is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.core import db
from app.payments import operations as payments
from app.payments.commands import CloseDay, Counted, ProposeRefund, Secure
from app.registers import integrity
from tests.factories import actors, money
from tests.factories.money import POST

officer, supervisor = actors.officer(POST), actors.supervisor(POST)


@pytest.fixture
def lived(own_database):
    """A post where a little of everything has happened to money."""
    money.registered()
    money.deposited("500.00", standing_order=True)
    about = money.assessed(money.result(suspended="100.00"))
    money.paid(about, "200.00")
    with db.transaction() as s:
        payments.secure(s, money.held(s, about), Secure("account", Decimal("60.00"), "TJS"), by=officer)
        payments.secure(s, about, Secure("guarantee", Decimal("40.00"), "TJS", reference="G1"), by=officer)
    with db.transaction() as s:
        command = ProposeRefund(Decimal("30.00"), "TJS", "account", "too much")
        proposal = payments.propose_refund(s, money.held(s, about), command, by=officer)
    with db.transaction() as s:
        money.held(s, about)
        settled = approvals.settle(s, proposal.id, approved=True, reason="", by=supervisor)
        payments.refund(s, about, settled, by=supervisor)
    with db.transaction() as s:
        payments.close_day(s, CloseDay(POST, [Counted("receipt", "TJS", Decimal("700.00"))]), by=officer)
    money.reassessed(about, money.result("60.00", "20.00"))
    cancelled = money.paid(money.assessed(), "5.00")
    with db.transaction() as s:
        other = money.held(s, _subject_of(s, cancelled))
        payments.cancel(s, other, cancelled.id, "typed twice", by=supervisor)
    return own_database


def _subject_of(session, payment):
    from app.payments.commands import Subject

    return Subject(payment.post, payment.declaration_id, payment.reference, None, payment.party, 1)


def test_what_the_verbs_did_adds_up(lived):
    assert money.faults() == []


#: SQL, and the kind and key that must tell it.
TAMPERINGS = [
    ("UPDATE assessment SET total = total + 1 WHERE number = 2", ("assessment", "total")),
    ("UPDATE assessment SET total = total + 1 WHERE number = 2", ("ledger", "total")),
    ("UPDATE assessment SET suspended = suspended + 1", ("ledger", "total")),
    ("UPDATE assessment SET by_tax = by_tax || '{\"duty\": \"61.00\"}' WHERE number = 2", ("ledger", "revenue:duty")),
    ("UPDATE assessment SET suspended_by_tax = '{\"duty\": \"1.00\"}' WHERE number = 2", ("ledger", "suspended:duty")),
    ("UPDATE assessment SET result = result || '{\"total\": \"1.00\"}'", ("ledger", "sha256")),
    ("UPDATE assessment SET sha256 = repeat('0', 64)", ("assessment", "sha256")),
    ("UPDATE assessment SET content = 2", ("assessment", "content")),
    ("DELETE FROM assessment WHERE number = 2", ("assessment", "row")),
    ("DELETE FROM assessment WHERE number = 2", ("ledger", "entry")),
    ("UPDATE payment SET amount = amount - 1 WHERE purpose = 'duties'", ("payment", "amount")),
    ("UPDATE payment SET amount = amount - 1 WHERE purpose = 'duties'", ("ledger", "payment")),
    ("UPDATE payment SET status = 'confirmed', cancelled_by = NULL WHERE status = 'cancelled'", ("payment", "status")),
    ("UPDATE payment SET status = 'confirmed', cancelled_by = NULL WHERE status = 'cancelled'", ("ledger", "payment")),
    ("UPDATE payment SET receipt = receipt || '1' WHERE method = 'receipt'", ("payment", "receipt")),
    ("UPDATE payment SET party = 'TJ-510090002'", ("payment", "party")),
    ("UPDATE payment SET number = 'TJFOT-R-2026-000099' WHERE purpose = 'deposit' AND post = 'TJFOT'", ("ledger", "number")),
    ("UPDATE payment SET closing_id = NULL", ("payment", "closing")),
    ("UPDATE payment SET closing_id = NULL", ("ledger", "closing")),
    ("DELETE FROM payment WHERE purpose = 'deposit'", ("ledger", "entry")),
    ("UPDATE number_series SET last = last - 1 WHERE series = 'R'", ("ledger", "number")),
    ("UPDATE number_series SET last = last + 1 WHERE series = 'CL'", ("ledger", "number")),
    ("UPDATE prepayment_account SET standing_order = false", ("prepayment", "standing_order")),
    ("DELETE FROM prepayment_account", ("prepayment", "row")),
    ("UPDATE duty_security SET amount = amount - 1 WHERE method = 'account'", ("ledger", "secured:account")),
    ("UPDATE duty_security SET amount = amount - 1 WHERE method = 'account'", ("security", "amount")),
    ("UPDATE duty_security SET released_at = now(), released_by = given_by WHERE method = 'guarantee'", ("ledger", "secured:guarantee")),
    ("UPDATE duty_security SET released_at = now(), released_by = given_by", ("security", "released")),
    ("UPDATE refund SET amount = amount + 1", ("ledger", "refund")),
    ("UPDATE refund SET target = 'bank', bank = 'x', bank_reference = 'y'", ("refund", "target")),
    ("DELETE FROM refund", ("refund", "row")),
    ("UPDATE cash_closing SET note = 'x'", ("closing", "note")),
    ("UPDATE cash_closing SET lines = jsonb_set(lines, '{0,total}', '\"1.00\"')", ("ledger", "closing")),
    ("UPDATE cash_closing SET lines = jsonb_set(lines, '{0,total}', '\"1.00\"')", ("closing", "lines")),
    ("UPDATE ledger_transfer SET amount = amount + 1 WHERE debit = 'receivable' AND credit = 'revenue:duty'", ("ledger", "revenue:duty")),
    ("UPDATE ledger_transfer SET subject = NULL WHERE kind = 'payment'", ("ledger", "due")),
    ("DELETE FROM ledger_transfer WHERE kind = 'offset'", ("ledger", "due")),
    ("UPDATE ledger_transfer SET entry = gen_random_uuid()", ("ledger", "entry")),
    ("UPDATE ledger_account SET balance = balance + 1 WHERE place IS NOT NULL", ("ledger", "balance")),
]  # fmt: skip


def test_every_tampering_is_told(lived):
    engine = create_engine(lived.superuser_url)
    missed = [(tampering, told) for tampering, told in TAMPERINGS if told not in _told_after(engine, tampering)]
    engine.dispose()
    assert missed == []


def _told_after(engine, tampering):
    """What is told once somebody past every trigger and key has done this; then it is undone."""
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        assert session.execute(text(tampering)).rowcount, tampering
        return {(d.kind, d.key) for d in integrity.compare(session)[1]}


def test_a_post_is_looked_at_alone(lived):
    engine = create_engine(lived.superuser_url)
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        session.execute(text("UPDATE ledger_transfer SET entry = gen_random_uuid() WHERE post = :post"), {"post": POST})
        assert [d for d in integrity.compare(session, "TJDUS")[1] if d.kind == "ledger"] == []
        assert [d for d in integrity.compare(session, POST)[1] if d.kind == "ledger"]
    engine.dispose()
