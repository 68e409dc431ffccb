"""What is still owed for goods that were let go, longest owed first: after an amendment, a payment taken back, goods back
under suspense. A page by key, one query; the rows come and go with the debts themselves (`posting.follow_debt`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations.models import Declaration, DeclarationContent
from app.parties.models import Party
from app.payments.models import Debt
from app.payments.queries import visible
from app.registers.listing import CONTENT_IN_FORCE, moment_key, read_moment_key


@dataclass(frozen=True, slots=True)
class Line:
    """A declaration that owes. `due` is to be paid, `unsecured` to be secured, in `currency`; neither is known to be all
    while what is declared now is not `calculated`. `firm` is the owing firm's name, empty where it is in no register."""

    reference: str
    mrn: str
    post: str
    status: str
    plate: str | None
    party: str
    firm: str
    currency: str
    due: Decimal
    unsecured: Decimal
    calculated: bool
    since: dt.datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many debts there are in a currency, and what they come to."""

    currency: str
    count: int
    due: Decimal
    unsecured: Decimal


_COLUMNS: tuple[Any, ...] = (
    Declaration.reference, Declaration.mrn, Declaration.post, Declaration.status, DeclarationContent.plate,
    Debt.party, func.coalesce(Party.name, ""), Debt.currency, Debt.due, Debt.unsecured, Debt.calculated, Debt.since,
    Debt.declaration_id,
)  # fmt: skip


def page(session: Session, *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """One page of the debts that the actor may see: an official those of his posts, a trader those of his firms. `after`
    is the `next` of the page before."""
    query = (
        select(*_COLUMNS)
        .join_from(Debt, Declaration, and_(Declaration.post == Debt.post, Declaration.id == Debt.declaration_id))
        .join(DeclarationContent, CONTENT_IN_FORCE)
        .outerjoin(Party, Party.code == Debt.party)
        .where(visible(by, Debt.post, Debt.party))  # type: ignore[arg-type]
    )
    if after:
        query = query.where(tuple_(Debt.since, Debt.declaration_id) > tuple_(*read_moment_key(after)))
    rows = session.execute(query.order_by(Debt.since, Debt.declaration_id).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, moment_key(lines[-1].since, lines[-1].id) if len(rows) > limit else None)


def totals(session: Session, *, by: Actor) -> list[Total]:
    """What all the debts come to that the actor may see, by currency; one query."""
    query = (
        select(Debt.currency, func.count(), func.sum(Debt.due), func.sum(Debt.unsecured))
        .where(visible(by, Debt.post, Debt.party))  # type: ignore[arg-type]
        .group_by(Debt.currency)
        .order_by(Debt.currency)
    )
    return [Total(*row) for row in session.execute(query)]
