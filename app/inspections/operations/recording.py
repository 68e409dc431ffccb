"""Photos, persons present and seals."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.db import now
from app.core.text import _, compact
from app.inspections import queries
from app.inspections.commands import AddPerson, AddPhoto, NoteSeal, Recorded
from app.inspections.lifecycle import Agency, SealCondition, SealDeed, Type
from app.inspections.models import Inspection, InspectionPhoto, InspectionPresence, InspectionSeal
from app.inspections.operations.noting import (
    INSPECTING,
    begin,
    found_in,
    keep,
    must_be_declared,
    must_be_open,
    must_be_same,
    must_be_type,
    noted,
    of_enumeration,
    refuse,
    said,
)
from app.inspections.operations.stepping import show
from app.inspections.rules.photographs import Photograph

#: What `Attachment.kind` says of these photos: they belong to the inspection alone.
PHOTO = "inspection-photo"
MOST_PHOTOS = 200
ROLES = ("declarant", "driver", "owner", "carrier", "witness", "expert", "officer", "official", "other")


def add_photo(
    session: Session,
    inspection: Inspection,
    command: AddPhoto,
    photograph: Photograph,
    *,
    by: Actor,
    items: int,
    recorded: Recorded | None = None,
) -> InspectionPhoto:
    """Keeps a photo that `rules.photographs` has made ready. The same file handed in twice is one photo."""
    grant = by.need(INSPECTING, inspection.post)
    before = queries.known(session, InspectionPhoto, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    must_be_type(command.type)
    must_be_declared(command.item, items)
    rows = queries.photos(session, [inspection]).get(inspection.id, [])
    twin = next((row for row in rows if row.given_sha256 == photograph.given_sha256), None)
    if twin is not None:
        return twin
    if len(rows) >= MOST_PHOTOS:
        raise refuse("/photo", "photo.count", _("There are {most} photos already. Choose.", most=MOST_PHOTOS))
    findings = queries.findings(session, [inspection]).get(inspection.id, [])
    found_in(findings, command.finding, "/finding", "photo.finding", _("There is no such finding in this inspection."))
    at = now(session)
    file = attachments.keep(
        session,
        post=inspection.post,
        kind=PHOTO,
        name=command.name,
        media_type="image/jpeg",
        content=photograph.content,
        by=by,
    )
    row = InspectionPhoto(
        **noted(recorded, at, by=by),
        post=inspection.post,
        inspection_id=inspection.id,
        of_finding=command.finding,
        item=command.item,
        type=command.type,
        caption=command.caption.strip(),
        attachment=file.id,
        sha256=photograph.sha256,
        size=len(photograph.content),
        width=photograph.width,
        height=photograph.height,
        given_sha256=photograph.given_sha256,
        taken=photograph.taken,
        latitude=photograph.latitude,
        longitude=photograph.longitude,
    )
    was = begin(inspection, at)
    return keep(session, inspection, row, "photo", "photo-added", by=by, role=grant.role, before=was)


def add_person(
    session: Session, inspection: Inspection, command: AddPerson, *, by: Actor, recorded: Recorded | None = None
) -> InspectionPresence:
    """Writes down who is there; who refuses to sign is asked why."""
    grant = by.need(INSPECTING, inspection.post)
    before = queries.known(session, InspectionPresence, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    if command.role not in ROLES:
        raise refuse("/role", "person.role", _("Choose one of: {choices}.", choices=", ".join(ROLES)))
    remark = command.remark.strip()
    if not command.signs:
        remark = said(remark, "/remark", "person.remark", _("Write what he says, or that he says nothing."))
    at = now(session)
    row = InspectionPresence(
        **noted(recorded, at, by=by),
        post=inspection.post,
        inspection_id=inspection.id,
        full_name=said(command.full_name, "/full_name", "person.name", _("Write the name.")),
        role=command.role,
        of=command.of.strip(),
        document=command.document.strip(),
        signs=command.signs,
        remark=remark,
    )
    was = begin(inspection, at)
    return keep(session, inspection, row, "presence", "person-noted", by=by, role=grant.role, before=was)


def note_seal(
    session: Session, inspection: Inspection, command: NoteSeal, *, by: Actor, recorded: Recorded | None = None
) -> InspectionSeal:
    """Writes down a seal that was seen, taken off or put on; what it does to the seal itself is the flow's deed."""
    grant = by.need(INSPECTING, inspection.post)
    before = queries.known(session, InspectionSeal, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    of_enumeration(command.what, "/what", "seal.deed", SealDeed)
    of_enumeration(command.condition, "/condition", "seal.condition", SealCondition)
    if command.what == SealDeed.SET and command.condition != SealCondition.INTACT:
        raise refuse("/condition", "seal.condition", _("A seal that is put on is whole."))
    _must_be_photo(session, inspection, command.photo)
    at = now(session)
    row = InspectionSeal(
        **noted(recorded, at, by=by),
        post=inspection.post,
        inspection_id=inspection.id,
        what=command.what,
        serial=serial_of(command.serial),
        condition=command.condition,
        bearer=command.bearer.strip(),
        place=command.place.strip(),
        remarks=command.remarks.strip(),
        picture=command.photo,
    )
    was = begin(inspection, at)
    show(session, inspection, frozenset({Type.SEALS.value}), Agency.CUSTOMS.value, by=by)
    return keep(session, inspection, row, "seal", f"seal-{command.what}", by=by, role=grant.role, before=was)


def serial_of(text: str) -> str:
    """A serial as it is compared: capitals without blanks. Raises `Invalid` for what cannot be one."""
    serial = compact(text)
    if not 3 <= len(serial) <= 30 or not all(c.isascii() and (c.isalnum() or c == "-") for c in serial):
        raise refuse("/serial", "seal.serial", _("A serial has 3 to 30 letters and digits."))
    return serial


def _must_be_photo(session: Session, inspection: Inspection, photo: UUID | None) -> None:
    if photo is None:
        return
    rows = session.execute(
        select(InspectionPhoto.id).where(
            InspectionPhoto.post == inspection.post, InspectionPhoto.inspection_id == inspection.id
        )
    ).scalars()
    if photo not in set(rows):
        raise refuse("/photo", "seal.photo", _("There is no such photo in this inspection. Add it first."))
