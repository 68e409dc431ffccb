"""Firms' prepayment accounts: what they hold, how it came about, deposits and withdrawals."""

from __future__ import annotations

from decimal import Decimal

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.fields import Words
from app.core.messages import T
from app.core.text import Text, _, ascii_digits, normal
from app.edge import fmt
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments import schemas
from app.payments.commands import Withdraw
from app.payments.operations import CASHIERS
from app.payments.queries import currency_of
from app.registers import takings
from app.web.banks import Banks
from app.web.cashier.pages import REFUSALS, SEEING, at_fields, blueprint, done_once, post
from app.web.form import Form
from app.web.officer.forms import alone

PAGE = 50

Answer = Response | tuple[str, int]


class DepositForm(schemas.DepositSchema):
    """A deposit with the firm whose account it is for."""

    party = Words(40, required=True, metadata={"label": T("Number of the firm"), "width": "medium"})


FORMS: dict[str, type[ma.Schema]] = {
    "deposit": alone("deposit", DepositForm),
    "withdraw": alone("withdraw", schemas.WithdrawalSchema),
}

#: What the ledger calls the ways money moves on an account.
KINDS: dict[str, Text] = {
    "deposit": _("Paid in"),
    "payment": _("Paid for a declaration"),
    "excess": _("Paid too much for a declaration"),
    "refund": _("Given back for a declaration"),
    "withdrawal": _("Taken out"),
    "security": _("Reserved as a security"),
    "security-release": _("Security given back"),
    "cancellation": _("Cancelled"),
}


@blueprint.get("/accounts")
@signed_in(*SEEING)
def accounts() -> str:
    return _list()


def _list(form: Form | None = None) -> str:
    actor, after = current_actor(), request.args.get("after", "")
    party = ascii_digits(normal(request.args.get("party", "")[:40]))
    place = (after[:5], after[6:]) if after else None
    with db.reading() as session:
        found = owed.accounts(session, by=actor, limit=PAGE + 1, after=place)
        names = takings.firms(session, (a.party for a in found))
        banks = Banks.at(session, post())
    last = found[PAGE - 1] if len(found) > PAGE else None
    return render_template(
        "cashier/accounts.html",
        accounts=found[:PAGE],
        next=f"{last.post}.{last.party}" if last else None,
        after=after,
        names=names,
        banks=banks,
        form=form or Form(FORMS["deposit"], {"deposit": {"party": party}} if party else {}),
        sent=form,
        begun=bool(party),
        at=post(),
        acts=not actor.roles().isdisjoint(CASHIERS),
        confirm_url=url_for("security.verify", next=url_for("cashier.accounts")),
    )


@blueprint.post("/accounts")
@signed_in(*CASHIERS)
def deposit() -> Answer:
    """Takes money into the account of a firm; the first deposit opens it."""
    actor, form = current_actor(), Form.submitted(FORMS["deposit"], request.form)
    if not form.validate():
        return _list(form), 422
    given = form.data["deposit"]
    at = post()

    def act(session: Session) -> Text:
        command = schemas.deposit(given, at, given["party"], currency_of(session, at) or "")
        payment = payments.deposit(session, command, by=actor)
        amount, number = fmt.amount(payment.amount, payment.currency), fmt.code(payment.number)
        return _("Paid in: {amount}, receipt {number}.", amount=amount, number=number)

    try:
        done = done_once(act, by=actor)
    except REFUSALS as refusal:
        form.refuse(at_fields(refusal, "deposit"))
        return _list(form), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("cashier.account", party=given["party"]), 303)


@blueprint.get("/accounts/<party>")
@signed_in(*SEEING)
def account(party: str) -> str:
    return _one(party)


def _one(party: str, form: Form | None = None) -> str:
    actor, at = current_actor(), request.args.get("post", "")[:5] or post()
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    with db.reading() as session:
        found = owed.account(session, at, party, by=actor)
        lines = owed.statement(session, at, party, by=actor, limit=PAGE + 1, before=place)
        names = takings.firms(session, [party])
        references = takings.references(session, at, (line.declaration_id for line in lines if line.declaration_id))
    return render_template(
        "cashier/account.html",
        account=found,
        lines=lines[:PAGE],
        next=lines[PAGE - 1].place if len(lines) > PAGE else None,
        before=place,
        firm=names.get(party, ""),
        references=references,
        kinds=KINDS,
        form=form or Form(FORMS["withdraw"]),
        sent=form,
        acts=actor.grant(CASHIERS, at) is not None,
        confirm_url=url_for("security.verify", next=url_for("cashier.account", party=party)),
    )


@blueprint.get("/accounts/<party>/withdrawals")
@signed_in(*SEEING)
def account_again(party: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the account."""
    return redirect(url_for("cashier.account", party=party, lang=request.args.get("lang")))


@blueprint.post("/accounts/<party>/withdrawals")
@signed_in(*CASHIERS)
def withdraw(party: str) -> Answer:
    """Proposes to send money of the account to the firm's bank; another person approves it."""
    actor, at = current_actor(), post()
    form = Form.submitted(FORMS["withdraw"], request.form)
    if not form.validate():
        return _one(party, form), 422
    given = form.data["withdraw"]

    def act(session: Session) -> Text:
        found = owed.account(session, at, party, by=actor)
        amount, currency = Decimal(given["amount"]), given.get("currency") or found.currency
        command = Withdraw(at, party, amount, currency, given["bank"], given["reference"], given["reason"])
        payments.propose_withdrawal(session, command, by=actor)
        return _("Proposed. The money goes back once a second person has approved it.")

    try:
        done = done_once(act, by=actor)
    except REFUSALS as refusal:
        form.refuse(at_fields(refusal, "withdraw"))
        return _one(party, form), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("cashier.account", party=party), 303)
