"""Movements on the road that one may see, those whose limit comes first on top; and the alarms about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    select,
    text,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.lifecycle import sql_in
from app.registers.listing import moment_key, read_moment_key
from app.registers.movements.file import HIS_ALARM
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.transit.lifecycle import ENDED, UNDER_WAY
from app.transit.models import Movement, TransitAlarm, TransitContent, TransitOffice
from app.transit.queries import KEY, official_posts, visible, ways_of_firms

#: A literal, or the partial index on what is under way would not be seen to fit once a statement is prepared.
_IS_UNDER_WAY = text(sql_in("transit_movement.status", UNDER_WAY))
_ENDED = tuple(status.value for status in ENDED)


@dataclass(frozen=True, slots=True)
class Line:
    """A movement on the road; `alarms` are those that nobody has seen yet, as far as one may know of them."""

    reference: str
    mrn: str
    kind: str
    status: str
    post: str
    destination: str
    released_at: dt.datetime
    limit_at: dt.datetime
    holder: str
    plates: list[str]
    alarms: int
    id: UUID

    def left(self, at: dt.datetime) -> dt.timedelta:
        """The time that remains; less than nothing when the limit is past."""
        return self.limit_at - at


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


def _alarms(by: Actor) -> ScalarSelect[int]:
    """How many nobody has seen yet; for traders only those about their limit: they are not told that they are watched."""
    unseen = select(func.count()).where(
        TransitAlarm.post == Movement.post, TransitAlarm.movement_id == Movement.id, TransitAlarm.seen_at.is_(None)
    )
    if not official_posts(by) and not by.is_node:
        unseen = unseen.where(TransitAlarm.kind == HIS_ALARM)
    return unseen.scalar_subquery()


def page(session: Session, *, by: Actor, late_at: dt.datetime | None = None, after: str = "", limit: int = 50) -> Page:
    """One page; with `late_at` only those whose limit was past at that moment."""
    found = _keys(by, late_at, after, limit + 1).subquery("found")
    query = (
        select(
            Movement.reference, Movement.mrn, Movement.kind, Movement.status, Movement.post, Movement.destination,
            Movement.released_at, Movement.limit_at,
            func.coalesce(TransitContent.header["holder"]["name"].astext, TransitContent.holder),
            TransitContent.plates, _alarms(by), Movement.id,
        )
        .join_from(found, Movement, and_(Movement.post == found.c.post, Movement.id == found.c.id))
        .join(TransitContent, CONTENT_IN_FORCE)
    )  # fmt: skip
    rows = session.execute(query.order_by(Movement.limit_at, Movement.id).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].limit_at, lines[-1].id) if len(rows) > limit else None)


def _keys(
    by: Actor, late_at: dt.datetime | None = None, after: str = "", limit: int | None = None
) -> Select[Any] | CompoundSelect[Any]:
    """The first so many of each kind that one may see, or all of them: each kind has an index that holds what is on the
    road in the order of the limits, those of offices stand beside the offices."""
    firms = [way.where(_IS_UNDER_WAY) for way in ways_of_firms(by, on_road=True)]
    ways = [_ordered(way, _LIMIT, late_at, after, limit) for way in firms]
    posts = official_posts(by)
    if ANY_POST in posts or by.is_node:
        ways.append(_ordered(_HELD, _LIMIT, late_at, after, limit))
    elif posts:
        seen = _SEEN.where(TransitOffice.office.in_(sorted(posts)))
        ways.append(_ordered(seen, _DUE, late_at, after, limit))
    return ways[0] if len(ways) == 1 else union(*(ways or [_HELD.where(false())]))


_LIMIT = (Movement.limit_at, Movement.id)
_DUE = (TransitOffice.due_at, TransitOffice.movement_id)
_HELD = select(*KEY).where(_IS_UNDER_WAY)
#: A movement of several of one's offices once.
_OF_OFFICE: tuple[Any, ...] = (TransitOffice.post, TransitOffice.movement_id.label("id"))
_SEEN = select(*_OF_OFFICE).where(TransitOffice.on_road).group_by(*_DUE, TransitOffice.post)


def _ordered(
    query: Select[Any], key: tuple[Any, Any], late_at: dt.datetime | None, after: str, limit: int | None
) -> Select[Any]:
    if late_at is not None:
        query = query.where(key[0] <= late_at)
    if after:
        query = query.where(tuple_(*key) > tuple_(*read_moment_key(after)))
    return query if limit is None else query.order_by(*key).limit(limit)


@dataclass(frozen=True, slots=True)
class Leg:
    """How many movements are on the road from one office to another, and how many of them are late."""

    post: str
    destination: str
    under_way: int
    late: int


def legs(session: Session, at: dt.datetime, *, by: Actor) -> list[Leg]:
    """What is on the road, by the offices between which it is: for the map and the table beside it."""
    found = _keys(by).subquery("found")
    rows = (
        select(
            Movement.post,
            Movement.destination,
            func.count(),
            func.count().filter(Movement.limit_at <= at),
        )
        .join_from(found, Movement, and_(Movement.post == found.c.post, Movement.id == found.c.id))
        .group_by(Movement.post, Movement.destination)
        .order_by(Movement.post, Movement.destination)
    )
    return [Leg(*row) for row in session.execute(rows)]


@dataclass(frozen=True, slots=True)
class Alarm:
    reference: str
    mrn: str
    kind: str
    cause: str
    facts: dict[str, Any]
    raised_at: dt.datetime
    post: str
    destination: str


def alarms(session: Session, *, by: Actor, limit: int = 50) -> list[Alarm]:
    """Alarms that nobody has seen yet about what has not ended, the newest first; the history keeps the others."""
    rows = (
        select(
            Movement.reference, Movement.mrn, TransitAlarm.kind, TransitAlarm.cause, TransitAlarm.facts,
            TransitAlarm.raised_at, Movement.post, Movement.destination,
        )
        .join(Movement, and_(Movement.post == TransitAlarm.post, Movement.id == TransitAlarm.movement_id))
        .where(TransitAlarm.seen_at.is_(None), Movement.status.not_in(_ENDED), visible(by))
        .order_by(TransitAlarm.raised_at.desc(), Movement.id)
        .limit(limit)
    )  # fmt: skip
    return [Alarm(*row) for row in session.execute(rows)]
