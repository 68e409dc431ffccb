"""The lane of a movement: chosen by what is known of it, raised by one person, lowered by two. Holders never learn it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.transit.models import Movement
from app.transit.operations.noting import KIND


def set_lane(
    session: Session,
    movement: Movement,
    lane: str,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    reason: str = "",
    office: str = "",
) -> None:
    """Puts a locked movement into a lane; who may, and with whom, is decided by the caller. Nothing of it leaves the node:
    the outbox is read by others."""
    before = {"lane": movement.lane}
    event = "transit.selected" if movement.lane is None else "transit.rerouted"
    movement.lane = lane
    movement.changed_at = at
    session.flush()
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=movement.id,
        post=movement.post,
        before=before,
        after={"lane": lane, "status": movement.status, "version": movement.version, "office": office or movement.post},
        reason=reason,
        role=role,
    )
