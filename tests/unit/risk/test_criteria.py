"""Criteria built on a screen mean what they say, whatever text stands in them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import fault_in, normal
from app.risk.rules import vocabulary
from app.risk.rules.criteria import LONGEST_TEXT, MOST_CONDITIONS, MOST_GROUPS, check, conditions, expression
from app.risk.rules.expressions import Context, compiled
from app.risk.rules.operators import OPERATORS, Takes, operators_of
from app.risk.rules.vocabulary import FACTS, Fact, Type

EMPTY: Any = object()


def line(fact: str, op: str, value: Any = EMPTY, *, word: str = "fact") -> dict[str, Any]:
    return {word: fact, "op": op, **({} if value is EMPTY else {"value": value})}


def all_of(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"any": [{"all": list(lines)}]}


def holds(criteria: dict[str, Any], facts: dict[str, Any]) -> bool | None:
    assert check(criteria) == []
    return compiled(expression(criteria)).ask(Context(facts))


# A fact, an operator and its value; facts for which it holds, and for which it does not.
EACH = [
    ("dispatch", "is", "AF", ["AF"], ["TJ", ""]),
    ("dispatch", "is-not", "AF", ["TJ", ""], ["AF"]),
    ("dispatch", "one-of", ["AF", "IR"], ["AF", "IR"], ["TJ"]),
    ("dispatch", "none-of", ["AF", "IR"], ["TJ", ""], ["AF"]),
    ("invoice_number", "starts-with", "INV", ["INV-1"], ["AINV", ""]),
    ("invoice_number", "starts-with", ["INV", "X"], ["INV-1", "X9"], ["Y"]),
    ("invoice_number", "contains", ["-8", "/"], ["INV-81", "1/2"], ["INV"]),
    ("consignee_name", "contains", "СОМОН", ["ҷдмм «сомон»"], ["ҷдмм"]),
    ("plate", "is", "kbl 482-13", ["KBL48213"], ["KBL48214"]),
    ("manifest", "is-empty", EMPTY, [""], ["M1"]),
    ("manifest", "not-empty", EMPTY, ["M1"], [""]),
    ("gross_kg", "is", "1000", [1000.0], [1000.5]),
    ("gross_kg", "is-not", "1000", [1000.5], [1000.0]),
    ("gross_kg", "more-than", "1000.5", [1000.6], [1000.5]),
    ("gross_kg", "at-least", "1000.5", [1000.5], [1000.4]),
    ("gross_kg", "less-than", "1000.5", [1000.4], [1000.5]),
    ("gross_kg", "at-most", "-0.5", [-0.5, -1.0], [0.0]),
    ("gross_kg", "between", ["1", "2.5"], [1.0, 2.5], [0.9, 2.6]),
    ("item_count", "is", 3, [3], [4]),
    ("item_count", "is-not", 3, [4], [3]),
    ("hour", "one-of", [22, 23, 0], [23, 0], [12]),
    ("hour", "none-of", [22, 23], [12], [23]),
    ("declarant_known_days", "more-than", -1, [0], [-1]),
    ("declarant_known_days", "at-least", 0, [0], [-1]),
    ("declarant_known_days", "less-than", 0, [-1], [0]),
    ("declarant_known_days", "at-most", -1, [-1], [0]),
    ("hour", "between", [1, 4], [1, 4], [0, 5]),
    ("has_driver", "yes", EMPTY, [True], [False]),
    ("has_driver", "no", EMPTY, [False], [True]),
    ("documents", "has", "380", [["380", "730"]], [["730"], []]),
    ("documents", "has", ["380", "325"], [["325"]], [["730"]]),
    ("documents", "has-none-of", ["380", "325"], [["730"], []], [["730", "325"]]),
    ("commodities", "starts-with", ["29", "30"], [["010101", "300490"]], [["010129"], []]),
    ("descriptions", "contains", "Acetic", [["sugar", "acetic acid"]], [["sugar"]]),
    ("seals", "is-empty", EMPTY, [[]], [["A"]]),
    ("seals", "not-empty", EMPTY, [["A"]], [[]]),
]


@pytest.mark.parametrize(("fact", "op", "value", "met", "missed"), EACH, ids=[f"{f}-{op}" for f, op, *_ in EACH])
def test_each_operator_means_what_it_says(fact, op, value, met, missed):
    criteria = all_of(line(fact, op, value))
    assert [holds(criteria, {fact: one}) for one in met] == [True] * len(met)
    assert [holds(criteria, {fact: one}) for one in missed] == [False] * len(missed)


def test_every_operator_is_tried_above_for_every_type_it_is_for():
    tried = {(op, vocabulary.by_name(fact).type) for fact, op, *_ in EACH}
    assert tried == {(o.name, type_) for o in OPERATORS for type_ in o.types}
    assert all(str(o.text) for o in OPERATORS)


def test_conditions_of_an_item_are_met_by_one_item():
    criteria = all_of({"item": [line("commodity", "starts-with", "1701", word="field"), line("net_kg", "more-than", "1000", word="field")]})  # fmt: skip
    apart = [{"commodity": "170111", "net_kg": 1.0}, {"commodity": "080620", "net_kg": 2000.0}]
    assert holds(criteria, {"items": apart}) is False
    assert holds(criteria, {"items": [*apart, {"commodity": "170199", "net_kg": 1000.5}]}) is True
    assert holds(criteria, {"items": []}) is False


def test_one_group_is_enough_and_needs_all_of_its_own():
    criteria = {"any": [{"all": [line("dispatch", "is", "AF"), line("hour", "less-than", 5)]}, {"all": [line("has_driver", "no")]}]}  # fmt: skip
    cases = {("AF", 4, True): True, ("AF", 5, True): False, ("IR", 4, True): False, ("IR", 9, False): True}
    for (dispatch, hour, driver), expected in cases.items():
        assert holds(criteria, {"dispatch": dispatch, "hour": hour, "has_driver": driver}) is expected
    assert expression(criteria) == "(dispatch == 'AF' && hour < 5) || (!has_driver)"
    assert [c.fact.name for c in conditions(criteria)] == ["dispatch", "hour", "has_driver"]


TEXTS = st.text(min_size=1, max_size=60).filter(lambda text: normal(text) and fault_in(text) is None)
NASTY = st.sampled_from(["' || true || '", "\\", "\\'", "'", '"""', "\\u0027", "a\nb\rc\td", "'] || true", "// x", "🚚\\", "${plate}", "' in documents || '"])  # fmt: skip
TAKING = [f for f in FACTS if f.type is Type.TEXT and not f.compacted]


@given(TEXTS | NASTY, st.sampled_from(TAKING), st.sampled_from(["is", "one-of", "starts-with", "contains"]))
def test_no_text_is_anything_but_itself(text, fact, op):
    """Whatever is written as a value is only ever compared: it can neither end its quotation nor add a condition."""
    criteria = all_of(line(fact.name, op, text if op == "is" else [text]))
    asked = compiled(expression(criteria))
    assert check(criteria) == [] and asked.facts == {fact.name}
    assert asked.ask(Context({fact.name: fact.formed(text)})) is True
    assert asked.ask(Context({fact.name: "§"})) is ("§" in fact.formed(text) and fact.formed(text) == "§")


@given(TEXTS | NASTY)
def test_nor_in_a_list_or_an_item(text):
    for criteria, facts in (
        (all_of(line("previous_documents", "has", [text])), {"previous_documents": ["x1", normal(text)]}),
        (all_of({"item": [line("licence", "is", text, word="field")]}), {"items": [{"licence": normal(text)}]}),
    ):
        assert holds(criteria, facts) is True
        assert holds(criteria, {}) is False


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(-(10**9), 10**9))
def test_numbers_are_compared_as_they_are_written(number, whole):
    assert holds(all_of(line("gross_kg", "is", f"{number:f}")), {"gross_kg": float(number)}) is True
    assert holds(all_of(line("item_count", "is", whole)), {"item_count": whole}) is True


def values(fact: Fact, takes: Takes) -> Any:
    one = {Type.NUMBER: "2.5", Type.WHOLE: 2}.get(fact.type, "x")
    return {Takes.NOTHING: EMPTY, Takes.ONE: one, Takes.SEVERAL: [one, one], Takes.RANGE: [one, one]}[takes]


@pytest.mark.parametrize("facts", [FACTS, vocabulary.ITEM_FIELDS], ids=["consignment", "item"])
def test_every_fact_can_be_asked_with_every_operator_it_has(facts):
    for fact, operator in ((f, o) for f in facts for o in operators_of(f)):
        one = line(fact.name, operator.name, values(fact, operator.takes), word="fact" if facts is FACTS else "field")
        assert holds(all_of(one if facts is FACTS else {"item": [one]}), {}) is not None


WRONG = [
    (None, "", "criteria.form"),
    ([], "", "criteria.form"),
    ({"any": [], "all": []}, "", "criteria.form"),
    ({"any": []}, "/any", "criteria.form"),
    ({"any": [{"all": []}] * (MOST_GROUPS + 1)}, "/any", "criteria.form"),
    ({"any": [3]}, "/any/0", "criteria.form"),
    (all_of(), "/any/0/all", "criteria.form"),
    (all_of(*[line("has_driver", "yes")] * (MOST_CONDITIONS + 1)), "/any/0/all", "criteria.form"),
    (all_of({"fact": "plate"}), "/any/0/all/0", "criteria.form"),
    (all_of({**line("plate", "is", "x"), "not": True}), "/any/0/all/0", "criteria.form"),
    (all_of({"item": 3}), "/any/0/all/0/item", "criteria.form"),
    (all_of({"item": []}), "/any/0/all/0/item", "criteria.form"),
    (all_of({"item": [{"item": []}]}), "/any/0/all/0/item/0", "criteria.form"),
    (all_of(line("plait", "is", "x")), "/any/0/all/0/fact", "criteria.fact"),
    (all_of(line("items", "is-empty")), "/any/0/all/0/fact", "criteria.fact"),
    (all_of({"fact": ["plate"], "op": "is"}), "/any/0/all/0/fact", "criteria.fact"),
    (all_of({"item": [line("plate", "is", "x", word="field")]}), "/any/0/all/0/item/0/field", "criteria.fact"),
    (all_of(line("plate", "more-than", "x")), "/any/0/all/0/op", "criteria.operator"),
    (all_of({"fact": "plate", "op": {}}), "/any/0/all/0/op", "criteria.operator"),
    (all_of(line("plate", "is")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "is", " - ")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "is", ["x"])), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "is", 3)), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "is", "x" * (LONGEST_TEXT + 1))), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "is", "a\x00b")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "is", "\ud800")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "one-of", [])), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("plate", "one-of", ["x", ""])), "/any/0/all/0/value/1", "criteria.value"),
    (all_of(line("plate", "is-empty", "x")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("gross_kg", "is", 1000)), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("gross_kg", "is", "1e9")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("gross_kg", "is", "۱۰")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("gross_kg", "between", ["2", "1"])), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("gross_kg", "between", ["2"])), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("item_count", "is", "3")), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("item_count", "is", True)), "/any/0/all/0/value", "criteria.value"),
    (all_of(line("item_count", "is", 10**13)), "/any/0/all/0/value", "criteria.value"),
    (all_of(*[line("commodities", "starts-with", str(n)) for n in range(6)]), "", "profile.costly"),
    (all_of(line("plate", "one-of", ["x" * 190] * 40)), "", "profile.costly"),
]


@pytest.mark.parametrize(
    ("criteria", "pointer", "rule"), WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_wrong_is_pointed_at(criteria, pointer, rule):
    assert [(finding.pointer, finding.rule) for finding in check(criteria)] == [(pointer, rule)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["plate", "is", "gross_kg"]),
    lambda below: st.lists(below, max_size=3)
    | st.dictionaries(st.sampled_from(["any", "all", "item", "fact", "field", "op", "value"]), below, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(JSON, JSON)
def test_whatever_is_sent_is_told_and_never_breaks(whole, part):
    for criteria in (whole, {"any": whole}, {"any": [{"all": part}]}, all_of(part), all_of({"item": [part]})):
        if not check(criteria):
            compiled(expression(criteria))


def test_codes_are_looked_up_where_the_lists_are_at_hand():
    known = {("country", "AF"), ("document_type", "380")}.__contains__
    criteria = all_of(
        line("dispatch", "one-of", ["AF", "XX"]), line("documents", "has", "999"), line("commodities", "starts-with", "99"),
        line("commodities", "has", "0806"), line("documents", "has", "380"), line("plate", "is", "XX"),
        line("chapters", "has", "99"), line("headings", "has", "9999"),
    )  # fmt: skip
    found = check(criteria, lambda name, code: known((name, code)))
    assert [(f.pointer, f.rule, f.severity) for f in found] == [
        ("/any/0/all/0/value/1", "criteria.code", "warning"),
        ("/any/0/all/1/value", "criteria.code", "warning"),
        ("/any/0/all/6/value", "criteria.code", "warning"),
        ("/any/0/all/7/value", "criteria.code", "warning"),
    ]


def test_the_same_criteria_are_always_the_same_text():
    lines = [
        line("dispatch", "is", "AF"),
        line("gross_kg", "between", ["1.50", "2"]),
        line("documents", "has", ["a'b", "\\"]),
    ]
    texts = {expression(all_of(*order)) for order in itertools.repeat(lines, 3)}
    assert texts == {
        "dispatch == 'AF' && (gross_kg >= 1.50 && gross_kg <= 2.0) && ('a\\'b' in documents || '\\\\' in documents)"
    }
