"""What time does to a movement: `run` looks for what is due and does it, each once however many workers
run. Rows are locked and those that another worker holds are passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.flows.movements import lodging, securing
from app.flows.parameters import days
from app.guarantees import operations as guarantees
from app.reference.queries import codebook
from app.transit import operations as transit
from app.transit.commands import OpenEnquiry, RaiseAlarm
from app.transit.lifecycle import AT_DESTINATION, UNDER_WAY, Status
from app.transit.models import Movement, TransitAlarm, TransitArrival

#: Rows of one transaction.
BATCH = 100
#: How long after the limit the search begins by itself.
PATIENCE = dt.timedelta(days=1)
LATE = "limit-passed"

Task = Callable[[Session, Movement, dt.datetime, Actor], None]


def run(session: Session, *, by: Actor, most: int = BATCH) -> int:
    """Does what is due, at most so many of each, and gives how many that were."""
    codes, at = codebook(session), now(session)
    kept = dt.timedelta(days=days(codes, "draft-days", at.date()) or 30)
    awaited = dt.timedelta(days=days(codes, "prelodged-days", at.date()) or 30)
    due: list[tuple[ColumnElement[bool], Task, int]] = [
        (and_(Movement.status == Status.DRAFT.value, Movement.changed_at <= at - kept), _drop, most),
        (and_(Movement.status == Status.PRELODGED.value, Movement.changed_at <= at - awaited), _expire, most),
        (and_(Movement.status.in_(("lodged", "under_control")), Movement.amend_by <= at), _refuse, most),
        (and_(_under_way(), Movement.limit_at <= at, ~_told()), _alarm, most),
        (and_(_by_word_alone(), Movement.limit_at <= at - PATIENCE, ~_told()), _alarm, most),
        # One a transaction: two workers that took the guarantees of several movements could wait for each other.
        (and_(_under_way(), Movement.limit_at <= at - PATIENCE), _search, 1),
    ]
    return sum(_do(session, which, task, at, some, by) for which, task, some in due)


def _do(session: Session, which: ColumnElement[bool], task: Task, at: dt.datetime, most: int, by: Actor) -> int:
    rows = session.execute(
        select(Movement).where(which).order_by(Movement.id).limit(most).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).scalars()
    found = list(rows)
    for movement in found:
        task(session, movement, at, by)
    return len(found)


def _under_way() -> ColumnElement[bool]:
    return Movement.status.in_([state.value for state in UNDER_WAY])


def _by_word_alone() -> ColumnElement[bool]:
    """A trader told that the goods are there, and no office has ended the movement: his word does not stop the clock."""
    return and_(
        Movement.status.in_([state.value for state in AT_DESTINATION]),
        exists().where(
            TransitArrival.post == Movement.post,
            TransitArrival.movement_id == Movement.id,
            TransitArrival.party.is_not(None),
            TransitArrival.left_at.is_(None),
        ),
    )


def _told() -> ColumnElement[bool]:
    """Whether the alarm about the limit that holds was raised already."""
    return exists().where(
        TransitAlarm.post == Movement.post,
        TransitAlarm.movement_id == Movement.id,
        TransitAlarm.kind == LATE,
        TransitAlarm.raised_at >= Movement.limit_at,
    )


def _drop(session: Session, movement: Movement, at: dt.datetime, by: Actor) -> None:
    transit.expire_draft(session, movement, by=by)


def _expire(session: Session, movement: Movement, at: dt.datetime, by: Actor) -> None:
    transit.expire(session, movement, at, by=by)
    lodging.free(session, movement, "expired", at, by=by)


def _refuse(session: Session, movement: Movement, at: dt.datetime, by: Actor) -> None:
    transit.end_without_release(session, movement, "guarantee not amended in time", at, by=by)
    lodging.free(session, movement, "not released", at, by=by)


def _alarm(session: Session, movement: Movement, at: dt.datetime, by: Actor) -> None:
    limit = movement.limit_at or at
    command = RaiseAlarm(movement.reference, LATE, limit.isoformat(), {"limit_at": limit})
    transit.raise_alarm(session, movement, command, at, by=by)


def _search(session: Session, movement: Movement, at: dt.datetime, by: Actor) -> None:
    command = OpenEnquiry(movement.reference, movement.post, "not arrived a day after the limit")
    transit.open_enquiry(session, movement, command, at, by=by, role="system")
    guarantees.hold(session, securing.subject(movement), by=by)
