"""What came to a post on a day: each consignment once, in its highest lane, whatever it carries and however often it was
looked at."""

from __future__ import annotations

import datetime as dt

import pytest

from app.core import db
from app.core.actors import SYSTEM
from app.flows import profiling
from app.risk import operations, queries
from app.risk.queries import seeds, traffic
from app.risk.queries.traffic import Wanted
from app.risk.rules.vocabulary import restored
from tests.factories import cases, declarations
from tests.factories.actors import POST
from tests.factories.counting import statements

EVER = Wanted(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@pytest.fixture(autouse=True)
def rules(session):
    queries.forget()
    seeds.forget()
    cases.no_chance()
    yield
    queries.forget()
    seeds.forget()


def counted():
    with db.transaction() as s:
        while profiling.count(s, by=SYSTEM):
            pass


def told(apart, **narrow):
    with db.reading() as s:
        wanted = Wanted(EVER.since, EVER.until, **narrow)
        return {c.key: (c.consignments, c.inspected, c.findings, dict(c.lanes)) for c in traffic.by(s, wanted, apart)}


def looked_at_again(declaration):
    """The same facts under one more profile, which leads to red."""
    with db.transaction() as s:
        words = {"en": "x"}
        operations.define(
            s, operations.DefineProfile("later", "item_count > 1", "red", words, words, "a test"), by=SYSTEM
        )
    with db.transaction() as s:
        before = queries.assessment(s, POST, declaration.id)
        subject = operations.Subject(POST, "amended", declaration.id)
        operations.assess(s, subject, restored(before.facts), db.now(s))


def test_a_consignment_counts_once_in_its_highest_lane(session):
    body = declarations.words(items=3)
    for item, (origin, code) in zip(body["items"], (("AF", "620342"), ("PK", "620343"), ("AF", "392410")), strict=True):
        item.update(origin=origin, commodity=code)
    one = cases.lodged(body)
    looked_at_again(one)
    cases.lodged()
    counted()
    day = told("day")
    assert [figures for figures in day.values()] == [(2, 0, 0, {"green": 1, "red": 1})]
    assert told("post") == {POST: (2, 0, 0, {"green": 1, "red": 1})}
    assert told("chapter", origin="AF") == {"39": (1, 0, 0, {"red": 1}), "62": (1, 0, 0, {"red": 1})}
    assert told("origin", chapter="62") == {
        "AF": (1, 0, 0, {"red": 1}), "CN": (1, 0, 0, {"green": 1}), "PK": (1, 0, 0, {"red": 1}),
    }  # fmt: skip
    # Narrowed to a lane: the lanes are told whole, the rest is of that lane.
    assert told("origin", lane="green")["AF"] == (0, 0, 0, {"red": 1})
    counted()
    assert told("day") == day


def test_goods_are_told_by_heading_and_by_subheading(session):
    body = declarations.words(items=3)
    for item, code in zip(body["items"], ("620342", "620343", "62052000"), strict=True):
        item.update(commodity=code)
    cases.lodged(body)
    cases.inspected(cases.red(), "offence")
    counted()
    with db.reading() as s, statements(s.get_bind().engine) as asked:
        found = {
            within: {c.key: (c.consignments, c.inspected, c.findings) for c in traffic.goods(s, EVER, within)}
            for within in ("62", "6203", "6205", "29", "39")
        }
    assert found["62"] == {"6203": (1, 0, 0), "6205": (1, 0, 0)}, (
        "a consignment of two subheadings is one of the heading"
    )
    assert found["6203"] == {"620342": (1, 0, 0), "620343": (1, 0, 0)} and found["6205"] == {"620520": (1, 0, 0)}
    assert [figures for figures in found["29"].values()] == [(1, 1, 1)] and found["39"] == {}
    assert len(asked) == 5
    with db.reading() as s:
        narrowed = Wanted(EVER.since, EVER.until, lane="red")
        assert {c.key: c.consignments for c in traffic.goods(s, narrowed, "62")} == {"6203": 0, "6205": 0}


def test_a_finding_is_told_where_it_was_and_reading_costs_the_same_for_many(session):
    cases.inspected(cases.red(), "offence")
    for _more in range(3):
        cases.lodged()
    counted()
    assert told("chapter") == {"29": (1, 1, 1, {"red": 1}), "62": (3, 0, 0, {"green": 3})}
    with db.reading() as s, statements(s.get_bind().engine) as asked:
        for apart in ("day", "post", "origin", "chapter"):
            traffic.by(s, EVER, apart)
    assert len(asked) == 4
