"""The register of permits of the posts an official belongs to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.orm import Session, defer

from app.clearance import queries
from app.clearance.models import Permit, PermitPrint
from app.core.actors import Actor
from app.core.errors import NotFound
from app.registers.listing import moment_key, read_moment_key


@dataclass(frozen=True, slots=True)
class Line:
    """A permit in a list: without its content and its PDF. `copies` counts the prints after the original."""

    id: UUID
    number: str
    mrn: str
    reference: str
    plate: str
    post: str
    languages: list[str]
    issued_at: dt.datetime
    issued_name: str
    valid_until: dt.date
    supersedes: str | None
    revoked_at: dt.datetime | None
    revoked_reason: str | None
    copies: int

    @property
    def in_force(self) -> bool:
        return self.revoked_at is None


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


_COPIES = (
    select(func.count())
    .where(PermitPrint.post == Permit.post, PermitPrint.permit_id == Permit.id, PermitPrint.copy > 0)
    .correlate(Permit)
    .scalar_subquery()
)
_COLUMNS = (
    Permit.id, Permit.number, Permit.mrn, Permit.reference, Permit.plate, Permit.post, Permit.languages,
    Permit.issued_at, Permit.issued_name, Permit.valid_until, Permit.supersedes, Permit.revoked_at,
    Permit.revoked_reason, _COPIES.label("copies"),
)  # fmt: skip


def page(session: Session, q: str = "", *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """Permits issued at the person's posts, newest first; `q` is a whole number, MRN, reference or plate."""
    query = select(*_COLUMNS).where(queries.seen_at_posts(by))
    if q:
        query = query.where(queries.matching(q))
    return _page(session, query, limit, after)


def of_declaration(session: Session, post: str, declaration: UUID) -> list[Line]:
    """Every permit of a declaration, newest first; whoever asks may see the declaration."""
    query = select(*_COLUMNS).where(Permit.post == post, Permit.declaration_id == declaration)
    return [_line(row) for row in session.execute(query.order_by(Permit.issued_at.desc(), Permit.id.desc()))]


def find(session: Session, number: str, *, by: Actor, with_pdf: bool = False) -> Permit:
    """A permit of the person's posts by its number, or `NotFound`; its PDF only where it is asked for."""
    query = select(Permit).where(Permit.number == number, queries.seen_at_posts(by))
    if not with_pdf:
        query = query.options(defer(Permit.pdf, raiseload=True), defer(Permit.content, raiseload=True))
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def replaced_by(session: Session, number: str) -> str | None:
    """The number of the permit that took the place of a revoked one."""
    return session.execute(select(Permit.number).where(Permit.supersedes == number)).scalars().first()


def _page(session: Session, query: Select[Any], limit: int, after: str) -> Page:
    if after:
        query = query.where(tuple_(Permit.issued_at, Permit.id) < tuple_(*read_moment_key(after)))
    rows = session.execute(query.order_by(Permit.issued_at.desc(), Permit.id.desc()).limit(limit + 1)).all()
    lines = [_line(row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].issued_at, lines[-1].id) if len(rows) > limit else None)


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    return Line(*row)
