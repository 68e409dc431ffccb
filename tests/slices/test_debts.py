"""What is owed for goods that were let go is in one register, from the moment it is owed until it is settled."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import db
from app.core.actors import Actor, Grant
from app.core.errors import Invalid
from app.declarations.commands import Decide, PartlyRelease
from app.flows import deciding, leaving, paying
from app.payments import queries as owed
from app.payments.commands import Pay, Receipt
from app.registers import debts, integrity
from tests.factories import cases, lives, warehouses
from tests.factories.actors import (
    OTHER_PARTY,
    PARTY,
    POST,
    auditor,
    inspector,
    liaison,
    officer,
    other_trader,
    person,
    supervisor,
    trader,
)

NOTHING = Decimal("0.00")


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    session.flush()
    assert integrity.compare(session)[1] == [], "the register says what the ledger says"


def listed(who: Actor | None = None) -> list[debts.Line]:
    with db.reading() as session:
        return debts.page(session, by=who or officer()).lines


def of(declaration) -> tuple[Decimal, Decimal, bool] | None:
    """What is owed, what is not secured, whether everything is calculated; None where it is no debt."""
    found = [line for line in listed() if line.reference == declaration.reference]
    assert len(found) < 2
    return (found[0].due, found[0].unsecured, found[0].calculated) if found else None


def released(items: int = 1, *, colour: str = "green"):
    """Goods that were paid for and let go."""
    return lives.paid(lives.lodged(lives.lane(colour, lives.due(items)) if colour != "green" else lives.due(items)))


def dearer(body) -> None:
    body["items"][0]["invoice_value"] = "18400.00"
    body["invoice"]["total"] = str(sum(Decimal(item["invoice_value"]) for item in body["items"]))


def cheaper(body) -> None:
    body["items"][0]["invoice_value"] = "9200.00"
    body["invoice"]["total"] = str(sum(Decimal(item["invoice_value"]) for item in body["items"]))


def unknown_money(body) -> None:
    body["invoice"]["currency"] = "XOF"


def known_money(body) -> None:
    body["invoice"]["currency"] = "USD"


def paid(declaration, amount: Decimal) -> None:
    with db.transaction() as session:
        command = Pay(amount, "TJS", Receipt("AMONATBONK", f"{declaration.reference}/{amount}"))
        paying.record_receipt(session, declaration.reference, command, by=officer(login="cashier"))


def test_what_is_held_or_paid_is_no_debt():
    waiting = lives.lodged(lives.due())
    gone = released()
    assert (waiting.status, gone.status) == ("assessed", "released")
    assert of(waiting) is None and of(gone) is None


def test_an_amendment_after_release_makes_a_debt_and_its_payment_ends_it():
    case = released()
    warehouses.amended(case, dearer)
    due = warehouses.standing(case).due
    assert due > 0 and of(case) == (due, NOTHING, True)
    paid(case, Decimal("1.00"))
    assert of(case) == (due - 1, NOTHING, True)
    paid(case, due - 1)
    assert of(case) is None


def test_an_amendment_back_ends_it_too():
    case = released()
    warehouses.amended(case, dearer)
    assert of(case) is not None
    warehouses.amended(case, cheaper)
    assert of(case) is None


def test_a_payment_taken_back_makes_a_debt():
    case = released()
    with db.reading() as session:
        (made,) = owed.payments(session, POST, case.id)
    with db.transaction() as session:
        paying.cancel(session, made.id, "the bank knows of no such receipt", by=supervisor())
    assert of(case) == (made.amount, NOTHING, True)
    paid(case, made.amount)
    assert of(case) is None


def test_duties_that_are_not_known_are_a_debt():
    case = released()
    warehouses.amended(case, unknown_money)
    assert of(case) == (NOTHING, NOTHING, False)
    warehouses.amended(case, known_money)
    assert of(case) is None


def test_goods_back_under_suspense_are_to_be_secured_again():
    warehouses.alone()
    source = warehouses.placed()
    case = lives.lodged(warehouses.leaving(source.mrn))
    assert case.status == "released" and of(source) is None
    warehouses.amended(case, warehouses.taken_now("2000.000", 100))
    unsecured = warehouses.standing(source).unsecured
    assert unsecured > 0 and of(source) == (NOTHING, unsecured, True)
    warehouses.secured(source)
    assert of(source) is None


def test_what_went_before_the_rest_was_refused_stays_owed():
    case = released(2, colour="yellow")
    with db.transaction() as session:
        command = PartlyRelease(case.reference, (1,), "the rest is counted")
        leaving.partly_release(session, command, by=officer())
    warehouses.amended(cases.again(case), dearer)
    due = of(case)[0]
    with db.transaction() as session:
        deciding.decide(session, Decide(case.reference, "hold", "look again"), by=officer())
    paid(case, Decimal("1.00"))
    assert of(case) == (due - 1, NOTHING, True), "also while the rest is held"
    with db.transaction() as session:
        deciding.decide(session, Decide(case.reference, "refuse", "not fit"), by=officer())
    left = max(warehouses.standing(case).due, NOTHING)
    assert of(case) == ((left, NOTHING, True) if left else None)


def test_who_sees_which_debts():
    case = released()
    warehouses.amended(case, dearer)
    seen = {line.reference: line for line in listed()}[case.reference]
    assert (seen.post, seen.party, seen.mrn, seen.status, seen.currency) == (POST, PARTY, case.mrn, "released", "TJS")
    assert seen.firm and seen.plate
    for who in (supervisor(), inspector(), auditor(), trader()):
        assert [line.reference for line in listed(who)] == [case.reference]
    for who in (
        officer("TJDUS"),
        other_trader(),
        liaison(),
        Actor(person("x"), "x", "X", (Grant("trader", "*", None),)),
    ):
        assert listed(who) == []
        with db.reading() as session:
            assert debts.totals(session, by=who) == []
    with db.reading() as session:
        (total,) = debts.totals(session, by=officer())
    assert (total.currency, total.count, total.due, total.unsecured) == ("TJS", 1, seen.due, NOTHING)
    assert seen.party != OTHER_PARTY


def test_pages_follow_one_another_oldest_first():
    there = [released() for _n in range(3)]
    for case in there:
        warehouses.amended(case, dearer)
    found, after = [], ""
    for _page in range(3):
        with db.reading() as session:
            page = debts.page(session, by=officer(), limit=1, after=after)
        found += [line.reference for line in page.lines]
        after = page.next
    assert found == [case.reference for case in there] and after is None
    with db.reading() as session, pytest.raises(Invalid):
        debts.page(session, by=officer(), after="yesterday")


def test_one_question_however_many_there_are(statements):
    for _n in range(2):
        warehouses.amended(released(), dearer)
        with db.reading() as session:
            statements.clear()
            assert debts.page(session, by=officer()).lines
            assert len(statements) == 1
            statements.clear()
            assert debts.totals(session, by=officer())
            assert len(statements) == 1


def test_an_index_finds_the_oldest_of_a_post(session):
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_sort = off"))
    query = "SELECT * FROM debt WHERE post = 'TJPPJ' AND (since, declaration_id) > ('2026-01-01', '00000000-0000-0000-0000-000000000000') ORDER BY since, declaration_id LIMIT 50"
    plan = "\n".join(session.execute(text(f"EXPLAIN {query}")).scalars())
    assert "ix_debt_since" in plan and "Sort" not in plan


def test_the_database_keeps_no_debt_of_nothing(session):
    case = released()
    insert = text(
        "INSERT INTO debt (post, declaration_id, party, currency, due, unsecured, calculated, since) "
        "VALUES (:post, :id, :party, 'TJS', 0, 0, true, now())"
    )
    with pytest.raises(IntegrityError, match="owes_something"), session.begin_nested():
        session.execute(insert, {"post": case.post, "id": case.id, "party": case.party})


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM debt WHERE declaration_id = :id",
        "UPDATE debt SET due = due + 1 WHERE declaration_id = :id",
        "UPDATE debt SET calculated = false WHERE declaration_id = :id",
    ],
)
def test_a_register_that_was_changed_is_told(session, tampering):
    case = released()
    warehouses.amended(case, dearer)
    with session.begin_nested() as savepoint:
        session.execute(text(tampering), {"id": case.id})
        told = [(d.kind, d.key) for d in integrity.compare(session)[1]]
        savepoint.rollback()
    assert told == [("ledger", "debt")]


def test_a_debt_of_nobody_is_told(session):
    waiting = lives.lodged(lives.due())
    with session.begin_nested() as savepoint:
        session.execute(
            text("INSERT INTO debt VALUES (:post, :id, :party, 'TJS', 1, 0, true, now())"),
            {"post": waiting.post, "id": waiting.id, "party": waiting.party},
        )
        told = [(d.kind, d.key) for d in integrity.compare(session)[1]]
        savepoint.rollback()
    assert told == [("ledger", "debt")]
