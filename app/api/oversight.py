"""Oversight for programs: a camera or a guard's tablet tells what it counted at the gate, auditors read weekly reports."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import figures, presenters
from app.api.body import words
from app.api.control import identified
from app.api.declarations import asked_limit
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.core import db
from app.core.errors import NotFound
from app.edge.locale import translate
from app.edge.tokens import current_actor
from app.flows.overseeing import zone
from app.oversight import schemas
from app.oversight.models import Case, GateCount
from app.oversight.operations import counting
from app.oversight.queries import reports as weekly
from app.oversight.rules.exceptions import RULES, why
from app.reference.queries import codebook
from app.registers.listing import moment_key
from app.registers.oversight import gate

blueprint = Blueprint("oversight_api", __name__, url_prefix="/api/v1", description="Gate counts and weekly reports")


def _clock(session: Session, post: str) -> ZoneInfo:
    codes = codebook(session)
    if codes.post(post) is None:
        raise NotFound()
    return ZoneInfo(zone(codes, post))


@blueprint.post("/posts/<post>/gate-counts")
@described(blueprint, body=schemas.CountSchema, answers=201, gives="The count.", key=True, refusals=(403, 422))
def counted(post: str) -> Response:
    """Trucks counted at the gate."""
    given, actor = words(schemas.CountSchema), current_actor()

    def act(session: Session) -> Reply:
        today = db.now(session).astimezone(_clock(session, post)).date()
        return Reply(_count(counting.count_trucks(session, schemas.count(given, post), today, by=actor)), 201)

    return deed(act)


def _count(row: GateCount) -> dict[str, Any]:
    return {
        "id": str(row.id), "post": row.post, "day": row.day.isoformat(), "direction": row.direction, "source": row.source,
        "trucks": row.trucks, "note": row.note, "counted_at": presenters.instant(row.at),
    }  # fmt: skip


@blueprint.get("/posts/<post>/gate-counts")
@described(blueprint, gives="The last fourteen days: counted at the gate, and by the papers.", refusals=(403,))
def counts(post: str) -> Response:
    """Gate counts beside what left by the papers."""
    with db.reading() as session:
        clock = _clock(session, post)
        today = db.now(session).astimezone(clock).date()
        days = gate.days(session, post, today, str(clock), by=current_actor())
    return reply({"items": [_day(each) for each in days]})


def _day(day: gate.Day) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(), "counted_out": day.counted_out, "recorded_out": day.recorded_out,
        "counted_in": day.counted_in, "recorded_in": day.recorded_in, "difference": day.difference,
    }  # fmt: skip


@blueprint.get("/weekly-reports")
@described(
    blueprint,
    gives="A page of the weekly reports you may see, the newest week first.",
    query=(("limit", "1 to 200"), ("after", "next of the page before")),
    refusals=(403, 422),
)
def reports() -> Response:
    """Weekly reports."""
    limit, before = asked_limit(), figures.asked_moment()
    after = (before[0].date(), before[1]) if before else None
    with db.reading() as session:
        lines = weekly.page(session, by=current_actor(), limit=limit + 1, after=after)
    return reply(figures.page(lines, limit, _report, _key))


def _key(line: weekly.Line) -> str:
    return moment_key(dt.datetime.combine(line.report.week, dt.time(), dt.UTC), line.report.id)


def _report(line: weekly.Line) -> dict[str, Any]:
    report = line.report
    return {
        "id": str(report.id), "post": report.post, "week": report.week.isoformat(), "status": report.status,
        "cases": report.cases, "unanswered": line.open, "made_at": presenters.instant(report.made_at),
        "escalated_at": presenters.instant(report.escalated_at), "signed_at": presenters.instant(report.signed_at),
        "signed_by": report.signed_name, "sha256": report.sha256,
    }  # fmt: skip


@blueprint.get("/weekly-reports/<identifier>")
@described(blueprint, gives="The report with its cases.", refusals=(403,))
def report(identifier: str) -> Response:
    """One weekly report."""
    with db.reading() as session:
        found = weekly.find(session, identified(identifier), by=current_actor())
        cases = weekly.cases(session, found)
    open_ = sum(case.answer is None for case in cases)
    shown = {**_report(weekly.Line(found, open_)), "figures": found.figures, "remark": found.remark}
    return reply({**shown, "items": [_case(case) for case in cases]})


def _case(case: Case) -> dict[str, Any]:
    rule = RULES.get(case.rule)
    return {
        "number": case.number, "rule": case.rule, "title": translate(rule.title) if rule else case.rule, "kind": case.kind,
        "reference": case.reference, "at": presenters.instant(case.at), "persons": case.names,
        "why": translate(why(case.rule, case.facts)), "answer": case.answer, "words": case.words,
        "answered_by": case.answered_name, "answered_at": presenters.instant(case.answered_at),
    }  # fmt: skip
