"""On the road: passages, incidents, more time, weights, alarms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden, NotFound
from app.core.ids import uuid7
from app.core.text import _, compact
from app.transit import queries
from app.transit.commands import DecideIncident, Extend, Pass, RaiseAlarm, ReportIncident, SeeAlarm, Weigh
from app.transit.course import advance, free_plates, restage, take_plates
from app.transit.lifecycle import Action, Incident, IncidentOutcome, Office, Status
from app.transit.models import Movement, TransitAlarm, TransitIncident, TransitPassage, TransitWeighing
from app.transit.operations.noting import (
    after_lodging,
    barred,
    must_allow,
    must_be_said,
    not_after,
    note,
    refuse,
    within_life,
)

#: Incidents that put the goods on other wheels.
NEW_MEANS = (Incident.TRANSHIPMENT, Incident.NEW_MEANS)
#: Incidents after which the seals are not those of the departure.
NEW_SEALS = (Incident.SEAL_BROKEN, Incident.TRANSHIPMENT, Incident.DANGER)

#: Occasions of a weight that come after the release; at the entry and in a control goods are weighed before it too.
ON_THE_WAY = ("exit", "arrival")


def pass_office(
    session: Session, movement: Movement, command: Pass, at: dt.datetime, *, by: Actor, role: str
) -> TransitPassage:
    """The goods of a locked movement were seen at an office of transit or exit, and go on."""
    must_allow(movement, Action.PASS)
    passed_at = within_life(movement, not_after(command.passed_at, at, "/passed_at"), "/passed_at")
    plate = compact(must_be_said(command.plate, "/plate", "passage.plate", _("Write the plate that you see.")))
    _must_be_known(plate, queries.wheels(session, movement))
    if not command.seals_ok:
        must_be_said(command.remarks, "/remarks", "passage.remarks", _("Say what is wrong with the seals."))
    row = next(
        row
        for row in queries.offices(session, movement)
        if row.office == command.office and row.role in (Office.TRANSIT, Office.EXIT)
    )
    if row.visited_at is not None:
        raise barred("passage.twice", _("The passage of {office} is written down already.", office=command.office))
    passage = TransitPassage(
        post=movement.post,
        movement_id=movement.id,
        number=len(queries.passages(session, movement)) + 1,
        office=command.office,
        plate=plate,
        seals_ok=command.seals_ok,
        remarks=command.remarks.strip() or None,
        passed_at=passed_at,
        noted_by=by.person,
        noted_name=by.name,
    )
    session.add(passage)
    row.visited_at = passed_at
    before = advance(session, movement, Action.PASS, at)
    after = {"number": passage.number, "plate": plate, "seals_ok": command.seals_ok}
    note(
        session, movement, "passed", by=by, office=command.office, before=before, after=after,
        reason=passage.remarks or "", role=role,
    )  # fmt: skip
    return passage


def _must_be_known(plate: str, wheels: list[str]) -> None:
    """Other wheels than those the goods are known to be on are an incident first."""
    if wheels and plate not in wheels:
        message = _(
            "The goods travel on {plates}. If the vehicle was changed, report that incident first and have it decided.",
            plates=", ".join(wheels),
        )
        raise refuse("/plate", "passage.plate-other", message)


def extend(session: Session, movement: Movement, command: Extend, at: dt.datetime, *, by: Actor, role: str) -> None:
    """More time on the road; the limit only ever moves forward."""
    must_allow(movement, Action.EXTEND)
    reason = must_be_said(command.reason, "/reason", "extension.reason", _("Say why."))
    if movement.limit_at is None or command.limit_at <= max(movement.limit_at, at):
        raise refuse("/limit_at", "limit.past", _("The new limit must be later than the one that holds, and than now."))
    before = {"limit_at": movement.limit_at}
    movement.limit_at = command.limit_at
    before |= advance(session, movement, Action.EXTEND, at)
    after = {"limit_at": movement.limit_at}
    note(
        session,
        movement,
        "extended",
        by=by,
        office=command.office,
        before=before,
        after=after,
        reason=reason,
        role=role,
    )


def report_incident(
    session: Session, movement: Movement, command: ReportIncident, at: dt.datetime, *, by: Actor, role: str
) -> TransitIncident:
    """Something happened to the goods of a locked movement; an officer decides what follows."""
    must_allow(movement, Action.REPORT_INCIDENT)
    if command.code not in tuple(Incident):
        raise refuse("/code", "incident.code", _("Choose one of the six kinds of incident."))
    text = must_be_said(command.text, "/text", "incident.text", _("Tell what happened."))
    place = must_be_said(command.place, "/place", "incident.place", _("Tell where it happened."))
    happened_at = within_life(movement, not_after(command.happened_at, at, "/happened_at"), "/happened_at")
    if command.code in NEW_MEANS and not command.means:
        raise refuse("/means", "incident.means", _("Name the vehicle or container that carries the goods now."))
    incident = TransitIncident(
        post=movement.post,
        movement_id=movement.id,
        number=len(queries.incidents(session, movement)) + 1,
        code=command.code,
        source=command.source,
        text=text,
        place=place,
        country=command.country,
        endorsement=command.endorsement,
        happened_at=happened_at,
        means=command.means,
        seals=[compact(seal) for seal in command.seals],
        evidence=[str(each) for each in command.evidence],
        reported_by=by.person,
        reported_name=by.name,
        reported_at=at,
    )
    session.add(incident)
    before = advance(session, movement, Action.REPORT_INCIDENT, at)
    after = {"number": incident.number, "code": incident.code, "source": incident.source, "place": place}
    note(
        session, movement, "incident-reported", by=by, office=command.office or "", before=before, after=after,
        reason=text, role=role,
    )  # fmt: skip
    return incident


def decide_incident(
    session: Session, movement: Movement, command: DecideIncident, at: dt.datetime, *, by: Actor, role: str
) -> TransitIncident:
    """An officer says what follows from an incident of a locked movement; not who reported it.

    Endorsed new wheels take the place of those of departure. With the last open incident the goods go on. While they are
    looked for, and once they have ended, nothing is decided about what happened to them on the road.
    """
    must_allow(movement, Action.CLOSE_INCIDENT)
    rows = queries.incidents(session, movement)
    incident = next((row for row in rows if row.number == command.number), None)
    if incident is None:
        raise NotFound()
    if incident.outcome is not None:
        raise barred("incident.decided", _("This incident is decided already."), number=incident.number)
    if incident.reported_by == by.person:
        raise Forbidden(_("You reported this incident yourself. Another person must decide it."))
    if command.outcome not in tuple(IncidentOutcome):
        raise refuse("/outcome", "incident.outcome", _("Choose what follows from the incident."))
    reason = must_be_said(command.reason, "/reason", "incident.reason", _("Say why."))
    incident.outcome, incident.reason, incident.office = command.outcome, reason, command.office
    incident.decided_by, incident.decided_name, incident.decided_at = by.person, by.name, at
    if command.outcome == IncidentOutcome.ENDORSED and incident.means:
        _other_wheels(session, movement, rows)
    before: dict[str, Any] = {"status": movement.status}
    if all(row.outcome is not None for row in rows) and command.outcome != IncidentOutcome.RECOVERY:
        before = advance(session, movement, Action.CLOSE_INCIDENT, at)
    else:
        movement.changed_at = at
        restage(session, movement, queries.offices(session, movement))
        session.flush()
    after = {"number": incident.number, "outcome": incident.outcome}
    note(
        session, movement, "incident-decided", by=by, office=command.office, before=before, after=after,
        reason=reason, role=role,
    )  # fmt: skip
    return incident


def _other_wheels(session: Session, movement: Movement, incidents: list[TransitIncident]) -> None:
    """The wheels that the goods are on now are this movement's, and those they replaced are not."""
    now = queries.means_now(queries.content(session, movement).header, incidents)
    plates = [compact(each["plate"]) for each in now.values() if each and each.get("plate")]
    take_plates(session, movement, plates, "/means/vehicle/plate")
    free_plates(session, movement, plates)


def weigh(
    session: Session, movement: Movement, command: Weigh, at: dt.datetime, *, by: Actor, role: str
) -> TransitWeighing:
    """The weight of the whole vehicle, as a weighbridge showed it."""
    if movement.status == Status.DRAFT.value:
        raise barred("weighing.draft", _("This movement is not lodged yet."))
    if command.gross_kg <= 0:
        raise refuse("/gross_kg", "range", _("The weight must be more than 0."))
    weighed_at = not_after(command.weighed_at, at, "/weighed_at")
    on_the_way = movement.released_at is not None and command.moment in ON_THE_WAY
    since = within_life if on_the_way else after_lodging
    row = TransitWeighing(
        post=movement.post,
        id=uuid7(),
        movement_id=movement.id,
        office=command.office,
        moment=command.moment,
        gross_kg=command.gross_kg,
        ticket=command.ticket,
        weighed_at=since(movement, weighed_at, "/weighed_at"),
        noted_by=by.person,
        noted_name=by.name,
    )
    session.add(row)
    movement.changed_at = at
    session.flush()
    after = {"moment": row.moment, "gross_kg": row.gross_kg, "ticket": row.ticket}
    note(session, movement, "weighed", by=by, office=command.office, after=after, role=role)
    return row


def raise_alarm(session: Session, movement: Movement, command: RaiseAlarm, at: dt.datetime, *, by: Actor) -> bool:
    """Tells the offices and the holder, once for each cause; gives False where it was told before."""
    row = {
        "post": movement.post,
        "movement_id": movement.id,
        "kind": command.kind,
        "cause": command.cause,
        "facts": command.facts,
        "raised_at": at,
    }
    raised = session.execute(
        insert(TransitAlarm).values(row).on_conflict_do_nothing().returning(TransitAlarm.cause)
    ).scalar_one_or_none()
    if raised is None:
        return False
    movement.changed_at = at
    session.flush()
    after = {"kind": command.kind, "cause": command.cause, **command.facts}
    note(session, movement, "alarm-raised", by=by, after=after, role="system")
    return True


def see_alarm(
    session: Session, movement: Movement, command: SeeAlarm, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """An official has seen the alarm and takes it off the list."""
    found = session.get(TransitAlarm, (movement.post, movement.id, command.kind, command.cause))
    if found is None:
        raise NotFound()
    if found.seen_at is not None:
        return
    found.seen_by, found.seen_name, found.seen_at = by.person, by.name, at
    movement.changed_at = at
    session.flush()
    after = {"kind": command.kind, "cause": command.cause}
    note(session, movement, "alarm-seen", by=by, office=command.office, after=after, role=role)
