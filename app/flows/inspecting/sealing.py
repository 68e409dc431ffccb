"""What a look does to seals: new ones come out of the hands of the officer, those that are taken off must be on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.flows.inspecting.subjects import OfMovement, Subject
from app.flows.movements import departing, travelling
from app.inspections.lifecycle import SealCondition, SealDeed
from app.inspections.models import InspectionSeal
from app.seals import operations as seals
from app.seals import queries as sealed
from app.seals.commands import Applied, CheckSeal
from app.transit.models import Movement


def enact(session: Session, subject: Subject, row: InspectionSeal, *, by: Actor) -> None:
    """Does to the seal what was written down of it. A seal that came on the goods of a declaration is not ours: it is
    written down alone."""
    if isinstance(subject, OfMovement):
        _on_movement(session, subject.movement, row, by=by)
    elif row.what == SealDeed.SET:
        goods = seals.Goods(subject.record.post, subject.record.id, subject.record.mrn or subject.record.reference)
        seals.put_on(session, goods, row.serial, row.bearer, row.place, row.post, by=by)
    elif row.what == SealDeed.REMOVED:
        goods = seals.Goods(subject.record.post, subject.record.id, subject.record.mrn or subject.record.reference)
        seals.take_off(session, goods, row.serial, row.remarks or row.condition, row.post, by=by)


def _on_movement(session: Session, movement: Movement, row: InspectionSeal, *, by: Actor) -> None:
    on = sealed.active(session, [row.serial]).get(row.serial)
    is_on = on is not None and on.movement_id == movement.id
    if row.what == SealDeed.SET:
        container = row.bearer if len(row.bearer) == 11 and row.bearer[:4].isalpha() else None
        plate = row.bearer if row.bearer and container is None else None
        applied = Applied(row.serial, plate, container, row.place)
        departing.apply_seals(session, movement.reference, row.post, [applied], by=by)
    elif row.what == SealDeed.REMOVED:
        if not is_on:
            message = _("{serial} is not on these goods. Read the number again.", serial=row.serial)
            raise Invalid(findings=[Finding("/serial", "seal.not-on", message)])
        why = row.remarks or row.condition
        travelling.remove_seals(session, movement.reference, row.post, [row.serial], why, by=by)
    elif is_on:
        whole = row.condition == SealCondition.INTACT
        told = CheckSeal(row.serial, whole, whole, whole, whole, row.remarks or ("" if whole else row.condition))
        travelling.check_seal(session, movement.reference, row.post, told, by=by)
