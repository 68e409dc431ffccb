"""Profiles asked about past consignments, a batch at a time. Pure: what was kept goes in, counts come out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from app.risk.rules.expressions import Context, Program
from app.risk.rules.lanes import STRENGTH, Lane, Profile
from app.risk.rules.vocabulary import restored

MOST_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Past:
    """A consignment as it was assessed, and what came of it."""

    post: str
    kind: str
    day: dt.date
    lane: Lane
    facts: Mapping[str, Any]
    reference: str
    inspected: bool = False
    found: bool = False


class Key(NamedTuple):
    code: str
    version: int


@dataclass(slots=True)
class Tally:
    """What one profile did in a batch."""

    asked: int = 0
    untold: int = 0
    broken: int = 0
    hits: int = 0
    raised: int = 0
    inspected: int = 0
    caught: int = 0
    found: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What came of a batch: by profile, by profile and post and day as [hits, raised, caught], and of all consignments by
    post."""

    profiles: dict[Key, Tally] = field(default_factory=lambda: defaultdict(Tally))
    days: dict[tuple[Key, str, dt.date], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    population: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


#: What a stored consignment knows: post, kind, names of its facts, fields of its items (None where it has no items).
_Shape = tuple[str, str, frozenset[str], frozenset[str] | None]


def run(past: Iterable[Past], profiles: tuple[Profile, ...]) -> Batch:
    """Asks every profile about every consignment. What holds for a whole shape of consignments is counted once for it."""
    batch = Batch()
    plan = _Plan(profiles)
    seen: Counter[_Shape] = Counter()
    found: Counter[_Shape] = Counter()
    for one in past:
        shape = _shape(one)
        seen[shape] += 1
        found[shape] += one.found
        _count(batch.population[one.post], one)
        _ask(batch, one, plan.asked(shape))
    for shape, count in seen.items():
        for key, _profile, _program in plan.asked(shape):
            batch.profiles[key].asked += count
            batch.profiles[key].found += found[shape]
        for key in plan.untold(shape):
            batch.profiles[key].untold += count
    return batch


def _shape(one: Past) -> _Shape:
    items = one.facts.get("items")
    return one.post, one.kind, frozenset(one.facts), frozenset(items[0]) if items else None


def _count(population: Counter[str], one: Past) -> None:
    population["asked"] += 1
    population["inspected"] += one.inspected
    population["found"] += one.found
    population[one.lane.value] += 1


_Asked = tuple[tuple[Key, Profile, Program], ...]


class _Plan:
    """Which profiles can be asked about which shape of consignments."""

    def __init__(self, profiles: tuple[Profile, ...]) -> None:
        self._profiles = profiles
        self._split = lru_cache(4096)(self._divided)

    def asked(self, shape: _Shape) -> _Asked:
        return self._split(shape)[0]

    def untold(self, shape: _Shape) -> tuple[Key, ...]:
        return self._split(shape)[1]

    def _divided(self, shape: _Shape) -> tuple[_Asked, tuple[Key, ...]]:
        post, kind, names, fields = shape
        asked: list[tuple[Key, Profile, Program]] = []
        untold: list[Key] = []
        for profile in self._profiles:
            if not profile.applies(post, kind) or profile.program is None:
                continue
            key, program = Key(profile.code, profile.version), profile.program
            if program.facts <= names and (fields is None or program.fields <= fields):
                asked.append((key, profile, program))
            else:
                untold.append(key)
        return tuple(asked), tuple(untold)


def _ask(batch: Batch, one: Past, asked: _Asked) -> None:
    context = Context(restored(one.facts))
    for key, profile, program in asked:
        answer = program.ask(context)
        if answer is False:
            continue
        _hit(batch, one, key, profile, broken=answer is None)


def _hit(batch: Batch, one: Past, key: Key, profile: Profile, *, broken: bool) -> None:
    tally = batch.profiles[key]
    raised = STRENGTH[one.lane] < STRENGTH[profile.lane]
    tally.hits += 1
    tally.broken += broken
    tally.raised += raised
    tally.inspected += one.inspected
    tally.caught += one.found
    day = batch.days[key, one.post, one.day]
    day[0] += 1
    day[1] += raised
    day[2] += one.found
    if len(tally.examples) < MOST_EXAMPLES:
        tally.examples.append({"reference": one.reference, "day": one.day.isoformat(), "found": one.found})
