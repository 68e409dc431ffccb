"""The verbs of an inspection."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.rows import stage_rows
from app.core.text import Text, _, excerpt
from app.inspections import queries
from app.inspections.commands import AddFinding, Conclude
from app.inspections.lifecycle import Action, Conclusion
from app.inspections.models import Inspection, InspectionFinding

INSPECTING = ("inspector", "officer", "supervisor")


def order(session: Session, post: str, declaration: UUID, kind: str, at: dt.datetime, *, by: Actor) -> None:
    """Orders a look at documents or goods."""
    row: dict[str, Any] = {
        "post": post,
        "id": uuid7(),
        "declaration_id": declaration,
        "kind": kind,
        "status": "ordered",
        "version": 1,
        "ordered_at": at,
        "started_at": None,
        "concluded_at": None,
        "conclusion": None,
        "summary": None,
        "concluded_by": None,
        "concluded_name": None,
    }
    stage_rows(session, Inspection, [row])
    journal.record(
        session,
        by=by,
        event="inspection.ordered",
        kind="inspection",
        subject=row["id"],
        post=post,
        after={"status": "ordered", "kind": kind, "declaration": declaration, "version": 1},
        role="system",
    )


def add_finding(
    session: Session, post: str, declaration: UUID, items: int, command: AddFinding, *, by: Actor
) -> InspectionFinding:
    """Adds what was seen to the open inspection, and starts it."""
    grant = by.need(INSPECTING, post)
    inspection = _open(session, post, declaration)
    if command.item is not None and command.item > items:
        message = _("There is no item {item}: the declaration has {items}.", item=command.item, items=items)
        raise Invalid(findings=[Finding("/item", "finding.item", message)])
    at = now(session)
    before = {"status": inspection.status}
    inspection.move(Action.START)
    inspection.started_at = inspection.started_at or at
    finding = InspectionFinding(
        post=post,
        id=uuid7(),
        inspection_id=inspection.id,
        control=command.control,
        item=command.item,
        conform=command.conform,
        declared=command.declared,
        found=command.found,
        person=by.person,
        name=by.name,
        at=at,
    )
    session.add(finding)
    session.flush()
    journal.record(
        session,
        by=by,
        event="inspection.finding-added",
        kind="inspection",
        subject=inspection.id,
        post=post,
        before=before,
        after={
            "status": inspection.status,
            "version": inspection.version,
            "finding": finding.id,
            "control": command.control,
            "item": command.item,
            "conform": command.conform,
            "declared": command.declared,
            "found": command.found,
        },
        role=grant.role,
    )
    return finding


def conclude(session: Session, post: str, declaration: UUID, command: Conclude, *, by: Actor) -> Inspection:
    """Ends the open inspection. Goods cannot be concluded upon unseen: at least one finding is needed; nor as conform
    against a finding that says otherwise."""
    grant = by.need(INSPECTING, post)
    inspection = _open(session, post, declaration)
    if command.conclusion not in {c.value for c in Conclusion}:
        message = _("Choose one of: {choices}.", choices=", ".join(c.value for c in Conclusion))
        raise Invalid(findings=[Finding("/conclusion", "conclusion.unknown", message)])
    found = queries.findings(session, [inspection]).get(inspection.id, [])
    if not found:
        message = _("Record at least one finding before you conclude.")
        raise Invalid(findings=[Finding("", "conclusion.no-finding", message)])
    if command.conclusion == Conclusion.CONFORM:
        _must_agree(found)
    before, at = {"status": inspection.status}, now(session)  # asked first: a query would flush the row half written
    inspection.move(Action.CONCLUDE)
    inspection.conclusion, inspection.summary = command.conclusion, command.summary
    inspection.concluded_at, inspection.concluded_by, inspection.concluded_name = at, by.person, by.name
    session.flush()
    journal.record(
        session,
        by=by,
        event="inspection.concluded",
        kind="inspection",
        subject=inspection.id,
        post=post,
        before=before,
        after={
            "status": inspection.status,
            "version": inspection.version,
            "conclusion": command.conclusion,
            "summary": command.summary,
        },
        role=grant.role,
    )
    return inspection


def _must_agree(found: list[InspectionFinding]) -> None:
    """Raises `Invalid` naming every finding that is not as declared."""
    wrong = [_contradiction(finding) for finding in queries.not_as_declared(found)]
    if wrong:
        raise Invalid(findings=[Finding("/conclusion", "conclusion.contradicted", message) for message in wrong])


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
    """Ends an open inspection without a result, because the declaration has been decided or its lane lowered."""
    inspection = queries.open_one(session, post, declaration, lock=True)
    if inspection is None:
        return
    before = {"status": inspection.status}
    inspection.move(Action.CANCEL)
    session.flush()
    journal.record(
        session,
        by=by,
        event="inspection.cancelled",
        kind="inspection",
        subject=inspection.id,
        post=post,
        before=before,
        after={"status": inspection.status, "version": inspection.version},
        reason=reason,
    )


def _open(session: Session, post: str, declaration: UUID) -> Inspection:
    inspection = queries.open_one(session, post, declaration, lock=True)
    if inspection is None:
        raise WrongState(_("No inspection is open for this declaration."))
    return inspection
