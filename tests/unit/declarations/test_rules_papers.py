"""Rules of documents and goods under control beyond the table of cases: what blocks, what answers, what can be switched."""

from __future__ import annotations

import pytest

from app.declarations import rules
from app.declarations.rules import controlled, required
from app.declarations.rules.previous import placeholder
from tests.unit.declarations.rule_cases import TODAY, bent, book, entry, findings, sound

EFFECTS = {"warning", "block", "error"}


def with_goods(commodity: str, *documents: dict[str, str]) -> dict[str, object]:
    body = sound()
    body["items"][0].update(commodity=commodity, description="What it is", documents=list(documents))
    return body


@pytest.mark.parametrize(
    "number", ["0", "000", "-", "--", "n/a", "N/A", "NA", "n.a", "none", "x", "XX", "б/н", "бн", "нет", "_"]
)
def test_numbers_that_say_nothing(number):
    assert placeholder(number) and placeholder(f" {number} ")


@pytest.mark.parametrize("number", ["1", "007", "CMR-0", "A", "N1", "б/н 7", "ABC", "0/1", "нет-55"])
def test_numbers_that_say_something(number):
    assert not placeholder(number)


def test_every_group_of_the_list_has_a_rule_of_its_own():
    groups = {str(e.attributes["group"]) for e in book().entries("controlled", TODAY)}
    kinds = {group: controlled._kind_of(group) for group in groups}
    assert [group for group, kind in kinds.items() if kind is None] == []
    assert {kind.id for kind in kinds.values()} == {kind.id for kind in controlled.KINDS}, "and every rule a group"


def test_the_second_table_is_not_taken_for_the_first():
    second = controlled._kind_of("precursors, UN 1988 Convention Table II")
    assert second is not None and second.id == "precursors-2"


BLOCKING = {
    "arms", "explosives", "chemical-weapons", "nuclear", "dual-use", "cites", "cultural", "ozone", "waste", "mercury",
    "psychotropics", "precursors-1", "precursors-2", "veterinary", "phytosanitary", "other",
}  # fmt: skip


def test_a_missing_permit_keeps_the_goods_but_not_the_declaration():
    found = findings(with_goods("291524"))
    assert rules.errors(found) == []
    assert [f.rule for f in rules.blocking(found)] == ["controlled.precursors-1"]
    told = str(rules.blocking(found)[0].message)
    assert "Acetic anhydride" in told and "911" in told


def test_what_blocks_is_written_by_hand():
    ids = {
        name.removeprefix("controlled."): rule for name, rule in rules.RULES.items() if name.startswith("controlled.")
    }
    assert {name for name, rule in ids.items() if rule.blocks} == BLOCKING
    assert {rule.severity for rule in ids.values()} == {"warning"}, "a missing permit never refuses a declaration"
    others = {name for name, rule in rules.RULES.items() if rule.blocks and not name.startswith("controlled.")}
    assert others >= {"document.required", "document.expired", "preference.proof", "procedure.previous"}


@pytest.mark.parametrize(("severity", "told"), [("off", []), ("error", ["error"]), ("warning", ["warning"])])
def test_an_administration_switches_one_kind_of_control_by_itself(severity, told):
    codes = book((entry(rules.SEVERITIES, "controlled.precursors-2", severity=severity),))
    of = {f.rule: f.severity for f in findings(with_goods("291411"), codes)}
    assert [of["controlled.precursors-2"]] == told if told else "controlled.precursors-2" not in of
    first = {f.rule: f.severity for f in findings(with_goods("291524"), codes)}
    assert first["controlled.precursors-1"] == "warning"


def test_goods_under_two_controls_need_both_answers():
    plant = with_goods("121190")
    assert {f.rule for f in rules.blocking(findings(plant))} == {"controlled.cites", "controlled.phytosanitary"}
    half = bent(plant, {"/items/0/documents/-": {"type": "851", "number": "PH-1", "date": "2026-11-01"}})
    assert {f.rule for f in rules.blocking(findings(half))} == {"controlled.cites"}


def test_an_entry_can_name_several_documents_of_its_own():
    pistols = entry("controlled", "930200-arms", prefix="930200", group="arms", goods="pistols", document="856 857")
    codes = book((pistols,))
    licence = {"type": "911", "number": "L-1", "date": "2026-11-01"}
    assert "controlled.arms" in {f.rule for f in findings(with_goods("930200", licence), codes)}
    inspected = {"type": "857", "number": "L-1", "date": "2026-11-01"}
    assert "controlled.arms" not in {f.rule for f in findings(with_goods("930200", inspected), codes)}


def test_the_next_day_is_another_list():
    """What is kept of one day does not leak into another."""
    codes = book(
        (entry("controlled", "6203-x", since="2026-11-27", until="2026-11-27", prefix="6203", group="textiles"),)
    )
    assert "controlled.other" in {f.rule for f in findings(sound(), codes)}
    assert "controlled.other" not in {f.rule for f in findings(sound())}
    assert "controlled.other" in {f.rule for f in findings(sound(), codes)}


def test_the_list_of_required_documents_can_be_read_by_the_rules():
    codes = book()
    for row in codes.entries(required.LIST, TODAY):
        asked = required._requirement(row)
        assert asked.effect in EFFECTS, row.code
        assert asked.documents, row.code
        assert [d for d in asked.documents if not codes.has("document_type", d, TODAY)] == [], row.code
        assert [p for p in asked.preferences if not codes.has("preference", p, TODAY)] == [], row.code


def test_a_document_in_another_item_answers_for_the_whole_but_not_for_an_item():
    road = entry(required.LIST, "own.road", mode="3", documents="787", effect="block")
    item = entry(required.LIST, "own.trousers", commodity="6203", documents="787", effect="block")
    note = {"/items/1/documents/-": {"type": "787", "number": "B-1", "date": "2026-11-01"}}
    body = bent(sound(), note)
    assert [f.pointer for f in findings(body, book((road,))) if f.rule == "document.required"] == []
    assert [f.pointer for f in findings(body, book((item,))) if f.rule == "document.required"] == ["/items/0/documents"]


def test_an_expired_document_blocks_and_answers_nothing():
    late = {"type": "911", "number": "L-1", "date": "2025-01-01", "expires": "2026-11-26", "issuer": "DCA"}
    blocking = {f.rule for f in rules.blocking(findings(with_goods("930200", late)))}
    assert blocking == {"document.expired", "controlled.arms"}
