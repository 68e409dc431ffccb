"""Figures of profiles are kept day by day: a day is counted anew whenever something of it changed, so that nothing is ever
counted twice or forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.rows import insert_rows
from app.risk.models import RiskAssessment, RiskCursor, RiskProfileDay, RiskTrafficDay

CURSOR = "profile-days"
#: What began before the last look may have been committed after it.
OVERLAP = dt.timedelta(minutes=5)
#: So much of the past is counted in one step.
SPAN = dt.timedelta(days=7)
_NEVER = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


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
    profiles: Sequence[Mapping[str, Any]],
    traffic: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
) -> None:
    """The figures of a post's day, in place of those that were counted before."""
    by.need_scope("write")
    session.execute(delete(RiskProfileDay).where(RiskProfileDay.post == post, RiskProfileDay.day == day))
    session.execute(delete(RiskTrafficDay).where(RiskTrafficDay.post == post, RiskTrafficDay.day == day))
    same = {"post": post, "day": day}
    insert_rows(
        session,
        {RiskProfileDay: [{**same, **row} for row in profiles], RiskTrafficDay: [{**same, **row} for row in traffic]},
    )


def done(session: Session, until: dt.datetime, *, by: Actor) -> None:
    """Everything before the moment is counted."""
    by.need_scope("write")
    cursor = session.get_one(RiskCursor, CURSOR)
    cursor.at = until
    session.flush()
