"""Lane, decision, proposals: what officers do."""

from __future__ import annotations

from uuid import UUID

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import lanes, presenters
from app.api.body import seen_version, words
from app.api.declarations import asked_limit, headers, lodged_body
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.core import db, journal
from app.core.errors import Forbidden, NotFound
from app.core.fields import Words
from app.core.messages import T
from app.declarations import operations, queries, schemas
from app.declarations.commands import Decide
from app.edge.locale import current as locale
from app.edge.tokens import current_actor
from app.flows import approving, deciding
from app.registers import reasons
from app.registers.listing import moment_key, read_moment_key

blueprint = Blueprint("control", __name__, url_prefix="/api/v1", description="Lanes, decisions, proposals")


class LaneSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    lane = Words(10, required=True, metadata={"label": T("Lane")})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea"})


class ReasonSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    reason = Words(2000, allow_none=True, metadata={"label": T("Reason"), "widget": "textarea"})


@blueprint.get("/declarations/<reference>/lane")
@described(blueprint, gives="The lane and why; who chose it, if it was not the system.", refusals=(403,))
def lane(reference: str) -> Response:
    """The lane and the reasons for it, for officers' roles only."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if not queries.sees_lane(actor, record.post):
            raise Forbidden()
        why = reasons.of_declaration(session, record, locale(), by=actor)
        hand = reasons.by_hand(journal.history(session, record.post, operations.KIND, str(record.id)))
    told = lanes.told(record.lane, why, hand)
    lanes.note_seen(why, by=actor)
    return reply(told, headers(record))


@blueprint.post("/declarations/<reference>/lane")
@described(
    blueprint,
    body=LaneSchema,
    gives="Raised; or 202 with a proposal that waits for a second person.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def lane_changed(reference: str) -> Response:
    """Raise the lane, or propose to lower it."""
    given, actor, version = words(LaneSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        record, proposal = deciding.change_lane(session, reference, given["lane"], given["reason"], version, by=actor)
        body = presenters.state(record, with_lane=True)
        if proposal is None:
            return Reply(body, 200, headers(record))
        return Reply({**body, "proposal": presenters.proposal(proposal)}, 202, headers(record))

    return deed(act)


@blueprint.post("/declarations/<reference>/decision")
@described(
    blueprint,
    body=schemas.DecisionSchema,
    gives="The declaration after the decision.",
    answer="LodgedDeclaration",
    key=True,
    match=True,
    refusals=(403, 422),
)
def decided(reference: str) -> Response:
    """Decide: release, release-with-correction, hold, refuse, seize or return."""
    given, actor, version = words(schemas.DecisionSchema), current_actor(), seen_version()
    command = Decide(reference, given["decision"], given["reason"], given.get("note") or "", version)

    def act(session: Session) -> Reply:
        record = deciding.decide(session, command, by=actor)
        return Reply(lodged_body(session, record, actor), 200, headers(record))

    return deed(act)


@blueprint.get("/proposals")
@described(
    blueprint,
    gives="A page of the proposals that wait for a second person at your posts, oldest first.",
    refusals=(422,),
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
)
def waiting() -> Response:
    """Proposals that wait."""
    actor, limit, typed = current_actor(), asked_limit(), request.args.get("after")
    after = read_moment_key(typed) if typed else None
    with db.reading() as session:
        found = approving.waiting(session, by=actor, limit=limit + 1, after=after)
    page = found[:limit]
    more = moment_key(page[-1].proposed_at, page[-1].id) if len(found) > limit else None
    return reply({"items": [presenters.proposal(p) for p in page], "next": more})


@blueprint.get("/proposals/<identifier>")
@described(blueprint, gives="The proposal.")
def proposal(identifier: str) -> Response:
    """One proposal."""
    actor = current_actor()
    with db.reading() as session:
        return reply(presenters.proposal(approving.visible(session, identified(identifier), by=actor)))


@blueprint.post("/proposals/<identifier>/approval")
@described(
    blueprint,
    body=ReasonSchema,
    gives="The approved proposal, with the state of the declaration it was about.",
    key=True,
    refusals=(403, 422),
)
def approved(identifier: str) -> Response:
    """Approve as a second person."""
    given, actor = words(ReasonSchema), current_actor()

    def act(session: Session) -> Reply:
        done, record = approving.approve(session, identified(identifier), given.get("reason") or "", by=actor)
        body = presenters.proposal(done)
        return Reply(body if record is None else {**body, "declaration": presenters.state(record, with_lane=True)})

    return deed(act)


@blueprint.post("/proposals/<identifier>/rejection")
@described(blueprint, body=ReasonSchema, gives="The rejected proposal.", key=True, refusals=(403, 422))
def rejected(identifier: str) -> Response:
    """Reject as a second person."""
    given, actor = words(ReasonSchema), current_actor()
    return deed(
        lambda session: Reply(
            presenters.proposal(approving.reject(session, identified(identifier), given.get("reason") or "", by=actor))
        )
    )


def identified(text: str) -> UUID:
    """An id out of an address; `NotFound` for what cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
