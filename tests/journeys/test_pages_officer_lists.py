"""The lists of officials ask the database as often as they should, and every question stands on an index."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from app.core import db
from app.registers import audits, exits, requests, takings, unpaid, worklist
from app.registers import file as register
from tests.factories import actors, cases, lives
from tests.factories.actors import POST
from tests.factories.desks import desk, file_of


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def yellow(items=1):
    return lives.lodged(lives.lane("yellow", lives.due(items)))


def test_what_waits_for_money_is_one_query_and_its_counts_another(session, statements):
    for _ in range(3):
        lives.question(yellow())
        lives.lodged(lives.due())
    with db.reading() as s:
        now = db.now(s)
        statements.clear()
        page = unpaid.page(s, by=actors.officer(), limit=2)
        assert len(statements) == 1 and page.next and all(line.due > 0 and line.currency == "TJS" for line in page.lines)
        rest = unpaid.page(s, by=actors.officer(), limit=200, after=page.next)
        assert not {line.id for line in page.lines} & {line.id for line in rest.lines}
        statements.clear()
        counts = unpaid.counts(s, now, by=actors.officer())
        assert len(statements) == 1 and counts.unpaid == len(page.lines) + len(rest.lines) and counts.overdue == 0
        assert unpaid.counts(s, now + dt.timedelta(days=60), by=actors.officer()).overdue >= 3
        statements.clear()
        lines = worklist.page(s, worklist.Wanted(status="queried"), by=actors.officer()).lines
        assert len(statements) == 1 and all(line.deadline for line in lines)


def test_every_list_stands_on_an_index(session, statements):
    declaration = cases.decided(lives.paid(yellow()))
    lives.asked_to_amend(declaration, lambda b: b["items"][0].update(net_kg="2000.000"))
    lives.gone(lives.lodged(lives.free()))
    lives.lodged(lives.due())
    by = actors.officer()
    with db.reading() as s:
        now = db.now(s)
        statements.clear()
        unpaid.page(s, by=by, limit=50)
        unpaid.counts(s, now, by=by)
        requests.page(s, by=by)
        audits.page(s, by=by)
        exits.page(s, now - dt.timedelta(hours=12), by=by)
        takings.open_payments(s, POST, by=by)
        worklist.page(s, worklist.Wanted(), by=by)
        register.of(s, declaration.reference, by=by, locale="en")
    plans = list(statements)
    connection = session.connection()
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    for statement in plans:
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", statement.parameters))
        assert not re.search("Seq Scan on (declaration|payment|proposal|journal|ledger|assessment)", plan), (
            statement,
            plan,
        )


def test_the_page_of_a_file_asks_the_same_for_many_items(app, session, statements):
    officer, numbers = desk(app, "officer"), []
    for declaration in (yellow(1), yellow(40)):
        officer.text(file_of(declaration))  # what is read once by a process is read
        statements.clear()
        officer.text(file_of(declaration))
        numbers.append(len(statements))
    assert numbers == [42, 42]
