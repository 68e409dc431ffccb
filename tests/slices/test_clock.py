"""The clock of a demo or test database can be set; that of a live one cannot, by nobody but its owner's hand on the mark."""

from __future__ import annotations

import datetime as dt
import uuid

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import clock, db, journal, schema
from tests.conftest import _create
from tests.factories import caches
from tests.factories.actors import officer

MOMENT = dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def live(cluster):
    """A database as `flask upgrade` makes it: live."""
    made = _create(cluster, f"live_{uuid.uuid4().hex[:8]}")
    schema.upgrade(made.owner_url, application_role="guzar")
    return made


@pytest.fixture
def in_live(live):
    with caches.apart():
        db.connect(live.url, node_post="TJPPJ")
        yield live
        db.disconnect()


def test_a_test_database_can_be_told_the_time(own_database):
    with db.transaction() as session:
        clock.set_clock(session, MOMENT)
        assert db.now(session) == MOMENT
        assert session.execute(text("SELECT guzar_now()")).scalar_one() == MOMENT
        journal.record(session, by=officer(), event="thing.made", kind="clock", subject="1", post="TJPPJ")
    with db.reading() as session:
        assert journal.history(session, "TJPPJ", "clock", "1")[0].at == MOMENT
        assert abs(db.now(session) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1), "only that transaction"


def test_the_clock_is_asked_once_in_a_transaction(own_database):
    with db.transaction() as session:
        first = db.now(session)
        session.execute(text("SELECT pg_sleep(0.01)"))
        assert db.now(session) == first and first.tzinfo is dt.UTC


def test_an_offset_moves_the_whole_database(own_database):
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE node SET clock_offset = interval '10 days'")
    with db.reading() as session:
        assert (
            dt.timedelta(days=9, hours=23) < db.now(session) - dt.datetime.now(dt.UTC) < dt.timedelta(days=10, hours=1)
        )
        assert clock.purpose(session) == "test"


def test_a_live_clock_cannot_be_set_by_the_application(in_live):
    with pytest.raises(DBAPIError, match="live database cannot be set"), db.transaction() as session:
        clock.set_clock(session, MOMENT)
        db.now(session)
    with pytest.raises(DBAPIError, match="live database cannot be set"), db.transaction() as session:
        clock.set_clock(session, MOMENT)
        journal.record(session, by=officer(), event="thing.made", kind="clock", subject="1", post="TJPPJ")
    with db.reading() as session:
        assert clock.purpose(session) == "live"
        assert journal.posts(session) == []


LIVE_ATTEMPTS = [
    "SET guzar.clock = '2031-05-06T07:08:09Z'",
    "SELECT set_config('guzar.clock', '2031-05-06T07:08:09Z', false)",
    "SET LOCAL guzar.clock = 'infinity'",
]


@pytest.mark.parametrize("statement", LIVE_ATTEMPTS)
@pytest.mark.parametrize("url", ["url", "owner_url", "superuser_url"])
def test_a_live_clock_cannot_be_set_by_sql(live, statement, url):
    with psycopg.connect(getattr(live, url).replace("+psycopg", "")) as connection:
        connection.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="live database cannot be set"):
            connection.execute("SELECT guzar_now()")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE node SET purpose = 'test'",
        "UPDATE node SET clock_offset = interval '1 day'",
        "DELETE FROM node",
        "INSERT INTO node VALUES (false, 'test', interval '0')",
    ],
)
def test_the_application_may_not_touch_the_mark(live, statement):
    with live.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE node SET clock_offset = interval '1 second'",
        "UPDATE node SET purpose = 'training'",
        "INSERT INTO node VALUES (true, 'test', interval '0')",
        "INSERT INTO node VALUES (false, 'test', interval '0')",
    ],
)
def test_even_the_owner_keeps_to_the_checks(live, statement):
    with live.owner_connection() as owner, pytest.raises(psycopg.errors.IntegrityError):
        owner.execute(statement)


def test_a_database_that_has_lost_its_mark_stands_still(own_database):
    with own_database.owner_connection() as owner:
        owner.execute("DELETE FROM node")
    with pytest.raises(DBAPIError), db.transaction() as session:
        db.now(session)


def test_a_live_mark_is_never_turned_into_another_by_upgrading(live):
    schema.upgrade(live.owner_url, application_role="guzar", purpose="test")
    with live.app_connection() as connection:
        assert connection.execute("SELECT purpose FROM node").fetchone() == ("live",)


@pytest.mark.parametrize("value", ["infinity", "-infinity", "20000-01-01", "1889-01-01"])
def test_insane_times_are_refused_where_they_are_stored(own_database, value):
    """A set clock, too, must stand in a year that the driver can read back."""
    with own_database.app_connection() as connection:
        connection.execute("SELECT set_config('guzar.clock', %s, false)", [value])
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(
                "INSERT INTO outbox (post, id, topic, subject, payload) VALUES ('TJPPJ', gen_random_uuid(), 't', 's', '{}')"
            )
