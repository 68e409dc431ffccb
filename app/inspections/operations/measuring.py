"""Weights, radiation levels and scans. What an instrument told by itself is never replaced by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _
from app.inspections import queries
from app.inspections.commands import AddFinding, AddMeasure, Recorded
from app.inspections.lifecycle import Agency, FindingKind, Measured, Type
from app.inspections.models import Inspection, InspectionMeasure
from app.inspections.operations.noting import (
    INSPECTING,
    begin,
    found_in,
    keep,
    must_be_open,
    must_be_same,
    noted,
    of_enumeration,
    refuse,
    said,
)
from app.inspections.operations.stepping import show
from app.inspections.rules.weights import within

#: Two weights of the same load may differ by so many per mille where nothing is set.
PER_MILLE = 20
_MOST_KG, _MOST_LEVEL, _MOST_AXLES = Decimal(1_000_000), Decimal(10) ** 10, 20
SHOWS = {Measured.WEIGHING: Type.WEIGHING, Measured.RADIATION: Type.RADIATION, Measured.SCAN: Type.SCANNER}


def add_measure(
    session: Session,
    inspection: Inspection,
    command: AddMeasure,
    *,
    by: Actor,
    declared_kg: Decimal | None = None,
    per_mille: int = PER_MILLE,
    source: UUID | None = None,
    recorded: Recorded | None = None,
) -> InspectionMeasure:
    """Adds a measurement to the open inspection. `source` is the instrument that told it by itself: only the flow that let
    the instrument in gives it. A weight is held against the declared gross mass where the empty vehicle's is known."""
    role = "system" if source is not None else by.need(INSPECTING, inspection.post).role
    before = queries.known(session, InspectionMeasure, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    at = now(session)
    _check(command, at)
    if source is None:
        _must_not_replace(session, inspection, command)
    row = InspectionMeasure(
        **noted(recorded, at, by=by),
        post=inspection.post,
        inspection_id=inspection.id,
        what=command.what,
        source=source,
        instrument=said(command.instrument, "/instrument", "measure.instrument", _("Name the scale or the device.")),
        calibrated_on=command.calibrated_on,
        gross_kg=_thousandths(command.gross_kg),
        axles=[f"{axle:f}" for axle in command.axles],
        declared_kg=_thousandths(declared_kg) if command.what == Measured.WEIGHING else None,
        tare_kg=_thousandths(command.tare_kg),
        within=_within(command, declared_kg, per_mille),
        level=None if command.level is None else command.level.quantize(Decimal("0.0001")),
        unit=command.unit,
        alarm=command.alarm,
        image=command.image,
        remarks=command.remarks.strip(),
        corrects=command.corrects,
    )
    was = begin(inspection, at)
    show(session, inspection, frozenset({SHOWS[Measured(command.what)].value}), Agency.CUSTOMS.value, by=by)
    return keep(session, inspection, row, "measure", "measured", by=by, role=role, before=was)


def _within(command: AddMeasure, declared_kg: Decimal | None, per_mille: int) -> bool | None:
    if command.what == Measured.WEIGHING and command.gross_kg is not None:
        return within(command.gross_kg, command.tare_kg, declared_kg, per_mille)
    return None


def _thousandths(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.001"))


def suggested(measure: InspectionMeasure) -> AddFinding | None:
    """The finding that a weight beyond tolerance suggests; None where it suggests none."""
    if (
        measure.within is not False
        or measure.gross_kg is None
        or measure.tare_kg is None
        or measure.declared_kg is None
    ):
        return None
    found = measure.gross_kg - measure.tare_kg
    kind = FindingKind.SURPLUS if found > measure.declared_kg else FindingKind.SHORTAGE
    told = f"{measure.instrument}: {found:f} kg"
    facts = {"gross_kg": f"{max(found, Decimal(0)):f}"}
    return AddFinding("43", False, told, type=Type.WEIGHING.value, kind=kind.value, facts=facts, explains=measure.id)


def _check(command: AddMeasure, at: dt.datetime) -> None:
    of_enumeration(command.what, "/what", "measure.what", Measured)
    wrong = [*_missing(command), *_senseless(command, at)]
    if wrong:
        raise Invalid(findings=wrong)


def _missing(command: AddMeasure) -> list[Finding]:
    if command.what == Measured.WEIGHING and command.gross_kg is None:
        return [Finding("/gross_kg", "measure.missing", _("Give the weight in kilograms."))]
    if command.what == Measured.RADIATION and (command.level is None or not (command.unit or "").strip()):
        return [Finding("/level", "measure.missing", _("Give the level and its unit, for example 0.12 µSv/h."))]
    if command.what == Measured.SCAN and command.image is None and not command.remarks.strip():
        return [Finding("/remarks", "measure.missing", _("Say in words what the scan shows."))]
    return []


def _senseless(command: AddMeasure, at: dt.datetime) -> list[Finding]:
    wrong = []
    for name, value, most in (
        ("gross_kg", command.gross_kg, _MOST_KG),
        ("tare_kg", command.tare_kg, _MOST_KG),
        ("level", command.level, _MOST_LEVEL),
        *((f"axles/{nth}", axle, _MOST_KG) for nth, axle in enumerate(command.axles)),
    ):
        if value is not None and not (value.is_finite() and 0 <= value < most):
            wrong.append(Finding(f"/{name}", "measure.range", _("This cannot be. Read the display again.")))
    if len(command.axles) > _MOST_AXLES:
        wrong.append(Finding("/axles", "measure.axles", _("Give at most {most} axles.", most=_MOST_AXLES)))
    if command.calibrated_on is not None and command.calibrated_on > at.date() + dt.timedelta(days=1):
        wrong.append(Finding("/calibrated_on", "measure.calibrated", _("This day is still to come.")))
    return wrong


def _must_not_replace(session: Session, inspection: Inspection, command: AddMeasure) -> None:
    """What an instrument told stands; a slip of the hand is corrected once."""
    rows = queries.measures(session, [inspection]).get(inspection.id, [])
    if any(row.source is not None and row.what == command.what for row in rows):
        raise WrongState(
            _("An instrument has measured this already. Its figure is not replaced by hand; measure again with it, or record "
              "a finding that explains it."),
        )  # fmt: skip
    if command.corrects is None:
        return
    missing = _("There is no such measurement in this inspection.")
    wrong = found_in(rows, command.corrects, "/corrects", "measure.corrects", missing)
    if wrong.what != command.what:
        raise refuse("/corrects", "measure.corrects", _("That is a measurement of another kind."))
    if any(row.corrects == wrong.id for row in rows):
        raise WrongState(_("This measurement was corrected already. Correct the one that took its place."))
