"""What does not match: goods that came in and did not go out in time, goods seen going out that were not seen coming in,
and weights that differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, text
from sqlalchemy.orm import Session, aliased

from app.core.actors import Actor
from app.core.lifecycle import sql_in
from app.transit.lifecycle import OPEN, Office
from app.transit.models import Movement, TransitOffice, TransitWeighing
from app.transit.queries import visible

#: Offices of transit that still expect a movement: those that have seen it do not. Literals, for the partial index.
_MISSED = (
    select(
        TransitOffice.post,
        TransitOffice.movement_id,
        func.string_agg(TransitOffice.office, literal(", ")).label("offices"),
    )
    .where(text("transit_office.stage = 'expected' AND transit_office.role = 'transit'"))
    .group_by(TransitOffice.post, TransitOffice.movement_id)
    .subquery("missed")
)
_IS_OPEN = text(sql_in("transit_movement.status", OPEN))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A movement and what is wrong: `entry-without-exit` (limit past, never seen at its way out), `exit-without-entry`
    (seen at its end although an office of transit before it never saw it), `weight` (kilograms differ)."""

    kind: str
    reference: str
    mrn: str
    post: str
    destination: str
    since: dt.datetime
    facts: dict[str, Any]


def found(session: Session, at: dt.datetime, *, by: Actor, per_mille: int, limit: int = 100) -> list[Mismatch]:
    """Everything that does not match now, of open movements."""
    kinds: tuple[Callable[..., list[Mismatch]], ...] = (_never_out, _never_in)
    rows = [row for kind in kinds for row in kind(session, at, by, limit)]
    return [*rows, *_weights(session, by, per_mille, limit)]


def _never_out(session: Session, at: dt.datetime, by: Actor, limit: int) -> list[Mismatch]:
    rows = (
        select(Movement)
        .where(_IS_OPEN, Movement.limit_at <= at, visible(by), Movement.arrived_at.is_(None))
        .order_by(Movement.limit_at, Movement.id)
        .limit(limit)
    )
    return [
        _told("entry-without-exit", movement, movement.limit_at or at, {"limit_at": movement.limit_at})
        for movement in session.execute(rows).scalars()
    ]


def _never_in(session: Session, at: dt.datetime, by: Actor, limit: int) -> list[Mismatch]:
    rows = (
        select(Movement, _MISSED.c.offices)
        .join_from(_MISSED, Movement, and_(Movement.post == _MISSED.c.post, Movement.id == _MISSED.c.movement_id))
        .where(_IS_OPEN, visible(by), or_(Movement.arrived_at.is_not(None), _left()))
        .order_by(Movement.id)
        .limit(limit)
    )
    return [
        _told("exit-without-entry", movement, movement.arrived_at or movement.changed_at, {"offices": offices})
        for movement, offices in session.execute(rows)
    ]


def _left() -> ColumnElement[bool]:
    """Seen at an office of exit."""
    out = aliased(TransitOffice)
    return exists().where(
        out.post == Movement.post,
        out.movement_id == Movement.id,
        out.role == Office.EXIT.value,
        out.visited_at.is_not(None),
    )


def _weights(session: Session, by: Actor, per_mille: int, limit: int) -> list[Mismatch]:
    least, most = func.min(TransitWeighing.gross_kg), func.max(TransitWeighing.gross_kg)
    rows = (
        select(Movement, least, most, func.max(TransitWeighing.weighed_at))
        .join(
            TransitWeighing,
            and_(TransitWeighing.post == Movement.post, TransitWeighing.movement_id == Movement.id),
        )
        .where(_IS_OPEN, visible(by))
        .group_by(Movement.post, Movement.id)
        .having((most - least) * 1000 > least * per_mille)
        .order_by(Movement.id)
        .limit(limit)
    )
    found: list[Mismatch] = []
    for movement, lightest, heaviest, last in session.execute(rows):
        facts: dict[str, Decimal] = {"least_kg": lightest, "most_kg": heaviest}
        found.append(_told("weight", movement, last, facts))
    return found


def _told(kind: str, movement: Movement, since: dt.datetime, facts: dict[str, Any]) -> Mismatch:
    return Mismatch(kind, movement.reference, movement.mrn or "", movement.post, movement.destination, since, facts)
