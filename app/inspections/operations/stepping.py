"""The clock of each way of looking: begun, done, or waived with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import WrongState
from app.core.text import _
from app.inspections import queries
from app.inspections.commands import EndStep, Recorded, StartStep
from app.inspections.lifecycle import StepAction, StepStatus
from app.inspections.models import Inspection, InspectionStep
from app.inspections.operations.noting import (
    INSPECTING,
    begin,
    is_off,
    must_be_agency,
    must_be_open,
    must_be_type,
    note,
    refuse,
    said,
    sane,
)

_OUTCOMES = {StepStatus.DONE.value: StepAction.FINISH, StepStatus.WAIVED.value: StepAction.WAIVE}


def start_step(
    session: Session, inspection: Inspection, command: StartStep, *, by: Actor, recorded: Recorded | None = None
) -> InspectionStep:
    """Somebody has begun to look in this way. Begun by the same person before, it is answered as then."""
    grant = by.need(INSPECTING, inspection.post)
    step = _asked(session, inspection, command.agency, command.type)
    if step.started_by == by.person:
        return step
    must_be_open(inspection)
    at, was = now(session), step.status
    before = begin(inspection, at)
    step.move(StepAction.START)
    if step.started_at is None:
        _started(step, at, by=by)
        step.started_noted = sane(recorded.noted_at) if recorded else None
        step.clock_off = step.clock_off or is_off(recorded, at)
    session.flush()
    _note(session, inspection, step, "step-started", {**before, "step_status": was}, by=by, role=grant.role)
    return step


def end_step(
    session: Session, inspection: Inspection, command: EndStep, *, by: Actor, recorded: Recorded | None = None
) -> InspectionStep:
    """Done, or waived with a reason. Ended in the same way by the same person before, it is answered as then."""
    grant = by.need(INSPECTING, inspection.post)
    action = _OUTCOMES.get(command.outcome)
    if action is None:
        message = _("Choose one of: {choices}.", choices=", ".join(_OUTCOMES))
        raise refuse("/outcome", "step.outcome", message)
    step = _asked(session, inspection, command.agency, command.type)
    if step.ended_by == by.person and step.status == command.outcome:
        return step
    must_be_open(inspection)
    reason = command.reason.strip()
    if action is StepAction.WAIVE:
        reason = said(reason, "/reason", "step.reason", _("Say why nobody looks in this way."))
    _must_be_running(step)
    at, was = now(session), step.status
    before = begin(inspection, at)
    _ended(step, action, at, by=by)
    step.reason, step.official = reason or None, command.official.strip() or None
    step.ended_noted = sane(recorded.noted_at) if recorded else None
    step.clock_off = step.clock_off or is_off(recorded, at)
    session.flush()
    told = {**before, "step_status": was}
    _note(session, inspection, step, f"step-{command.outcome}", told, by=by, role=grant.role, reason=reason)
    return step


def show(session: Session, inspection: Inspection, types: frozenset[str], agency: str, *, by: Actor) -> None:
    """Something was recorded that shows that these ways of looking have begun: their clocks run. Told with the record."""
    at = now(session)
    for step in queries.steps(session, [inspection], lock=True).get(inspection.id, []):
        if step.agency == agency and step.type in types and step.status == StepStatus.ORDERED:
            step.move(StepAction.START)
            _started(step, at, by=by)


def finish_shown(
    session: Session, inspection: Inspection, shown: frozenset[tuple[str, str]], *, by: Actor, role: str
) -> list[InspectionStep]:
    """Ends every open step for which something was recorded; gives those that are still open."""
    at = now(session)
    left = []
    for step in queries.steps(session, [inspection], lock=True).get(inspection.id, []):
        if not step.is_open:
            continue
        if (step.agency, step.type) not in shown:
            left.append(step)
            continue
        before = {"step_status": step.status}
        _ended(step, StepAction.FINISH, at, by=by)
        session.flush()
        _note(session, inspection, step, "step-done", before, by=by, role=role)
    return left


def _asked(session: Session, inspection: Inspection, agency: str, type: str) -> InspectionStep:
    must_be_agency(agency)
    must_be_type(type)
    for step in queries.steps(session, [inspection], lock=True).get(inspection.id, []):
        if (step.agency, step.type) == (agency, type):
            return step
    message = _("This way of looking was not ordered. Have it ordered first.")
    raise refuse("/type", "step.not-ordered", message)


def _must_be_running(step: InspectionStep) -> None:
    if not step.is_open:
        raise WrongState(
            _("{name} has ended this step already.", name=str(step.ended_name)),
            facts={"state": step.status, "by": str(step.ended_name)},
        )


def _started(step: InspectionStep, at: dt.datetime, *, by: Actor) -> None:
    step.started_at = max(at, step.ordered_at)
    step.started_by, step.started_name = by.person, by.name


def _ended(step: InspectionStep, action: StepAction, at: dt.datetime, *, by: Actor) -> None:
    step.move(action)
    step.ended_at = max(at, step.started_at or step.ordered_at)
    step.ended_by, step.ended_name = by.person, by.name


def _note(
    session: Session,
    inspection: Inspection,
    step: InspectionStep,
    event: str,
    before: dict[str, Any],
    *,
    by: Actor,
    role: str,
    reason: str = "",
) -> None:
    after: dict[str, Any] = {"step": f"{step.agency}.{step.type}", "step_status": step.status}
    if not step.is_open:
        after |= {
            "step_ended": f"{inspection.id}.{step.agency}.{step.type}",
            "outcome": step.status,
            "step_reason": step.reason,
            "official": step.official,
        }
    note(session, inspection, event, by=by, role=role, before=before, after=after, reason=reason)
