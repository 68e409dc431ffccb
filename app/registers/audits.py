"""What was let go on the blue lane and waits to be looked at afterwards; a page by key, longest waiting first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, text, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import Forbidden
from app.core.lifecycle import sql_in
from app.core.text import _
from app.declarations.lifecycle import LET_GO
from app.declarations.models import Audit, Declaration, DeclarationContent
from app.declarations.queries import OFFICIAL
from app.registers.listing import CONTENT_IN_FORCE, moment_key, read_moment_key

LARGEST_PAGE = 200

#: Literals, so that the partial index is seen to fit a prepared statement.
_IS_BLUE = text("declaration.lane = 'blue' AND " + sql_in("declaration.status", LET_GO))


@dataclass(frozen=True, slots=True)
class Line:
    """A declaration that waits for its audit; `further` says that somebody has begun and not finished."""

    reference: str
    mrn: str
    post: str
    status: str
    lodged_at: dt.datetime
    declarant: str
    plate: str | None
    consignee: str
    item_count: int
    gross_kg: Any
    id: UUID
    further: bool


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


def _audited(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Audit.post == Declaration.post, Audit.declaration_id == Declaration.id, *conditions)


_COLUMNS = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.status, Declaration.lodged_at,
    Declaration.party, DeclarationContent.plate,
    func.coalesce(DeclarationContent.header["consignee"]["name"].astext, "").label("consignee"),
    DeclarationContent.item_count, DeclarationContent.gross_kg, Declaration.id, _audited().label("further"),
)  # fmt: skip


def page(session: Session, *, by: Actor, limit: int = 50, after: str | None = None) -> Page:
    """One page of what waits at the posts of an official; `after` is the `next` of the page before."""
    query = select(*_COLUMNS).join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
    query = query.where(*_waiting(by)).order_by(Declaration.lodged_at, Declaration.id)
    if after:
        query = query.where(tuple_(Declaration.lodged_at, Declaration.id) > tuple_(*read_moment_key(after)))
    rows = session.execute(query.limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].lodged_at, lines[-1].id) if len(rows) > limit else None)


def count(session: Session, *, by: Actor) -> int:
    """How many wait at the posts of an official."""
    return session.execute(select(func.count()).select_from(Declaration).where(*_waiting(by))).scalar_one()


def _waiting(by: Actor) -> list[ColumnElement[bool]]:
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    if not posts:
        raise Forbidden(_("Audits are listed for officials."))
    here = [] if ANY_POST in posts else [Declaration.post.in_(sorted(posts))]
    return [_IS_BLUE, ~_audited(Audit.outcome != "further"), *here]  # type: ignore[list-item]
