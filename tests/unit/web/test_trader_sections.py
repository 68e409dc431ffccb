"""Sections of the list of tasks: every name in exactly one, and states that follow from words and findings."""

from __future__ import annotations

import copy

import pytest

from app.core.errors import Finding
from app.core.text import _
from app.declarations.schemas import declaration_schema
from app.web.kinds import fields_of
from app.web.declaring.sections import BY_KEY, SECTIONS, State, after, is_begun, progress, section_of
from app.web.trader.totals import totals
from tests.factories.fullest import FULLEST


def said(pointer, rule="code.country", severity="error"):
    return Finding(pointer, rule, _("x"), severity)


def test_every_name_of_the_schema_belongs_to_one_section():
    names = [name for section in SECTIONS for name in section.names]
    assert sorted(names) == sorted(fields_of(declaration_schema()))


def test_what_comes_by_itself_is_no_beginning():
    blank = {"post": "TJPPJ", "declarant": {"id": "X"}, "transport": {"border_mode": "3"}, "documents": []}
    assert not any(is_begun(section, blank) for section in SECTIONS)
    assert is_begun(BY_KEY["transport"], {"transport": {"border_mode": "3", "vehicle": {"plate": "K"}}})
    assert is_begun(BY_KEY["header"], {"post": "TJPPJ", "local_reference": "A"})
    assert is_begun(BY_KEY["parties"], {"declarant": {"id": "X"}, "consignee": "whatever shape"})


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], State.COMPLETE),
        ([said("/invoice/number", "required")], State.BEGUN),
        ([said("/invoice/number", "required"), said("/invoice/currency")], State.WRONG),
        ([said("/invoice/currency", severity="warning")], State.COMPLETE),
        ([said("/consignor/country")], State.COMPLETE),
        ([said("")], State.COMPLETE),
    ],
)
def test_states(found, state):
    terms = {p.section.key: p for p in progress(FULLEST, found)}["terms"]
    assert terms.state is state


def test_a_blank_section_is_not_begun_by_what_is_missing():
    done = {p.section.key: p for p in progress({}, [said("/invoice/number", "required"), said("/items")])}
    assert done["terms"].state is State.BLANK and done["terms"].missing == 1
    assert done["items"].state is State.WRONG


def test_findings_find_their_section():
    assert section_of("/items/3/net_kg") is BY_KEY["items"]
    assert section_of("/transport/vehicle") is BY_KEY["transport"]
    assert section_of("") is None and section_of("/unknown") is None
    assert after(SECTIONS[0]) is SECTIONS[1] and after(SECTIONS[-1]) is None


def test_totals_add_up_and_count_what_is_no_number():
    sums = totals(FULLEST)
    assert (str(sums.gross_kg), str(sums.packages), str(sums.value)) == ("10970.000", "960", "39600.00")
    assert sums.difference == 0 and sums.currency == "USD" and sums.unread == 0
    bent = copy.deepcopy(FULLEST)
    bent["items"][0]["gross_kg"] = "NaN"
    bent["items"][1]["net_kg"] = {"a": 1}
    bent["items"].append("text")
    assert totals(bent).unread == 2 and str(totals(bent).gross_kg) == "1520.000"
    assert totals({"items": "x", "invoice": []}).invoice is None
