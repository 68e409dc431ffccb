"""Criteria as people build them on a screen: facts, operators and values, without an expression to type.

    {"any": [{"all": [{"fact": "dispatch", "op": "is", "value": "AF"},
                      {"item": [{"field": "commodity", "op": "starts-with", "value": ["1701", "2523"]},
                                {"field": "net_kg", "op": "more-than", "value": "10000"}]}]}]}

One of the groups of "any" must hold, of a group everything in "all". What stands in an "item" must hold of one and the
same item. Numbers with a fraction are decimals as text, whole numbers are whole numbers; operators that take several
values take one as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import Finding, Invalid
from app.core.text import Text, _, excerpt, fault_in
from app.risk.rules import expressions, operators, shapes, vocabulary
from app.risk.rules.operators import Operator, Takes
from app.risk.rules.vocabulary import Fact, Type

MOST_GROUPS, MOST_CONDITIONS, MOST_VALUES, LONGEST_TEXT = 20, 20, 200, 200
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
LARGEST_WHOLE = 10**12

#: Whether a code list (by name) has a code; for checking values against the lists in force.
KnownCodes = Callable[[str, str], bool]
_FACT_NAMES = tuple(fact.name for fact in vocabulary.FACTS if fact.type is not Type.ITEMS)
_FIELD_NAMES = tuple(field.name for field in vocabulary.ITEM_FIELDS)


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the screen. `of_item`: the fact is one of an item."""

    fact: Fact
    operator: Operator
    values: tuple[Any, ...]
    of_item: bool = False

    @property
    def expression(self) -> str:
        name = f"i.{self.fact.name}" if self.of_item else self.fact.name
        return self.operator.write(name, [operators.written(self.fact, value) for value in self.values])


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Conditions that one and the same item fulfils."""

    conditions: tuple[Condition, ...]

    @property
    def expression(self) -> str:
        return f"items.exists(i, {' && '.join(one.expression for one in self.conditions)})"


Part = Condition | ItemGroup


def check(criteria: Any, known: KnownCodes | None = None) -> list[Finding]:
    """What is wrong with the criteria, with pointers into them; empty if nothing is. With `known`, codes that no list in
    force has are told as warnings."""
    groups = criteria.get("any") if isinstance(criteria, Mapping) and set(criteria) == {"any"} else None
    if not isinstance(groups, list):
        return [_wrong("", _('Criteria are written as {"any": [{"all": […]}]}.'))]
    if not 1 <= len(groups) <= MOST_GROUPS:
        return [_wrong("/any", _("There must be 1 to {most} groups of conditions.", most=MOST_GROUPS))]
    found = [finding for n, group in enumerate(groups) for finding in _group(group, f"/any/{n}", known)]
    return found if any(f.severity == "error" for f in found) else found + _unfit(criteria)


def _unfit(criteria: Mapping[str, Any]) -> list[Finding]:
    """What the expression as a whole does not allow: length, and loops through lists."""
    try:
        expressions.compiled(expression(criteria))
    except Invalid as refused:
        return [Finding("", finding.rule, finding.message) for finding in refused.findings]
    return []


def expression(criteria: Mapping[str, Any]) -> str:
    """The criteria as an expression, always the same text for the same criteria. They have passed `check`."""
    texts = [" && ".join(part.expression for part in group) for group in parts(criteria)]
    return texts[0] if len(texts) == 1 else " || ".join(f"({text})" for text in texts)


def parts(criteria: Mapping[str, Any]) -> list[list[Part]]:
    """The groups with what must hold in each. They have passed `check`."""
    return [[_part(part) for part in group["all"]] for group in criteria["any"]]


def conditions(criteria: Mapping[str, Any]) -> Iterator[Condition]:
    """Every condition, those of items too."""
    for part in (part for group in parts(criteria) for part in group):
        yield from part.conditions if isinstance(part, ItemGroup) else (part,)


def _part(part: Mapping[str, Any]) -> Part:
    if "item" in part:
        return ItemGroup(
            tuple(_condition(one, vocabulary.item_field(one["field"]), of_item=True) for one in part["item"])
        )
    return _condition(part, vocabulary.by_name(part["fact"]))


def _condition(line: Mapping[str, Any], fact: Fact | None, *, of_item: bool = False) -> Condition:
    operator = operators.operator(fact, line["op"]) if fact else None
    if fact is None or operator is None:
        raise ValueError("criteria that have not been checked")
    value = line.get("value")
    if operator.takes is Takes.NOTHING:
        return Condition(fact, operator, (), of_item)
    return Condition(fact, operator, tuple(value) if isinstance(value, list) else (value,), of_item)


def _wrong(pointer: str, message: Text, rule: str = "criteria.form") -> Finding:
    return Finding(pointer, rule, message)


def _group(group: Any, pointer: str, known: KnownCodes | None) -> Iterator[Finding]:
    lines = group.get("all") if isinstance(group, Mapping) and set(group) == {"all"} else None
    if not isinstance(lines, list):
        yield _wrong(pointer, _('A group is written as {"all": […]}.'))
        return
    yield from _counted(lines, f"{pointer}/all")
    for n, line in enumerate(lines[:MOST_CONDITIONS]):
        here = f"{pointer}/all/{n}"
        if isinstance(line, Mapping) and set(line) == {"item"}:
            yield from _item(line["item"], f"{here}/item", known)
        else:
            yield from _line(line, here, "fact", known)


def _counted(lines: list[Any], pointer: str) -> Iterator[Finding]:
    if not 1 <= len(lines) <= MOST_CONDITIONS:
        yield _wrong(pointer, _("There must be 1 to {most} conditions.", most=MOST_CONDITIONS))


def _item(lines: Any, pointer: str, known: KnownCodes | None) -> Iterator[Finding]:
    if not isinstance(lines, list):
        yield _wrong(pointer, _("The conditions of an item are a list."))
        return
    yield from _counted(lines, pointer)
    for n, line in enumerate(lines[:MOST_CONDITIONS]):
        yield from _line(line, f"{pointer}/{n}", "field", known)


def _line(line: Any, pointer: str, word: str, known: KnownCodes | None) -> Iterator[Finding]:
    """One condition; `word` is "fact", in an item "field"."""
    if not isinstance(line, Mapping) or not {word, "op"} <= set(line) <= {word, "op", "value"}:
        yield _wrong(
            pointer, _("A condition has “{word}”, “op” and, where the operator takes one, “value”.", word=word)
        )
        return
    name = line[word]
    fact = (vocabulary.by_name if word == "fact" else vocabulary.item_field)(name) if isinstance(name, str) else None
    if fact is None or fact.type is Type.ITEMS:
        near = shapes.nearest(str(name), _FACT_NAMES if word == "fact" else _FIELD_NAMES)
        message = shapes.unknown(excerpt(name), near)
        yield _wrong(f"{pointer}/{word}", message if name else _("Choose a fact."), "criteria.fact")
        return
    operator = operators.operator(fact, line["op"]) if isinstance(line["op"], str) else None
    if operator is None:
        there = ", ".join(one.name for one in operators.operators_of(fact))
        message = _("“{op}” is not for this fact. There are: {known}.", op=excerpt(line["op"]), known=there)
        yield _wrong(f"{pointer}/op", message if line["op"] else _("Choose a comparison."), "criteria.operator")
        return
    yield from _value(fact, operator, line, f"{pointer}/value", known)


def _value(
    fact: Fact, operator: Operator, line: Mapping[str, Any], pointer: str, known: KnownCodes | None
) -> Iterator[Finding]:
    value = line.get("value")
    if operator.takes is Takes.NOTHING:
        if value is not None:
            yield _wrong(pointer, _("“{op}” takes no value. Leave it out.", op=operator.text), "criteria.value")
        return
    if fault := _arity(operator, value):
        yield _wrong(pointer, fault, "criteria.value")
        return
    values = value if isinstance(value, list) else [value]
    for n, one in enumerate(values):
        here = f"{pointer}/{n}" if isinstance(value, list) else pointer
        if fault := _fault(fact, one):
            yield _wrong(here, fault, "criteria.value")
        elif known and _is_code(fact, operator) and not known(fact.codes, one):
            message = _("The list in force has no code “{code}”.", code=excerpt(one))
            yield Finding(here, "criteria.code", message, "warning")
    if operator.takes is Takes.RANGE and not any(_fault(fact, one) for one in values) and _turned(fact, values):
        yield _wrong(pointer, _("The first number must not be above the second."), "criteria.value")


def _arity(operator: Operator, value: Any) -> Text | None:
    count = len(value) if isinstance(value, list) else None
    if operator.takes is Takes.RANGE and count != 2:
        return _("“{op}” takes a list of two numbers, the lowest and the highest.", op=operator.text)
    if operator.takes is Takes.ONE and count is not None:
        return _("“{op}” takes one value, not a list.", op=operator.text)
    if operator.takes is Takes.SEVERAL and count is not None and not 1 <= count <= MOST_VALUES:
        return _("“{op}” takes 1 to {most} values.", op=operator.text, most=MOST_VALUES)
    return None


def _fault(fact: Fact, value: Any) -> Text | None:
    """What is wrong with one value."""
    if fact.type is Type.NUMBER:
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            return None
        return _("Write a number, for example 1250.5, with at most 12 digits before the point and 6 behind it.")
    if fact.type is Type.WHOLE:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_WHOLE:
            return None
        return _("Write a whole number, at most {most}.", most=LARGEST_WHOLE)
    if not isinstance(value, str) or not fact.formed(value) or len(value) > LONGEST_TEXT:
        return _("Write a text of 1 to {most} letters.", most=LONGEST_TEXT)
    return fault_in(value)


_PARTS_OF_TARIFF = frozenset({"chapters", "new_chapters", "headings", "chapter", "heading"})


def _is_code(fact: Fact, operator: Operator) -> bool:
    """Whole codes can be looked up, chapters and headings too; parts of codes, and commodity codes of fewer digits, cannot."""
    looked_up = fact.codes != "commodity" or fact.name in _PARTS_OF_TARIFF
    return bool(fact.codes) and looked_up and operator.name not in ("starts-with", "contains")


def _turned(fact: Fact, values: list[Any]) -> bool:
    low, high = (float(one) for one in values)
    return low > high
