"""Proposals: what one officer proposes and a second, senior person approves or rejects."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _
from app.declarations.differences import Difference
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import amending, approving
from app.payments.operations import CASHIERS
from app.registers import takings, versions
from app.web import differences, reasons
from app.web.differences import MOST_CHANGES, Change
from app.web.lists import lists_of
from app.web.supervisor.pages import blueprint

#: Who sees what waits; of which kinds and posts, and who settles it, the flow knows.
SEEING = ("supervisor", "officer", "auditor")


@blueprint.get("/proposals", endpoint="proposals")
@signed_in(*SEEING)
def waiting() -> str:
    return _page("supervisor/proposals.html")


@blueprint.get("/proposals/rows")
@signed_in(*SEEING)
def proposal_rows() -> str:
    """The proposals alone, for the live list."""
    return _page("supervisor/_proposal_rows.html")


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with what it would change, and whether this person settles it."""

    record: Proposal
    settles: bool
    changes: list[Change]
    more: int
    firm: str


def _page(template: str, refusal: Refusal | None = None, of: UUID | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = approving.waiting(session, by=actor)
        names = takings.firms(session, (str(p.payload["party"]) for p in found if "party" in p.payload))
        shown = [_shown(session, proposal, names) for proposal in found]
    return render_template(
        template, proposals=shown, settles=any(p.settles for p in shown), refusal=refusal, refused=of, reason=reason,
        confirm_url=url_for("security.verify", next=url_for("supervisor.proposals")),
    )  # fmt: skip


def _shown(session: Session, proposal: Proposal, names: dict[str, str]) -> Shown:
    actor = current_actor()
    different: list[Difference] = []
    changes: list[Change] = []
    if proposal.kind == amending.PROPOSED["amend"]:
        different = versions.wanted(session, proposal.reference, UUID(proposal.payload["amendment"]), by=actor)
        changes = differences.told(different, lists_of(session))
    return Shown(
        record=proposal,
        settles=approving.may_settle(proposal, by=actor),
        changes=changes,
        more=max(0, len(different) - MOST_CHANGES),
        firm=names.get(str(proposal.payload.get("party") or ""), ""),
    )


@blueprint.get("/proposals/<uuid:identifier>")
@signed_in(*SEEING)
def proposals_again(identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("supervisor.proposals", lang=request.args.get("lang")))


@blueprint.post("/proposals/<uuid:identifier>")
@signed_in(*CASHIERS)
def settled(identifier: UUID) -> Response | tuple[str, int]:
    """Approves or rejects, by the button that was pressed."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    reason = reasons.typed()
    try:
        with db.transaction() as session:
            if approves:
                approving.approve(session, identifier, reason, by=actor)
            else:
                approving.reject(session, identifier, reason, by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page("supervisor/proposals.html", refusal, identifier, reason), refusal.status
    flash(translate(_("The proposal is approved.") if approves else _("The proposal is rejected.")), "success")
    return redirect(url_for("supervisor.proposals"), 303)
