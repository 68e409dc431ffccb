"""What was taken in at a post and is not closed yet, or was closed with a day; and the names of the firms behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations.models import Declaration
from app.parties.models import Party
from app.payments.models import Closing, Payment, Refund
from app.payments.queries import OFFICIAL
from app.registers.listing import read_id_key


@dataclass(frozen=True, slots=True)
class Page:
    payments: list[Payment]
    next: str | None


def open_payments(session: Session, post: str, *, by: Actor, limit: int = 50, after: str = "") -> Page:
    """Confirmed payments that no closing holds, the last first; `after` is the `next` of the page before."""
    by.need(OFFICIAL, post)
    query = select(Payment).where(Payment.post == post, Payment.status == "confirmed", Payment.closing_id.is_(None))
    if after:
        query = query.where(Payment.id < read_id_key(after))
    rows = list(session.execute(query.order_by(Payment.id.desc()).limit(limit + 1)).scalars())
    return Page(rows[:limit], rows[limit - 1].id.hex if len(rows) > limit else None)


def of_closing(session: Session, closing: Closing, limit: int = 500) -> tuple[list[Payment], list[Refund]]:
    """The payments and refunds that a closing holds, in the order they came."""
    came = select(Payment).where(Payment.post == closing.post, Payment.closing_id == closing.id).order_by(Payment.id)
    went = select(Refund).where(Refund.post == closing.post, Refund.closing_id == closing.id).order_by(Refund.id)
    return (
        list(session.execute(came.limit(limit)).scalars()),
        list(session.execute(went.limit(limit)).scalars()),
    )


def firms(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of firms by their numbers; one query, none for nobody."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = session.execute(select(Party.code, Party.name).where(Party.code.in_(wanted)))
    return {row.code: row.name for row in rows}


def references(session: Session, post: str, declarations: Iterable[UUID]) -> dict[UUID, str]:
    """The references of declarations by their ids; one query."""
    wanted = set(declarations)
    if not wanted:
        return {}
    rows = select(Declaration.id, Declaration.reference).where(Declaration.post == post, Declaration.id.in_(wanted))
    return {row.id: row.reference for row in session.execute(rows)}
