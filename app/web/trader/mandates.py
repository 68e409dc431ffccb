"""Mandates of the firm: what it lets other firms use in their declarations, and what others let it use."""

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
from app.edge.signin import signed_in
from app.flows import mandating
from app.parties import operations, queries, schemas
from app.parties.schemas import SCOPES, MandateSchema
from app.web import once, reasons
from app.web.form import Form
from app.web.mandates import STATES, scope_choices
from app.web.trader.desk import ROLE, Desk, blueprint, trader
from app.web.trader.reliefs import ON_PAGE, after, pages_of


@blueprint.get("/mandates")
@signed_in(ROLE)
def mandates() -> str:
    """Mandates given by the firm and to it, and the form for another one."""
    return _listed()


@blueprint.post("/mandates")
@signed_in(ROLE)
def give_mandate() -> Any:
    """The firm authorises another one."""
    form = Form.submitted(MandateSchema, request.form)
    if not form.validate():
        return _listed(form), 422

    def act(session: Session) -> str:
        return str(mandating.give(session, schemas.mandate(form.data), by=trader()).id)

    try:
        made = once.done(act, by=trader())
    except Refusal as refusal:
        if not refusal.findings:
            raise
        form.refuse(refusal)
        return _listed(form), refusal.status
    flash(translate(_("The mandate is given.")), "success")
    return redirect(url_for("trader.mandate", identifier=made.answer), 303)


def _listed(form: Form | None = None) -> str:
    with db.reading() as session:
        desk = Desk.of(session)
        found = queries.mandates(session, by=desk.actor, limit=ON_PAGE + 1, after=after())
        names = queries.names(session, {code for m in found for code in (m.principal, m.declarant)})
        today = desk.lists.book.day_at(db.node_post(), db.now(session))
    posts, firms = desk.posts(), [(firm.code, firm.name) for firm in desk.firms]
    begun = {"valid_from": today.isoformat(), "scopes": list(SCOPES)}
    begun |= {name: some[0][0] for name, some in (("post", posts), ("principal", firms)) if some}
    return render_template(
        "trader/mandates.html",
        mandates=found[:ON_PAGE],
        names=names,
        mine=desk.actor.parties(),
        today=today,
        states=STATES,
        scopes=SCOPES,
        form=form or Form(MandateSchema, begun),
        posts=posts,
        firms=firms,
        scope_choices=scope_choices(),
        **pages_of("mandates", found),
    )


@blueprint.get("/mandates/<uuid:identifier>")
@signed_in(ROLE)
def mandate(identifier: UUID) -> str:
    """One mandate, and for the firm that gave it the way to end it."""
    return _one(identifier)


@blueprint.post("/mandates/<uuid:identifier>")
@signed_in(ROLE)
def revoke_mandate(identifier: UUID) -> Response | tuple[str, int]:
    """Ends a mandate of the firm."""
    reason = ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            operations.revoke_mandate(session, identifier, reason, by=trader())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _one(identifier, refusal, reason), refusal.status
    flash(translate(_("The mandate is revoked. What was written off under it stays so.")), "success")
    return redirect(url_for("trader.mandate", identifier=identifier), 303)


def _one(identifier: UUID, refusal: Refusal | None = None, reason: str = "") -> str:
    with db.reading() as session:
        desk = Desk.of(session)
        found = queries.mandate(session, identifier, by=desk.actor)
        names = queries.names(session, {found.principal, found.declarant})
        today = desk.lists.book.day_at(found.post, db.now(session))
    return render_template(
        "trader/mandate.html",
        mandate=found,
        names=names,
        post_name=desk.lists.post_name(found.post),
        state=STATES[found.status_on(today)],
        scopes=SCOPES,
        may_revoke=found.revoked_at is None and found.principal in desk.actor.parties(found.post),
        refusal=refusal,
        reason=reason,
    )
