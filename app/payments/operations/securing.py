"""Security for what is suspended: given, and released once nothing depends on it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.ledger.commands import Transfer
from app.payments import queries, rules
from app.payments.commands import Pay, Purpose, Secure, SecurityMethod, Subject
from app.payments.models import Payment, Security
from app.payments.operations.posting import (
    ARRIVES,
    assessed_position,
    exact,
    must_act_for,
    must_be_cashier,
    must_hold,
    must_know,
    post_about,
    raise_if,
    store_payment,
    tell,
    tell_payment,
)
from app.payments.operations.receipts import give_number, new_payment
from app.payments.queries import account_code
from app.payments.rules import Position


def secure(session: Session, subject: Subject, command: Secure, *, by: Actor) -> Security:
    """Covers suspended amounts, or a part of them: by cash or a receipt (the cashier takes it), by money reserved on the
    firm's account (the firm itself, or the cashier), or by a guarantee's reference (an official)."""
    role = _may_secure(subject, command, by=by)
    position, currency = assessed_position(session, subject)
    raise_if(_findings(command, position, currency))
    at, amount = now(session), exact(command.amount)
    if command.method == SecurityMethod.CASH:
        payment = _paid_in(session, subject, command, currency, by=by)
        security = _row(subject, command, currency, at, payment=payment, by=by)
    else:
        payment = None
        security = _row(subject, command, currency, at, payment=None, by=by)
        if command.method == SecurityMethod.ACCOUNT:
            must_hold(session, subject.post, subject.party, amount, currency)
    session.add(security)
    session.flush()
    source = _source(security, payment)
    transfers = [Transfer(source, f"secured:{security.method}", amount, "security")]
    post_about(session, subject, position, transfers, entry=security.id, at=at, by=by)
    if payment is not None:
        give_number(session, payment, at, by=by)
        tell_payment(session, payment, "payment.recorded", at, by=by, role=role)
    after = {
        "declaration": subject.declaration_id,
        "method": security.method,
        "reference": security.reference,
        "amount": amount,
        "currency": currency,
        "payment": security.payment_id,
        "released": False,
    }
    _tell(session, subject, security, "security.given", after, at, by=by, role=role)
    return security


def release_security(session: Session, subject: Subject, id: UUID, reason: str, *, by: Actor) -> Security:
    """Gives a security back once what is left covers what is suspended. Cash becomes refundable, or pays what is due; a
    reserved amount returns to the account."""
    role = must_be_cashier(subject.post, by=by)
    security = _find(session, subject, id)
    position, currency = assessed_position(session, subject)
    if position.secured - security.amount < position.suspended:
        raise WrongState(
            _(
                "{suspended} {currency} are suspended and must stay secured. "
                "Give another security first, or assess the declaration anew.",
                suspended=position.suspended,
                currency=currency,
            )
        )
    raise_if(rules.reason_findings(reason, _("Say why the security is released.")))
    _release(session, subject, security, reason, now(session), by=by, role=role)
    return security


def release_all(session: Session, subject: Subject, reason: str, at: dt.datetime, *, by: Actor) -> None:
    """Gives back every security of a declaration that owes nothing any more."""
    role = must_know(subject, by=by)
    if queries.position(session, subject.post, subject.declaration_id).secured <= 0:
        return
    for security in queries.securities(session, subject.post, subject.declaration_id):
        if security.released_at is None:
            _release(session, subject, security, reason, at, by=by, role=role)


def _may_secure(subject: Subject, command: Secure, *, by: Actor) -> str:
    if command.method == SecurityMethod.ACCOUNT and subject.party in by.parties(subject.post):
        return must_act_for(subject.post, subject.party, by=by)
    return must_be_cashier(subject.post, by=by)


def _findings(command: Secure, position: Position, currency: str) -> list[Finding]:
    if command.method not in {m.value for m in SecurityMethod}:
        choices = ", ".join(m.value for m in SecurityMethod)
        return [Finding("/method", "security.method", _("Choose one of: {choices}.", choices=choices))]
    found = rules.amount_findings(command.amount) + rules.currency_findings(command.currency, currency)
    if command.method == SecurityMethod.GUARANTEE:
        message = _("Give the reference number of the guarantee.")
        found += rules.text_findings(
            command.reference, rules.LONGEST_NUMBER, "/reference", "security.reference", message
        )
    unsecured = position.standing().unsecured
    if not found and command.amount > unsecured:
        message = _(
            "{unsecured} {currency} are not secured yet. Secure at most that.", unsecured=unsecured, currency=currency
        )
        found.append(Finding("/amount", "security.too-much", message))
    return found


def _paid_in(session: Session, subject: Subject, command: Secure, currency: str, *, by: Actor) -> Payment:
    pay = Pay(command.amount, command.currency, command.receipt)
    payment = new_payment(session, subject, pay, currency, Purpose.SECURITY, by=by)
    store_payment(session, payment)
    return payment


def _row(
    subject: Subject, command: Secure, currency: str, at: dt.datetime, *, payment: Payment | None, by: Actor
) -> Security:
    return Security(
        post=subject.post,
        id=uuid7(),
        declaration_id=subject.declaration_id,
        party=subject.party,
        method=command.method,
        reference=command.reference.strip() if command.method == SecurityMethod.GUARANTEE else "",
        payment_id=payment.id if payment else None,
        amount=exact(command.amount),
        currency=currency,
        given_at=at,
        given_by=by.person,
        given_name=by.name,
        released_at=None,
        released_by=None,
        released_reason="",
    )


def _source(security: Security, payment: Payment | None) -> str:
    """Where the covering amount comes from; a guarantee is a promise and stands on an account of its own."""
    if payment is not None:
        return ARRIVES[payment.method]
    return account_code(security.party) if security.method == SecurityMethod.ACCOUNT else "guarantees"


def _find(session: Session, subject: Subject, id: UUID) -> Security:
    query = select(Security).where(
        Security.post == subject.post, Security.id == id, Security.declaration_id == subject.declaration_id
    )
    security = session.execute(
        query.with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if security is None:
        raise NotFound()
    if security.released_at is not None:
        raise WrongState(_("This security has been released already."))
    return security


def _release(
    session: Session, subject: Subject, security: Security, reason: str, at: dt.datetime, *, by: Actor, role: str
) -> None:
    position = queries.position(session, subject.post, subject.declaration_id)
    goes_to = {SecurityMethod.CASH.value: "refundable", SecurityMethod.GUARANTEE.value: "guarantees"}.get(
        security.method
    )
    if goes_to is None:
        queries.hold_account(session, subject.post, security.party)
        goes_to = account_code(security.party)
    security.released_at, security.released_by, security.released_reason = at, by.person, reason
    session.flush()
    transfers = [Transfer(f"secured:{security.method}", goes_to, security.amount, "security-release")]
    post_about(session, subject, position, transfers, entry=security.id, at=at, by=by)
    _tell(session, subject, security, "security.released", {"released": True}, at, by=by, role=role, reason=reason)


def _tell(
    session: Session,
    subject: Subject,
    security: Security,
    event: str,
    after: dict[str, Any],
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    reason: str = "",
) -> None:
    told = {"reference": subject.reference, "mrn": subject.mrn}
    tell(session, subject.post, "security", security.id, event, after, at, by=by, role=role, reason=reason, told=told)
