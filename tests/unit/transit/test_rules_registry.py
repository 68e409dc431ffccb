"""The register of transit's rules: every rule has its case, says whole sentences, and speaks alone."""

from __future__ import annotations

import re

import pytest

from app.declarations.rules import RULES as OF_DECLARATIONS
from app.transit import rules
from tests.unit.transit import rule_cases_goods, rule_cases_header
from tests.unit.transit.rule_cases import KINDS, Case, findings, of_case, sound

CASES: list[Case] = [*rule_cases_header.CASES, *rule_cases_goods.CASES]


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule}{c.at}" for c in CASES])
def test_a_rule_fires_where_it_is_broken_and_nowhere_else(case):
    rule = rules.RULES[case.rule]
    broken = of_case(case, case.fails)
    assert case.at in [f.pointer for f in broken if f.rule == case.rule], [(f.rule, f.pointer) for f in broken]
    assert {f.severity for f in broken if f.rule == case.rule} == {rule.severity}
    assert case.rule not in {f.rule for f in of_case(case, case.passes)}
    for finding in broken:
        text = str(finding.message)
        assert text[-1] in ".?" and "{" not in text, "whole sentences with their parameters filled in"


def test_every_rule_has_a_case_and_every_case_a_rule():
    assert {case.rule for case in CASES} == set(rules.RULES)


def test_the_register_is_large_and_no_id_is_one_of_declarations():
    assert len(rules.RULES) >= 60
    assert not set(rules.RULES) & set(OF_DECLARATIONS)
    form = re.compile(r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)+$", re.ASCII)
    assert all(form.match(name) and name == rule.id for name, rule in rules.RULES.items())


@pytest.mark.parametrize("name", sorted(rules.RULES))
def test_a_rule_says_what_is_wrong_what_to_do_and_where_it_comes_from(name):
    rule = rules.RULES[name]
    for text in (rule.says, rule.remedy):
        shown = str(rules.general(text))
        assert shown[0] in "…“" or shown[0].isupper(), shown
        assert shown.endswith((".", "?")) and "{" not in shown, shown
    assert rule.source and rule.box
    pattern = re.escape(rule.pointer).replace(r"\*", "[0-9]+")
    assert any(re.search(f"^{pattern}", case.at) for case in CASES if case.rule == name), rule.pointer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("items", [1, 3, 999])
def test_sound_movements_have_no_findings(kind, items):
    assert [(f.rule, f.pointer) for f in findings(sound(kind, items, min(items, 2)))] == []


def test_rules_run_and_are_listed_by_group():
    groups = [rule.of for rule in rules.in_order()]
    assert groups == sorted(groups, key=rules.GROUPS.index)
    assert set(groups) == set(rules.GROUPS)
