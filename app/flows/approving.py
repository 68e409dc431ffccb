"""Second persons: what each kind of proposal does once another person has approved it.

A kind says what its approval does, who settles it and who sees that it waits. A new kind is one more row of `KINDS`.
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
from app.approvals.models import Proposal
from app.approvals.queries import SEEING
from app.core.actors import Actor
from app.core.errors import NotFound
from app.declarations import queries as declared
from app.declarations.models import Declaration
from app.flows import amending, code_lists, deciding, holding, paying, trusting
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


@dataclass(frozen=True, slots=True)
class AboutDeclaration:
    """Proposals whose reference is a declaration's. `settling` and `seeing` are roles at the proposal's post; `declined`
    is what a rejection does, where it does something."""

    act: DeclarationAct
    declined: DeclarationAct | None = None
    settling: tuple[str, ...] = deciding.SENIOR
    seeing: tuple[str, ...] = SEEING


@dataclass(frozen=True, slots=True)
class AboutOther:
    """Proposals about anything else. `declined` is what a rejection does, where it does something."""

    act: Act
    settling: tuple[str, ...]
    seeing: tuple[str, ...]
    declined: Act | None = None


KINDS: dict[str, AboutDeclaration | AboutOther] = {
    deciding.LOWER_LANE: AboutDeclaration(deciding.lower_lane),
    **{kind: AboutDeclaration(amending.enact, amending.decline) for kind in amending.PROPOSED.values()},
    code_lists.UPDATE: AboutOther(code_lists.enact, code_lists.APPROVING, code_lists.SEEING),
    payments.REFUND: AboutDeclaration(paying.refund, settling=payments.CASHIERS),
    payments.WITHDRAWAL: AboutOther(paying.withdraw, payments.CASHIERS, SEEING),
    guarantees.CHANGE: AboutOther(guarantees.enact_limit, guarantees.APPROVING, PLEDGING),
    guarantees.RELEASE: AboutOther(guarantees.enact_release, guarantees.APPROVING, PLEDGING),
    proposing.PROFILE: AboutOther(proposing.enact, noting.APPROVING, noting.SEEING, proposing.decline),
    proposing.WIDE: AboutOther(proposing.enact_wide, noting.APPROVING, noting.SEEING, proposing.decline),
    proposing.OFF: AboutOther(proposing.enact_end, noting.APPROVING, noting.SEEING),
    proposing.SHARE: AboutOther(proposing.enact_share, noting.APPROVING, noting.SEEING),
    movement_lanes.LOWER_LANE: AboutOther(movement_lanes.lower_lane, deciding.SENIOR, SEEING),
    TRUSTED: AboutOther(trusting.enact, noting.APPROVING, noting.SEEING),
    watchlists.REMOVE: AboutOther(watchlists.enact_removal, watchlists.APPROVING, LISTING),
    scores.MODEL: AboutOther(switching.enact, noting.APPROVING, noting.SEEING),
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
    about one `subject`."""
    return queries.waiting(
        session, by=by, roles=SEEING, kinds=_SEEN_BY_OTHERS, limit=limit, after=after, only=only, subject=subject
    )


def visible(session: Session, id: UUID, *, by: Actor) -> Proposal:
    """One proposal, settled or not, if the actor may see its kind at its post."""
    proposal = session.execute(select(Proposal).where(Proposal.id == id)).scalar_one_or_none()
    if proposal is None or proposal.kind not in KINDS or by.grant(KINDS[proposal.kind].seeing, proposal.post) is None:
        raise NotFound()
    return proposal


def may_settle(proposal: Proposal, *, by: Actor) -> bool:
    """Whether the actor is the second person that the proposal waits for."""
    kind = KINDS.get(proposal.kind)
    return kind is not None and proposal.proposed_by != by.person and by.grant(kind.settling, proposal.post) is not None


def approve(session: Session, id: UUID, reason: str, *, by: Actor) -> Approved:
    """A second person says yes, and what was proposed is done in the same transaction. Declarations are locked before
    the proposal, as a decision does."""
    by.need_scope("decide")
    proposal = visible(session, id, by=by)
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
    proposal = visible(session, id, by=by)
    kind = KINDS[proposal.kind]
    if isinstance(kind, AboutDeclaration) and kind.declined is not None:
        declaration = declared.locked(session, proposal.reference, by=by)
        kind.declined(session, _settled(session, proposal, kind, False, reason, by=by), declaration, by=by)
        return proposal
    settled = _settled(session, proposal, kind, False, reason, by=by)
    if isinstance(kind, AboutOther) and kind.declined is not None:
        kind.declined(session, settled, by=by)
    return settled


def _settled(
    session: Session, proposal: Proposal, kind: AboutDeclaration | AboutOther, yes: bool, reason: str, *, by: Actor
) -> Proposal:
    return approvals.settle(
        session, proposal.id, approved=yes, reason=reason, by=by, roles=kind.settling, seeing=kind.seeing
    )
