"""An officer decides; where it counts, a second person does."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.approvals.queries import SEEING
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.commands import Decide
from app.declarations.lifecycle import FREEING, OPEN
from app.declarations.models import Declaration
from app.inspections import operations as inspections
from app.inspections import queries as inspected
from app.risk.rules import Lane, is_lower

DECIDING = ("officer", "supervisor")
SENIOR = ("supervisor",)
LOWER_LANE = "lane.lower"


def decide(session: Session, command: Decide, *, by: Actor) -> Declaration:
    """Release, hold, refuse, seize or return. Two at once: the row lock lets one be first, the version tells the
    other."""
    by.need_scope("decide")
    declaration = queries.locked(session, command.reference, by=by)
    grant = by.need(DECIDING, declaration.post)
    declarations.expect_version(session, declaration, command.version)
    if command.decision in {a.value for a in FREEING}:
        _may_be_freed(session, declaration)
    at = now(session)
    declarations.decide(session, declaration, command, at, by=by, role=grant.role)
    if command.decision != "hold":
        inspections.cancel(session, declaration.post, declaration.id, command.reason, by=by)
        approvals.overtake(session, declaration.post, declaration.id, by=by)
    return declaration


def _may_be_freed(session: Session, declaration: Declaration) -> None:
    """Red goods are not released unseen: an inspection of the goods must be concluded first."""
    if declaration.lane != Lane.RED:
        return
    waiting = inspected.open_one(session, declaration.post, declaration.id)
    ordered_again = waiting is not None and waiting.kind == "goods"
    if ordered_again or inspected.goods_result(session, declaration.post, declaration.id) is None:
        raise WrongState(
            _(
                "A red declaration cannot be released before the goods have been inspected. "
                "Record findings and conclude the inspection."
            ),
            findings=[
                Finding("/decision", "release.red-needs-inspection", _("Conclude the inspection of the goods first."))
            ],
        )


def change_lane(
    session: Session, reference: str, lane: str, reason: str, version: int | None, *, by: Actor
) -> tuple[Declaration, Proposal | None]:
    """Raises the lane at once; lowering it becomes a proposal that waits for a second, senior person."""
    by.need_scope("decide")
    declaration = queries.locked(session, reference, by=by)
    grant = by.need(DECIDING, declaration.post)
    declarations.expect_version(session, declaration, version)
    _check_lane(declaration, lane, reason)
    if is_lower(lane, str(declaration.lane)):
        payload = {"lane": lane, "from": declaration.lane, "version": declaration.version}
        command = approvals.Propose(
            declaration.post, LOWER_LANE, declaration.id, declaration.reference, payload, reason
        )
        return declaration, approvals.propose(session, command, by=by, role=grant.role)
    at = now(session)
    declarations.change_lane(session, declaration, lane, reason, at, by=by, role=grant.role)
    _order_again(session, declaration, lane, reason, by=by)
    return declaration, None


def _check_lane(declaration: Declaration, lane: str, reason: str) -> None:
    if lane not in {known.value for known in Lane}:
        raise Invalid(
            findings=[
                Finding("/lane", "lane.unknown", _("Choose one of: {choices}.", choices="green, blue, yellow, red"))
            ]
        )
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "lane.reason", _("Give the reason for another lane."))])
    if declaration.status not in {s.value for s in OPEN}:
        raise WrongState(
            _("The lane can only be changed while the declaration waits for a decision."),
            facts={"state": declaration.status},
        )
    if lane == declaration.lane:
        raise Invalid(findings=[Finding("/lane", "lane.same", _("It is in this lane already."))])


def _order_again(session: Session, declaration: Declaration, lane: str, reason: str, *, by: Actor) -> None:
    """A raised lane asks for another look; an order for less is cancelled."""
    if lane != Lane.RED:
        return
    at = now(session)
    inspections.cancel(session, declaration.post, declaration.id, reason, by=by)
    inspections.order(session, declaration.post, declaration.id, "goods", at, by=by)


def approve(session: Session, id: UUID, reason: str, *, by: Actor) -> tuple[Proposal, Declaration]:
    """A second, senior person lowers the lane. Green and blue are then released by the system."""
    by.need_scope("decide")
    waiting = approvals.visible(session, id, by=by, roles=SEEING)
    declaration = queries.locked(session, waiting.reference, by=by)  # before the proposal, as a decision does
    proposal = approvals.settle(session, id, approved=True, reason=reason, by=by, roles=SENIOR)
    if declaration.version != proposal.payload["version"]:
        raise WrongState(_("The declaration was changed after the proposal. Reject it and let it be proposed again."))
    lane, at = str(proposal.payload["lane"]), now(session)
    declarations.change_lane(session, declaration, lane, proposal.reason, at, by=by, role="supervisor")
    inspections.cancel(session, declaration.post, declaration.id, proposal.reason, by=by)
    if lane in (Lane.GREEN, Lane.BLUE):
        declarations.release_by_system(session, declaration, lane, at, by=SYSTEM)
        session.flush()
    else:
        inspections.order(session, declaration.post, declaration.id, "documents", at, by=SYSTEM)
    return proposal, declaration


def reject(session: Session, id: UUID, reason: str, *, by: Actor) -> Proposal:
    """A second person says no; nothing changes."""
    by.need_scope("decide")
    return approvals.settle(session, id, approved=False, reason=reason, by=by, roles=SENIOR)
