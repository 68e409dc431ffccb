"""The closing of the day: what was posted since the last one against what lies in the drawer and in the folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.text import Text, _
from app.edge import fmt
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import paying
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments import schemas
from app.payments.operations import CASHIERS
from app.payments.operations.closing import COUNTED
from app.payments.operations.receipts import CANCELLING
from app.payments.queries import Till, currency_of
from app.registers import takings
from app.registers.listing import read_id_key
from app.web import reasons
from app.web.banks import Banks
from app.web.cashier.desk import Refused
from app.web.cashier.pages import REFUSALS, SEEING, blueprint, done_once, post
from app.web.form import Form

PAGE = 50

Answer = Response | tuple[str, int]


@blueprint.get("/closing")
@signed_in(*SEEING)
def closing() -> str:
    return _drawn()


@blueprint.get("/closing/rows")
@signed_in(*SEEING)
def closing_rows() -> str:
    """What was taken and what is to be counted alone, for the live till."""
    return _drawn(template="cashier/_taken.html")


def _drawn(form: Form | None = None, refused: Refused | None = None, *, template: str = "cashier/closing.html") -> str:
    actor, at = current_actor(), post()
    with db.reading() as session:
        till = owed.till(session, at, by=actor)
        page = takings.open_payments(session, at, by=actor, limit=PAGE, after=request.args.get("after", ""))
        names = takings.firms(session, (p.party for p in page.payments))
        banks = Banks.at(session, at)
        rows = _rows(till, currency_of(session, at))
    return render_template(
        template,
        partial=template != "cashier/closing.html",
        till=till,
        rows=rows,
        page=page,
        after=request.args.get("after", ""),
        names=names,
        banks=banks,
        at=at,
        form=form or Form(schemas.ClosingSchema, {"counted": [{**row, "amount": ""} for row in rows]}),
        sent=form,
        refused=refused,
        acts=actor.grant(CASHIERS, at) is not None,
        cancels=actor.grant(CANCELLING, at) is not None,
        confirm_url=url_for("security.verify", next=url_for("cashier.closing")),
    )


def _rows(till: Sequence[Till], money: str | None) -> list[dict[str, Any]]:
    """What is counted: every method that leaves paper, in every currency that came in; cash at least."""
    found = {(t.method, t.currency) for t in till if t.method in COUNTED}
    found.add((COUNTED[0], money or ""))
    return [{"method": method, "currency": currency} for method, currency in sorted(found)]


@blueprint.post("/closing")
@signed_in(*CASHIERS)
def close() -> Answer:
    """Closes the day; a difference needs a note."""
    actor, at = current_actor(), post()
    form = Form.submitted(schemas.ClosingSchema, request.form)
    if not form.validate():
        return _drawn(form), 422
    numbers: list[str] = []

    def act(session: Session) -> Text:
        made = payments.close_day(session, schemas.closing(form.data, at), by=actor)
        numbers.append(made.number)
        return _("The day is closed: {number}.", number=fmt.code(made.number))

    try:
        done = done_once(act, by=actor)
    except REFUSALS as refusal:
        form.refuse(refusal)
        return _drawn(form), refusal.status
    flash(translate(done), "success")
    if not numbers:
        return redirect(url_for("cashier.closings"), 303)
    return redirect(url_for("cashier.one_closing", number=numbers[0]), 303)


@blueprint.get("/closing/payments/<uuid:identifier>")
@signed_in(*SEEING)
def closing_again(identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the till."""
    return redirect(url_for("cashier.closing", lang=request.args.get("lang")))


@blueprint.post("/closing/payments/<uuid:identifier>")
@signed_in(*CANCELLING)
def taking_cancelled(identifier: UUID) -> Answer:
    """A supervisor takes back what was recorded by mistake, deposits too."""
    actor, reason = current_actor(), ""
    try:
        reason = reasons.typed()

        def act(session: Session) -> Text:
            _record, payment = paying.cancel(session, identifier, reason, by=actor)
            return _("Cancelled: {number}.", number=fmt.code(payment.number))

        done = done_once(act, by=actor)
    except REFUSALS as refusal:
        return _drawn(refused=Refused(identifier, refusal, reason)), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("cashier.closing"), 303)


@blueprint.get("/closings")
@signed_in(*SEEING)
def closings() -> str:
    actor, at, before = current_actor(), post(), request.args.get("before", "")
    with db.reading() as session:
        found = owed.closings(session, at, by=actor, limit=PAGE + 1, before=read_id_key(before) if before else None)
    more = found[PAGE - 1].id.hex if len(found) > PAGE else None
    return render_template("cashier/closings.html", closings=found[:PAGE], next=more, before=before, at=at)


@blueprint.get("/closings/<number>")
@signed_in(*SEEING)
def one_closing(number: str) -> str:
    actor, at = current_actor(), post()
    with db.reading() as session:
        found = owed.find_closing(session, at, number, by=actor)
        came, went = takings.of_closing(session, found)
        names = takings.firms(session, [*(p.party for p in came), *(r.party for r in went)])
        banks = Banks.at(session, at)
    return render_template(
        "cashier/one_closing.html", closing=found, payments=came, refunds=went, names=names, banks=banks
    )
