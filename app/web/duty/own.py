"""One's own duty: the next shifts, what one may do, and the interests one has to tell of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.core import db
from app.core.errors import Refusal
from app.core.text import _
from app.duty import operations, queries, schemas
from app.duty.operations import ON_ROSTER
from app.duty.schemas import ConflictSchema
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.web import once
from app.web.duty import pages
from app.web.duty.pages import blueprint
from app.web.form import Form

AHEAD = dt.timedelta(days=14)


@blueprint.get("/mine")
@signed_in(*ON_ROSTER)
def mine() -> str:
    """One's own shifts, qualifications and conflicts of interest."""
    return _page(Form(ConflictSchema, {}))


@blueprint.post("/mine")
@signed_in(*ON_ROSTER)
def mine_declared() -> Any:
    """Tells of an interest of one's own."""
    actor, form = current_actor(), Form.submitted(ConflictSchema, request.form)
    form.values.pop("login", None)
    if not form.validate():
        return _page(form, asked=True), 422
    with db.reading() as session:
        post = pages.place(session, actor).post
    command = schemas.conflict(form.data, actor.login, post)
    try:
        once.done(lambda s: str(operations.declare_conflict(s, command, by=actor).id), by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, asked=True), refusal.status
    flash(translate(_("It is on record. A supervisor ends it when it is over.")), "success")
    return redirect(url_for("duty.mine"), 303)


def _page(form: Form, *, asked: bool = False) -> str:
    actor = current_actor()
    with db.reading() as session:
        here = pages.place(session, actor)
        now = db.now(session)
        shifts = queries.shifts_of(session, actor.person, now, now + AHEAD)
        held = queries.qualifications(session, by=actor, person=actor.person)
        conflicts = queries.conflicts(session, by=actor, person=actor.person)
    return render_template(
        "duty/mine.html", here=here, shifts=shifts, held=held, conflicts=conflicts, form=form, asked=asked,
        today=now.astimezone(here.zone).date(), now=now,
    )  # fmt: skip
