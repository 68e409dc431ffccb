"""Prepayment accounts of firms, the till and the closing of the day."""

from __future__ import annotations

from decimal import Decimal

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import figures
from app.api.body import words
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.presenters import proposal as shown_proposal
from app.core import db
from app.edge.tokens import current_actor
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments import schemas
from app.payments.commands import SetStandingOrder, Withdraw

blueprint = Blueprint("accounts", __name__, url_prefix="/api/v1", description="Prepayment accounts, closing of the day")


@blueprint.get("/accounts")
@described(
    blueprint,
    gives="A page of the prepayment accounts you may see.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(422,),
)
def accounts() -> Response:
    """Prepayment accounts."""
    actor, limit = current_actor(), asked_limit()
    after = figures.asked_account()
    with db.reading() as session:
        found = owed.accounts(session, by=actor, limit=limit + 1, after=after)
    return reply(figures.page(found, limit, figures.account, lambda a: f"{a.post}~{a.party}"))


@blueprint.get("/accounts/<post>/<party>")
@described(
    blueprint,
    gives="The account with its newest lines.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(422,),
)
def account(post: str, party: str) -> Response:
    """A firm's prepayment account and its statement."""
    actor, limit, before = current_actor(), asked_limit(), figures.asked_place()
    with db.reading() as session:
        found = owed.account(session, post, party, by=actor)
        lines = owed.statement(session, post, party, by=actor, limit=limit + 1, before=before)
    page = figures.page(lines, limit, figures.line, lambda line: str(line.place))
    return reply({**figures.account(found), "statement": page})


@blueprint.post("/accounts/<post>/<party>/deposits")
@described(blueprint, body=schemas.DepositSchema, answers=201, gives="The payment.", key=True, refusals=(403, 409, 422))
def deposited(post: str, party: str) -> Response:
    """Pay into a firm's account: claimed by its trader, recorded by the cashier."""
    given, actor = words(schemas.DepositSchema), current_actor()
    flow = payments.claim_deposit if party in actor.parties(post) else payments.deposit

    def act(session: Session) -> Reply:
        command = schemas.deposit(given, post, party, figures.currency(session, post))
        with figures.pointing():
            return Reply({"payment": figures.payment(flow(session, command, by=actor))}, 201)

    return deed(act)


@blueprint.post("/accounts/<post>/<party>/withdrawals")
@described(
    blueprint,
    body=schemas.WithdrawalSchema,
    answers=202,
    gives="A proposal that waits for an official.",
    key=True,
    refusals=(403, 409, 422),
)
def withdrawn(post: str, party: str) -> Response:
    """Ask for money back from the account."""
    given, actor = words(schemas.WithdrawalSchema), current_actor()

    def act(session: Session) -> Reply:
        currency = given.get("currency") or figures.currency(session, post)
        command = Withdraw(
            post, party, Decimal(given["amount"]), currency, given["bank"], given["reference"], given["reason"]
        )
        return Reply({"proposal": shown_proposal(payments.propose_withdrawal(session, command, by=actor))}, 202)

    return deed(act)


@blueprint.post("/accounts/<post>/<party>/standing-order")
@described(blueprint, body=schemas.StandingOrderSchema, gives="The account.", key=True, refusals=(403, 422))
def standing_order(post: str, party: str) -> Response:
    """Have declarations paid from the account by themselves, or not."""
    given, actor = words(schemas.StandingOrderSchema), current_actor()

    def act(session: Session) -> Reply:
        payments.set_standing_order(session, SetStandingOrder(post, party, given["on"]), by=actor)
        session.flush()
        return Reply(figures.account(owed.account(session, post, party, by=actor)))

    return deed(act)


@blueprint.get("/posts/<post>/till")
@described(blueprint, gives="What was posted since the last closing, by method and currency.", refusals=(403,))
def till(post: str) -> Response:
    """What the next closing of the day will hold."""
    with db.reading() as session:
        found = owed.till(session, post, by=current_actor())
    return reply({"items": [figures.till(t) for t in found]})


@blueprint.get("/posts/<post>/closings")
@described(
    blueprint,
    gives="The closings of the post, newest first.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(403, 422),
)
def closings(post: str) -> Response:
    """Closings of the day."""
    actor, limit, before = current_actor(), asked_limit(), figures.asked_id()
    with db.reading() as session:
        found = owed.closings(session, post, by=actor, limit=limit + 1, before=before)
    return reply(figures.page(list(found), limit, figures.closing, lambda c: c.id.hex))


@blueprint.post("/posts/<post>/closings")
@described(blueprint, body=schemas.ClosingSchema, answers=201, gives="The closing.", key=True, refusals=(403, 409, 422))
def closed(post: str) -> Response:
    """Close the day."""
    given, actor = words(schemas.ClosingSchema), current_actor()
    command = schemas.closing(given, post)
    return deed(lambda session: Reply(figures.closing(payments.close_day(session, command, by=actor)), 201))


@blueprint.get("/posts/<post>/closings/<number>")
@described(blueprint, gives="The closing.")
def closing(post: str, number: str) -> Response:
    """One closing of the day."""
    with db.reading() as session:
        return reply(figures.closing(owed.find_closing(session, post, number, by=current_actor())))
