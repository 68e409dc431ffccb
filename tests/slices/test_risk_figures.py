"""What profiles did, day by day: counted once whatever runs twice, and anew when something comes of it later."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core import db
from app.core.actors import SYSTEM
from app.core.clock import set_clock
from app.flows import inspecting, profiling
from app.flows.movements import departing
from app.inspections.commands import AddFinding, Conclude
from app.risk import operations, queries
from app.risk.queries import figures, seeds
from app.transit.commands import OrderControl
from tests.factories import cases, declarations, movements, roads
from tests.factories.actors import POST, inspector, officer

DAY = (dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@pytest.fixture(autouse=True)
def rules(session):
    queries.forget()
    seeds.forget()
    cases.no_chance()
    with db.transaction() as s:
        for code, expression, lane, status in (
            ("heavy", "gross_kg > 3000.0", "yellow", "in_force"),
            ("sugar", "gross_kg > 4000.0", "yellow", "in_force"),
            ("silent", "gross_kg < 3000.0", "red", "shadow"),
        ):
            words = {"en": code}
            command = operations.DefineProfile(code, expression, lane, words, words, "a test", status=status)
            operations.define(s, command, by=SYSTEM)
    yield
    queries.forget()
    seeds.forget()


def counted():
    more = True
    while more:
        with db.transaction() as s:
            more = profiling.count(s, by=SYSTEM)
    with db.reading() as s:
        return {
            f.code: f
            for f in figures.by_profile(s, *DAY, POST)
            if f.code in ("heavy", "sugar", "silent", "*", "*chance")
        }


def test_hits_findings_and_hours_of_each_profile(session):
    cases.lodged()
    heavy = cases.lodged(declarations.words(items=2))
    found = counted()
    assert (found["*"].hits, found["heavy"].hits, found["heavy"].sole, found["sugar"].hits) == (2, 1, 0, 1)
    assert (found["silent"].hits, found["silent"].shadow) == (0, 1)
    assert found["heavy"].precision is None and "*chance" not in found
    cases.inspected(heavy, "discrepancy")
    found = counted()
    assert (found["heavy"].inspected, found["heavy"].findings, found["heavy"].precision) == (1, 1, Decimal("100.00"))
    with db.reading() as s:
        assert figures.examples(s, "heavy", 1)[0] | {"day": None} == {
            "reference": heavy.reference, "found": True, "day": None, "post": POST,
        }  # fmt: skip
        by_post = figures.by_post(s, *DAY, "heavy")
        by_day = figures.by_day(s, *DAY, code="heavy")
    assert [(f.post, f.hits) for f in by_post] == [(POST, 1)] and [f.hits for f in by_day] == [1]


def test_counting_twice_changes_nothing(session):
    cases.lodged(declarations.words(items=2))
    first = counted()
    session.execute(text("UPDATE risk_cursor SET at = '1990-01-01'"))
    assert counted() == first == counted()


def test_minutes_are_shared_out_among_what_caused_them(session):
    heavy = cases.lodged(declarations.words(items=2))
    began = db.now(session) + dt.timedelta(minutes=1)
    with db.transaction() as s:
        set_clock(s, began)
        inspecting.add_finding(s, heavy.reference, cases.SEEN, None, by=inspector())
    with db.transaction() as s:
        set_clock(s, began + dt.timedelta(minutes=90))
        inspecting.conclude(s, heavy.reference, Conclude("conform", "seen"), None, by=inspector())
    with db.transaction() as s:
        set_clock(s, began + dt.timedelta(minutes=91))
    found = counted()
    assert (found["heavy"].minutes, found["sugar"].minutes) == (Decimal("45.00"), Decimal("45.00"))
    assert (found["*"].minutes, found["*"].hours, found["heavy"].hours_a_finding) == (
        Decimal("90.00"),
        Decimal("1.5"),
        None,
    )


def test_minutes_of_a_movement_are_counted_where_they_were_spent(session):
    body = roads.secured(movements.national(), roads.guarantee().grn)
    moved = roads.lodged(body)
    began = db.now(session) + dt.timedelta(minutes=1)
    with db.transaction() as s:
        set_clock(s, began)
        departing.order_control(s, OrderControl(moved.reference, POST, ("40",)), by=officer())
    with db.transaction() as s:
        inspecting.add_finding(s, moved.reference, AddFinding("40", True, "as declared", item=1), None, by=inspector())
    with db.transaction() as s:
        set_clock(s, began + dt.timedelta(minutes=50))
        inspecting.conclude(s, moved.reference, Conclude("conform", "seen"), None, by=inspector())
    with db.transaction() as s:
        set_clock(s, began + dt.timedelta(minutes=51))
    found = counted()
    assert (found["*"].hits, found["*"].inspected, found["*"].minutes) == (1, 1, Decimal("50.00"))


def test_what_chance_stopped_has_its_own_line(session):
    with db.transaction() as s:
        operations.set_random_share(s, "*", "100", "yellow", by=SYSTEM)
    cases.lodged()
    found = counted()
    assert (found["*chance"].hits, found["*chance"].sole) == (1, 1)


def test_a_finding_weeks_later_is_counted_on_the_day_of_the_hit(session):
    heavy = cases.lodged(declarations.words(items=2))
    counted()
    later = db.now(session) + dt.timedelta(days=20)
    with db.transaction() as s:
        set_clock(s, later)
        cases.inspected(heavy, "offence")
    with db.transaction() as s:
        set_clock(s, later + dt.timedelta(minutes=1))
        while profiling.count(s, by=SYSTEM):
            pass
    with db.reading() as s:
        days = figures.by_day(s, *DAY, code="heavy")
    assert [(f.findings, f.hits) for f in days] == [(1, 1)]
