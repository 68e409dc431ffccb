"""The officer's worklist: what waits for somebody at his posts. One query for a page, one for the counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, text, tuple_
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.claims.models import WorkClaim
from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, Invalid
from app.core.lifecycle import sql_in
from app.core.text import _
from app.declarations.lifecycle import OPEN, AmendmentStatus
from app.declarations.models import Amendment, Declaration, DeclarationContent, DeclarationQuery
from app.declarations.queries import OFFICIAL
from app.inspections.models import Inspection
from app.offences.models import Detention
from app.registers import narrowing
from app.registers.listing import CONTENT_IN_FORCE, moment_key, read_moment_key
from app.registers.narrowing import Narrowed
from app.risk.models import RiskWaitingRelease

#: Longest waiting first, what came last, or what is due first.
ORDERS = ("oldest", "newest", "due")
LANES = ("red", "yellow", "blue", "green")

#: Literals, or the partial indexes on open states would not be seen to fit once a statement is prepared.
_IS_OPEN = text(sql_in("declaration.status", OPEN))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worklist is narrowed by; "" is not asked. `after` is the `next` of the page before; `by` what both worklists
    can be narrowed by."""

    lane: str = ""
    status: str = ""
    order: str = ORDERS[0]
    after: str = ""
    by: Narrowed = field(default_factory=Narrowed)


@dataclass(frozen=True, slots=True)
class Line:
    """A row: which truck it is, and what is to be done with it. `proposed`: it waits for a second person; `deadline`:
    until when the trader has time to answer, where he is asked something; `asked`: he wants something changed."""

    reference: str
    mrn: str
    post: str
    status: str
    lane: str
    lodged_at: dt.datetime
    plate: str | None
    containers: list[str]
    consignee: str
    dispatch: str
    item_count: int
    gross_kg: Any
    id: UUID
    proposed: bool
    deadline: dt.datetime | None
    asked: bool
    #: Until when clean goods wait before the system lets them go; None where they do not.
    until: dt.datetime | None = None
    #: What comes first of an answer, a look that is to be done, the end of a detention, and a release by the clock.
    due_at: dt.datetime | None = None
    #: Who works on it, and since when.
    claimed_by: UUID | None = None
    claimed_name: str | None = None
    claimed_at: dt.datetime | None = None
    #: The look that is ordered: its types, who was drawn, and when all of them meet where.
    types: list[str] = field(default_factory=list)
    assigned_name: str | None = None
    place: str | None = None
    slot_from: dt.datetime | None = None

    def is_overdue(self, at: dt.datetime) -> bool:
        return self.due_at is not None and self.due_at < at


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait, by lane and by state; each follows the other filter, so that a tab says what it leads to."""

    lanes: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    total: int = 0


#: The look that is ordered or under way: one at most.
_LOOK = and_(
    Inspection.post == Declaration.post,
    Inspection.declaration_id == Declaration.id,
    text("inspection.status IN ('ordered', 'started')"),
)
_CLAIM = and_(WorkClaim.post == Declaration.post, WorkClaim.subject == Declaration.id, narrowing.CLAIM_HOLDS)
_DEADLINE = (
    select(func.min(DeclarationQuery.deadline))
    .where(
        DeclarationQuery.post == Declaration.post,
        DeclarationQuery.declaration_id == Declaration.id,
        DeclarationQuery.answered_at.is_(None),
        DeclarationQuery.withdrawn_at.is_(None),
    )
    .scalar_subquery()
)
_UNTIL = (
    select(func.min(RiskWaitingRelease.until))
    .where(
        RiskWaitingRelease.post == Declaration.post,
        RiskWaitingRelease.declaration_id == Declaration.id,
        RiskWaitingRelease.outcome.is_(None),
    )
    .scalar_subquery()
)
_TERM = (
    select(func.min(func.coalesce(Detention.extended_until, Detention.until)))
    .where(
        Detention.post == Declaration.post,
        Detention.declaration_id == Declaration.id,
        text("detention.status <> 'ended'"),
    )
    .scalar_subquery()
)
_DUE = func.least(Inspection.due_at, _DEADLINE, _UNTIL, _TERM)
#: What has no due time comes after what has one, longest waiting first.
_DUE_KEY = func.coalesce(_DUE, Declaration.lodged_at + text("interval '36500 days'"))

_COLUMNS = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.status, Declaration.lane,
    Declaration.lodged_at, DeclarationContent.plate, DeclarationContent.containers,
    DeclarationContent.header["consignee"]["name"].astext.label("consignee"),
    func.coalesce(DeclarationContent.header["countries"]["dispatch"].astext, "").label("dispatch"),
    DeclarationContent.item_count, DeclarationContent.gross_kg, Declaration.id,
    exists()
    .where(Proposal.post == Declaration.post, Proposal.subject == Declaration.id, Proposal.status == "waiting")
    .label("proposed"),
    _DEADLINE.label("deadline"),
    exists()
    .where(
        Amendment.post == Declaration.post,
        Amendment.declaration_id == Declaration.id,
        text(sql_in("declaration_amendment.status", (AmendmentStatus.REQUESTED, AmendmentStatus.ENDORSED))),
    )
    .label("asked"),
    _UNTIL.label("until"), _DUE.label("due_at"),
    WorkClaim.person, WorkClaim.name, WorkClaim.claimed_at,
    func.coalesce(Inspection.types, text("'{}'::varchar[]")).label("types"),
    Inspection.assigned_name, Inspection.place, Inspection.slot_from,
)  # fmt: skip
_KEYS: dict[str, tuple[Any, Any]] = {
    "oldest": (Declaration.lodged_at, Declaration.id),
    "newest": (Declaration.lodged_at, Declaration.id),
    "due": (_DUE_KEY, Declaration.id),
}


def posts_of(by: Actor) -> frozenset[str] | None:
    """The posts whose declarations this person sees as an official; None is every post."""
    posts = frozenset(g.post for g in by.grants if g.role in OFFICIAL)
    return None if ANY_POST in posts else posts


def page(session: Session, wanted: Wanted, *, by: Actor, limit: int = 50) -> Page:
    """One page of what is open at the person's posts. Raises `Invalid` for a filter that cannot be."""
    rows = session.execute(statement(wanted, by=by).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, _key(wanted, lines[-1]) if len(rows) > limit else None)


def _key(wanted: Wanted, last: Line) -> str:
    if wanted.order != "due":
        return moment_key(last.lodged_at, last.id)
    return moment_key(last.due_at or last.lodged_at + dt.timedelta(days=36_500), last.id)


def statement(wanted: Wanted, *, by: Actor) -> Select[Any]:
    """The one query of a page, without its limit."""
    _check(wanted)
    query = (
        select(*_COLUMNS)
        .join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
        .outerjoin(Inspection, _LOOK)
        .outerjoin(WorkClaim, _CLAIM)
        .where(_IS_OPEN, *_at_posts(by), *narrowing.declarations(wanted.by, by=by))
    )
    if wanted.by.text:
        query = query.where(narrowing.declaration_text(wanted.by.text))
    if wanted.lane:
        query = query.where(Declaration.lane == wanted.lane)
    if wanted.status:
        query = query.where(Declaration.status == wanted.status)
    return _ordered(query, wanted)


def counts(session: Session, wanted: Wanted, *, by: Actor) -> Counts:
    """What waits at the person's posts, by lane and state, in one query over the partial index."""
    _check(wanted)
    query = select(func.coalesce(Declaration.lane, ""), Declaration.status, func.count()).where(
        _IS_OPEN, *_at_posts(by), *narrowing.declarations(wanted.by, by=by)
    )
    if wanted.by.text:
        query = query.join(DeclarationContent, CONTENT_IN_FORCE).where(narrowing.declaration_text(wanted.by.text))
    lanes: dict[str, int] = {}
    statuses: dict[str, int] = {}
    total = 0
    for lane, status, number in session.execute(query.group_by(Declaration.lane, Declaration.status)):
        if wanted.status in ("", status):
            lanes[lane] = lanes.get(lane, 0) + number
            total += number
        if wanted.lane in ("", lane):
            statuses[status] = statuses.get(status, 0) + number
    return Counts(lanes, statuses, total)


def _at_posts(by: Actor) -> list[ColumnElement[bool]]:
    posts = posts_of(by)
    if posts is None:
        return []
    if len(posts) == 1:
        return [Declaration.post == next(iter(posts))]
    return [Declaration.post.in_(sorted(posts))]


def _ordered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    columns = _KEYS[wanted.order]
    newest = wanted.order == "newest"
    if wanted.after:
        at = tuple_(*read_moment_key(wanted.after))
        query = query.where(tuple_(*columns) < at if newest else tuple_(*columns) > at)
    return query.order_by(*[c.desc() if newest else c for c in columns])


def _check(wanted: Wanted) -> None:
    if wanted.lane not in ("", *LANES):
        raise Invalid(findings=[Finding("/lane", "filter.lane", _("There is no such lane."))])
    if wanted.status not in ("", *(s.value for s in OPEN)):
        raise Invalid(findings=[Finding("/status", "filter.status", _("There is no such status."))])
    if wanted.order not in ORDERS:
        raise Invalid(findings=[Finding("/order", "filter.order", _("There is no such order."))])
    narrowing.check(wanted.by)
