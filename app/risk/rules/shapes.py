"""What each part of an expression is: text, number, whole number, yes or no, a list, an item.

The library checks the facts of the consignment, which it knows the types of. To it the fields of an item may be
anything; here they are what the vocabulary says, so that a mistake is found when a profile is saved and not when a
truck stands before the barrier.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.text import Text, _, excerpt
from app.risk.rules import trees, vocabulary
from app.risk.rules.vocabulary import Fact, Type

#: Regular expressions may be this long.
LONGEST_PATTERN = 200


@dataclass(frozen=True, slots=True)
class Shape:
    """A type; `of` is that of a list's entries, None while nothing is in it. `folded` texts are in small letters."""

    name: str
    of: Shape | None = None
    folded: bool = field(default=False, compare=False)

    @property
    def is_list(self) -> bool:
        return self.name == "list"


TEXT, NUMBER, WHOLE, FLAG, ITEM = Shape("text"), Shape("number"), Shape("whole"), Shape("flag"), Shape("item")
#: What nothing more can be said of, because something in it is wrong and has been told.
UNKNOWN = Shape("unknown")

_WORDS = {
    "text": _("a text"),
    "number": _("a number with a fraction"),
    "whole": _("a whole number"),
    "flag": _("yes or no"),
    "item": _("an item"),
    "list": _("a list"),
}

NOT_FOR_CRITERIA = _("Maps, bytes and null are not for criteria. Use texts, numbers and lists.")

#: How the library calls what is declared to it.
_LIBRARY = {"string": TEXT, "double": NUMBER, "int": WHOLE, "bool": FLAG}


def of_fact(fact: Fact) -> Shape:
    """The shape of a fact of the vocabulary."""
    if fact.type is Type.TEXTS:
        return Shape("list", Shape("text", folded=fact.folded))
    if fact.type is Type.ITEMS:
        return Shape("list", ITEM)
    return Shape(fact.type.value, folded=fact.folded)


def said(shape: Shape) -> Text:
    """The type in words."""
    return _WORDS[shape.name]


def from_library(name: str) -> Shape:
    """The shape of a type as the library's messages name it."""
    if name.startswith("list"):
        return Shape("list")
    return ITEM if name.startswith("map") else _LIBRARY.get(name, UNKNOWN)


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """The names that look most like it, for people; empty where none does."""
    return ", ".join(difflib.get_close_matches(name, list(known), n=3, cutoff=0.6))


_FACTS = {fact.name: of_fact(fact) for fact in vocabulary.FACTS}
_FIELDS = {fact.name: of_fact(fact) for fact in vocabulary.ITEM_FIELDS}

Scope = Mapping[str, Shape]
#: Tells a mistake: the node's place, the rule, the sentence.
Tell = Callable[[int, str, Text], None]


def infer(node: trees.Node, tell: Tell) -> Shape:
    """The shape of an expression; each mistake is told once."""
    return _Inference(tell).of(node, {})


class _Inference:
    def __init__(self, tell: Tell) -> None:
        self.tell = tell

    def of(self, node: trees.Node, scope: Scope) -> Shape:
        handlers: dict[type, Callable[[Any, Scope], Shape]] = {
            trees.Constant: self.constant,
            trees.Name: self.name,
            trees.Select: self.select,
            trees.Call: self.call,
            trees.Listing: self.listing,
            trees.Loop: self.loop,
            trees.Other: self.other,
        }
        return handlers[type(node)](node, scope)

    def other(self, node: trees.Other, _scope: Scope) -> Shape:
        return self.wrong(node.at, NOT_FOR_CRITERIA)

    def wrong(self, at: int, message: Text, rule: str = "profile.type") -> Shape:
        self.tell(at, rule, message)
        return UNKNOWN

    def name(self, node: trees.Name, scope: Scope) -> Shape:
        return scope.get(node.name) or _FACTS.get(node.name, UNKNOWN)

    def constant(self, node: trees.Constant, _scope: Scope) -> Shape:
        for kind, shape in ((bool, FLAG), (int, WHOLE), (float, NUMBER), (str, TEXT)):
            if isinstance(node.value, kind):
                return shape
        return UNKNOWN

    def select(self, node: trees.Select, scope: Scope) -> Shape:
        operand = self.of(node.operand, scope)
        if operand is UNKNOWN:
            return UNKNOWN
        if operand != ITEM:
            message = _("Only items have facts of their own; “.{field}” stands after {shape}.",
                        field=excerpt(node.field), shape=said(operand))  # fmt: skip
            return self.wrong(node.at, message)
        found = _FIELDS.get(node.field)
        if found is not None:
            return found
        near = nearest(node.field, _FIELDS)
        name = excerpt(node.field)
        message = (
            _("An item has no fact “{name}”. Nearest: {near}.", name=name, near=near)
            if near
            else _("An item has no fact “{name}”.", name=name)
        )
        return self.wrong(node.at, message, "profile.fact")

    def listing(self, node: trees.Listing, scope: Scope) -> Shape:
        shapes = [self.of(element, scope) for element in node.elements]
        first = next(iter(shapes), None)
        if any(shape not in (first, UNKNOWN) for shape in shapes):
            return self.wrong(node.at, _("The entries of a list must be of one type."))
        return Shape("list", first)

    def loop(self, node: trees.Loop, scope: Scope) -> Shape:
        over = self.of(node.over, scope)
        if over is UNKNOWN:
            return UNKNOWN
        if not over.is_list:
            return self.wrong(node.at, _("Only lists can be gone through, not {shape}.", shape=said(over)))
        inner = {**scope, node.name: over.of or UNKNOWN}
        start = self.of(node.start, scope)
        kept = self.of(node.step, {**inner, node.kept: start})
        return self.of(node.result, {**inner, node.kept: kept})

    def call(self, node: trees.Call, scope: Scope) -> Shape:
        shapes = [self.of(arg, scope) for arg in node.args]
        if node.function not in _CALLS:
            message = _("“{function}” is not for criteria. There are: {known}.",
                        function=excerpt(node.function.strip("_")), known=FUNCTIONS)  # fmt: skip
            return self.wrong(node.at, message, "profile.syntax")
        if UNKNOWN in shapes:
            return _CALLS[node.function](shapes) or UNKNOWN
        result = _CALLS[node.function](shapes)
        if result is None:
            return self.wrong(node.at, mismatch(node.function, shapes))
        self.folding(node, shapes)
        if node.function == "matches":
            self.pattern(node)
        return result

    def folding(self, node: trees.Call, shapes: list[Shape]) -> None:
        """Facts in small letters meet nothing that is written in capitals: such a profile would never hit."""
        if node.function not in _COMPARING or not any(s.folded or (s.of and s.of.folded) for s in shapes):
            return
        for part in trees.walk(node):
            if isinstance(part, trees.Constant) and isinstance(part.value, str) and part.value != part.value.lower():
                message = _("This fact is in small letters; write “{value}”.", value=excerpt(part.value.lower()))
                self.wrong(part.at, message)

    def pattern(self, node: trees.Call) -> None:
        pattern = node.args[-1]
        if not isinstance(pattern, trees.Constant) or len(pattern.value) > LONGEST_PATTERN:
            message = _("A pattern is written out and has at most {most} letters.", most=LONGEST_PATTERN)
            self.wrong(node.at, message, "profile.costly")


def unknown(name: str, near: str) -> Text:
    """Says that there is no such fact, and which are meant perhaps."""
    if near:
        return _("There is no fact “{name}”. Nearest: {near}.", name=name, near=near)
    return _("There is no fact “{name}”. The page of the facts names them all.", name=name)


def mismatch(function: str, shapes: list[Shape], typed: str = "") -> Text:
    """Says why an operator cannot take what it is given, and what to write instead; `typed` is what stands there."""
    names = {shape.name for shape in shapes}
    if function in _NEEDED:
        return _NEEDED[function]
    operator = function.strip("_@").replace("_", "")
    if names == {"number", "whole"}:
        return _("“{operator}” has a number with a fraction on one side and a whole number on the other. Write numbers beside"
                 " a fact with a fraction as 1000.0, beside a whole one as 1000, or turn a whole fact with double(…).",
                 operator=operator)  # fmt: skip
    told = [] if UNKNOWN in shapes else list(dict.fromkeys(said(shape) for shape in shapes))
    if len(told) == 1:
        return _("“{operator}” cannot take {shape}.", operator=operator, shape=told[0])
    if len(told) == 2 and typed:
        return _("“{typed}”: “{operator}” cannot join {left} with {right}.", typed=typed, operator=operator, left=told[0],
                 right=told[1])  # fmt: skip
    if len(told) == 2:
        return _("“{operator}” cannot join {left} with {right}.", operator=operator, left=told[0], right=told[1])
    return _("“{operator}” cannot take what it is given.", operator=operator)


_NEEDED = {
    "@in": _("Behind “in” stands a list with entries of the same type, as in: dispatch in ['AF', 'IR']"),
    "_?_:_": _("Before “?” stands what is yes or no, and both sides of “:” are of one type."),
}


def _same(shapes: list[Shape]) -> bool:
    first, second = (shape if shape is not UNKNOWN else None for shape in shapes)
    if first is None or second is None:
        return True
    if first.is_list and second.is_list:
        return first.of is None or second.of is None or first.of == second.of
    return first == second


def _all_of(shapes: list[Shape], *allowed: Shape) -> bool:
    return all(shape is UNKNOWN or shape in allowed for shape in shapes)


def _logic(shapes: list[Shape]) -> Shape | None:
    return FLAG if _all_of(shapes, FLAG) else None


def _equal(shapes: list[Shape]) -> Shape | None:
    return FLAG if _same(shapes) else None


def _ordered(shapes: list[Shape]) -> Shape | None:
    return FLAG if _same(shapes) and _all_of(shapes, TEXT, NUMBER, WHOLE) else None


def _within(shapes: list[Shape]) -> Shape | None:
    left, right = shapes
    if right is UNKNOWN:
        return FLAG
    if not right.is_list:
        return None
    return FLAG if right.of is None or _same([left, right.of]) else None


def _choice(shapes: list[Shape]) -> Shape | None:
    condition, *branches = shapes
    if not _all_of([condition], FLAG) or not _same(branches):
        return None
    return next((s for s in branches if not s.is_list or s.of), branches[0])


def _sum(shapes: list[Shape]) -> Shape | None:
    if not _same(shapes):
        return None
    if any(shape.is_list for shape in shapes):
        return next((s for s in shapes if s.of), shapes[0])
    return shapes[0] if _all_of(shapes, TEXT, NUMBER, WHOLE) else None


def _arithmetic(shapes: list[Shape]) -> Shape | None:
    return shapes[0] if _same(shapes) and _all_of(shapes, NUMBER, WHOLE) else None


def _remainder(shapes: list[Shape]) -> Shape | None:
    return WHOLE if _all_of(shapes, WHOLE) else None


def _sign(shapes: list[Shape]) -> Shape | None:
    return shapes[0] if _all_of(shapes, NUMBER, WHOLE) else None


def _size(shapes: list[Shape]) -> Shape | None:
    return WHOLE if shapes[0].is_list or _all_of(shapes, TEXT) else None


def _of_texts(shapes: list[Shape]) -> Shape | None:
    return FLAG if _all_of(shapes, TEXT) else None


def _to_number(shapes: list[Shape]) -> Shape | None:
    return NUMBER if _all_of(shapes, NUMBER, WHOLE) else None


_CALLS: dict[str, Callable[[list[Shape]], Shape | None]] = {
    "_&&_": _logic,
    "_||_": _logic,
    "!_": _logic,
    "_==_": _equal,
    "_!=_": _equal,
    "_<_": _ordered,
    "_<=_": _ordered,
    "_>_": _ordered,
    "_>=_": _ordered,
    "@in": _within,
    "_?_:_": _choice,
    "_+_": _sum,
    "_-_": _arithmetic,
    "_*_": _arithmetic,
    "_/_": _arithmetic,
    "_%_": _remainder,
    "-_": _sign,
    "size": _size,
    "startsWith": _of_texts,
    "endsWith": _of_texts,
    "contains": _of_texts,
    "matches": _of_texts,
    "double": _to_number,
}
_COMPARING = frozenset({"_==_", "_!=_", "@in", "startsWith", "endsWith", "contains"})
#: What criteria may use, for people.
FUNCTIONS = (
    "&& || ! == != < <= > >= in ?: + - * / % size startsWith endsWith contains matches double exists all filter map"
)
