"""The operators of criteria: which facts each is for, what value it takes, and how it is written as an expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.text import Text, _
from app.risk.rules.vocabulary import Fact, Type


class Takes(StrEnum):
    """What stands behind an operator."""

    NOTHING = "nothing"
    ONE = "one"
    #: One value or several: any of them will do.
    SEVERAL = "several"
    #: The lowest and the highest, both included.
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Operator:
    """`write` makes an expression of the fact's name and its written values."""

    name: str
    text: Text
    takes: Takes
    types: frozenset[Type]
    write: Callable[[str, list[str]], str]

    def fits(self, fact: Fact) -> bool:
        return fact.type in self.types


def written(fact: Fact, value: Any) -> str:
    """A value as it stands in an expression. Texts cannot end the quotation they stand in, whatever they hold."""
    if fact.type is Type.NUMBER:
        return _fraction(Decimal(value))
    if fact.type is Type.WHOLE:
        return str(int(value))
    return quoted(fact.formed(value))


def quoted(text: str) -> str:
    """A text as a literal of the expression language."""
    return "'" + "".join(_ESCAPED.get(sign, sign) for sign in text) + "'"


#: Everything that may end a literal or a line.
_ESCAPED = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _fraction(value: Decimal) -> str:
    plain = format(value, "f")
    return plain if "." in plain else f"{plain}.0"


def _comparing(sign: str) -> Callable[[str, list[str]], str]:
    return lambda name, values: f"{name} {sign} {values[0]}"


def _method(method: str) -> Callable[[str, list[str]], str]:
    return lambda name, values: _any([f"{name}.{method}({value})" for value in values])


def _method_of_entries(method: str) -> Callable[[str, list[str]], str]:
    def write(name: str, values: list[str]) -> str:
        tests = " || ".join(f"x.{method}({value})" for value in values)
        return f"{name}.exists(x, {tests})"

    return write


def _any(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({' || '.join(tests)})"


def _listed(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


_TEXT = frozenset({Type.TEXT})
_TEXTS = frozenset({Type.TEXTS})
_NUMBERS = frozenset({Type.NUMBER, Type.WHOLE})
_ONES = frozenset({Type.TEXT, Type.NUMBER, Type.WHOLE})
_PICKED = frozenset({Type.TEXT, Type.WHOLE})
_FLAG = frozenset({Type.FLAG})

#: In the order a screen offers them. A name may stand twice, for facts of different types.
OPERATORS: tuple[Operator, ...] = (
    Operator("is", _("is"), Takes.ONE, _ONES, _comparing("==")),
    Operator("is-not", _("is not"), Takes.ONE, _ONES, _comparing("!=")),
    Operator("one-of", _("is one of"), Takes.SEVERAL, _PICKED, lambda name, values: f"{name} in {_listed(values)}"),
    Operator("none-of", _("is none of"), Takes.SEVERAL, _PICKED, lambda name, values: f"!({name} in {_listed(values)})"),
    Operator("starts-with", _("begins with"), Takes.SEVERAL, _TEXT, _method("startsWith")),
    Operator("starts-with", _("one begins with"), Takes.SEVERAL, _TEXTS, _method_of_entries("startsWith")),
    Operator("contains", _("contains"), Takes.SEVERAL, _TEXT, _method("contains")),
    Operator("contains", _("one contains"), Takes.SEVERAL, _TEXTS, _method_of_entries("contains")),
    Operator("more-than", _("is more than"), Takes.ONE, _NUMBERS, _comparing(">")),
    Operator("at-least", _("is at least"), Takes.ONE, _NUMBERS, _comparing(">=")),
    Operator("less-than", _("is less than"), Takes.ONE, _NUMBERS, _comparing("<")),
    Operator("at-most", _("is at most"), Takes.ONE, _NUMBERS, _comparing("<=")),
    Operator(
        "between", _("is between"), Takes.RANGE, _NUMBERS, lambda name, v: f"({name} >= {v[0]} && {name} <= {v[1]})"
    ),
    Operator("has", _("has"), Takes.SEVERAL, _TEXTS, lambda name, values: _any([f"{v} in {name}" for v in values])),
    Operator(
        "has-none-of", _("has none of"), Takes.SEVERAL, _TEXTS,
        lambda name, values: f"!({' || '.join(f'{v} in {name}' for v in values)})",
    ),
    Operator("is-empty", _("is empty"), Takes.NOTHING, _TEXT, lambda name, _values: f"{name} == ''"),
    Operator("is-empty", _("is empty"), Takes.NOTHING, _TEXTS, lambda name, _values: f"size({name}) == 0"),
    Operator("not-empty", _("is not empty"), Takes.NOTHING, _TEXT, lambda name, _values: f"{name} != ''"),
    Operator("not-empty", _("is not empty"), Takes.NOTHING, _TEXTS, lambda name, _values: f"size({name}) > 0"),
    Operator("yes", _("holds"), Takes.NOTHING, _FLAG, lambda name, _values: name),
    Operator("no", _("does not hold"), Takes.NOTHING, _FLAG, lambda name, _values: f"!{name}"),
)  # fmt: skip


def operators_of(fact: Fact) -> tuple[Operator, ...]:
    """The operators that a fact may stand before."""
    return tuple(operator for operator in OPERATORS if operator.fits(fact))


def operator(fact: Fact, name: str) -> Operator | None:
    return next((one for one in operators_of(fact) if one.name == name), None)
