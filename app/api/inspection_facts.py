"""Inspections and what was recorded of them, to JSON. For officials only."""

from __future__ import annotations

from typing import Any

from app.api.presenters import instant
from app.edge.locale import current as locale
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
from app.inspections.operations.measuring import suggested
from app.inspections.queries import Records


def inspection(record: Inspection, told: Records) -> dict[str, Any]:
    """An inspection with all that was recorded of it."""
    return {
        "id": str(record.id),
        "number": record.number,
        "post": record.post,
        "kind": record.kind,
        "types": record.types,
        "status": record.status,
        "reason": record.reason,
        "reason_words": record.reason_words,
        "profiles": record.profiles,
        "instruction": said(record.instruction),
        "extent": record.extent,
        "place": record.place,
        "slot_from": instant(record.slot_from),
        "slot_to": instant(record.slot_to),
        "due_at": instant(record.due_at),
        "control": record.control,
        "assigned_to": record.assigned_name,
        "ordered_by": record.ordered_name,
        "ordered_at": instant(record.ordered_at),
        "started_at": instant(record.started_at),
        "concluded_at": instant(record.concluded_at),
        "conclusion": record.conclusion,
        "summary": record.summary,
        "recommendation": record.recommendation,
        "concluded_by": record.concluded_name,
        "steps": [step(row) for row in told.steps],
        "assignments": [assignment(row) for row in told.assignments],
        "findings": [finding(row) for row in told.findings],
        "photos": [photo(row) for row in told.photos],
        "measures": [measure(row) for row in told.measures],
        "samples": [sample(row, told.moves) for row in told.samples],
        "persons": [presence(row) for row in told.presences],
        "seals": [seal(row) for row in told.seals],
    }


def said(instruction: dict[str, Any]) -> str:
    """The instruction in the reader's language, else in English, else in any."""
    return instruction.get(locale()) or instruction.get("en") or next(iter(instruction.values()), "")


def headline(record: Inspection) -> dict[str, Any]:
    """What is known of an inspection without what was recorded."""
    whole = inspection(record, Records([], [], [], [], [], [], [], [], []))
    return {
        name: value for name, value in whole.items() if not isinstance(value, list) or name in ("types", "profiles")
    }


def _noted(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "by": row.name,
        "at": instant(row.at),
        "noted_at": instant(row.noted_at),
        "clock_off": row.clock_off,
    }


def step(row: InspectionStep) -> dict[str, Any]:
    return {
        "agency": row.agency,
        "type": row.type,
        "status": row.status,
        "ordered_at": instant(row.ordered_at),
        "started_at": instant(row.started_at),
        "started_by": row.started_name,
        "ended_at": instant(row.ended_at),
        "ended_by": row.ended_name,
        "official": row.official,
        "reason": row.reason,
    }


def assignment(row: InspectionAssignment) -> dict[str, Any]:
    return {
        "agency": row.agency,
        "how": row.how,
        "name": row.name,
        "among": len(row.pool),
        "widened": row.widened,
        "reason": row.reason,
        "by": row.by_name,
        "at": instant(row.at),
    }


def finding(row: InspectionFinding) -> dict[str, Any]:
    return {
        **_noted(row),
        "agency": row.agency,
        "control": row.control,
        "type": row.type,
        "item": row.item,
        "conform": row.conform,
        "kind": row.kind,
        "declared": row.declared,
        "found": row.found,
        "declared_facts": row.declared_facts,
        "found_facts": row.found_facts,
        "corrects": str(row.corrects) if row.corrects else None,
        "explains": str(row.explains) if row.explains else None,
    }


def photo(row: InspectionPhoto) -> dict[str, Any]:
    return {
        **_noted(row),
        "caption": row.caption,
        "item": row.item,
        "type": row.type,
        "finding": str(row.of_finding) if row.of_finding else None,
        "sha256": row.sha256,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "taken": row.taken,
        "latitude": None if row.latitude is None else f"{row.latitude:f}",
        "longitude": None if row.longitude is None else f"{row.longitude:f}",
    }


def measure(row: InspectionMeasure) -> dict[str, Any]:
    """A measurement, with the finding that it suggests where it is beyond tolerance."""
    wrong = suggested(row)
    return {
        **_noted(row),
        "what": row.what,
        "source": str(row.source) if row.source else None,
        "instrument": row.instrument,
        "calibrated_on": row.calibrated_on.isoformat() if row.calibrated_on else None,
        "gross_kg": _number(row.gross_kg),
        "axles": row.axles,
        "tare_kg": _number(row.tare_kg),
        "declared_kg": _number(row.declared_kg),
        "within": row.within,
        "level": _number(row.level),
        "unit": row.unit,
        "alarm": row.alarm,
        "image": str(row.image) if row.image else None,
        "remarks": row.remarks,
        "corrects": str(row.corrects) if row.corrects else None,
        "suggests": None
        if wrong is None
        else {"control": wrong.control, "kind": wrong.kind, "facts": dict(wrong.facts)},
    }


def _number(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def sample(row: InspectionSample, moves: list[InspectionSampleMove]) -> dict[str, Any]:
    """A sample with its custody."""
    return {
        **_noted(row),
        "number": row.number,
        "item": row.item,
        "description": row.description,
        "quantity": row.quantity,
        "unit": row.unit,
        "seal": row.seal_mark,
        "laboratory": row.laboratory,
        "question": row.question,
        "custody": [sample_move(move) for move in moves if move.sample_id == row.id],
    }


def sample_move(row: InspectionSampleMove) -> dict[str, Any]:
    return {
        **_noted(row),
        "event": row.event,
        "holder": row.holder,
        "intact": row.intact,
        "words": row.words,
        "document": row.document,
        "conform": row.conform,
        "facts": row.facts,
    }


def presence(row: InspectionPresence) -> dict[str, Any]:
    return {
        **_noted(row),
        "full_name": row.full_name,
        "role": row.role,
        "of": row.of,
        "document": row.document,
        "signs": row.signs,
        "remark": row.remark,
    }


def seal(row: InspectionSeal) -> dict[str, Any]:
    return {
        **_noted(row),
        "what": row.what,
        "serial": row.serial,
        "condition": row.condition,
        "bearer": row.bearer,
        "place": row.place,
        "remarks": row.remarks,
        "photo": str(row.picture) if row.picture else None,
    }
