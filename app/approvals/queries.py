"""Proposals somebody may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true, tuple_
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import ANY_POST, Actor
from app.core.db import now

#: Who sees the proposals of a post, unless their kind is for others.
SEEING = ("officer", "supervisor", "auditor")
_NONE: Mapping[str, tuple[str, ...]] = {}


def waiting(
    session: Session,
    *,
    by: Actor,
    roles: tuple[str, ...],
    kinds: Mapping[str, tuple[str, ...]] = _NONE,
    limit: int = 50,
    after: tuple[dt.datetime, UUID] | None = None,
    only: Collection[str] = (),
    subject: UUID | None = None,
) -> list[Proposal]:
    """What waits for a second person at the actor's posts, oldest first; `after` is time and id of the last one seen, `only`
    narrows to some kinds, `subject` to what is about one thing.

    `kinds` names the roles of those kinds that are seen by other roles than the rest.
    """
    rest = and_(Proposal.kind.not_in(kinds), _at_posts(by, roles))
    special = [and_(Proposal.kind == kind, _at_posts(by, seeing)) for kind, seeing in kinds.items()]
    query = select(Proposal).where(Proposal.status == "waiting", or_(rest, *special))
    if only:
        query = query.where(Proposal.kind.in_(only))
    if subject is not None:
        query = query.where(Proposal.subject == subject)
    if after is not None:
        query = query.where(tuple_(Proposal.proposed_at, Proposal.id) > tuple_(*after))
    return list(session.execute(query.order_by(Proposal.proposed_at, Proposal.id).limit(limit)).scalars())


def sealed(proposal: Proposal) -> Proposal:
    """That there is a proposal, of whom and when, for somebody who may not know why and about what: a copy that belongs to
    no session."""
    kept = {c.key: getattr(proposal, c.key) for c in Proposal.__table__.columns}
    return Proposal(**{**kept, "reason": "", "payload": {}, "decided_reason": None})


def _at_posts(by: Actor, roles: tuple[str, ...]) -> ColumnElement[bool]:
    posts = {g.post for g in by.grants if g.role in roles}
    return true() if ANY_POST in posts else Proposal.post.in_(posts)


def approved_of(session: Session, post: str, subject: UUID, kind: str) -> Proposal | None:
    """The newest approved proposal of a kind about a thing."""
    rows = select(Proposal).where(
        Proposal.post == post, Proposal.subject == subject, Proposal.kind == kind, Proposal.status == "approved"
    )
    return session.execute(rows.order_by(Proposal.decided_at.desc()).limit(1)).scalar_one_or_none()


def due(session: Session, limit: int = 100) -> list[Proposal]:
    """What has waited for longer than its act says, longest first; not locked."""
    query = select(Proposal).where(Proposal.status == "waiting", Proposal.expires_at <= now(session))
    return list(session.execute(query.order_by(Proposal.expires_at, Proposal.id).limit(limit)).scalars())
