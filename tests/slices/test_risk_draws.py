"""Chance is promised before, drawn during and opened after a day; an auditor computes every draw again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import text

from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.clock import set_clock
from app.flows import profiling
from app.risk import operations, queries
from app.risk.queries import draws, seeds
from app.risk.rules import draw
from tests.factories import cases, declarations
from tests.factories.actors import POST

NOON = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)  # 12 o'clock in Dushanbe
EVENING = dt.datetime(2026, 11, 23, 13, 30, tzinfo=dt.UTC)
MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)


@pytest.fixture
def alone(session):
    queries.forget()
    seeds.forget()
    yield
    queries.forget()
    seeds.forget()


def at(moment, act):
    with db.transaction() as s:
        set_clock(s, moment)
        return act(s)


def watch(s):
    profiling.keep_watch(s, by=SYSTEM)


def told(s, event, post=POST):
    entries = journal.JournalEntry
    return list(s.query(entries).filter_by(post=post, event=event).order_by(entries.number))


def test_the_evening_promises_the_next_day_and_the_morning_after_opens_the_last(alone, session):
    at(NOON, watch)
    assert set(seeds.committed(session, MONDAY)) == {POST} and not seeds.committed(session, TUESDAY)
    at(EVENING, watch)
    promised = seeds.committed(session, TUESDAY)[POST]
    assert promised.opened_at is None and [e.after["day"] for e in told(session, "risk.seed-committed")] == [
        "2026-11-23",
        "2026-11-24",
    ]
    assert told(session, "risk.seed-opened") == []
    at(NOON + dt.timedelta(days=1), watch)
    opened = told(session, "risk.seed-opened")
    monday = seeds.committed(session, MONDAY)[POST]
    assert [(e.after["day"], e.after["seed"]) for e in opened] == [("2026-11-23", monday.seed.hex())]
    assert (
        draw.commitment(bytes.fromhex(opened[0].after["seed"]))
        == told(session, "risk.seed-committed")[0].after["commitment"]
    )
    at(NOON + dt.timedelta(days=1), watch)
    assert len(told(session, "risk.seed-opened")) == 1


def test_an_insider_who_reads_the_journal_knows_no_open_seed(alone, session):
    cases.lodged()
    at(EVENING, watch)
    words = session.execute(
        text("SELECT string_agg(coalesce(after::text, '') || coalesce(before::text, ''), ' ') FROM journal_entry")
    ).scalar_one()
    for seed in session.execute(
        text("SELECT encode(seed, 'hex') FROM risk_draw_seed WHERE opened_at IS NULL")
    ).scalars():
        assert seed not in words


def test_first_draws_at_once_make_one_seed(own_database):
    """Two processes and many threads find no seed: one is made, journaled once, and all draw from it."""
    gate = Barrier(8)

    def one(_n):
        with db.transaction() as s:
            gate.wait(10)
            return operations.prepare(s, POST, by=SYSTEM).seed

    seeds.forget()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(one, range(8)))
    with db.reading() as s:
        assert len(found) == 1 and len(told(s, "risk.seed-committed")) == 1
        assert s.execute(text("SELECT count(*) FROM risk_draw_seed")).scalar_one() == 1


def test_a_refused_lodging_leaves_the_promise_standing(own_database):
    seeds.forget()
    with pytest.raises(RuntimeError), db.transaction() as s:
        ready = operations.prepare(s, POST, by=SYSTEM)
        raise RuntimeError
    with db.reading() as s:
        assert seeds.stored(s, POST, ready.day) == ready.seed and len(told(s, "risk.seed-committed")) == 1


def test_a_post_that_does_not_exist_gets_no_seed(alone, session):
    with pytest.raises(Exception, match="breaks"):
        cases.lodged({**declarations.words(), "post": "TJXXX"})
    assert told(session, "risk.seed-committed", "TJXXX") == []


def test_every_draw_of_a_day_can_be_computed_again(alone, session):
    with db.transaction() as s:
        operations.set_random_share(s, "*", "40", "yellow", by=SYSTEM)
    lanes = [cases.lodged().lane for _ in range(12)] + [cases.red().lane]
    today = session.execute(text("SELECT max(seed_day) FROM risk_assessment")).scalar_one()
    found = draws.day(session, POST, today)
    assert found is not None and found.mismatches == 0 and found.seed is None, (
        "nobody sees the seed before the day is over"
    )
    assert (len(found.draws), found.open_to_chance) == (13, 12)
    assert found.drawn == lanes.count("yellow") and found.expected == Decimal("40.00")
    assert draws.days(session, today, today)[0] == found
    assert draws.day(session, POST, today + dt.timedelta(days=9)) is None


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("UPDATE risk_assessment SET draw = 9999 - draw", "number"),
        ("UPDATE risk_assessment SET drawn = NOT drawn", "outcome"),
        ("UPDATE risk_assessment SET at = at - interval '2 minutes'", "before-seed"),
        (
            "UPDATE risk_draw_seed SET seed = sha256('x'), commitment = encode(sha256(sha256('x')), 'hex')",
            "not-promised",
        ),
        ("UPDATE risk_draw_seed SET opened_at = committed_at + interval '1 second'", "opened-otherwise"),
    ],
)
def test_what_was_changed_by_hand_is_a_mismatch(own_database, change, wrong):
    cases.no_chance()
    case = cases.lodged()
    with own_database.owner_connection() as dba:
        dba.execute(change)
    with db.reading() as s:
        day = s.execute(
            text("SELECT max(seed_day) FROM risk_assessment WHERE declaration_id = :id"), {"id": case.id}
        ).scalar_one()
        found = draws.day(s, POST, day)
        assert found is not None and found.mismatches > 0
        assert wrong in {*found.wrong, *(w for d in found.draws for w in d.wrong)}
