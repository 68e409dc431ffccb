"""What happens to each consignment: drawn from a fixed seed, so that every demonstration tells the same story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from app.cli.demo.consignments import Kind, declaration, unfinished

DAYS = 14
ZONE = ZoneInfo("Asia/Dushanbe")
OPENS, CLOSES = dt.time(8, 10), dt.time(17, 20)
SEED = 20_070_826  # the day the bridge was opened

FIRMS = ("TJ-510012345", "TJ-510067890")
#: Monday to Sunday: the Afghan side rests on Friday.
TRUCKS = (30, 29, 31, 30, 19, 31, 27)


class Fate(Enum):
    """How a consignment ends, or where it stands when the story ends."""

    PASSES = "passes"
    DRAFT = "draft"
    IMPORTED_DRAFT = "imported draft"
    WAITS = "waits"
    UNDER_CONTROL = "under control"
    DETAINED = "detained"
    REFUSED = "refused"
    SEIZED = "seized"
    RETURNED = "returned"
    CORRECTED = "corrected"
    LOWERED = "lowered"
    LOWERING_PROPOSED = "lowering proposed"


@dataclass(frozen=True)
class Consignment:
    """A declaration to be made, when, and what becomes of it. `random` draws what happens on the way."""

    number: int
    at: dt.datetime
    kind: Kind
    fate: Fate
    declarant: str
    body: dict[str, Any]
    random: Random


#: Of the goods that profiles stop, some end otherwise than with a release.
_STOPPED = (
    (Kind.NO_CERTIFICATE, Fate.RETURNED), (Kind.PRECURSOR, Fate.SEIZED), (Kind.WATCHED, Fate.CORRECTED),
    (Kind.MEDICINE, Fate.REFUSED), (Kind.NO_CERTIFICATE, Fate.CORRECTED), (Kind.PRECURSOR, Fate.LOWERED),
    (Kind.MEDICINE, Fate.SEIZED), (Kind.WATCHED, Fate.REFUSED), (Kind.NO_CERTIFICATE, Fate.LOWERED),
)  # fmt: skip

#: Where things stand at the end: what a visitor finds on the desks.
_OPEN = (
    (Kind.NO_CERTIFICATE, Fate.WAITS), (Kind.PRECURSOR, Fate.WAITS), (Kind.WATCHED, Fate.UNDER_CONTROL),
    (Kind.MEDICINE, Fate.DETAINED), (Kind.IMPORT, Fate.DRAFT), (Kind.PRECURSOR, Fate.UNDER_CONTROL),
    (Kind.NO_CERTIFICATE, Fate.LOWERING_PROPOSED), (Kind.WATCHED, Fate.WAITS), (Kind.EXPORT, Fate.IMPORTED_DRAFT),
    (Kind.PRECURSOR, Fate.LOWERING_PROPOSED), (Kind.NO_CERTIFICATE, Fate.UNDER_CONTROL), (Kind.MEDICINE, Fate.WAITS),
    (Kind.IMPORT, Fate.IMPORTED_DRAFT), (Kind.WATCHED, Fate.DETAINED), (Kind.NO_CERTIFICATE, Fate.WAITS),
    (Kind.EXPORT, Fate.DRAFT), (Kind.PRECURSOR, Fate.DETAINED), (Kind.TRANSIT, Fate.DRAFT),
    (Kind.MEDICINE, Fate.UNDER_CONTROL), (Kind.IMPORT, Fate.IMPORTED_DRAFT), (Kind.NO_CERTIFICATE, Fate.WAITS),
)  # fmt: skip

_USUAL = (
    (Kind.IMPORT, 43), (Kind.EXPORT, 33), (Kind.TRANSIT, 10), (Kind.TOBACCO, 2), (Kind.NO_CERTIFICATE, 5),
    (Kind.WATCHED, 3), (Kind.PRECURSOR, 2), (Kind.MEDICINE, 2),
)  # fmt: skip


def begin(end: dt.datetime) -> dt.datetime:
    """When the story begins: early in the morning, two weeks before it ends."""
    first = end.astimezone(ZONE).date() - dt.timedelta(days=DAYS)
    return dt.datetime.combine(first, dt.time(6, 0), ZONE).astimezone(dt.UTC)


def consignments(end: dt.datetime) -> list[Consignment]:
    """All consignments up to a moment, in the order of their declarations."""
    random = Random(SEED)  # noqa: S311 - a story, not a secret
    planned = [*_closed(random, end), *_open(random, end)]
    planned.sort(key=lambda plan: plan[0])
    made = []
    for number, (at, kind, fate) in enumerate(planned, 1):
        own = Random(SEED + number)  # noqa: S311
        declarant = FIRMS[0] if own.random() < 0.65 else FIRMS[1]
        body = declaration(own, number, kind, declarant, at.astimezone(ZONE).date())
        if fate is Fate.DRAFT:
            body = unfinished(own, body)
        made.append(Consignment(number, at, kind, fate, declarant, body, own))
    return made


Plan = tuple[dt.datetime, Kind, Fate]


def _closed(random: Random, end: dt.datetime) -> Iterator[Plan]:
    """Day by day what was declared and is settled by now. Every few dozen trucks one of those that are remembered."""
    kinds, weights = zip(*_USUAL, strict=True)
    first, latest = begin(end).astimezone(ZONE).date(), end - dt.timedelta(hours=3)
    stopped = [*_STOPPED, *_STOPPED]
    for day in (first + dt.timedelta(days=n) for n in range(DAYS + 1)):
        for place in range(TRUCKS[day.weekday()]):
            at = _within(random, day)
            kind, fate = random.choices(kinds, weights)[0], Fate.PASSES
            if place == 11 and stopped:
                kind, fate = stopped.pop(0)
            if at < latest:
                yield at, kind, fate


def _within(random: Random, day: dt.date) -> dt.datetime:
    opens, closes = dt.datetime.combine(day, OPENS, ZONE), dt.datetime.combine(day, CLOSES, ZONE)
    return (opens + random.random() * (closes - opens)).astimezone(dt.UTC)


def _open(random: Random, end: dt.datetime) -> Iterator[Plan]:
    """What still waits: spread over the last hours in which the post was open."""
    moment = end - dt.timedelta(minutes=75)
    for kind, fate in reversed(_OPEN):
        moment = _last_open(moment - dt.timedelta(minutes=random.randrange(12, 31)))
        yield moment, kind, fate


def _last_open(moment: dt.datetime) -> dt.datetime:
    """The moment itself, or the last one before at which the post was open."""
    local = moment.astimezone(ZONE)
    if local.time() > CLOSES:
        return dt.datetime.combine(local.date(), CLOSES, ZONE).astimezone(dt.UTC)
    if local.time() < OPENS:
        return dt.datetime.combine(local.date() - dt.timedelta(days=1), CLOSES, ZONE).astimezone(dt.UTC)
    return moment
