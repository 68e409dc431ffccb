"""What the attributes of each list may hold: what is refused, where, and with which remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from app.reference import loading, shapes
from app.reference.codebook import LISTS

TODAY = dt.date(2026, 11, 23)

GOOD = {
    "procedure": ("4000", {"regime": "payable"}),
    "incoterm": ("DDP", {"freight": "included", "insurance": "included"}),
    "parameter": ("draft-days", {"value": "60"}),
    "required_document": ("road", {"mode": "3", "documents": "730 952", "effect": "warning"}),
    "preference": ("CIS", {"basis": "origin", "documents": "861"}),
    "rule_severity": ("mass.zero", {"severity": "error"}),
    "exchange_rate": ("TJ.USD", {"administration": "TJ", "currency": "USD", "rate": "10.9034"}),
    "tax_rate": ("TJ.vat", {"administration": "TJ", "tax": "vat", "kind": "ad-valorem", "percent": "14"}),
    "country_group": ("CIS.RU", {"country": "RU", "group": "CIS-FTA"}),
    "holiday": ("TJ.navruz", {"administration": "TJ", "day": "03-21"}),
    "bank": ("DUSHANBE-CITY", {"administration": "TJ", "kind": "bank"}),
    "guarantee_type": ("1", {"reference": "grn", "access_code": "yes"}),
    "incident_code": ("3", {"means": "yes"}),
    "dangerous_goods": ("1202", {}),
    "transit_limit": ("TJ.TJPPJ-TJDUS-3", {"administration": "TJ", "hours": "72"}),
    "transit_route": ("TJ-PPJ-DUS", {"from": "TJPPJ", "waypoints": "37.196,68.605;38.48,68.1", "tolerance_km": "20"}),
    "tir_ceiling": ("TJ", {"amount": "100000", "currency": "EUR"}),
    "risk_ceiling": ("TJPPJ.yellow", {"share": "12.5"}),
    "inspection_set": ("profile.precursors", {"steps": "customs:nature drug_control:sampling"}),
    "inspection_place": ("PPJ-BAY-1", {"post": "TJPPJ", "capacity": "2"}),
    "voucher_amount": ("any", {"amount": "10000", "currency": "EUR"}),
    "trusted_criterion": ("known", {"measure": "known-days", "limit": "730"}),
    "exception_rule": ("same-pair", {"limit": "80", "least": "5", "off": "yes"}),
    "supplementary_unit": ("0101", {"unit": "NAR", "also": "C62 H87"}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_fits_has_no_findings(name):
    code, attributes = GOOD[name]
    assert shapes.findings(name, code, attributes) == []
    assert list(shapes.unknown_codes(name, attributes, loading.codebook(), TODAY)) == []


@pytest.mark.parametrize(
    ("name", "change", "pointer", "rule"),
    [
        ("procedure", {"regime": "tax-free"}, "/attributes/regime", "reference.attribute-shape"),
        ("procedure", {"regime": ""}, "/attributes/regime", "reference.attribute-missing"),
        ("procedure", {"previous": "true"}, "/attributes/previous", "reference.attribute-shape"),
        ("procedure", {"colour": "red"}, "/attributes/colour", "reference.attribute-unknown"),
        ("incoterm", {"insurance": "maybe"}, "/attributes/insurance", "reference.attribute-shape"),
        ("parameter", {"value": "sixty"}, "/attributes/value", "reference.attribute-shape"),
        ("parameter", {"value": "-1"}, "/attributes/value", "reference.attribute-shape"),
        ("required_document", {"documents": "730,952"}, "/attributes/documents", "reference.attribute-shape"),
        ("required_document", {"documents": "730  952"}, "/attributes/documents", "reference.attribute-shape"),
        ("required_document", {"effect": "refuse"}, "/attributes/effect", "reference.attribute-shape"),
        ("required_document", {"mode": ""}, "/attributes/declaration_type", "reference.condition-missing"),
        ("bank", {"administration": ""}, "/attributes/administration", "reference.attribute-missing"),
        ("bank", {"kind": "pawnshop"}, "/attributes/kind", "reference.attribute-shape"),
        ("rule_severity", {"severity": "fatal"}, "/attributes/severity", "reference.attribute-shape"),
        ("exchange_rate", {"rate": "10,9034"}, "/attributes/rate", "reference.attribute-shape"),
        ("exchange_rate", {"rate": "NaN"}, "/attributes/rate", "reference.attribute-shape"),
        ("exchange_rate", {"rate": "1E30"}, "/attributes/rate", "reference.attribute-shape"),
        ("exchange_rate", {"rate": "۱۰"}, "/attributes/rate", "reference.attribute-shape"),
        ("tax_rate", {"percent": "-14"}, "/attributes/percent", "reference.attribute-shape"),
        ("tax_rate", {"percent": "14\n"}, "/attributes/percent", "reference.attribute-shape"),
        ("holiday", {"day": "13-01"}, "/attributes/day", "reference.attribute-shape"),
        ("guarantee_type", {"reference": "yes"}, "/attributes/reference", "reference.attribute-shape"),
        ("incident_code", {"means": "no"}, "/attributes/means", "reference.attribute-shape"),
        ("transit_limit", {"hours": "0"}, "/attributes/hours", "reference.attribute-shape"),
        ("transit_limit", {"days": "3"}, "/attributes/hours", "reference.limit-of-time"),
        ("transit_limit", {"hours": ""}, "/attributes/hours", "reference.limit-of-time"),
        ("transit_limit", {"administration": "UZ"}, "/attributes/administration", "reference.limit-administration"),
        ("transit_limit", {"administration": ""}, "/attributes/administration", "reference.limit-administration"),
        ("transit_route", {"waypoints": "37.196,68.605"}, "/attributes/waypoints", "reference.attribute-shape"),
        ("transit_route", {"waypoints": "37,196;38,48"}, "/attributes/waypoints", "reference.attribute-shape"),
        ("transit_route", {"tolerance_km": ""}, "/attributes/tolerance_km", "reference.attribute-missing"),
        ("transit_route", {"from": "Panji Poyon"}, "/attributes/from", "reference.attribute-shape"),
        ("risk_ceiling", {"share": "100.1"}, "/attributes/share", "reference.attribute-shape"),
        ("inspection_set", {"steps": "customs:glance"}, "/attributes/steps", "reference.attribute-shape"),
        ("inspection_place", {"capacity": "0"}, "/attributes/capacity", "reference.attribute-shape"),
        ("tir_ceiling", {"amount": "-1"}, "/attributes/amount", "reference.attribute-shape"),
        ("tir_ceiling", {"currency": ""}, "/attributes/currency", "reference.attribute-missing"),
    ],
)
def test_what_does_not_fit_is_told_at_its_column(name, change, pointer, rule):
    code, attributes = GOOD[name]
    (found,) = shapes.findings(name, code, {**attributes, **change})
    assert (found.pointer, found.rule) == (pointer, rule)
    assert str(found.message).endswith(".")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("procedure", "400"),
        ("procedure", "4000\n"),
        ("incoterm", "fob"),
        ("bank", "Amonatbonk"),
        ("guarantee_type", "10"),
        ("incident_code", "7"),
        ("dangerous_goods", "UN12"),
        ("transit_limit", "TJ.TJPPJ"),
        ("transit_limit", "TJ.mode-33"),
        ("tir_ceiling", "TJK"),
        ("risk_ceiling", "TJPPJ.green"),
        ("inspection_set", "lane.green"),
        ("bank", "TREASURY.TJ"),
        ("rule_severity", "mass"),
        ("parameter", "Draft days"),
    ],
)
def test_codes_have_the_shape_of_their_list(name, code):
    assert [f.rule for f in shapes.findings(name, code, GOOD[name][1])] == ["reference.code-of-list"]


@pytest.mark.parametrize("value", ["08:00-17:00", "08:00-12:00, 13:00-17:00", "closed", "00:00-24:00"])
def test_working_hours(value):
    assert shapes.findings("parameter", "working-hours-fri.AF", {"value": value}) == []


@pytest.mark.parametrize("value", ["8-17", "17:00-08:00", "08:00-25:00", "08:00-17:00,", "shut"])
def test_hours_that_are_none(value):
    (found,) = shapes.findings("parameter", "working-hours-fri", {"value": value})
    assert (found.pointer, found.rule) == ("/attributes/value", "reference.attribute-shape")


@pytest.mark.parametrize(
    ("name", "attributes", "word"),
    [
        ("required_document", {"documents": "730 XYZ"}, "XYZ"),
        ("required_document", {"preference": "NONE"}, "NONE"),
        ("exchange_rate", {"currency": "XXX"}, "XXX"),
        ("country_group", {"country": "ZZ"}, "ZZ"),
    ],
)
def test_words_that_are_no_codes_of_the_other_list(name, attributes, word):
    (found,) = shapes.unknown_codes(name, attributes, loading.codebook(), TODAY)
    assert found.rule == "reference.code-unknown"
    assert word in str(found.message)


def test_every_list_has_a_shape():
    assert set(shapes.SHAPES) == set(LISTS)


@pytest.mark.parametrize("code", ["any", "TJ.any", "TJ.mode-2", "TJ.TJPPJ-UZ000001"])
def test_codes_of_time_limits(code):
    administration = "" if code == "any" else "TJ"
    assert shapes.findings("transit_limit", code, {"administration": administration, "days": "5"}) == []
