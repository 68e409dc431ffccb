"""The syntax tree of a checked expression.

The library gives no tree, but writes a checked expression down in the published form of its messages
(cel.expr.CheckedExpr of github.com/google/cel-spec, proto/cel/expr/checked.proto and syntax.proto). Reading the few
fields that matter takes less than a dependency on protobuf would.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_WIDTH = {_EIGHT: 8, _FOUR: 4}
#: The high bit of a byte says that another follows.
_MORE = 0x80


@dataclass(frozen=True, slots=True)
class Constant:
    value: Any
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Select:
    """A field of something: `i.net_kg`."""

    operand: Node
    field: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator ("_>_", "_&&_"); the target of a method is the first argument."""

    function: str
    args: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is written out."""

    elements: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Loop:
    """What `exists`, `all`, `map` and `filter` become: `step` is done for each `name` of `over`, beginning with
    `start`, and kept in `kept`."""

    name: str
    over: Node
    kept: str
    start: Node
    step: Node
    result: Node
    at: int


@dataclass(frozen=True, slots=True)
class Other:
    """What criteria have no use for: maps and messages written out."""

    at: int


Node = Constant | Name | Select | Call | Listing | Loop | Other


def tree(serialized: bytes) -> Node:
    """The tree of an expression as the library writes it down; `at` is the offset of a node in the source."""
    checked = _one(_one(serialized, 2), 4)
    info = _one(_one(serialized, 2), 5)
    places = {}
    for number, entry in _fields(info):
        if number == 4:
            pair = dict(_fields(entry))
            places[pair.get(1, 0)] = pair.get(2, 0)
    return _node(checked, places)


def below(node: Node) -> tuple[Node, ...]:
    """The nodes a node is made of."""
    match node:
        case Select():
            return (node.operand,)
        case Call():
            return node.args
        case Listing():
            return node.elements
        case Loop():
            return (node.over, node.start, node.step, node.result)
    return ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in below(node):
        yield from walk(part)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & ~_MORE) << shift
        place, shift = place + 1, shift + 7
        if byte < _MORE:
            return value, place


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message in their order: number, and bytes or a whole number."""
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, place = _varint(data, place)
            yield number, value
            continue
        length = _WIDTH.get(wire)
        if length is None:
            length, place = _varint(data, place)
        yield number, data[place : place + length]
        place += length


def _one(data: bytes, wanted: int) -> bytes:
    """The last field of that number, as messages say it; empty where there is none."""
    found = b""
    for number, value in _fields(data):
        if number == wanted:
            found = value
    return found


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _node(data: bytes, places: dict[int, int]) -> Node:
    fields = dict(_fields(data))
    at = places.get(fields.get(2, 0), 0)
    for number, build in _BUILDERS.items():
        if number in fields:
            return build(fields[number], places, at)
    return Other(at)


def _constant(data: bytes, _places: dict[int, int], at: int) -> Node:
    for number, value in _fields(data):
        if number in _CONSTANTS:
            return Constant(_CONSTANTS[number](value), at)
    return Other(at)


_CONSTANTS: dict[int, Callable[[Any], Any]] = {
    2: bool,
    3: _signed,
    4: int,
    5: lambda value: struct.unpack("<d", value)[0],
    6: lambda value: value.decode("utf-8"),
}


def _name(data: bytes, _places: dict[int, int], at: int) -> Node:
    return Name(_one(data, 1).decode(), at)


def _select(data: bytes, places: dict[int, int], at: int) -> Node:
    return Select(_node(_one(data, 1), places), _one(data, 2).decode(), at)


def _call(data: bytes, places: dict[int, int], at: int) -> Node:
    target = tuple(_node(value, places) for number, value in _fields(data) if number == 1)
    args = tuple(_node(value, places) for number, value in _fields(data) if number == 3)
    return Call(_one(data, 2).decode(), target + args, at)


def _listing(data: bytes, places: dict[int, int], at: int) -> Node:
    return Listing(tuple(_node(value, places) for number, value in _fields(data) if number == 1), at)


def _loop(data: bytes, places: dict[int, int], at: int) -> Node:
    over, start, step, result = (_node(_one(data, number), places) for number in (2, 4, 6, 7))
    return Loop(_one(data, 1).decode(), over, _one(data, 3).decode(), start, step, result, at)


_BUILDERS: dict[int, Callable[[bytes, dict[int, int], int], Node]] = {
    3: _constant,
    4: _name,
    5: _select,
    6: _call,
    7: _listing,
    9: _loop,
}
