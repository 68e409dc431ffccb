"""Lists of movements show each that one may see once, whatever one is; and ask the same number of questions for much and
for little."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core import db
from app.core.actors import Grant
from app.flows.movements import arriving, departing, lodging, travelling
from app.registers.movements import file, listing, matching, scanning, underway, worklist
from app.seals import operations as seals
from app.seals.commands import Applied, IssueSeals, ReceiveSeals
from app.transit import commands as c
from app.transit import queries, schemas
from app.transit.lifecycle import UNDER_WAY
from app.transit.models import Movement
from tests.factories import actors, movements, roads
from tests.factories.actors import OTHER_PARTY, PARTY, POST
from tests.factories.roads import THERE, at

WAY = "TJTEM"
people = {
    "departure": actors.officer(),
    "way": at(WAY),
    "destination": at(THERE),
    "elsewhere": at("TJISH"),
    "three": replace(actors.officer(), grants=tuple(Grant("officer", post) for post in (POST, WAY, THERE))),
    "holder": actors.trader(),
    "bringer": actors.other_trader(),
    "of a post": actors.actor("trader", POST, party=PARTY),
    "both": replace(actors.officer(), grants=(Grant("officer", THERE), Grant("trader", "*", OTHER_PARTY))),
    "everywhere": actors.auditor(),
    "nobody": actors.trader("TJ-000000009"),
}


def through(body):
    return {**body, "offices": {**body["offices"], "transit": [WAY]}}


@pytest.fixture
def road(session):
    """Eight movements: on the road from here, and through another office, one that another firm brought and that goes on,
    one there, one before the office, one ended."""
    covering = roads.guarantee("900000.00").grn
    for _n in range(3):
        roads.released(roads.secured(movements.national(), covering))
    roads.released(roads.secured(through(movements.national()), covering))
    _goes_on(roads.released(_two_ends()))
    roads.arrived(roads.released(roads.secured(movements.national(), covering)))
    roads.lodged(roads.secured(movements.national(), covering))
    taken_back = roads.lodged(roads.secured(movements.national(), covering))
    with db.transaction() as changing:
        lodging.invalidate(changing, c.Invalidate(taken_back.reference, "no"), by=actors.trader())


def _two_ends():
    body = movements.tir(1)
    return {**body, "offices": {**body["offices"], "destination": [WAY, THERE]}}


def _goes_on(movement):
    """Another firm brings it to the first of two destinations, whose officer sends it on."""
    with db.transaction() as session:
        arriving.arrive(session, c.Arrive(movement.mrn, WAY), by=actors.other_trader())
    with db.transaction() as session:
        arriving.continue_to_next(session, c.Continue(movement.reference, WAY), by=at(WAY))


def listed(session, by, after):
    return listing.page(session, listing.Filters(after=after), by=by, limit=2)


def on_the_road(session, by, after):
    return underway.page(session, by=by, after=after, limit=2)


def expected(session, by, after):
    return worklist.page(session, "expected", by=by, after=after, limit=2)


def paged(page, by):
    """Everything, two a page."""
    found, after = [], ""
    while True:
        with db.reading() as session:
            one = page(session, by, after)
        found += [line.id for line in one.lines]
        if one.next is None:
            return found
        after = one.next


def test_lists_show_what_is_open_once_and_in_order(road):
    for by in people.values():
        with db.reading() as session:
            known = session.execute(select(Movement).where(queries.visible(by))).scalars().all()
        on_road = sorted((m for m in known if m.status in UNDER_WAY), key=lambda m: (m.limit_at, m.id))
        assert paged(listed, by) == sorted((m.id for m in known), reverse=True)
        assert paged(on_the_road, by) == [m.id for m in on_road]
        with db.reading() as session:
            now = db.now(session)
            assert underway.page(session, by=by, late_at=now).lines == []
            late = underway.page(session, by=by, late_at=on_road[0].limit_at if on_road else now)
            assert [line.id for line in late.lines] == [m.id for m in on_road if m.limit_at <= on_road[0].limit_at]
            assert sum(leg.under_way for leg in underway.legs(session, now, by=by)) == len(on_road)
    with db.reading() as session:
        seen = {who: len(underway.page(session, by=by).lines) for who, by in people.items()}
    assert seen == {
        "departure": 5, "way": 2, "destination": 5, "elsewhere": 0, "three": 5, "holder": 5, "bringer": 1, "of a post": 5,
        "both": 5, "everywhere": 5, "nobody": 0,
    }  # fmt: skip


def test_a_worklist_is_read_by_pages(road):
    awaited = paged(expected, at(THERE))
    assert len(awaited) == len(set(awaited)) == 5
    with db.reading() as session:
        assert worklist.counts(session, by=at(THERE)) == {"decide": 0, "present": 1, "expected": 5, "search": 0}
        assert [line.office for line in worklist.page(session, "decide", by=actors.officer()).lines] == [POST]


class Counting:
    """How many statements each deed sends."""

    def __init__(self, statements):
        self.statements, self.asked = statements, {}

    def __call__(self, name, act, *words, **more):
        self.statements.clear()
        with db.transaction() as session:
            made = act(session, *words, **more)
        self.asked[name] = len(self.statements)
        return made


def costs(statements, size):
    """A movement of so many items under so many seals, from lodging to discharge, with so many others beside it."""
    count, officer, supervisor, there = Counting(statements), actors.officer(), actors.supervisor(), at(THERE)
    covering = roads.guarantee("900000.00").grn
    body = roads.secured(movements.national(size), covering, "90000.00")
    movement = count("lodge", lodging.lodge, c.LodgeMovement(schemas.read(body)), by=actors.trader()).movement
    serials = tuple(f"D{movement.mrn[7:16]}{n}" for n in range(size))
    count("receive", seals.receive, ReceiveSeals(POST, "Mega", "H", serials), by=supervisor)
    count("issue", seals.issue, IssueSeals(POST, serials, officer.person, officer.name), by=supervisor)
    applied = [Applied(each) for each in serials]
    count("seal", departing.apply_seals, movement.reference, POST, applied, by=officer)
    count("release", departing.release, c.Release(movement.reference, POST), by=officer)
    for _each in range(size // 4):
        roads.released(roads.secured(movements.national(), covering))
    count("file", file.of, movement.reference, by=officer)
    count("scan", scanning.scan, serials[0], by=officer)
    count("worklist", worklist.page, "expected", by=there)
    count("in a lane", worklist.page, "expected", by=there, lane="green")
    count("lanes", worklist.lanes, "expected", by=there)
    count("under way", underway.page, by=officer)
    count("list", listing.page, listing.Filters(), by=officer)
    roads.arrived(movement)
    count("off", seals.let_go, movement.id, "opened", THERE, by=there)
    count("discharge", arriving.discharge, c.Discharge(movement.reference, THERE), by=there)
    return count.asked


def test_much_asks_no_more_than_little(session, statements):
    costs(statements, 1)  # the codes are read
    few, many = costs(statements, 4), costs(statements, 40)
    assert few == many
    assert {few[each] for each in ("worklist", "in a lane", "lanes", "under way", "list")} == {1}
    assert few["lodge"] <= 12 and few["file"] <= 25 and few["scan"] <= 4, few


def test_what_does_not_match_is_listed(session):
    """Goods that came in and were not seen going out in time, goods at their end that an office on the way never saw, and
    weights that differ; what is in order, and what others have, is not."""
    covering = roads.guarantee("900000.00").grn
    late = roads.released(roads.secured(movements.national(), covering))
    skipped = roads.arrived(roads.released(roads.secured(through(movements.national()), covering)))
    passed = roads.released(roads.secured(through(movements.national()), covering))
    with db.transaction() as changing:
        plate = queries.wheels(changing, passed)[0]
        travelling.pass_office(changing, c.Pass(passed.reference, WAY, plate, True), by=at(WAY))
    roads.arrived(passed)
    heavy = roads.arrived(roads.released(roads.secured(movements.national(), covering)))
    for office, weight in ((POST, "20000"), (THERE, "20401")):
        with db.transaction() as changing:
            weighed = c.Weigh(heavy.reference, office, "control", Decimal(weight))
            travelling.weigh(changing, weighed, by=at(office, "officer" if office == POST else None))

    def found(by, moment):
        with db.reading() as reading:
            return {(row.kind, row.reference) for row in matching.found(reading, moment, by=by, per_mille=20)}

    in_time, after = late.limit_at - dt.timedelta(seconds=1), late.limit_at
    always = {("exit-without-entry", skipped.reference), ("weight", heavy.reference)}
    assert found(actors.officer(), in_time) == always
    assert found(actors.officer(), after) == always | {("entry-without-exit", late.reference)}
    assert found(at(WAY), after) == {("exit-without-entry", skipped.reference)}
    assert found(at("TJISH"), after) == set()
