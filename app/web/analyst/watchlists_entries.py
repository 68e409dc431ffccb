"""An entry of a watch list: what it says, whom it asked about, and its removal by two."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving
from app.registers import watched
from app.watchlists import operations, queries
from app.watchlists.operations import ANALYSING, APPROVING, REMOVE
from app.web import reasons
from app.web.analyst import watchlists_forms as forms
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.analyst.watchlists import called, writes


@blueprint.get("/watch-entries/<uuid:identifier>")
@looking("watch-entry/{identifier}")
def watch_entry(identifier: UUID) -> str:
    """What is looked for, with the questions it raised."""
    return _one(identifier)


def _one(identifier: UUID, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        entry, found = queries.entry(session, identifier, by=actor)
        waiting = _waiting(session, identifier)
        asked = queries.of_entry(session, entry)
        names = watched.references(session, [m.subject_id for m in asked])
        today = db.now(session).date()
    return render_template(
        "analyst/watch_entry.html",
        entry=entry, list=found, title=called(found), asked=asked, names=names, state=forms.STATES[entry.status_on(today)],
        kind=forms.KINDS[entry.kind], answers=forms.ANSWERS, place=forms.place, subjects=forms.SUBJECTS,
        proposal=waiting, settles=waiting is not None and approving.may_settle(waiting, by=actor),
        own=waiting is not None and waiting.proposed_by == actor.person, writes=writes(), refusal=refusal,
        reason=request.form.get("reason", "") if refusal else "",
        confirm_url=url_for("security.verify", next=url_for("analyst.watch_entry", identifier=identifier)),
    )  # fmt: skip


def _waiting(session: Session, identifier: UUID) -> Proposal | None:
    query = select(Proposal).where(
        Proposal.kind == REMOVE, Proposal.subject == identifier, Proposal.status == "waiting"
    )
    return session.execute(query).scalar_one_or_none()


@blueprint.get("/watch-entries/<uuid:identifier>/<any(removal, verdict):deed>")
@looking("watch-entry/{identifier}")
def watch_entry_again(identifier: UUID, deed: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the entry."""
    return redirect(url_for("analyst.watch_entry", identifier=identifier, lang=request.args.get("lang")))


@blueprint.post("/watch-entries/<uuid:identifier>/removal")
@looking("watch-entry/{identifier}", *ANALYSING)
def watch_removal(identifier: UUID) -> Response | tuple[str, int]:
    """Puts the removal before a second person."""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            operations.propose_removal(session, identifier, reason, by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(identifier, refusal), refusal.status
    flash(translate(_("Proposed. Until a second person approves it, it is looked for as before.")), "success")
    return redirect(url_for("analyst.watch_entry", identifier=identifier), 303)


@blueprint.post("/watch-entries/<uuid:identifier>/verdict")
@looking("watch-entry/{identifier}", *APPROVING)
def watch_removal_settled(identifier: UUID) -> Response | tuple[str, int]:
    """Approves or rejects the removal, by the button that was pressed."""
    approves = request.form.get("verdict") == "approve"
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            queries.entry(session, identifier, by=current_actor())
            waiting = _waiting(session, identifier)
            if waiting is None:
                raise NotFound()
            (approving.approve if approves else approving.reject)(session, waiting.id, reason, by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(identifier, refusal), refusal.status
    said = _("Removed. It is not looked for any more.") if approves else _("It stays on the list.")
    flash(translate(said), "success")
    return redirect(url_for("analyst.watch_entry", identifier=identifier), 303)
