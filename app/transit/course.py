"""The course of a movement: its status with the stages of its offices, and what it takes while it is open: plates, and
pages of its carnet. Verbs ask who may before they come here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import Text, _
from app.transit import queries
from app.transit.lifecycle import AT_DEPARTURE, UNDER_WAY, Action, Office, Status, stage
from app.transit.models import Movement, PlateInUse, TirVolet, TransitOffice


def advance(session: Session, movement: Movement, action: Action, at: dt.datetime) -> dict[str, Any]:
    """Makes the move, brings the offices' stages up to date and gives what was before, for the journal."""
    before = {"status": movement.status}
    movement.move(action, at)
    restage(session, movement, queries.offices(session, movement))
    session.flush()
    return before


def restage(session: Session, movement: Movement, offices: list[TransitOffice]) -> None:
    """What each office has before it now; sorted by the moment of lodging, and by the limit once there is one."""
    status = Status(movement.status)
    here = _here(session, movement) if status not in AT_DEPARTURE else None
    for row in offices:
        found = stage(Office(row.role), status, visited=row.visited_at is not None, here=row.office == here)
        row.stage = found.value
        row.due_at = movement.limit_at or movement.lodged_at or movement.changed_at
        row.on_road = status in UNDER_WAY


def _here(session: Session, movement: Movement) -> str | None:
    """The office of destination at which the goods are."""
    arrivals = [row for row in queries.arrivals(session, movement) if row.left_at is None]
    return arrivals[-1].office if arrivals else None


def take_plates(session: Session, movement: Movement, plates: list[str], pointer: str) -> None:
    """Binds plates to an open movement; raises `Invalid` where one is on another."""
    if not plates:
        return
    rows = [{"plate": plate, "post": movement.post, "movement_id": movement.id} for plate in sorted(plates)]
    session.execute(insert(PlateInUse).values(rows).on_conflict_do_nothing())
    for plate in queries.plates_elsewhere(session, plates, movement.id):
        raise _refused(
            pointer,
            "plate.elsewhere",
            _(
                "{plate} is on another movement that has not ended. End that one first, or correct the plate.",
                plate=plate,
            ),
        )


def free_plates(session: Session, movement: Movement, but: list[str] | None = None) -> None:
    """Gives the plates of a movement free, all but those named."""
    table = PlateInUse
    gone = delete(table).where(table.post == movement.post, table.movement_id == movement.id)
    session.execute(gone.where(table.plate.not_in(but)) if but else gone)


def take_volet(session: Session, movement: Movement, page: int, office: str, at: dt.datetime, by: Actor) -> None:
    row = {
        "carnet": movement.carnet,
        "page": page,
        "post": movement.post,
        "movement_id": movement.id,
        "office": office,
        "used_at": at,
        "used_by": by.person,
    }
    taken = session.execute(insert(TirVolet).values(row).on_conflict_do_nothing().returning(TirVolet.page))
    if taken.scalar_one_or_none() is None:
        raise _refused(
            "/carnet/page",
            "tir.volet-used",
            _("Volet {page} of this carnet was taken out already. Present the next one.", page=page),
        )


def _refused(pointer: str, rule: str, message: Text) -> Invalid:
    return Invalid(findings=[Finding(pointer, rule, message)])
