"""The register of permits, and one permit with its prints."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clearance import operations as clearance
from app.clearance import queries
from app.clearance.operations import ISSUING
from app.clearance.queries import OFFICIAL
from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, Refusal, WrongState
from app.core.text import _, ascii_digits, fault_in
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import permits as flow
from app.registers import permits as register
from app.web import reasons
from app.web.supervisor.pages import asked_pair, blueprint, language_choices, last_pair, typed_search

PAGE = 50
LONGEST_PRINT_REASON, LONGEST_REVOCATION_REASON = 500, 2000


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was refused: which of the two, why, and what was typed."""

    form: str
    refusal: Refusal
    typed: dict[str, str] = field(default_factory=dict)


@blueprint.get("/permits")
@signed_in(*OFFICIAL)
def permits() -> str | Response:
    """The register; the single hit of a search opens at once."""
    typed, after = typed_search(), request.args.get("after", "")
    known = fault_in(typed) is None
    with db.reading() as session:
        page = (
            register.page(session, typed, by=current_actor(), limit=PAGE, after=after)
            if known
            else register.Page([], None)
        )
    if typed and len(page.lines) == 1 and not after:
        return redirect(url_for("supervisor.permit", number=page.lines[0].number))
    return render_template("supervisor/permits.html", page=page, typed=typed, after=after)


@blueprint.get("/permits/<number>")
@signed_in(*OFFICIAL)
def permit(number: str) -> str:
    return _page(number)


def _page(number: str, refused: Refused | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        found = register.find(session, number, by=actor)
        prints = queries.prints(session, found)
        successor = register.replaced_by(session, number) if found.revoked_at else None
        today = db.now(session).date()
    return render_template(
        "supervisor/permit.html",
        permit=found,
        prints=prints,
        successor=successor,
        expired=found.valid_until < today,
        refused=refused,
        may=actor.grant(ISSUING, found.post) is not None,
        languages_offered=language_choices(),
        pair=last_pair(),
        confirm_url=url_for("security.verify", next=url_for("supervisor.permit", number=number)),
    )


@blueprint.get("/permits/<number>.pdf")
@signed_in(*OFFICIAL)
def original(number: str) -> Response:
    """The signed original, to be saved or sent to the printer."""
    with db.reading() as session:
        found = register.find(session, number, by=current_actor(), with_pdf=True)
    return _pdf(found.pdf, f"{found.number}.pdf")


@blueprint.get("/permits/<number>/<any(prints, revocation):part>")
@signed_in(*OFFICIAL)
def permit_again(number: str, part: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the permit itself."""
    return redirect(url_for("supervisor.permit", number=number, lang=request.args.get("lang")))


@blueprint.post("/permits/<number>/prints")
@signed_in(*ISSUING)
def printed(number: str) -> Response | tuple[str, int]:
    """Prints a copy and answers with it: copies are not kept, only their place in the register."""
    reason, seen, languages = reasons.typed(longest=LONGEST_PRINT_REASON), _seen(), asked_pair()
    actor = current_actor()
    try:
        with db.transaction() as session:
            keys = current_app.extensions["guzar_keys"]
            done = flow.print_copy(session, number, languages, reason, keys, seen, by=actor)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        return _page(number, Refused("print", refusal, {"reason": reason})), refusal.status
    return _pdf(done.pdf, f"{number}-copy-{done.copy}.pdf")


def _seen() -> int:
    """How many prints the page showed; none where the field says nothing."""
    typed = ascii_digits(request.form.get("seen", ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


@blueprint.post("/permits/<number>/revocation")
@signed_in(*ISSUING)
def revoked(number: str) -> Response | tuple[str, int]:
    reason, actor = reasons.typed(longest=LONGEST_REVOCATION_REASON), current_actor()
    try:
        with db.transaction() as session:
            register.find(session, number, by=actor)
            clearance.revoke(session, number, reason, by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page(number, Refused("revoke", refusal, {"reason": reason})), refusal.status
    flash(
        translate(_("Permit {number} is revoked. A new one may now be issued from the print queue.", number=number)),
        "success",
    )
    return redirect(url_for("supervisor.permit", number=number), 303)


def _pdf(content: bytes, name: str) -> Response:
    """A PDF to be saved, never shown inside our own pages."""
    response = current_app.response_class(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return response
