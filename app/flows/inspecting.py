"""What is seen at the truck, and what it means."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import WrongState
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.lifecycle import OPEN
from app.declarations.models import Declaration
from app.inspections import operations as inspections
from app.inspections.commands import AddFinding, Conclude
from app.inspections.models import Inspection, InspectionFinding
from app.inspections.operations import INSPECTING


def _for_inspection(session: Session, reference: str, version: int | None, *, by: Actor) -> Declaration:
    by.need_scope("decide")
    declaration = queries.locked(session, reference, by=by)
    by.need(INSPECTING, declaration.post)
    declarations.expect_version(session, declaration, version)
    if declaration.status not in {s.value for s in OPEN}:
        raise WrongState(
            _("Nothing is inspected any more: the declaration is decided."), facts={"state": declaration.status}
        )
    return declaration


def start(session: Session, reference: str, version: int | None, *, by: Actor) -> Declaration:
    """Somebody has begun to look: the declaration is under control from now on, before anything is found."""
    declaration = _for_inspection(session, reference, version, by=by)
    _touch(session, declaration, by=by)
    return declaration


def add_finding(
    session: Session, reference: str, command: AddFinding, version: int | None, *, by: Actor
) -> tuple[Declaration, InspectionFinding]:
    """Records a finding; with the first one the declaration is under control."""
    declaration = _for_inspection(session, reference, version, by=by)
    items = queries.content(session, declaration).item_count
    finding = inspections.add_finding(session, declaration.post, declaration.id, items, command, by=by)
    _touch(session, declaration, by=by)
    return declaration, finding


def conclude(
    session: Session, reference: str, command: Conclude, version: int | None, *, by: Actor
) -> tuple[Declaration, Inspection]:
    """Ends the inspection with a result; the decision is another deed."""
    declaration = _for_inspection(session, reference, version, by=by)
    inspection = inspections.conclude(session, declaration.post, declaration.id, command, by=by)
    _touch(session, declaration, by=by)
    return declaration, inspection


def _touch(session: Session, declaration: Declaration, *, by: Actor) -> None:
    """The file has changed, so whoever looks at an older one must look again."""
    role = by.need(INSPECTING, declaration.post).role
    declarations.start_control(session, declaration, now(session), by=by, role=role)
