"""What an administrator may enter, and how names are folded for searching."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from app.reference import rules
from app.reference.commands import EnterCode

GOOD = EnterCode("unit", "SACK", dt.date(2026, 1, 1), {"en": "sack", "tg": "халта"}, "Order 17")
CONTROL = EnterCode(
    "controlled",
    "080620-x",
    dt.date(2026, 1, 1),
    {"en": "x"},
    "Order 18",
    attributes={"prefix": "080620", "group": "x"},
)


@pytest.mark.parametrize("command", [GOOD, CONTROL])
def test_a_complete_code_has_no_findings(command):
    assert rules.findings(command) == []


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"list": "planets"}, "/list", "reference.list-unknown"),
        ({"code": "ХАЛТА"}, "/code", "reference.code-shape"),
        ({"code": ""}, "/code", "reference.code-shape"),
        ({"code": "A" * 71}, "/code", "reference.code-shape"),
        ({"list": "commodity", "code": "0806200000"}, "/code", "reference.commodity-shape"),
        ({"valid_from": dt.date(1989, 12, 31)}, "/valid_from", "reference.day-range"),
        ({"valid_to": dt.date(2200, 1, 1)}, "/valid_to", "reference.day-range"),
        ({"valid_to": dt.date(2025, 12, 31)}, "/valid_to", "reference.days-order"),
        ({"names": {"tg": "халта"}}, "/names/en", "reference.name-missing"),
        ({"names": {"en": "sack", "xx": "sack"}}, "/names/xx", "reference.name-faulty"),
        ({"names": {"en": "sa\u202eck"}}, "/names/en", "reference.name-faulty"),
        ({"names": {"en": "s" * 501}}, "/names/en", "reference.name-faulty"),
        ({"source": "a\x00b"}, "/source", "reference.text-faulty"),
        ({"reason": "  "}, "/reason", "reference.reason-missing"),
        ({"attributes": {"weight": 1.5}}, "/attributes/weight", "reference.attribute-faulty"),
        ({"attributes": {"weight": ["a\x00"]}}, "/attributes/weight", "reference.attribute-faulty"),
        (
            {"list": "controlled", "attributes": {"prefix": "08"}},
            "/attributes/group",
            "reference.attribute-missing",
        ),
        (
            {"list": "controlled", "attributes": {"prefix": "x", "group": "y"}},
            "/attributes/prefix",
            "reference.attribute-shape",
        ),
        ({"attributes": {"weight": "1"}}, "/attributes/weight", "reference.attribute-unknown"),
    ],
)
def test_each_fault_is_found_at_its_place(change, pointer, rule):
    assert [(f.pointer, f.rule) for f in rules.findings(replace(GOOD, **change))] == [(pointer, rule)]


def test_all_faults_are_told_at_once():
    found = rules.findings(EnterCode("planets", "", dt.date(1900, 1, 1), {}, ""))
    assert len(found) == 5


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Grapes; fresh or dried", " grapes fresh or dried"),
        ("ТОҶИКИСТОН", " тоҷикистон"),
        ("ايران", " ایران"),
        ("فاتح‌آباد", " فاتحآباد"),
        ("كابل ۱۲", " کابل 12"),
        ("100%_", " 100"),
        ("  ;; ", ""),
    ],
)
def test_folding_makes_what_looks_alike_alike(text, folded):
    assert rules.folded(text) == folded
