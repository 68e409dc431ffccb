"""Declarations that take goods of each other's stocks at the same moment: each is done, none waits for the other for ever."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from sqlalchemy.exc import OperationalError

from app.core import db
from app.declarations import queries
from app.declarations.commands import Decide
from app.flows import approving, deciding, holding
from app.registers import integrity
from tests.factories import cases, lives, warehouses
from tests.factories.actors import officer, supervisor
from tests.faults import adding
from tests.slices.test_life_races import at_once

NOTHING = {1: (Decimal("0.000"), Decimal(0))}


@pytest.fixture(autouse=True)
def bound(own_database):
    warehouses.alone()
    yield
    with db.reading() as session:
        assert integrity.compare(session)[1] == []
        assert adding.up(session) == []


def proposed(declaration, mrn):
    """An amendment by which one stock goes into another: it waits for the second official."""

    def bend(body):
        body["items"][0] |= {**warehouses.taking(mrn, "2300.000", 120), "procedure": "7071"}

    return lives.asked_to_amend(declaration, bend, by=officer()).proposal


def of_each_other():
    """Two declarations, and the proposals by which each would take the other's goods."""
    one, other = warehouses.placed(), warehouses.placed()
    return (one, other), (proposed(one, other.mrn), proposed(other, one.mrn))


def approve_both(proposals):
    return at_once(
        *[lambda session, p=p: approving.approve(session, p.id, "agreed", by=supervisor()) for p in proposals]
    )


def test_two_take_of_each_other():
    for _ in range(5):
        pair, proposals = of_each_other()
        done, refused = approve_both(proposals)
        assert (done, refused) == (2, [])
        assert [warehouses.left(each) for each in pair] == [NOTHING, NOTHING]


def test_without_one_order_they_would_stop_each_other(monkeypatch):
    """Sabotage: the race above would see it."""

    def own_first(session, reference, *, by, request=None):
        found = queries.locked(session, reference, by=by)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(holding, "locked", own_first)
    _pair, proposals = of_each_other()
    done, refused = approve_both(proposals)
    assert done == 1 and [type(e) for e in refused] == [OperationalError] and "deadlock" in str(refused[0])
    monkeypatch.undo()


def test_many_take_and_give_back_at_once():
    """Whatever the order, what is left is what entered less what is taken now, and every taking is a new version."""
    source = warehouses.placed()
    takers = [lives.lodged(lives.lane("yellow", warehouses.leaving(source.mrn, "230.000", 12))) for _ in range(6)]
    before = cases.again(source).version
    commands = [Decide(t.reference, d, "seen") for t, d in zip(takers, ["release", "refuse"] * 3, strict=True)]
    done, refused = at_once(*[lambda session, c=c: deciding.decide(session, c, by=officer()) for c in commands])
    assert (done, refused) == (6, [])
    assert warehouses.left(source) == {1: (Decimal("1610.000"), Decimal(84))}
    assert cases.again(source).version == before + 3, "those that gave back"
