"""The proofs that run after every fault find what they look for: each figure, changed behind everybody's back, is told."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.core import db
from app.declarations.commands import LodgeDeclaration, PartlyRelease
from app.declarations import schemas
from app.flows import deciding, leaving, lodging, settling
from tests.factories import cases, lives
from tests.factories.actors import officer, trader
from tests.faults import adding, furnishing


def kinds(session: Session) -> set[str]:
    return {violation.kind for violation in adding.up(session)}


@pytest.fixture
def lived(own_database):
    """Paid, secured, overpaid, written off, inspected: something of everything."""
    cases.no_chance()
    furnishing.furnish()
    lives.alone()
    for body in (furnishing.certified(), furnishing.taking(_mrn())):
        with db.transaction() as session:
            made = lodging.lodge(session, LodgeDeclaration(schemas.read(body)), by=trader()).declaration
        lives.paid(made)
    red = cases.inspected(lives.lodged(lives.lane("red", lives.due())))
    lives.paid(red)
    cases.decided(red)
    cases.lodged(lives.lane("red", lives.free()))
    return own_database


def _mrn() -> str:
    with db.reading() as session:
        return str(session.execute(text("SELECT mrn FROM suspense_stock")).scalar_one())


def test_what_was_done_by_the_verbs_adds_up(lived):
    with db.reading() as session:
        assert adding.up(session) == []


TAMPERINGS = [
    ("UPDATE ledger_account SET balance = balance + 1 WHERE code LIKE 'prepaid:%'", "sums"),
    ("UPDATE ledger_transfer SET amount = amount + 1 WHERE kind = 'assessment'", "sums"),
    ("DELETE FROM ledger_transfer WHERE kind = 'payment'", "sums"),
    ("DELETE FROM ledger_transfer WHERE kind = 'deposit'", "overdrawn"),
    ("UPDATE payment SET amount = amount - 1 WHERE method = 'receipt' AND purpose = 'duties'", "sums"),
    ("DELETE FROM payment WHERE method = 'receipt'", "sums"),
    ("UPDATE assessment SET total = total + 1", "sums"),
    ("DELETE FROM assessment", "unpaid"),
    ("UPDATE ledger_transfer SET at = at + interval '1 day' WHERE kind = 'payment'", "unpaid"),
    ("DELETE FROM ledger_transfer WHERE kind = 'security'", "unpaid"),
    ("UPDATE exemption_certificate SET used = used + 1", "sums"),
    ("UPDATE exemption_write_off SET quantity = quantity + 1", "sums"),
    ("UPDATE exemption_write_off SET quantity = 900000", "overdrawn"),
    ("UPDATE suspense_stock SET left_net_kg = left_net_kg - 1", "sums"),
    ("UPDATE suspense_write_off SET net_kg = 900000", "overdrawn"),
    ("UPDATE declaration SET status = 'released' WHERE lane = 'red' AND status = 'selected'", "unseen"),
]


def test_what_was_changed_past_every_guard_is_found(lived):
    engine = create_engine(lived.superuser_url)
    try:
        missed = [tampering for tampering, kind in TAMPERINGS if kind not in _found_after(engine, tampering)]
    finally:
        engine.dispose()
    assert missed == []


def _found_after(engine: Engine, tampering: str) -> set[str]:
    """What is found once somebody past every trigger and key has done this; then it is undone."""
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        assert session.execute(text(tampering)).rowcount, tampering
        return kinds(session)


@pytest.mark.parametrize("way", ["settle", "decide", "part"])
def test_without_the_gate_of_money_unpaid_goods_are_found(session: Session, monkeypatch, way: str):
    lives.alone()
    monkeypatch.setattr(settling, "is_settled", lambda *_: True)
    declaration = lives.lodged(lives.due(2) if way == "settle" else lives.lane("yellow", lives.due(2)))
    if way == "decide":
        cases.decided(declaration)
    if way == "part":
        with db.transaction() as opened:
            leaving.partly_release(opened, PartlyRelease(declaration.reference, (1,), "seen"), by=officer())
    assert kinds(session) == {"unpaid"}


def test_without_the_look_at_red_goods_the_database_stops_it_or_it_is_found(session: Session, monkeypatch):
    lives.alone()
    monkeypatch.setattr(deciding, "_seen_if_red", lambda *_: None)
    declaration = lives.lodged(lives.lane("red", lives.free()))
    with pytest.raises(Exception, match="red goods are not released"):
        cases.decided(declaration)
