"""What is released for transit and waits for its accompanying document."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clearance.commands import Kind
from app.clearance.operations import ISSUING
from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _, fault_in
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows.movements import papers as flow
from app.flows.papers import Ask
from app.registers.movements import print_queue as register
from app.web.supervisor.pages import asked_pair, blueprint, language_choices, last_pair, typed_search

PAGE = 50
_WHOLE, _ROWS = "supervisor/transit_queue.html", "supervisor/_transit_queue_rows.html"


@blueprint.get("/transit-print-queue", endpoint="print_queue_transit")
@signed_in(*ISSUING)
def queue() -> str:
    return _page(_WHOLE)


@blueprint.get("/transit-print-queue/rows", endpoint="print_queue_transit_rows")
@signed_in(*ISSUING)
def rows() -> str:
    """The rows alone, for the live list."""
    return _page(_ROWS)


def _page(template: str, refusal: Refusal | None = None) -> str:
    typed, after = typed_search(), request.args.get("after", "")
    wanted = typed if fault_in(typed) is None else ""
    with db.reading() as session:
        page = register.page(session, wanted, by=current_actor(), limit=PAGE, after=after)
    return render_template(
        template,
        page=page,
        typed=typed,
        after=after,
        refusal=refusal,
        languages_offered=language_choices(),
        pair=last_pair(),
    )


@blueprint.post("/transit-print-queue", endpoint="print_queue_transit_issue")
@signed_in(*ISSUING)
def issue() -> Response | tuple[str, int]:
    """Issues one document and leads to the papers of its movement. A second click finds the document of the first."""
    reference, languages = request.form.get("reference", "")[:35], asked_pair()
    ask = Ask(reference, Kind.TRANSIT_DOCUMENT.value, "", languages)
    try:
        with db.transaction() as session:
            done = flow.print_paper(session, ask, current_app.extensions["guzar_keys"], by=current_actor())
    except Invalid as refusal:
        if not any(finding.rule == "print.reason" for finding in refusal.findings):
            return _page(_WHOLE, refusal), refusal.status
        flash(translate(_("The document is issued already.")), "caution")
        return redirect(url_for("paper.of_movement", reference=reference), 303)
    except (WrongState, Forbidden) as refusal:
        return _page(_WHOLE, refusal), refusal.status
    flash(translate(_("Document {number} is issued.", number=done.paper.number)), "success")
    return redirect(url_for("paper.of_movement", reference=done.paper.reference), 303)
