"""Whom and what selectivity remembers, and under which keys."""

from __future__ import annotations

import datetime as dt

from app.risk.queries import tallies
from app.risk.rules import subjects


def test_keys_do_not_depend_on_how_a_thing_is_written():
    assert subjects.party_key({"id": "tj-520 001", "name": "A"}) == "TJ520001"
    assert (
        subjects.party_key({"name": "ҶДММ  «Сомон»"})
        == subjects.party_key({"id": "", "name": "ҷдмм сомон"})
        == "=ҷдмм сомон"
    )
    assert subjects.driver_key({"name": "x", "document": {"number": "p 0123", "country": "AF"}}) == "AF:P0123"
    assert subjects.driver_key({"name": "احمد نوری"}) == "=احمد نوری"
    assert subjects.name_key("«»") == ""


def test_months_are_whole():
    at = dt.datetime(2026, 1, 31, 23, tzinfo=dt.UTC)
    assert tallies.months_before(at, 0) == dt.date(2026, 1, 1)
    assert tallies.months_before(at, 1) == dt.date(2025, 12, 1)
    assert tallies.months_before(at, 24) == dt.date(2024, 1, 1)


def test_a_movement_has_the_firms_of_all_its_houses():
    header = {
        "holder": {"id": "TJ-1", "name": "A"},
        "house_consignments": [
            {"consignor": {"name": "B"}, "consignee": {"id": "TJ-2", "name": "C"}},
            {"consignor": None, "consignee": {"id": "tj 2", "name": "C"}},
            {"consignor": {"name": "b."}, "consignee": {"id": "AF-3", "name": "D"}},
        ],
        "equipment": [{"container": "MSKU1234565"}, {"container": None}],
        "transport": {"vehicle": {"plate": "01 ab-77"}, "trailer": None, "driver": None},
    }
    assert subjects.of_movement(header) == {
        "holder": ["TJ1"],
        "consignor": ["=b"],
        "consignee": ["AF3", "TJ2"],
        "container": ["MSKU1234565"],
        "vehicle": ["01AB77"],
    }
