"""Running the rules over a declaration, with the severities that hold on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import islice

from app.core.errors import Finding
from app.declarations.rules.context import Codes, Context, Setting, Table, tables
from app.declarations.rules.registry import Rule, in_order

#: The list in which an administration gives a rule another severity from a day on.
SEVERITIES = "rule_severity"
#: What it may say there; "off" silences a rule.
SWITCHES = ("error", "warning", "off")
#: Nobody corrects more places of one kind at once, and each costs a translated sentence.
MOST_OF_A_RULE = 200


def check(setting: Setting) -> list[Finding]:
    """All findings at once, errors and warnings, in the order of the rules and of the places they look at."""
    context = Context(setting)
    found: list[Finding] = []
    for rule in _running():
        found.extend(_findings(rule, context))
    return found


def errors(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity == "error"]


def severity_on(rule: Rule, codes: Codes, on: dt.date) -> str:
    """error, warning or off: what the administration says from that day on, else what the rule itself says."""
    return _severity(rule, tables(codes, on)[SEVERITIES])


def _severity(rule: Rule, switched: Table) -> str:
    if rule.fixed:
        return rule.severity
    entry = switched[rule.id]
    said = entry.attributes.get("severity") if entry is not None else None
    return said if said in SWITCHES else rule.severity


@cache
def _running() -> tuple[Rule, ...]:
    return tuple(in_order())


def _findings(rule: Rule, context: Context) -> Iterator[Finding]:
    failures = rule.looks(context)
    first = next(failures, None)
    if first is None:
        return
    said = _severity(rule, context.codes[SEVERITIES])
    if said == "off":
        return
    yield rule.finding(*first, said)
    for path, params in islice(failures, MOST_OF_A_RULE - 1):
        yield rule.finding(path, params, said)
