"""On the road: passages, incidents, more time, weights, and what devices tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _, compact
from app.flows.movements import evidence
from app.flows.movements.arriving import must_be_checked
from app.flows.movements.departing import bearer
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.seals import operations as seals
from app.seals.commands import CheckSeal, DeviceEvent
from app.seals.lifecycle import Told
from app.seals.models import Device, DeviceEntry, Seal
from app.seals.rules import Place
from app.transit import operations as transit
from app.transit import queries, rules
from app.transit.commands import DecideIncident, Extend, Pass, RaiseAlarm, ReportIncident, SeeAlarm, Weigh
from app.transit.lifecycle import AT_DESTINATION, UNDER_WAY, Incident, IncidentOutcome, Office, Status
from app.transit.models import Movement, TransitIncident, TransitPassage, TransitWeighing

_ON_THE_WAY = (Office.TRANSIT, Office.EXIT)
#: Metres from a binding route that are still on it, where its list says nothing.
_TOLERANCE_M = 5_000
#: By how much per mille two weights of the same load may differ, where the administration has not said.
_TOLERANCE_PER_MILLE = 20


def pass_office(session: Session, command: Pass, *, by: Actor) -> tuple[Movement, TransitPassage]:
    movement, role = transit.at_office(
        session, command.reference, command.office, command.version, by=by, roles=transit.WATCHING, parts=_ON_THE_WAY
    )
    at = now(session)
    passage = transit.pass_office(session, movement, command, at, by=by, role=role)
    if not command.seals_ok:
        facts = {"office": command.office, "remarks": command.remarks}
        _alarm(session, movement, "seal", f"passage-{passage.number}", facts, at)
    return movement, passage


def extend(session: Session, command: Extend, *, by: Actor) -> Movement:
    """More time is given by the office of departure or of destination: at most once more what the way has."""
    movement, role = transit.at_office(
        session,
        command.reference,
        command.office,
        command.version,
        by=by,
        parts=(Office.DEPARTURE, Office.DESTINATION),
    )
    at = now(session)
    latest = rules.limit(codebook(session), queries.declared(session, movement), max(at, movement.limit_at or at))
    if command.limit_at > latest:
        message = _("For this way the limit is {latest} at the latest.", latest=latest)
        raise Invalid(findings=[Finding("/limit_at", "limit.late", message)])
    transit.extend(session, movement, command, at, by=by, role=role)
    return movement


def report_incident(session: Session, command: ReportIncident, *, by: Actor) -> tuple[Movement, TransitIncident]:
    """The holder tells what happened, or an office that sees it."""
    at = now(session)
    if command.office is None:
        movement, role = transit.for_holder(session, command.reference, command.version, by=by), "trader"
    else:
        movement, role = transit.at_office(
            session, command.reference, command.office, command.version, by=by, roles=transit.WATCHING
        )
        command = replace(command, source="office")
    evidence.must_be_there(session, movement, command.office, command.evidence)
    return movement, transit.report_incident(session, movement, command, at, by=by, role=role)


def decide_incident(session: Session, command: DecideIncident, *, by: Actor) -> tuple[Movement, TransitIncident]:
    """What follows from an incident. Endorsed new seals take the place of the old ones that are broken; of all of them
    where the goods were moved to other means of transport."""
    movement, role = transit.at_office(session, command.reference, command.office, command.version, by=by)
    at = now(session)
    incident = transit.decide_incident(session, movement, command, at, by=by, role=role)
    if command.outcome == IncidentOutcome.ENDORSED and incident.seals:
        moved = incident.code == Incident.TRANSHIPMENT
        on = bearer(session, movement)
        seals.replace(session, on, incident.seals, incident.text, command.office, reloaded=moved, by=by)
    return movement, incident


def check_seal(
    session: Session, reference: str, office: str, command: CheckSeal, version: int | None = None, *, by: Actor
) -> tuple[Movement, Seal]:
    """View, verify, tug, twist at an office; a seal that is not in order raises the alarm."""
    movement, _role = transit.at_office(session, reference, office, version, by=by, roles=transit.WATCHING)
    evidence.photo_must_be_there(session, movement, office, command.photo)
    movement.changed_at = now(session)
    seal = seals.check(session, bearer(session, movement), command, office, by=by)
    if not command.in_order:
        facts = {"serial": seal.serial, "office": office, "remarks": command.remarks}
        _alarm(session, movement, "seal", f"seal-{seal.serial}", facts, now(session))
    return movement, seal


def remove_seals(
    session: Session,
    reference: str,
    office: str,
    serials: Sequence[str],
    reason: str,
    version: int | None = None,
    *,
    by: Actor,
) -> tuple[Movement, list[Seal]]:
    """Takes seals off at an office. At the destination they are looked at first, or who put them on would end alone what
    he began; under way nobody takes one off alone (see `resealing`)."""
    movement, _role = transit.at_office(session, reference, office, version, by=by, roles=transit.WATCHING)
    if Status(movement.status) in UNDER_WAY:
        message = _("On the way a seal is changed by two persons: propose the change, with the new seal in your hand.")
        raise WrongState(message, findings=[Finding("/serials", "seal.change-by-two", message)])
    if Status(movement.status) in AT_DESTINATION:
        must_be_checked(session, movement, {compact(serial) for serial in serials})
    movement.changed_at = now(session)
    return movement, seals.remove(session, bearer(session, movement), serials, reason, office, by=by)


def weigh(session: Session, command: Weigh, *, by: Actor) -> tuple[Movement, TransitWeighing]:
    """A weight at an office; one that differs from the first beyond the tolerance raises the alarm."""
    movement, role = transit.at_office(
        session, command.reference, command.office, command.version, by=by, roles=transit.WATCHING
    )
    at = now(session)
    first = next(iter(queries.weighings(session, movement)), None)
    weighing = transit.weigh(session, movement, command, at, by=by, role=role)
    codes = codebook(session)
    if first is not None and beyond(first.gross_kg, weighing.gross_kg, tolerance(codes, movement.post, at)):
        facts = {"first_kg": f"{first.gross_kg:f}", "now_kg": f"{weighing.gross_kg:f}", "office": command.office}
        _alarm(session, movement, "weight", str(weighing.id), facts, at)
    return movement, weighing


def beyond(first: Decimal, other: Decimal, per_mille: int) -> bool:
    """Whether two weights differ by more than so many per mille of the first."""
    return abs(first - other) * 1000 > first * per_mille


def tolerance(codes: Codebook, post: str, at: dt.datetime) -> int:
    """By how many per mille two weights of the same load may differ."""
    entry = codes.find("parameter", "weight-per-mille", codes.day_at(post, at))
    value = str(entry.attributes.get("value", "")) if entry else ""
    return int(value) if value.isascii() and value.isdigit() else _TOLERANCE_PER_MILLE


def see_alarm(session: Session, command: SeeAlarm, *, by: Actor) -> Movement:
    movement, role = transit.at_office(session, command.reference, command.office, None, by=by)
    transit.see_alarm(session, movement, command, now(session), by=by, role=role)
    return movement


def bind_device(
    session: Session, reference: str, office: str, device: UUID, version: int | None = None, *, by: Actor
) -> tuple[Movement, Device]:
    """Lets a device travel with the goods."""
    movement, _role = transit.at_office(session, reference, office, version, by=by, roles=transit.WATCHING)
    transit.must_bear_seals(movement)
    return movement, seals.bind_device(session, device, bearer(session, movement), office, by=by)


def tell(
    session: Session, id: UUID, key: str, events: Sequence[DeviceEvent], *, by: Actor
) -> tuple[Device, list[DeviceEntry]]:
    """What a device tells: kept once and in order; leaving a binding route becomes an incident to decide, once until it
    is back on it; a seal that was opened or tampered with raises the alarm."""
    device = seals.authenticated(session, id, key, lock=False)
    seals.must_be_bound(device)
    post, travels_with = device.movement_post, device.movement_id
    # The movement's row comes before the device's in the order of locks.
    movement = queries.locked_by_key(session, post, travels_with) if post and travels_with else None
    device = seals.authenticated(session, id, key)
    if device.movement_id != travels_with:
        raise WrongState(_("This device was bound or taken off at this moment. Send it again."))
    if movement is None:
        return device, seals.tell(session, device, events, by=by)
    route, metres = _route(codebook(session), session, movement)
    was_off = _is_off(seals.last_off(session, device), metres)
    kept = seals.tell(session, device, events, route, by=by)
    for entry in kept:
        is_off = _is_off(entry.off_route_m, metres)
        if is_off and not was_off:
            _deviated(session, movement, device, entry, by=by)
        was_off = was_off if entry.off_route_m is None else is_off
        if entry.told in (Told.OPENED, Told.TAMPERED) and Status(movement.status) in UNDER_WAY:
            facts = {"device": device.name, "told": entry.told}
            _alarm(session, movement, "seal", f"{device.id}-{entry.sequence}"[:60], facts, now(session))
    return device, kept


def _route(codes: Codebook, session: Session, movement: Movement) -> tuple[list[Place], int]:
    """The places of a binding route, and how many metres beside it are still on it; no places where none binds."""
    header = queries.content(session, movement).header
    today = codes.day_at(movement.post, now(session))
    entry = codes.find("transit_route", header.get("route") or "", today)
    if entry is None or not header.get("binding_itinerary"):
        return [], _TOLERANCE_M
    said = str(entry.attributes.get("waypoints") or "")
    places = [tuple(map(float, pair.split(","))) for pair in said.split(";") if pair]
    kilometres = str(entry.attributes.get("tolerance_km") or "")
    return [(p[0], p[1]) for p in places], int(float(kilometres) * 1000) if kilometres else _TOLERANCE_M


def _is_off(metres: int | None, tolerance: int) -> bool:
    return metres is not None and metres > tolerance


def _deviated(session: Session, movement: Movement, device: Device, entry: DeviceEntry, *, by: Actor) -> None:
    """Once for each time the route was left; what is not under way leaves no route."""
    if Status(movement.status) not in UNDER_WAY:
        return
    at = now(session)
    place = f"{entry.latitude}, {entry.longitude}"
    command = ReportIncident(
        reference=movement.reference,
        code=Incident.DEVIATION.value,
        text=f"{device.name}: {entry.off_route_m} m",
        place=place,
        happened_at=min(max(entry.told_at, movement.released_at or entry.told_at), at),  # its clock may be ahead
        source="device",
    )
    transit.report_incident(session, movement, command, at, by=by, role="system")
    _alarm(
        session,
        movement,
        "deviation",
        f"{device.id}-{entry.sequence}"[:60],
        {"metres": entry.off_route_m, "place": place},
        at,
    )


def _alarm(
    session: Session, movement: Movement, kind: str, cause: str, facts: Mapping[str, object], at: dt.datetime
) -> None:
    transit.raise_alarm(session, movement, RaiseAlarm(movement.reference, kind, cause, dict(facts)), at, by=SYSTEM)
