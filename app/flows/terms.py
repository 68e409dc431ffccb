"""Terms that run out: detentions, and answers to appeals."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.appeals import queries as appealed
from app.appeals.models import Appeal
from app.core.actors import ANY_POST, Actor
from app.core.db import node_post, now
from app.core.errors import Forbidden
from app.flows.parameters import at_post
from app.offences import queries as held
from app.offences.models import Detention
from app.reference.queries import codebook

#: Where the parameter is not set.
WARNING_DAYS = 3


def _posts(session: Session, *, by: Actor) -> list[str]:
    """The posts whose officials one is; `Forbidden` for who is none."""
    posts = {grant.post for grant in by.grants if grant.role in held.SEEING}
    if not posts:
        raise Forbidden()
    if ANY_POST in posts:
        return [post.code for post in codebook(session).posts()]
    return sorted(posts)


def running_out(session: Session, *, by: Actor) -> list[Detention]:
    """Detentions at one's posts that run out soon, or have run out and wait for a decision."""
    at, codes = now(session), codebook(session)
    said = at_post(codes, "detention-warning-days", node_post(), codes.day_at(node_post(), at))
    days = said.value if said else WARNING_DAYS
    return held.due(session, _posts(session, by=by), at + dt.timedelta(days=days))


def appeals(session: Session, *, by: Actor, limit: int) -> list[Appeal]:
    """Appeals that wait at one's posts, the first that is due first; for a firm, its own, newest first."""
    firms = by.parties()
    if firms and not by.roles() & set(appealed.SEEING):
        return appealed.of_firms(session, firms, limit)
    return appealed.waiting(session, _posts(session, by=by), limit)
