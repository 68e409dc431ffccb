"""What weighs, scans and measures at a post tells it by itself; a reading goes to the inspection of the truck it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.attachments import queries as files
from app.attachments import stores
from app.attachments.models import Attachment
from app.attachments.sniffing import Refused, kind_of
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, NotFound, TooLarge
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries as declared
from app.declarations.lifecycle import OPEN
from app.flows.inspecting.subjects import Inspected, OfDeclaration, OfMovement, locked, must_have_open
from app.flows.movements import travelling
from app.inspections import operations as inspections
from app.inspections.commands import AddMeasure, LinkReading, Recorded
from app.inspections.models import InspectionMeasure
from app.reference.queries import codebook
from app.registers import measured
from app.registers.measured import Looked, looked_at, meant, measure_id
from app.seals import operations as seals
from app.seals import queries as sealed
from app.seals.commands import DeviceEvent
from app.seals.lifecycle import INSTRUMENTS
from app.seals.models import Device, DeviceEntry
from app.transit import queries as moved

#: What a reading is, among the measurements of an inspection.
_WHAT = {"weight": "weighing", "scan": "scan", "radiation": "radiation"}
#: The kind of file that an instrument hands in.
READING = "reading"
_IMAGES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp"})


def tell(
    session: Session, id: UUID, key: str, events: Sequence[DeviceEvent], *, by: Actor
) -> tuple[Device, list[DeviceEntry]]:
    """What a device tells, kept once and in order. What an instrument measured is added to the open inspection at its post
    that it names by reference, plate or container; what fits none, or more than one, waits to be linked by hand."""
    device = seals.authenticated(session, id, key, lock=False)
    if device.kind not in INSTRUMENTS:
        return travelling.tell(session, id, key, events, by=by)
    among = looked_at(session, device.post)
    named = {event.sequence: meant(event.facts or {}, among) for event in events}
    # Declarations and movements come before the device in the order of locks.
    subjects = {
        looked: _locked(session, looked, device.post)
        for looked in sorted(filter(None, set(named.values())), key=_order)
    }
    device = seals.authenticated(session, id, key)
    _must_have_images(session, device, events)
    kept = seals.tell(session, device, events, by=by)
    for entry in kept:
        looked = named[entry.sequence]
        if looked is not None:
            _add(session, subjects[looked], device, entry)
    return device, kept


def _order(looked: Looked) -> tuple[bool, str, UUID]:
    return looked.order


def _locked(session: Session, looked: Looked, post: str) -> OfDeclaration | OfMovement:
    if looked.is_movement:
        return OfMovement(moved.locked_by_key(session, looked.post, looked.id), post)
    return OfDeclaration(declared.lock_by_key(session, [(looked.post, looked.id)])[0], post)


def _add(session: Session, subject: OfDeclaration | OfMovement, device: Device, entry: DeviceEntry) -> None:
    """Only while the look goes on: it may have ended while the row was waited for."""
    inspection = subject.open(session)
    if inspection is None:
        return
    at = now(session)
    inspections.add_measure(
        session,
        inspection,
        _measure(device, entry),
        by=SYSTEM,
        declared_kg=subject.gross_kg(session),
        per_mille=travelling.tolerance(codebook(session), subject.post, at),
        source=device.id,
        recorded=Recorded(measure_id(device.id, entry.sequence), device.id, entry.told_at),
    )
    if isinstance(subject, OfMovement):
        subject.movement.changed_at = max(at, subject.movement.changed_at + dt.timedelta(microseconds=1))
        session.flush()
    elif subject.declaration.status in {s.value for s in OPEN}:
        declarations.start_control(session, subject.declaration, at, by=SYSTEM, role="system")


def _measure(device: Device, entry: DeviceEntry) -> AddMeasure:
    """A reading as a measurement."""
    facts = entry.facts
    calibrated = facts.get("calibrated_on")
    return AddMeasure(
        what=_WHAT[entry.told],
        instrument=device.name,
        calibrated_on=dt.date.fromisoformat(calibrated) if calibrated else None,
        gross_kg=_number(facts.get("gross_kg")),
        axles=tuple(Decimal(axle) for axle in facts.get("axles") or ()),
        tare_kg=_number(facts.get("tare_kg")),
        level=_number(facts.get("level")),
        unit=facts.get("unit"),
        alarm=bool(facts.get("alarm")),
        image=UUID(facts["image"]) if facts.get("image") else None,
        remarks=str(facts.get("remarks") or ""),
    )


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _must_have_images(session: Session, device: Device, events: Sequence[DeviceEvent]) -> None:
    """An image that an event names was handed in at this post before."""
    named = {nth: UUID(e.facts["image"]) for nth, e in enumerate(events) if e.facts and e.facts.get("image")}
    known = files.facts(session, device.post, named.values()) if named else {}
    wrong = [
        Finding(f"/events/{nth}/image", "device.image", _("Hand in the image first, and name the id it was given."))
        for nth, image in named.items()
        if image not in known or known[image].kind != READING
    ]
    if wrong:
        raise Invalid(findings=wrong)


def keep_image(session: Session, id: UUID, key: str, content: bytes, *, by: Actor) -> Attachment:
    """An image as the scanner made it, not re-encoded: it is evidence. The same bytes of the same post are kept once."""
    device = seals.authenticated(session, id, key)
    if device.kind not in INSTRUMENTS:
        raise Invalid(findings=[Finding("", "device.kind", _("Only what stands at a post hands in images."))])
    if len(content) > stores.largest():
        raise TooLarge(_("The image is larger than {most} MB.", most=f"{stores.largest() / 1024 / 1024:g}"))
    try:
        kind = kind_of(content)
    except Refused as refused:
        raise Invalid(findings=[Finding("", refused.rule, refused.message)]) from None
    if kind.media_type not in _IMAGES:
        raise Invalid(findings=[Finding("", "device.image", _("Send a JPEG, PNG, TIFF or WebP image."))])
    before = files.by_digest(session, device.post, READING, stores.digest(content))
    if before is not None:
        return before
    name = f"{device.name}{kind.ending}"
    return attachments.keep(
        session, post=device.post, kind=READING, name=name, media_type=kind.media_type, content=content, by=by
    )


def link(
    session: Session, reference: str, command: LinkReading, version: int | None = None, *, by: Actor
) -> tuple[Inspected, InspectionMeasure]:
    """An official says which truck a reading was of. It is the instrument's own figure all the same, and goes to one
    inspection only: linked again to the same one it is the row of before.

    Raises `NotFound` for a reading of no instrument of this post, `Invalid` where it belongs to another inspection.
    """
    subject = locked(session, reference, by=by)
    role = by.need(inspections.INSPECTING, subject.post).role
    device, entry = _read(session, subject.post, command)
    subject.check(session, version, by=by)
    inspection = must_have_open(session, subject)
    key = (subject.post, measure_id(device.id, entry.sequence))
    before = session.get(InspectionMeasure, key)
    if before is None:
        _add(session, subject, device, entry)
        inspections.note(session, inspection, "reading-linked", by=by, role=role, after={"measure": key[1]})
    elif before.inspection_id != inspection.id:
        message = _("This reading belongs to another inspection already.")
        raise Invalid(findings=[Finding("/sequence", "reading.linked", message)])
    return subject.record, session.get_one(InspectionMeasure, key)


def _read(session: Session, post: str, command: LinkReading) -> tuple[Device, DeviceEntry]:
    device = sealed.device(session, command.device)
    entry = sealed.entry(session, device, command.sequence) if device is not None else None
    if device is None or entry is None or device.post != post or device.kind not in INSTRUMENTS:
        raise NotFound()
    return device, entry


def unlinked(session: Session, post: str, *, by: Actor) -> list[measured.Reading]:
    """What was measured at a post in the last hours and belongs to no inspection yet."""
    by.need(inspections.INSPECTING, post)
    return measured.unlinked(session, post)
