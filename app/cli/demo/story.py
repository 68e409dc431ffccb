"""What happens to each consignment: drawn from a fixed seed, so that every demonstration tells the same story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from app.cli.demo.consignments import Kind, announced, declaration, unfinished

DAYS = 14
ZONE = ZoneInfo("Asia/Dushanbe")
OPENS, CLOSES = dt.time(8, 10), dt.time(17, 20)
SEED = 20_070_826  # the day the bridge was opened

#: The first pays from its account by standing order, the second by receipts of its bank.
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
    DESTROYED = "destroyed"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    LOWERED = "lowered"
    LOWERING_PROPOSED = "lowering proposed"
    # announced before the truck is there
    EARLY = "early"
    AWAITED = "awaited"
    TAKEN_BACK = "taken back"
    # questions
    ANSWERED = "answered"
    ASKED = "asked"
    OVERDUE = "overdue"
    # what is declared changes, or counts no more
    AMENDED = "amended"
    AMENDMENT_ASKED = "amendment asked"
    AMENDED_AFTER = "amended after"
    REFUND_PROPOSED = "refund proposed"
    INVALIDATED = "invalidated"
    # goods go in parts
    IN_PARTS = "in parts"
    PARTLY_GONE = "partly gone"
    STORED = "stored"
    # money
    UNPAID = "unpaid"
    CLAIMED = "claimed"


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


#: Every few dozen trucks one of those that are remembered; what profiles stop ends otherwise than with a release.
_REMEMBERED = (
    (Kind.STORED, Fate.STORED), (Kind.NO_CERTIFICATE, Fate.RETURNED), (Kind.IMPORT, Fate.AMENDED_AFTER),
    (Kind.PRECURSOR, Fate.SEIZED), (Kind.PROJECT, Fate.PASSES), (Kind.WATCHED, Fate.CORRECTED),
    (Kind.MEDICINE, Fate.REFUSED), (Kind.BULKY, Fate.IN_PARTS), (Kind.EXPORT, Fate.EARLY),
    (Kind.NO_CERTIFICATE, Fate.CORRECTED), (Kind.BULKY, Fate.AMENDED), (Kind.MEDICINE, Fate.DESTROYED),
    (Kind.PRECURSOR, Fate.LOWERED), (Kind.STORED, Fate.STORED), (Kind.IMPORT, Fate.EARLY),
    (Kind.BULKY, Fate.ANSWERED), (Kind.MEDICINE, Fate.SEIZED), (Kind.PROJECT, Fate.PASSES),
    (Kind.WATCHED, Fate.REFUSED), (Kind.IMPORT, Fate.TAKEN_BACK), (Kind.NO_CERTIFICATE, Fate.LOWERED),
    (Kind.BULKY, Fate.REJECTED), (Kind.IMPORT, Fate.AMENDED_AFTER), (Kind.TRANSIT, Fate.EARLY),
    (Kind.NO_CERTIFICATE, Fate.RETURNED), (Kind.BULKY, Fate.INVALIDATED), (Kind.PROJECT, Fate.PASSES),
)  # fmt: skip
#: The places among a day's trucks at which they come.
_AT = (7, 15)

#: Where things stand at the end: what a visitor finds on the desks. The longest stories come first.
_OPEN = (
    (Kind.IMPORT, Fate.REFUND_PROPOSED), (Kind.BULKY, Fate.PARTLY_GONE),
    (Kind.NO_CERTIFICATE, Fate.WAITS), (Kind.PRECURSOR, Fate.WAITS), (Kind.WATCHED, Fate.UNDER_CONTROL),
    (Kind.MEDICINE, Fate.DETAINED), (Kind.IMPORT, Fate.DRAFT), (Kind.IMPORT, Fate.AWAITED),
    (Kind.PRECURSOR, Fate.UNDER_CONTROL), (Kind.BULKY, Fate.ASKED), (Kind.IMPORT, Fate.UNPAID),
    (Kind.NO_CERTIFICATE, Fate.LOWERING_PROPOSED), (Kind.WATCHED, Fate.WAITS), (Kind.EXPORT, Fate.IMPORTED_DRAFT),
    (Kind.IMPORT, Fate.CLAIMED), (Kind.PRECURSOR, Fate.LOWERING_PROPOSED),
    (Kind.NO_CERTIFICATE, Fate.UNDER_CONTROL), (Kind.MEDICINE, Fate.WAITS), (Kind.EXPORT, Fate.AWAITED),
    (Kind.IMPORT, Fate.IMPORTED_DRAFT), (Kind.BULKY, Fate.AMENDMENT_ASKED), (Kind.WATCHED, Fate.DETAINED),
    (Kind.NO_CERTIFICATE, Fate.WAITS), (Kind.EXPORT, Fate.DRAFT),
    (Kind.PRECURSOR, Fate.DETAINED), (Kind.IMPORT, Fate.UNPAID), (Kind.TRANSIT, Fate.DRAFT),
    (Kind.MEDICINE, Fate.UNDER_CONTROL), (Kind.IMPORT, Fate.IMPORTED_DRAFT), (Kind.NO_CERTIFICATE, Fate.WAITS),
    (Kind.IMPORT, Fate.CLAIMED),
)  # fmt: skip
#: A question nobody has answered in time was asked some days ago.
_LONG_OPEN = ((Kind.BULKY, Fate.OVERDUE, dt.timedelta(days=4)), (Kind.STORED, Fate.STORED, dt.timedelta(days=3)))

_USUAL = (
    (Kind.IMPORT, 43), (Kind.EXPORT, 33), (Kind.TRANSIT, 10), (Kind.TOBACCO, 2), (Kind.NO_CERTIFICATE, 5),
    (Kind.WATCHED, 3), (Kind.PRECURSOR, 2), (Kind.MEDICINE, 2),
)  # fmt: skip

#: Who it happens to, where that matters: certificates and warehouse are the first firm's, late receipts the second's.
_WHOSE: dict[Kind | Fate, str] = {
    Kind.PROJECT: FIRMS[0],
    Kind.STORED: FIRMS[0],
    Fate.IN_PARTS: FIRMS[0],
    Fate.PARTLY_GONE: FIRMS[0],
    Fate.AMENDED_AFTER: FIRMS[1],
    Fate.REFUND_PROPOSED: FIRMS[1],
    Fate.UNPAID: FIRMS[1],
    Fate.CLAIMED: FIRMS[1],
}
_EARLY = (Fate.EARLY, Fate.AWAITED, Fate.TAKEN_BACK)


def begin(end: dt.datetime) -> dt.datetime:
    """When the story begins: early in the morning, two weeks before it ends."""
    first = end.astimezone(ZONE).date() - dt.timedelta(days=DAYS)
    return dt.datetime.combine(first, dt.time(6, 0), ZONE).astimezone(dt.UTC)


def consignments(end: dt.datetime) -> list[Consignment]:
    """All consignments up to a moment, in the order of their declarations."""
    random = Random(SEED)  # noqa: S311 - a story, not a secret
    planned = [*_closed(random, end), *_open(random, end)]
    planned.sort(key=lambda plan: plan[0])
    return [_made(number, *plan) for number, plan in enumerate(planned, 1)]


def _made(number: int, at: dt.datetime, kind: Kind, fate: Fate) -> Consignment:
    own = Random(SEED + number)  # noqa: S311
    by_chance = FIRMS[0] if own.random() < 0.65 else FIRMS[1]
    declarant = _WHOSE.get(fate) or _WHOSE.get(kind) or by_chance
    body = declaration(own, number, kind, declarant, at.astimezone(ZONE).date())
    if fate is Fate.DRAFT:
        body = unfinished(own, body)
    if fate in _EARLY:
        body = announced(body, at + dt.timedelta(hours=own.randrange(20, 30)))
    return Consignment(number, at, kind, fate, declarant, body, own)


Plan = tuple[dt.datetime, Kind, Fate]


def _closed(random: Random, end: dt.datetime) -> Iterator[Plan]:
    """Day by day what was declared and is settled by now, with those that are remembered among them."""
    kinds, weights = zip(*_USUAL, strict=True)
    first, latest = begin(end).astimezone(ZONE).date(), end - dt.timedelta(hours=3)
    remembered = list(_REMEMBERED)
    for day in (first + dt.timedelta(days=n) for n in range(DAYS + 1)):
        for place in range(TRUCKS[day.weekday()]):
            at = _within(random, day)
            kind, fate = random.choices(kinds, weights)[0], Fate.PASSES
            if place in _AT and remembered:
                kind, fate = remembered.pop(0)
            if at < latest:
                yield at, kind, fate


def _within(random: Random, day: dt.date) -> dt.datetime:
    opens, closes = dt.datetime.combine(day, OPENS, ZONE), dt.datetime.combine(day, CLOSES, ZONE)
    return (opens + random.random() * (closes - opens)).astimezone(dt.UTC)


def _open(random: Random, end: dt.datetime) -> Iterator[Plan]:
    """What still waits: spread over the last hours in which the post was open, and a little of days before."""
    moment = end - dt.timedelta(minutes=75)
    for kind, fate in reversed(_OPEN):
        moment = _last_open(moment - dt.timedelta(minutes=random.randrange(9, 24)))
        yield moment, kind, fate
    for kind, fate, ago in _LONG_OPEN:
        yield _last_open(end - ago), kind, fate


def _last_open(moment: dt.datetime) -> dt.datetime:
    """The moment itself, or the last one before at which the post was open."""
    local = moment.astimezone(ZONE)
    if local.time() > CLOSES:
        return dt.datetime.combine(local.date(), CLOSES, ZONE).astimezone(dt.UTC)
    if local.time() < OPENS:
        return dt.datetime.combine(local.date() - dt.timedelta(days=1), CLOSES, ZONE).astimezone(dt.UTC)
    return moment
