"""Mandates between firms, as officials see them: registered from a paper where the firm has not given them itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Refusal
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import mandating
from app.parties import operations, queries, schemas
from app.parties.operations import REGISTERING
from app.parties.queries import OFFICIAL
from app.parties.schemas import SCOPES, MandateSchema
from app.registers.listing import read_id_key
from app.web import once, reasons
from app.web.form import Form
from app.web.lists import lists_of
from app.web.mandates import STATES, scope_choices
from app.web.officer.pages import own_post
from app.web.officer.pages import reliefs as blueprint

PAGE = 50


@blueprint.get("/mandates", endpoint="mandates")
@signed_in(*OFFICIAL)
def mandate_list() -> str:
    """The mandates of one's posts, newest first."""
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        found = queries.mandates(session, by=actor, limit=PAGE + 1, after=read_id_key(after) if after else None)
        names = queries.names(session, {code for m in found for code in (m.principal, m.declarant)})
        today = _today(session, db.node_post())
    more = found[PAGE - 1].id.hex if len(found) > PAGE else None
    return render_template(
        "officer/mandates.html", found=found[:PAGE], next=more, after=after, names=names, today=today, states=STATES,
        scopes=SCOPES, registers=not actor.roles().isdisjoint(REGISTERING),
    )  # fmt: skip


@blueprint.get("/mandates/new")
@signed_in(*REGISTERING)
def new_mandate() -> str:
    with db.reading() as session:
        today = _today(session, own_post(REGISTERING))
    return _form(Form(MandateSchema, {"valid_from": today.isoformat()}))


@blueprint.post("/mandates/new")
@signed_in(*REGISTERING)
def register_mandate() -> Any:
    """Enters a mandate as its paper says."""
    actor = current_actor()
    form = Form.submitted(MandateSchema, request.form)
    form.values["post"] = own_post(REGISTERING)
    if not form.validate():
        return _form(form), 422
    try:
        made = once.done(lambda s: str(mandating.give(s, schemas.mandate(form.data), by=actor).id), by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    flash(translate(_("The mandate is registered. It counts at once.")), "success")
    return redirect(url_for("relief.mandate", identifier=made.answer), 303)


def _form(form: Form) -> str:
    return render_template(
        "officer/mandate_new.html",
        form=form,
        post=own_post(REGISTERING),
        scope_choices=scope_choices(),
        confirm_url=url_for("security.verify", next=url_for("relief.new_mandate")),
    )


@blueprint.get("/mandates/<uuid:identifier>")
@signed_in(*OFFICIAL)
def mandate(identifier: UUID) -> str:
    return _one(identifier)


@blueprint.post("/mandates/<uuid:identifier>")
@signed_in(*REGISTERING)
def revoke_mandate(identifier: UUID) -> Response | tuple[str, int]:
    """Ends a mandate, on a paper of its firm or because it was false."""
    reason = ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            operations.revoke_mandate(session, identifier, reason, by=current_actor())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _one(identifier, refusal, reason), refusal.status
    flash(translate(_("The mandate is revoked. What was written off under it stays so.")), "success")
    return redirect(url_for("relief.mandate", identifier=identifier), 303)


def _one(identifier: UUID, refusal: Refusal | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = queries.mandate(session, identifier, by=actor)
        names = queries.names(session, {found.principal, found.declarant})
        post_name = lists_of(session).post_name(found.post)
        today = _today(session, found.post)
    return render_template(
        "officer/mandate.html",
        mandate=found,
        names=names,
        post_name=post_name,
        state=STATES[found.status_on(today)],
        scopes=SCOPES,
        officials=True,
        may_revoke=found.revoked_at is None and actor.grant(REGISTERING, found.post) is not None,
        refusal=refusal,
        reason=reason,
        confirm_url=url_for("security.verify", next=url_for("relief.mandate", identifier=identifier)),
    )


def _today(session: Session, post: str) -> Any:
    return lists_of(session).book.day_at(post, db.now(session))
