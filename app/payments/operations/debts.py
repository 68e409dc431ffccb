"""What is still owed for goods that were let go: a row comes with the debt, follows it and goes with it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.payments import queries
from app.payments.commands import Subject
from app.payments.models import Debt
from app.payments.rules import ZERO, Position


def watch(session: Session, subject: Subject, at: dt.datetime) -> None:
    """Looks at a declaration whose duties could not be calculated anew: nothing is posted then, but it may owe."""
    follow(session, subject, queries.position(session, subject.post, subject.declaration_id), at)


def follow(session: Session, subject: Subject, position: Position, at: dt.datetime) -> None:
    """Keeps the debt of a declaration as its position says. One statement; none for a declaration that comes into being
    in this transaction.

    Only what is let go begins to be a debt. What is one stays one, whatever becomes of the rest of the goods, until
    everything is calculated, paid and secured. Whoever calls holds the declaration's row.
    """
    if subject.fresh:
        return
    standing, calculated = position.standing(), position.content == subject.content
    here = (Debt.post == subject.post, Debt.declaration_id == subject.declaration_id)
    if calculated and standing.settled:
        session.execute(delete(Debt).where(*here).execution_options(synchronize_session=False))
        return
    amounts = {"due": max(standing.due, ZERO), "unsecured": standing.unsecured, "calculated": calculated}
    if not subject.let_go:
        session.execute(update(Debt).where(*here).values(**amounts).execution_options(synchronize_session=False))
        return
    owner = {"post": subject.post, "declaration_id": subject.declaration_id, "party": subject.party}
    row = {**owner, "currency": standing.currency, "since": at, **amounts}
    session.execute(
        insert(Debt).values(row).on_conflict_do_update(index_elements=["post", "declaration_id"], set_=amounts)
    )
