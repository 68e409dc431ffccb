"""Takes the value of a box out of the tree, and puts one back. The only two things reading and writing do to a box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.interchange.asycuda.codecs import Texts
from app.interchange.asycuda.tree import Node
from app.interchange.asycuda.values import DateOrder
from app.interchange.asycuda.vocabulary import Box, Rows


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a slot's text stands: the element it is read from, the elements that say the same, those that differ."""

    first: Node
    again: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """An element repeats with another value. The first was taken; this is the other."""

    box: Box
    node: Node


def take(at: Node, box: Box, order: DateOrder, clashes: list[Clash] | None = None) -> dict[str, Any]:
    """The box's values by pointer (absent ones left out); the elements they stand in are marked as read."""
    standings = [_standing(at, paths, box, order) for paths in box.slots]
    meaning = box.codec.read(_texts(standings), order)
    for place, standing in enumerate(standings):
        if standing is None or place in meaning.unused:
            continue
        for node in (standing.first, *standing.again):
            node.read = True
        if clashes is not None:
            clashes += (
                Clash(box, node)
                for node in standing.otherwise
                if node.parent is not None and node.key == standing.first.key and _same_place(node, standing.first)
            )
    return {pointer: value for pointer, value in zip(box.pointers, meaning.values, strict=True) if value is not None}


def take_all(at: Node, boxes: Iterable[Box], order: DateOrder, clashes: list[Clash] | None = None) -> dict[str, Any]:
    """The values of several boxes as one nested object."""
    found: dict[str, Any] = {}
    for box in boxes:
        for pointer, value in take(at, box, order, clashes).items():
            place(found, pointer, value)
    return found


def rows_of(at: Node, rows: Rows, order: DateOrder) -> list[tuple[Any, Node]]:
    """The rows that hold anything, each with its element, in order."""
    found = []
    for node in (node for path in rows.paths for node in at.find(path)):
        row = take_all(node, rows.boxes, order)
        if row:
            found.append((row.get("", row), node))
            if rows.first_only:
                break
    return found


def put(at: Node, box: Box, wanted: Mapping[str, Any], order: DateOrder, *, everywhere: bool = False) -> bool:
    """Writes the box's values where they differ in meaning from what stands there; says whether anything was written.

    A value that stood nowhere goes to its first place, or `everywhere` to all of its places that the tree has.
    """
    standings = [_standing(at, paths, box, order) for paths in box.slots]
    before = _texts(standings)
    present = box.codec.read(before, order).values
    values = [wanted.get(pointer) for pointer in box.pointers]
    if all(box.codec.same(old, new) for old, new in zip(present, values, strict=True)):
        return False
    changed = False
    for paths, standing, old, new in zip(box.slots, standings, before, box.codec.write(values, before), strict=True):
        if old == new:
            continue
        changed = True
        if standing is not None:
            for node in (standing.first, *standing.again):
                node.set_text(new)
        elif new is not None:
            places = [node for path in paths for node in at.find(path)] if everywhere else []
            for node in places or [at.ensure(paths[0])]:
                node.set_text(new)
    if changed and any(value is not None for value in present):
        for node in (node for path in box.beside for node in at.find(path)):
            if node.text is not None:
                node.set_text(None)
    return changed


def place(target: dict[str, Any], pointer: str, value: Any) -> None:
    """Sets a value at a pointer of names, making the objects on the way."""
    if pointer == "":
        target[""] = value
        return
    *way, last = pointer[1:].split("/")
    for name in way:
        target = target.setdefault(name, {})
    target[last] = value


def at_pointer(source: Mapping[str, Any], pointer: str) -> Any:
    """The value at a pointer of names, or None."""
    found: Any = source
    for name in pointer[1:].split("/"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def wanted_of(source: Mapping[str, Any], box: Box) -> dict[str, Any]:
    """What a box is to hold according to a declaration, an item or a row."""
    return {pointer: at_pointer(source, pointer) for pointer in box.pointers}


def _standing(at: Node, paths: tuple[str, ...], box: Box, order: DateOrder) -> Standing | None:
    found = [node for path in paths for node in at.find(path) if node.text is not None]
    if not found:
        return None
    first, *others = found
    if not others:
        return Standing(first, (), ())
    alike = [_alike(box, first, other, order) for other in others]
    return Standing(
        first,
        tuple(node for node, same in zip(others, alike, strict=True) if same),
        tuple(node for node, same in zip(others, alike, strict=True) if not same),
    )


def _alike(box: Box, one: Node, other: Node, order: DateOrder) -> bool:
    if one.text == other.text:
        return True
    if len(box.slots) > 1:
        return (one.text or "").split() == (other.text or "").split()
    meanings = [box.codec.read((node.text,), order).values for node in (one, other)]
    return all(box.codec.same(first, second) for first, second in zip(*meanings, strict=True))


def _same_place(one: Node, other: Node) -> bool:
    """Whether two elements stand in the same kind of place: the names of all around them are the same."""
    above, beyond = one.parent, other.parent
    while above is not None and beyond is not None:
        if above.key != beyond.key:
            return False
        above, beyond = above.parent, beyond.parent
    return above is beyond


def _texts(standings: list[Standing | None]) -> Texts:
    return tuple(None if standing is None else standing.first.text for standing in standings)
