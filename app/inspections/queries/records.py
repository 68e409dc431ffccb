"""What was recorded of inspections: steps, assignments, photos, measurements, samples, seals, persons present."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.tables import Base
from app.inspections.commands import Recorded
from app.inspections.models import (
    Inspection,
    InspectionAssignment,
    InspectionFinding,
    InspectionMeasure,
    InspectionPhoto,
    InspectionPresence,
    InspectionSample,
    InspectionSampleMove,
    InspectionSeal,
    InspectionStep,
)
from app.inspections.queries import looks

R = TypeVar("R")
Row = TypeVar("Row", bound=Base)
Grouped = dict[UUID, list[R]]


@dataclass(frozen=True, slots=True)
class Records:
    """All that was recorded of one inspection, each list oldest first."""

    steps: list[InspectionStep]
    assignments: list[InspectionAssignment]
    findings: list[InspectionFinding]
    photos: list[InspectionPhoto]
    measures: list[InspectionMeasure]
    samples: list[InspectionSample]
    moves: list[InspectionSampleMove]
    presences: list[InspectionPresence]
    seals: list[InspectionSeal]


def records(session: Session, inspections: Collection[Inspection]) -> dict[UUID, Records]:
    """All that was recorded of some inspections, in a fixed number of queries."""
    stepped, assigned = steps(session, inspections), assignments(session, inspections)
    found, shot, measured = (
        looks.findings(session, inspections),
        photos(session, inspections),
        measures(session, inspections),
    )
    taken, there, sealed = samples(session, inspections), presences(session, inspections), seals(session, inspections)
    moved = custody(session, [sample for some in taken.values() for sample in some])
    return {
        i.id: Records(
            stepped.get(i.id, []),
            assigned.get(i.id, []),
            found.get(i.id, []),
            shot.get(i.id, []),
            measured.get(i.id, []),
            taken.get(i.id, []),
            [move for sample in taken.get(i.id, []) for move in moved.get(sample.id, [])],
            there.get(i.id, []),
            sealed.get(i.id, []),
        )
        for i in inspections
    }


def steps(session: Session, inspections: Collection[Inspection], *, lock: bool = False) -> Grouped[InspectionStep]:
    """Their steps, by agency and type."""
    order = (InspectionStep.agency, InspectionStep.type)
    return _grouped(session, InspectionStep, inspections, *order, lock=lock)


def assignments(session: Session, inspections: Collection[Inspection]) -> Grouped[InspectionAssignment]:
    return _grouped(session, InspectionAssignment, inspections, InspectionAssignment.at, InspectionAssignment.id)


def photos(session: Session, inspections: Collection[Inspection]) -> Grouped[InspectionPhoto]:
    return _grouped(session, InspectionPhoto, inspections, InspectionPhoto.at, InspectionPhoto.id)


def measures(session: Session, inspections: Collection[Inspection]) -> Grouped[InspectionMeasure]:
    return _grouped(session, InspectionMeasure, inspections, InspectionMeasure.at, InspectionMeasure.id)


def samples(session: Session, inspections: Collection[Inspection]) -> Grouped[InspectionSample]:
    return _grouped(session, InspectionSample, inspections, InspectionSample.number)


def presences(session: Session, inspections: Collection[Inspection]) -> Grouped[InspectionPresence]:
    return _grouped(session, InspectionPresence, inspections, InspectionPresence.at, InspectionPresence.id)


def seals(session: Session, inspections: Collection[Inspection]) -> Grouped[InspectionSeal]:
    return _grouped(session, InspectionSeal, inspections, InspectionSeal.at, InspectionSeal.id)


def custody(session: Session, samples: Collection[InspectionSample]) -> Grouped[InspectionSampleMove]:
    """What happened to samples, link by link, by the sample."""
    if not samples:
        return {}
    rows = (
        select(InspectionSampleMove)
        .where(
            InspectionSampleMove.post.in_({s.post for s in samples}),
            InspectionSampleMove.sample_id.in_([s.id for s in samples]),
        )
        .order_by(InspectionSampleMove.sample_id, InspectionSampleMove.number)
    )
    found: Grouped[InspectionSampleMove] = {}
    for row in session.execute(rows).scalars():
        found.setdefault(row.sample_id, []).append(row)
    return found


def photo(session: Session, inspections: Collection[Inspection], id: UUID) -> InspectionPhoto:
    """One photo of these inspections, or `NotFound`."""
    for inspection in inspections:
        found = session.get(InspectionPhoto, (inspection.post, id))
        if found is not None and found.inspection_id == inspection.id:
            return found
    raise NotFound()


def measure(session: Session, inspections: Collection[Inspection], id: UUID) -> InspectionMeasure:
    """One measurement of these inspections, or `NotFound`."""
    for inspection in inspections:
        found = session.get(InspectionMeasure, (inspection.post, id))
        if found is not None and found.inspection_id == inspection.id:
            return found
    raise NotFound()


def known(session: Session, model: type[Row], post: str, recorded: Recorded | None) -> Row | None:
    """What was recorded under this id of the client's before; None where it is new."""
    if recorded is None or recorded.id is None:
        return None
    return session.get(model, (post, recorded.id))


def photo_known(session: Session, id: UUID) -> bool:
    """Whether a photo came under this id, at whatever post."""
    return session.execute(select(InspectionPhoto.id).where(InspectionPhoto.id == id).limit(1)).first() is not None


def with_sample(session: Session, inspections: Collection[Inspection], id: UUID) -> Inspection:
    """That of the inspections in which the sample was taken, or `NotFound`."""
    for inspection in inspections:
        found = session.get(InspectionSample, (inspection.post, id))
        if found is not None and found.inspection_id == inspection.id:
            return inspection
    raise NotFound()


def _grouped(
    session: Session, model: Any, inspections: Collection[Inspection], *order: Any, lock: bool = False
) -> Grouped[Any]:
    if not inspections:
        return {}
    rows = (
        select(model)
        .where(model.post.in_({i.post for i in inspections}), model.inspection_id.in_([i.id for i in inspections]))
        .order_by(*order)
    )
    if lock:
        rows = rows.with_for_update()
    found: Grouped[Any] = {}
    for row in session.execute(rows, execution_options={"populate_existing": lock}).scalars():
        found.setdefault(row.inspection_id, []).append(row)
    return found
