"""Lanes and how they are found. Pure: facts in, lane and reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.text import Text, _
from app.risk.rules.expressions import Context, Program


class Lane(StrEnum):
    """Green goes, blue goes and is audited afterwards, yellow is looked at on paper, red is opened."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


NAMES: dict[str, Text] = {
    Lane.GREEN: _("Green lane"),
    Lane.BLUE: _("Blue lane"),
    Lane.YELLOW: _("Yellow lane"),
    Lane.RED: _("Red lane"),
}

#: The strongest hit wins.
STRENGTH = {Lane.GREEN: 0, Lane.BLUE: 1, Lane.YELLOW: 2, Lane.RED: 3}


def is_lower(new: str, old: str) -> bool:
    return STRENGTH[Lane(new)] < STRENGTH[Lane(old)]


#: What stops consignments without any profile: a rule that should be in force and cannot be read any more, and names like
#: more entries of watch lists than were looked at.
UNREADABLE, TOO_MANY = "unreadable-rule", "too-many-names"
DECLARATIONS = frozenset({"declaration"})


@dataclass(frozen=True)
class Profile:
    """A profile ready to be asked. Without a program (its expression cannot be read any more) it is broken whenever it
    applies. `spares` are the goods of trusted traders, where it leads to yellow."""

    code: str
    version: int
    lane: Lane
    program: Program | None
    posts: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    instruction: Mapping[str, str] = field(default_factory=dict)
    kinds: frozenset[str] = DECLARATIONS
    spares: bool = False
    digest: str = ""
    criteria: Mapping[str, Any] | None = None

    def applies(self, post: str, kind: str = "declaration") -> bool:
        return kind in self.kinds and (not self.posts or post in self.posts)


@dataclass(frozen=True, slots=True)
class Hit:
    """A profile whose criterion holds for the consignment. `spared`: its trader is trusted, it leads to blue."""

    code: str
    version: int
    lane: Lane
    broken: bool = False
    spared: bool = False

    @property
    def leads_to(self) -> Lane:
        return Lane.BLUE if self.spared else self.lane

    def plain(self) -> dict[str, Any]:
        words: dict[str, Any] = {"code": self.code, "version": self.version, "lane": self.lane.value}
        flags = {"broken": self.broken, "spared": self.spared}
        return words | {name: True for name, set_ in flags.items() if set_}

    @classmethod
    def of_plain(cls, kept: Mapping[str, Any]) -> Hit:
        """Back from `plain`."""
        lane = Lane(kept["lane"])
        return cls(kept["code"], kept["version"], lane, bool(kept.get("broken")), bool(kept.get("spared")))


def hits(
    facts: Mapping[str, Any] | Context,
    profiles: Iterable[Profile],
    post: str,
    kind: str = "declaration",
    *,
    trusted: bool = False,
) -> list[Hit]:
    """Every profile that applies at the post and holds. One context serves all: building it costs more than asking.

    A profile that cannot be computed, or whose answer is neither yes nor no, counts as a hit of its lane, marked
    broken: a mistake in a criterion must stop goods, not let them pass. It spares nobody.
    """
    context = facts if isinstance(facts, Context) else Context(facts)
    found: list[Hit] = []
    for profile in profiles:
        if not profile.applies(post, kind):
            continue
        answer = None if profile.program is None else profile.program.ask(context)
        if answer is not False:
            broken = answer is None
            spared = trusted and profile.spares and profile.lane is Lane.YELLOW and not broken
            found.append(Hit(profile.code, profile.version, profile.lane, broken, spared))
    return found


def in_doubt(facts: Mapping[str, Any], *, unreadable: bool) -> list[Hit]:
    """What is not known, and must be looked at by a person for that reason alone. As of every mistake it spares nobody."""
    doubts = {UNREADABLE: unreadable, TOO_MANY: bool(facts.get("watch_more"))}
    return [Hit(code, 1, Lane.YELLOW, broken=True) for code, holds in doubts.items() if holds]


def lane_of(found: Iterable[Hit], number: int, share: Decimal, random_lane: Lane) -> tuple[Lane, bool]:
    """The strongest lane, and whether chance chose it: `share` per cent of what no profile stops."""
    lane = max((h.leads_to for h in found), key=STRENGTH.__getitem__, default=Lane.GREEN)
    if STRENGTH[lane] < STRENGTH[random_lane] and number < share * 100:
        return random_lane, True
    return lane, False
