"""The papers of a transit movement: what was issued, and what may be."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.clearance.commands import Kind
from app.inspections import queries as inspections
from app.registers import papers
from app.registers.papers import Line, Printable
from app.transit import queries
from app.transit.lifecycle import OPEN
from app.transit.models import Movement


def of_movement(session: Session, movement: Movement, *, changed: bool) -> list[Printable]:
    """Everything a paper can be had of, oldest first, with the paper where it is issued: each accompanying document, each
    arrival, each permission to unload. `changed` says that the goods travel otherwise than the last document tells.
    Five queries."""
    lines = papers.of_movement(session, movement.post, movement.id)
    against = papers.against_goods(session, movement.post, movement.id, lines)
    acts = _acts(session, movement, lines)
    if movement.released_at is None:
        return [*acts, *against]
    known = {(line.kind, line.place): line for line in lines}
    arrived, permitted = Kind.ARRIVAL_RECEIPT.value, Kind.UNLOADING_PERMISSION.value
    return [
        *_documents(movement, [line for line in lines if line.kind == Kind.TRANSIT_DOCUMENT], changed=changed),
        *(
            Printable(arrived, str(row.number), row.arrived_at, known.get((arrived, row.number)))
            for row in queries.arrivals(session, movement)
        ),
        *(
            Printable(permitted, str(row.number), row.permitted_at, known.get((permitted, row.number)))
            for row in queries.unloadings(session, movement)
        ),
        *acts,
        *against,
    ]


def _acts(session: Session, movement: Movement, lines: Iterable[Line]) -> list[Printable]:
    """The act of each concluded inspection, at whatever office."""
    kind = Kind.INSPECTION_ACT.value
    known = {line.subject: line for line in lines if line.kind == kind}
    looks = inspections.of_movement(session, movement.post, movement.id)
    return [Printable(kind, look.number, look.concluded_at, known.get(look.id)) for look in looks[::-1] if look.number]


def _documents(movement: Movement, lines: Iterable[Line], *, changed: bool) -> list[Printable]:
    kind = Kind.TRANSIT_DOCUMENT.value
    made = [Printable(kind, str(line.place), line.issued_at, line) for line in lines]
    if not made:
        return [Printable(kind, "", movement.released_at)] if movement.status in OPEN else []
    if changed:
        made.append(Printable(kind, "", movement.changed_at, changed=True))
    return made
