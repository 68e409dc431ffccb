"""Appeals: lodged by firms, answered by somebody who had no hand in what they are against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import offence_facts as facts
from app.api.body import nothing, words
from app.api.control import identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.offences import ABOVE, is_official
from app.api.presenters import instant
from app.appeals import queries, schemas
from app.appeals.models import Appeal
from app.core import db
from app.core.actors import Actor
from app.edge.tokens import current_actor
from app.flows import appealing, remedies, terms
from app.reference.queries import codebook

blueprint = Blueprint("appeals", __name__, url_prefix="/api/v1", description="Appeals and their answers")


def _listed(reference: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        of = appealing.about(session, reference, by=actor)
        official = is_official(session, of.record, by=actor)
        found = [facts.appeal(row, official=official) for row in queries.of(session, of.subject)]
        open_to = [
            {"against": target.against, "of": str(target.id), "at": instant(target.at), "until": instant(target.until)}
            for target in appealing.targets(session, of)
        ]
    return reply({"items": found, "may_be_appealed": open_to}, {"ETag": of.record.etag})


def _lodged(reference: str) -> Response:
    given, actor = words(schemas.AppealSchema), current_actor()

    def act(session: Session) -> Reply:
        made = appealing.lodge(session, reference, schemas.lodge(given), by=actor)
        return Reply(facts.appeal(made, official=False), 201, {"ETag": made.etag})

    return deed(act)


def _enter(above: str) -> None:
    name, where = ABOVE[above], f"/{above}/<reference>/appeals"

    def listed(reference: str) -> Response:
        """Appeals about it, and what may be appealed against until when."""
        return _listed(reference)

    def lodged(reference: str) -> Response:
        """Appeal."""
        return _lodged(reference)

    shown = described(blueprint, gives="Appeals, newest first.")
    blueprint.get(where, endpoint=f"{name}_listed")(shown(listed))
    made = described(
        blueprint, body=schemas.AppealSchema, answers=201, gives="The appeal as lodged.", key=True, refusals=(403, 422)
    )
    blueprint.post(where, endpoint=f"{name}_lodged")(made(lodged))


for _place in ABOVE:
    _enter(_place)


@blueprint.get("/appeals")
@described(
    blueprint,
    gives="For officials, the appeals that wait at their posts, due first; for a firm, its own, newest first.",
    refusals=(403, 422),
    query=(("limit", "1 to 200"),),
)
def waiting() -> Response:
    """Appeals that wait."""
    actor, limit = current_actor(), asked_limit()
    with db.reading() as session:
        rows = terms.appeals(session, by=actor, limit=limit)
        items = [facts.appeal(row, official=bool(actor.grant(queries.SEEING, row.post))) for row in rows]
    return reply({"items": items, "next": None})


@blueprint.get("/appeals/<identifier>")
@described(blueprint, gives="The appeal, with to whom it goes.")
def shown(identifier: str) -> Response:
    """One appeal."""
    actor = current_actor()
    with db.reading() as session:
        row = queries.find(session, identified(identifier), by=actor)
        body = facts.appeal(row, official=actor.grant(queries.SEEING, row.post) is not None)
        way = remedies.appealable(session, codebook(session), row.post, row.target_at)
    return reply({**body, "appeal": facts.appealable(way)}, {"ETag": row.etag})


@blueprint.post("/appeals/<identifier>/withdrawal")
@described(blueprint, gives="Withdrawn.", key=True, refusals=(403,))
def withdrawn(identifier: str) -> Response:
    """Take an appeal back."""
    nothing()
    return _settled(identifier, None, lambda session, which, _given, by: appealing.withdraw(session, which, by=by))


@blueprint.post("/appeals/<identifier>/admission")
@described(blueprint, body=schemas.AdmissionSchema, gives="Accepted, or not admissible.", key=True, refusals=(403, 422))
def admitted(identifier: str) -> Response:
    """Say whether it is looked into."""
    return _settled(
        identifier,
        schemas.AdmissionSchema,
        lambda session, which, given, by: appealing.admit(session, which, schemas.admit(given), by=by),
    )


@blueprint.post("/appeals/<identifier>/answer")
@described(blueprint, body=schemas.AppealAnswerSchema, gives="Answered.", key=True, refusals=(403, 422))
def answered(identifier: str) -> Response:
    """Answer it; what shall be taken back is proposed to a second person."""
    return _settled(
        identifier,
        schemas.AppealAnswerSchema,
        lambda session, which, given, by: appealing.answer(session, which, schemas.answer(given), by=by),
    )


def _settled(
    identifier: str, schema: type[ma.Schema] | None, flow: Callable[[Session, Any, dict[str, Any], Actor], Appeal]
) -> Response:
    given, actor, id = words(schema) if schema else {}, current_actor(), identified(identifier)

    def act(session: Session) -> Reply:
        row = flow(session, id, given, actor)
        official = actor.grant(queries.SEEING, row.post) is not None
        return Reply(facts.appeal(row, official=official), 200, {"ETag": row.etag})

    return deed(act)
