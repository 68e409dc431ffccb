"""At an office of destination: arrival, unloading, what differs, and the end as it should be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.text import _
from app.transit import queries
from app.transit.commands import (
    DISCREPANCIES,
    Arrive,
    Continue,
    Declared,
    Discharge,
    FindDiscrepancies,
    Found,
    PermitUnloading,
    RemarkUnloading,
    ResolveDiscrepancy,
)
from app.transit.course import advance, free_plates, take_volet
from app.transit.lifecycle import Action, EnquiryOutcome, Office, Resolution, Status
from app.transit.models import Movement, TransitArrival, TransitDiscrepancy, TransitOffice, TransitUnloading
from app.transit.operations.noting import (
    barred,
    must_allow,
    must_be_said,
    not_after,
    note,
    refuse,
    within_life,
)
from app.transit.operations.searching import end_search


def arrive(
    session: Session,
    movement: Movement,
    command: Arrive,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    party: str | None = None,
) -> TransitArrival:
    """The goods of a locked movement are at an office of destination. `party` is the firm that tells it; None where an
    officer writes it down."""
    must_allow(movement, Action.ARRIVE)
    row = _destination(session, movement, command.office)
    if row.visited_at is not None:
        raise barred("arrival.done", _("What was for {office} has been dealt with there already.", office=row.office))
    arrived_at = within_life(movement, not_after(command.arrived_at, at, "/arrived_at"), "/arrived_at")
    if command.procedure == "simplified" and not (command.location or "").strip():
        raise refuse("/location", "arrival.location", _("Name the approved place at which the goods are."))
    arrival = TransitArrival(
        post=movement.post,
        movement_id=movement.id,
        number=len(queries.arrivals(session, movement)) + 1,
        office=command.office,
        procedure=command.procedure,
        location=command.location,
        arrived_at=arrived_at,
        late=movement.limit_at is not None and arrived_at > movement.limit_at,
        notified_by=by.person,
        notified_name=by.name,
        notified_at=at,
        party=party,
        brought=party is not None and party != movement.party,
    )
    session.add(arrival)
    closed = end_search(session, movement, EnquiryOutcome.ARRIVED, "", at, by=by)
    session.flush()
    movement.arrived_at = arrived_at
    before = advance(session, movement, Action.ARRIVE, at)
    after = {"number": arrival.number, "procedure": arrival.procedure, "late": arrival.late, "arrived_at": arrived_at}
    if closed is not None:
        after["enquiry"] = closed
    note(session, movement, "arrived", by=by, office=command.office, before=before, after=after, role=role)
    return arrival


def _destination(session: Session, movement: Movement, office: str) -> TransitOffice:
    for row in endings(session, movement):
        if row.office == office:
            return row
    raise refuse("/office", "arrival.office", _("{office} is not a destination of this movement.", office=office))


def endings(session: Session, movement: Movement) -> list[TransitOffice]:
    """Where the movement may end in this administration: its destinations here, and where it goes on abroad the office
    through which it leaves (a TIR operation is terminated there)."""
    own = movement.post[:2]
    rows = [row for row in queries.offices(session, movement) if row.office[:2] == own]
    abroad = movement.destination[:2] != own
    return [row for row in rows if row.role == Office.DESTINATION or (abroad and row.role == Office.EXIT)]


def here(session: Session, movement: Movement, office: str) -> TransitArrival:
    """The arrival that holds now; raises `WrongState` where the goods are at another office."""
    rows = [row for row in queries.arrivals(session, movement) if row.left_at is None]
    if not rows or rows[-1].office != office:
        raise barred("arrival.elsewhere", _("The goods are not at {office}.", office=office))
    return rows[-1]


def permit_unloading(
    session: Session, movement: Movement, command: PermitUnloading, at: dt.datetime, *, by: Actor, role: str
) -> TransitUnloading:
    """Lets the goods of a locked movement be unloaded (again, where not all was taken off)."""
    must_allow(movement, Action.PERMIT_UNLOADING)
    arrival = here(session, movement, command.office)
    rows = [row for row in queries.unloadings(session, movement) if row.arrival == arrival.number]
    if any(row.remarked_at is None for row in rows):
        raise barred("unloading.open", _("A permission waits for its remarks already."))
    if any(row.complete for row in rows):
        raise barred(
            "unloading.complete", _("The unloading is complete. Discharge the movement, or resolve what differs.")
        )
    permission = TransitUnloading(
        post=movement.post,
        movement_id=movement.id,
        number=len(queries.unloadings(session, movement)) + 1,
        arrival=arrival.number,
        office=command.office,
        permitted_by=by.person,
        permitted_name=by.name,
        permitted_at=at,
    )
    session.add(permission)
    before = advance(session, movement, Action.PERMIT_UNLOADING, at)
    after = {"number": permission.number}
    note(session, movement, "unloading-permitted", by=by, office=command.office, before=before, after=after, role=role)
    return permission


def remark_unloading(
    session: Session,
    movement: Movement,
    declared: Declared,
    command: RemarkUnloading,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    day: Callable[[dt.datetime], dt.date],
) -> TransitUnloading:
    """What was unloaded under a permission of a locked movement. Several remarks follow each other over several days;
    what differs becomes discrepancies for an officer to resolve. `day` gives the day of a moment at the office."""
    must_allow(movement, Action.REMARK)
    permission = next((row for row in queries.unloadings(session, movement) if row.number == command.number), None)
    if permission is None or permission.office != command.office:
        raise NotFound()
    if permission.remarked_at is not None:
        raise barred("unloading.remarked", _("The remarks on this permission are made already."), number=command.number)
    _check_day(command.unloaded_on, day(permission.permitted_at), day(at))
    _check_remarks(command)
    permission.unloaded_on, permission.complete, permission.conform = (
        command.unloaded_on,
        command.complete,
        command.conform,
    )
    permission.seals_ok, permission.remarks = command.seals_ok, command.remarks.strip() or None
    permission.remarked_by, permission.remarked_name, permission.remarked_at = by.person, by.name, at
    before = advance(session, movement, Action.REMARK, at)
    after = {
        "number": permission.number,
        "complete": command.complete,
        "conform": command.conform,
        "seals_ok": command.seals_ok,
    }
    note(
        session, movement, "unloading-remarked", by=by, office=command.office, before=before, after=after,
        reason=permission.remarks or "", role=role,
    )  # fmt: skip
    if command.discrepancies:
        _differ(session, movement, declared, command.office, command.discrepancies, at, by=by, role=role)
    return permission


def _check_day(unloaded_on: dt.date, permitted_on: dt.date, today: dt.date) -> None:
    if unloaded_on < permitted_on:
        message = _("This is before the unloading was permitted. Give the day on which the goods were unloaded.")
        raise refuse("/unloaded_on", "unloading.before-permission", message)
    if unloaded_on > today:
        message = _("This day has not come yet. Give the day on which the goods were unloaded.")
        raise refuse("/unloaded_on", "moment.future", message)


def _check_remarks(command: RemarkUnloading) -> None:
    if not command.conform and not command.discrepancies:
        raise refuse("/discrepancies", "unloading.discrepancies", _("Say what is not as declared."))
    if command.conform and command.discrepancies:
        raise refuse(
            "/conform", "unloading.conform", _("You say that all is as declared, and name differences. Correct one.")
        )
    if command.seals_ok is False and not any(each.field == "seal" for each in command.discrepancies):
        raise refuse("/discrepancies", "unloading.seals", _("Say which seal is not in order, as a difference."))


def find_discrepancies(
    session: Session,
    movement: Movement,
    declared: Declared,
    command: FindDiscrepancies,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
) -> list[TransitDiscrepancy]:
    """An officer found the goods of a locked movement not as declared."""
    must_allow(movement, Action.FIND_DISCREPANCIES)
    here(session, movement, command.office)
    if not command.discrepancies:
        raise refuse("/discrepancies", "discrepancy.nothing", _("Say what is not as declared."))
    return _differ(session, movement, declared, command.office, command.discrepancies, at, by=by, role=role)


def _differ(
    session: Session,
    movement: Movement,
    declared: Declared,
    office: str,
    found: Sequence[Found],
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
) -> list[TransitDiscrepancy]:
    items = {item.words["number"]: item.words for item in declared.items}
    first = len(queries.discrepancies(session, movement)) + 1
    rows = []
    for nth, each in enumerate(found):
        if each.field not in DISCREPANCIES:
            raise refuse(f"/discrepancies/{nth}/field", "discrepancy.field", _("Choose what differs."))
        if each.item is not None and each.item not in items:
            raise refuse(
                f"/discrepancies/{nth}/item", "discrepancy.item", _("There is no item {item}.", item=each.item)
            )
        rows.append(
            TransitDiscrepancy(
                post=movement.post,
                movement_id=movement.id,
                number=first + nth,
                item=each.item,
                field=each.field,
                declared=_declared(items.get(each.item or 0), each.field, declared),
                found=each.found,
                remarks=each.remarks,
                found_by=by.person,
                found_name=by.name,
                found_at=at,
            )
        )
    session.add_all(rows)
    before = advance(session, movement, Action.FIND_DISCREPANCIES, at)
    told = [{"number": row.number, "item": row.item, "field": row.field, "found": row.found} for row in rows]
    note(
        session, movement, "discrepancy-found", by=by, office=office, before=before,
        after={"discrepancies": told}, role=role,
    )  # fmt: skip
    return rows


def _declared(item: dict[str, object] | None, field: str, declared: Declared) -> str | None:
    """What stands in the movement where something else was found."""
    if field == "seal":
        return ", ".join(declared.seals) or None
    if field == "vehicle":
        return ", ".join(declared.plates) or None
    if item is None:
        return str(declared.gross_kg) if field == "gross_kg" else None
    value = item.get(field)
    if field in ("packages", "missing", "excess"):
        packages = item["packages"]
        assert isinstance(packages, list)
        return ", ".join(f"{one['count']} {one['kind']}" for one in packages)
    return None if value is None else str(value)


def resolve_discrepancy(
    session: Session, movement: Movement, command: ResolveDiscrepancy, at: dt.datetime, *, by: Actor, role: str
) -> TransitDiscrepancy:
    """An officer settles one difference of a locked movement; not who found it."""
    must_allow(movement, Action.RESOLVE)
    rows = queries.discrepancies(session, movement)
    row = next((each for each in rows if each.number == command.number), None)
    if row is None:
        raise NotFound()
    if row.resolution is not None:
        raise barred("discrepancy.resolved", _("This difference is resolved already."), number=row.number)
    if command.resolution not in tuple(Resolution):
        raise refuse("/resolution", "discrepancy.resolution", _("Choose how the difference was resolved."))
    if row.found_by == by.person:
        raise barred("discrepancy.alone", _("You found this difference yourself. Another person must resolve it."))
    reason = must_be_said(command.reason, "/reason", "discrepancy.reason", _("Say why."))
    row.resolution, row.reason = command.resolution, reason
    row.resolved_by, row.resolved_name, row.resolved_at = by.person, by.name, at
    before = advance(session, movement, Action.RESOLVE, at)
    after = {"number": row.number, "resolution": row.resolution}
    note(
        session, movement, "discrepancy-resolved", by=by, office=command.office, before=before, after=after,
        reason=reason, role=role,
    )  # fmt: skip
    return row


def continue_to_next(
    session: Session, movement: Movement, command: Continue, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """What was for this office of destination is dealt with; the rest of a locked movement goes on to the next one."""
    must_allow(movement, Action.CONTINUE)
    arrival = here(session, movement, command.office)
    dealt_with(session, movement, arrival)
    offices = endings(session, movement)
    further = [row for row in offices if row.visited_at is None and row.office != command.office]
    if not further:
        raise barred(
            "continue.last", _("{office} is the last destination. Discharge the movement.", office=command.office)
        )
    arrival.left_at = at
    for row in offices:
        if row.office == command.office:
            row.visited_at = at
    before = advance(session, movement, Action.CONTINUE, at)
    after = {"next": further[0].office}
    note(
        session, movement, "continued", by=by, office=command.office, before=before, after=after,
        reason=command.remarks.strip(), role=role,
    )  # fmt: skip


def dealt_with(session: Session, movement: Movement, arrival: TransitArrival) -> None:
    """Raises `WrongState` while something at this office is open: an incident, a control, unloading, a difference."""
    if any(row.outcome is None for row in queries.incidents(session, movement)):
        raise barred("end.incident-open", _("An incident is not decided yet. Decide it first."))
    if any(row.result is None for row in queries.controls(session, movement)):
        raise barred("end.control-open", _("A control is not concluded yet. Conclude it first."))
    if any(row.resolution is None for row in queries.discrepancies(session, movement)):
        raise barred("end.discrepancy-open", _("A difference is not resolved yet. Resolve it first."))
    rows = [row for row in queries.unloadings(session, movement) if row.arrival == arrival.number]
    if rows and not rows[-1].complete:
        raise barred("end.unloading-open", _("The unloading is not complete. Wait for the remarks on it."))


def discharge(
    session: Session, movement: Movement, command: Discharge, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """The end of a locked movement: everything at the last destination is dealt with, or the search for it was closed
    with a proof, or it was paid for. The flow has asked for the check of the seals before."""
    must_allow(movement, Action.DISCHARGE)
    status = Status(movement.status)
    reason = command.reason.strip()
    if status in (Status.ENQUIRY, Status.RECOVERY):
        _ended_otherwise(session, movement, status)
        reason = must_be_said(reason, "/reason", "discharge.reason", _("Say on which proof it is discharged."))
    else:
        arrival = here(session, movement, command.office)
        dealt_with(session, movement, arrival)
        _last_destination(session, movement, command.office)
    _return_volet(session, movement, command.office, at, by)
    free_plates(session, movement)
    before = advance(session, movement, Action.DISCHARGE, at)
    after = {"reservation": command.reservation.strip() or None}
    note(
        session,
        movement,
        "discharged",
        by=by,
        office=command.office,
        before=before,
        after=after,
        reason=reason,
        role=role,
    )


def _last_destination(session: Session, movement: Movement, office: str) -> None:
    for row in endings(session, movement):
        if row.visited_at is None and row.office != office:
            raise barred(
                "discharge.further", _("Goods are still to go to {office}. Let them go on.", office=row.office)
            )


def _ended_otherwise(session: Session, movement: Movement, status: Status) -> None:
    if status is Status.RECOVERY:
        paid = queries.recovery(session, movement)
        if paid is None or paid.settled_at is None:
            raise barred("discharge.unpaid", _("The recovery is not paid yet."))
        return
    rows = queries.enquiries(session, movement)
    if not rows or rows[-1].outcome != "proof-accepted":
        raise barred("discharge.no-proof", _("The enquiry is not closed with a proof that was accepted."))


def _return_volet(session: Session, movement: Movement, office: str, at: dt.datetime, by: Actor) -> None:
    """The even page of the pair is taken out where the TIR operation ends."""
    if movement.carnet is None:
        return
    mine = [row.page for row in queries.volets(session, movement.carnet) if row.movement_id == movement.id]
    if mine and mine[-1] % 2:
        take_volet(session, movement, mine[-1] + 1, office, at, by)
