"""Paying from a firm's prepayment account."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, WrongState
from app.core.ids import uuid7
from app.core.rows import stage
from app.core.text import _
from app.ledger.commands import Transfer
from app.payments import queries, rules
from app.payments.commands import Excess, Method, PayFromAccount, Purpose, Subject
from app.payments.models import Payment
from app.payments.operations.posting import (
    SERIES,
    assessed_position,
    draw_number,
    exact,
    must_act_for,
    must_be_cashier,
    must_hold,
    must_know,
    post_about,
    raise_if,
    tell_payment,
)
from app.payments.queries import account_code
from app.payments.rules import Position

ORDER_LENGTH = 200


def collect(session: Session, subject: Subject, at: dt.datetime, *, by: Actor) -> Decimal:
    """Pays what is due by the firm's standing order, if its account holds the whole of it; gives what was paid.

    Whoever draws a number before calls `queries.hold_account` before that.
    """
    role = must_know(subject, by=by)
    position = queries.position(session, subject.post, subject.declaration_id)
    due = position.receivable
    if due <= 0:
        return rules.ZERO
    held = queries.hold_account(session, subject.post, subject.party)
    if held is None or not held.standing_order or held.currency != position.currency or held.balance < due:
        return rules.ZERO
    _pay(session, subject, position, subject.party, due, held.currency, at, by=by, role=role)
    return due


def pay_from_account(session: Session, subject: Subject, command: PayFromAccount, *, by: Actor) -> Payment:
    """Pays all or a part of what is due from a firm's account: a trader acting for that firm, or an officer who names
    the firm's written order."""
    role = _may_charge(subject, command, by=by)
    position, currency = assessed_position(session, subject)
    due = position.receivable
    if due <= 0:
        raise WrongState(_("Nothing is due for this declaration."))
    amount = due if command.amount is None else command.amount
    raise_if(rules.amount_findings(amount))
    if amount > due:
        message = _("{due} {currency} are due. Pay at most that from the account.", due=due, currency=currency)
        raise_if([Finding("/amount", "payment.more-than-due", message)])
    must_hold(session, subject.post, command.party, amount, currency)
    return _pay(
        session,
        subject,
        position,
        command.party,
        exact(amount),
        currency,
        now(session),
        by=by,
        role=role,
        order=command.order,
    )


def _may_charge(subject: Subject, command: PayFromAccount, *, by: Actor) -> str:
    if command.party in by.parties(subject.post):
        return must_act_for(subject.post, command.party, by=by)
    if by.grant(("officer", "supervisor"), subject.post) is None:
        return must_act_for(subject.post, command.party, by=by)
    role = must_be_cashier(subject.post, by=by)
    message = _("Name the firm's written order: its number and date.")
    raise_if(rules.text_findings(command.order, ORDER_LENGTH, "/order", "payment.order", message))
    return role


def _pay(
    session: Session,
    subject: Subject,
    position: Position,
    party: str,
    amount: Decimal,
    currency: str,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    order: str = "",
) -> Payment:
    number = draw_number(session, subject.post, SERIES)
    payment = Payment(
        post=subject.post,
        id=uuid7(),
        declaration_id=subject.declaration_id,
        reference=subject.reference,
        party=party,
        purpose=Purpose.DUTIES.value,
        method=Method.ACCOUNT.value,
        bank=None,
        receipt=None,
        paid_on=None,
        amount=amount,
        currency=currency,
        excess=Excess.REFUNDABLE.value,
        written_order=order,
        status="confirmed",
        version=1,
        number=number,
        made_at=at,
        claimed_by=None,
        claimed_name=None,
        settled_by=by.person,
        settled_name=by.name,
        settled_at=at,
        cancelled_by=None,
        reason="",
        closing_id=None,
    )
    stage(session, payment)
    transfers = [Transfer(account_code(party), "receivable", amount, "payment")]
    post_about(session, subject, position, transfers, entry=payment.id, at=at, by=by)
    tell_payment(session, payment, "payment.made", at, by=by, role=role)
    return payment
