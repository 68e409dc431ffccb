"""How a declaration or movement stands: the other side of a conflict."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical
from app.core.actors import Actor
from app.core.errors import NotFound
from app.declarations import queries as declarations
from app.declarations.models import Declaration
from app.inspections import queries as inspected
from app.inspections.models import Inspection, InspectionFinding
from app.transit import queries as transit
from app.transit.models import Movement

#: A conflict shows the last findings, not a whole history.
MOST_FINDINGS = 20


def theirs(session: Session, reference: str, *, by: Actor) -> dict[str, Any]:
    """What holds now, JSON-ready: state, the inspection, its findings, the decisions. Empty where the person does not see
    it any more."""
    subject = subject_of(session, reference, by=by)
    if subject is None:
        return {}
    return {
        "state": subject.status,
        "lane": subject.lane,
        **_last_look(session, looks_of(session, subject)),
        "decisions": _decisions(session, subject) if isinstance(subject, Declaration) else [],
    }


def subject_of(session: Session, reference: str, *, by: Actor) -> Declaration | Movement | None:
    """The declaration or movement of this reference (or MRN), if the person sees it."""
    try:
        return declarations.find(session, reference, by=by)
    except NotFound:
        pass
    try:
        return transit.find(session, reference, by=by)
    except NotFound:
        return None


def looks_of(session: Session, subject: Declaration | Movement) -> list[Inspection]:
    """All its inspections, newest first."""
    if isinstance(subject, Declaration):
        return inspected.of_declaration(session, subject.post, subject.id)
    return inspected.of_movement(session, subject.post, subject.id)


def _last_look(session: Session, looks: list[Inspection]) -> dict[str, Any]:
    if not looks:
        return {"inspection": None, "findings": []}
    last = looks[0]
    told = {
        "status": last.status, "conclusion": last.conclusion, "summary": last.summary, "name": last.concluded_name,
        "at": last.concluded_at, "assigned": last.assigned_name,
    }  # fmt: skip
    findings = inspected.findings(session, [last]).get(last.id, [])
    return {"inspection": canonical.plain(told), "findings": [found(f) for f in findings[-MOST_FINDINGS:]]}


def found(finding: InspectionFinding) -> dict[str, Any]:
    """A finding in short, JSON-ready."""
    told = {
        "id": finding.id, "control": finding.control, "item": finding.item, "conform": finding.conform,
        "kind": finding.kind, "found": finding.found, "name": finding.name, "at": finding.at,
        "corrects": finding.corrects,
    }  # fmt: skip
    plain: dict[str, Any] = canonical.plain(told)
    return plain


def _decisions(session: Session, declaration: Declaration) -> list[dict[str, Any]]:
    made = declarations.decisions(session, declaration)
    return [canonical.plain({"decision": d.decision, "reason": d.reason, "name": d.name, "at": d.at}) for d in made]
