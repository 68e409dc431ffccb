"""Proposals: what one officer proposes and a second, senior person approves or rejects."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import approving
from app.flows.deciding import SENIOR
from app.web.supervisor.pages import blueprint

#: Who sees what waits; of which kinds and posts, and who settles it, the flow knows.
SEEING = ("supervisor", "officer", "auditor")
LONGEST_REASON = 2000


@blueprint.get("/proposals", endpoint="proposals")
@signed_in(*SEEING)
def waiting() -> str:
    return _page("supervisor/proposals.html")


@blueprint.get("/proposals/rows")
@signed_in(*SEEING)
def proposal_rows() -> str:
    """The proposals alone, for the live list."""
    return _page("supervisor/_proposal_rows.html")


def _page(template: str, refusal: Refusal | None = None, of: UUID | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = approving.waiting(session, by=actor)
    settles = {p.id for p in found if approving.may_settle(p, by=actor)}
    return render_template(
        template, proposals=found, settles=settles, refusal=refusal, refused=of, reason=reason,
        confirm_url=url_for("security.verify", next=url_for("supervisor.proposals")),
    )  # fmt: skip


@blueprint.get("/proposals/<uuid:identifier>")
@signed_in(*SEEING)
def proposals_again(identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("supervisor.proposals", lang=request.args.get("lang")))


@blueprint.post("/proposals/<uuid:identifier>")
@signed_in(*SENIOR)
def settled(identifier: UUID) -> Response | tuple[str, int]:
    """Approves or rejects, by the button that was pressed."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    reason = _reason()
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


def _reason() -> str:
    """The reason as typed; `Invalid` for what cannot be kept. Whether it may be blank is asked by the verb."""
    reason = normal(request.form.get("reason", ""))
    fault = fault_in(reason)
    if fault is not None:
        raise Invalid(fault)
    if len(reason) > LONGEST_REASON:
        raise Invalid(_("Too long: at most {most} characters.", most=LONGEST_REASON))
    return reason
