"""What changed between two contents, field by field. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core.differences import Difference, Found, between
from app.core.errors import pointer
from app.declarations.commands import Declared

_ITEMS = "items"

__all__ = ["Difference", "differences", "no_box"]


def no_box(_pointer: str) -> str:
    return ""


def differences(before: Declared, after: Declared, box_of: Callable[[str], str] = no_box) -> list[Difference]:
    """All differences in the order of the fields; items are matched by their number."""
    found = list(between(before.header, after.header))
    found += between(before.documents, after.documents, ("documents",))
    found += _of_items(before.items, after.items)
    return [Difference(pointer(*path), box_of(pointer(*path)), old, new) for path, old, new in found]


#: What the duties are reckoned from.
_VALUES = frozenset({"invoice_value", "customs_value", "statistical_value"})
_OF_HEADER = frozenset({"exchange_rate", "costs", "value_details", "delivery_terms"})


def touches_value(changed: Sequence[Difference]) -> bool:
    """Whether something is declared otherwise from which the customs value follows: what was invoiced and in which
    money, what it cost to bring it, the values of the items."""
    return any(_is_value(difference) for difference in changed)


def _is_value(difference: Difference) -> bool:
    place = difference.pointer.split("/")[1:]
    if place[0] == "invoice":
        return place[1:2] != ["number"] and place[1:2] != ["date"]
    if place[0] != _ITEMS:
        return place[0] in _OF_HEADER
    return len(place) < 3 or place[2] in _VALUES


def _of_items(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Found:
    old = {item["number"]: (place, item) for place, item in enumerate(before)}
    new = {item["number"]: (place, item) for place, item in enumerate(after)}
    for number in sorted(old.keys() | new.keys()):
        if number not in new:
            place, words = old[number]
            yield (_ITEMS, place), dict(words), None
        elif number not in old:
            place, words = new[number]
            yield (_ITEMS, place), None, dict(words)
        else:
            place, words = new[number]
            yield from between(old[number][1], words, (_ITEMS, place))
