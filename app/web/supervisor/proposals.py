"""Proposals: what one officer proposes and a second, senior person approves or rejects."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.acts import ACTS
from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _
from app.declarations.differences import Difference
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import amending, approving
from app.payments.operations import CASHIERS
from app.registers import proposed, takings, versions
from app.registers.proposed import Consignment
from app.web import differences, reasons
from app.web.differences import MOST_CHANGES, Change
from app.web.lists import lists_of
from app.web.supervisor import effects
from app.web.supervisor.pages import blueprint

#: Who sees what waits; of which kinds and posts, and who settles it, the flow knows.
SEEING = ("supervisor", "officer", "auditor")
#: On one page; nobody has more before him.
MOST = 99
#: What runs out so soon is marked.
SOON = dt.timedelta(hours=2)
_AMENDING = (amending.PROPOSED["amend"], amending.VALUE)


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
    consignment: Consignment | None


def _page(template: str, refusal: Refusal | None = None, of: UUID | None = None, reason: str = "") -> str:
    actor, act = current_actor(), request.args.get("act", "")
    act = act if act in ACTS else ""
    with db.reading() as session:
        every = approving.waiting(session, by=actor, limit=MOST)
        found = [proposal for proposal in every if act in ("", proposal.kind)]
        names = takings.firms(session, (str(p.payload["party"]) for p in found if "party" in p.payload))
        beside = proposed.consignments(session, found, by=actor)
        shown = [_shown(session, proposal, names, beside.get(proposal.reference)) for proposal in found]
        now = db.now(session)
    return render_template(
        template, proposals=shown, settles=any(p.settles for p in shown), refusal=refusal, refused=of, reason=reason,
        now=now, soon=SOON, act=act, acts=list(Counter(p.kind for p in every).items()), total=len(every),
        rows_address=url_for("supervisor.proposal_rows", act=act or None),
        confirm_url=url_for("security.verify", next=url_for("supervisor.proposals")),
    )  # fmt: skip


def _shown(session: Session, proposal: Proposal, names: dict[str, str], beside: Consignment | None) -> Shown:
    actor = current_actor()
    different: list[Difference] = []
    changes = effects.told(proposal, beside)
    if "amendment" in proposal.payload and proposal.kind in _AMENDING:
        different = versions.wanted(session, proposal.reference, UUID(proposal.payload["amendment"]), by=actor)
        changes = differences.told(different, lists_of(session))
    return Shown(
        record=proposal,
        settles=approving.may_settle(proposal, by=actor),
        changes=changes,
        more=max(0, len(different) - MOST_CHANGES),
        firm=names.get(str(proposal.payload.get("party") or ""), ""),
        consignment=beside,
    )


@blueprint.get("/proposals/count")
@signed_in(*SEEING)
def proposal_count() -> str:
    """How many wait for this very person, for the navigation; nothing where none does."""
    actor = current_actor()
    with db.reading() as session:
        found = approving.waiting(session, by=actor, limit=MOST)
        mine = sum(approving.may_settle(proposal, by=actor) for proposal in found)
    return render_template("supervisor/_proposal_count.html", count=mine, more=mine == MOST)


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
