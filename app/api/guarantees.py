"""/guarantees: balance and ledger for their holders; registration, limits, codes and releases by hand for offices."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import movement_facts as facts
from app.api import presenters
from app.api.body import words
from app.api.control import identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.core import db
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.edge.tokens import current_actor
from app.guarantees import operations, queries, schemas
from app.guarantees.commands import (
    AddAccessCode,
    ChangeLimit,
    RevokeAccessCode,
    SettleGuarantee,
)
from app.guarantees.models import Guarantee
from app.transit import queries as movements

blueprint = Blueprint("guarantees", __name__, url_prefix="/api/v1", description="Guarantees for transit")


@blueprint.get("/guarantees")
@described(
    blueprint,
    gives="Your guarantees, or those of your office.",
    query=(("holder", "firm"), ("limit", "1 to 200"), ("after", "next of the page before")),
)
def listed() -> Response:
    """List guarantees with what is left of each."""
    actor, limit = current_actor(), asked_limit()
    after, holder = request.args.get("after", ""), request.args.get("holder", "")
    with db.reading() as session:
        rows = queries.page(session, by=actor, limit=limit + 1, after=_plain(after), holder=_plain(holder))
        left = queries.left_of(session, rows[:limit])
    items = [facts.guarantee(row, left[row.id]) for row in rows[:limit]]
    return reply({"items": items, "next": rows[limit - 1].grn if len(rows) > limit else None})


def _plain(value: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{0,40}", value):
        raise Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))])
    return value


@blueprint.post("/guarantees")
@described(
    blueprint,
    body=schemas.GuaranteeEntrySchema,
    answers=201,
    gives="The guarantee; it waits for a second person.",
    key=True,
    refusals=(403, 422),
)
def registered() -> Response:
    """Register a guarantee at an office of guarantee."""
    given, actor = words(schemas.GuaranteeEntrySchema), current_actor()
    command = schemas.registration(given)

    def act(session: Session) -> Reply:
        made = operations.register(session, command, by=actor)
        return Reply(facts.guarantee(made, Decimal("0.00")), 201, _located(made))

    return deed(act)


def _located(record: Guarantee) -> dict[str, str]:
    return {"Location": f"/api/v1/guarantees/{record.grn}", "ETag": record.etag}


@blueprint.get("/guarantees/<grn>")
@described(
    blueprint,
    gives="Balance, what movements take of it, what its guarantor paid for them, and its account, newest first.",
    query=(("before", "place of the last line seen"),),
)
def shown(grn: str) -> Response:
    """A guarantee with its balance and ledger."""
    actor = current_actor()
    before = request.args.get("before", "")
    if before and not re.fullmatch("[0-9]{1,9}", before):
        raise Invalid(findings=[Finding("/before", "page.after", _("Use the “next” of the page before."))])
    with db.reading() as session:
        record = queries.find(session, grn, by=actor)
        body = told(session, record, int(before) if before else None)
    return reply(body, {"ETag": record.etag})


def told(session: Session, record: Guarantee, before: int | None = None) -> dict[str, Any]:
    """A guarantee with everything that is known of it."""
    lines = queries.statement(session, record, before=before)
    return {
        **facts.guarantee(record, queries.left(session, record)),
        "taken": [facts.taken(row) for row in queries.reservations(session, record, only_open=True)],
        "claimed": [facts.taken(row) for row in queries.claimed_of(session, record)],
        "codes": [facts.access_code(row) for row in queries.access_codes(session, record)],
        "ledger": [facts.moved(row, record.account) for row in lines],
        "next": lines[-1].place if len(lines) == 50 else None,
    }


def _done(session: Session, record: Guarantee) -> Reply:
    session.flush()
    return Reply(facts.guarantee(record, queries.left(session, record)), 200, {"ETag": record.etag})


@blueprint.post("/guarantees/<grn>/approval")
@described(blueprint, body=schemas.ApprovalSchema, gives="The guarantee.", key=True, refusals=(403, 422))
def approved(grn: str) -> Response:
    """Put a guarantee in force, or refuse it, as a second person."""
    given, actor = words(schemas.ApprovalSchema), current_actor()
    command = SettleGuarantee(grn, given["approve"], given.get("reason") or "")
    return deed(lambda session: _done(session, operations.settle(session, command, by=actor)))


def _moved(name: str) -> Response:
    actor = current_actor()
    reason = words(schemas.GroundsOfGuaranteeSchema)["reason"]
    grn = str((request.view_args or {})["grn"])
    verbs = {"suspension": operations.suspend, "resumption": operations.resume, "revocation": operations.revoke}
    return deed(lambda session: _done(session, verbs[name](session, grn, reason, by=actor)))


@blueprint.post("/guarantees/<grn>/suspension")
@described(blueprint, body=schemas.GroundsOfGuaranteeSchema, gives="The guarantee.", key=True, refusals=(403, 422))
def suspended(grn: str) -> Response:
    """Nothing more is taken of it."""
    return _moved("suspension")


@blueprint.post("/guarantees/<grn>/resumption")
@described(blueprint, body=schemas.GroundsOfGuaranteeSchema, gives="The guarantee.", key=True, refusals=(403, 422))
def resumed(grn: str) -> Response:
    """Use it again."""
    return _moved("resumption")


@blueprint.post("/guarantees/<grn>/revocation")
@described(blueprint, body=schemas.GroundsOfGuaranteeSchema, gives="The guarantee.", key=True, refusals=(403, 422))
def revoked(grn: str) -> Response:
    """End it; what was taken before still answers."""
    return _moved("revocation")


@blueprint.post("/guarantees/<grn>/limit")
@described(
    blueprint,
    body=schemas.LimitSchema,
    answers=202,
    gives="A proposal that waits for a second person.",
    key=True,
    refusals=(403, 422),
)
def limited(grn: str) -> Response:
    """Propose another reference amount."""
    given, actor = words(schemas.LimitSchema), current_actor()
    command = ChangeLimit(grn, Decimal(given["amount"]), given["reason"])
    return deed(lambda session: _proposed(operations.propose_limit(session, command, by=actor)))


@blueprint.post("/guarantees/<grn>/releases")
@described(
    blueprint,
    body=schemas.HandReleaseSchema,
    answers=202,
    gives="A proposal that waits for a second person.",
    key=True,
    refusals=(403, 422),
)
def released(grn: str) -> Response:
    """Propose to give back by hand what a movement took."""
    given, actor = words(schemas.HandReleaseSchema), current_actor()

    def act(session: Session) -> Reply:
        movement = movements.find(session, given["movement"], by=actor)
        return _proposed(operations.propose_release(session, grn, movement.id, given["reason"], by=actor))

    return deed(act)


def _proposed(proposal: Any) -> Reply:
    return Reply({"proposal": presenters.proposal(proposal)}, 202)


@blueprint.post("/guarantees/<grn>/access-codes")
@described(
    blueprint, body=schemas.AccessCodeSchema, answers=201, gives="Its id and label.", key=True, refusals=(403, 422)
)
def code_added(grn: str) -> Response:
    """Add an access code; only its hash is kept."""
    given, actor = words(schemas.AccessCodeSchema), current_actor()
    command = AddAccessCode(grn, given["code"], given["label"])
    return deed(lambda s: Reply(facts.access_code(operations.add_access_code(s, command, by=actor)), 201))


@blueprint.post("/guarantees/<grn>/access-codes/<identifier>/revocation")
@described(blueprint, body=schemas.GroundsOfGuaranteeSchema, gives="The code.", key=True, refusals=(403, 422))
def code_revoked(grn: str, identifier: str) -> Response:
    """Revoke an access code."""
    given, actor = words(schemas.GroundsOfGuaranteeSchema), current_actor()
    command = RevokeAccessCode(grn, identified(identifier), given["reason"])
    return deed(lambda s: Reply(facts.access_code(operations.revoke_access_code(s, command, by=actor))))
