"""The register of rules: every rule has its case, says whole sentences, and speaks alone."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from app.declarations import rules
from tests.unit.declarations.rule_cases import KINDS, Case, findings, of_case, sound

HERE = Path(__file__).parent


def _cases() -> list[Case]:
    """The tables of all `rule_cases_*.py` beside this file."""
    modules = sorted(m.name for m in pkgutil.iter_modules([str(HERE)]) if m.name.startswith("rule_cases_"))
    return [case for name in modules for case in importlib.import_module(f"tests.unit.declarations.{name}").CASES]


CASES = _cases()


def _pattern(pointer: str) -> str:
    return re.escape(pointer).replace(r"\*", "[0-9]+")


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


def test_the_register_is_large_and_its_ids_can_be_codes():
    assert len(rules.RULES) >= 120
    form = re.compile(r"^[a-z0-9][a-z0-9._-]{0,69}$", re.ASCII)
    assert all(form.match(name) and name == rule.id for name, rule in rules.RULES.items())


@pytest.mark.parametrize("name", sorted(rules.RULES))
def test_a_rule_says_what_is_wrong_what_to_do_and_where_it_comes_from(name):
    rule = rules.RULES[name]
    for text in (rule.says, rule.remedy):
        shown = str(rules.general(text))
        assert shown[0] in "…“" or shown[0].isupper(), shown
        assert shown.endswith((".", "?")) and "{" not in shown, shown
    assert rule.source and rule.box
    assert rule.pointer.startswith("/")
    assert any(re.search(f"^{_pattern(rule.pointer)}", case.at) for case in CASES if case.rule == name), rule.pointer


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_sound_declarations_have_no_findings(kind):
    assert [(f.rule, f.pointer) for f in findings(sound(kind))] == []


def test_a_sound_declaration_of_999_items_has_no_findings():
    assert findings(sound(items=999)) == []


def test_rules_run_and_are_listed_by_group():
    groups = [rule.of for rule in rules.in_order()]
    assert groups == sorted(groups, key=groups.index)
