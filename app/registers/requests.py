"""Requests to amend or invalidate that wait for officials, longest waiting first; a page by key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select, text, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import Forbidden
from app.core.lifecycle import sql_in
from app.core.text import _
from app.declarations.lifecycle import AmendmentStatus
from app.declarations.models import Amendment, Declaration
from app.declarations.queries import OFFICIAL
from app.registers.listing import moment_key, read_moment_key

LARGEST_PAGE = 200

#: Literals, so that the partial index is seen to fit a prepared statement.
_WAITING = text(sql_in("declaration_amendment.status", (AmendmentStatus.REQUESTED, AmendmentStatus.ENDORSED)))


@dataclass(frozen=True, slots=True)
class Line:
    """A request: of which declaration (reference, MRN, present state), what kind, why, whose, how far."""

    id: UUID
    reference: str
    mrn: str | None
    post: str
    declaration_status: str
    kind: str
    stage: str
    status: str
    reason: str
    requested_name: str
    requested_role: str
    requested_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


def page(session: Session, *, by: Actor, limit: int = 50, after: str | None = None) -> Page:
    """One page of what waits at the posts of an official; `after` is the `next` of the page before."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    if not posts:
        raise Forbidden(_("Requests are listed for officials."))
    query = (
        select(
            Amendment.id,
            Declaration.reference,
            Declaration.mrn,
            Amendment.post,
            Declaration.status,
            Amendment.kind,
            Amendment.stage,
            Amendment.status,
            Amendment.reason,
            Amendment.requested_name,
            Amendment.requested_role,
            Amendment.requested_at,
        )
        .join(Declaration, and_(Declaration.post == Amendment.post, Declaration.id == Amendment.declaration_id))
        .where(_WAITING)
    )
    if ANY_POST not in posts:
        query = query.where(Amendment.post.in_(sorted(posts)))
    if after:
        query = query.where(tuple_(Amendment.requested_at, Amendment.id) > tuple_(*read_moment_key(after)))
    rows = session.execute(query.order_by(Amendment.requested_at, Amendment.id).limit(limit + 1)).all()
    lines = [Line(*tuple(row)) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].requested_at, lines[-1].id) if len(rows) > limit else None)
