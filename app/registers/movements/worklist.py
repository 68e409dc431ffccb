"""What movements each office has before it: to decide, to expect, in its yard, to search for. One query for a page, one
for the counts; both read the index of `transit_office`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, text, tuple_
from sqlalchemy.orm import Session

from app.claims.models import WorkClaim
from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, Invalid
from app.core.lifecycle import sql_in
from app.core.text import _
from app.registers import narrowing
from app.registers.listing import moment_key, read_moment_key
from app.registers.narrowing import Narrowed
from app.transit.lifecycle import Stage
from app.transit.models import Movement, TransitContent, TransitOffice
from app.transit.queries import official_posts

#: What stands in the worklist, in the order of its tabs.
STAGES = (Stage.DECIDE, Stage.PRESENT, Stage.EXPECTED, Stage.SEARCH)

#: Lanes to narrow a list by, what stops first; the others cost an office nothing.
LANES = ("red", "yellow", "blue", "green")

_EVERYTHING = Narrowed()

#: A literal, like the stage of a page, or the partial index would not be seen to fit once a statement is prepared.
_WAITS = text(sql_in("transit_office.stage", STAGES))

#: Joins the movement of an office's row. What waits for an office has not ended, which the partial index of lanes must see.
_OF_OFFICE = and_(Movement.post == TransitOffice.post, Movement.id == TransitOffice.movement_id)
_IN_LANE = text("transit_movement.lane IS NOT NULL AND transit_movement.ended_at IS NULL")

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
    arrived_at: dt.datetime | None
    holder: str
    plates: list[str]
    containers: list[str]
    item_count: int
    gross_kg: Decimal
    lane: str | None
    office: str
    role: str
    stage: str
    due_at: dt.datetime
    id: UUID
    #: Who works on it at this office, and since when.
    claimed_by: UUID | None = None
    claimed_name: str | None = None
    claimed_at: dt.datetime | None = None

    def left(self, at: dt.datetime) -> dt.timedelta | None:
        """The time that remains until the limit; less than nothing when it is past."""
        return None if self.limit_at is None else self.limit_at - at

    def waits(self, at: dt.datetime) -> dt.timedelta:
        """How long it has waited for this office: since its arrival there, or since it was lodged or announced."""
        since = self.arrived_at if self.stage == Stage.PRESENT else None
        return at - (since or self.lodged_at or self.due_at)


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


_COLUMNS = (
    Movement.reference, Movement.mrn, Movement.kind, Movement.status, Movement.post, Movement.destination,
    Movement.carnet, Movement.lodged_at, Movement.limit_at, Movement.arrived_at,
    func.coalesce(TransitContent.header["holder"]["name"].astext, TransitContent.holder).label("holder_name"),
    TransitContent.plates, TransitContent.containers, TransitContent.item_count, TransitContent.gross_kg,
    Movement.lane,
)  # fmt: skip


def page(
    session: Session,
    stage: str,
    *,
    by: Actor,
    office: str = "",
    lane: str = "",
    after: str = "",
    limit: int = 50,
    narrowed: Narrowed = _EVERYTHING,
) -> Page:
    """One page of what an office has before it at a stage, what is due first on top. Raises `Invalid` for a stage or a
    lane that there is not, and for an office that is not his."""
    asked = statement(stage, by=by, office=office, lane=lane, after=after, limit=limit + 1, narrowed=narrowed)
    rows = session.execute(asked).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].due_at, lines[-1].id) if len(rows) > limit else None)


def statement(
    stage: str,
    *,
    by: Actor,
    office: str = "",
    lane: str = "",
    after: str = "",
    limit: int = 50,
    narrowed: Narrowed = _EVERYTHING,
) -> Select[Any]:
    """The one query of a page. What a line shows is joined to the rows of the page only."""
    if stage not in {each.value for each in STAGES}:
        raise Invalid(findings=[Finding("/stage", "filter.stage", _("There is no such list."))])
    at_stage = TransitOffice.stage == literal(stage, literal_execute=True)
    key = (TransitOffice.due_at, TransitOffice.movement_id)
    due = select(TransitOffice).where(at_stage, *_at(by, office)).order_by(*key).limit(limit)
    if after:
        due = due.where(tuple_(*key) > tuple_(*read_moment_key(after)))
    narrowing.check(narrowed)
    if lane or narrowed.asks:
        due = due.join(Movement, _OF_OFFICE).where(*narrowing.movements(narrowed, by=by))
    if lane:
        due = due.where(_IN_LANE, Movement.lane == _known(lane))
    if narrowed.text:
        due = due.join(TransitContent, CONTENT_IN_FORCE).where(narrowing.movement_text(narrowed.text))
    page = due.subquery("due")
    found = page.c
    return (
        select(
            *_COLUMNS,
            found.office,
            found.role,
            found.stage,
            found.due_at,
            Movement.id,
            WorkClaim.person,
            WorkClaim.name,
            WorkClaim.claimed_at,
        )
        .join_from(page, Movement, and_(Movement.post == found.post, Movement.id == found.movement_id))
        .join(TransitContent, CONTENT_IN_FORCE)
        .outerjoin(
            WorkClaim,
            and_(WorkClaim.post == found.office, WorkClaim.subject == Movement.id, narrowing.CLAIM_HOLDS),
        )
        .order_by(found.due_at, found.movement_id)
    )


def counts(session: Session, *, by: Actor, office: str = "") -> dict[str, int]:
    """How many stand at each stage of his offices."""
    rows = select(TransitOffice.stage, func.count()).where(_WAITS, *_at(by, office)).group_by(TransitOffice.stage)
    found = {row[0]: int(row[1]) for row in session.execute(rows)}
    return {each.value: found.get(each.value, 0) for each in STAGES}


def lanes(session: Session, stage: str, *, by: Actor, office: str = "") -> dict[str, int]:
    """How many at a stage of his offices are in each lane; those that got none yet are in none."""
    at_stage = TransitOffice.stage == literal(stage, literal_execute=True)
    rows = (
        select(Movement.lane, func.count())
        .join_from(TransitOffice, Movement, _OF_OFFICE)
        .where(at_stage, _IN_LANE, *_at(by, office))
        .group_by(Movement.lane)
    )
    return {lane: int(count) for lane, count in session.execute(rows) if lane}


def _known(lane: str) -> str:
    if lane not in LANES:
        raise Invalid(findings=[Finding("/lane", "filter.lane", _("There is no such lane."))])
    return lane


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
