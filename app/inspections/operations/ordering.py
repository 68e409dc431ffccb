"""An inspection is ordered, widened, and gets its time and place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import WrongState
from app.core.ids import uuid7
from app.core.rows import stage_rows
from app.core.text import _
from app.inspections import queries
from app.inspections.commands import Appoint, Order
from app.inspections.lifecycle import Agency, Reason, StepStatus, Type
from app.inspections.models import Inspection, InspectionAssignment, InspectionStep
from app.inspections.operations.assigning import Chosen, row_of
from app.inspections.operations.noting import (
    INSPECTING,
    KIND,
    must_be_agency,
    must_be_open,
    note,
    of_enumeration,
    refuse,
    said,
)
from app.inspections.rules import steps as ways

#: An appointment lasts at most so long.
LONGEST_SLOT = dt.timedelta(hours=12)
#: Words that may be written at an order.
LONGEST_PLACE = 60


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is known when a look is ordered. `steps` None are those usual for its kind; `movement` is (post, id, number of the control); `chosen` who was drawn for
    each agency; `profiles` those that hit, [{code, version}]; `instruction` {locale: text}."""

    steps: tuple[ways.Step, ...] | None = None
    reason: str = Reason.LANE.value
    reason_words: str = ""
    profiles: Sequence[Mapping[str, Any]] = ()
    instruction: Mapping[str, str] = field(default_factory=dict)
    extent: int | None = None
    due_at: dt.datetime | None = None
    movement: tuple[str, UUID, int] | None = None
    chosen: Sequence[Chosen] = ()
    id: UUID = field(default_factory=uuid7)

    def with_chosen(self, chosen: Sequence[Chosen]) -> Ordered:
        return replace(self, chosen=chosen)


def order(
    session: Session,
    post: str,
    declaration: UUID | None,
    kind: str,
    at: dt.datetime,
    *,
    by: Actor,
    ordered: Ordered | None = None,
    role: str = "system",
) -> UUID:
    """Orders a look at documents or goods; gives its id. Who may is decided by the caller, which has locked what is looked
    at. Everything rides along with the journal, so nothing of it can be read before the transaction ends."""
    asked = ordered or Ordered()
    steps = ways.usual(kind) if asked.steps is None else asked.steps
    lead = next((c for c in asked.chosen if c.person is not None), None)
    office, movement, control = asked.movement or (None, None, None)
    row: dict[str, Any] = {
        **{column.key: None for column in Inspection.__mapper__.columns},
        "post": post,
        "id": asked.id,
        "declaration_id": declaration,
        "movement_post": office,
        "movement_id": movement,
        "control": control,
        "kind": kind,
        "types": ways.types_of(steps),
        "status": "ordered",
        "version": 1,
        "reason": asked.reason,
        "reason_words": asked.reason_words,
        "profiles": [dict(p) for p in asked.profiles],
        "instruction": dict(asked.instruction),
        "extent": asked.extent,
        "due_at": asked.due_at,
        "assigned_to": lead.person if lead else None,
        "assigned_name": lead.name if lead else None,
        "ordered_by": None if by.is_node else by.person,
        "ordered_name": None if by.is_node else by.name,
        "ordered_at": at,
    }
    stage_rows(session, Inspection, [row])
    stage_rows(session, InspectionStep, [_step(post, asked.id, step, at) for step in steps])
    stage_rows(session, InspectionAssignment, [row_of(post, asked.id, chosen, at, by=by) for chosen in asked.chosen])
    after = {
        "status": "ordered",
        "version": 1,
        "kind": kind,
        "declaration": declaration,
        "movement": movement,
        "steps": [f"{agency}.{type}" for agency, type in steps],
        "order_reason": asked.reason,
        "assigned_to": row["assigned_to"],
    }
    journal.record(
        session,
        by=by,
        event="inspection.ordered",
        kind=KIND,
        subject=asked.id,
        post=post,
        after={name: value for name, value in after.items() if value is not None},
        reason=asked.reason_words,
        role=role,
    )
    for chosen in asked.chosen:
        _note_chosen(session, post, asked.id, chosen, by=by, role=role)
    return asked.id


def _note_chosen(session: Session, post: str, id: UUID, chosen: Chosen, *, by: Actor, role: str) -> None:
    journal.record(
        session,
        by=by,
        event="inspection.assigned",
        kind=KIND,
        subject=id,
        post=post,
        after=chosen.told(),
        reason=chosen.reason,
        role=role,
    )


def _step(post: str, inspection: UUID, step: ways.Step, at: dt.datetime) -> dict[str, Any]:
    agency, type = step
    return {
        **{column.key: None for column in InspectionStep.__mapper__.columns},
        "post": post,
        "inspection_id": inspection,
        "agency": agency,
        "type": type,
        "status": StepStatus.ORDERED.value,
        "ordered_at": at,
        "clock_off": False,
    }


def checked(command: Order) -> tuple[ways.Step, ...]:
    """The steps of an order, each once. Raises `Invalid` for unknown words and for an order of nothing."""
    if not command.steps:
        raise refuse("/steps", "inspection.steps", _("Choose at least one way of looking."))
    types = {each.value for each in Type}
    for nth, (agency, type) in enumerate(command.steps):
        must_be_agency(agency)
        if type not in types:
            choices = _("Choose one of: {choices}.", choices=", ".join(sorted(types)))
            raise refuse(f"/steps/{nth}/type", "inspection.type", choices)
    of_enumeration(command.reason, "/reason", "inspection.reason", Reason)
    if command.extent is not None and not 0 <= command.extent <= 100:
        raise refuse("/extent", "inspection.extent", _("Write per cent of the packages, 0 to 100."))
    return tuple(dict.fromkeys(command.steps))


def extend(session: Session, inspection: Inspection, command: Order, *, by: Actor) -> list[InspectionStep]:
    """More ways of looking, or other agencies, for a look that is ordered already; gives the steps that are new."""
    grant = by.need(INSPECTING, inspection.post)
    must_be_open(inspection)
    wanted = checked(command)
    words = said(command.reason_words, "/reason_words", "inspection.reason", _("Say why it is to be looked at."))
    at = now(session)
    there = {(s.agency, s.type) for s in queries.steps(session, [inspection]).get(inspection.id, [])}
    fresh = [InspectionStep(**_step(inspection.post, inspection.id, step, at)) for step in wanted if step not in there]
    before = {"kind": inspection.kind, "types": list(inspection.types)}
    session.add_all(fresh)
    all_steps = [*there, *wanted]
    inspection.types = ways.types_of(all_steps)
    if inspection.kind == "documents":
        inspection.kind = ways.kind_of(all_steps)
    if command.instruction.strip():
        inspection.instruction = {**inspection.instruction, by.locale: command.instruction.strip()}
    inspection.extent = command.extent if command.extent is not None else inspection.extent
    inspection.due_at = command.due_at or inspection.due_at
    session.flush()
    after = {
        "kind": inspection.kind,
        "types": list(inspection.types),
        "steps": [f"{s.agency}.{s.type}" for s in fresh],
        "order_reason": command.reason,
    }
    note(session, inspection, "widened", by=by, role=grant.role, before=before, after=after, reason=words)
    return fresh


def appoint(session: Session, inspection: Inspection, command: Appoint, capacity: int, *, by: Actor) -> Inspection:
    """When and where all agencies look at it. `capacity` is how many stand at the place at a time.

    Two that ask for the last place at once wait for each other at the post's own row. Raises `WrongState` where the place
    is taken, naming until when.
    """
    grant = by.need(INSPECTING, inspection.post)
    must_be_open(inspection)
    at = now(session)
    place = said(command.place, "/place", "appointment.place", _("Name the place, for example a bay or a ramp."))
    _must_be_slot(command, place, at)
    session.flush()
    journal.lock_head(session, inspection.post)
    taken = _taken(session, inspection, place, command)
    if taken >= capacity:
        raise WrongState(
            _("{place} is taken at that time: {taken} of {capacity}. Choose another time or place.",
              place=place, taken=taken, capacity=capacity),
            facts={"place": place, "taken": taken, "capacity": capacity},
        )  # fmt: skip
    before = {"place": inspection.place, "slot_from": inspection.slot_from, "slot_to": inspection.slot_to}
    inspection.place, inspection.slot_from, inspection.slot_to = place, command.slot_from, command.slot_to
    session.flush()
    after = {"appointed": place, "slot_from": command.slot_from, "slot_to": command.slot_to}
    note(session, inspection, "appointed", by=by, role=grant.role, before=before, after=after)
    return inspection


def _must_be_slot(command: Appoint, place: str, at: dt.datetime) -> None:
    if len(place) > LONGEST_PLACE:
        raise refuse("/place", "appointment.place", _("Write at most {most} characters.", most=LONGEST_PLACE))
    if not command.slot_from < command.slot_to <= command.slot_from + LONGEST_SLOT:
        message = _("Give an end after the beginning, at most {hours} hours later.", hours=12)
        raise refuse("/slot_to", "appointment.slot", message)
    if command.slot_to <= at or command.slot_from > at + dt.timedelta(days=60):
        message = _("Give a time that is to come, within the next 60 days.")
        raise refuse("/slot_from", "appointment.past", message)


def _taken(session: Session, inspection: Inspection, place: str, command: Appoint) -> int:
    rows = select(func.count()).where(
        Inspection.post == inspection.post,
        func.lower(Inspection.place) == place.lower(),
        Inspection.status.in_(("ordered", "started")),
        Inspection.id != inspection.id,
        Inspection.slot_from < command.slot_to,
        Inspection.slot_to > command.slot_from,
    )
    return session.execute(rows).scalar_one()


def by_customs(types: Sequence[str]) -> tuple[ways.Step, ...]:
    """Types as steps of customs."""
    return tuple((Agency.CUSTOMS.value, type) for type in types)
