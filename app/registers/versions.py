"""The contents of a declaration, one after the other, and what is different between them field by field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import marshmallow as ma
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.errors import NotFound
from app.declarations import queries, schemas
from app.declarations.differences import Difference, differences
from app.declarations.models import Amendment, Declaration, DeclarationContent
from app.declarations.operations import KIND


@dataclass(frozen=True, slots=True)
class Version:
    """A content: when it was made, by whom (login and role; of an amended one who asked for it) and with which digest;
    for an amended one why, and which request it was."""

    content: int
    made_at: dt.datetime
    sha256: str
    reason: str
    made_by: str
    amendment: UUID | None
    made_role: str


_LODGED = ("declaration.lodged", "declaration.prelodged")


def of(session: Session, reference: str, *, by: Actor) -> list[Version]:
    """Every content of a declaration, oldest first; none for a draft."""
    declaration = queries.find(session, reference, by=by)
    asked_for = and_(
        Amendment.post == DeclarationContent.post,
        Amendment.declaration_id == DeclarationContent.declaration_id,
        Amendment.to_content == DeclarationContent.content,
    )
    rows = session.execute(
        select(
            DeclarationContent.content,
            DeclarationContent.made_at,
            DeclarationContent.sha256,
            Amendment.reason,
            Amendment.requested_login,
            Amendment.id,
            Amendment.requested_role,
        )
        .outerjoin(Amendment, asked_for)
        .where(DeclarationContent.post == declaration.post, DeclarationContent.declaration_id == declaration.id)
        .order_by(DeclarationContent.content)
    )
    lodger = _lodger(session, declaration)
    return [
        Version(n, at, sha256, reason or "", login or lodger, id, role or "trader")
        for n, at, sha256, reason, login, id, role in rows
    ]


def _lodger(session: Session, declaration: Declaration) -> str:
    """Who has lodged it, as the journal knows."""
    entries = journal.history(session, declaration.post, KIND, str(declaration.id))
    return next((e.login for e in entries if e.event in _LODGED), "")


def between(session: Session, reference: str, one: int, other: int, *, by: Actor) -> list[Difference]:
    """What changed from one content to another; `NotFound` for a number that is not there."""
    declaration = queries.find(session, reference, by=by)
    if not (0 < one <= declaration.content and 0 < other <= declaration.content):
        raise NotFound()
    before = queries.declared(session, declaration, one)
    return differences(before, queries.declared(session, declaration, other), box_of)


def wanted(session: Session, reference: str, amendment: UUID, *, by: Actor) -> list[Difference]:
    """What a request would change, against the content it was made on; nothing for one that invalidates."""
    declaration = queries.find(session, reference, by=by)
    request = queries.request(session, declaration, amendment, by=by)
    if request is None:
        raise NotFound()
    if request.body is None:
        return []
    before = queries.declared(session, declaration, request.from_content)
    return differences(before, schemas.read(request.body), box_of)


@lru_cache(4096)
def box_of(pointer: str) -> str:
    """The number of the SAD box a pointer into a declaration belongs to; the nearest field above that has one, or ""."""
    field: ma.fields.Field[Any] | None = None
    schema: ma.Schema | None = schemas.declaration_schema()
    box = ""
    for name in pointer.split("/")[1:]:
        if name.isdigit():
            field = field.inner if isinstance(field, ma.fields.List) else field
        elif schema is not None:
            field = schema.fields.get(name)
        if field is None:
            return box
        box = str(field.metadata.get("box") or box)
        inner = field.inner if isinstance(field, ma.fields.List) else field
        schema = inner.schema if isinstance(inner, ma.fields.Nested) else None
    return box
