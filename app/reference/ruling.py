"""Registers of rules: what each rule is called, what it says and where it comes from, apart from how it looks.

A rule is a generator over a prepared context; it runs once for what is declared and yields a path and the parameters of
its sentences wherever it is broken. Sentences are made only then.

    @rule("mass.net-above-gross", box="38", pointer="/items/*/net_kg", of="items",
          says=_("The net mass {net} kg is more than the gross mass {gross} kg."), remedy=_("Correct one of them."),
          source="UN layout key, boxes 35 and 38")
    def net_above_gross(context: Context) -> Failures:
        for item in context.items:
            if item.net > item.gross:
                yield item.at("net_kg"), {"net": item.words["net_kg"], "gross": item.words["gross_kg"]}
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from app.core.errors import Finding, pointer
from app.core.text import Text
from app.reference.tables import Codes, Table, tables

Path = tuple[str | int, ...]
#: Where a rule is broken, and the parameters of its sentences.
Failures = Iterator[tuple[Path, Mapping[str, Any]]]
C = TypeVar("C")

#: The list in which an administration gives a rule another severity from a day on.
SEVERITIES = "rule_severity"
#: What it may say there; "off" silences a rule.
SWITCHES = ("error", "warning", "off")
#: Nobody corrects more places of one kind at once, and each costs a translated sentence.
MOST_OF_A_RULE = 200
_BOTH = "{says} {remedy}"


@dataclass(frozen=True, slots=True)
class Rule(Generic[C]):
    """One rule. `severity` is what it has without an administration's own word (see `severity_on`).

    `box` is the box of the form, `pointer` its place with * for any row; `blocks` means that goods are not let go while
    it is broken, although what is declared is taken. `fixed` rules protect what can be stored: no administration
    switches them.
    """

    id: str
    box: str
    pointer: str
    severity: str
    of: str
    says: Text
    remedy: Text
    source: str
    blocks: bool
    fixed: bool
    looks: Callable[[C], Failures]

    def finding(self, path: Path, params: Mapping[str, Any], severity: str | None = None) -> Finding:
        """What is told where the rule is broken: what is wrong and what to do, both with the same parameters."""
        says, remedy = Text(self.says.msgid, params), Text(self.remedy.msgid, params)
        message = Text(_BOTH, {"says": says, "remedy": remedy})
        return Finding(pointer(*path), self.id, message, severity or self.severity)


class Register(dict[str, Rule[C]]):
    """The rules over one kind of context by their ids; `groups` is the order in which they run and are listed."""

    def __init__(self, groups: Sequence[str]) -> None:
        super().__init__()
        self.groups = tuple(groups)
        self._ordered: tuple[Rule[C], ...] = ()

    def rule(
        self,
        id: str,
        *,
        box: str,
        says: Text,
        remedy: Text,
        source: str,
        of: str,
        severity: str = "error",
        pointer: str = "",
        blocks: bool = False,
        fixed: bool = False,
    ) -> Callable[[Callable[[C], Failures]], Callable[[C], Failures]]:
        """Enters the function below it; an id is given once and never changes its meaning."""
        if of not in self.groups:
            raise ValueError(f"{id}: there is no group {of}")

        def enter(looks: Callable[[C], Failures]) -> Callable[[C], Failures]:
            if id in self:
                raise ValueError(f"two rules are called {id}")
            self[id] = Rule(id, box, pointer, severity, of, says, remedy, source, blocks, fixed, looks)
            return looks

        return enter

    def in_order(self) -> list[Rule[C]]:
        """All rules, by group, within a group as they are written."""
        return sorted(self.values(), key=lambda r: self.groups.index(r.of))

    def check(self, context: C, switched: Table) -> list[Finding]:
        """All findings at once, errors and warnings, in the order of the rules and of the places they look at.

        `switched` is the table of severities on the day.
        """
        if len(self._ordered) != len(self):
            self._ordered = tuple(self.in_order())
        found: list[Finding] = []
        for rule in self._ordered:
            found.extend(_findings(rule, context, switched))
        return found

    def blocking(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those findings that forbid to let the goods go, whatever their severity."""
        return [f for f in findings if f.rule in self and self[f.rule].blocks]


def _findings(rule: Rule[C], context: C, switched: Table) -> Iterator[Finding]:
    failures = rule.looks(context)
    first = next(failures, None)
    if first is None:
        return
    said = _severity(rule, switched)
    if said == "off":
        return
    yield rule.finding(*first, said)
    for path, params in islice(failures, MOST_OF_A_RULE - 1):
        yield rule.finding(path, params, said)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity == "error"]


def severity_on(rule: Rule[Any], codes: Codes, on: dt.date) -> str:
    """error, warning or off: what the administration says from that day on, else what the rule itself says."""
    return _severity(rule, tables(codes, on)[SEVERITIES])


def _severity(rule: Rule[Any], switched: Table) -> str:
    if rule.fixed:
        return rule.severity
    entry = switched[rule.id]
    said = entry.attributes.get("severity") if entry is not None else None
    return said if said in SWITCHES else rule.severity


def general(text: Text) -> Text:
    """A rule's sentence without an occasion: an ellipsis stands for each parameter."""
    names = {name for _literal, name, _spec, _conversion in string.Formatter().parse(text.msgid) if name}
    return Text(text.msgid, dict.fromkeys(names, "…"))
