"""Words to begin a movement with: the goods of a declaration, what another movement brought, an earlier movement."""

from __future__ import annotations

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import validate
from sqlalchemy.orm import Session

from app.api.body import nothing, words
from app.api.deeds import Reply, deed
from app.api.documentation import described
from app.api.movements import draft_body, located
from app.core.actors import Actor
from app.core.fields import Coded
from app.core.messages import T
from app.edge.tokens import current_actor
from app.flows.movements.beginning import begin_from_declaration, begin_from_movement, copy_movement
from app.transit.lifecycle import Kind
from app.transit.models import Movement

blueprint = Blueprint("movement-beginnings", __name__, url_prefix="/api/v1", description="Beginning transit movements")


class BeginningSchema(ma.Schema):
    """What kind of transit begins where; both follow from the goods where they are not said."""

    class Meta:
        unknown = ma.RAISE

    kind = ma.fields.String(validate=validate.OneOf(list(Kind)), metadata={"label": T("Kind of transit")})
    post = Coded(r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", metadata={"label": T("Office of departure or of entry")})


def _wanted() -> dict[str, str]:
    return words(BeginningSchema) if request.get_data(cache=True) else {}


@blueprint.post("/declarations/<reference>/transit-movement")
@described(
    blueprint,
    body=BeginningSchema,
    answers=201,
    gives="A draft of a movement with the goods of the declaration; its MRN is the previous document.",
    key=True,
    refusals=(403, 409, 422),
)
def from_declaration(reference: str) -> Response:
    """Begin a movement with the goods of a declaration."""
    wanted, actor = _wanted(), current_actor()
    return deed(lambda session: _begun(session, begin_from_declaration(session, reference, **wanted, by=actor), actor))


@blueprint.post("/transit-movements/<reference>/onward")
@described(
    blueprint,
    body=BeginningSchema,
    answers=201,
    gives="A draft of an onward movement with what arrived; the MRN of this one is the previous document.",
    key=True,
    refusals=(403, 409, 422),
)
def onward(reference: str) -> Response:
    """Begin an onward movement with what arrived."""
    wanted, actor = _wanted(), current_actor()
    return deed(lambda session: _begun(session, begin_from_movement(session, reference, **wanted, by=actor), actor))


@blueprint.post("/transit-movements/<reference>/copy")
@described(
    blueprint,
    answers=201,
    gives="A new draft with the same words, without numbers, seals and dates.",
    key=True,
    refusals=(403, 422),
)
def copied(reference: str) -> Response:
    """Begin a draft with the words of a movement."""
    nothing()
    actor = current_actor()
    return deed(lambda session: _begun(session, copy_movement(session, reference, by=actor), actor))


def _begun(session: Session, record: Movement, actor: Actor) -> Reply:
    return Reply(draft_body(session, record, actor), 201, located(record))
