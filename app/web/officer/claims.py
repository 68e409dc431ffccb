"""“I work on this”: claimed, given back, taken over, from the worklist or from the file."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.claims.operations import WORKING
from app.core import db
from app.core.errors import Invalid, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import claimed
from app.web import reasons
from app.web.officer.narrowed import address
from app.web.officer.pages import blueprint

_LISTS = {"worklist": "declarations", "transit": "movements"}
_FILES = {"file": "officer.file", "movement": "transit_office.file", "inspection": "officer.inspection"}


@blueprint.post("/claims/<reference>")
@signed_in(*WORKING)
def claim(reference: str) -> Response:
    """By the button that was pressed; then back to where it stands."""
    try:
        with db.transaction() as session:
            done = _deed(session, reference)
    except (Invalid, WrongState) as refusal:
        said = refusal.findings[0].message if refusal.findings else refusal.message
        flash(translate(said), "error")
    else:
        flash(translate(done), "success")
    return redirect(_back(reference), 303)


def _deed(session: Session, reference: str) -> Text:
    actor, verdict = current_actor(), request.form.get("verdict")
    if verdict == "release":
        claimed.release(session, reference, by=actor)
        return _("You work on it no more.")
    if verdict == "take":
        claimed.take_over(session, reference, reasons.typed(), by=actor)
        return _("You work on it from now on. Your colleague sees why.")
    claimed.claim(session, reference, by=actor)
    return _("Others see now that you work on it.")


def _back(reference: str) -> str:
    where = request.args.get("at", "")
    if where in _FILES:
        return url_for(_FILES[where], reference=reference)
    of = _LISTS.get(where, "declarations")
    return address(of, request.args)
