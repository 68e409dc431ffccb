"""What is proposed about a profile, as the second (and where much would be stopped the third) person reads it, and decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.actors import Actor
from app.core.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving, knowing
from app.risk.models import RiskProfile, RiskReplay
from app.risk.operations.noting import APPROVING
from app.risk.operations.proposing import OFF, PROFILE, WIDE
from app.risk.queries import profiles as queries
from app.risk.queries import replays
from app.risk.rules import contents
from app.web import reasons
from app.web.analyst import criteria_shown, profile_words
from app.web.analyst.pages import blueprint
from app.web.analyst.profile_form import last_day
from app.web.analyst.purpose import looking
from app.web.lists import lists_of


@blueprint.get("/proposals/<uuid:identifier>")
@looking("proposal/{identifier}")
def profile_proposal(identifier: UUID) -> str:
    """A proposal about a profile."""
    return _page(identifier)


@blueprint.post("/proposals/<uuid:identifier>")
@looking("proposal/{identifier}", *APPROVING)
def profile_settle(identifier: UUID) -> Response | tuple[str, int]:
    """Approves or rejects, by the button that was pressed."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            about = _about_a_profile(approving.visible(session, identifier, by=actor))
            (approving.approve if approves else approving.reject)(session, identifier, reason, by=actor)
            target, said = _after(session, about, approves=approves)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page(identifier, refusal), refusal.status
    flash(translate(said), "success")
    return redirect(target, 303)


def _after(session: Session, about: Proposal, *, approves: bool) -> tuple[str, Text]:
    """Where to go, and what is true now."""
    code, version = about.payload["code"], int(about.payload["version"])
    target = url_for("analyst.profile", code=code, version=version)
    if not approves:
        kept = _("The profile stays in force.") if about.kind == OFF else _("It is a draft again.")
        return target, kept
    status = queries.profile(session, code, version).status
    if status == "proposed":
        return target, _("Approved. A third person must approve it as well, because it would stop much.")
    if status == "in_force":
        return target, _("Approved. The profile is in force.")
    return target, _("Approved. The profile is switched off.")


def _about_a_profile(record: Proposal) -> Proposal:
    """Other proposals have pages of their own."""
    if record.kind not in (PROFILE, WIDE, OFF):
        raise NotFound()
    return record


def _page(identifier: UUID, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        record = _about_a_profile(approving.visible(session, identifier, by=actor))
        found = queries.profile(session, record.payload["code"], int(record.payload["version"]))
        lists = lists_of(session)
        before = _before(session, record, found)
        changes = profile_words.changes(before, found, lists) if before else []
        said = criteria_shown.said(found.criteria, lists)
        run, result = _shown_replay(session, record, actor)
        changed = record.status == "waiting" and contents.meant(contents.content(found)) != record.payload["digest"]
    return render_template(
        "analyst/proposal.html",
        proposal=record,
        profile=found,
        before=before,
        changes=changes,
        said=said,
        lists=lists,
        run=run,
        result=result,
        changed=changed,
        last_day=last_day(found.valid_to) if found.valid_to else None,
        wide=record.payload.get("third", False),
        own=actor.person in (record.proposed_by, *_signed(record, found)),
        may=record.status == "waiting" and _may(record, found),
        refusal=refusal,
        reason=request.form.get("reason", "") if refusal else "",
        confirm_url=url_for("security.verify", next=url_for("analyst.profile_proposal", identifier=identifier)),
    )


def _signed(record: Proposal, profile: RiskProfile) -> tuple[Any, ...]:
    """Whose word would not be that of another person."""
    if record.kind == OFF:
        return ()
    if record.kind == WIDE:
        return (profile.made_by, profile.approved_by, UUID(record.payload["proposer"]))
    return (profile.made_by,)


def _may(record: Proposal, profile: RiskProfile) -> bool:
    actor = current_actor()
    return approving.may_settle(record, by=actor) and actor.person not in _signed(record, profile)


def _before(session: Session, record: Proposal, profile: RiskProfile) -> RiskProfile | None:
    """The version that this one would replace."""
    version = record.payload.get("replaces")
    return queries.profile(session, profile.code, int(version)) if version else None


def _shown_replay(session: Session, record: Proposal, by: Actor) -> tuple[RiskReplay | None, replays.Result | None]:
    if "replay" not in record.payload:
        return None, None
    run = replays.replay(session, UUID(record.payload["replay"]))
    version = int(record.payload["version"])
    found = (r for r in knowing.results(session, run, record.payload["code"], by=by) if r.version == version)
    return run, next(found, None)
