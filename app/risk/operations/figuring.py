"""Figures of profiles are kept day by day: a day is counted anew whenever something of it changed, so that nothing is ever
counted twice or forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.rows import insert_rows
from app.core.tables import Base
from app.risk.models import RiskAssessment, RiskCursor, RiskGoodsDay, RiskProfileDay, RiskTrafficDay
from app.risk.queries.traffic import CURSOR

#: What began before the last look may have been committed after it.
OVERLAP = dt.timedelta(minutes=5)
#: So much of the past is counted in one step.
SPAN = dt.timedelta(days=7)
_NEVER = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


class Counted(NamedTuple):
    """The rows of a post's day, without post and day: of profiles, of what came, and of it by goods."""

    profiles: Sequence[Mapping[str, Any]]
    traffic: Sequence[Mapping[str, Any]]
    goods: Sequence[Mapping[str, Any]]


def span(session: Session, *, by: Actor) -> tuple[dt.datetime, dt.datetime]:
    """From when until when to look for changes. Locks the cursor: one process counts at a time."""
    by.need_scope("write")
    session.execute(insert(RiskCursor).values(name=CURSOR, at=_NEVER).on_conflict_do_nothing())
    at = session.execute(select(RiskCursor.at).where(RiskCursor.name == CURSOR).with_for_update()).scalar_one()
    if at == _NEVER:
        first = session.execute(select(func.min(RiskAssessment.at))).scalar_one()
        at = first or now(session)
    return at - OVERLAP, min(at + SPAN, now(session))


def keep(
    session: Session,
    post: str,
    day: dt.date,
    counted: Counted,
    *,
    by: Actor,
) -> None:
    """The figures of a post's day, in place of those that were counted before."""
    by.need_scope("write")
    same = {"post": post, "day": day}
    rows: dict[type[Base], Sequence[Mapping[str, Any]]] = {
        RiskProfileDay: counted.profiles,
        RiskTrafficDay: counted.traffic,
        RiskGoodsDay: counted.goods,
    }
    for kept in (RiskProfileDay, RiskTrafficDay, RiskGoodsDay):
        session.execute(delete(kept).where(kept.post == post, kept.day == day))
    insert_rows(session, {kept: [{**same, **row} for row in some] for kept, some in rows.items()})


def done(session: Session, until: dt.datetime, *, by: Actor) -> None:
    """Everything before the moment is counted."""
    by.need_scope("write")
    cursor = session.get_one(RiskCursor, CURSOR)
    cursor.at = until
    session.flush()
