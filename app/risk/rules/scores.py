"""The learned score of a consignment, and what it is allowed to decide: who is looked at within what the officers of the day
can do. Pure; the model itself is behind `app.risk.operations.scoring`."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.risk.rules.features import Column
from app.risk.rules.vocabulary import FACTS, ITEM_FIELDS

#: The name of the hit in an assessment.
CODE = "learned-score"
#: A score must not learn from a score, and not from who a human being is or where he comes from. How often something was
#: found with a driver is a fact of its own and stays.
UNUSED = frozenset(
    {"score", "driver_name", "driver_document", "driver_country", "principal", "financial", "representative",
     "representative_phone"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """A consignment that was looked at: the facts known before, and whether something was found. `key` names the assessment
    that kept the facts; `chosen` says who sent the officers: words of `CHOOSERS`."""

    key: str
    at: dt.datetime
    post: str
    facts: Mapping[str, Any]
    found: bool
    chosen: frozenset[str] = frozenset()


#: Whoever can send officers to a consignment.
CHOOSERS = ("profiles", "score", "random")


@dataclass(frozen=True, slots=True)
class Factor:
    """What moved the score: a fact (of items the field, as `items.value`), and by how much (log-odds; above nought is
    towards a find)."""

    fact: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a consignment, 0 to 1. `rank` is its expected place among a day's consignments at the post, 1 the highest;
    `within` says that the officers can look at so many (`capacity` a day) and have not done so yet."""

    model: int
    value: float
    rank: int
    capacity: int
    within: bool
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Usual:
    """What the model saw of a day: scores of its test part, lowest first, and consignments a day at each post."""

    scores: Sequence[float]
    a_day: Mapping[str, float]

    def rank(self, value: float, post: str) -> int:
        """The place that a consignment with this score is expected to have among those of a day."""
        if not self.scores:
            return 1
        above = len(self.scores) - bisect_left(self.scores, value)
        return 1 + int(above / len(self.scores) * self.a_day.get(post, self.a_day.get("*", 1.0)))


def columns() -> tuple[Column, ...]:
    """The facts a score is learned from."""
    items = tuple(Column(f.name, f.type) for f in ITEM_FIELDS if not f.folded)
    used = (f for f in FACTS if f.name not in UNUSED and not f.folded)  # folded: words written freely
    return tuple(Column(f.name, f.type, items if f.type == "items" else ()) for f in used)


def factors(contributions: Iterable[tuple[str, float]], most: int = 5) -> tuple[Factor, ...]:
    """The facts that moved the score most, whatever the direction; numbers of one fact are summed."""
    by_fact: dict[str, float] = {}
    for fact, weight in contributions:
        by_fact[fact] = by_fact.get(fact, 0.0) + weight
    ranked = sorted(by_fact.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return tuple(Factor(fact, weight) for fact, weight in ranked[:most] if weight)
