"""What is looked at right now at a post, as an instrument can tell it apart: by reference, plate or container."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.text import compact
from app.declarations.models import Declaration, DeclarationContent
from app.inspections.models import Inspection, InspectionMeasure
from app.seals.lifecycle import INSTRUMENTS
from app.seals.models import Device, DeviceEntry
from app.transit.models import Movement, TransitContent

_OPEN = Inspection.status.in_(("ordered", "started"))
#: A reading that nobody linked is offered for so long.
OFFERED = dt.timedelta(hours=12)
#: So many are shown of those that are looked through: a portal reads every truck, and most readings find theirs.
MOST, LOOKED_THROUGH = 100, 5_000


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: a declaration or a movement by its key, its plates without spaces and its containers."""

    is_movement: bool
    post: str
    id: UUID
    references: frozenset[str]
    plates: frozenset[str]
    containers: frozenset[str]

    @property
    def order(self) -> tuple[bool, str, UUID]:
        """Rows are locked in this order, declarations first."""
        return self.is_movement, self.post, self.id


def looked_at(session: Session, post: str) -> list[Looked]:
    """Everything with an open inspection at a post, in two queries."""
    declarations = session.execute(
        select(
            Declaration.post,
            Declaration.id,
            Declaration.reference,
            Declaration.mrn,
            DeclarationContent.plate,
            DeclarationContent.containers,
        )
        .join(Inspection, (Inspection.post == Declaration.post) & (Inspection.declaration_id == Declaration.id))
        .join(
            DeclarationContent,
            (DeclarationContent.post == Declaration.post)
            & (DeclarationContent.declaration_id == Declaration.id)
            & (DeclarationContent.content == Declaration.content),
        )
        .where(Inspection.post == post, _OPEN)
    )
    movements = session.execute(
        select(
            Movement.post,
            Movement.id,
            Movement.reference,
            Movement.mrn,
            TransitContent.plates,
            TransitContent.containers,
        )
        .join(Inspection, (Inspection.movement_post == Movement.post) & (Inspection.movement_id == Movement.id))
        .join(
            TransitContent,
            (TransitContent.post == Movement.post)
            & (TransitContent.movement_id == Movement.id)
            & (TransitContent.content == Movement.content),
        )
        .where(Inspection.post == post, _OPEN)
    )
    return [
        *(_looked(False, *row[:4], [row.plate] if row.plate else [], row.containers) for row in declarations),
        *(_looked(True, *row) for row in movements),
    ]


def _looked(
    is_movement: bool, post: str, id: UUID, reference: str, mrn: str | None, plates: list[str], containers: list[str]
) -> Looked:
    names = frozenset(compact(name) for name in (reference, mrn) if name)
    return Looked(is_movement, post, id, names, frozenset(map(compact, plates)), frozenset(containers))


def meant(facts: dict[str, Any], among: Collection[Looked]) -> Looked | None:
    """What a reading is about: by the reference it names, else by plate and container. None for nothing or more than one."""
    reference, plate = compact(str(facts.get("reference") or "")), compact(str(facts.get("plate") or ""))
    container = facts.get("container")
    if reference:
        found = [each for each in among if reference in each.references]
    elif plate or container:
        found = [each for each in among if _fits(each, plate, container)]
    else:
        found = []
    keys = {each.order for each in found}
    return found[0] if len(keys) == 1 else None


def _fits(looked: Looked, plate: str, container: str | None) -> bool:
    return (not plate or plate in looked.plates) and (not container or container in looked.containers)


def measure_id(device: UUID, sequence: int) -> UUID:
    """The id of the measurement that a reading becomes: the same however often it is told or linked."""
    return uuid5(device, str(sequence))


@dataclass(frozen=True, slots=True)
class Reading:
    """What an instrument told: which, when by its own clock, and what."""

    device: UUID
    sequence: int
    kind: str
    name: str
    told_at: dt.datetime
    facts: dict[str, Any]


def unlinked(session: Session, post: str) -> list[Reading]:
    """The readings of a post's instruments that belong to no inspection yet, of the last hours, newest first."""
    rows = session.execute(
        select(DeviceEntry, Device)
        .join(Device, (Device.post == DeviceEntry.post) & (Device.id == DeviceEntry.device_id))
        .where(
            DeviceEntry.post == post,
            Device.kind.in_([kind.value for kind in INSTRUMENTS]),
            DeviceEntry.received_at > func.guzar_now() - OFFERED,
        )
        .order_by(DeviceEntry.received_at.desc(), DeviceEntry.device_id, DeviceEntry.sequence.desc())
        .limit(LOOKED_THROUGH)
    ).all()
    readings = [
        Reading(device.id, entry.sequence, device.kind, device.name, entry.told_at, entry.facts)
        for entry, device in rows
    ]
    ids = {measure_id(reading.device, reading.sequence): reading for reading in readings}
    taken = session.execute(
        select(InspectionMeasure.id).where(InspectionMeasure.post == post, InspectionMeasure.id.in_(ids))
    ).scalars()
    gone = set(taken)
    return [reading for id, reading in ids.items() if id not in gone][:MOST]
