"""What was seen. Findings are added; one that was wrong is corrected by another one, and both stay to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import WrongState
from app.core.text import _, excerpt
from app.inspections import queries
from app.inspections.commands import AddFinding, CorrectFinding, Recorded
from app.inspections.lifecycle import Agency, FindingKind
from app.inspections.models import Inspection, InspectionFinding
from app.inspections.operations.noting import (
    INSPECTING,
    begin,
    found_in,
    keep,
    must_be_agency,
    must_be_declared,
    must_be_open,
    must_be_same,
    must_be_type,
    noted,
    of_enumeration,
    refuse,
    said,
)
from app.inspections.operations.stepping import show
from app.inspections.rules import facts, steps


def add_finding(
    session: Session,
    inspection: Inspection,
    command: AddFinding,
    *,
    by: Actor,
    items: int,
    declared: Mapping[str, Any] | None = None,
    recorded: Recorded | None = None,
) -> InspectionFinding:
    """Adds what was seen to the open inspection, and starts it. `items` is how many are declared, `declared` what is
    declared of the one that is meant, out of the declaration itself."""
    grant = by.need(INSPECTING, inspection.post)
    before = queries.known(session, InspectionFinding, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    return _added(session, inspection, command, items, declared, recorded, None, by=by, role=grant.role)


def correct_finding(
    session: Session,
    inspection: Inspection,
    command: CorrectFinding,
    *,
    by: Actor,
    items: int,
    declared: Mapping[str, Any] | None = None,
    recorded: Recorded | None = None,
) -> InspectionFinding:
    """Adds a finding that takes the place of another one of the same inspection, which nobody has corrected yet."""
    grant = by.need(INSPECTING, inspection.post)
    before = queries.known(session, InspectionFinding, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    rows = queries.findings(session, [inspection]).get(inspection.id, [])
    message = _("There is no such finding in this inspection. Choose the one that is to be corrected.")
    wrong = found_in(rows, command.corrects, "/corrects", "finding.corrects", message)
    if any(row.corrects == wrong.id for row in rows):
        raise WrongState(
            _(
                "“{found}” was corrected already. Correct the finding that took its place.",
                found=excerpt(wrong.found, 80),
            )
        )
    return _added(session, inspection, command.finding, items, declared, recorded, wrong.id, by=by, role=grant.role)


def _added(
    session: Session,
    inspection: Inspection,
    command: AddFinding,
    items: int,
    declared: Mapping[str, Any] | None,
    recorded: Recorded | None,
    corrects: UUID | None,
    *,
    by: Actor,
    role: str,
) -> InspectionFinding:
    must_be_agency(command.agency)
    must_be_type(command.type)
    must_be_declared(command.item, items)
    found = said(command.found, "/found", "finding.found", _("Say what was found."))
    kept = facts.checked(command.facts)
    _must_explain(session, inspection, command.explains)
    at = now(session)
    row = InspectionFinding(
        **noted(recorded, at, by=by),
        post=inspection.post,
        inspection_id=inspection.id,
        agency=command.agency,
        control=command.control,
        type=command.type,
        item=command.item,
        conform=command.conform,
        kind=_kind(command),
        declared=command.declared,
        found=found,
        declared_facts=dict(declared or {}),
        found_facts=kept,
        corrects=corrects,
        explains=command.explains,
    )
    before = begin(inspection, at)
    show(session, inspection, _shown(inspection, command), command.agency, by=by)
    event = "finding-added" if corrects is None else "finding-corrected"
    return keep(session, inspection, row, "finding", event, by=by, role=role, before=before, after=_told(row))


def _told(row: InspectionFinding) -> dict[str, Any]:
    """As the journal keeps it: what it has beside words stands under `in_full`."""
    usual = {"agency": Agency.CUSTOMS.value, "kind": "match" if row.conform else "other"}
    names = ("agency", "type", "kind", "declared_facts", "found_facts", "corrects", "explains")
    more = {name: getattr(row, name) for name in names if getattr(row, name) not in (None, {}, usual.get(name))}
    words = {name: getattr(row, name) for name in ("control", "item", "conform", "declared", "found")}
    return {**words, **({"in_full": more} if more else {}), "clock_off": row.clock_off, "noted_at": row.noted_at}


def _shown(inspection: Inspection, command: AddFinding) -> frozenset[str]:
    """Where only papers are to be looked at, whatever was found shows that somebody did."""
    if inspection.kind == "documents" and command.agency == Agency.CUSTOMS and command.type is None:
        return steps.shown_by(command.control, None) | {"documents"}
    return steps.shown_by(command.control, command.type)


def _kind(command: AddFinding) -> str:
    of_enumeration(command.kind, "/kind", "finding.kind", FindingKind)
    kind = command.kind or (FindingKind.MATCH.value if command.conform else FindingKind.OTHER.value)
    if command.conform != (kind == FindingKind.MATCH):
        message = _("A finding is either as declared (“match”), or says what is otherwise. Choose one of both.")
        raise refuse("/kind", "finding.kind", message)
    return kind


def _must_explain(session: Session, inspection: Inspection, measure: UUID | None) -> None:
    if measure is not None:
        rows = queries.measures(session, [inspection]).get(inspection.id, [])
        found_in(rows, measure, "/explains", "finding.explains", _("There is no such measurement in this inspection."))
