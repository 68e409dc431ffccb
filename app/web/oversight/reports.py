"""Weekly reports: read, answered case by case, signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, Malformed, Refusal, WrongState
from app.core.text import Text, _, ascii_digits
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.oversight.commands import WEEK, AnswerCase, SignReport
from app.oversight.models import Case, Report
from app.oversight.operations import reports as flow
from app.oversight.queries import reports as register
from app.oversight.rules.exceptions import RULES, Rule
from app.web import reasons
from app.web.oversight import words
from app.web.oversight.pages import blueprint, link_of

PAGE = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with its sentence, the way to what it is about, and whether this reader may answer it."""

    case: Case
    why: Text
    url: str | None
    people: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What one rule found."""

    rule: Rule
    limit: int
    shown: list[Shown]


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was refused: which case (0: the signature), why, and what was typed."""

    number: int
    refusal: Refusal
    words: str = ""
    answer: str = ""


@blueprint.get("/reports")
@signed_in(*register.READING)
def reports() -> str:
    """Every week of the reader's posts, the newest first."""
    after = _after()
    with db.reading() as session:
        lines = register.page(session, by=current_actor(), limit=PAGE + 1, after=after)
    more = lines[PAGE - 1].report if len(lines) > PAGE else None
    next_ = url_for("oversight.reports", after=f"{more.week}~{more.id}") if more else None
    return render_template("oversight/reports.html", lines=lines[:PAGE], next=next_, after=after, sunday=_sunday)


def _after() -> tuple[dt.date, UUID] | None:
    week, _tilde, key = request.args.get("after", "").partition("~")
    if not week:
        return None
    try:
        return dt.date.fromisoformat(week), UUID(key)
    except ValueError as error:
        raise Malformed(_("This page of the list is not known. Begin with the first one.")) from error


@blueprint.get("/reports/<uuid:identifier>")
@signed_in(*register.READING)
def report(identifier: UUID) -> str:
    return _page(identifier)


def _page(identifier: UUID, refused: Refused | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        found = register.find(session, identifier, by=actor)
        cases = register.cases(session, found)
    return render_template(
        "oversight/report.html",
        report=found,
        sunday=_sunday(found),
        groups=[_group(found, code, list(some)) for code, some in groupby(cases, key=lambda case: case.rule)],
        open=sum(case.answer is None for case in cases),
        mine=sum(actor.person in case.persons for case in cases),
        left=sum(case.answer is None and actor.person not in case.persons for case in cases),
        signs=_may_sign(found),
        answers=words.ANSWERS,
        refused=refused,
        confirm_url=url_for("security.verify", next=url_for("oversight.report", identifier=identifier)),
    )


def _group(found: Report, code: str, cases: list[Case]) -> Group:
    rule = RULES.get(code) or Rule(code, Text("{code}", {"code": code}), Text(""), Text(""))
    limit = found.limits.get(code) or {}
    return Group(rule, int(limit.get("limit") or 0), [_shown(found, case) for case in cases])


def _shown(found: Report, case: Case) -> Shown:
    actor = current_actor()
    auditor = actor.grant(("auditor",), found.post) is not None
    signs = found.status == "waiting" and actor.grant(flow.SIGNING, found.post) is not None
    return Shown(
        case,
        words.why(case.rule, case.facts),
        link_of(case.kind, case.subject, case.reference),
        ", ".join(case.names),
        case.answer is None and actor.person not in case.persons and (auditor or signs),
    )


def _may_sign(found: Report) -> bool:
    if found.status != "waiting":
        return False
    roles = (*flow.SIGNING, *(("auditor",) if found.escalated_at else ()))
    return current_actor().grant(roles, found.post) is not None


def _sunday(found: Report) -> dt.date:
    return found.week + WEEK - dt.timedelta(days=1)


@blueprint.get("/reports/<uuid:identifier>/cases/<int:number>", endpoint="case_again")
@blueprint.get("/reports/<uuid:identifier>/signature", endpoint="signature_again")
@signed_in(*register.READING)
def again(identifier: UUID, number: int = 0) -> Response:
    """A refused form's page reloaded, or seen in another language: the report."""
    anchor = f"case-{number}" if number else "signature"
    return redirect(url_for("oversight.report", identifier=identifier, lang=request.args.get("lang"), _anchor=anchor))


@blueprint.post("/reports/<uuid:identifier>/cases/<int:number>")
@signed_in(*register.READING)
def answered(identifier: UUID, number: int) -> Response | tuple[str, int]:
    """One case is answered."""
    typed, answer = request.form.get("words", ""), request.form.get("answer", "")
    try:
        command = AnswerCase(identifier, number, answer, reasons.typed("words"))
        with db.transaction() as session:
            flow.answer(session, command, by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page(identifier, Refused(number, refusal, typed, answer)), refusal.status
    return redirect(url_for("oversight.report", identifier=identifier, _anchor=f"case-{number}"), 303)


@blueprint.post("/reports/<uuid:identifier>/signature")
@signed_in(*register.READING)
def signed(identifier: UUID) -> Response | tuple[str, int]:
    """The week is signed."""
    seen = ascii_digits(request.form.get("seen", ""))
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else -1
    try:
        command = SignReport(identifier, number, reasons.typed("remark"))
        with db.transaction() as session:
            flow.sign(session, command, by=current_actor())
    except (Invalid, WrongState, Forbidden, ChangedMeanwhile) as refusal:
        return _page(identifier, Refused(0, refusal, request.form.get("remark", ""))), refusal.status
    flash(translate(_("The report is signed.")), "success")
    return redirect(url_for("oversight.report", identifier=identifier), 303)
