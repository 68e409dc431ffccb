"""A control of a movement is an inspection: what is ordered is looked at step by step, and its conclusion is the control's
result. What is told of controls alone, without steps, makes and ends the inspection just as well."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.rows import write_staged
from app.core.text import _
from app.flows import drawing
from app.inspections import operations as inspections
from app.inspections import queries
from app.inspections.commands import AddFinding, Conclude, Order
from app.inspections.lifecycle import Agency, Conclusion, Reason
from app.inspections.models import Inspection
from app.inspections.operations import INSPECTING, Ordered
from app.inspections.operations.concluding import end
from app.inspections.rules import steps as ways
from app.transit import operations as transit
from app.transit import queries as moved
from app.transit.commands import ConcludeControl, OrderControl
from app.transit.models import Movement, TransitControl

_RESULTS = {Conclusion.CONFORM.value: "conform"}


def for_control(session: Session, movement: Movement, control: TransitControl, at: dt.datetime, *, by: Actor) -> None:
    """The inspection of a control that was ordered by its NCTS types."""
    _ordered(session, movement, control, ways.of_controls(control.types), None, at, by=by)


def order_by_hand(
    session: Session, movement: Movement, office: str, steps: tuple[ways.Step, ...], command: Order, *, by: Actor
) -> None:
    """A look that is ordered step by step: the control that others are told of is made with it."""
    if not command.reason_words.strip():
        message = _("Say why it is to be looked at.")
        raise Invalid(findings=[Finding("/reason_words", "inspection.reason", message)])
    at, role = now(session), by.need(INSPECTING, office).role
    controls = tuple(dict.fromkeys(ways.CONTROL_OF[type] for _agency, type in steps))
    wanted = OrderControl(movement.reference, office, controls)
    control = transit.order_control(session, movement, wanted, at, by=by, role=role)
    _ordered(session, movement, control, steps, command, at, by=by)


def _ordered(
    session: Session,
    movement: Movement,
    control: TransitControl,
    steps: tuple[ways.Step, ...],
    command: Order | None,
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    session.flush()
    content = moved.content(session, movement)
    firms = drawing.firms(content.header, movement.party)
    words = command.instruction.strip() if command else ""
    asked = Ordered(
        steps,
        command.reason if command else Reason.CONTROL.value,
        command.reason_words.strip() if command else "",
        (),
        {by.locale: words} if words else {},
        command.extent if command else None,
        command.due_at if command else None,
        (movement.post, movement.id, control.number),
    )
    chosen = drawing.chosen(
        session, control.office, asked.id, steps, at, firms=firms, excluding={content.made_by}, by=SYSTEM
    )
    role = "system" if by.is_node else by.need(INSPECTING, control.office).role
    inspections.order(
        session, control.office, None, ways.kind_of(steps), at, by=by, ordered=asked.with_chosen(chosen), role=role
    )
    write_staged(session)  # whoever ordered it reads it in the same transaction


def conclude_control(
    session: Session, movement: Movement, inspection: Inspection, command: Conclude, *, by: Actor
) -> None:
    """The result of the control is that of the inspection that is about to be concluded."""
    number = inspection.control or 0
    result = _RESULTS.get(command.conclusion, "not-conform")
    wanted = ConcludeControl(movement.reference, inspection.post, number, result, command.summary)
    role = by.need(INSPECTING, inspection.post).role
    transit.conclude_control(session, movement, wanted, now(session), by=by, role=role)


def concluded_by_control(session: Session, movement: Movement, control: TransitControl, *, by: Actor) -> None:
    """The inspection of a control whose result was told in one word: it ends with it. Waived, it ends without a result."""
    inspection = next((i for i in queries.of_movement(session, movement.post, movement.id)
                       if i.control == control.number and i.is_open), None)  # fmt: skip
    if inspection is None:
        return
    session.refresh(inspection, with_for_update=True)
    if control.result == "waived":
        end(session, inspection, control.remarks or "", by=by)
        return
    conform = control.result == "conform"
    words = control.remarks or ("As declared" if conform else "Not as declared")
    items = moved.content(session, movement).item_count
    for each in control.types:
        finding = AddFinding(each, conform, words, agency=Agency.CUSTOMS.value)
        inspections.add_finding(session, inspection, finding, by=by, items=items)
    conclusion = Conclusion.CONFORM if conform else Conclusion.DISCREPANCY
    inspections.conclude(session, inspection, Conclude(conclusion.value, words), by=by)


def end_all(session: Session, movement: Movement, reason: str, *, by: Actor) -> None:
    """The movement is over: nobody looks at it any more."""
    for inspection in queries.of_movement(session, movement.post, movement.id):
        if inspection.is_open:
            session.refresh(inspection, with_for_update=True)
            end(session, inspection, reason, by=by)
