"""The facts of a consignment: every name a criterion may use, with its type, unit, meaning and default.

Numbers with a fraction are doubles in criteria, because the expression language knows no decimals; they become doubles
only where facts are gathered, and are kept as text. Names never change their meaning: stored assessments are computed
again with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.risk.rules.vocabulary.fact import BOTH, DECLARATION, MOVEMENT, Fact, Type
from app.risk.rules.vocabulary.goods import GOODS, ITEM_FIELDS, ITEMS, VALUE
from app.risk.rules.vocabulary.header import COUNTRIES, HEADER, PAPERS, PARTIES, TRANSPORT
from app.risk.rules.vocabulary.past import HISTORY, ROAD, ROLES, ROUTE, TIME, WATCH

__all__ = [
    "BOTH",
    "DECLARATION",
    "FACTS",
    "ITEM_FIELDS",
    "MOVEMENT",
    "ROLES",
    "Fact",
    "Type",
    "by_name",
    "complete",
    "item_field",
    "of_kind",
    "restored",
    "storable",
]

_GROUPS: tuple[tuple[str, tuple[Fact, ...]], ...] = (
    ("header", HEADER),
    ("countries", COUNTRIES),
    ("parties", PARTIES),
    ("transport", TRANSPORT),
    ("papers", PAPERS),
    ("goods", (*GOODS, ITEMS)),
    ("value", VALUE),
    ("history", HISTORY),
    ("route", ROUTE),
    ("road", ROAD),
    ("watch", WATCH),
    ("time", TIME),
)

#: The whole vocabulary, in the order people read it.
FACTS: tuple[Fact, ...] = tuple(replace(fact, group=group) for group, facts in _GROUPS for fact in facts)

_NAMED = {fact.name: fact for fact in FACTS}
_FIELDS = {field.name: field for field in ITEM_FIELDS}


def by_name(name: str) -> Fact | None:
    """The fact of a consignment with this name."""
    return _NAMED.get(name)


def item_field(name: str) -> Fact | None:
    """The fact of an item with this name."""
    return _FIELDS.get(name)


def of_kind(kind: str) -> tuple[Fact, ...]:
    """The facts of declarations, or those of movements."""
    return tuple(fact for fact in FACTS if kind in fact.kinds)


@dataclass(frozen=True, slots=True)
class _Blank:
    """What nothing is known of: every name at its default. Lists are made anew for each, because they can be added to."""

    values: dict[str, Any]
    lists: tuple[str, ...]

    @classmethod
    def of(cls, facts: tuple[Fact, ...]) -> _Blank:
        values = {fact.name: fact.default for fact in facts}
        return cls(values, tuple(f.name for f in facts if f.type in (Type.TEXTS, Type.ITEMS)))

    def filled(self, known: Mapping[str, Any]) -> dict[str, Any]:
        whole = self.values.copy()
        for name in self.lists:
            whole[name] = []
        if known.keys() <= whole.keys():
            whole.update(known)
        else:
            whole.update({name: value for name, value in known.items() if name in whole})
        return whole


def _of(facts: tuple[Fact, ...], kind: str | None) -> tuple[Fact, ...]:
    return facts if kind is None else tuple(fact for fact in facts if kind in fact.kinds)


_BLANKS = {
    kind: (_Blank.of(_of(FACTS, kind)), _Blank.of(_of(ITEM_FIELDS, kind))) for kind in (None, DECLARATION, MOVEMENT)
}


def complete(facts: Mapping[str, Any], kind: str | None = None) -> dict[str, Any]:
    """The facts with what is missing at its default, items too: those of `kind`, or without it the whole vocabulary.
    Names outside the vocabulary are left out."""
    blank, item = _BLANKS[kind]
    whole = blank.filled(facts)
    whole["items"] = [item.filled(known) for known in whole["items"]]
    return whole


#: Kept as they are; looked up by type, because a lodging keeps hundreds of them.
_PLAIN = frozenset({str, int, bool, type(None)})


def storable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they are kept: doubles as text, because JSON columns and the journal hold no fractions."""
    return {name: value if type(value) in _PLAIN else _kept(value) for name, value in facts.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list) and _PLAIN.issuperset(map(type, value)):
        return value
    if isinstance(value, (list, tuple)):
        return [_kept(one) for one in value]
    return storable(value) if isinstance(value, Mapping) else value


_NUMBERS = frozenset(fact.name for fact in FACTS if fact.type is Type.NUMBER)
_FIELD_NUMBERS = frozenset(field.name for field in ITEM_FIELDS if field.type is Type.NUMBER)


def restored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Back from `storable`, bit for bit. Facts the vocabulary does not know stay as they are."""
    facts = _with_numbers(stored, _NUMBERS)
    if "items" in facts:
        facts["items"] = [_with_numbers(item, _FIELD_NUMBERS) for item in facts["items"]]
    return facts


def _with_numbers(stored: Mapping[str, Any], numbers: frozenset[str]) -> dict[str, Any]:
    return {name: float(value) if name in numbers else value for name, value in stored.items()}
