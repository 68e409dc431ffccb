"""Trucks that left, the last first: what the gate has let through today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations.models import Declaration, DeclarationExit, ExitItem
from app.registers.listing import read_id_key
from app.registers.worklist import posts_of

#: Ids begin with the time at which they were made, by a clock that may differ from the database's.
_MARGIN = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Line:
    """A truck that left under an exit number, with how many items; `whole` says that nothing stayed behind."""

    id: UUID
    number: str
    post: str
    at: dt.datetime
    plate: str | None
    whole: bool
    seals_agree: bool
    remark: str
    permit: str | None
    name: str
    reference: str
    mrn: str
    items: int


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


def page(session: Session, since: dt.datetime, *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """What left at the posts of an official since a moment; `after` is the `next` of the page before. One query."""
    count = (
        select(func.count())
        .where(
            ExitItem.post == DeclarationExit.post,
            ExitItem.declaration_id == DeclarationExit.declaration_id,  # the index begins so
            ExitItem.exit_id == DeclarationExit.id,
        )
        .scalar_subquery()
    )
    gone = DeclarationExit
    query = (
        select(
            gone.id, gone.number, gone.post, gone.at, gone.plate, gone.whole, gone.seals_agree, gone.remark,
            gone.permit, gone.name,
            Declaration.reference, Declaration.mrn, count,
        )
        .join(Declaration, and_(Declaration.post == gone.post, Declaration.id == gone.declaration_id))
        .where(gone.at >= since, gone.id >= _first_id(since - _MARGIN))
    )  # fmt: skip
    posts = posts_of(by)
    if posts is not None:
        query = query.where(gone.post.in_(sorted(posts)))
    if after:
        query = query.where(gone.id < read_id_key(after))
    rows = session.execute(query.order_by(gone.id.desc()).limit(limit + 1)).all()
    lines = [Line(*tuple(row)) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)


def _first_id(at: dt.datetime) -> UUID:
    """The smallest UUIDv7 of a moment."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
