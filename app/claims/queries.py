"""Claims that hold, and the filters that somebody keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.claims.models import SavedFilter, WorkClaim


def holds(at: dt.datetime) -> ColumnElement[bool]:
    """Whether a claim holds at a moment (now)."""
    return and_(WorkClaim.ended_at.is_(None), WorkClaim.idle_at > at)


def holding(session: Session, post: str, subject: UUID, at: dt.datetime) -> WorkClaim | None:
    """The claim that holds for a thing at a post."""
    rows = select(WorkClaim).where(WorkClaim.post == post, WorkClaim.subject == subject, holds(at))
    return session.execute(rows).scalar_one_or_none()


def of_subjects(session: Session, subjects: Collection[UUID], at: dt.datetime) -> dict[UUID, list[WorkClaim]]:
    """The claims that hold for some things, at whatever post."""
    if not subjects:
        return {}
    found: dict[UUID, list[WorkClaim]] = {}
    for row in session.execute(select(WorkClaim).where(WorkClaim.subject.in_(subjects), holds(at))).scalars():
        found.setdefault(row.subject, []).append(row)
    return found


def filters(session: Session, person: UUID, of: str) -> list[SavedFilter]:
    """What somebody keeps for a list, by name."""
    rows = select(SavedFilter).where(SavedFilter.person == person, SavedFilter.of_list == of)
    return list(session.execute(rows.order_by(SavedFilter.name)).scalars())
