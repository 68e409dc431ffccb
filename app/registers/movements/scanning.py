"""One box for whatever is read from paper, plate or seal: MRN, reference, plate, seal, carnet, container."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.numbering import is_mrn
from app.core.text import compact
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.seals.models import Seal
from app.transit.models import Movement, PlateInUse, TransitContent
from app.transit.queries import visible

#: More are no answer to a scan.
MOST = 10
SHORTEST, LONGEST = 3, 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A movement that was found, and by what: mrn, reference, plate, seal, carnet or container."""

    reference: str
    mrn: str | None
    status: str
    post: str
    destination: str
    by: str


def scan(session: Session, text: str, *, by: Actor) -> list[Hit]:
    """The movements that this text names; open ones before those that ended. The surest meaning is tried first, and the
    first that finds something is the answer."""
    said = text.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        return []
    for meaning, query in _meanings(said):
        rows = session.execute(query.where(visible(by)).limit(MOST)).all()
        if rows:
            return [Hit(row[0], row[1], row[2], row[3], row[4], meaning) for row in rows]
    return []


def _meanings(said: str) -> Iterator[tuple[str, Select[Any]]]:
    word = compact(said)
    if is_mrn(word):
        yield "mrn", _movements().where(Movement.mrn == word)
        return
    yield "reference", _movements().where(Movement.reference == said.upper())
    yield (
        "plate",
        _movements()
        .join(PlateInUse, (PlateInUse.post == Movement.post) & (PlateInUse.movement_id == Movement.id))
        .where(PlateInUse.plate == word),
    )
    yield (
        "seal",
        _movements()
        .join(Seal, Seal.movement_id == Movement.id)
        .where(Seal.serial == word)
        .order_by(Seal.changed_at.desc()),
    )
    yield "carnet", _newest(Movement.carnet == word)
    yield "container", _newest(TransitContent.containers.contains([word]))
    yield "plate", _newest(TransitContent.plates.contains([word]))
    yield "seal", _newest(TransitContent.seals.contains([word]))


def _movements() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Movement.reference,
        Movement.mrn,
        Movement.status,
        Movement.post,
        Movement.destination,
    )
    return select(*columns)


def _newest(condition: Any) -> Select[Any]:
    return (
        _movements()
        .join(TransitContent, CONTENT_IN_FORCE)
        .where(condition)
        .order_by(Movement.ended_at.is_not(None), Movement.id.desc())
    )
