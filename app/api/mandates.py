"""Mandates: which firm lets which other one use its certificates and its goods under suspense."""

from __future__ import annotations

import datetime as dt

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import lives
from app.api.body import words
from app.api.control import ReasonSchema, identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.figures import asked_id, page
from app.core import db
from app.core.actors import Actor
from app.edge.tokens import current_actor
from app.flows import mandating
from app.parties import operations as parties
from app.parties import queries, schemas
from app.parties.models import Mandate
from app.reference.queries import codebook

blueprint = Blueprint("mandates", __name__, url_prefix="/api/v1", description="Mandates of firms for their declarants")


@blueprint.get("/mandates")
@described(
    blueprint,
    gives="A page of the mandates open to you, newest first: given by your firm and to it.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(422,),
)
def listed() -> Response:
    """List mandates."""
    actor, limit, after = current_actor(), asked_limit(), asked_id()
    with db.reading() as session:
        found = queries.mandates(session, by=actor, limit=limit + 1, after=after)
        today = _today(session)
    return reply(page(found, limit, lambda m: _shown(m, today, actor), lambda m: m.id.hex))


@blueprint.post("/mandates")
@described(
    blueprint,
    body=schemas.MandateSchema,
    answers=201,
    gives="The mandate.",
    key=True,
    refusals=(403, 422),
)
def given() -> Response:
    """Give a mandate for your firm, or register one from its paper."""
    command, actor = schemas.mandate(words(schemas.MandateSchema)), current_actor()

    def act(session: Session) -> Reply:
        return Reply(_shown(mandating.give(session, command, by=actor), _today(session), actor), 201)

    return deed(act)


@blueprint.get("/mandates/<identifier>")
@described(blueprint, gives="The mandate.")
def shown(identifier: str) -> Response:
    """One mandate."""
    actor = current_actor()
    with db.reading() as session:
        found = queries.mandate(session, identified(identifier), by=actor)
        return reply(_shown(found, _today(session), actor))


@blueprint.post("/mandates/<identifier>/revocation")
@described(
    blueprint,
    body=ReasonSchema,
    gives="Revoked; what was written off under it stays so.",
    key=True,
    refusals=(403, 409, 422),
)
def revoked(identifier: str) -> Response:
    """End a mandate at once."""
    said, actor, id = words(ReasonSchema), current_actor(), identified(identifier)

    def act(session: Session) -> Reply:
        found = parties.revoke_mandate(session, id, said.get("reason") or "", by=actor)
        return Reply(_shown(found, _today(session), actor))

    return deed(act)


def _today(session: Session) -> dt.date:
    return codebook(session).day_at(db.node_post(), db.now(session))


def _shown(found: Mandate, today: dt.date, actor: Actor) -> dict[str, object]:
    return lives.mandate(found, today, official=actor.grant(queries.OFFICIAL, found.post) is not None)
