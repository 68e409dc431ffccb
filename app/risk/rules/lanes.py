"""Lanes and how they are found. Pure: facts in, lane and reasons out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import cel

from app.core.errors import Finding, Invalid
from app.core.text import _


class Lane(StrEnum):
    """Green goes, blue goes and is audited afterwards, yellow is looked at on paper, red is opened."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


#: The strongest hit wins.
STRENGTH = {Lane.GREEN: 0, Lane.BLUE: 1, Lane.YELLOW: 2, Lane.RED: 3}


def is_lower(new: str, old: str) -> bool:
    return STRENGTH[Lane(new)] < STRENGTH[Lane(old)]


@dataclass(frozen=True)
class Profile:
    """A profile ready to be asked."""

    code: str
    version: int
    lane: Lane
    program: cel.Program
    posts: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    instruction: Mapping[str, str] = field(default_factory=dict)

    def applies(self, post: str) -> bool:
        return not self.posts or post in self.posts


def compiled(expression: str) -> cel.Program:
    """The program of a CEL expression, or `Invalid` saying where it does not parse."""
    try:
        return cel.compile(expression)
    except ValueError as error:
        message = _("The expression cannot be read: {why}", why=str(error).splitlines()[0][:200])
        raise Invalid(findings=[Finding("/expression", "profile.syntax", message)]) from None


@dataclass(frozen=True, slots=True)
class Hit:
    """A profile whose criterion holds for the consignment."""

    code: str
    version: int
    lane: Lane
    broken: bool = False

    def plain(self) -> dict[str, Any]:
        words = {"code": self.code, "version": self.version, "lane": self.lane.value}
        return {**words, "broken": True} if self.broken else words


def hits(facts: Mapping[str, Any], profiles: Iterable[Profile], post: str) -> list[Hit]:
    """Every profile that applies at the post and holds. One context serves all: building it costs more than asking.

    A profile that cannot be computed, or whose answer is neither yes nor no, counts as a hit of its lane, marked
    broken: a mistake in a criterion must stop goods, not let them pass.
    """
    context = cel.Context(dict(facts))
    asked = ((profile, _answer(profile, context)) for profile in profiles if profile.applies(post))
    return [Hit(p.code, p.version, p.lane, broken=answer is None) for p, answer in asked if answer is not False]


def _answer(profile: Profile, context: cel.Context) -> bool | None:
    """Yes, no, or None where there is no answer."""
    try:
        answer = profile.program.execute(context)
    except Exception:  # noqa: BLE001 - the expression language raises a dozen kinds, from every corner of Python
        return None
    return answer if isinstance(answer, bool) else None


def draw(assessment: UUID) -> int:
    """A number from 0 to 9999 that nobody chooses and an auditor can compute again from the assessment's random key.

    Not from the declaration's: a trader's lists carry it, and a draft that would be drawn could be begun anew.
    """
    return int.from_bytes(hashlib.sha256(b"lane" + assessment.bytes).digest()[:8], "big") % 10_000


def lane_of(found: Iterable[Hit], number: int, share: Decimal, random_lane: Lane) -> tuple[Lane, bool]:
    """The strongest lane, and whether chance chose it: `share` per cent of what no profile stops."""
    lane = max((h.lane for h in found), key=STRENGTH.__getitem__, default=Lane.GREEN)
    if STRENGTH[lane] < STRENGTH[random_lane] and number < share * 100:
        return random_lane, True
    return lane, False
