"""Qualifications and conflicts of interest of those who work at a post."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Refusal
from app.core.text import _
from app.duty import operations, queries, schemas
from app.duty.commands import EndConflict, EndQualification
from app.duty.operations import KEEPING
from app.duty.queries import PERSONAL
from app.duty.schemas import AGENCIES, TYPES, ConflictSchema, QualificationSchema
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.reference.queries import codebook
from app.web import once, reasons
from app.web.duty import pages
from app.web.duty.pages import blueprint
from app.web.form import Form


@blueprint.get("/people")
@signed_in(*PERSONAL)
def people() -> str:
    """Who may do what, and whose firms he may not look at."""
    return page()


@blueprint.get("/<any(qualifications, conflicts):deed>")
@blueprint.get("/<any(qualifications, conflicts):deed>/<uuid:identifier>/ending")
@signed_in(*KEEPING)
def people_again(deed: str, identifier: UUID | None = None) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("duty.people", post=request.args.get("post"), lang=request.args.get("lang")))


@blueprint.post("/qualifications")
@signed_in(*KEEPING)
def qualified() -> Any:
    """Records a qualification."""
    actor, form = current_actor(), Form.submitted(QualificationSchema, request.form)
    if not form.validate():
        return page(qualifying=form), 422
    with db.reading() as session:
        post = pages.place(session, actor).post
    try:
        once.done(lambda s: str(operations.qualify(s, schemas.qualified(form.data, post), by=actor).id), by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return page(qualifying=form), refusal.status
    flash(translate(_("The qualification is on record.")), "success")
    return _back(post)


@blueprint.post("/qualifications/<uuid:identifier>/ending")
@signed_in(*KEEPING)
def qualification_ended(identifier: UUID) -> Any:
    """Takes a qualification away."""
    try:
        reason = reasons.typed(longest=500)
        with db.transaction() as session:
            held = operations.end_qualification(session, EndQualification(identifier, reason), by=current_actor())
    except Refusal as refusal:
        return _refused(refusal)
    flash(translate(_("The qualification has ended.")), "success")
    return _back(held.post)


@blueprint.post("/conflicts")
@signed_in(*KEEPING)
def conflict_declared() -> Any:
    """Records somebody's interest in a firm."""
    actor, form = current_actor(), Form.submitted(ConflictSchema, request.form)
    if not form.validate():
        return page(declaring=form), 422
    with db.reading() as session:
        post = pages.place(session, actor).post
    command = schemas.conflict(form.data, form.data.get("login") or "", post)
    try:
        once.done(lambda s: str(operations.declare_conflict(s, command, by=actor).id), by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return page(declaring=form), refusal.status
    flash(
        translate(_("The conflict of interest is on record. Chance sends him to none of this firm's goods.")), "success"
    )
    return _back(post)


@blueprint.post("/conflicts/<uuid:identifier>/ending")
@signed_in(*KEEPING)
def conflict_ended(identifier: UUID) -> Any:
    """Ends a conflict of interest."""
    try:
        reason = reasons.typed(longest=500)
        with db.transaction() as session:
            held = operations.end_conflict(session, EndConflict(identifier, reason), by=current_actor())
    except Refusal as refusal:
        return _refused(refusal)
    flash(translate(_("The conflict of interest has ended.")), "success")
    return _back(held.post)


def page(qualifying: Form | None = None, declaring: Form | None = None, refusal: Refusal | None = None) -> str:
    """The page, with the form that was refused."""
    actor = current_actor()
    with db.reading() as session:
        here = pages.place(session, actor)
        today = codebook(session).day_at(here.post, db.now(session))
        choices = pages.person_choices(session, here.post)
        held = [q for q in queries.qualifications(session, by=actor) if q.post == here.post]
        conflicts = [c for c in queries.conflicts(session, by=actor) if c.post == here.post]
    return render_template(
        "duty/people.html", here=here, today=today, choices=choices, held=held, conflicts=conflicts, refusal=refusal,
        qualifying=qualifying or Form(QualificationSchema, {"valid_from": today.isoformat()}),
        declaring=declaring or Form(ConflictSchema, {}), asked_q=qualifying is not None, asked_c=declaring is not None,
        what=_what(),
    )  # fmt: skip


def _what() -> list[tuple[str, str]]:
    inspections = [(f"type:{code}", f"{translate(_('Inspection'))}: {translate(word)}") for code, word in TYPES.items()]
    return inspections + [
        (f"agency:{code}", f"{translate(_('Agency'))}: {translate(word)}") for code, word in AGENCIES.items()
    ]


def _refused(refusal: Refusal) -> tuple[str, int]:
    if refusal.status == 404:
        raise refusal
    return page(refusal=refusal), refusal.status


def _back(post: str) -> Response:
    return redirect(url_for("duty.people", post=post), 303)
