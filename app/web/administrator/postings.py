"""The list of postings: looked at first, then taken over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Malformed, Refusal, TooLarge, WrongState
from app.core.text import _, normal
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import postings
from app.flows.granting import ADMINISTRATORS
from app.reference import sheets
from app.web import reasons
from app.web.administrator.pages import people as blueprint

_REFUSALS = (Malformed, TooLarge, Invalid, WrongState, Forbidden)


@blueprint.get("/postings")
@signed_in(*ADMINISTRATORS)
def posting_list() -> str:
    """Asks for a list."""
    return _asking()


@blueprint.post("/postings")
@signed_in(*ADMINISTRATORS)
def posting_list_taken() -> Response | str | tuple[str, int]:
    """A list is compared; what has been compared and looked at is taken over."""
    whole = request.form.get("whole") == "yes"
    if "rows" in request.form:
        return _take(request.form["rows"].encode(), whole)
    file = request.files.get("file")
    data = file.read(sheets.LARGEST + 1) if file is not None else b""
    if not data:
        return _asking(Invalid(_("Choose a file with at least one row."))), 422
    return _compared(data, whole)


def _take(data: bytes, whole: bool) -> Response | str | tuple[str, int]:
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            found = postings.take(session, data, reason, whole=whole, by=current_actor())
    except _REFUSALS as refusal:
        return _compared(data, whole, refusal, normal(request.form.get("reason", "")))
    ended, proposals = len(found.ended), len(found.proposals)
    told = _("{ended} roles end, {count} proposals wait for a second person.", ended=ended, count=proposals)
    flash(translate(told), "success")
    return redirect(url_for("people.accounts"), 303)


def _compared(data: bytes, whole: bool, refusal: Refusal | None = None, reason: str = "") -> str | tuple[str, int]:
    try:
        with db.reading() as session:
            found = postings.compare(session, data, "", whole=whole, by=current_actor())
        rows = data.decode("utf-8")
    except _REFUSALS as other:
        return _asking(other), other.status
    except UnicodeDecodeError:
        return _asking(Invalid(_("Save the list as CSV (UTF-8) once more."))), 422
    page = render_template(
        "administrator/postings_difference.html", found=found, rows=rows, whole=whole, refusal=refusal, reason=reason,
        confirm_url=url_for("security.verify", next=url_for("people.posting_list")),
    )  # fmt: skip
    return page if refusal is None else (page, refusal.status)


def _asking(refusal: Refusal | None = None) -> str:
    return render_template(
        "administrator/postings.html", refusal=refusal, columns=postings.COLUMNS, roles_posted=sorted(postings.POSTED),
        confirm_url=url_for("security.verify", next=url_for("people.posting_list")),
    )  # fmt: skip
