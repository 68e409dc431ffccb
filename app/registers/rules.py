"""The registers of rules, of declarations and of transit movements, with the severities of today, for everybody who
wants to read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.db import node_post, now
from app.core.text import Text
from app.declarations import rules as of_declarations
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.reference.ruling import Rule, general, severity_on
from app.transit import rules as of_transit


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as people read it: `severity` is that of the day (error, warning, off), `switched` if the administration
    gave it; the sentences have an ellipsis for what depends on the occasion."""

    id: str
    group: str
    box: str
    pointer: str
    severity: str
    switched: bool
    blocks: bool
    says: Text
    remedy: Text
    source: str


def in_order() -> list[Rule[Any]]:
    """The rules of declarations, then those of transit, each by its groups."""
    return [*of_declarations.in_order(), *of_transit.in_order()]


def find(rule: str) -> Rule[Any] | None:
    """The rule with that id; an id is given once over all registers."""
    return of_declarations.RULES.get(rule) or of_transit.RULES.get(rule)


def of_today(session: Session) -> list[Line]:
    """All rules in the order of their groups, with the severities at the node's day."""
    codes = codebook(session)
    return of_day(codes, codes.day_at(node_post(), now(session)))


def of_day(codes: Codebook, on: dt.date) -> list[Line]:
    """All rules in the order of their groups, with the severities of that day."""
    return [_line(rule, severity_on(rule, codes, on)) for rule in in_order()]


def told(line: Line, say: Callable[[Text], str]) -> dict[str, Any]:
    """The rule as a JSON object, its sentences in the language of `say`, … where the occasion fills in."""
    return {
        "id": line.id,
        "group": line.group,
        "box": line.box,
        "pointer": line.pointer,
        "severity": line.severity,
        "switched": line.switched,
        "blocks": line.blocks,
        "says": say(line.says),
        "remedy": say(line.remedy),
        "source": line.source,
    }


def _line(rule: Rule[Any], severity: str) -> Line:
    says, remedy = general(rule.says), general(rule.remedy)
    switched = severity != rule.severity
    return Line(rule.id, rule.of, rule.box, rule.pointer, severity, switched, rule.blocks, says, remedy, rule.source)
