"""The official papers of a declaration or a transit movement, and the receipt of a deposit, for the trader whose firm it is
and for the officials of the post."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clearance.operations.papers import LONGEST_REASON, PrintedPaper, PrintedSad
from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, Refusal, WrongState
from app.core.text import ascii_digits, fault_in, normal
from app.declarations import queries
from app.declarations.models import Declaration
from app.declarations.queries import OFFICIAL
from app.edge.signin import current_actor, signed_in
from app.flows import papers as flow
from app.flows.movements import papers as transit
from app.flows.papers import Ask
from app.payments import queries as owed
from app.payments.models import Payment
from app.payments.operations import CASHIERS
from app.registers import papers as register
from app.transit import queries as movements
from app.web import words
from app.web.downloads import attachment
from app.web.supervisor.pages import asked_pair, language_choices, last_pair
from config.settings import Settings

blueprint = Blueprint("paper", __name__, url_prefix="/papers")

SEEING = ("trader", *OFFICIAL)
#: Who sees the page of an account at the cashier's desk.
TILL = (*CASHIERS, "auditor")
#: kind, what it is of, and how many copies were on the page, as the buttons send them.
_PARTS = 3
_LONGEST = 120
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was refused: why, and what was typed."""

    refusal: Refusal
    typed: dict[str, str] = field(default_factory=dict)


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages of papers; the way to them is on the page of a declaration."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(paper_word=words.paper)


@blueprint.get("/of/<reference>")
@signed_in(*SEEING)
def listed(reference: str) -> str:
    """What a paper can be had of, and what was issued."""
    return _page(reference)


def _page(reference: str, refused: Refused | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        lines = register.of_declaration(session, record, official=official)
    return _listed(
        refused,
        title=record.mrn or record.reference,
        action=url_for("paper.printed", reference=record.reference),
        draft=record.status == "draft",
        lines=lines,
        may=[flow.is_printer(line.kind, record, by=actor) for line in lines],
        official=official,
        back=_back(record, actor),
    )


def _listed(refused: Refused | None, **about: Any) -> str:
    return render_template(
        "papers/list.html",
        refused=refused,
        languages_offered=language_choices(),
        pair=last_pair(),
        longest=LONGEST_REASON,
        **{"transit": False, **about},
    )


def _back(record: Declaration, actor: Actor) -> str:
    page = "officer.file" if queries.sees_lane(actor, record.post) else "trader.show"
    return url_for(page, reference=record.reference)


@blueprint.post("/of/<reference>")
@signed_in(*SEEING)
def printed(reference: str) -> Response | tuple[str, int]:
    """Issues a paper, or prints a copy, and answers with it. Copies are not kept, only their place in the register."""
    actor, typed = current_actor(), request.form.get("reason", "")
    try:
        ask = _ask(reference, normal(typed))
        with db.transaction() as session:
            done = flow.print_paper(session, ask, current_app.extensions["guzar_keys"], by=actor)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        return _page(reference, Refused(refusal, {"reason": typed})), refusal.status
    return _sent(done)


def _sent(done: PrintedPaper | PrintedSad) -> Response:
    if isinstance(done, PrintedSad):
        return attachment(done.pdf, f"{done.mrn or done.reference}-v{done.version}.pdf", _PDF)
    copy = f"-copy-{done.copy}" if done.copy else ""
    return attachment(done.pdf, f"{done.paper.number}{copy}.pdf", _PDF)


def _ask(reference: str, reason: str) -> Ask:
    parts = request.form.get("paper", "")[:_LONGEST].split("|")
    kind, of, seen = parts if len(parts) == _PARTS else ("", "", "")
    fault = fault_in(kind) or fault_in(of)
    if fault is not None:
        raise Invalid(fault)
    digits = ascii_digits(seen)
    copies = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None
    return Ask(reference, kind, of, asked_pair(), reason, copies)


@blueprint.get("/transit/<reference>")
@signed_in(*SEEING)
def of_movement(reference: str) -> str:
    """The papers of a transit movement."""
    return _transit_page(reference)


def _transit_page(reference: str, refused: Refused | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        movement, offered = transit.offered(session, reference, by=actor)
        official = movements.is_official(actor, movement, {o.office for o in movements.offices(session, movement)})
    return _listed(
        refused,
        title=movement.mrn or movement.reference,
        action=url_for("paper.movement_printed", reference=movement.reference),
        draft=False,
        transit=True,
        lines=[each.line for each in offered],
        may=[each.may_print for each in offered],
        official=official,
        back=url_for("transit_office.file" if official else "trader_transit.show", reference=movement.reference),
    )


@blueprint.post("/transit/<reference>")
@signed_in(*SEEING)
def movement_printed(reference: str) -> Response | tuple[str, int]:
    """Issues a paper of a movement, or prints a copy, and answers with it."""
    actor, typed = current_actor(), request.form.get("reason", "")
    try:
        ask = _ask(reference, normal(typed))
        with db.transaction() as session:
            done = transit.print_paper(session, ask, current_app.extensions["guzar_keys"], by=actor)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        return _transit_page(reference, Refused(refusal, {"reason": typed})), refusal.status
    return _sent(done)


@blueprint.get("/receipts/<uuid:identifier>")
@signed_in(*SEEING)
def receipt(identifier: UUID) -> str | Response:
    """The receipt of a deposit, which belongs to no declaration; of any other payment the papers of its declaration."""
    return _of_payment(identifier)


def _of_payment(identifier: UUID, refused: Refused | None = None) -> str | Response:
    actor = current_actor()
    with db.reading() as session:
        payment = owed.find_payment(session, identifier, by=actor)
        if payment.reference:
            return redirect(url_for("paper.listed", reference=payment.reference, lang=request.args.get("lang")))
        line = register.of_payment(session, payment)
    settled = payment.status == "confirmed" or line.issued is not None
    return _listed(
        refused,
        title=payment.number or payment.party,
        action=url_for("paper.receipt_printed", identifier=identifier),
        draft=False,
        lines=[line] if settled else [],
        may=[flow.is_printer(line.kind, payment, by=actor)],
        official=actor.grant(OFFICIAL, payment.post) is not None,
        back=_account_of(payment, actor),
    )


def _account_of(payment: Payment, actor: Actor) -> str:
    """The page of the account where this person sees it."""
    if payment.party in actor.parties(payment.post):
        return url_for("trader.account", post=payment.post, party=payment.party)
    if actor.grant(TILL, payment.post) is None:
        return url_for("officer.worklist")
    return url_for("cashier.account", party=payment.party, post=payment.post)


@blueprint.post("/receipts/<uuid:identifier>")
@signed_in(*SEEING)
def receipt_printed(identifier: UUID) -> Response | tuple[str | Response, int]:
    """Issues the receipt of a deposit, or prints a copy, and answers with it."""
    actor, typed = current_actor(), request.form.get("reason", "")
    try:
        ask = _ask("", normal(typed))
        keys = current_app.extensions["guzar_keys"]
        with db.transaction() as session:
            done = flow.print_receipt(session, identifier, ask.languages, ask.reason, keys, ask.seen, by=actor)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        return _of_payment(identifier, Refused(refusal, {"reason": typed})), refusal.status
    return _sent(done)


@blueprint.get("/<number>.pdf")
@signed_in(*SEEING)
def original(number: str) -> Response:
    """The signed original, to be saved or sent to the printer."""
    with db.reading() as session:
        paper = flow.original(session, number, by=current_actor())
    return attachment(paper.pdf, f"{paper.number}.pdf", _PDF)
