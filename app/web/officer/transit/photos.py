"""Photos that come with a deed, and those of the movement to be saved: none is ever shown inside a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.core import db
from app.core.actors import Actor
from app.edge.signin import current_actor, signed_in
from app.flows.movements import evidence
from app.transit import queries
from app.web import photos
from app.web.officer.transit.pages import OFFICIAL, blueprint
from app.web.officer.transit.table import Deed


@blueprint.get("/<reference>/files/<uuid:identifier>")
@signed_in(*OFFICIAL)
def photo(reference: str, identifier: UUID) -> Response:
    """A photo or paper of the movement, to be saved."""
    with db.reading() as session:
        opened = evidence.opened(session, reference, identifier, by=current_actor())
    response = current_app.response_class(opened.content, mimetype="application/octet-stream")
    response.headers.update(opened.headers)
    return response


def with_photos(
    session: Session, reference: str, row: Deed, key: str, given: dict[str, Any], *, by: Actor
) -> dict[str, Any]:
    """The words of a deed with the ids of the files that came with its form: one where it takes one photo, all where it
    takes a list. They belong to the holder's firm, at the office that acts."""
    if not row.photos:
        return given
    movement = queries.find(session, reference, by=by)
    office, box = given.get("office") or movement.post, f"{key}.{row.photos}"
    kept = photos.kept(session, box, f"/{row.photos}", post=office, party=movement.party, by=by)
    if not kept:
        return given
    return {**given, row.photos: kept if row.photos == "evidence" else kept[0]}
