"""The end of an inspection: with a result, or without one because nobody waits for it any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import numbering
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.text import Text, _, excerpt
from app.inspections import queries
from app.inspections.commands import Conclude, Recorded
from app.inspections.lifecycle import Action, Agency, Conclusion, Recommendation, StepStatus
from app.inspections.models import Inspection, InspectionFinding, InspectionStep
from app.inspections.operations.measuring import SHOWS, suggested
from app.inspections.operations.noting import INSPECTING, must_be_open, note, of_enumeration, sane
from app.inspections.operations.stepping import finish_shown
from app.inspections.queries import Records
from app.inspections.rules import steps as ways

#: The series of the numbers of acts of inspection.
SERIES = "IA"


def conclude(
    session: Session, inspection: Inspection, command: Conclude, *, by: Actor, recorded: Recorded | None = None
) -> Inspection:
    """Ends the open inspection and draws the number of its act. Goods cannot be concluded upon unseen: at least one finding is
    needed, every way of looking is done or waived with a reason, and at least one in which the goods are looked at is done;
    nor as conform against a finding or a weight that says otherwise. A step for which something was recorded is done by
    that."""
    grant = by.need(INSPECTING, inspection.post)
    if recorded and recorded.id and (inspection.concluded_record, inspection.concluded_by) == (recorded.id, by.person):
        return inspection
    must_be_open(inspection)
    _must_be_known(command)
    told = queries.records(session, [inspection])[inspection.id]
    if not told.findings:
        message = _("Record at least one finding before you conclude.")
        raise Invalid(findings=[Finding("", "conclusion.no-finding", message)])
    left = finish_shown(session, inspection, shown(inspection, told), by=by, role=grant.role)
    _must_be_looked_at(inspection, told.steps, left)
    if command.conclusion == Conclusion.CONFORM:
        _must_agree(told)
    before, at = {"status": inspection.status}, now(session)  # asked first: a query would flush the row half written
    session.flush()
    drawn = numbering.draw(session, inspection.post, SERIES)  # the post's own row: the last lock
    inspection.number = numbering.official_number(inspection.post, drawn.year, drawn.number, SERIES)
    inspection.move(Action.CONCLUDE)
    inspection.conclusion, inspection.summary = command.conclusion, command.summary
    inspection.recommendation = command.recommendation or None
    inspection.started_at = inspection.started_at or at
    inspection.concluded_at, inspection.concluded_by, inspection.concluded_name = at, by.person, by.name
    if recorded is not None:
        inspection.concluded_record, inspection.concluded_device = recorded.id, recorded.device
        inspection.concluded_noted = sane(recorded.noted_at)
    return _concluded(session, inspection, before, by=by, role=grant.role)


def _concluded(session: Session, inspection: Inspection, before: dict[str, Any], *, by: Actor, role: str) -> Inspection:
    session.flush()
    after = {
        "conclusion": inspection.conclusion,
        "summary": inspection.summary,
        "recommendation": inspection.recommendation,
        "act": inspection.number,
    }
    note(session, inspection, "concluded", by=by, role=role, before=before, after=after)
    return inspection


def _must_be_known(command: Conclude) -> None:
    of_enumeration(command.conclusion, "/conclusion", "conclusion.unknown", Conclusion)
    of_enumeration(command.recommendation or None, "/recommendation", "conclusion.recommendation", Recommendation)


def shown(inspection: Inspection, told: Records) -> frozenset[ways.Step]:
    """The steps for which something was recorded: findings of that control, measurements, samples, seals."""
    found = {(f.agency, type) for f in queries.standing(told.findings) for type in ways.shown_by(f.control, f.type)}
    customs = Agency.CUSTOMS.value
    found |= {(customs, SHOWS[kind].value) for kind in SHOWS for m in told.measures if m.what == kind}
    found |= {(customs, "sampling")} if told.samples else set()
    found |= {(customs, "seals")} if told.seals else set()
    if inspection.kind == "documents":
        found.add((customs, "documents"))
    return frozenset(found)


def _must_be_looked_at(inspection: Inspection, steps: list[InspectionStep], left: list[InspectionStep]) -> None:
    if left:
        raise Invalid(findings=[_still_open(step) for step in left])
    of_goods = [step for step in steps if step.type in ways.OF_GOODS]
    if inspection.kind == "goods" and of_goods and all(step.status == StepStatus.WAIVED for step in of_goods):
        message = _("Every look at the goods was waived. Look at them in one way at least, or let two persons agree that nobody "
                    "does.")  # fmt: skip
        raise Invalid(findings=[Finding("/conclusion", "conclusion.unseen", message)])


def _still_open(step: InspectionStep) -> Finding:
    message = _(
        "“{type}” by {agency} is not ended: record what was found, end it, or waive it with a reason.",
        type=step.type,
        agency=step.agency,
    )
    return Finding("/conclusion", "conclusion.step-open", message)


def _must_agree(told: Records) -> None:
    """Raises `Invalid` naming every finding that is not as declared, and every weight beyond tolerance and every alarm that
    no finding explains."""
    wrong = [_contradiction(finding) for finding in queries.not_as_declared(told.findings)]
    findings = [Finding("/conclusion", "conclusion.contradicted", message) for message in wrong]
    explained = {finding.explains for finding in queries.standing(told.findings)}
    corrected = {measure.corrects for measure in told.measures}
    for measure in told.measures:
        if measure.id in explained | corrected:
            continue
        if measure.alarm:
            message = _(
                "{instrument} raised its alarm. Record a finding that says why, naming the measurement, or conclude “discrepancy”.",
                instrument=measure.instrument,
            )
            findings.append(Finding("/conclusion", "conclusion.alarm", message))
        if suggested(measure) is None:
            continue
        message = _(
            "{instrument} shows {gross} kg, which is beyond the tolerance of what is declared. Record a finding that says why, "
            "naming the measurement, or conclude “discrepancy”.",
            instrument=measure.instrument,
            gross=f"{measure.gross_kg:f}",
        )
        findings.append(Finding("/conclusion", "conclusion.weight", message))
    if findings:
        raise Invalid(findings=findings)


def _contradiction(finding: InspectionFinding) -> Text:
    told = {"control": finding.control, "found": excerpt(finding.found, 120), "name": finding.name}
    if finding.item is None:
        return _(
            "{name} found otherwise (control {control}): “{found}”. Conclude “discrepancy” or “offence”; if you looked "
            "again and it is as declared, record a finding of the same control that says so.",
            **told,
        )
    return _(
        "{name} found otherwise at item {item} (control {control}): “{found}”. Conclude “discrepancy” or “offence”; if you "
        "looked again and it is as declared, record a finding of the same control and item that says so.",
        item=finding.item,
        **told,
    )


def cancel(session: Session, post: str, declaration: UUID, reason: str, *, by: Actor) -> None:
    """Ends an open inspection of a declaration without a result, because it has been decided or its lane lowered."""
    inspection = queries.open_one(session, post, declaration, lock=True)
    if inspection is not None:
        end(session, inspection, reason, by=by)


def end(session: Session, inspection: Inspection, reason: str, *, by: Actor) -> None:
    """Ends an open inspection, whose row is locked, without a result."""
    before = {"status": inspection.status}
    inspection.move(Action.CANCEL)
    session.flush()
    note(session, inspection, "cancelled", by=by, before=before, reason=reason)
