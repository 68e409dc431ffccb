"""What is released and still has no permit: the supervisor's print queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.clearance.models import Permit
from app.clearance.operations import ISSUING
from app.core.actors import ANY_POST, Actor
from app.core.text import compact
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration, DeclarationContent
from app.registers.listing import CONTENT_IN_FORCE, read_id_key


@dataclass(frozen=True, slots=True)
class Line:
    """A released declaration that waits for its permit. `changed_at` is when it was released."""

    reference: str
    mrn: str
    post: str
    lane: str
    changed_at: dt.datetime
    plate: str | None
    consignee: str
    item_count: int
    gross_kg: Any
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


_COLUMNS = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.lane, Declaration.changed_at,
    DeclarationContent.plate, DeclarationContent.header["consignee"]["name"].astext.label("consignee"),
    DeclarationContent.item_count, DeclarationContent.gross_kg, Declaration.id,
)  # fmt: skip
_HAS_PERMIT = exists().where(
    Permit.post == Declaration.post, Permit.declaration_id == Declaration.id, Permit.revoked_at.is_(None)
)


def page(session: Session, q: str = "", *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """One page of the queue at the posts where the person issues permits, last lodged first; one query.

    `q` is a reference, MRN or whole plate.
    """
    query = (
        select(*_COLUMNS)
        .join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
        .where(Declaration.status == Status.RELEASED.value, *_at_posts(by), ~_HAS_PERMIT)
    )
    if q:
        typed = q.strip().upper()
        plate = compact(q)
        same = (Declaration.reference == typed, Declaration.mrn == typed, DeclarationContent.plate == plate)
        query = query.where(or_(*same))
    if after:
        query = query.where(Declaration.id < read_id_key(after))
    rows = session.execute(query.order_by(Declaration.id.desc()).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)


def _at_posts(by: Actor) -> list[ColumnElement[bool]]:
    posts = {g.post for g in by.grants if g.role in ISSUING}
    return [] if ANY_POST in posts else [Declaration.post.in_(sorted(posts))]
