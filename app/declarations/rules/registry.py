"""The register of rules: what each is called, what it says and where it comes from, apart from how it looks.

A rule is a generator over a prepared `Context`; it runs once for a declaration and yields a path and the parameters of
its sentences wherever the rule is broken. Sentences are made only then.

    @rule("mass.net-above-gross", box="38", pointer="/items/*/net_kg", of="items",
          says=_("The net mass {net} kg is more than the gross mass {gross} kg."), remedy=_("Correct one of them."),
          source="UN layout key, boxes 35 and 38")
    def net_above_gross(context: Context) -> Failures:
        for item in context.items:
            if item.net > item.gross:
                yield item.at("net_kg"), {"net": item.words["net_kg"], "gross": item.words["gross_kg"]}
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.core.errors import Finding, pointer
from app.core.text import Text
from app.declarations.rules.context import Context

Severity = Literal["error", "warning"]
Group = Literal[
    "header", "parties", "transport", "transit", "values", "sums", "items", "documents", "controlled", "history"
]
Path = tuple[str | int, ...]
#: Where a rule is broken, and the parameters of its sentences.
Failures = Iterator[tuple[Path, Mapping[str, Any]]]
Looking = Callable[[Context], Failures]

#: In which order groups of rules run and are listed.
GROUPS: tuple[Group, ...] = (
    "header",
    "parties",
    "transport",
    "transit",
    "values",
    "sums",
    "items",
    "documents",
    "controlled",
    "history",
)
_BOTH = "{says} {remedy}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity` is what it has without an administration's own word (see `severities`).

    `box` is the box of the single administrative document, `pointer` its place with * for any row; `blocks` means that
    goods are not let go while it is broken, although the declaration is taken. `fixed` rules protect what can be stored:
    no administration switches them.
    """

    id: str
    box: str
    pointer: str
    severity: Severity
    of: Group
    says: Text
    remedy: Text
    source: str
    blocks: bool
    fixed: bool
    looks: Looking

    def finding(self, path: Path, params: Mapping[str, Any], severity: str | None = None) -> Finding:
        """What is told where the rule is broken: what is wrong and what to do, both with the same parameters."""
        says, remedy = Text(self.says.msgid, params), Text(self.remedy.msgid, params)
        message = Text(_BOTH, {"says": says, "remedy": remedy})
        return Finding(pointer(*path), self.id, message, severity or self.severity)


#: Every rule by its id, in the order of their running.
RULES: dict[str, Rule] = {}


def rule(
    id: str,
    *,
    box: str,
    says: Text,
    remedy: Text,
    source: str,
    of: Group,
    severity: Severity = "error",
    pointer: str = "",
    blocks: bool = False,
    fixed: bool = False,
) -> Callable[[Looking], Looking]:
    """Enters the function below it into the register; an id is given once and never changes its meaning."""

    def enter(looks: Looking) -> Looking:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        RULES[id] = Rule(id, box, pointer, severity, of, says, remedy, source, blocks, fixed, looks)
        return looks

    return enter


def in_order() -> list[Rule]:
    """All rules, by group, within a group as they are written."""
    return sorted(RULES.values(), key=lambda r: GROUPS.index(r.of))


def general(text: Text) -> Text:
    """A rule's sentence without an occasion: an ellipsis stands for each parameter."""
    names = {name for _literal, name, _spec, _conversion in string.Formatter().parse(text.msgid) if name}
    return Text(text.msgid, dict.fromkeys(names, "…"))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings that forbid to let the goods go, whatever their severity."""
    return [f for f in findings if f.rule in RULES and RULES[f.rule].blocks]
