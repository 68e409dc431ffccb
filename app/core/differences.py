"""What is different between two words of any depth, field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import pointer

_NOTHING: tuple[Any, ...] = (None, "", [], {})

Path = tuple[str | int, ...]
Found = Iterator[tuple[Path, Any, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else. `pointer` is RFC 6901 into the newer words (into the older ones for what is
    gone); `box` is the number of the form's box or ""; None stands for what is not there.

    A row that came or went is one difference with all its words on one side.
    """

    pointer: str
    box: str
    before: Any
    after: Any


def between(before: Any, after: Any, path: Path = ()) -> Found:
    """(path, old, new) of every value that differs, in the order of the newer words; rows are matched by their place."""
    if before in _NOTHING and after in _NOTHING:
        return
    if _both(Mapping, before, after):
        for name in _names(before or {}, after or {}):
            yield from between((before or {}).get(name), (after or {}).get(name), (*path, name))
    elif _both(list, before, after):
        old, new = before or [], after or []
        for place in range(max(len(old), len(new))):
            yield from between(_at(old, place), _at(new, place), (*path, place))
    elif before != after:
        yield path, None if before in _NOTHING else before, None if after in _NOTHING else after


def told(found: Found) -> list[Difference]:
    """The differences with their pointers, without boxes."""
    return [Difference(pointer(*path), "", old, new) for path, old, new in found]


def _both(kind: type, before: Any, after: Any) -> bool:
    """Whether one is of the kind and the other is, too, or is not there."""
    here = [value for value in (before, after) if value not in _NOTHING]
    return bool(here) and all(isinstance(value, kind) for value in here)


def _names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [*after, *(name for name in before if name not in after)]


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
