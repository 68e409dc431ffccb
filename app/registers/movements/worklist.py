"""What movements each office has before it: to decide, to expect, in its yard, to search for. One query for a page, one
for the counts; both read the index of `transit_office`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.registers.listing import moment_key, read_moment_key
from app.transit.lifecycle import Stage
from app.transit.models import Movement, TransitContent, TransitOffice
from app.transit.queries import official_posts

#: What stands in the worklist, in the order of its tabs.
STAGES = (Stage.DECIDE, Stage.PRESENT, Stage.EXPECTED, Stage.SEARCH)

#: Joins the content in force.
CONTENT_IN_FORCE = and_(
    TransitContent.post == Movement.post,
    TransitContent.movement_id == Movement.id,
    TransitContent.content == Movement.content,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A movement in a list of an office; `due_at` is its limit once it is released, before that its lodging."""

    reference: str
    mrn: str
    kind: str
    status: str
    post: str
    destination: str
    carnet: str | None
    lodged_at: dt.datetime | None
    limit_at: dt.datetime | None
    holder: str
    plates: list[str]
    containers: list[str]
    item_count: int
    gross_kg: Decimal
    office: str
    role: str
    stage: str
    due_at: dt.datetime
    id: UUID

    def left(self, at: dt.datetime) -> dt.timedelta | None:
        """The time that remains until the limit; less than nothing when it is past."""
        return None if self.limit_at is None else self.limit_at - at


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


_COLUMNS = (
    Movement.reference, Movement.mrn, Movement.kind, Movement.status, Movement.post, Movement.destination,
    Movement.carnet, Movement.lodged_at, Movement.limit_at,
    func.coalesce(TransitContent.header["holder"]["name"].astext, TransitContent.holder).label("holder_name"),
    TransitContent.plates, TransitContent.containers, TransitContent.item_count, TransitContent.gross_kg,
    TransitOffice.office, TransitOffice.role, TransitOffice.stage, TransitOffice.due_at, Movement.id,
)  # fmt: skip


def page(session: Session, stage: str, *, by: Actor, office: str = "", after: str = "", limit: int = 50) -> Page:
    """One page of what an office has before it at a stage, what is due first on top. Raises `Invalid` for a stage or an
    office that is not his."""
    rows = session.execute(statement(stage, by=by, office=office, after=after).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].due_at, lines[-1].id) if len(rows) > limit else None)


def statement(stage: str, *, by: Actor, office: str = "", after: str = "") -> Select[Any]:
    """The one query of a page, without its limit."""
    if stage not in {each.value for each in STAGES}:
        raise Invalid(findings=[Finding("/stage", "filter.stage", _("There is no such list."))])
    query = (
        select(*_COLUMNS)
        .join_from(
            TransitOffice,
            Movement,
            and_(Movement.post == TransitOffice.post, Movement.id == TransitOffice.movement_id),
        )
        .join(TransitContent, CONTENT_IN_FORCE)
        .where(TransitOffice.stage == stage, *_at(by, office))
    )
    key = (TransitOffice.due_at, TransitOffice.movement_id)
    if after:
        query = query.where(tuple_(*key) > tuple_(*read_moment_key(after)))
    return query.order_by(*key)


def counts(session: Session, *, by: Actor, office: str = "") -> dict[str, int]:
    """How many stand at each stage of his offices."""
    rows = (
        select(TransitOffice.stage, func.count())
        .where(TransitOffice.stage.in_([each.value for each in STAGES]), *_at(by, office))
        .group_by(TransitOffice.stage)
    )
    found = {row[0]: int(row[1]) for row in session.execute(rows)}
    return {each.value: found.get(each.value, 0) for each in STAGES}


def _at(by: Actor, office: str) -> list[Any]:
    posts = official_posts(by)
    if office:
        if office not in posts and ANY_POST not in posts:
            raise Invalid(findings=[Finding("/office", "filter.office", _("This is not one of your offices."))])
        return [TransitOffice.office == office]
    if ANY_POST in posts:
        return []
    if len(posts) == 1:
        return [TransitOffice.office == next(iter(posts))]
    return [TransitOffice.office.in_(sorted(posts))]
