"""What is released, in whole or in part, and still has no permit for it: the supervisor's print queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, any_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from app.clearance.models import Permit
from app.clearance.operations import ISSUING
from app.core.actors import ANY_POST, Actor
from app.core.db import node_post
from app.core.text import compact
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration, DeclarationContent, DeclarationItem, ExitItem, ReleasedItem
from app.reference.models import PostRow
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
_LET_GO = (Status.RELEASED.value, Status.PARTLY_RELEASED.value)


def _here(model: Any) -> ColumnElement[bool]:
    return and_(model.post == Declaration.post, model.declaration_id == Declaration.id)


def _today() -> ColumnElement[dt.date]:
    """The day at the node's post, asked once a query."""
    local = func.timezone(PostRow.time_zone, func.guzar_now())
    return select(cast(local, Date)).where(PostRow.code == node_post()).scalar_subquery()


def _waits() -> ColumnElement[bool]:
    """An item is let go and still here, and no valid permit lets it through. Most permits are for everything: only
    where there is none of those, items are looked at one by one."""
    valid = and_(_here(Permit), Permit.revoked_at.is_(None), Permit.valid_until >= _today())

    def uncovered(model: Any, number: Any) -> ColumnElement[bool]:
        gone = exists().where(_here(ExitItem), ExitItem.item == number).correlate(Declaration, model)
        covered = exists().where(valid, number == any_(Permit.only_items)).correlate(Declaration, model)
        return and_(~gone, ~covered)

    declared = and_(_here(DeclarationItem), DeclarationItem.content == Declaration.content)
    whole = and_(
        Declaration.status == Status.RELEASED.value,
        exists().where(declared, uncovered(DeclarationItem, DeclarationItem.number)),
    )
    partly = and_(
        Declaration.status == Status.PARTLY_RELEASED.value,
        exists().where(_here(ReleasedItem), uncovered(ReleasedItem, ReleasedItem.item)),
    )
    return and_(~exists().where(valid, Permit.only_items.is_(None)), or_(whole, partly))


def page(session: Session, q: str = "", *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """One page of the queue at the posts where the person issues permits, last lodged first; one query.

    `q` is a reference, MRN or whole plate.
    """
    query = (
        select(*_COLUMNS)
        .join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
        .where(Declaration.status.in_(_LET_GO), *_at_posts(by), _waits())
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
