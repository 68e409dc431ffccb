"""What may be kept as a draft, whatever its words mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.errors import Finding, Invalid, TooLarge, pointer
from app.core.messages import T
from app.core.text import excerpt, fault_in

#: Rows of all kinds in what one sends: 999 items with two dozen packages, documents and the like each.
MOST_OBJECTS = 25_000
DEEPEST_DRAFT = 12
LONGEST_DRAFT_TEXT = 10_000
#: Faults of a draft's words that are told; who sends a million of them is not told each.
MOST_TOLD = 100
#: Beyond this, JSON numbers mean different things to different machines.
LARGEST_WHOLE = 2**53 - 1


def draft_words(body: Any) -> dict[str, Any]:
    """What may be kept as a draft: an object of texts, whole numbers, yes and no, lists and objects; the texts
    storable.

    Drafts may be incomplete and wrong, but never such that they cannot be kept, shown or hashed. Raises `Invalid`, or
    `TooLarge` for more rows than anything declared can have.
    """
    found: list[Finding] = []
    if not isinstance(body, Mapping):
        raise Invalid(findings=[Finding("", "type", T("Give an object with named values here.").text)])
    if objects_in(body) > MOST_OBJECTS:
        raise TooLarge()
    _check_words(body, (), found)
    if found:
        raise Invalid(findings=found[:MOST_TOLD])
    return dict(body)


def objects_in(value: Any) -> int:
    """How many objects a JSON value holds; counting stops when there are too many."""
    count, waiting = 0, [value]
    while waiting and count <= MOST_OBJECTS:
        here = waiting.pop()
        if isinstance(here, Mapping):
            count += 1
            waiting += [below for below in here.values() if isinstance(below, Mapping | list)]
        elif isinstance(here, list):
            waiting += [below for below in here if isinstance(below, Mapping | list)]
    return count


def _check_words(value: Any, path: tuple[str | int, ...], found: list[Finding]) -> None:
    if len(found) >= MOST_TOLD:
        return
    if len(path) > DEEPEST_DRAFT:
        found.append(Finding(pointer(*path), "draft.depth", T("This is nested too deeply.").text))
    elif isinstance(value, str):
        _check_text(value, path, found)
    elif isinstance(value, Mapping):
        for name, below in value.items():
            _check_text(name, path, found)
            _check_words(below, (*path, excerpt(name)), found)
    elif isinstance(value, list):
        for place, below in enumerate(value):
            _check_words(below, (*path, place), found)
    elif type(value) is int and abs(value) > LARGEST_WHOLE:
        found.append(Finding(pointer(*path), "number", T("The number is too large.").text))
    elif value is not None and type(value) not in (bool, int):
        found.append(
            Finding(pointer(*path), "number", T('Write the number as text in quotes, for example "1250.50".').text)
        )


def _check_text(value: str, path: tuple[str | int, ...], found: list[Finding]) -> None:
    fault = fault_in(value)
    if fault is not None:
        found.append(Finding(pointer(*path), "text.characters", fault))
    elif len(value) > LONGEST_DRAFT_TEXT:
        found.append(
            Finding(
                pointer(*path),
                "length",
                T("Too long: at most {most} characters.", "length").format(most=LONGEST_DRAFT_TEXT).text,
            )
        )
