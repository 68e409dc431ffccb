"""The money of one declaration: what is due, what came in, and everything a cashier does about it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import NotFound
from app.core.text import Text, _
from app.declarations import queries
from app.declarations.models import Declaration
from app.edge import fmt
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import paying
from app.payments import queries as owed
from app.payments import schemas
from app.payments.commands import Excess, PayFromAccount
from app.payments.models import Payment
from app.payments.operations import CASHIERS
from app.payments.operations.receipts import CANCELLING
from app.payments.queries import Account, currency_of
from app.registers import takings
from app.web import reasons
from app.web.banks import Banks
from app.web.cashier.desk import Refused
from app.web.cashier.pages import REFUSALS, SEEING, at_fields, blueprint, done_once
from app.web.form import Form
from app.web.officer.forms import alone

Answer = Response | tuple[str, int]
Act = Callable[[Session, dict[str, Any]], Text]

#: Every form of the page by the name of its group.
FORMS: dict[str, type[ma.Schema]] = {
    "pay": alone("pay", schemas.PaymentSchema),
    "secure": alone("secure", schemas.SecuritySchema),
    "refund": alone("refund", schemas.RefundSchema),
}


@blueprint.get("/declarations/<reference>")
@signed_in(*SEEING)
def declaration(reference: str) -> str:
    return _drawn(reference)


@blueprint.get("/declarations/<reference>/<any(payments, securities, refunds):part>")
@signed_in(*SEEING)
def declaration_again(reference: str, part: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the declaration's money."""
    return redirect(url_for("cashier.declaration", reference=reference, lang=request.args.get("lang")))


def _drawn(reference: str, sent: dict[str, Form] | None = None, refused: Refused | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        content = queries.content(session, record)
        standing = owed.standing(session, record.post, record.id)
        came = owed.payments(session, record.post, record.id)
        secured = owed.securities(session, record.post, record.id)
        went = owed.refunds(session, record.post, record.id)
        account = _account(session, record)
        names = takings.firms(session, [record.party])
        banks = Banks.at(session, record.post)
    forms = {name: Form(schema, _begin(name, standing)) for name, schema in FORMS.items()} | (sent or {})
    return render_template(
        "cashier/declaration.html",
        declaration=record,
        content=content,
        standing=standing,
        payments=came,
        securities=secured,
        refunds=went,
        account=account,
        firm=names.get(record.party, ""),
        banks=banks,
        forms=forms,
        sent=next(iter((sent or {}).values()), None),
        refused=refused,
        acts=actor.grant(CASHIERS, record.post) is not None,
        cancels=actor.grant(CANCELLING, record.post) is not None,
        confirm_url=url_for("security.verify", next=url_for("cashier.declaration", reference=reference)),
    )


def _account(session: Session, record: Declaration) -> Account | None:
    """The account of the firm that owes, if it has one."""
    try:
        return owed.account(session, record.post, record.party, by=current_actor())
    except NotFound:
        return None


def _begin(name: str, standing: Any) -> dict[str, Any]:
    """What a form proposes: everything that is missing, or everything that was too much."""
    amounts = {"pay": standing.due, "secure": standing.unsecured, "refund": standing.overpaid}
    amount = amounts[name]
    begun: dict[str, Any] = {"amount": format(amount, "f")} if amount > 0 else {}
    return {name: {**begun, "excess": Excess.REFUNDABLE.value}} if name == "pay" else {name: begun}


@blueprint.post("/declarations/<reference>/payments")
@signed_in(*CASHIERS)
def pay(reference: str) -> Answer:
    """Takes a receipt or cash, or charges the firm's account on its written order."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Text:
        record = queries.find(session, reference, by=actor)
        if given["method"] == "account":
            amount = Decimal(given["amount"]) if given.get("amount") else None
            command = PayFromAccount(given.get("party") or record.party, amount, given.get("order") or "")
            after, payment = paying.pay_from_account(session, reference, command, by=actor)
        else:
            taken = schemas.pay(given, currency_of(session, record.post) or "")
            after, payment = paying.record_receipt(session, reference, taken, by=actor)
        return _paid(after, payment)

    return _deed(reference, "pay", act)


def _paid(record: Declaration, payment: Payment) -> Text:
    amount, number = fmt.amount(payment.amount, payment.currency), fmt.code(payment.number)
    if record.status == "released":
        return _("Recorded: {amount}, receipt {number}. Nothing is due any more: the goods are released.",
                 amount=amount, number=number)  # fmt: skip
    return _("Recorded: {amount}, receipt {number}.", amount=amount, number=number)


@blueprint.post("/declarations/<reference>/securities")
@signed_in(*CASHIERS)
def secure(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Text:
        record = queries.find(session, reference, by=actor)
        command = schemas.secure(given, currency_of(session, record.post) or "")
        after, security = paying.secure(session, reference, command, by=actor)
        amount = fmt.amount(security.amount, security.currency)
        if after.status == "released":
            return _("Secured: {amount}. Nothing is missing any more: the goods are released.", amount=amount)
        return _("Secured: {amount}.", amount=amount)

    return _deed(reference, "secure", act)


@blueprint.post("/declarations/<reference>/refunds")
@signed_in(*CASHIERS)
def refund(reference: str) -> Answer:
    """Proposes to give back what was paid too much; another person approves it."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Text:
        record = queries.find(session, reference, by=actor)
        command = schemas.refund(given, currency_of(session, record.post) or "")
        paying.propose_refund(session, reference, command, by=actor)
        return _("Proposed. The money goes back once a second person has approved it.")

    return _deed(reference, "refund", act)


@blueprint.post("/declarations/<reference>/securities/<uuid:identifier>")
@signed_in(*CASHIERS)
def security_released(reference: str, identifier: UUID) -> Answer:
    """Gives a security back that covers nothing any more."""
    actor = current_actor()

    def act(session: Session, reason: str) -> Text:
        paying.release_security(session, reference, identifier, reason, by=actor)
        return _("The security is given back.")

    return _small(reference, identifier, act)


@blueprint.get("/declarations/<reference>/securities/<uuid:identifier>")
@signed_in(*SEEING)
def security_again(reference: str, identifier: UUID) -> Response:
    return redirect(url_for("cashier.declaration", reference=reference, lang=request.args.get("lang")))


@blueprint.post("/declarations/<reference>/payments/<uuid:identifier>")
@signed_in(*CANCELLING)
def payment_cancelled(reference: str, identifier: UUID) -> Answer:
    """A supervisor takes back what was recorded by mistake, until the day is closed."""
    actor = current_actor()

    def act(session: Session, reason: str) -> Text:
        record = queries.find(session, reference, by=actor)
        _of(session, record, identifier)
        _record, payment = paying.cancel(session, identifier, reason, by=actor)
        return _("Cancelled: {number}.", number=fmt.code(payment.number))

    return _small(reference, identifier, act)


@blueprint.get("/declarations/<reference>/payments/<uuid:identifier>")
@signed_in(*SEEING)
def cancelled_again(reference: str, identifier: UUID) -> Response:
    return redirect(url_for("cashier.declaration", reference=reference, lang=request.args.get("lang")))


def _of(session: Session, record: Declaration, identifier: UUID) -> None:
    """The payment belongs to this declaration; otherwise there is no such page."""
    found = owed.find_payment(session, identifier, by=current_actor())
    if found.declaration_id != record.id:
        raise NotFound()


def _deed(reference: str, name: str, act: Act) -> Answer:
    """Checks the form, does the deed once, leads back; what is refused is shown with what was typed."""
    actor, form = current_actor(), Form.submitted(FORMS[name], request.form)
    if not form.validate():
        return _drawn(reference, {name: form}), 422
    try:
        done = done_once(lambda session: act(session, form.data[name]), by=actor)
    except REFUSALS as refusal:
        form.refuse(at_fields(refusal, name))
        return _drawn(reference, {name: form}), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("cashier.declaration", reference=reference), 303)


def _small(reference: str, identifier: UUID, act: Callable[[Session, str], Text]) -> Answer:
    """The same for a form that holds a reason and nothing else."""
    actor, reason = current_actor(), ""
    try:
        reason = reasons.typed()
        done = done_once(lambda session: act(session, reason), by=actor)
    except REFUSALS as refusal:
        return _drawn(reference, refused=Refused(identifier, refusal, reason)), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("cashier.declaration", reference=reference), 303)
