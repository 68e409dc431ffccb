"""What is released and waits for its permit."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clearance.operations import ISSUING
from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _, fault_in
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import permits as flow
from app.registers import print_queue as register
from app.web.supervisor.pages import asked_pair, blueprint, language_choices, last_pair, typed_search

PAGE = 50


@blueprint.get("/print-queue", endpoint="print_queue")
@signed_in(*ISSUING)
def queue() -> str:
    return _page("supervisor/print_queue.html")


@blueprint.get("/print-queue/rows")
@signed_in(*ISSUING)
def queue_rows() -> str:
    """The rows alone, for the live list."""
    return _page("supervisor/_print_queue_rows.html")


def _page(template: str, refusal: Refusal | None = None) -> str:
    typed, after = typed_search(), request.args.get("after", "")
    wanted = typed if fault_in(typed) is None else ""
    with db.reading() as session:
        page = register.page(session, wanted, by=current_actor(), limit=PAGE, after=after)
        now = db.now(session)
    return render_template(
        template,
        page=page,
        typed=typed,
        after=after,
        now=now,
        refusal=refusal,
        languages_offered=language_choices(),
        pair=last_pair(),
    )


@blueprint.post("/print-queue")
@signed_in(*ISSUING)
def issue() -> Response | tuple[str, int]:
    """Issues one permit. A second click finds the permit of the first."""
    reference, languages, actor = request.form.get("reference", "")[:35], asked_pair(), current_actor()
    try:
        with db.transaction() as session:
            done = flow.issue(session, reference, languages, current_app.extensions["guzar_keys"], by=actor)
    except WrongState as refusal:
        number = refusal.facts.get("number")
        if number is None:
            return _page("supervisor/print_queue.html", refusal), refusal.status
        flash(translate(refusal.message), "caution")
        return redirect(url_for("supervisor.permit", number=number), 303)
    except (Invalid, Forbidden) as refusal:
        return _page("supervisor/print_queue.html", refusal), refusal.status
    flash(translate(_("Permit {number} is issued.", number=done.permit.number)), "success")
    return redirect(url_for("supervisor.permit", number=done.permit.number), 303)
