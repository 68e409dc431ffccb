"""Divisions by what may be nothing.

A double divided by zero is no error but infinity, and infinity is above every threshold: a profile that divides by a
weight nobody has told would stop everything. So a divisor is a number other than zero, or the expression has made sure
of it before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.text import Text, _
from app.risk.rules import trees

Key = tuple[Any, ...]
#: Tells a mistake: the node's place, the rule, the sentence.
Tell = Callable[[int, str, Text], None]

_DIVIDING = frozenset({"_/_", "_%_"})
#: The same comparison read from the other side.
_TURNED = {"_<_": "_>_", "_>_": "_<_", "_<=_": "_>=_", "_>=_": "_<=_", "_==_": "_==_", "_!=_": "_!=_"}
#: What holds where the comparison does not.
_OPPOSITE = {"_<_": "_>=_", "_>_": "_<=_", "_<=_": "_>_", "_>=_": "_<_", "_==_": "_!=_", "_!=_": "_==_"}


def check(node: trees.Node, tell: Tell, safe: frozenset[Key] = frozenset()) -> None:
    """Tells each division by zero and by what may be zero; `safe` are those known not to be."""
    match node:
        case trees.Call(function="_&&_" | "_||_" as function, args=(left, right)):
            holds = function == "_&&_"
            check(left, tell, safe | proven(right, holds=holds))
            check(right, tell, safe | proven(left, holds=holds))
        case trees.Call(function="_?_:_", args=(condition, chosen, other)):
            check(condition, tell, safe)
            check(chosen, tell, safe | proven(condition, holds=True))
            check(other, tell, safe | proven(condition, holds=False))
        case trees.Loop():
            # Within the loop the name may stand for something else than outside of it.
            for part in (node.start, node.step, node.result):
                check(part, tell, frozenset(key for key in safe if ("name", node.name) not in _parts(key)))
            check(node.over, tell, safe)
        case _:
            _divisor(node, tell, safe)
            for part in trees.below(node):
                check(part, tell, safe)


def _divisor(node: trees.Node, tell: Tell, safe: frozenset[Key]) -> None:
    if not isinstance(node, trees.Call) or node.function not in _DIVIDING:
        return
    divisor = _plain(node.args[1])
    if isinstance(divisor, trees.Constant):
        if divisor.value == 0:
            tell(node.at, "profile.division", _("This divides by zero. Divide by another number."))
    elif _key(divisor) not in safe:
        message = _(
            "What this divides by may be zero. Ask for it before, as in: gross_kg > 0.0 && net_kg / gross_kg < 0.5"
        )
        tell(node.at, "profile.division", message)


def proven(node: trees.Node, *, holds: bool) -> frozenset[Key]:
    """What is not zero where the condition holds (or does not)."""
    match node:
        case trees.Call(function="!_", args=(inner,)):
            return proven(inner, holds=not holds)
        case trees.Call(function="_&&_" | "_||_" as function, args=(left, right)):
            one, other = proven(left, holds=holds), proven(right, holds=holds)
            return one | other if (function == "_&&_") == holds else one & other
        case trees.Call(function=function, args=(left, right)) if function in _TURNED:
            return _compared(function if holds else _OPPOSITE[function], _plain(left), _plain(right))
    return frozenset()


def _compared(function: str, left: trees.Node, right: trees.Node) -> frozenset[Key]:
    if isinstance(left, trees.Constant):
        function, left, right = _TURNED[function], right, left
    if not isinstance(right, trees.Constant) or isinstance(right.value, (str, bool)):
        return frozenset()
    bound = right.value
    excludes_zero = {
        "_!=_": bound == 0,
        "_==_": bound != 0,
        "_>_": bound >= 0,
        "_>=_": bound > 0,
        "_<_": bound <= 0,
        "_<=_": bound < 0,
    }[function]
    return frozenset({_key(left)}) if excludes_zero else frozenset()


def _plain(node: trees.Node) -> trees.Node:
    """Without `double(…)`, which is zero where what is in it is."""
    return _plain(node.args[0]) if isinstance(node, trees.Call) and node.function == "double" else node


def _key(node: trees.Node) -> Key:
    """The same for the same words, wherever they stand."""
    match node:
        case trees.Name():
            return ("name", node.name)
        case trees.Constant():
            return ("constant", repr(node.value))
        case trees.Select():
            return ("select", node.field, _key(node.operand))
        case trees.Call():
            return ("call", node.function, *(_key(_plain(arg)) for arg in node.args))
    return ("place", node.at)


def _parts(key: Key) -> set[Key]:
    found = {key}
    for part in key:
        if isinstance(part, tuple):
            found |= _parts(part)
    return found
