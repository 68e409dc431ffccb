"""Assessments, payments, securities and refunds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import figures
from app.api.body import nothing, seen_version, seen_version_or_none, words
from app.api.control import ReasonSchema, identified
from app.api.declarations import asked_limit, headers
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.presenters import proposal as shown_proposal
from app.api.presenters import state
from app.core import db
from app.core.actors import Actor
from app.declarations import queries
from app.declarations.models import Declaration
from app.edge.tokens import current_actor
from app.flows import dues, paying
from app.payments import queries as owed
from app.payments import schemas
from app.payments.commands import PayFromAccount
from app.payments.models import Payment
from app.registers import debts
from app.registers.listing import moment_key

blueprint = Blueprint("money", __name__, url_prefix="/api/v1", description="What is owed, and how it is paid")


@blueprint.get("/declarations/<reference>/assessment")
@described(
    blueprint,
    gives="The assessment: customs values, lines, fees, totals, and how it stands.",
    answer="Assessment",
    refusals=(409,),
)
def assessment(reference: str) -> Response:
    """What is due on a declaration and why; of a draft, what would be."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        body = dues.of(session, record, by=actor)
    return reply(figures.assessment(record, body), headers(record))


@blueprint.post("/declarations/<reference>/assessment")
@described(
    blueprint,
    body=ReasonSchema,
    gives="The new assessment; what changed is posted, and goods that waited for nothing else are released.",
    answer="Assessment",
    key=True,
    match=True,
    refusals=(403, 422),
)
def assessed_anew(reference: str) -> Response:
    """Calculate the duties again, after a missing rate was entered, say."""
    given, actor, version = words(ReasonSchema), current_actor(), seen_version()

    def act(session: Session) -> Reply:
        record = dues.anew(session, reference, given.get("reason") or "", version, by=actor)
        session.flush()
        return Reply(figures.assessment(record, dues.of(session, record, by=actor)), 200, headers(record))

    return deed(act)


@blueprint.get("/declarations/<reference>/payments")
@described(blueprint, gives="How it stands, payments, securities and refunds.", answer="Money")
def listed(reference: str) -> Response:
    """What was paid for a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        body = figures.money(
            owed.standing(session, record.post, record.id),
            owed.payments(session, record.post, record.id),
            owed.securities(session, record.post, record.id),
            owed.refunds(session, record.post, record.id),
        )
    return reply(body, headers(record))


@blueprint.post("/declarations/<reference>/payments")
@described(
    blueprint,
    body=schemas.PaymentSchema,
    answers=201,
    gives="The payment and the state of the declaration. A trader's receipt waits for the cashier.",
    answer="PaymentMade",
    key=True,
    refusals=(403, 409, 422),
)
def paid(reference: str) -> Response:
    """Pay from the firm's account; claim a receipt (traders) or record one (officers)."""
    given, actor, version = words(schemas.PaymentSchema), current_actor(), seen_version_or_none()
    return deed(lambda session: _paid(session, reference, given, version, by=actor))


def _paid(session: Session, reference: str, given: dict[str, Any], version: int | None, *, by: Actor) -> Reply:
    record = queries.find(session, reference, by=by)
    if given["method"] == "account":
        amount = Decimal(given["amount"]) if given.get("amount") else None
        command = PayFromAccount(given.get("party") or record.party, amount, given.get("order") or "")
        return _told(session, *paying.pay_from_account(session, reference, command, version, by=by), by=by)
    pay = schemas.pay(given, figures.currency(session, record.post))
    claiming = record.party in by.parties(record.post)
    flow = paying.claim_receipt if claiming else paying.record_receipt
    with figures.pointing():
        return _told(session, *flow(session, reference, pay, version, by=by), by=by)


def _told(session: Session, record: Declaration | None, payment: Payment, *, by: Actor, status: int = 201) -> Reply:
    body: dict[str, Any] = {"payment": figures.payment(payment)}
    if record is None:
        return Reply(body, status)
    body["declaration"] = state(record, with_lane=queries.sees_lane(by, record.post))
    body["standing"] = figures.standing(owed.standing(session, record.post, record.id))
    return Reply(body, status, headers(record))


@blueprint.get("/payments")
@described(
    blueprint,
    gives="Receipts that wait for the cashier, oldest first.",
    answer="PaymentPage",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(422,),
)
def claimed() -> Response:
    """Claimed receipts."""
    actor, limit, after = current_actor(), asked_limit(), figures.asked_moment()
    with db.reading() as session:
        found = owed.claimed(session, by=actor, limit=limit + 1, after=after)
    return reply(figures.page(found, limit, figures.payment, lambda p: moment_key(p.made_at, p.id)))


@blueprint.get("/debts")
@described(
    blueprint,
    gives="Declarations whose goods were let go and that owe something since, longest owed first.",
    answer="DebtPage",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(422,),
)
def owing() -> Response:
    """What is owed for goods that were let go."""
    actor, limit = current_actor(), asked_limit()
    with db.reading() as session:
        found = debts.page(session, by=actor, limit=limit, after=request.args.get("after", ""))
    return reply({"items": [figures.debt(line) for line in found.lines], "next": found.next})


@blueprint.get("/payments/<identifier>")
@described(blueprint, gives="The payment.", answer="PaymentRecord")
def shown(identifier: str) -> Response:
    """One payment."""
    with db.reading() as session:
        return reply(figures.payment(owed.find_payment(session, identified(identifier), by=current_actor())))


@blueprint.post("/payments/<identifier>/confirmation")
@described(blueprint, gives="Confirmed; it counts now.", answer="PaymentMade", key=True, refusals=(403, 409, 422))
def confirmed(identifier: str) -> Response:
    """Confirm a claimed receipt."""
    nothing()
    actor = current_actor()
    return deed(
        lambda session: _told(session, *paying.confirm(session, identified(identifier), by=actor), by=actor, status=200)
    )


@blueprint.post("/payments/<identifier>/refusal")
@described(
    blueprint, body=ReasonSchema, gives="Not accepted.", answer="PaymentMade", key=True, refusals=(403, 409, 422)
)
def refused(identifier: str) -> Response:
    """Refuse a claimed receipt."""
    given, actor = words(ReasonSchema), current_actor()
    reason = given.get("reason") or ""
    return deed(
        lambda session: _told(
            session, *paying.refuse(session, identified(identifier), reason, by=actor), by=actor, status=200
        )
    )


@blueprint.post("/payments/<identifier>/cancellation")
@described(blueprint, body=ReasonSchema, gives="Taken back.", answer="PaymentMade", key=True, refusals=(403, 409, 422))
def cancelled(identifier: str) -> Response:
    """Take back a payment that was recorded by mistake."""
    given, actor = words(ReasonSchema), current_actor()
    reason = given.get("reason") or ""
    return deed(
        lambda session: _told(
            session, *paying.cancel(session, identified(identifier), reason, by=actor), by=actor, status=200
        )
    )


@blueprint.post("/declarations/<reference>/securities")
@described(
    blueprint,
    body=schemas.SecuritySchema,
    answers=201,
    gives="The security and the state of the declaration.",
    key=True,
    refusals=(403, 409, 422),
)
def secured(reference: str) -> Response:
    """Secure what is suspended."""
    given, actor, version = words(schemas.SecuritySchema), current_actor(), seen_version_or_none()

    def act(session: Session) -> Reply:
        record = queries.find(session, reference, by=actor)
        command = schemas.secure(given, figures.currency(session, record.post))
        with figures.pointing():
            record, security = paying.secure(session, reference, command, version, by=actor)
        body = {"security": figures.security(security), "declaration": state(record, with_lane=False)}
        return Reply(body, 201, headers(record))

    return deed(act)


@blueprint.post("/declarations/<reference>/securities/<identifier>/release")
@described(blueprint, body=ReasonSchema, gives="Given back.", key=True, refusals=(403, 409, 422))
def security_released(reference: str, identifier: str) -> Response:
    """Give a security back."""
    given, actor, version = words(ReasonSchema), current_actor(), seen_version_or_none()

    def act(session: Session) -> Reply:
        reason = given.get("reason") or ""
        record, security = paying.release_security(
            session, reference, identified(identifier), reason, version, by=actor
        )
        return Reply({"security": figures.security(security)}, 200, headers(record))

    return deed(act)


@blueprint.post("/declarations/<reference>/refunds")
@described(
    blueprint,
    body=schemas.RefundSchema,
    answers=202,
    gives="A proposal that waits for a second person.",
    key=True,
    refusals=(403, 409, 422),
)
def refund_proposed(reference: str) -> Response:
    """Propose to give back what was paid too much."""
    given, actor, version = words(schemas.RefundSchema), current_actor(), seen_version_or_none()

    def act(session: Session) -> Reply:
        record = queries.find(session, reference, by=actor)
        command = schemas.refund(given, figures.currency(session, record.post))
        record, waiting = paying.propose_refund(session, reference, command, version, by=actor)
        return Reply({"proposal": shown_proposal(waiting)}, 202, headers(record))

    return deed(act)
