"""Money: the assessment of a declaration and how to pay it, and the firm's prepayment account."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, Forbidden, NotFound, Refusal
from app.core.text import Text, _
from app.declarations import queries
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import paying
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments import schemas
from app.payments.commands import PayFromAccount, SetStandingOrder, Withdraw
from app.payments.queries import Account, currency_of
from app.registers import how_to_pay
from app.web import once
from app.web.banks import Banks
from app.web.declared import first_item
from app.web.form import Form
from app.web.lists import lists_of
from app.web.trader import dues
from app.web.trader.desk import ROLE, Desk, blueprint, trader
from app.web.trader.plain import LINES, METHODS, PAYMENTS, told
from app.web.trader.possible import possible
from app.web.typed import whole_number

_LINES = 50
_PAID_BEFORE = _("This form was sent before. Nothing was done a second time.")
#: Where the verbs point at a receipt, and what the boxes of the form are called.
_BOXES = {
    "/receipt/bank": "/bank",
    "/receipt/number": "/receipt",
    "/receipt/paid_on": "/paid_on",
    "/receipt": "/receipt",
}


@blueprint.get("/declarations/<reference>/assessment")
@signed_in(ROLE)
def assessment(reference: str) -> str:
    """What is due and why, what was paid, and the ways to pay."""
    return _assessment(reference)


@blueprint.post("/declarations/<reference>/payments")
@signed_in(ROLE)
def pay(reference: str) -> Any:
    """Pays from the firm's account (method=account), claims a receipt (receipt), or reserves security (security)."""
    method = request.form.get("method", "")
    if method == "security":
        return _secured(reference)
    form = _submitted(schemas.PaymentSchema)
    if not form.validate() or method not in ("account", "receipt"):
        return _assessment(reference, form, method), 422

    def act(session: Session) -> str:
        record = queries.find(session, reference, by=trader())
        if method == "account":
            amount = Decimal(form.data["amount"]) if form.data.get("amount") else None
            command = PayFromAccount(record.party, amount)
            record, paid = paying.pay_from_account(session, reference, command, by=trader())
            return f"{record.reference} {paid.amount} {paid.currency}"
        given = schemas.pay(form.data, currency_of(session, record.post) or "")
        record, paid = paying.claim_receipt(session, reference, given, by=trader())
        return f"{record.reference} {paid.amount} {paid.currency}"

    return _done(
        form,
        act,
        lambda: (_assessment(reference, form, method)),
        _("{amount} {currency} are paid from the account.") if method == "account"
        else _("The receipt over {amount} {currency} is with the cashier. It counts once it is confirmed."),
        lambda answer: url_for("trader.assessment", reference=answer),
    )  # fmt: skip


def _secured(reference: str) -> Any:
    """Reserves money of the account for what is suspended."""
    form = _submitted(schemas.SecuritySchema, method="account")
    if not form.validate():
        return _assessment(reference, form, "security"), 422

    def act(session: Session) -> str:
        record = queries.find(session, reference, by=trader())
        command = schemas.secure(form.data, currency_of(session, record.post) or "")
        record, security = paying.secure(session, reference, command, by=trader())
        return f"{record.reference} {security.amount} {security.currency}"

    return _done(
        form,
        act,
        lambda: _assessment(reference, form, "security"),
        _("{amount} {currency} of the account are reserved as security."),
        lambda answer: url_for("trader.assessment", reference=answer),
    )


def _assessment(reference: str, form: Form | None = None, method: str = "") -> str:
    with db.reading() as session:
        actor = trader()
        record = queries.find(session, reference, by=actor)
        if record.status == "draft":
            raise NotFound()
        lists = lists_of(session)
        items = queries.declared(session, record).items
        first = first_item(len(items))
        assessed, standing = dues.of_lodged(session, record, lists, items, first, by=actor)
        account = _account(session, record.post, record.party)
        can = possible(record, standing, ())
        page = {
            "payments": owed.payments(session, record.post, record.id),
            "securities": owed.securities(session, record.post, record.id),
            "refunds": owed.refunds(session, record.post, record.id),
            **_paid_in(session, record.post),
        }
    blank = Form(schemas.PaymentSchema, {"amount": _plain(max(standing.due - standing.claimed, Decimal(0)))})
    secure = Form(schemas.SecuritySchema, {"amount": _plain(standing.unsecured)})
    return render_template(
        "trader/assessment.html",
        record=record,
        told=told(record.status),
        assessed=assessed,
        first=first,
        count=len(items),
        standing=standing,
        account=account,
        can=can,
        account_form=form if form and method == "account" else Form(schemas.PaymentSchema),
        receipt_form=form if form and method not in ("account", "security") else blank,
        secure_form=form if form and method == "security" else secure,
        wrong=form if form and form.findings else None,
        methods=METHODS,
        states=PAYMENTS,
        **page,
    )


def _paid_in(session: Session, post: str) -> dict[str, Any]:
    """Where money for a post is paid in, and the banks whose receipts count there."""
    banks = Banks.at(session, post)
    return {"banks": banks, "how": how_to_pay.of(banks.codes, banks.administration, banks.today, banks.locale)}


def _plain(amount: Decimal) -> str:
    return format(amount, "f") if amount > 0 else ""


def _account(session: Session, post: str, party: str) -> Account | None:
    try:
        return owed.account(session, post, party, by=trader())
    except NotFound:
        return None


@blueprint.get("/accounts")
@signed_in(ROLE)
def accounts() -> str | Response:
    """The firm's prepayment accounts; a single one is shown at once."""
    with db.reading() as session:
        desk = Desk.of(session)
        found = owed.accounts(session, by=desk.actor)
    kept = {(account.post, account.party) for account in found}
    missing = [
        (code, name, firm) for code, name in desk.posts() for firm in desk.firms if (code, firm.code) not in kept
    ]
    return render_template(
        "trader/accounts.html",
        accounts=found,
        lists=desk.lists,
        firms={f.code: f.name for f in desk.firms},
        missing=missing,
    )


@blueprint.get("/accounts/<post>/<party>")
@signed_in(ROLE)
def account(post: str, party: str) -> str:
    """A prepayment account: balance, statement, and what can be asked of it."""
    return _account_page(post, party)


@blueprint.post("/accounts/<post>/<party>/deposits")
@signed_in(ROLE)
def claim_deposit(post: str, party: str) -> Any:
    """Names the receipt of money paid in at a bank; the cashier confirms it. The first deposit opens the account."""
    form = _submitted(schemas.DepositSchema, method="receipt")
    _may(post, party)
    if not form.validate():
        return _account_page(post, party, form, "deposit"), 422

    def act(session: Session) -> str:
        given = schemas.deposit(form.data, post, party, currency_of(session, post) or "")
        paid = payments.claim_deposit(session, given, by=trader())
        return f"- {paid.amount} {paid.currency}"

    return _done(
        form,
        act,
        lambda: _account_page(post, party, form, "deposit"),
        _("The deposit of {amount} {currency} is with the cashier. It counts once it is confirmed."),
        lambda _answer: url_for("trader.account", post=post, party=party),
    )


@blueprint.post("/accounts/<post>/<party>/withdrawals")
@signed_in(ROLE)
def withdraw(post: str, party: str) -> Any:
    """Asks for money back from the account; an official approves it."""
    form = _submitted(schemas.WithdrawalSchema)
    _may(post, party)
    if not form.validate():
        return _account_page(post, party, form, "withdrawal"), 422
    said = form.data

    def act(session: Session) -> str:
        currency = said.get("currency") or currency_of(session, post) or ""
        command = Withdraw(
            post, party, Decimal(said["amount"]), currency, said["bank"], said["reference"], said["reason"]
        )
        payments.propose_withdrawal(session, command, by=trader())
        return f"- {said['amount']} {currency}"

    return _done(
        form,
        act,
        lambda: _account_page(post, party, form, "withdrawal"),
        _("Your wish to take out {amount} {currency} is with customs."),
        lambda _answer: url_for("trader.account", post=post, party=party),
    )


@blueprint.post("/accounts/<post>/<party>/standing-order")
@signed_in(ROLE)
def standing_order(post: str, party: str) -> Response:
    """Whether declarations are paid from the account by themselves."""
    on = request.form.get("on") == "true"
    _may(post, party)
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(post, party, on), by=trader())
    said = (
        _("From now on declarations are paid from the account by themselves.")
        if on
        else _("Declarations are no longer paid from the account by themselves.")
    )
    flash(translate(said), "success")
    return redirect(url_for("trader.account", post=post, party=party), 303)


def _may(post: str, party: str) -> None:
    """An account of another firm is not there."""
    if party not in trader().parties(post):
        raise NotFound()
    with db.reading() as session:
        if currency_of(session, post) is None:
            raise NotFound()


def _account_page(post: str, party: str, form: Form | None = None, which: str = "") -> str:
    before = whole_number(request.args.get("before", ""))
    _may(post, party)
    with db.reading() as session:
        desk = Desk.of(session)
        known = _account(session, post, party)
        lines = owed.statement(session, post, party, by=desk.actor, limit=_LINES + 1, before=before) if known else []
        subjects = {line.declaration_id for line in lines if line.declaration_id}
        about = queries.references(session, post, subjects, by=desk.actor)
        waiting = [
            p for p in owed.claimed(session, by=desk.actor, limit=100) if p.purpose == "deposit" and p.party == party
        ]
        paid_in, currency = _paid_in(session, post), currency_of(session, post)
    firm = desk.firm(party)
    return render_template(
        "trader/account.html",
        account=known,
        post=post,
        party=party,
        firm=firm.name if firm else party,
        currency=currency,
        post_title=desk.lists.post_name(post),
        lines=lines[:_LINES],
        next=lines[_LINES - 1].place if len(lines) > _LINES else None,
        before=before,
        about=about,
        kinds=LINES,
        waiting=waiting,
        **paid_in,
        deposit_form=form if which == "deposit" and form else Form(schemas.DepositSchema),
        withdrawal_form=form if which == "withdrawal" and form else Form(schemas.WithdrawalSchema),
        wrong=form if form and form.findings else None,
        which=which,
    )


def _submitted(schema: type[ma.Schema], **fixed: str) -> Form:
    return Form.submitted(schema, {**request.form, **fixed})


def _done(
    form: Form,
    act: Callable[[Session], str],
    again: Callable[[], str],
    said: Text,
    address: Callable[[str], str],
) -> Any:
    """Does it once, however often the form is sent; a refusal brings the page back with what is wrong at its boxes."""
    try:
        outcome = once.done(act, by=trader())
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        form.findings = tuple(
            Finding(_BOXES.get(f.pointer, f.pointer), f.rule, f.message, f.severity) for f in refusal.findings
        ) or (Finding("", refusal.code, refusal.message),)
        return again(), refusal.status
    reference, amount, currency = outcome.answer.split(" ")
    if outcome.again:
        flash(translate(_PAID_BEFORE), "info")
    else:
        flash(translate(Text(said.msgid, {"amount": amount, "currency": currency})), "success")
    return redirect(address(reference), 303)
