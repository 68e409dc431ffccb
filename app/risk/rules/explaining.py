"""Which fact of a consignment met which criterion, in parts that are translated where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.text import Text, _, excerpt
from app.risk.rules import vocabulary
from app.risk.rules.criteria import Condition, ItemGroup, parts
from app.risk.rules.expressions import Context, Program, compiled
from app.risk.rules.operators import Takes
from app.risk.rules.vocabulary import Fact, Type

#: So many different values, items or entries of a list are told, the others counted.
MOST_TOLD = 5
#: What a list and one of its codes are written as for a reader.
Named = Callable[[str, str], str]
_PLACES = 3  # decimals of a number that people read


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that met a criterion. `fact` says what it is, `wanted` and `actual` are values, `unit` is that of both.

    `op` is None for expressions written by hand, of which the facts used are told with their values. `items` are the
    numbers of the items that met it, none where it is a fact of the whole.
    """

    name: str
    fact: Text
    op: Text | None
    wanted: str
    actual: str | Text
    unit: str = ""
    items: tuple[int, ...] = ()

    @property
    def sentence(self) -> Text:
        """All of it for a reader: `The gross mass: 45,000 kg (is more than 44,000 kg)`; where one of several items met it, with
        its number."""
        if self.op is None or not self.items:
            return self._told()
        numbers = ", ".join(map(str, self.items[:MOST_TOLD])) + (" …" if len(self.items) > MOST_TOLD else "")
        return _("Item {items}: {told}", items=numbers, told=self._told())

    def _told(self) -> Text:
        actual = _measured(self.actual, self.unit)
        if self.op is None:
            return _("{fact} {actual}", fact=self.fact, actual=actual)
        if not self.wanted:
            return _("{fact} {actual} ({op})", fact=self.fact, actual=actual, op=self.op)
        wanted = _measured(self.wanted, self.unit)
        return _("{fact} {actual} ({op} {wanted})", fact=self.fact, actual=actual, op=self.op, wanted=wanted)


def as_written(_list: str, code: str) -> str:
    """A code without its name."""
    return code


def explain(
    criteria: Mapping[str, Any] | None,
    program: Program | None,
    facts: Mapping[str, Any],
    named: Named = as_written,
) -> list[Reason]:
    """The reasons why a profile hit: of its criteria exactly those that hold, in the groups that hold as a whole; of an
    expression written by hand the facts it uses. `facts` as they were asked (or `restored`); `named` writes a code of a
    list for its reader."""
    known = vocabulary.complete(facts)
    if criteria is not None:
        return list(dict.fromkeys(_of_criteria(criteria, known, named)))
    return [] if program is None else _of_program(program, known, named)


def _of_criteria(criteria: Mapping[str, Any], known: Mapping[str, Any], named: Named) -> list[Reason]:
    context = Context(known)
    found: list[Reason] = []
    for group in parts(criteria):
        if all(compiled(part.expression).ask(context) for part in group):
            for part in group:
                if isinstance(part, ItemGroup):
                    found += _of_items(part, known, named)
                else:
                    found.append(_of_condition(part, [known], named))
    return found


def _of_items(part: ItemGroup, known: Mapping[str, Any], named: Named) -> list[Reason]:
    asked = compiled(part.expression)
    meeting = [item for item in known["items"] if asked.ask(Context({"items": [item]}))]
    return [_of_condition(condition, meeting, named) for condition in part.conditions]


def _of_condition(condition: Condition, holders: Iterable[Mapping[str, Any]], named: Named) -> Reason:
    fact = condition.fact
    holders = list(holders)
    items = tuple(item["number"] for item in holders) if condition.of_item else ()
    wanted = _wanted(condition, named)
    actual = _actual(fact, [_pertinent(condition, holder[fact.name]) for holder in holders], named)
    return Reason(fact.name, fact.text, condition.operator.text, wanted, actual, fact.unit, items)


def _wanted(condition: Condition, named: Named) -> str:
    values = [_said(condition.fact, value, named) for value in condition.values]
    if condition.operator.takes is Takes.RANGE:
        return " – ".join(values)
    return _joined(values)


def _pertinent(condition: Condition, value: Any) -> Any:
    """Of a long list the entries that met the criterion."""
    if condition.fact.type is not Type.TEXTS or not condition.values:
        return value
    wanted = [condition.fact.formed(one) for one in condition.values]
    test = _TESTS.get(condition.operator.name)
    met = [entry for entry in value if test and any(test(entry, one) for one in wanted)]
    return met or value


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "has": lambda entry, one: entry == one,
    "starts-with": lambda entry, one: entry.startswith(one),
    "contains": lambda entry, one: one in entry,
}


def _of_program(program: Program, known: Mapping[str, Any], named: Named) -> list[Reason]:
    used = [fact for fact in vocabulary.FACTS if fact.name in program.facts and fact.type is not Type.ITEMS]
    found = [_of_fact(fact, known, named) for fact in used]
    if "items" not in program.facts:
        return found
    return found + [_of_field(field, known, named) for field in vocabulary.ITEM_FIELDS if field.name in program.fields]


def told(names: Iterable[str], facts: Mapping[str, Any], named: Named = as_written) -> list[Reason]:
    """Facts with their values, in this order; `items.value` is a field of the items. Names nobody knows are passed over."""
    known = vocabulary.complete(facts)
    found: list[Reason] = []
    for name in names:
        head, _dot, part = name.partition(".")
        fact = vocabulary.item_field(part) if part and head == "items" else vocabulary.by_name(name)
        if fact is not None and fact.type is not Type.ITEMS:
            found.append(_of_field(fact, known, named) if part else _of_fact(fact, known, named))
    return found


def _of_fact(fact: Fact, known: Mapping[str, Any], named: Named) -> Reason:
    return Reason(fact.name, fact.text, None, "", _actual(fact, [known[fact.name]], named), fact.unit)


def _of_field(field: Fact, known: Mapping[str, Any], named: Named) -> Reason:
    numbers = tuple(item["number"] for item in known["items"])
    return Reason(
        field.name,
        field.text,
        None,
        "",
        _actual(field, [item[field.name] for item in known["items"]], named),
        field.unit,
        numbers,
    )


def _actual(fact: Fact, values: list[Any], named: Named) -> str | Text:
    if fact.type is Type.FLAG:
        return _("yes") if any(values) else _("no")
    entries = [entry for value in values for entry in (value if fact.type is Type.TEXTS else [value])]
    return _joined([_said(fact, entry, named) for entry in entries]) or _("nothing")


def _joined(values: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(value for value in values if value))
    more = len(distinct) - MOST_TOLD
    return ", ".join(distinct[:MOST_TOLD]) + (f" … (+{more})" if more > 0 else "")


def _said(fact: Fact, value: Any, named: Named) -> str:
    if fact.type is Type.NUMBER:
        return format(round(float(value), _PLACES), f".{_PLACES}f").rstrip("0").rstrip(".")
    if fact.type is Type.WHOLE:
        return str(value)
    return excerpt(named(fact.codes, value), 120) if fact.codes and value else excerpt(value)


#: Units that are words; kg, % and km/h are written alike everywhere.
_UNITS = {"days": _("days"), "hours": _("hours")}


def _measured(value: str | Text, unit: str) -> str | Text:
    """A sign of a unit is one with its number, so that no line turns them round or breaks them apart."""
    if not unit or not isinstance(value, str) or not value:
        return value
    if unit in _UNITS:
        return _("{value} {unit}", value=value, unit=_UNITS[unit])
    return f"{value}\u00a0{unit}"
