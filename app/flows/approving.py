"""Second persons: what each kind of proposal does once another person has approved it.

A kind says what its approval does and who sees that it waits; who proposes it, who settles it and until when stands in
the table of acts (`app.approvals.acts`). A new kind is one more row there and one of `KINDS`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals import queries
from app.approvals.acts import ACTS
from app.approvals.models import Proposal
from app.approvals.queries import SEEING
from app.clearance.operations import neighbours
from app.core.actors import Actor
from app.core.errors import Forbidden, NotFound
from app.core.text import _
from app.declarations import queries as declared
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.fallback import operations as fallback
from app.fallback import queries as falling
from app.flows import amending, appealing, code_lists, deciding, granting, holding, paying, trusting, waiving
from app.flows.movements import resealing
from app.flows.movements import selecting as movement_lanes
from app.guarantees import operations as guarantees
from app.guarantees.queries import OFFICIAL as PLEDGING
from app.payments import operations as payments
from app.risk.operations import noting, proposing, switching
from app.risk.operations.trusting import TRUSTED
from app.risk.queries import scores
from app.watchlists import operations as watchlists
from app.watchlists.queries import LISTING


class Approved(NamedTuple):
    """A settled proposal, with the declaration it was about, if it was about one."""

    proposal: Proposal
    declaration: Declaration | None = None


class Act(Protocol):
    """What approval does, or why it may not be done any more (a refusal; nothing is settled then)."""

    def __call__(self, session: Session, proposal: Proposal, /, *, by: Actor) -> object: ...


class DeclarationAct(Protocol):
    """The same about a declaration, whose row is locked."""

    def __call__(self, session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None: ...


class Known(Protocol):
    """Whether somebody may know what a proposal is about."""

    def __call__(self, session: Session, proposal: Proposal, /, *, by: Actor) -> bool: ...


@dataclass(frozen=True, slots=True)
class AboutDeclaration:
    """Proposals whose reference is a declaration's. `seeing` are roles at the proposal's post; `declined` is what a rejection
    does, and an expiry, where it does something."""

    act: DeclarationAct
    declined: DeclarationAct | None = None
    seeing: tuple[str, ...] = SEEING


@dataclass(frozen=True, slots=True)
class AboutOther:
    """Proposals about anything else. `declined` is what a rejection does, and an expiry, where it does something; `known`
    says who may know what a proposal is about, where not all do who see that it waits."""

    act: Act
    seeing: tuple[str, ...] = SEEING
    declined: Act | None = None
    known: Known | None = None


#: Who sees what waits about the keys of neighbours.
OVER_KEYS = ("administrator", "supervisor", "auditor")

KINDS: dict[str, AboutDeclaration | AboutOther] = {
    deciding.LOWER_LANE: AboutDeclaration(deciding.lower_lane),
    **{kind: AboutDeclaration(amending.enact, amending.decline) for kind in amending.PROPOSED.values()},
    amending.VALUE: AboutDeclaration(amending.enact, amending.decline),
    waiving.INSPECTION: AboutDeclaration(waiving.enact_inspection),
    waiving.FEE: AboutDeclaration(waiving.enact_fee),
    waiving.DEBT: AboutDeclaration(waiving.enact_debt),
    waiving.CORRECTION: AboutOther(exemptions.enact_correction),
    fallback.OPEN: AboutOther(fallback.enact_open, falling.SEEING),
    neighbours.TRUST: AboutOther(neighbours.enact_trust, OVER_KEYS),
    neighbours.REVOKE: AboutOther(neighbours.enact_revoke, OVER_KEYS),
    resealing.CHANGE: AboutOther(resealing.enact),
    code_lists.UPDATE: AboutOther(code_lists.enact, code_lists.SEEING),
    payments.REFUND: AboutDeclaration(paying.refund),
    payments.WITHDRAWAL: AboutOther(paying.withdraw),
    guarantees.CHANGE: AboutOther(guarantees.enact_limit, PLEDGING),
    guarantees.RELEASE: AboutOther(guarantees.enact_release, PLEDGING),
    proposing.PROFILE: AboutOther(proposing.enact, noting.SEEING, proposing.decline),
    proposing.WIDE: AboutOther(proposing.enact_wide, noting.SEEING, proposing.decline),
    proposing.OFF: AboutOther(proposing.enact_end, noting.SEEING),
    proposing.SHARE: AboutOther(proposing.enact_share, noting.SEEING),
    movement_lanes.LOWER_LANE: AboutOther(movement_lanes.lower_lane),
    TRUSTED: AboutOther(trusting.enact, noting.SEEING),
    watchlists.REMOVE: AboutOther(watchlists.enact_removal, LISTING, known=watchlists.may_know),
    watchlists.CLOSE: AboutOther(watchlists.enact_close, LISTING, known=watchlists.may_know),
    scores.MODEL: AboutOther(switching.enact, noting.SEEING),
    granting.GRANT: AboutOther(granting.enact, granting.SEEING),
    granting.SENIOR: AboutOther(granting.enact, granting.SEEING_SENIOR),
    appealing.RECONSIDER: AboutDeclaration(appealing.enact),
    granting.UNLOCK: AboutOther(granting.enact_unlock, granting.SEEING_SENIOR),
}

#: Kinds that other roles see than the usual ones.
_SEEN_BY_OTHERS = {name: kind.seeing for name, kind in KINDS.items() if kind.seeing != SEEING}


def waiting(
    session: Session,
    *,
    by: Actor,
    limit: int = 50,
    after: tuple[dt.datetime, UUID] | None = None,
    only: Collection[str] = (),
    subject: UUID | None = None,
) -> list[Proposal]:
    """What waits for a second person, of the kinds and posts the actor may see; oldest first. `only` some kinds, or what is
    about one `subject`. What somebody may not know of it is not in it."""
    found = queries.waiting(
        session, by=by, roles=SEEING, kinds=_SEEN_BY_OTHERS, limit=limit, after=after, only=only, subject=subject
    )
    return [_as_known(session, proposal, by=by) for proposal in found]


def visible(session: Session, id: UUID, *, by: Actor) -> Proposal:
    """One proposal, settled or not, if the actor may see its kind at its post. What he may not know of it is not in it."""
    return _as_known(session, _found(session, id, by=by), by=by)


def _found(session: Session, id: UUID, *, by: Actor) -> Proposal:
    proposal = session.execute(select(Proposal).where(Proposal.id == id)).scalar_one_or_none()
    if proposal is None or proposal.kind not in KINDS or by.grant(KINDS[proposal.kind].seeing, proposal.post) is None:
        raise NotFound()
    return proposal


def _as_known(session: Session, proposal: Proposal, *, by: Actor) -> Proposal:
    return proposal if _knows(session, proposal, by=by) else queries.sealed(proposal)


def _knows(session: Session, proposal: Proposal, *, by: Actor) -> bool:
    kind = KINDS.get(proposal.kind)
    return not isinstance(kind, AboutOther) or kind.known is None or kind.known(session, proposal, by=by)


def _judged(session: Session, id: UUID, *, by: Actor) -> Proposal:
    """A proposal that somebody wants to settle; nobody judges what he may not know."""
    proposal = _found(session, id, by=by)
    if not _knows(session, proposal, by=by):
        raise Forbidden(_("Only who is let in to this list can decide about it."))
    return proposal


def may_settle(proposal: Proposal, *, by: Actor) -> bool:
    """Whether the actor is the second person that the proposal waits for."""
    kind = KINDS.get(proposal.kind)
    if kind is None or proposal.is_sealed:
        return False
    return proposal.proposed_by != by.person and by.grant(ACTS[proposal.kind].settles, proposal.post) is not None


def approve(session: Session, id: UUID, reason: str, *, by: Actor) -> Approved:
    """A second person says yes, and what was proposed is done in the same transaction. Declarations are locked before
    the proposal, as a decision does."""
    by.need_scope("decide")
    proposal = _judged(session, id, by=by)
    kind = KINDS[proposal.kind]
    if isinstance(kind, AboutDeclaration):
        declaration = holding.locked(session, proposal.reference, by=by, request=proposal.subject)
        kind.act(session, _settled(session, proposal, kind, True, reason, by=by), declaration, by=by)
        return Approved(proposal, declaration)
    kind.act(session, _settled(session, proposal, kind, True, reason, by=by), by=by)
    return Approved(proposal)


def reject(session: Session, id: UUID, reason: str, *, by: Actor) -> Proposal:
    """A second person says no; nothing changes but what waited for the proposal."""
    by.need_scope("decide")
    proposal = _judged(session, id, by=by)
    kind = KINDS[proposal.kind]
    if isinstance(kind, AboutDeclaration) and kind.declined is not None:
        declaration = declared.locked(session, proposal.reference, by=by)
        kind.declined(session, _settled(session, proposal, kind, False, reason, by=by), declaration, by=by)
        return proposal
    settled = _settled(session, proposal, kind, False, reason, by=by)
    if isinstance(kind, AboutOther) and kind.declined is not None:
        kind.declined(session, settled, by=by)
    return settled


def expire(session: Session, *, by: Actor, limit: int = 100) -> int:
    """Closes what nobody has settled in time; what waited for it is as if it had been rejected. For `flask work`; gives how
    many it was."""
    return sum(_expired(session, proposal, by=by) for proposal in queries.due(session, limit))


def _expired(session: Session, proposal: Proposal, *, by: Actor) -> bool:
    kind = KINDS.get(proposal.kind)
    if isinstance(kind, AboutDeclaration) and kind.declined is not None:
        declaration = declared.lock_by_reference(session, proposal.reference)
        expired = approvals.expire(session, proposal.id, by=by)
        if expired is not None:
            kind.declined(session, expired, declaration, by=by)
        return expired is not None
    expired = approvals.expire(session, proposal.id, by=by)
    if expired is not None and isinstance(kind, AboutOther) and kind.declined is not None:
        kind.declined(session, expired, by=by)
    return expired is not None


def _settled(
    session: Session, proposal: Proposal, kind: AboutDeclaration | AboutOther, yes: bool, reason: str, *, by: Actor
) -> Proposal:
    return approvals.settle(session, proposal.id, approved=yes, reason=reason, by=by, seeing=kind.seeing)
