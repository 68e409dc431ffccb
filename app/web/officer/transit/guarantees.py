"""Guarantees for transit: registered by one person, put in force by another, reserved by movements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.actors import Actor
from app.core.errors import NotFound, Refusal
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import approving
from app.guarantees import operations, queries, schemas
from app.guarantees.commands import ChangeLimit, SettleGuarantee
from app.guarantees.lifecycle import LIFE, Action, Status
from app.guarantees.models import Guarantee
from app.guarantees.operations import APPROVING, REGISTERING
from app.parties import queries as parties
from app.transit import queries as movements
from app.web import once
from app.web.form import Form
from app.web.lists import lists_of
from app.web.officer.forms import alone, at_group
from app.web.officer.pages import own_post
from app.web.officer.transit.pages import PLEDGING
from app.web.officer.transit.pages import pledging as blueprint

PAGE = 50
_KEY = re.compile(r"[\x21-\x7e]{0,40}")

Act = Callable[[Session, str, dict[str, Any], Actor], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with a guarantee; `action` is the move it makes, None for what a second person does."""

    name: str
    title: Text
    done: Text
    schema: type[ma.Schema]
    act: Act
    roles: tuple[str, ...]
    action: Action | None = None
    icon: str = "edit"
    tone: str = "outline-primary"
    hint: Text | None = None


def _settle(session: Session, grn: str, given: dict[str, Any], by: Actor) -> object:
    return operations.settle(session, SettleGuarantee(grn, given["approve"], given.get("reason") or ""), by=by)


def _moved(verb: Callable[..., object]) -> Act:
    def act(session: Session, grn: str, given: dict[str, Any], by: Actor) -> object:
        return verb(session, grn, given["reason"], by=by)

    return act


def _limit(session: Session, grn: str, given: dict[str, Any], by: Actor) -> object:
    return operations.propose_limit(session, ChangeLimit(grn, Decimal(given["amount"]), given["reason"]), by=by)


def _release(session: Session, grn: str, given: dict[str, Any], by: Actor) -> object:
    movement = movements.find(session, given["movement"], by=by)
    return operations.propose_release(session, grn, movement.id, given["reason"], by=by)


_WHY = schemas.GroundsOfGuaranteeSchema
DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed("approval", _("Compare it with the deed"), _("The guarantee is settled."), schemas.ApprovalSchema, _settle,
             APPROVING, Action.APPROVE, "check", "primary"),
        Deed("limit", _("Change the limit"), _("The proposal waits for a second person."), schemas.LimitSchema, _limit,
             REGISTERING, Action.SUSPEND, "edit", hint=_("Another person must agree before it holds.")),
        Deed("release", _("Give back by hand"), _("The proposal waits for a second person."), schemas.HandReleaseSchema,
             _release, APPROVING, None, "back", hint=_("For what a movement took and no longer needs.")),
        Deed("suspension", _("Suspend"), _("The guarantee is suspended."), _WHY, _moved(operations.suspend), APPROVING,
             Action.SUSPEND, "stop", hint=_("Nothing more is taken of it until it is resumed.")),
        Deed("resumption", _("Resume"), _("The guarantee is in force again."), _WHY, _moved(operations.resume),
             APPROVING, Action.RESUME, "check"),
        Deed("revocation", _("Revoke"), _("The guarantee is revoked."), _WHY, _moved(operations.revoke), APPROVING,
             Action.REVOKE, "remove", "danger",
             hint=_("It ends for good. What was taken of it before it still answers for.")),
    )
}  # fmt: skip
_PARTS = ", ".join(DEEDS)


@blueprint.get("", endpoint="guarantees")
@signed_in(*PLEDGING)
def guarantee_list() -> str:
    """The guarantees of one's offices in the order of their numbers."""
    actor, after, holder = current_actor(), _plain("after"), _plain("holder").upper()
    with db.reading() as session:
        found = queries.page(session, by=actor, limit=PAGE + 1, after=after, holder=holder)
        left = queries.left_of(session, found[:PAGE])
        names = parties.names(session, {row.holder for row in found})
        today = lists_of(session).on
    return render_template(
        "officer/transit/guarantees.html",
        found=found[:PAGE],
        left=left,
        names=names,
        next=found[PAGE - 1].grn if len(found) > PAGE else None,
        after=after,
        holder=holder,
        today=today,
        registers=not actor.roles().isdisjoint(REGISTERING),
    )


def _plain(name: str) -> str:
    value = request.args.get(name, "").strip()
    return value if _KEY.fullmatch(value) else ""


@blueprint.get("/new")
@signed_in(*REGISTERING)
def new() -> str:
    with db.reading() as session:
        today = lists_of(session).on
    return _form(
        Form(schemas.GuaranteeEntrySchema, {"valid_from": today.isoformat(), "currency": "TJS", "level": "100"})
    )


@blueprint.post("/new")
@signed_in(*REGISTERING)
def register() -> Response | tuple[str, int]:
    """Enters a guarantee as its deed says."""
    actor = current_actor()
    form = Form.submitted(schemas.GuaranteeEntrySchema, request.form)
    form.values["office"] = own_post(REGISTERING)
    if not form.validate():
        return _form(form), 422
    command = schemas.registration(form.data)
    try:
        made = once.done(lambda session: operations.register(session, command, by=actor).grn, by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    flash(translate(_("The guarantee is registered. It counts once a second person has put it in force.")), "success")
    return redirect(url_for("transit_guarantees.guarantee", grn=made.answer), 303)


def _form(form: Form) -> str:
    with db.reading() as session:
        lists = lists_of(session)
    return render_template(
        "officer/transit/guarantee_new.html",
        form=form,
        office=own_post(REGISTERING),
        lists=lists,
        levels=[(each, f"{each} %") for each in ("100", "50", "30", "0")],
        confirm_url=url_for("security.verify", next=url_for("transit_guarantees.new")),
    )


@blueprint.get("/<grn>")
@signed_in(*PLEDGING)
def guarantee(grn: str) -> str:
    return _one(grn)


@blueprint.get(f"/<grn>/<any({_PARTS}):deed>")
@signed_in(*PLEDGING)
def back(grn: str, deed: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the guarantee."""
    return redirect(url_for("transit_guarantees.guarantee", grn=grn, lang=request.args.get("lang")))


@blueprint.post(f"/<grn>/<any({_PARTS}):deed>")
@signed_in(*REGISTERING)
def do(grn: str, deed: str) -> Response | tuple[str, int]:
    """Does what the form says; what is refused is shown at its fields."""
    row, actor = DEEDS[deed], current_actor()
    form = Form.submitted(alone(deed, row.schema, row.title), request.form)
    if not form.validate():
        return _one(grn, {deed: form}), 422

    def act(session: Session) -> str:
        row.act(session, grn, form.data[deed], actor)
        return deed

    try:
        once.done(act, by=actor)
    except Refusal as refusal:
        if isinstance(refusal, NotFound) and deed != "release":
            raise
        form.refuse(at_group(refusal, deed))
        return _one(grn, {deed: form}), refusal.status
    flash(translate(row.done), "success")
    return redirect(url_for("transit_guarantees.guarantee", grn=grn), 303)


@blueprint.get("/<grn>/proposals/<uuid:identifier>")
@signed_in(*PLEDGING)
def proposal_again(grn: str, identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the guarantee."""
    return redirect(url_for("transit_guarantees.guarantee", grn=grn, lang=request.args.get("lang")))


@blueprint.post("/<grn>/proposals/<uuid:identifier>")
@signed_in(*APPROVING)
def settle(grn: str, identifier: UUID) -> Response | tuple[str, int]:
    """A second person's word on a proposal, by the button that was pressed."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    form = Form.submitted(alone("answer", _VerdictSchema), request.form)
    if not form.validate():
        return _one(grn, {"answer": form}), 422
    reason = (form.data.get("answer") or {}).get("reason") or ""
    try:
        with db.transaction() as session:
            _about(session, grn, identifier, actor)
            (approving.approve if approves else approving.reject)(session, identifier, reason, by=actor)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(at_group(refusal, "answer"))
        return _one(grn, {"answer": form}), refusal.status
    flash(translate(_("The proposal is approved.") if approves else _("The proposal is rejected.")), "success")
    return redirect(url_for("transit_guarantees.guarantee", grn=grn), 303)


class _VerdictSchema(schemas.ApprovalSchema):
    class Meta(schemas.ApprovalSchema.Meta):
        exclude = ("approve",)


def _about(session: Session, grn: str, identifier: UUID, actor: Actor) -> Proposal:
    proposal = approving.visible(session, identifier, by=actor)
    if proposal.reference != queries.find(session, grn, by=actor).grn:
        raise NotFound()
    return proposal


def _one(grn: str, sent: dict[str, Form] | None = None) -> str:
    actor = current_actor()
    before = request.args.get("before", "")
    with db.reading() as session:
        found = queries.find(session, grn, by=actor)
        left = queries.left(session, found)
        lines = queries.statement(session, found, before=int(before) if re.fullmatch("[0-9]{1,9}", before) else None)
        still = queries.reservations(session, found, only_open=True)
        taken = [*still, *(row for row in queries.reservations(session, found, limit=PAGE) if row not in still)]
        waiting = [p for p in approving.waiting(session, by=actor, limit=PAGE) if p.reference == found.grn]
        codes = queries.access_codes(session, found)
        lists, firms = lists_of(session), parties.names(session, {found.holder})
    offered = [
        deed
        for deed in DEEDS.values()
        if _may(found, deed, actor, has_open=any(operations.is_open([r]) for r in taken))
    ]
    forms = {
        deed.name: (sent or {}).get(deed.name) or Form(alone(deed.name, deed.schema, deed.title)) for deed in offered
    }
    return render_template(
        "officer/transit/guarantee.html",
        guarantee=found,
        left=left,
        lines=lines,
        next=lines[-1].place if len(lines) == PAGE else None,
        taken=taken,
        waiting=[(p, approving.may_settle(p, by=actor)) for p in waiting],
        codes=codes,
        lists=lists,
        firm=firms.get(found.holder, ""),
        today=lists.on,
        deeds=offered,
        forms=forms,
        own=found.status == Status.WAITING and found.registered_by == actor.person,
        verdict=(sent or {}).get("answer") or Form(alone("answer", _VerdictSchema)),
        sent=next(iter((sent or {}).values()), None),
        approvals=[("true", translate(_("Put in force"))), ("false", translate(_("Refuse")))],
        confirm_url=url_for("security.verify", next=url_for("transit_guarantees.guarantee", grn=found.grn)),
    )


def _may(found: Guarantee, deed: Deed, actor: Actor, *, has_open: bool) -> bool:
    if actor.grant(deed.roles, found.post) is None:
        return False
    if deed.name == "approval" and found.registered_by == actor.person:
        return False
    if deed.action is None:
        return has_open
    return LIFE.allows(Status(found.status), deed.action)
