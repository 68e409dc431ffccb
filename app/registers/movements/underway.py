"""Movements on the road that one may see, those whose limit comes first on top; and the alarms about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text, tuple_
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.lifecycle import sql_in
from app.registers.listing import moment_key, read_moment_key
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.transit.lifecycle import UNDER_WAY
from app.transit.models import Movement, TransitAlarm, TransitContent
from app.transit.queries import visible

#: A literal, or the partial index on what is under way would not be seen to fit once a statement is prepared.
_IS_UNDER_WAY = text(sql_in("transit_movement.status", UNDER_WAY))


@dataclass(frozen=True, slots=True)
class Line:
    """A movement on the road; `alarms` are those that nobody has seen yet."""

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


_ALARMS = (
    select(func.count())
    .where(TransitAlarm.post == Movement.post, TransitAlarm.movement_id == Movement.id, TransitAlarm.seen_at.is_(None))
    .scalar_subquery()
)


def page(session: Session, *, by: Actor, late_at: dt.datetime | None = None, after: str = "", limit: int = 50) -> Page:
    """One page; with `late_at` only those whose limit was past at that moment."""
    query = (
        select(
            Movement.reference, Movement.mrn, Movement.kind, Movement.status, Movement.post, Movement.destination,
            Movement.released_at, Movement.limit_at,
            func.coalesce(TransitContent.header["holder"]["name"].astext, TransitContent.holder),
            TransitContent.plates, _ALARMS, Movement.id,
        )
        .join_from(Movement, TransitContent, CONTENT_IN_FORCE)
        .where(_IS_UNDER_WAY, visible(by))
    )  # fmt: skip
    if late_at is not None:
        query = query.where(Movement.limit_at <= late_at)
    key = (Movement.limit_at, Movement.id)
    if after:
        query = query.where(tuple_(*key) > tuple_(*read_moment_key(after)))
    rows = session.execute(query.order_by(*key).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].limit_at, lines[-1].id) if len(rows) > limit else None)


@dataclass(frozen=True, slots=True)
class Leg:
    """How many movements are on the road from one office to another, and how many of them are late."""

    post: str
    destination: str
    under_way: int
    late: int


def legs(session: Session, at: dt.datetime, *, by: Actor) -> list[Leg]:
    """What is on the road, by the offices between which it is: for the map and the table beside it."""
    rows = (
        select(
            Movement.post,
            Movement.destination,
            func.count(),
            func.count().filter(Movement.limit_at <= at),
        )
        .where(_IS_UNDER_WAY, visible(by))
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
    """Alarms that nobody has seen yet, the newest first."""
    rows = (
        select(
            Movement.reference, Movement.mrn, TransitAlarm.kind, TransitAlarm.cause, TransitAlarm.facts,
            TransitAlarm.raised_at, Movement.post, Movement.destination,
        )
        .join(Movement, and_(Movement.post == TransitAlarm.post, Movement.id == TransitAlarm.movement_id))
        .where(_unseen(), visible(by))
        .order_by(TransitAlarm.raised_at.desc(), Movement.id)
        .limit(limit)
    )  # fmt: skip
    return [Alarm(*row) for row in session.execute(rows)]


def _unseen() -> ColumnElement[bool]:
    return TransitAlarm.seen_at.is_(None)
