"""A roster from a file."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Malformed, Refusal, TooLarge
from app.core.text import _
from app.duty import operations
from app.duty.operations import KEEPING
from app.duty.rules.filed import COLUMNS
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.reference import sheets
from app.web.duty import pages
from app.web.duty.pages import blueprint


@blueprint.get("/file")
@signed_in(*KEEPING)
def roster_file() -> str:
    """Asks for a file."""
    return _asking()


@blueprint.post("/file")
@signed_in(*KEEPING)
def roster_file_taken() -> Response | tuple[str, int]:
    """Takes a file over, whole or not at all."""
    actor = current_actor()
    with db.reading() as session:
        here = pages.place(session, actor)
    file = request.files.get("file")
    data = file.read(sheets.LARGEST + 1) if file is not None else b""
    if not data:
        return _asking(Invalid(_("Choose a file with at least one row."))), 422
    try:
        with db.transaction() as session:
            count = operations.take(session, here.post, data, by=actor)
    except (Forbidden, Invalid, Malformed, TooLarge) as refusal:
        return _asking(refusal), refusal.status
    flash(translate(_("{count} shifts stand on the roster now.", count=count)), "success")
    return redirect(url_for("duty.week", post=here.post), 303)


def _asking(refusal: Refusal | None = None) -> str:
    with db.reading() as session:
        here = pages.place(session, current_actor())
    return render_template("duty/file.html", here=here, columns=COLUMNS, refusal=refusal)
