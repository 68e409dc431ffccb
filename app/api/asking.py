"""Questions of officers and answers of traders."""

from __future__ import annotations

import datetime as dt

from flask import Response
from flask_smorest import Blueprint

from app.api import lives
from app.api.body import seen_version, words
from app.api.control import identified
from app.api.declarations import headers
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.presenters import state
from app.core import db
from app.core.actors import Actor
from app.declarations import queries, schemas
from app.declarations.commands import Answer, Ask, WithdrawQuery
from app.declarations.models import Declaration, DeclarationQuery
from app.edge.tokens import current_actor
from app.flows import asking

blueprint = Blueprint("questions", __name__, url_prefix="/api/v1", description="Questions about declarations")


@blueprint.get("/declarations/<reference>/queries")
@described(blueprint, gives="All questions about the declaration, oldest first, with their answers.")
def listed(reference: str) -> Response:
    """List the questions about a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        items = [lives.question(q, official=official) for q in queries.questions(session, record)]
    return reply({"items": items}, headers(record))


@blueprint.post("/declarations/<reference>/queries")
@described(
    blueprint,
    body=schemas.QuestionSchema,
    answers=201,
    gives="The question; the declaration waits for its answer.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def asked(reference: str) -> Response:
    """Ask the trader something."""
    given, actor, version = words(schemas.QuestionSchema), current_actor(), seen_version()
    deadline = dt.datetime.fromisoformat(given["deadline"]) if given.get("deadline") else None
    command = Ask(reference, given["question"], given["item"], deadline, version)
    return deed(lambda session: _told(*asking.ask(session, command, by=actor), actor, 201))


@blueprint.post("/declarations/<reference>/queries/<identifier>/answer")
@described(
    blueprint, body=schemas.AnswerSchema, gives="The answered question.", key=True, match=True, refusals=(403, 422)
)
def answered(reference: str, identifier: str) -> Response:
    """Answer a question."""
    given, actor, version = words(schemas.AnswerSchema), current_actor(), seen_version()
    command = Answer(reference, identified(identifier), given["answer"], version)
    return deed(lambda session: _told(*asking.answer(session, command, by=actor), actor))


@blueprint.post("/declarations/<reference>/queries/<identifier>/withdrawal")
@described(
    blueprint, body=schemas.GroundsSchema, gives="The withdrawn question.", key=True, match=True, refusals=(403, 422)
)
def withdrawn(reference: str, identifier: str) -> Response:
    """Take a question back."""
    given, actor, version = words(schemas.GroundsSchema), current_actor(), seen_version()
    command = WithdrawQuery(reference, identified(identifier), given["reason"], version)
    return deed(lambda session: _told(*asking.withdraw(session, command, by=actor), actor))


def _told(record: Declaration, question: DeclarationQuery, by: Actor, status: int = 200) -> Reply:
    official = queries.sees_lane(by, record.post)
    body = {"query": lives.question(question, official=official), "declaration": state(record, with_lane=official)}
    return Reply(body, status, headers(record))
