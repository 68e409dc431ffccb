"""Criteria as expressions (CEL, the Common Expression Language): read, checked against the vocabulary, and asked of a
consignment.

What is checked when a profile is saved cannot fail at the barrier: names, types, divisions, cost. What can still fail
(a number that overflows, the library's budget of steps) has no answer, and a profile without an answer stops goods.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cel_expr_python import cel

from app.core.errors import Finding, Invalid
from app.core.text import Text, _, excerpt
from app.risk.rules import division, shapes, trees, vocabulary
from app.risk.rules.vocabulary import Type

#: An expression may be this long.
LONGEST = 4000
#: It may go through lists so often: at most 1,999 items each stay below the library's 10,000 steps.
MOST_LOOPS = 5
#: A list of an item within the loop over the items, and no deeper.
DEEPEST_LOOP = 2
_POINTER = "/expression"
_MOST_FINDINGS = 10

_TYPES = {
    Type.TEXT: cel.Type.STRING,
    Type.NUMBER: cel.Type.DOUBLE,
    Type.WHOLE: cel.Type.INT,
    Type.FLAG: cel.Type.BOOL,
    Type.TEXTS: cel.Type.List(cel.Type.STRING),
    Type.ITEMS: cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
}
_ENV = cel.NewEnv(variables={fact.name: _TYPES[fact.type] for fact in vocabulary.FACTS})
_NAMES = tuple(fact.name for fact in vocabulary.FACTS)


class Context:
    """The facts of one consignment, made ready once for any number of questions. What is missing is at its default."""

    __slots__ = ("activation",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.activation = _ENV.Activation(vocabulary.complete(facts))


@dataclass(frozen=True, slots=True)
class Program:
    """A checked expression. `facts` are the names of the consignment's facts it uses, `fields` those of its items."""

    source: str
    facts: frozenset[str]
    fields: frozenset[str]
    _expression: Any = field(repr=False, compare=False)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of consignment that have all of these facts."""
        known = (vocabulary.by_name(name) for name in self.facts)
        return functools.reduce(frozenset.__and__, (f.kinds for f in known if f), vocabulary.BOTH)

    def ask(self, context: Context) -> bool | None:
        """Yes, no, or None where there is no answer: an error, or a budget that did not do."""
        try:
            answer = self._expression.eval(context.activation).value()
        except Exception:  # noqa: BLE001 - the library says a budget that did not do with an exception of its own
            return None
        return answer if isinstance(answer, bool) else None


@functools.lru_cache(maxsize=8192)
def compiled(source: str) -> Program:
    """The program of an expression. Raises `Invalid` with findings at "/expression": profile.syntax, profile.fact,
    profile.type, profile.costly, profile.division. Nothing of what the library says reaches people."""
    if len(source) > LONGEST:
        message = _("The expression has {length} letters, {most} are allowed. Split the profile into two.",
                    length=len(source), most=LONGEST)  # fmt: skip
        raise Invalid(findings=[Finding(_POINTER, "profile.costly", message)])
    if not source.strip():
        raise Invalid(findings=[Finding(_POINTER, "profile.syntax", _("The expression is empty. Write a criterion."))])
    try:
        expression = _ENV.compile(source)
    except (RuntimeError, TypeError) as error:  # the second one of half characters
        raise Invalid(findings=_translated(source, str(error))) from None
    node = trees.tree(expression.serialize())
    _check(source, node)
    names = _names(node, frozenset())
    fields = frozenset(part.field for part in trees.walk(node) if isinstance(part, trees.Select))
    return Program(source, names, fields, expression)


def _check(source: str, node: trees.Node) -> None:
    told: dict[tuple[int, str], Finding] = {}

    def tell(at: int, rule: str, message: Text) -> None:
        told.setdefault((at, rule), _finding(source, at, rule, message))

    shape = shapes.infer(node, tell)
    if shape not in (shapes.FLAG, shapes.UNKNOWN):
        message = _("The expression must answer yes or no; this gives {shape}. Compare it with something.",
                    shape=shapes.said(shape))  # fmt: skip
        tell(0, "profile.type", message)
    division.check(node, tell)
    _loops(node, tell)
    _patterns(node, tell)
    if told:
        raise Invalid(findings=[told[key] for key in sorted(told)][:_MOST_FINDINGS])


def _loops(node: trees.Node, tell: shapes.Tell) -> None:
    found = [part for part in trees.walk(node) if isinstance(part, trees.Loop)]
    if len(found) > MOST_LOOPS:
        message = _("The expression goes through lists {count} times, {most} are allowed. Use “in” for a single value, ask for"
                    " several things in one loop, or split the profile into two.",
                    count=len(found), most=MOST_LOOPS)  # fmt: skip
        tell(found[MOST_LOOPS].at, "profile.costly", message)
    for loop in found:
        for inner in _within(loop):
            if not isinstance(inner.over, trees.Select):
                message = _("A loop within a loop may only go through a list of the item, as i.documents.")
                tell(inner.at, "profile.costly", message)
            elif any(True for _each in _within(inner)):
                tell(inner.at, "profile.costly", _("Loops are nested deeper than {most}.", most=DEEPEST_LOOP))


def _within(loop: trees.Loop) -> list[trees.Loop]:
    """The loops in what is done for each entry."""
    return [part for part in trees.walk(loop.step) if isinstance(part, trees.Loop)]


def _patterns(node: trees.Node, tell: shapes.Tell) -> None:
    """Patterns that cannot be read: the library would say so only when it is asked."""
    for part in trees.walk(node):
        match part:
            case trees.Call(function="matches", args=(_target, trees.Constant(value=str() as pattern, at=at))):
                probe = _ENV.compile("plate.matches(consignor)").eval(
                    _ENV.Activation({"plate": "", "consignor": pattern})
                )
                if not isinstance(probe.value(), bool):
                    tell(at, "profile.syntax", _("The pattern cannot be read. Check its brackets and signs."))


def _names(node: trees.Node, bound: frozenset[str]) -> frozenset[str]:
    """The facts an expression uses; names of loops are none."""
    if isinstance(node, trees.Name):
        return frozenset() if node.name in bound else frozenset({node.name})
    if isinstance(node, trees.Loop):
        inner = bound | {node.name, node.kept}
        within = (_names(part, inner) for part in (node.step, node.result))
        return frozenset().union(_names(node.over, bound), *within)
    return frozenset().union(*(_names(part, bound) for part in trees.below(node)))


_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '(?:\(|[^(]*\.\()(.*)\)'")
#: What else the checker of the library says, by a part of its sentence.
_MISTAKES = {
    "operand of a select": _("Only items have facts of their own, as in: items.exists(i, i.net_kg > 1000.0)"),
    "range of a comprehension": _("Only lists can be gone through: items, documents, commodities and so on."),
    "variable name": _("A loop names its entry with a simple word, as in: items.exists(i, i.net_kg > 1000.0)"),
}


def _translated(source: str, said: str) -> list[Finding]:
    """What the library says, in sentences for people."""
    if "recursion" in said:
        return [
            Finding(_POINTER, "profile.costly", _("The expression is nested too deep. Split it into several profiles."))
        ]
    found = list(dict.fromkeys(_one(source, *match.groups()) for match in _ERROR.finditer(said)))[:_MOST_FINDINGS]
    return found or [_unreadable(source, len(source))]


def _one(source: str, line: str, column: str, said: str) -> Finding:
    at = _offset(source, int(line), int(column))
    if undeclared := _UNDECLARED.match(said):
        return _unknown(source, at, undeclared[1])
    if overload := _OVERLOAD.match(said):
        sides = [shapes.from_library(name.strip()) for name in re.split(r",(?![^(]*\))", overload[2])]
        typed = _typed(source, at, overload[1])
        message = shapes.NOT_FOR_CRITERIA if "null" in overload[2] else shapes.mismatch(overload[1], sides, typed)
        return _finding(source, at, "profile.type", message)
    for part, message in _MISTAKES.items():
        if part in said:
            return _finding(source, at, "profile.type", message)
    return _unreadable(source, at)


def _unreadable(source: str, at: int) -> Finding:
    near = excerpt(source[at : at + 12].strip(), 12)
    if not near:
        return _finding(source, at, "profile.syntax", _("Something is missing at the end of the expression."))
    return _finding(source, at, "profile.syntax", _("The expression cannot be read from “{near}” on.", near=near))


def _unknown(source: str, at: int, name: str) -> Finding:
    if name in shapes.FUNCTIONS.split():
        message = _(
            "“{function}” is not written so. Write: {example}", function=name, example=_EXAMPLES.get(name, _METHOD)
        )
        return _finding(source, at, "profile.syntax", message)
    if re.match(r"\w*\s*\(", source[at:]) or source[at : at + 1] in "(.":
        message = _("“{function}” is not for criteria. There are: {known}.", function=excerpt(name),
                    known=shapes.FUNCTIONS)  # fmt: skip
        return _finding(source, at, "profile.syntax", message)
    near = shapes.nearest(name, _NAMES)
    message = shapes.unknown(excerpt(name), near)
    return _finding(source, at, "profile.fact", message)


_SIDE = r"""(?:'[^']*'|"[^"]*"|[\w.]+(?:\([^()]*\))?)"""


def _typed(source: str, at: int, operator: str) -> str:
    """What stands on both sides of an operator, as it was typed; "" where that is no simple word."""
    sign = operator.strip("_@")
    before, after = source[:at], source[at:].removeprefix(sign)
    left, right = re.search(rf"{_SIDE}\s*$", before), re.match(rf"\s*{_SIDE}", after)
    if after == source[at:] or left is None or right is None:
        return ""
    return excerpt(f"{left[0]}{sign}{right[0]}".strip(), 60)


_METHOD = "plate.startsWith('KBL')"
_LOOP = "items.exists(i, i.net_kg > 1000.0)"
_EXAMPLES = {
    "size": "size(documents) == 0",
    "double": "double(item_count) > 1.5",
    **dict.fromkeys(("exists", "all", "filter"), _LOOP),
    "map": "items.map(i, i.net_kg)",
}


def _offset(source: str, line: int, column: int) -> int:
    if line < 1 or column < 1:
        return len(source)
    return sum(len(one) + 1 for one in source.split("\n")[: line - 1]) + column - 1


def _finding(source: str, at: int, rule: str, message: Text) -> Finding:
    """With the place people see: the column, in a longer text the line too."""
    line, column = source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
    if "\n" in source:
        where = _("Line {line}, column {column}: {message}", line=line, column=column, message=message)
    else:
        where = _("Column {column}: {message}", column=column, message=message)
    return Finding(_POINTER, rule, where)
