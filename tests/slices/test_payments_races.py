"""Money under many hands at once, and what happens when a guard is taken away."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import db, idempotency
from app.core.actors import SYSTEM
from app.core.errors import InFlight, Invalid, Refusal, WrongState
from app.ledger.models import LedgerAccount
from app.payments import operations as payments
from app.payments import queries
from app.payments.commands import CloseDay, Counted, Deposit, Pay, PayFromAccount
from tests.factories import actors, money
from tests.factories.money import FIRM, POST

HANDS = 8
officer, supervisor, trader = actors.officer(POST), actors.supervisor(POST), actors.trader(FIRM)


@pytest.fixture(autouse=True)
def firms(own_database):
    money.registered()


def at_once(act, what):
    """Every thing in a thread of its own, all begun together: what each gave, or the refusal it met."""
    gate = threading.Barrier(len(what))

    def one(thing):
        gate.wait(20)
        try:
            return act(thing)
        except (Refusal, IntegrityError) as refused:
            return refused

    with ThreadPoolExecutor(len(what)) as pool:
        return list(pool.map(one, what))


def done(results) -> list:
    return [r for r in results if not isinstance(r, Exception)]


def from_account(about, *, lock=True):
    with db.transaction() as session:
        if lock:
            money.held(session, about)
        return payments.pay_from_account(session, about, PayFromAccount(FIRM), by=trader)


def test_one_account_pays_for_many_and_never_more_than_it_holds():
    money.deposited("500.00")  # three times 150, and a rest
    owing = [money.assessed() for _n in range(HANDS)]
    results = at_once(from_account, owing)
    assert len(done(results)) == 3
    assert all(isinstance(r, Invalid) for r in results if isinstance(r, Exception))
    assert money.balance() == 50
    assert sorted(money.standing(a).due for a in owing) == [0, 0, 0, *[150] * 5]
    assert money.faults() == []


def test_standing_orders_and_deposits_at_once():
    money.deposited("1.00", standing_order=True)
    owing = [money.assessed(money.result("60.00", "10.00")) for _n in range(HANDS)]

    def act(about):
        money.deposited("40.00")
        with db.transaction() as session:
            return payments.collect(session, money.held(session, about), db.now(session), by=SYSTEM)

    collected = sum(at_once(act, owing))
    assert collected in {70 * n for n in range(1, 5)}
    assert money.balance() == 1 + 40 * HANDS - collected
    assert money.faults() == []


def test_one_declaration_is_paid_once():
    money.deposited("5000.00")
    about = money.assessed()
    results = at_once(from_account, [about] * HANDS)
    assert len(done(results)) == 1
    assert {type(r) for r in results} == {WrongState, type(done(results)[0])}
    assert money.balance() == 4850
    assert money.faults() == []


def test_one_receipt_counts_once():
    paper = money.receipt("77-001")
    owing = [money.assessed() for _n in range(HANDS)]

    def act(n):
        with db.transaction() as session:
            if n == 0:
                return payments.deposit(session, Deposit(POST, FIRM, Decimal(9), "TJS", paper), by=officer)
            money.held(session, owing[n])
            verb, by = (payments.claim_receipt, trader) if n % 2 else (payments.record_receipt, officer)
            return verb(session, owing[n], Pay(Decimal("9.00"), "TJS", paper), by=by)

    results = at_once(act, list(range(HANDS)))
    assert len(done(results)) == 1
    assert all(r.findings[0].rule == "payment.receipt-twice" for r in results if isinstance(r, Exception))
    assert money.faults() == []


def test_a_claim_is_settled_once():
    about = money.assessed()
    with db.transaction() as session:
        claimed = payments.claim_receipt(
            session, money.held(session, about), Pay(Decimal(9), "TJS", money.receipt()), by=trader
        )

    def act(n):
        with db.transaction() as session:
            money.held(session, about)
            if n % 2:
                return payments.refuse(session, about, claimed.id, "unknown", by=officer)
            return payments.confirm(session, about, claimed.id, by=officer)

    assert len(done(at_once(act, list(range(HANDS))))) == 1
    assert money.standing(about).claimed == 0
    assert money.faults() == []


def test_a_double_click_pays_once():
    money.deposited("5000.00")
    about = money.assessed(money.result("60.00", "10.00"))
    key, mark = uuid4().hex, idempotency.fingerprint("POST", "/payments", b"{}")

    def click(_n):
        with db.transaction() as session:
            answer = idempotency.claim(session, trader.person, key, mark)
            if answer is None:
                money.held(session, about)
                made = payments.pay_from_account(session, about, PayFromAccount(FIRM, Decimal("10.00")), by=trader)
                answer = idempotency.Answer(201, {}, str(made.number).encode())
                idempotency.keep(session, trader.person, key, mark, answer)
            return answer

    results = [*at_once(click, list(range(HANDS))), click(0)]
    assert {type(r) for r in results} <= {idempotency.Answer, InFlight}
    assert len({r.body for r in done(results)}) == 1
    assert (money.standing(about).paid, money.balance()) == (10, 4990)
    assert money.faults() == []


def test_a_day_is_closed_once_and_what_comes_meanwhile_is_of_the_next():
    for _n in range(3):
        money.deposited("10.00")

    def act(n):
        if n % 2:
            return money.deposited("10.00")
        with db.transaction() as session:
            counted = [Counted("receipt", "TJS", Decimal("1000.00"))]
            return payments.close_day(session, CloseDay(POST, counted, "counted in a hurry"), by=supervisor)

    results = at_once(act, list(range(HANDS)))
    assert len(done(results)) >= HANDS // 2 + 1
    with db.reading() as session:
        left = sum(t.count for t in queries.till(session, POST, by=officer))
        closed = sum(line["count"] for c in queries.closings(session, POST, by=officer) for line in c.lines)
    assert left + closed == 3 + HANDS // 2
    assert money.faults() == []


def test_closing_and_cancelling_do_not_cross():
    about = money.assessed()
    made = money.paid(about, "10.00")

    def act(n):
        with db.transaction() as session:
            if n % 2:
                return payments.close_day(
                    session, CloseDay(POST, [Counted("receipt", "TJS", Decimal("10.00"))]), by=officer
                )
            money.held(session, about)
            return payments.cancel(session, about, made.id, "typed twice", by=supervisor)

    assert len(done(at_once(act, list(range(HANDS))))) == 1
    assert money.faults() == []


# Sabotage: without a guard the tests above would see it.


def without_the_lock(session, post, party):
    """Reads the account without locking it, and takes its time, as a busy machine does."""
    held = session.info.setdefault("held_accounts", {})
    if (post, party) not in held:
        query = select(LedgerAccount.balance).where(
            LedgerAccount.post == post, LedgerAccount.code == queries.account_code(party)
        )
        held[post, party] = queries.Held("TJS", True, session.execute(query).scalar_one())
        time.sleep(0.2)
    return held[post, party]


def test_without_the_accounts_lock_the_limit_is_met_by_the_constraint_alone(monkeypatch):
    money.deposited("500.00")
    owing = [money.assessed() for _n in range(HANDS)]
    monkeypatch.setattr(queries, "hold_account", without_the_lock)
    results = at_once(from_account, owing)
    assert any(isinstance(r, IntegrityError) for r in results), "somebody believed an old balance"
    assert len(done(results)) == 3 and money.balance() == 50
    assert money.faults() == []


def test_without_lock_and_constraint_the_proof_goes_red(own_database, monkeypatch):
    money.deposited("500.00")
    owing = [money.assessed() for _n in range(HANDS)]
    with own_database.owner_connection() as connection:
        for table in ("ledger_account", "ledger_transfer"):
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_never_below_zero")
    monkeypatch.setattr(queries, "hold_account", without_the_lock)
    at_once(from_account, owing)
    assert money.balance() < 0
    assert ("ledger", "balance") in money.faults()


def test_without_the_declarations_lock_the_proof_goes_red(monkeypatch):
    """All of them see 150.00 due and take it at the window: what is too much belongs to nobody."""
    about = money.assessed()
    asked = queries.position

    def slowly(*args):
        found = asked(*args)
        time.sleep(0.2)
        return found

    def act(_n):
        with db.transaction() as session:
            return payments.record_receipt(session, about, Pay(Decimal("150.00"), "TJS", None), by=officer)

    monkeypatch.setattr(queries, "position", slowly)
    assert len(done(at_once(act, range(4)))) == 4
    assert ("ledger", "due") in money.faults()
