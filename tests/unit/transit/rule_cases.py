"""A table of cases: for every rule of transit one movement that breaks it, and one close by that does not.

Changes are made as in the cases of declarations: `{pointer: value}`, `-` adds to a list, `GONE` takes a name away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Finding
from app.reference.codebook import Entry
from app.transit import rules, schemas
from tests.factories import movements
from tests.unit.declarations.rule_cases import bent, book

TODAY = dt.date(2026, 11, 27)
POSTS = frozenset({"TJPPJ", "TJDUS", "TJFOT", "TJKOK"})
KINDS = ("national", "international", "tir")

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """`fails` applied to the sound movement `of` breaks `rule` at `at`; `passes` applied to it does not."""

    rule: str
    at: str
    fails: Changes
    passes: Changes = field(default_factory=dict)
    of: str = "national"
    #: More entries of the code book, for lists an administration fills.
    entries: tuple[Entry, ...] = ()
    #: A code (list, code) that the code book does not hold.
    without: tuple[str, str] | None = None
    #: Other fields of the setting (`prelodged`, `taken`).
    setting: Mapping[str, Any] = field(default_factory=dict)


def sound(kind: str = "national", items: int = 3, houses: int = 2) -> dict[str, Any]:
    """A movement of that kind without a finding: items 1 in house 1, items 2 and 3 in house 2."""
    return movements.words(kind, items, houses)


def findings(body: dict[str, Any], codes: Any = None, **setting: Any) -> list[Finding]:
    """What the rules find in it, on 27 November 2026 at the posts of Tajikistan."""
    declared = schemas.read(body)
    return rules.check(rules.Setting(declared, codes or book(), TODAY, POSTS, **setting))


def of_case(case: Case, changes: Changes) -> list[Finding]:
    """The findings of the case's movement with these changes, under the case's setting."""
    return findings(bent(sound(case.of), changes), book(case.entries, case.without), **case.setting)
