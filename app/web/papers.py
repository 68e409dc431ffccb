"""The official papers of a declaration, for the trader whose firm it is and for the officials of the post."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clearance.operations.papers import LONGEST_REASON, PrintedSad
from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, Refusal, WrongState
from app.core.text import ascii_digits, fault_in, normal
from app.declarations import queries
from app.declarations.models import Declaration
from app.declarations.queries import OFFICIAL
from app.edge.signin import current_actor, signed_in
from app.flows import papers as flow
from app.flows.papers import Ask
from app.registers import papers as register
from app.web import words
from app.web.downloads import attachment
from app.web.supervisor.pages import asked_pair, language_choices, last_pair
from config.settings import Settings

blueprint = Blueprint("paper", __name__, url_prefix="/papers")

SEEING = ("trader", *OFFICIAL)
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
        lines = register.of_declaration(session, record)
    return render_template(
        "papers/list.html",
        record=record,
        lines=lines,
        may={line.kind: flow.is_printer(line.kind, record, by=actor) for line in lines},
        official=queries.sees_lane(actor, record.post),
        back=_back(record, actor),
        refused=refused,
        languages_offered=language_choices(),
        pair=last_pair(),
        longest=LONGEST_REASON,
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


@blueprint.get("/<number>.pdf")
@signed_in(*SEEING)
def original(number: str) -> Response:
    """The signed original, to be saved or sent to the printer."""
    with db.reading() as session:
        paper = flow.original(session, number, by=current_actor())
    return attachment(paper.pdf, f"{paper.number}.pdf", _PDF)
