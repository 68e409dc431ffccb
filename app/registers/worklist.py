"""The officer's worklist: what waits for somebody at his posts. One query for a page, one for the counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, text, tuple_
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, Invalid
from app.core.lifecycle import sql_in
from app.core.text import _
from app.declarations.lifecycle import OPEN, AmendmentStatus
from app.declarations.models import Amendment, Declaration, DeclarationContent, DeclarationQuery
from app.declarations.queries import OFFICIAL
from app.registers.listing import CONTENT_IN_FORCE, moment_key, read_moment_key

#: Longest waiting first, or what came last.
ORDERS = ("oldest", "newest")
LANES = ("red", "yellow", "blue", "green")

#: Literals, or the partial indexes on open states would not be seen to fit once a statement is prepared.
_IS_OPEN = text(sql_in("declaration.status", OPEN))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worklist is narrowed by; "" is not asked. `after` is the `next` of the page before."""

    lane: str = ""
    status: str = ""
    order: str = ORDERS[0]
    after: str = ""


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


_COLUMNS = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.status, Declaration.lane,
    Declaration.lodged_at, DeclarationContent.plate, DeclarationContent.containers,
    DeclarationContent.header["consignee"]["name"].astext.label("consignee"),
    func.coalesce(DeclarationContent.header["countries"]["dispatch"].astext, "").label("dispatch"),
    DeclarationContent.item_count, DeclarationContent.gross_kg, Declaration.id,
    exists()
    .where(Proposal.post == Declaration.post, Proposal.subject == Declaration.id, Proposal.status == "waiting")
    .label("proposed"),
    select(func.min(DeclarationQuery.deadline))
    .where(
        DeclarationQuery.post == Declaration.post,
        DeclarationQuery.declaration_id == Declaration.id,
        DeclarationQuery.answered_at.is_(None),
        DeclarationQuery.withdrawn_at.is_(None),
    )
    .scalar_subquery()
    .label("deadline"),
    exists()
    .where(
        Amendment.post == Declaration.post,
        Amendment.declaration_id == Declaration.id,
        text(sql_in("declaration_amendment.status", (AmendmentStatus.REQUESTED, AmendmentStatus.ENDORSED))),
    )
    .label("asked"),
)  # fmt: skip


def posts_of(by: Actor) -> frozenset[str] | None:
    """The posts whose declarations this person sees as an official; None is every post."""
    posts = frozenset(g.post for g in by.grants if g.role in OFFICIAL)
    return None if ANY_POST in posts else posts


def page(session: Session, wanted: Wanted, *, by: Actor, limit: int = 50) -> Page:
    """One page of what is open at the person's posts. Raises `Invalid` for a filter that cannot be."""
    rows = session.execute(statement(wanted, by=by).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].lodged_at, lines[-1].id) if len(rows) > limit else None)


def statement(wanted: Wanted, *, by: Actor) -> Select[Any]:
    """The one query of a page, without its limit."""
    _check(wanted)
    query = (
        select(*_COLUMNS).join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE).where(_IS_OPEN, *_at_posts(by))
    )
    if wanted.lane:
        query = query.where(Declaration.lane == wanted.lane)
    if wanted.status:
        query = query.where(Declaration.status == wanted.status)
    return _ordered(query, wanted)


def counts(session: Session, wanted: Wanted, *, by: Actor) -> Counts:
    """What waits at the person's posts, by lane and state, in one query over the partial index."""
    _check(wanted)
    query = select(func.coalesce(Declaration.lane, ""), Declaration.status, func.count()).where(
        _IS_OPEN, *_at_posts(by)
    )
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
    columns = (Declaration.lodged_at, Declaration.id)
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
