"""What changed between two contents, field by field. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import pointer
from app.declarations.commands import Declared

#: Nobody reads more; the rest is counted by whoever shows it.
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else. `pointer` is RFC 6901 into the newer words (into the older ones for what is
    gone); `box` is the number of the SAD box or ""; None stands for what is not there.

    An item that came or went is one difference with all its words on one side.
    """

    pointer: str
    box: str
    before: Any
    after: Any


def no_box(_pointer: str) -> str:
    return ""


def differences(before: Declared, after: Declared, box_of: Callable[[str], str] = no_box) -> list[Difference]:
    """All differences in the order of the fields; items are matched by their number."""
    found = list(_of(before.header, after.header, ()))
    found += _of(before.documents, after.documents, ("documents",))
    found += _of_items(before.items, after.items)
    return [Difference(pointer(*path), box_of(pointer(*path)), old, new) for path, old, new in found]


_Path = tuple[str | int, ...]
_Found = Iterator[tuple[_Path, Any, Any]]


def _of_items(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> _Found:
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
            yield from _of(old[number][1], words, (_ITEMS, place))


def _of(before: Any, after: Any, path: _Path) -> _Found:
    if before in _NOTHING and after in _NOTHING:
        return
    if _both(Mapping, before, after):
        for name in _names(before or {}, after or {}):
            yield from _of((before or {}).get(name), (after or {}).get(name), (*path, name))
    elif _both(list, before, after):
        old, new = before or [], after or []
        for place in range(max(len(old), len(new))):
            yield from _of(_at(old, place), _at(new, place), (*path, place))
    elif before != after:
        yield path, None if before in _NOTHING else before, None if after in _NOTHING else after


def _both(kind: type, before: Any, after: Any) -> bool:
    """Whether one is of the kind and the other is, too, or is not there."""
    here = [value for value in (before, after) if value not in _NOTHING]
    return bool(here) and all(isinstance(value, kind) for value in here)


def _names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [*after, *(name for name in before if name not in after)]


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
