"""Weekly reports: made for each post when a week is over, and put before the auditor where nobody signs."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.flows import parameters
from app.oversight.commands import WEEK
from app.oversight.models import Report
from app.oversight.operations import looking, reports
from app.oversight.queries.reports import latest
from app.oversight.rules.exceptions import limits
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers.oversight import exceptions, figures
from app.registers.oversight.exceptions import Week

#: Days after which an unsigned report goes before the auditor, where the administration has set none.
SIGNED_WITHIN = 3


def make_due(session: Session, *, by: Actor) -> list[Report]:
    """The report of the last whole week, for every post of this node that was at work in it and has none yet."""
    codes, made = codebook(session), []
    for post in sorted(journal.heads(session)):
        if post[:2] != node_post()[:2]:
            continue
        monday = _last_monday(codes, post, session)
        before = latest(session, post)
        if before is None or before.week < monday:
            report = make(session, post, monday, by=by)
            made += [report] if report is not None else []
    return made


def make(session: Session, post: str, monday: dt.date, *, by: Actor) -> Report | None:
    """The report of a post's week; None if there is one already, or nothing happened."""
    codes = codebook(session)
    week = Week(post, monday, zone(codes, post))
    session.execute(text("SET LOCAL statement_timeout = '5min'"))
    week_of = figures.of(session, week)
    if not week_of["entries"]:
        return None
    asked = limits(codes, week.last)
    found = list(exceptions.found(session, week, asked))
    kept: dict[str, Any] = {rule: asdict(each) for rule, each in asked.items()}
    return reports.make(session, post, monday, figures=week_of, limits=kept, found=found, by=by)


def escalate_late(session: Session, *, by: Actor) -> list[Report]:
    """Reports that waited longer than the administration lets them."""
    codes = codebook(session)
    days = parameters.days(codes, "report-signed-days", codes.day_at(node_post(), now(session))) or SIGNED_WITHIN
    return reports.escalate(session, days, by=by)


def tidy(session: Session, *, by: Actor) -> None:
    """Forgets which things were looked at in hours long over; the journal keeps it."""
    looking.forget_old(session, by=by)


def zone(codes: Codebook, post: str) -> str:
    """The time zone of a post; UTC for one that the code book does not know."""
    known = codes.post(post)
    return known.time_zone if known is not None else "UTC"


def _last_monday(codes: Codebook, post: str, session: Session) -> dt.date:
    today = codes.day_at(post, now(session))
    return today - dt.timedelta(days=today.weekday()) - WEEK
