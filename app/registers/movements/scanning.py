"""One box for whatever is read from paper, plate or seal: MRN, reference, plate, seal, carnet, container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, literal_column, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.numbering import is_mrn
from app.core.text import compact
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.seals.models import Seal
from app.transit.models import Movement, PlateInUse, TransitContent
from app.transit.queries import KEY, visible

#: More are no answer to a scan.
MOST = 10
SHORTEST, LONGEST = 3, 60
_SEVERAL = 50
_CONTENT = (TransitContent.movement_id, TransitContent.content)


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
    """The movements that this text names; open ones before those that ended. The surest meaning under which there is
    something that one may see is the answer; all are asked for in one statement."""
    said = text.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        return []
    seen = visible(by)
    meanings = _meanings(said)
    found = union_all(*(_keys(rank, query.where(seen)) for rank, (_name, query) in enumerate(meanings))).subquery(
        "found"
    )
    columns: tuple[Any, ...] = (
        found.c.rank,
        Movement.reference,
        Movement.mrn,
        Movement.status,
        Movement.post,
        Movement.destination,
    )
    query = (
        select(*columns)
        .join_from(found, Movement, and_(Movement.post == found.c.post, Movement.id == found.c.id))
        .order_by(found.c.rank, *_OPEN_FIRST)
    )
    rows = session.execute(query).all()
    return [
        Hit(row[1], row[2], row[3], row[4], row[5], meanings[row[0]][0])
        for row in dict.fromkeys(rows)
        if row[0] == rows[0][0]
    ]


#: What is open comes before what has ended, and the newest first.
_OPEN_FIRST = (Movement.ended_at.is_not(None), Movement.id.desc())


def _keys(rank: int, query: Select[Any]) -> Select[Any]:
    return query.add_columns(literal_column(str(rank)).label("rank")).order_by(*_OPEN_FIRST).limit(MOST)


def _sealed(serial: str) -> Select[Any]:
    """Contents that declare this seal. A serial is declared a few times at most, which PostgreSQL cannot know of an array
    whose elements all differ: without a bound it prepares for thousands."""
    declared = select(*_CONTENT).where(TransitContent.seals.contains([serial])).limit(_SEVERAL).subquery().c
    return select(declared.movement_id, declared.content)


def _meanings(said: str) -> list[tuple[str, Select[Any]]]:
    """Each meaning that the text may have, the surest first, with the movements that it names."""
    word = compact(said)
    keys = select(*KEY)
    if is_mrn(word):
        return [("mrn", keys.where(Movement.mrn == word))]
    on_wheels = (PlateInUse.post == Movement.post) & (PlateInUse.movement_id == Movement.id)
    in_force = keys.join(TransitContent, CONTENT_IN_FORCE)
    return [
        ("reference", keys.where(Movement.reference == said.upper())),
        ("plate", keys.join(PlateInUse, on_wheels).where(PlateInUse.plate == word)),
        ("seal", keys.join(Seal, Seal.movement_id == Movement.id).where(Seal.serial == word)),
        ("carnet", keys.where(Movement.carnet == word.removeprefix("TIR"))),  # so it stands in the lists
        ("container", in_force.where(TransitContent.containers.contains([word]))),
        ("plate", in_force.where(TransitContent.plates.contains([word]))),
        ("seal", in_force.where(tuple_(*_CONTENT).in_(_sealed(word)))),
    ]
