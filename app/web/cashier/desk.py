"""The desk: receipts that traders name and the cashier confirms, what is in the till, and the way to a declaration."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import NotFound, Refusal
from app.core.text import Text, _, ascii_digits, fault_in, normal
from app.edge import fmt
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import paying
from app.payments import queries as owed
from app.payments.operations import CASHIERS
from app.registers import debts, takings
from app.registers import declarations as register
from app.registers.listing import moment_key, read_moment_key
from app.web import reasons
from app.web.banks import Banks
from app.web.cashier.pages import REFUSALS, SEEING, blueprint, done_once, post

PAGE = 50
FIRST_DEBTS = 5
MOST_FOUND = 20
LONGEST_SEARCH = 60

Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Refused:
    """A small form that was refused: about which payment, why, and what was typed."""

    of: UUID
    refusal: Refusal
    typed: str = ""


@blueprint.get("/")
@signed_in(*SEEING)
def desk() -> str:
    return _drawn()


@blueprint.get("/rows")
@signed_in(*SEEING)
def desk_rows() -> str:
    """The receipts that wait and the till alone, for the live desk."""
    return _drawn(template="cashier/_claims.html")


@blueprint.get("/search")
@signed_in(*SEEING)
def search() -> str | Response:
    """A declaration by MRN, reference or plate, or a payment by the number of its receipt: a single hit opens at once."""
    typed = ascii_digits(normal(request.args.get("q", "")[:LONGEST_SEARCH]))
    if not typed:
        return redirect(url_for("cashier.desk"))
    hits: list[register.Line] = []
    actor = current_actor()
    if fault_in(typed) is None:
        paid = _paid_under(typed)
        if paid is not None:
            return redirect(paid)
        with db.reading(search=True) as session:
            hits = register.page(session, register.Filters(q=typed), by=actor, limit=MOST_FOUND).lines
            hits = [hit for hit in hits if actor.grant(SEEING, hit.post)]
    if len(hits) == 1:
        return redirect(url_for("cashier.declaration", reference=hits[0].reference))
    return render_template("cashier/search.html", typed=typed, hits=hits)


def _paid_under(number: str) -> str | None:
    """The page of what was paid under the number of an official receipt: the declaration's money, or the deposit's
    receipt."""
    with db.reading() as session:
        try:
            payment = owed.find_receipt(session, number.upper(), by=current_actor())
        except NotFound:
            return None
    if payment.reference:
        return url_for("cashier.declaration", reference=payment.reference)
    return url_for("paper.receipt", identifier=payment.id)


def _drawn(refused: Refused | None = None, *, template: str = "cashier/desk.html") -> str:
    actor, after, partial = current_actor(), request.args.get("after", ""), template != "cashier/desk.html"
    place = read_moment_key(after) if after else None
    with db.reading() as session:
        claimed = owed.claimed(session, by=actor, limit=PAGE + 1, after=place)
        till = owed.till(session, post(), by=actor)
        names = takings.firms(session, (p.party for p in claimed))
        banks = Banks.at(session, post())
        owing = [] if partial else debts.page(session, by=actor, limit=FIRST_DEBTS).lines
        sums = debts.totals(session, by=actor) if owing else []
        now = db.now(session)
    last = claimed[PAGE - 1] if len(claimed) > PAGE else None
    return render_template(
        template,
        partial=partial,
        claimed=claimed[:PAGE],
        next=moment_key(last.made_at, last.id) if last else None,
        after=after,
        till=till,
        at=post(),
        names=names,
        banks=banks,
        owing=owing,
        sums=sums,
        now=now,
        refused=refused,
        acts=not actor.roles().isdisjoint(CASHIERS),
        confirm_url=url_for("security.verify", next=url_for("cashier.desk")),
    )


@blueprint.get("/payments/<uuid:identifier>")
@signed_in(*SEEING)
def payment_again(identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language; also the way to what a payment was for."""
    with db.reading() as session:
        found = owed.find_payment(session, identifier, by=current_actor())
    if found.reference:
        return redirect(url_for("cashier.declaration", reference=found.reference, lang=request.args.get("lang")))
    return redirect(url_for("cashier.desk", lang=request.args.get("lang")))


@blueprint.post("/payments/<uuid:identifier>")
@signed_in(*CASHIERS)
def receipt_settled(identifier: UUID) -> Answer:
    """Confirms or refuses a receipt that a trader has named, by the button that was pressed."""
    actor, confirms = current_actor(), request.form.get("verdict") == "confirm"
    reason = ""
    try:
        reason = reasons.typed()

        def act(session: Session) -> Text:
            if not confirms:
                paying.refuse(session, identifier, reason, by=actor)
                return _("The receipt is not accepted. The trader is told why.")
            declaration, payment = paying.confirm(session, identifier, by=actor)
            number = fmt.code(payment.number)
            if declaration is not None and declaration.status == "released":
                return _("Confirmed under {number}. Nothing is due any more: the goods are released.", number=number)
            return _("Confirmed under {number}.", number=number)

        done = done_once(act, by=actor)
    except REFUSALS as refusal:
        return _drawn(Refused(identifier, refusal, reason)), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("cashier.desk"), 303)
