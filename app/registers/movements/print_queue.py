"""What is released for transit and still has no accompanying document: the supervisor's other print queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from app.clearance.commands import Kind
from app.clearance.models import Paper
from app.clearance.operations import ISSUING
from app.core.actors import ANY_POST, Actor
from app.core.text import compact
from app.registers.listing import read_id_key
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.transit.lifecycle import UNDER_WAY
from app.transit.models import Movement, TransitContent


@dataclass(frozen=True, slots=True)
class Line:
    """A released movement that waits for its accompanying document."""

    reference: str
    mrn: str
    post: str
    kind: str
    destination: str
    released_at: dt.datetime
    limit_at: dt.datetime
    plates: list[str]
    holder: str
    item_count: int
    gross_kg: Any
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


_COLUMNS = (
    Movement.reference, Movement.mrn, Movement.post, Movement.kind, Movement.destination, Movement.released_at,
    Movement.limit_at, TransitContent.plates,
    func.coalesce(TransitContent.header["holder"]["name"].astext, TransitContent.holder).label("holder_name"),
    TransitContent.item_count, TransitContent.gross_kg, Movement.id,
)  # fmt: skip
_PRINTED = (
    exists()
    .where(
        Paper.post == Movement.post,
        Paper.movement_id == Movement.id,
        Paper.kind == Kind.TRANSIT_DOCUMENT.value,
    )
    .correlate(Movement)
)


def page(session: Session, q: str = "", *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """One page of the queue at the posts where the person issues papers, last lodged first; one query. It reads what is
    under way, not what has been.

    `q` is a reference, MRN or whole plate.
    """
    posts = {g.post for g in by.grants if g.role in ISSUING}
    query = (
        select(*_COLUMNS)
        .join(TransitContent, CONTENT_IN_FORCE)
        .where(Movement.status.in_([status.value for status in UNDER_WAY]), ~_PRINTED)
    )
    if ANY_POST not in posts:
        query = query.where(Movement.post.in_(sorted(posts)))
    if q:
        typed = q.strip().upper()
        plate = TransitContent.plates.contains([compact(q)])
        query = query.where(or_(Movement.reference == typed, Movement.mrn == typed, plate))
    if after:
        query = query.where(Movement.id < read_id_key(after))
    rows = session.execute(query.order_by(Movement.id.desc()).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)
