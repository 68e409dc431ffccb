"""Rows that do not say what the journal says, and checkpoints of the journal."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db, journal
from app.core.errors import Forbidden, Invalid, Malformed, Refusal, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.oversight.operations import watching
from app.oversight.queries import checkpoints, watched
from app.web import reasons
from app.web.oversight import notices
from app.web.oversight.pages import blueprint

PAGE = 50


@blueprint.get("/integrity")
@signed_in(*watched.TOLD)
def differences() -> str:
    """The newest first; below it the last checkpoint of each chain."""
    return _page()


def _page(refusal: Refusal | None = None, of: UUID | None = None) -> str:
    actor, after = current_actor(), _after()
    with db.reading() as session:
        lines = watched.page(session, by=actor, limit=PAGE + 1, after=after)
        heads = journal.heads(session)
        marks = [(post, heads[post], checkpoints.latest(session, post)) for post in sorted(heads)]
        looked = watched.looked_at(session)
    last = lines[PAGE - 1] if len(lines) > PAGE else None
    return render_template(
        "oversight/integrity.html",
        lines=lines[:PAGE],
        next=url_for("oversight.differences", after=f"{last.found_at.isoformat()}~{last.id}") if last else None,
        after=after,
        marks=marks,
        looked=min(looked.values(), default=None),
        settles=actor.grant(watching.SETTLING, db.node_post()) is not None,
        refusal=refusal,
        refused=of,
    )


def _after() -> tuple[dt.datetime, UUID] | None:
    moment, _tilde, key = request.args.get("after", "").partition("~")
    if not moment:
        return None
    try:
        at = dt.datetime.fromisoformat(moment.replace(" ", "+"))
        return at if at.tzinfo else at.replace(tzinfo=dt.UTC), UUID(key)
    except ValueError as error:
        raise Malformed(_("This page of the list is not known. Begin with the first one.")) from error


@blueprint.get("/integrity/<uuid:identifier>")
@signed_in(*watched.TOLD)
def differences_again(identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("oversight.differences", lang=request.args.get("lang")))


@blueprint.post("/integrity/<uuid:identifier>")
@signed_in(*watching.SETTLING)
def settled(identifier: UUID) -> Response | tuple[str, int]:
    """An auditor says what has become of a difference."""
    try:
        with db.transaction() as session:
            watching.settle(session, identifier, reasons.typed("words"), by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page(refusal, identifier), refusal.status
    notices.changed()
    flash(translate(_("The difference is settled.")), "success")
    return redirect(url_for("oversight.differences"), 303)
