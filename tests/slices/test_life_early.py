"""Lodged before the truck is there: no lane, changed and taken back alone, presented, or forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from app.core import clock, db
from app.core.actors import SYSTEM
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations import operations, queries
from app.declarations.commands import Invalidate, SettleRequest
from app.flows import amending, expiring, leaving, presenting
from app.registers import integrity
from tests.factories import cases, lives
from tests.factories.actors import auditor, inspector, officer, other_trader, supervisor, trader


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def presented(reference, by, version=None):
    with db.transaction() as session:
        return presenting.present(session, reference, version, by=by).declaration


def test_it_has_a_number_but_no_lane_yet():
    early = lives.lodged(lives.early())
    assert (early.status, early.lane, early.lodged_at, early.content) == ("prelodged", None, None, 1)
    assert early.mrn


@pytest.mark.parametrize("who", [trader, officer, inspector, supervisor])
def test_presented_it_gets_its_lane(who):
    early = lives.lodged(lives.early(lives.lane("yellow", lives.free())))
    there = presented(early.reference, who())
    assert (there.status, there.lane) == ("selected", "yellow")
    assert there.lodged_at is not None and there.lodged_at >= early.changed_at
    with pytest.raises(WrongState):
        presented(early.reference, who())


def test_presented_with_nothing_to_look_at_and_nothing_due_it_is_released():
    assert presented(lives.lodged(lives.early()).reference, trader()).status == "released"


def test_presented_it_waits_for_money():
    there = presented(lives.lodged(lives.early(lives.due())).reference, trader())
    assert (there.status, there.lane) == ("assessed", "green")
    assert lives.paid(there).status == "released"


def test_nobody_else_presents_it():
    early = lives.lodged(lives.early())
    with pytest.raises(NotFound):
        presented(early.reference, other_trader())
    with pytest.raises(Forbidden):
        presented(early.reference, auditor())
    with pytest.raises(ChangedMeanwhile):
        presented(early.reference, trader(), early.version + 7)


def test_its_trader_changes_it_alone():
    early = lives.lodged(lives.early())
    done = lives.asked_to_amend(early, lambda b: b["items"][0].update(net_kg="2200.000"))
    assert done.changed and done.amendment.status == "accepted" and done.amendment.stage == "prelodged"
    assert [(d.pointer, d.before, d.after) for d in done.differences] == [("/items/0/net_kg", "2300.000", "2200.000")]
    with db.reading() as session:
        now = queries.find(session, early.reference, by=trader())
        assert (now.status, now.content) == ("prelodged", 2)
        assert queries.declared(session, now).items[0]["net_kg"] == "2200.000"
        assert queries.declared(session, now, 1).items[0]["net_kg"] == "2300.000", "what was declared first stays"


def test_an_official_does_not_change_what_is_only_announced():
    early = lives.lodged(lives.early())
    with pytest.raises(Invalid) as refused:
        lives.asked_to_amend(early, lambda b: b["items"][0].update(net_kg="2200.000"), by=officer())
    assert {f.rule for f in refused.value.findings} == {"amendment.fixed"}


def test_its_trader_takes_it_back_alone():
    early = lives.lodged(lives.early())
    with db.transaction() as session:
        done = amending.invalidate(session, Invalidate(early.reference, "the buyer withdrew"), by=trader())
    assert done.invalidated and done.declaration.status == "invalidated"
    with pytest.raises(WrongState):
        presented(early.reference, trader())


def test_an_officer_rejects_it_with_a_reason():
    early = lives.lodged(lives.early())
    with pytest.raises(Invalid), db.transaction() as session:
        leaving.reject(session, early.reference, "  ", None, by=officer())
    with db.transaction() as session:
        now = leaving.reject(session, early.reference, "another post is meant", None, by=officer())
        assert now.status == "rejected"
        assert [d.decision for d in queries.decisions(session, now)] == ["reject"]
    with pytest.raises(Forbidden), db.transaction() as session:
        leaving.reject(session, lives.lodged(lives.early()).reference, "no", None, by=trader())


def expire() -> int:
    with db.transaction() as session:
        return expiring.run(session, by=SYSTEM)


def test_it_expires_once(own_early_clock):
    early = lives.lodged(lives.early())
    assert expire() == 0
    own_early_clock(dt.timedelta(days=29, hours=23))
    assert expire() == 0
    own_early_clock(dt.timedelta(days=30, minutes=1))
    assert expire() == 1
    assert expire() == 0, "a second run changes nothing"
    assert cases.again(early).status == "invalidated"
    with db.reading() as session:
        told = session.execute(
            text("SELECT event, login FROM journal_entry WHERE subject = :s ORDER BY number"), {"s": str(early.id)}
        ).all()
    assert told[-1] == ("declaration.expired", "system")


def test_only_the_node_lets_things_expire():
    early = lives.lodged(lives.early())
    with pytest.raises(Forbidden), db.transaction() as session:
        found = queries.locked(session, early.reference, by=trader())
        operations.expire_prelodged(session, found, db.now(session), by=supervisor())


@pytest.fixture
def own_early_clock(monkeypatch):
    """Moves the database's clock as this process asks for it."""
    began = dt.datetime.now(dt.UTC)

    def move(by: dt.timedelta) -> None:
        monkeypatch.setattr("app.flows.expiring.now", lambda _session: began + by)

    return move


def test_a_truck_that_comes_late_is_presented_all_the_same(session):
    """When it was expected is asked before it is there, and never after."""
    early = lives.lodged(lives.early(lives.lane("yellow", lives.free())))
    clock.set_clock(session, dt.datetime.now(dt.UTC) + dt.timedelta(days=9))
    with pytest.raises(Invalid) as refused:
        lives.asked_to_amend(early, lambda b: b["items"][0].update(net_kg="2200.000"))
    assert [f.rule for f in refused.value.findings if f.severity == "error"] == ["arrival.past"], "announced, it is late"
    there = presented(early.reference, trader())
    assert (there.status, there.lane) == ("selected", "yellow")
    with db.transaction() as opened:
        asked = lives.asked_to_amend(early, lambda b: b["items"][0].update(net_kg="2200.000"))
        command = SettleRequest(early.reference, asked.amendment.id)
        assert amending.accept(opened, command, by=officer()).changed, "and it can be amended afterwards"
