"""Photos and papers that show what happened to a movement: whose they may be, and who opens them.

They are files of the holder's firm, uploaded at the office that acts, or by the holder at the office of departure or of
entry. They are handed out to be saved, never shown inside a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.attachments.models import Attachment
from app.attachments.operations import Opened
from app.attachments.queries import SCAN, facts, not_of_firm
from app.core.actors import Actor
from app.core.errors import Invalid, NotFound
from app.seals import queries as seals
from app.seals.commands import Applied
from app.transit import queries
from app.transit.models import Movement


def must_be_there(session: Session, movement: Movement, office: str | None, ids: Iterable[str]) -> None:
    """Raises `Invalid` at each of these ids that is no file of the holder's firm uploaded at the office."""
    _must_be(session, movement, office, {f"/evidence/{nth}": str(id) for nth, id in enumerate(ids)})


def photos_must_be_there(session: Session, movement: Movement, office: str, applied: Iterable[Applied]) -> None:
    """The same for the photos of seals that are put on."""
    named = {f"/seals/{nth}/photo": str(each.photo) for nth, each in enumerate(applied) if each.photo}
    _must_be(session, movement, office, named)


def photo_must_be_there(session: Session, movement: Movement, office: str, photo: UUID | None) -> None:
    """The same for the photo of one seal."""
    _must_be(session, movement, office, {"/photo": str(photo)} if photo else {})


def _must_be(session: Session, movement: Movement, office: str | None, named: Mapping[str, str]) -> None:
    found = not_of_firm(session, office or movement.post, named, movement.party)
    if found:
        raise Invalid(findings=found)


def files(session: Session, movement: Movement, *, official: bool) -> dict[UUID, Attachment]:
    """What is known of the files that a movement's incidents and answers name; for officials also of those of controls
    and seals."""
    named = {id for row in queries.incidents(session, movement) for id in row.evidence}
    named |= {id for row in queries.answers(session, movement) for id in row.evidence}
    wanted = {UUID(str(id)) for id in named}
    if official:
        wanted |= {UUID(str(id)) for row in queries.controls(session, movement) for id in row.evidence}
        bearing = seals.of_movement(session, movement.id)
        chain = seals.events(session, bearing)
        wanted |= {link.photo for link in chain if link.photo and link.movement_id == movement.id}
    posts = {movement.post, *(row.office for row in queries.offices(session, movement))}
    known = [facts(session, post, wanted) for post in sorted(posts)] if wanted else []
    return {
        id: file
        for found in known
        for id, file in found.items()
        if file.kind == SCAN and file.party == movement.party  # whatever was named: files of other firms are not there
    }


def opened(session: Session, reference: str, id: UUID, *, by: Actor) -> Opened:
    """One of these files with its bytes; `NotFound` for whom the movement or the file is not open to."""
    movement = queries.find(session, reference, by=by)
    official = queries.is_official(by, movement, {row.office for row in queries.offices(session, movement)})
    if not official and movement.party not in by.parties(movement.post):
        raise NotFound()
    file = files(session, movement, official=official).get(id)
    if file is None:
        raise NotFound()
    content = attachments.content(session, file.post, file.id)
    return Opened(file.name, file.media_type, file.size, file.sha256, content)
