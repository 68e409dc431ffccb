"""Inspections as officials read them, and photos handed out."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.attachments import queries as files
from app.attachments.operations import Opened
from app.core.actors import Actor
from app.core.errors import Forbidden, NotFound
from app.declarations import queries as declared
from app.flows.inspecting.subjects import Inspected
from app.inspections import queries
from app.inspections.models import Inspection
from app.transit import queries as moved


def seen(session: Session, reference: str, *, by: Actor) -> tuple[Inspected, list[Inspection]]:
    """The declaration or movement and its inspections, newest first, for officials of where it is looked at.

    Raises `NotFound` for what one may not see, `Forbidden` for traders: what an inspection finds is told to them with the
    decision.
    """
    try:
        declaration = declared.find(session, reference, by=by)
    except NotFound:
        movement = moved.find(session, reference, by=by)
        if not moved.is_official(by, movement, {row.office for row in moved.offices(session, movement)}):
            raise Forbidden() from None
        return movement, queries.of_movement(session, movement.post, movement.id)
    if not declared.sees_lane(by, declaration.post):
        raise Forbidden()
    return declaration, queries.of_declaration(session, declaration.post, declaration.id)


def opened_photo(session: Session, reference: str, id: UUID, *, by: Actor) -> Opened:
    """A photo of an inspection with its bytes. Raises `Damaged` where they are not those that were kept."""
    _record, looks = seen(session, reference, by=by)
    photo = queries.photo(session, looks, id)
    content = attachments.content(session, photo.post, photo.attachment)
    return Opened(f"{photo.id}.jpg", "image/jpeg", photo.size, photo.sha256, content)


def opened_image(session: Session, reference: str, id: UUID, *, by: Actor) -> Opened:
    """The image of a scan, by the measurement's id, as the scanner made it. Raises `Damaged` as a photo does."""
    _record, looks = seen(session, reference, by=by)
    measure = queries.measure(session, looks, id)
    if measure.image is None:
        raise NotFound()
    found = files.facts(session, measure.post, [measure.image])[measure.image]
    content = attachments.content(session, measure.post, measure.image)
    return Opened(found.name, found.media_type, found.size, found.sha256, content)
