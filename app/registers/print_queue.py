"""What is released, in whole or in part, and still has no permit for it: the supervisor's print queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, any_, cast, exists, func, or_, select, union_all
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


def _here(model: Any) -> ColumnElement[bool]:
    return and_(model.post == Declaration.post, model.declaration_id == Declaration.id)


def _today() -> ColumnElement[dt.date]:
    """The day at the node's post, asked once a query."""
    local = func.timezone(PostRow.time_zone, func.guzar_now())
    return select(cast(local, Date)).where(PostRow.code == node_post()).scalar_subquery()


def _valid() -> ColumnElement[bool]:
    return and_(_here(Permit), Permit.revoked_at.is_(None), Permit.valid_until >= _today())


def _uncovered(model: Any, number: Any) -> ColumnElement[bool]:
    """The item is still here, and no valid permit of a part lets it through."""
    gone = exists().where(_here(ExitItem), ExitItem.item == number).correlate(Declaration, model)
    covered = exists().where(_valid(), number == any_(Permit.only_items)).correlate(Declaration, model)
    return and_(~gone, ~covered)


#: By state: the table of what is let go, item by item, and the number of the item in it.
_LET_GO: dict[str, tuple[Any, Any]] = {
    Status.RELEASED.value: (DeclarationItem, DeclarationItem.number),
    Status.PARTLY_RELEASED.value: (ReleasedItem, ReleasedItem.item),
}


def _waiting(status: str) -> Select[Any]:
    """What is in a state and has an item that waits for a permit. Most permits are for everything: only where there is
    none of those, items are looked at one by one."""
    model, number = _LET_GO[status]
    let_go = [_here(model), *([model.content == Declaration.content] if model is DeclarationItem else [])]
    item = exists().where(*let_go, _uncovered(model, number))
    of_all = exists().where(_valid(), Permit.only_items.is_(None))
    return (
        select(*_COLUMNS)
        .join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
        .where(Declaration.status == status, ~of_all, item)
    )


def page(session: Session, q: str = "", *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """One page of the queue at the posts where the person issues permits, last lodged first; one query. Each state is
    read along its own index.

    `q` is a reference, MRN or whole plate.
    """
    where = _at_posts(by)
    if q:
        typed = q.strip().upper()
        same = (Declaration.reference == typed, Declaration.mrn == typed, DeclarationContent.plate == compact(q))
        where.append(or_(*same))
    if after:
        where.append(Declaration.id < read_id_key(after))
    each = [_waiting(status).where(*where).order_by(Declaration.id.desc()).limit(limit + 1) for status in _LET_GO]
    both = union_all(*each).subquery()
    rows = session.execute(select(both).order_by(both.c.id.desc()).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)


def count(session: Session, posts: Collection[str], most: int) -> int:
    """How many wait for their permit at some posts, counted to one more than `most`."""
    here = Declaration.post.in_(sorted(posts))
    each = [_waiting(status).with_only_columns(Declaration.id).where(here).limit(most + 1) for status in _LET_GO]
    both = union_all(*each).subquery()
    return int(session.execute(select(func.count()).select_from(both)).scalar_one())


def _at_posts(by: Actor) -> list[ColumnElement[bool]]:
    posts = {g.post for g in by.grants if g.role in ISSUING}
    return [] if ANY_POST in posts else [Declaration.post.in_(sorted(posts))]
