"""Lists of declarations: searched, paged by key, and only what the reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select, tuple_, union
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, Forbidden, Invalid
from app.core.text import _, compact
from app.declarations.lifecycle import OPEN, Status
from app.declarations.models import Declaration, DeclarationContent, DeclarationDraft, DeclarationItem
from app.declarations.queries import OFFICIAL, visible
from app.registers.listing import CONTENT_IN_FORCE, read_id_key

LARGEST_PAGE = 200
#: Shorter pieces of a plate match half the register and use no index.
SHORTEST_PIECE = 4


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by; None or "" is not asked."""

    post: str | None = None
    status: str | None = None
    lane: str | None = None
    declarant: str | None = None
    plate: str | None = None
    container: str | None = None
    commodity: str | None = None
    since: dt.datetime | None = None
    q: str | None = None
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list. `lane` is None for those who may not see it."""

    reference: str
    mrn: str | None
    local_reference: str | None
    post: str
    declarant: str
    plate: str | None
    status: str
    lane: str | None
    lodged_at: dt.datetime | None
    changed_at: dt.datetime
    item_count: int | None
    consignee: str | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


_KEYS = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.party, Declaration.status, Declaration.lane,
    Declaration.lodged_at, Declaration.changed_at, Declaration.id, Declaration.content,
)  # fmt: skip


def page(session: Session, filters: Filters, *, by: Actor, limit: int = 50, after: str | None = None) -> Page:
    """One page, newest first. One query, whatever the filters; `after` is the `next` of the page before.

    Raises `Forbidden` if somebody filters by lane who may not see lanes, `Invalid` for a filter that cannot be.
    """
    query = select(*_KEYS).where(visible(by), *_conditions(filters))
    if filters.lane:
        query = query.where(_lane_shown(by))
    if filters.plate or filters.container:
        query = query.join(DeclarationContent, CONTENT_IN_FORCE)
    if after:
        query = query.where(Declaration.id < read_id_key(after))
    rows = session.execute(_shown(query.order_by(Declaration.id.desc()).limit(limit + 1))).all()
    lines = [_line(row, by) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)


def _shown(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """What a line shows, joined only to the declarations found: a search may pass thousands before its limit."""
    found = query.subquery("found")
    content, draft, key = DeclarationContent, DeclarationDraft, found.c
    return (
        select(
            *(key[column.key] for column in _KEYS),
            content.local_reference,
            content.plate,
            content.item_count,
            content.header["consignee"]["name"].astext.label("consignee"),
            draft.body["local_reference"].astext.label("draft_reference"),
            draft.body["transport"]["vehicle"]["plate"].astext.label("draft_plate"),
            draft.body["consignee"]["name"].astext.label("draft_consignee"),
        )
        .outerjoin_from(
            found,
            content,
            and_(content.post == key.post, content.declaration_id == key.id, content.content == key.content),
        )
        .outerjoin(
            draft,
            and_(key.status == Status.DRAFT.value, draft.post == key.post, draft.declaration_id == key.id),
        )
        .order_by(key.id.desc())
    )


def _line(row: Row[*tuple[Any, ...]], by: Actor) -> Line:
    return Line(
        reference=row.reference,
        mrn=row.mrn,
        local_reference=row.local_reference or row.draft_reference,
        post=row.post,
        declarant=row.party,
        plate=row.plate or row.draft_plate,
        status=row.status,
        lane=row.lane if by.grant(OFFICIAL, row.post) else None,
        lodged_at=row.lodged_at,
        changed_at=row.changed_at,
        item_count=row.item_count,
        consignee=row.consignee or row.draft_consignee,
        id=row.id,
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (filters.open_only, lambda _yes: Declaration.status.in_([s.value for s in OPEN])),
        (filters.status, _status),
        (filters.post, Declaration.post.__eq__),
        (filters.lane, _lane),
        (filters.declarant, Declaration.party.__eq__),
        (filters.since, Declaration.lodged_at.__ge__),
        (filters.plate, _plate),
        (filters.container, lambda number: DeclarationContent.containers.contains([compact(number)])),
        (filters.commodity, _commodity),
        (filters.q, _anything),
    ]
    return [condition(value) for value, condition in asked if value]


def _status(word: str) -> ColumnElement[bool]:
    if word not in {s.value for s in Status}:
        raise Invalid(findings=[Finding("/status", "filter.status", _("There is no such status."))])
    return Declaration.status == word


def _lane_shown(by: Actor) -> ColumnElement[bool]:
    """Asking for a lane must not tell a trader the lane of his goods at another post than the one he works at."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    if not posts:
        raise Forbidden(_("Lanes are not shown to traders."))
    return Declaration.post.isnot(None) if ANY_POST in posts else Declaration.post.in_(posts)


def _lane(text: str) -> ColumnElement[bool]:
    if text not in _LANES:
        raise Invalid(
            findings=[Finding("/lane", "filter.lane", _("Choose one of: {choices}.", choices=", ".join(_LANES)))]
        )
    return Declaration.lane == text


_LANES = ("green", "blue", "yellow", "red")


def _plate(text: str) -> ColumnElement[bool]:
    typed = compact(text)
    if len(typed) < SHORTEST_PIECE:
        return DeclarationContent.plate == typed
    return DeclarationContent.plate.contains(typed, autoescape=True)


def _commodity(text: str) -> ColumnElement[bool]:
    if not text.isascii() or not text.isdigit() or not 2 <= len(text) <= 12:
        raise Invalid(
            findings=[Finding("/commodity", "filter.commodity", _("Give two to twelve digits of the commodity code."))]
        )
    return exists().where(
        DeclarationItem.post == Declaration.post,
        DeclarationItem.declaration_id == Declaration.id,
        DeclarationItem.content == Declaration.content,
        DeclarationItem.commodity >= text,
        DeclarationItem.commodity < text + ":",
    )


def _anything(text: str) -> ColumnElement[bool]:
    """What an officer types or scans into one box: a reference, an MRN, the trader's reference, a plate or a container.

    A union, because no index serves an OR across tables. Each branch also gives the content number, so that a content
    that is no longer in force does not lead to its declaration.
    """
    typed = text.upper()
    declared = (Declaration.post, Declaration.id, Declaration.content)
    contents = (DeclarationContent.post, DeclarationContent.declaration_id, DeclarationContent.content)
    branches = [
        select(*declared).where(Declaration.reference == typed),
        select(*declared).where(Declaration.mrn == typed),
        select(*contents).where(DeclarationContent.local_reference == text),
        select(*contents).where(DeclarationContent.containers.contains([compact(text)[:11]])),
    ]
    if len(compact(text)) >= SHORTEST_PIECE:
        plate = DeclarationContent.plate.contains(compact(text), autoescape=True)
        branches.append(select(*contents).where(plate))
    return tuple_(*declared).in_(union(*branches))
