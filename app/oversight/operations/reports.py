"""The weekly report of a post: made by the node, answered case by case, signed by a supervisor, or put before the auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _, excerpt, fault_in, normal
from app.oversight.commands import AnswerCase, Found, SignReport
from app.oversight.lifecycle import Action, Answer, Status
from app.oversight.models import Case, Report
from app.oversight.queries.reports import READING

KIND = "oversight"
SIGNING = ("supervisor",)
LEAST, MOST = 5, 2000


def make(
    session: Session,
    post: str,
    week: dt.date,
    *,
    figures: Mapping[str, Any],
    limits: Mapping[str, Any],
    found: Sequence[Found],
    by: Actor,
) -> Report | None:
    """Keeps what a week shows; None if its report is there already."""
    if not by.is_node:
        raise Forbidden(_("Reports are made by the node itself."))
    cases = [_case(number, each) for number, each in enumerate(found, start=1)]
    plain = canonical.plain({"post": post, "week": week, "figures": figures, "limits": limits, "cases": cases})
    row: dict[str, Any] = {
        "post": post, "id": uuid7(), "week": week, "status": Status.WAITING.value, "figures": dict(figures),
        "limits": dict(limits), "cases": len(cases), "sha256": canonical.digest(plain), "made_at": now(session), "remark": "",
    }  # fmt: skip
    if not session.execute(insert(Report).values(row).on_conflict_do_nothing().returning(Report.id)).first():
        return None
    session.add_all(Case(post=post, report_id=row["id"], **case) for case in cases)
    session.flush()
    report = session.get_one(Report, (post, row["id"]))
    _note(session, report, "report-made", by=by, after={"week": week, "cases": len(cases), "sha256": row["sha256"]})
    return report


def _case(number: int, found: Found) -> dict[str, Any]:
    return {
        "number": number,
        "rule": found.rule,
        "kind": found.kind,
        "subject": excerpt(found.subject, 120),
        "reference": excerpt(found.reference, 60),
        "at": found.at,
        "persons": [person for person, _name in found.persons],
        "names": [name for _person, name in found.persons],
        "facts": canonical.plain(dict(found.facts)),
    }


def answer(session: Session, command: AnswerCase, *, by: Actor) -> Case:
    """Says what has become of a case. A supervisor of the post answers while the report waits, an auditor at any time;
    nobody answers a case that names him. Raises `NotFound`, `Forbidden`, `WrongState`, `Invalid`."""
    by.need_scope("decide")
    report = _locked(session, command.report, by=by)
    role = _answering(report, by=by)
    case = session.get(Case, (report.post, report.id, command.number), with_for_update=True)
    if case is None:
        raise NotFound()
    if by.person in case.persons:
        raise Forbidden(_("This case names you. Another supervisor or the auditor answers it."))
    if case.answer is not None:
        raise WrongState(_("{name} has answered this case already.", name=case.answered_name or ""))
    words, at = _checked(command), now(session)  # asked first: a question would flush the row half written
    case.answer, case.words, case.answered_by, case.answered_name = command.answer, words, by.person, by.name
    case.answered_at = at
    session.flush()
    after = {"case": case.number, "rule": case.rule, "answer": case.answer, "reference": case.reference}
    _note(session, report, "case-answered", by=by, after=after, reason=words, role=role)
    return case


def _answering(report: Report, *, by: Actor) -> str:
    grant = by.grant(("auditor",), report.post)
    if grant is None:
        grant = by.need(SIGNING, report.post)
        if report.status != Status.WAITING:
            raise WrongState(_("This report is signed. What is still open in it is answered by the auditor."))
    return grant.role


def _checked(command: AnswerCase) -> str:
    found, words = [], normal(command.words)
    if command.answer not in set(Answer):
        found.append(Finding("/answer", "oversight.answer", _("Choose: explained, measures, or to be investigated.")))
    fault = fault_in(words)
    if fault is not None or not LEAST <= len(words) <= MOST:
        problem = fault or _("Say what you found out, in {least} to {most} characters.", least=LEAST, most=MOST)
        found.append(Finding("/words", "oversight.words", problem))
    if found:
        raise Invalid(findings=found)
    return words


def sign(session: Session, command: SignReport, *, by: Actor) -> Report:
    """A supervisor of the post has read the week and every case is answered, but for those that name him: these are the
    auditor's. Who is named in more than half of the cases signs nothing. A report that waited too long may be signed
    by the auditor too.

    Raises `NotFound`, `Forbidden`, `WrongState`, `ChangedMeanwhile` where the page showed another number of cases.
    """
    by.need_scope("decide")
    report = _locked(session, command.report, by=by)
    role = _signing(report, by=by)
    if report.status != Status.WAITING:
        raise WrongState(_("{name} has signed this report already.", name=report.signed_name or ""))
    if command.seen != report.cases:
        raise ChangedMeanwhile(facts={"cases": report.cases})
    mine, open_ = _standing(session, report, by=by)
    if mine * 2 > report.cases:
        raise Forbidden(_("Most of these cases name you. Another supervisor signs this report."))
    if open_:
        raise WrongState(
            _("Cases wait for an answer: {numbers}. Answer them first.", numbers=", ".join(map(str, open_))),
            facts={"open": open_},
        )
    remark = normal(command.remark)
    fault = fault_in(remark) or (_("Too long: at most {most} characters.", most=MOST) if len(remark) > MOST else None)
    if fault is not None:
        raise Invalid(findings=[Finding("/remark", "oversight.remark", fault)])
    at = now(session)
    report.move(Action.SIGN)
    report.signed_by, report.signed_name, report.signed_at = by.person, by.name, at
    report.remark = remark
    session.flush()
    _note(
        session, report, "report-signed", by=by, after={"sha256": report.sha256, "mine": mine}, reason=remark, role=role
    )
    return report


def _signing(report: Report, *, by: Actor) -> str:
    if report.escalated_at is not None and by.grant(("auditor",), report.post) is not None:
        return "auditor"
    return by.need(SIGNING, report.post).role


def _standing(session: Session, report: Report, *, by: Actor) -> tuple[int, list[int]]:
    """How many cases name the actor, and the numbers of those that somebody must still answer before he may sign."""
    rows = session.execute(
        select(Case.number, Case.answer, Case.persons.contains([by.person]).label("mine"))
        .where(Case.post == report.post, Case.report_id == report.id)
        .order_by(Case.number)
    ).all()
    return sum(row.mine for row in rows), [row.number for row in rows if row.answer is None and not row.mine]


def escalate(session: Session, days: int, *, by: Actor) -> list[Report]:
    """Puts reports that nobody signed within so many days before the auditor. Gives them."""
    if not by.is_node:
        raise Forbidden(_("Reports are put before the auditor by the node itself."))
    at = now(session)
    late = (
        update(Report)
        .where(
            Report.status == Status.WAITING.value, Report.escalated_at.is_(None), Report.made_at < at - dt.timedelta(days=days)
        )
        .values(escalated_at=at)
        .returning(Report)
    )  # fmt: skip
    reports = list(session.execute(late).scalars())
    for report in reports:
        _note(session, report, "report-escalated", by=by, after={"week": report.week, "days": days})
    return reports


def _locked(session: Session, id: UUID, *, by: Actor) -> Report:
    found = session.execute(select(Report).where(Report.id == id).with_for_update()).scalar_one_or_none()
    if found is None or by.grant(READING, found.post) is None:
        raise NotFound()
    return found


def _note(
    session: Session, report: Report, event: str, *, by: Actor, after: dict[str, Any], reason: str = "", role: str = ""
) -> None:
    journal.record(
        session, by=by, event=f"oversight.{event}", kind=KIND, subject=report.id, post=report.post, after=after,
        reason=reason, role=role,
    )  # fmt: skip
