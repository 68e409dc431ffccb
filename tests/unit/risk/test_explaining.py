"""An officer reads exactly which fact of the consignment met which criterion, in parts that can be translated."""

from __future__ import annotations

import pytest

from app.core.text import Text, read_sentence, sentence_json
from app.risk.rules.criteria import check, expression
from app.risk.rules.explaining import MOST_TOLD, explain
from app.risk.rules.expressions import Context, compiled

CRITERIA = {
    "any": [
        {
            "all": [
                {"fact": "dispatch", "op": "is", "value": "AF"},
                {"fact": "gross_kg", "op": "between", "value": ["1000", "2500.5"]},
                {
                    "item": [
                        {"field": "commodity", "op": "starts-with", "value": ["1701", "2523"]},
                        {"field": "net_kg", "op": "more-than", "value": "100"},
                    ]
                },
            ]
        },
        {"all": [{"fact": "documents", "op": "has", "value": ["380", "325"]}, {"fact": "has_driver", "op": "no"}]},
        {
            "all": [
                {"fact": "driver_known_days", "op": "is", "value": -1},
                {"fact": "dispatch", "op": "is", "value": "AF"},
            ]
        },
    ]
}
FACTS = {
    "dispatch": "AF",
    "gross_kg": 2450.25,
    "documents": ["380", "730"],
    "has_driver": True,
    "items": [
        {"number": 1, "commodity": "170111", "net_kg": 100.0},
        {"number": 2, "commodity": "170199", "net_kg": 150.0},
        {"number": 3, "commodity": "252329", "net_kg": 200.5},
    ],
}


def english(facts, criteria=CRITERIA):
    program = compiled(expression(criteria))
    return [(reason.name, str(reason.sentence), reason.items) for reason in explain(criteria, program, facts)]


def test_what_held_is_told_with_what_was_wanted():
    assert check(CRITERIA) == []
    assert english(FACTS) == [
        ("dispatch", "The country of dispatch. AF (is AF)", ()),
        ("gross_kg", "The gross mass. 2450.25\u00a0kg (is between 1000 – 2500.5\u00a0kg)", ()),
        ("commodity", "Item 2, 3: The commodity code. 170199, 252329 (begins with 1701, 2523)", (2, 3)),
        ("net_kg", "Item 2, 3: The net mass; 0 where it is not told. 150, 200.5\u00a0kg (is more than 100\u00a0kg)", (2, 3)),
        ("driver_known_days", "Days since the driver was first seen; -1 where it was never seen before. -1 days (is -1 days)", ()),
    ]  # fmt: skip


def test_what_did_not_hold_is_not_told():
    told = english({**FACTS, "dispatch": "IR", "has_driver": False, "driver_known_days": 5})
    assert told == [
        ("documents", "The types of the documents declared, of the whole and of its items. 380 (has 380, 325)", ()),
        ("has_driver", "The driver is named. no (does not hold)", ()),
    ]
    assert english({**FACTS, "dispatch": "IR", "driver_known_days": 5}) == [], "half a group is no reason"


def test_an_expression_by_hand_is_explained_by_the_facts_it_uses():
    program = compiled("gross_kg > 1000.0 && items.exists(i, i.commodity.startsWith('17')) && size(seals) == 0")
    assert [(r.name, str(r.sentence), r.items, r.op) for r in explain(None, program, FACTS)] == [
        ("seals", "The seal numbers declared, in capitals without spaces and hyphens. nothing", (), None),
        ("gross_kg", "The gross mass. 2450.25\u00a0kg", (), None),
        ("commodity", "The commodity code. 170111, 170199, 252329", (1, 2, 3), None),
    ]
    assert explain(None, None, FACTS) == [], "a program that cannot be read any more"


def test_long_lists_are_cut_and_counted():
    criteria = {"any": [{"all": [{"fact": "containers", "op": "not-empty"}]}]}
    ((_, sentence, _items),) = english({"containers": [f"MSKU{n:07}" for n in range(MOST_TOLD + 3)]}, criteria)
    assert "MSKU0000004 … (+3)" in sentence and "MSKU0000005" not in sentence


@pytest.mark.parametrize("separator", [".", ","])
def test_a_reason_can_be_put_into_any_language(separator):
    """Every part people read is a sentence with parameters: kept as JSON and translated part by part."""
    reasons = explain(CRITERIA, compiled(expression(CRITERIA)), FACTS)
    catalogue = {"is between": "است میان", "{fact} {actual} ({op} {wanted})": "{wanted} {op}: {actual}"}  # fmt: skip

    def translated(text: object) -> str:
        if not isinstance(text, Text):
            return str(text).replace(".", separator)
        words = {name: translated(value) for name, value in text.params.items()}
        return catalogue.get(text.msgid, text.msgid).format(**words)

    gross = next(reason for reason in reasons if reason.name == "gross_kg")
    kept = read_sentence(sentence_json(gross.sentence))
    assert str(kept) == str(gross.sentence)
    assert translated(kept) == f"1000 – 2500{separator}5\u00a0kg است میان: 2450{separator}25\u00a0kg"
    known = next(reason for reason in reasons if reason.name == "driver_known_days")
    assert isinstance(known.fact.params["role"], Text), "the role is a word of its own"
    assert isinstance(known.sentence.params["actual"].params["unit"], Text), "and so are days"


def test_facts_of_an_older_vocabulary_are_explained_with_defaults():
    assert Context(FACTS) and english({"dispatch": "AF", "no_such_fact": 3}) == [
        ("driver_known_days", "Days since the driver was first seen; -1 where it was never seen before. -1 days (is -1 days)", ()),
        ("dispatch", "The country of dispatch. AF (is AF)", ()),
    ]  # fmt: skip


def test_a_code_stands_with_its_name():
    def named(list_name, code):
        return f"{code} Afghanistan" if (list_name, code) == ("country", "AF") else code

    told = [str(reason.sentence) for reason in explain(CRITERIA, None, FACTS, named)]
    assert "The country of dispatch. AF Afghanistan (is AF Afghanistan)" in told
