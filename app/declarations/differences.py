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
