"""Weekly reports and their cases, for those who answer and sign them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import Forbidden, NotFound
from app.core.text import _
from app.oversight.lifecycle import Status
from app.oversight.models import Case, Report

READING = ("supervisor", "auditor")


@dataclass(frozen=True, slots=True)
class Line:
    """A report, and how many of its cases have no answer."""

    report: Report
    open: int


def page(session: Session, *, by: Actor, limit: int = 30, after: tuple[dt.date, UUID] | None = None) -> list[Line]:
    """Reports of the actor's posts, the newest week first."""
    query = select(Report, _open()).where(*_here(by)).order_by(Report.week.desc(), Report.id.desc())
    if after is not None:
        query = query.where(tuple_(Report.week, Report.id) < tuple_(*after))
    return [Line(row[0], row[1]) for row in session.execute(query.limit(limit))]


def find(session: Session, id: UUID, *, by: Actor) -> Report:
    """One report. Raises `NotFound` for those who do not read it."""
    found = session.execute(select(Report).where(Report.id == id, *_here(by))).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def cases(session: Session, report: Report) -> list[Case]:
    """The cases of a report, in their order."""
    wanted = select(Case).where(Case.post == report.post, Case.report_id == report.id).order_by(Case.number)
    return list(session.execute(wanted).scalars())


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of it concerns the reader: reports nobody signed, those that waited too long, cases left to the auditor."""

    unsigned: int
    late: int
    left: int


def waiting(session: Session, *, by: Actor) -> Waiting:
    """For the mark on the pages of those who sign and of auditors; nothing for others."""
    if not {g.role for g in by.grants} & set(READING):
        return Waiting(0, 0, 0)
    here = _here(by)
    late = func.count().filter(Report.escalated_at.is_not(None))
    row = session.execute(select(func.count(), late).where(Report.status == Status.WAITING.value, *here)).one()
    left = 0
    if by.grant(("auditor",), ANY_POST) is not None:
        signed = select(func.count()).select_from(Case).join(Report, Report.id == Case.report_id)
        left = session.execute(signed.where(Report.status == Status.SIGNED.value, Case.answer.is_(None))).scalar_one()
    return Waiting(row[0], row[1], left)


def latest(session: Session, post: str) -> Report | None:
    """The report of a post's newest week."""
    newest = select(Report).where(Report.post == post).order_by(Report.week.desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def _open() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(Case.post == Report.post, Case.report_id == Report.id, Case.answer.is_(None))
        .scalar_subquery()
    )


def _here(by: Actor) -> list[ColumnElement[bool]]:
    posts = {g.post for g in by.grants if g.role in READING}
    if not posts:
        raise Forbidden(_("Weekly reports are read by supervisors and auditors."))
    return [] if ANY_POST in posts else [Report.post.in_(sorted(posts))]
