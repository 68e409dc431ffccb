"""What is cleared and waits for the money alone, longest waiting first; a page by key, one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select, text, tuple_
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.lifecycle import sql_in
from app.declarations.lifecycle import SETTLING, AmendmentStatus
from app.declarations.models import Amendment, Declaration, DeclarationContent, DeclarationQuery
from app.ledger.models import LedgerTransfer
from app.payments.models import Assessment, Payment
from app.registers.listing import CONTENT_IN_FORCE, moment_key, read_moment_key
from app.registers.worklist import posts_of

#: Literals, so that an index is seen to fit a prepared statement.
_IS_CLEARED = text(sql_in("declaration.status", SETTLING))
_IS_WAITING = text(sql_in("declaration_amendment.status", (AmendmentStatus.REQUESTED, AmendmentStatus.ENDORSED)))


@dataclass(frozen=True, slots=True)
class Line:
    """A cleared declaration: whose it is and what is missing, in `currency` (None while nothing could be assessed).

    `due` is to be paid, `unsecured` to be secured; `claimed` says that a receipt waits for the cashier.
    """

    reference: str
    mrn: str
    post: str
    lane: str
    lodged_at: dt.datetime
    plate: str | None
    consignee: str
    party: str
    id: UUID
    currency: str | None
    due: Decimal
    unsecured: Decimal
    claimed: bool


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait: for the money, for an official's word on a change, for an answer that is late."""

    unpaid: int
    requests: int
    overdue: int


def _posted(account: str, *, like: bool = False) -> ColumnElement[Decimal]:
    """The balance of an account about the declaration: what it was debited less what it was credited."""

    def of(side: Any) -> ColumnElement[bool]:
        return side.like(account) if like else side == account  # type: ignore[no-any-return]

    amount = LedgerTransfer.amount
    moved = func.sum(case((of(LedgerTransfer.debit), amount), (of(LedgerTransfer.credit), -amount), else_=0))
    return (
        select(func.coalesce(moved, Decimal("0.00")))
        .where(LedgerTransfer.post == Declaration.post, LedgerTransfer.subject == Declaration.id)
        .scalar_subquery()
    )


def _last(column: Any) -> Any:
    return (
        select(column)
        .where(Assessment.post == Declaration.post, Assessment.declaration_id == Declaration.id)
        .order_by(Assessment.number.desc())
        .limit(1)
        .scalar_subquery()
    )


_SUSPENDED = func.coalesce(_last(Assessment.suspended), Decimal("0.00"))
_COLUMNS = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.lane, Declaration.lodged_at,
    DeclarationContent.plate, func.coalesce(DeclarationContent.header["consignee"]["name"].astext, ""),
    Declaration.party, Declaration.id, _last(Assessment.currency),
    func.greatest(_posted("receivable"), 0),
    func.greatest(_SUSPENDED + _posted("secured:%", like=True), 0),
    exists().where(
        Payment.post == Declaration.post, Payment.declaration_id == Declaration.id, Payment.status == "claimed"
    ),
)  # fmt: skip


def page(session: Session, *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """One page of what waits for money at the posts of an official; `after` is the `next` of the page before."""
    query = select(*_COLUMNS).join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
    query = query.where(_IS_CLEARED, *_at_posts(Declaration.post, by))
    if after:
        query = query.where(tuple_(Declaration.lodged_at, Declaration.id) > tuple_(*read_moment_key(after)))
    rows = session.execute(query.order_by(Declaration.lodged_at, Declaration.id).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].lodged_at, lines[-1].id) if len(rows) > limit else None)


def counts(session: Session, at: dt.datetime, *, by: Actor) -> Counts:
    """What waits beside the worklist, in one query; `at` is the time at which a deadline has passed."""
    cleared = select(func.count()).select_from(Declaration).where(_IS_CLEARED, *_at_posts(Declaration.post, by))
    asked = select(func.count()).select_from(Amendment).where(_IS_WAITING, *_at_posts(Amendment.post, by))
    late = (
        select(func.count(Declaration.id.distinct()))
        .select_from(Declaration)
        .join(
            DeclarationQuery,
            and_(DeclarationQuery.post == Declaration.post, DeclarationQuery.declaration_id == Declaration.id),
        )
        .where(
            text("declaration.status = 'queried'"),
            *_at_posts(Declaration.post, by),
            DeclarationQuery.answered_at.is_(None),
            DeclarationQuery.withdrawn_at.is_(None),
            DeclarationQuery.deadline < literal(at),
        )
    )
    return Counts(*session.execute(select(*(c.scalar_subquery() for c in (cleared, asked, late)))).one())


def _at_posts(column: Any, by: Actor) -> list[ColumnElement[bool]]:
    posts = posts_of(by)
    return [] if posts is None else [column.in_(sorted(posts))]
