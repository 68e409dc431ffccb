"""Words to begin with: copies of declarations, and templates."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import lives
from app.api.body import nothing, words
from app.api.control import identified
from app.api.declarations import draft_body, located
from app.api.deeds import Reply, change, deed, reply
from app.api.documentation import described
from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.fields import Words
from app.core.messages import T
from app.declarations import operations, queries, schemas
from app.declarations.commands import SaveTemplate
from app.declarations.models import Declaration
from app.edge.tokens import current_actor

blueprint = Blueprint("templates", __name__, url_prefix="/api/v1", description="Templates and copies")


class TemplateSchema(ma.Schema):
    """A name, and as much of a declaration as shall be kept under it."""

    class Meta:
        unknown = ma.RAISE

    name = Words(100, required=True, metadata={"label": T("Name")})
    declaration = ma.fields.Dict(required=True, metadata={"label": T("Declaration")})


@blueprint.post("/declarations/<reference>/copy")
@described(blueprint, answers=201, gives="A new draft with the same words.", key=True, refusals=(403, 422))
def copied(reference: str) -> Response:
    """Begin a draft with the words of a declaration."""
    nothing()
    actor = current_actor()
    return deed(lambda session: _begun(session, operations.copy(session, reference, by=actor), actor))


@blueprint.get("/templates")
@described(blueprint, gives="The templates of the firms you act for, by name.")
def listed() -> Response:
    """List templates."""
    actor = current_actor()
    with db.reading() as session:
        found = queries.templates(session, by=actor)
    return reply({"items": [lives.template(t) for t in found], "next": None})


@blueprint.post("/templates")
@described(blueprint, body=TemplateSchema, answers=201, gives="The template.", key=True, refusals=(403, 413, 422))
def saved() -> Response:
    """Keep words under a name."""
    given, actor = words(TemplateSchema), current_actor()
    body = _kept(given["declaration"])
    post = body.get("post")
    command = SaveTemplate(post if isinstance(post, str) else db.node_post(), given["name"], body)

    def act(session: Session) -> Reply:
        made = operations.save_template(session, command, by=actor)
        return Reply(lives.template(made, whole=True), 201, {"Location": f"/api/v1/templates/{made.id}"})

    return deed(act)


def _kept(given: dict[str, Any]) -> dict[str, Any]:
    """The words, if they can be kept; pointers lead into the body that holds them."""
    try:
        return schemas.draft_words(given)
    except Invalid as refusal:
        findings = [Finding(f"/declaration{f.pointer}", f.rule, f.message, f.severity) for f in refusal.findings]
        raise Invalid(refusal.message, findings=findings) from None


@blueprint.get("/templates/<identifier>")
@described(blueprint, gives="The template with its words.")
def shown(identifier: str) -> Response:
    """One template."""
    with db.reading() as session:
        found = queries.template(session, identified(identifier), by=current_actor())
        return reply(lives.template(found, whole=True))


@blueprint.delete("/templates/<identifier>")
@described(blueprint, answers=204, gives="Thrown away; drafts begun with it stay.", refusals=(403,))
def deleted(identifier: str) -> Response:
    """Throw a template away."""
    actor, id = current_actor(), identified(identifier)

    def act(session: Session) -> Reply:
        operations.delete_template(session, id, by=actor)
        return Reply(None, 204)

    return change(act)


@blueprint.post("/templates/<identifier>/draft")
@described(blueprint, answers=201, gives="A new draft with the template's words.", key=True, refusals=(403, 422))
def begun(identifier: str) -> Response:
    """Begin a draft with a template."""
    nothing()
    actor, id = current_actor(), identified(identifier)
    return deed(lambda session: _begun(session, operations.draft_from_template(session, id, by=actor), actor))


def _begun(session: Session, record: Declaration, actor: Actor) -> Reply:
    return Reply(draft_body(session, record, actor), 201, located(record))
