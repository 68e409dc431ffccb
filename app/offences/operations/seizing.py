"""The verbs of a seizure record: draw it up, correct a piece, add somebody or a photo. Nothing is edited."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from decimal import Decimal

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.errors import Invalid
from app.core.ids import uuid7
from app.core.text import _
from app.offences import queries
from app.offences.commands import Involved, Photo, Piece, Seize, Subject
from app.offences.models import Seizure, SeizurePerson, SeizurePhoto, SeizurePiece
from app.offences.operations.noting import HOLDING, SEIZURE, about, basis_of, note, numbered, refuse, said, told
from app.offences.rules import piece_findings, record_findings
from app.reference.codebook import Codebook

SERIES = "SZ"
#: What `Attachment.kind` says of these photos: they belong to the record alone.
PHOTO = "seizure-photo"
MOST_PHOTOS = 200
MOST_PIECES = 200


def seize(
    session: Session, subject: Subject, command: Seize, codes: Codebook, at: dt.datetime, *, by: Actor
) -> Seizure:
    """Draws a seizure record up, under its own number, with all that was taken."""
    role = by.need(HOLDING, subject.post).role
    on = codes.day_at(subject.post, at)
    found = record_findings(command, codes, on, subject.items)
    if found:
        raise Invalid(findings=found)
    basis = basis_of(codes, command.basis, "seize", subject.post, on)
    row = Seizure(
        **about(subject, by, at),
        id=uuid7(),
        basis=basis,
        inspection_id=command.inspection,
        circumstances=said(command.circumstances, "/circumstances", "required", _("Tell how it was found."), 4000),
        hidden=command.hidden.strip(),
        vehicle={name: value for name, value in asdict(command.vehicle).items() if value},
        pieces=len(command.pieces),
        number=numbered(session, subject.post, SERIES, by=by),
    )
    session.add(row)
    session.flush()
    pieces = [_piece(row, piece, serial, at, by=by) for serial, piece in enumerate(command.pieces, start=1)]
    persons = [_person(row, who, at, by=by) for who in command.persons]
    session.add_all([*pieces, *persons])
    session.flush()
    after = {
        "declaration": row.declaration_id,
        "movement": row.movement_id,
        **told(row),
        "taken": [told(piece) for piece in pieces],
        "persons": [told(who) for who in persons],
    }
    note(
        session,
        SEIZURE,
        row.post,
        row.id,
        "recorded",
        by=by,
        role=role,
        after=after,
        reason=row.circumstances[:2000],
        tells=row,
        at=at,
    )
    return row


def _piece(
    row: Seizure, piece: Piece, serial: int, at: dt.datetime, *, by: Actor, revision: int = 1, reason: str = ""
) -> SeizurePiece:
    return SeizurePiece(
        post=row.post,
        id=uuid7(),
        seizure_id=row.id,
        serial=serial,
        revision=revision,
        kind=piece.kind,
        description=said(piece.description, f"/pieces/{serial - 1}/description", "required", _("Say what it is.")),
        quantity=piece.quantity.quantize(Decimal("0.001")),
        unit=piece.unit,
        item=piece.item,
        packages=piece.packages,
        packaging=piece.packaging.strip(),
        hidden=piece.hidden.strip(),
        value=None if piece.value is None else piece.value.quantize(Decimal("0.01")),
        currency=piece.currency if piece.value is not None else None,
        reason=reason,
        person=by.person,
        name=by.name,
        at=at,
    )


def _person(row: Seizure, who: Involved, at: dt.datetime, *, by: Actor) -> SeizurePerson:
    return SeizurePerson(
        post=row.post,
        id=uuid7(),
        seizure_id=row.id,
        full_name=said(who.full_name, "/full_name", "required", _("Write the name."), 200),
        role=who.role,
        document=who.document.strip(),
        nationality=who.nationality,
        explanation=who.explanation.strip(),
        signs=who.signs,
        remark=who.remark.strip(),
        person=by.person,
        name=by.name,
        at=at,
    )


def correct(
    session: Session,
    row: Seizure,
    serial: int,
    piece: Piece,
    reason: str,
    codes: Codebook,
    at: dt.datetime,
    items: int,
    *,
    by: Actor,
) -> SeizurePiece:
    """Another revision takes the place of a piece that was written wrongly; both stay to be read."""
    role = by.need(HOLDING, row.post).role
    found = list(piece_findings(piece, "", codes, codes.day_at(row.post, at), items))
    if found:
        raise Invalid(findings=found)
    standing = {each.serial: each for each in queries.pieces(session, [row])[row.id]}
    before = standing.get(serial)
    if before is None:
        raise refuse(
            "/serial", "seizure.serial", _("There is no evidence number {serial} in this record.", serial=serial)
        )
    why = said(reason, "/reason", "seizure.reason", _("Say why it is corrected."))
    made = _piece(row, piece, serial, at, by=by, revision=before.revision + 1, reason=why)
    session.add(made)
    session.flush()
    after = {"corrected": told(made)}
    note(
        session,
        SEIZURE,
        row.post,
        row.id,
        "corrected",
        by=by,
        role=role,
        before={"corrected": told(before)},
        after=after,
        reason=why,
        tells=row,
        at=at,
    )
    return made


def add_person(session: Session, row: Seizure, who: Involved, at: dt.datetime, *, by: Actor) -> SeizurePerson:
    """Somebody else whom it concerns, or who has more to say."""
    role = by.need(HOLDING, row.post).role
    made = _person(row, who, at, by=by)
    session.add(made)
    session.flush()
    note(session, SEIZURE, row.post, row.id, "person-added", by=by, role=role, after={"added": told(made)})
    return made


def add_photo(session: Session, row: Seizure, photo: Photo, at: dt.datetime, *, by: Actor) -> SeizurePhoto:
    """Keeps a photo that is made ready. The same file handed in twice is one photo."""
    role = by.need(HOLDING, row.post).role
    there = queries.photos(session, [row])[row.id]
    twin = next((each for each in there if each.given_sha256 == photo.given_sha256), None)
    if twin is not None:
        return twin
    if len(there) >= MOST_PHOTOS:
        raise refuse("/photo", "photo.count", _("There are {most} photos already. Choose.", most=MOST_PHOTOS))
    if photo.serial is not None and not 1 <= photo.serial <= row.pieces:
        raise refuse(
            "/serial", "seizure.serial", _("There is no evidence number {serial} in this record.", serial=photo.serial)
        )
    file = attachments.keep(
        session, post=row.post, kind=PHOTO, name=photo.name, media_type="image/jpeg", content=photo.content, by=by
    )
    made = SeizurePhoto(
        post=row.post,
        id=uuid7(),
        seizure_id=row.id,
        serial=photo.serial,
        attachment=file.id,
        sha256=photo.sha256,
        given_sha256=photo.given_sha256,
        caption=photo.caption.strip(),
        person=by.person,
        name=by.name,
        at=at,
    )
    session.add(made)
    session.flush()
    note(session, SEIZURE, row.post, row.id, "photo-added", by=by, role=role, after={"photo": told(made)})
    return made
