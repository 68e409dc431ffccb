"""Who looks: drawn by chance, or named by a supervisor who says why. Every one of these is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.inspections import queries
from app.inspections.commands import Reassign
from app.inspections.lifecycle import Agency, How
from app.inspections.models import Inspection, InspectionAssignment
from app.inspections.operations.noting import INSPECTING, SENIOR, must_be_agency, must_be_open, note, refuse, said


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is to look for an agency, and how he came to it. `person` None: nobody could be drawn, `reason` says why. `pool`
    are the persons in the order that `number` counts; `widened` what could not be asked of it (roster, qualification)."""

    agency: str = Agency.CUSTOMS.value
    type: str | None = None
    how: str = How.NOBODY.value
    person: UUID | None = None
    name: str | None = None
    pool: tuple[UUID, ...] = ()
    number: int | None = None
    seed_day: dt.date | None = None
    widened: tuple[str, ...] = ()
    reason: str = ""
    id: UUID = field(default_factory=uuid7)

    def told(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return {
            "assignment": self.id,
            "agency": self.agency,
            "how": self.how,
            "assigned": self.person,
            "assigned_name": self.name,
            "pool": [str(person) for person in self.pool],
            "drawn": self.number,
            "seed_day": self.seed_day,
        }


def row_of(post: str, inspection: UUID, chosen: Chosen, at: dt.datetime, *, by: Actor) -> dict[str, Any]:
    """The row of an assignment."""
    return {
        "post": post,
        "id": chosen.id,
        "inspection_id": inspection,
        "agency": chosen.agency,
        "type": chosen.type,
        "how": chosen.how,
        "person": chosen.person,
        "name": chosen.name,
        "pool": [str(person) for person in chosen.pool],
        "drawn": chosen.number,
        "seed_day": chosen.seed_day,
        "widened": list(chosen.widened),
        "reason": chosen.reason,
        "by_person": by.person,
        "by_name": by.name,
        "at": at,
    }


def assign(session: Session, inspection: Inspection, chosen: Chosen, *, by: Actor) -> InspectionAssignment:
    """Keeps who was drawn for an agency. Who is drawn stays: nobody draws until he likes the outcome."""
    grant = by.need(INSPECTING, inspection.post)
    must_be_open(inspection)
    must_be_unassigned(queries.assignments(session, [inspection]).get(inspection.id, []), chosen.agency)
    return _kept(session, inspection, chosen, by=by, role=grant.role)


def must_be_unassigned(told: Sequence[InspectionAssignment], agency: str) -> None:
    """Raises `WrongState` where somebody is to look for the agency already, by what was assigned (oldest first)."""
    holds = next((row for row in reversed(told) if row.agency == agency), None)
    if holds is not None and holds.person is not None:
        raise WrongState(
            _("{name} was drawn already. A supervisor names another person, and says why.", name=holds.name),
            facts={"assigned_to": str(holds.name)},
        )


def reassign(session: Session, inspection: Inspection, command: Reassign, *, by: Actor) -> InspectionAssignment:
    """A supervisor names another person, whom the caller has found to be one who may look here."""
    grant = by.need(SENIOR, inspection.post)
    must_be_open(inspection)
    must_be_agency(command.agency)
    reason = said(command.reason, "/reason", "assignment.reason", _("Say why another person is to look."))
    if command.agency == Agency.CUSTOMS and inspection.assigned_to == command.person:
        raise refuse("/person", "assignment.same", _("It is assigned to this person already."))
    named = Chosen(command.agency, None, How.NAMED.value, command.person, command.name, reason=reason)
    return _kept(session, inspection, named, by=by, role=grant.role)


def _kept(session: Session, inspection: Inspection, chosen: Chosen, *, by: Actor, role: str) -> InspectionAssignment:
    row = InspectionAssignment(**row_of(inspection.post, inspection.id, chosen, now(session), by=by))
    session.add(row)
    before = {"assigned_to": inspection.assigned_to, "assigned_name": inspection.assigned_name}
    if chosen.person is not None and (chosen.agency == Agency.CUSTOMS or inspection.assigned_to is None):
        inspection.assigned_to, inspection.assigned_name = chosen.person, chosen.name
    session.flush()
    event = "reassigned" if chosen.how == How.NAMED else "assigned"
    note(session, inspection, event, by=by, role=role, before=before, after=chosen.told(), reason=chosen.reason)
    return row
