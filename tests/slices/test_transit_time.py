"""What time does to movements: an alarm at the limit, a search a day later, each once though several workers look."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.core import db
from app.core.actors import SYSTEM
from app.flows.movements import arriving, watching
from app.guarantees import queries as pledged
from app.transit import queries
from app.transit.commands import Arrive
from app.transit.models import Movement
from tests.factories import actors, roads
from tests.factories.roads import again

WORKERS = 4


@pytest.fixture
def late(own_database):
    """So many movements whose limit passed so long ago; the clock of the database is set on."""

    def made(count, after):
        moved = [roads.released() for _ in range(count)]
        ahead = max(m.limit_at for m in moved) + after - dt.datetime.now(dt.UTC)
        with own_database.owner_connection() as owner:
            owner.execute("UPDATE node SET clock_offset = %s", [ahead])
        return moved

    return made


def look():
    done = 0
    while True:
        with db.transaction() as session:
            now = watching.run(session, by=SYSTEM)
        done += now
        if not now:
            return done


def all_at_once():
    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(lambda _n: look(), range(WORKERS)))


def alarms(movement):
    with db.reading() as session:
        return [(row.kind, row.seen_at) for row in queries.alarms(session, again(movement))]


def test_the_limit_raises_one_alarm_however_many_workers_look(late):
    moved = late(3, dt.timedelta(hours=1))
    assert all_at_once() == 3
    for movement in moved:
        assert alarms(movement) == [("limit-passed", None)] and again(movement).status == "released_for_transit"
    assert all_at_once() == 0


def test_without_the_lock_and_the_key_workers_meet_in_an_error(late, own_database, monkeypatch):
    """Sabotage: who is due is only read, and nothing says that an alarm was raised before. What is left is the version
    of the movement: the second worker fails and takes its alarm back."""
    meeting = Barrier(WORKERS, timeout=30)

    def unlocked(session, which, task, at, most, by):
        found = list(session.execute(select(Movement).where(which).order_by(Movement.id).limit(most)).scalars())
        if task is watching._alarm and found:
            meeting.wait()
        for movement in found:
            task(session, movement, at, by)
        return len(found)

    (movement,) = late(1, dt.timedelta(hours=1))
    with own_database.owner_connection() as owner:
        owner.execute("ALTER TABLE transit_alarm DROP CONSTRAINT pk_transit_alarm")
    monkeypatch.setattr(watching, "_do", unlocked)
    with pytest.raises(StaleDataError):
        all_at_once()
    assert len(alarms(movement)) == 1


def test_a_day_later_the_search_begins_by_itself_and_the_guarantee_is_held(late):
    moved = late(3, dt.timedelta(days=1, minutes=1))
    assert all_at_once() == 6, "an alarm and a search each"
    for movement in moved:
        found = again(movement)
        assert found.status == "enquiry"
        with db.reading() as session:
            assert len(queries.enquiries(session, found)) == 1
            assert [taken.status for taken, _guarantee in pledged.of_movement(session, found.id)] == ["held"]
            assert {row.stage for row in queries.offices(session, found)} == {"search", "expected"}


def test_what_is_in_time_is_left_alone(own_database):
    movement = roads.released()
    assert look() == 0 and alarms(movement) == []
    with db.reading() as session:
        assert queries.find(session, movement.reference, by=actors.officer()).status == "released_for_transit"


def test_a_traders_word_that_the_goods_are_there_does_not_stop_the_clock(own_database):
    """Told by a trader and ended by nobody: alarm a day after the limit. Seen by an officer: none."""
    told, seen = roads.released(), roads.released()
    with db.transaction() as session:
        arriving.arrive(session, Arrive(told.mrn, roads.THERE), by=actors.other_trader())
    roads.arrived(seen)
    with own_database.owner_connection() as owner:
        ahead = max(told.limit_at, seen.limit_at) + dt.timedelta(days=1, minutes=1) - dt.datetime.now(dt.UTC)
        owner.execute("UPDATE node SET clock_offset = %s", [ahead])
    assert look() == 1
    assert alarms(told) == [("limit-passed", None)] and alarms(seen) == []
    assert look() == 0
