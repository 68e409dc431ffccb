"""Rules of items beyond the table of cases: what they leave alone, the units they stand on, and what they cost."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from app.core.errors import Finding
from app.declarations import rules, schemas
from app.declarations.rules import goods, masses
from app.interchange.asycuda.read import read
from app.reference import loading
from tests.factories import declarations
from tests.unit.declarations.rule_cases import POSTS, TODAY, book, findings, sound

SHARED = Path(__file__).resolve().parents[4] / "shared"


def ids(found: list[Finding]) -> list[str]:
    return [f.rule for f in found]


def test_the_factory_has_no_error_and_nothing_that_blocks():
    found = findings(declarations.words(3))
    assert rules.errors(found) == [] == rules.blocking(found)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")
def test_the_declaration_of_the_contract_has_no_findings():
    body = json.loads((SHARED / "design" / "declaration.json").read_text(encoding="utf-8"))
    assert findings(body) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the shared samples are not here")
def test_a_real_declaration_of_the_neighbour_has_no_errors():
    document = dict(read((SHARED / "samples" / "asycuda" / "afghan_export.xml").read_bytes()).document)
    setting = rules.Setting(schemas.read({**document, "post": "AFSKB"}), book(), TODAY, POSTS)
    assert rules.errors(rules.check(setting)) == []


def different(items: int) -> rules.Setting:
    """So many items, each of goods of its own."""
    body = sound(items=items)
    codes = sorted(e.code for e in loading.bundle().entries if e.list == "commodity" and len(e.code) == 6)
    for item, code in zip(body["items"], codes[::5], strict=False):
        item["commodity"], item["description"] = code, f"Goods of the kind {code}"
    return rules.Setting(schemas.read(body), book(), TODAY, POSTS)


def calls_of_checking(setting: rules.Setting) -> int:
    """How many functions of Python are called for one check of everything."""
    calls = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        rules.check(setting)
    finally:
        sys.setprofile(before)
    return calls


def test_nothing_grows_with_the_square_of_the_items():
    """How long it takes is measured by bench_declaration; here is counted what it takes."""
    few, many = different(200), different(800)
    assert len(rules.check(many)) > 100
    rules.check(few)
    assert calls_of_checking(many) < 4.5 * calls_of_checking(few)


@pytest.mark.parametrize(
    "text", ["Товары", "ТОВАРЫ.", "goods", "Spare parts", "молҳо", "اجناس متفرقه", "مالونه", "samples 12"]
)
def test_words_that_could_be_anything(text):
    body = sound()
    body["items"][0]["description"] = text
    assert "description.generic" in ids(findings(body))


@pytest.mark.parametrize(
    "text", ["Spare parts of tractors", "Товары: ковры", "Tea", "نمک", "Соль", "Oil, 5 l", "Мол-ва рама"]
)
def test_short_but_telling_descriptions_are_left_alone(text):
    body = sound()
    body["items"][0]["description"] = text
    assert [rule for rule in ids(findings(body)) if rule.startswith("description.")] == ["description.same"][:0]


def test_generic_words_are_written_as_they_are_compared():
    assert {word for word in goods.GENERIC if word != word.casefold().strip(" .,:;-№#0123456789")} == set()


def test_standard_units_are_units_and_their_prefixes_are_commodities():
    codes = book()
    entries = codes.entries(masses.UNITS, TODAY)
    assert len(entries) > 50
    for entry in entries:
        assert codes.find("commodity", entry.code, TODAY) is not None, entry.code
        units = [entry.attributes["unit"], *entry.attributes.get("also", "").split()]
        assert [u for u in units if not codes.has("unit", u, TODAY)] == [], entry.code


def test_an_item_with_many_faults_tells_all_of_them():
    body = sound()
    body["items"][1].update(
        description="goods", gross_kg="10", net_kg="0", invoice_value="0", valuation_method="9", preference="QQ",
        packages=[{"kind": "CT", "count": 0}], supplementary={"unit": "MTK", "quantity": "0"},
    )  # fmt: skip
    here = {f.rule for f in findings(body) if f.pointer.startswith("/items/1/")}
    assert here >= {
        "description.generic", "mass.net-zero", "value.zero", "code.valuation_method", "code.preference", "packages.none",
        "packages.marks", "supplementary.zero",
    }  # fmt: skip


def test_codes_nobody_knows_are_told_once_and_stop_no_other_rule():
    body = sound()
    body["items"][0].update(
        commodity="999999", procedure="4999", packages=[{"kind": "Q9", "count": 0}], preference="QQ"
    )
    body["items"][0]["supplementary"] = {"unit": "Q9", "quantity": "1"}
    found = ids(findings(body))
    assert {"code.commodity", "code.procedure", "code.package_kind", "code.preference", "code.unit"} <= set(found)
    assert all(found.count(rule) == 1 for rule in found if rule.startswith("code."))
