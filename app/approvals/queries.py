"""Proposals somebody may see."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import ANY_POST, Actor

#: Who sees the proposals of a post.
SEEING = ("officer", "supervisor", "auditor")


def waiting(session: Session, *, by: Actor, roles: tuple[str, ...], limit: int = 50) -> list[Proposal]:
    """What waits for a second person at the actor's posts, oldest first."""
    posts = {g.post for g in by.grants if g.role in roles}
    query = select(Proposal).where(Proposal.status == "waiting")
    if ANY_POST not in posts:
        query = query.where(Proposal.post.in_(posts))
    return list(session.execute(query.order_by(Proposal.proposed_at, Proposal.id).limit(limit)).scalars())
