"""Reads of clearance on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.fallback.models import FallbackForm, FallbackPeriod

#: Roles that see it at their posts.
SEEING = ("officer", "inspector", "supervisor", "auditor")


def _here(by: Actor) -> ColumnElement[bool]:
    posts = {g.post for g in by.grants if g.role in SEEING}
    return true() if ANY_POST in posts else FallbackPeriod.post.in_(posts)


def open_now(session: Session, post: str, *, lock: bool = False) -> FallbackPeriod | None:
    """The period in which a post clears on paper at this moment."""
    rows = select(FallbackPeriod).where(FallbackPeriod.post == post, FallbackPeriod.closed_at.is_(None))
    return session.execute(rows.with_for_update() if lock else rows).scalar_one_or_none()


def periods(session: Session, *, by: Actor, limit: int = 50) -> list[FallbackPeriod]:
    """The periods of the actor's posts, newest first."""
    rows = select(FallbackPeriod).where(_here(by)).order_by(FallbackPeriod.opened_at.desc())
    return list(session.execute(rows.limit(limit)).scalars())


def period(session: Session, number: str, *, by: Actor, lock: bool = False) -> FallbackPeriod:
    """A period by its number at one of the actor's posts, or `NotFound`."""
    rows = select(FallbackPeriod).where(FallbackPeriod.number == number, _here(by))
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = session.execute(rows).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def forms(session: Session, periods: Sequence[FallbackPeriod]) -> dict[UUID, list[FallbackForm]]:
    """The forms of several periods by the period's id, in the order of their numbers."""
    found: dict[UUID, list[FallbackForm]] = {period.id: [] for period in periods}
    rows = select(FallbackForm).where(FallbackForm.period_id.in_(found)).order_by(FallbackForm.number)
    for form in session.execute(rows).scalars():
        found[form.period_id].append(form)
    return found


def form(session: Session, period: FallbackPeriod, number: int, *, lock: bool = False) -> FallbackForm | None:
    """A form of a period by its number."""
    rows = select(FallbackForm).where(
        FallbackForm.post == period.post, FallbackForm.period_id == period.id, FallbackForm.number == number
    )
    return session.execute(rows.with_for_update() if lock else rows).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A form of which no declaration was made: filled in and not keyed, or (`form` None) of a closed period and never
    accounted for. `late` says that its day is over."""

    period: FallbackPeriod
    number: int
    form: FallbackForm | None
    late: bool


def unmatched(session: Session, at: dt.datetime, *, by: Actor, limit: int = 500) -> list[Unmatched]:
    """Forms that are still to be keyed or accounted for at the actor's posts, by period and number."""
    known = periods(session, by=by, limit=200)
    used = forms(session, known)
    found: list[Unmatched] = []
    for one in known:
        numbers = {form.number for form in used[one.id]}
        waiting = (form for form in used[one.id] if form.declaration_id is None and not form.spoiled)
        found += [Unmatched(one, form.number, form, at >= form.due_at) for form in waiting]
        if one.closed_at is not None:
            found += [Unmatched(one, n, None, True) for n in range(1, one.forms + 1) if n not in numbers]
    return found[:limit]


def count_of(session: Session, post: str, since: dt.datetime, until: dt.datetime) -> int:
    """How many consignments a post cleared on paper in a time."""
    rows = select(func.count()).where(
        FallbackForm.post == post,
        FallbackForm.cleared_at >= since,
        FallbackForm.cleared_at < until,
        ~FallbackForm.spoiled,
    )
    return session.execute(rows).scalar_one()


def of_declaration(session: Session, post: str, declaration: UUID) -> FallbackForm | None:
    """The form that a declaration was keyed from."""
    rows = select(FallbackForm).where(FallbackForm.post == post, FallbackForm.declaration_id == declaration)
    return session.execute(rows).scalar_one_or_none()
