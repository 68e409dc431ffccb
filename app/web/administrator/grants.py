"""Roles and dormant accounts: proposed by one administrator, agreed to by a second person, ended by one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import listing, operations
from app.accounts.commands import EndGrant
from app.accounts.schemas import GrantSchema
from app.approvals.models import Proposal
from app.core import db
from app.core.actors import ANY_POST
from app.core.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import approving, granting
from app.flows.granting import ADMINISTRATORS, CHIEFS, ProposeGrant
from app.reference.queries import codebook
from app.web import once, reasons
from app.web.administrator import accounts
from app.web.administrator.pages import people as blueprint
from app.web.form import Form

#: Kinds of proposals that are shown here.
KINDS = (granting.GRANT, granting.SENIOR, granting.UNLOCK)


@blueprint.post("/accounts/<login>/grants")
@signed_in(*ADMINISTRATORS)
def proposed_grant(login: str) -> Any:
    """Puts a role before a second person."""
    form = Form.submitted(GrantSchema, request.form)
    if not form.validate():
        return accounts.one(login, of="grant", form=form), 422
    try:
        made = once.done(lambda s: str(_propose(s, login, form.data).id), by=current_actor())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(refusal)
        return accounts.one(login, of="grant", form=form), refusal.status
    flash(translate(_("Proposed. It holds when a second person approves it.")), "success")
    return redirect(url_for("people.account_proposal", identifier=UUID(made.answer)), 303)


def _propose(session: Session, login: str, given: dict[str, Any]) -> Proposal:
    listing.detail(session, login, by=current_actor())
    post = given["post"]
    zone = _zone(session, post)
    first, last = given.get("valid_from"), given.get("valid_to")
    start = _midnight(first, zone) if first else None
    command = ProposeGrant(
        login, given["role"], post, given["reason"], given.get("party") or None,
        start if start is None or start > db.now(session) else None,
        _midnight(last, zone) + dt.timedelta(days=1) if last else None,
    )  # fmt: skip
    return granting.propose_grant(session, command, by=current_actor())


def _zone(session: Session, post: str) -> ZoneInfo:
    known = codebook(session).post(db.node_post() if post == ANY_POST else post)
    return ZoneInfo(known.time_zone if known else "UTC")


def _midnight(day: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), zone).astimezone(dt.UTC)


@blueprint.post("/accounts/<login>/grants/<uuid:identifier>/ending")
@signed_in(*ADMINISTRATORS)
def ended_grant(login: str, identifier: UUID) -> Response | tuple[str, int]:
    """Takes a role away at once."""
    reason = ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            held = listing.detail(session, login, by=current_actor()).grants
            if identifier not in {g.id for g in held}:
                raise NotFound()
            operations.end_grant(session, EndGrant(identifier, reason), by=current_actor())
    except Refusal as refusal:
        return accounts.refused(login, refusal, str(identifier), reason)
    flash(translate(_("The role has ended. Its sign-ins and tokens open nothing any more.")), "success")
    return redirect(url_for("people.account", login=login), 303)


@blueprint.get("/accounts/<login>/<any(grants, closing, unlocking):deed>")
@blueprint.get("/accounts/<login>/grants/<uuid:identifier>/ending")
@signed_in(*ADMINISTRATORS)
def account_again(login: str, deed: str = "", identifier: UUID | None = None) -> Response:
    """A refused form's page reloaded, or seen in another language: the account."""
    return redirect(url_for("people.account", login=login, lang=request.args.get("lang")))


@blueprint.post("/accounts/<login>/unlocking")
@signed_in(*ADMINISTRATORS)
def proposed_unlock(login: str) -> Response | tuple[str, int]:
    """Puts the unlocking of a dormant account before a second administrator."""
    reason = ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            made = granting.propose_unlock(session, login, reason, by=current_actor())
    except Refusal as refusal:
        return accounts.refused(login, refusal, "unlock", reason)
    flash(translate(_("Proposed. The account opens when a second administrator approves it.")), "success")
    return redirect(url_for("people.account_proposal", identifier=made.id), 303)


@blueprint.get("/accounts/proposals/<uuid:identifier>")
@signed_in(*granting.SEEING)
def account_proposal(identifier: UUID) -> str:
    """A proposed role or unlocking, for the second person."""
    return _proposal(identifier)


@blueprint.post("/accounts/proposals/<uuid:identifier>")
@signed_in(*CHIEFS)
def settled_account_proposal(identifier: UUID) -> Response | tuple[str, int]:
    """Approves or rejects, by the button that was pressed."""
    actor, approves, reason = current_actor(), request.form.get("verdict") == "approve", ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            _ours(approving.visible(session, identifier, by=actor))
            if approves:
                approving.approve(session, identifier, reason, by=actor)
            else:
                approving.reject(session, identifier, reason, by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _proposal(identifier, refusal, reason), refusal.status
    flash(translate(_("Approved.") if approves else _("Rejected. Nothing is changed.")), "success")
    return redirect(url_for("people.account_proposal", identifier=identifier), 303)


def _proposal(identifier: UUID, refusal: Refusal | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        record = _ours(approving.visible(session, identifier, by=actor))
    return render_template(
        "administrator/account_proposal.html", proposal=record, refusal=refusal, reason=reason,
        unlocks=record.kind == granting.UNLOCK,
        may=record.status == "waiting" and approving.may_settle(record, by=actor),
        reads_accounts=not actor.roles().isdisjoint(listing.READING),
        confirm_url=url_for("security.verify", next=url_for("people.account_proposal", identifier=identifier)),
    )  # fmt: skip


def _ours(record: Proposal) -> Proposal:
    """Other proposals have their own pages."""
    if record.kind not in KINDS:
        raise NotFound()
    return record
