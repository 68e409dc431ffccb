"""Proposals somebody may see."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import ANY_POST, Actor

#: Who sees the proposals of a post.
SEEING = ("officer", "supervisor", "auditor")


def waiting(
    session: Session,
    *,
    by: Actor,
    roles: tuple[str, ...],
    limit: int = 50,
    after: tuple[dt.datetime, UUID] | None = None,
) -> list[Proposal]:
    """What waits for a second person at the actor's posts, oldest first; `after` is time and id of the last one seen."""
    posts = {g.post for g in by.grants if g.role in roles}
    query = select(Proposal).where(Proposal.status == "waiting")
    if after is not None:
        query = query.where(tuple_(Proposal.proposed_at, Proposal.id) > tuple_(*after))
    if ANY_POST not in posts:
        query = query.where(Proposal.post.in_(posts))
    return list(session.execute(query.order_by(Proposal.proposed_at, Proposal.id).limit(limit)).scalars())
