"""Sections of a movement: every name in exactly one, and the sections that a kind of transit has."""

from __future__ import annotations

import pytest

from app.core.errors import Finding
from app.core.text import _
from app.transit.schemas import movement_schema
from app.web.kinds import fields_of
from app.web.tasking import State
from app.web.trader.transit.form import MovementForm
from app.web.trader.transit.plain import told
from app.web.trader.transit.sections import SECTIONS, tasks_of
from app.transit.lifecycle import Status
from tests.factories import movements


def keys(words):
    return [section.key for section in tasks_of(words).sections]


def test_every_name_of_the_schema_belongs_to_one_section():
    names = [name for section in SECTIONS for name in section.names]
    assert sorted(names) == sorted(fields_of(movement_schema()))


@pytest.mark.parametrize(
    ("words", "has", "lacks"),
    [
        ({"kind": "tir"}, "carnet", "guarantees"),
        ({"kind": "national"}, "guarantees", "carnet"),
        ({}, "guarantees", "carnet"),
    ],
)
def test_a_carnet_is_the_guarantee_of_tir(words, has, lacks):
    assert has in keys(words) and lacks not in keys(words)
    written = {"carnet": {"carnet": {"number": "1"}}, "guarantees": {"guarantees": [{"type": "1"}]}}[lacks]
    assert lacks in keys({**words, **written}), "what is written can be corrected"


def test_what_a_new_movement_begins_with_is_no_beginning_of_its_route():
    words = {"kind": "tir", "offices": {"departure": ["TJPPJ"]}, "transport": {"border_mode": "3", "inland_mode": "3"}}
    missing = Finding("/carnet", "tir.carnet-missing", _("x"))
    states = {p.section.key: p.state for p in tasks_of(words).progress(words, [missing])}
    assert states["route"] == states["transport"] == states["carnet"] == State.BLANK


def test_items_are_numbered_over_all_houses():
    body = movements.national(5, houses=2)
    for house in body["house_consignments"]:
        for item in house["items"]:
            item["number"] = 7
    words = MovementForm(body).words()
    numbers = [[item["number"] for item in house["items"]] for house in words["house_consignments"]]
    assert numbers == [[1, 2], [3, 4, 5]] and [house["number"] for house in words["house_consignments"]] == [1, 2]


def test_every_state_is_told_with_what_happens_next_and_whose_turn_it_is():
    for status in Status:
        said = told(status.value)
        assert said.text.msgid != "{code}" and said.next.msgid and said.turn.msgid, status
