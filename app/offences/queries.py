"""Reads of what was held, seized and ended. Whoever asks has already been allowed to see what it is about, or names the
posts where he is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.offences.commands import Subject
from app.offences.lifecycle import Status
from app.offences.models import (
    Detention,
    GoodsEnd,
    Seizure,
    SeizureMove,
    SeizurePerson,
    SeizurePhoto,
    SeizurePiece,
)

#: Officials who see what was held and seized at their posts.
SEEING = ("officer", "inspector", "supervisor", "analyst", "auditor")


def _of(model: Any, subject: Subject) -> ColumnElement[bool]:
    if subject.declaration_id is not None:
        return and_(model.post == subject.post, model.declaration_id == subject.declaration_id)
    return and_(model.movement_post == subject.movement_post, model.movement_id == subject.movement_id)


def running(session: Session, subject: Subject, *, lock: bool = False) -> Detention | None:
    """The detention that runs."""
    rows = select(Detention).where(_of(Detention, subject), Detention.status != Status.ENDED.value)
    asked = rows.with_for_update() if lock else rows
    return session.execute(asked, execution_options={"populate_existing": lock}).scalar_one_or_none()


def detentions(session: Session, subject: Subject) -> list[Detention]:
    """All detentions of a declaration or a movement, newest first."""
    return _newest(session, Detention, subject)


def seizures(session: Session, subject: Subject) -> list[Seizure]:
    """All seizure records, newest first."""
    return _newest(session, Seizure, subject)


def ends(session: Session, subject: Subject) -> list[GoodsEnd]:
    """All acts of ends, newest first."""
    return _newest(session, GoodsEnd, subject)


def _newest(session: Session, model: Any, subject: Subject) -> list[Any]:
    rows = select(model).where(_of(model, subject)).order_by(model.at.desc(), model.id.desc())
    return list(session.execute(rows).scalars())


def seizure(session: Session, subject: Subject, id: UUID, *, lock: bool = False) -> Seizure:
    """One record of this declaration or movement, or `NotFound`."""
    rows = select(Seizure).where(_of(Seizure, subject), Seizure.id == id)
    found = session.execute(rows.with_for_update() if lock else rows).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def due(session: Session, posts: Collection[str], before: dt.datetime, limit: int = 200) -> list[Detention]:
    """Detentions at these posts whose term runs out before a moment, the first to run out first."""
    term = func.coalesce(Detention.extended_until, Detention.until)
    rows = select(Detention).where(Detention.post.in_(posts), Detention.status != Status.ENDED.value, term < before)
    return list(session.execute(rows.order_by(term, Detention.id).limit(limit)).scalars())


def recent(session: Session, posts: Collection[str], limit: int = 100) -> list[Seizure]:
    """The newest seizure records of these posts."""
    rows = select(Seizure).where(Seizure.post.in_(posts)).order_by(Seizure.at.desc(), Seizure.id.desc()).limit(limit)
    return list(session.execute(rows).scalars())


def pieces(
    session: Session, records: Collection[Seizure], *, all_revisions: bool = False
) -> dict[UUID, list[SeizurePiece]]:
    """The pieces of some records by number, as they stand; with all revisions, oldest first."""
    grouped = _grouped(session, SeizurePiece, records, SeizurePiece.serial, SeizurePiece.revision)
    if all_revisions:
        return grouped
    return {id: list({piece.serial: piece for piece in rows}.values()) for id, rows in grouped.items()}


def persons(session: Session, records: Collection[Seizure]) -> dict[UUID, list[SeizurePerson]]:
    return _grouped(session, SeizurePerson, records, SeizurePerson.at, SeizurePerson.id)


def photos(session: Session, records: Collection[Seizure]) -> dict[UUID, list[SeizurePhoto]]:
    return _grouped(session, SeizurePhoto, records, SeizurePhoto.at, SeizurePhoto.id)


def moves(session: Session, records: Collection[Seizure], *, lock: bool = False) -> dict[UUID, list[SeizureMove]]:
    """The way from hand to hand, link by link."""
    return _grouped(session, SeizureMove, records, SeizureMove.number, lock=lock)


def _grouped(
    session: Session, model: Any, records: Collection[Seizure], *order: Any, lock: bool = False
) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {record.id: [] for record in records}
    if not records:
        return found
    rows = select(model).where(model.post.in_({r.post for r in records}), model.seizure_id.in_(list(found)))
    asked = rows.order_by(*order)
    if lock:
        asked = asked.with_for_update()
    for row in session.execute(asked, execution_options={"populate_existing": lock}).scalars():
        found[row.seizure_id].append(row)
    return found
