"""Transit movements, guarantees and seals to JSON. With `official` False names of officials, remarks for colleagues and
what is only theirs is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.api.presenters import finding, instant
from app.core.actors import Actor
from app.core.errors import Finding
from app.core.journal import JournalEntry
from app.guarantees.models import Guarantee, GuaranteeAccessCode, GuaranteeReservation
from app.ledger.models import LedgerTransfer
from app.registers.measured import Reading
from app.registers.movements.file import HIS_ALARM, File
from app.registers.movements.links import Link
from app.registers.movements.listing import Line
from app.registers.movements.underway import Line as RoadLine
from app.registers.movements.worklist import Line as WorkLine
from app.seals.models import Device, DeviceEntry, Seal, SealEvent
from app.transit.models import (
    Movement,
    TransitAlarm,
    TransitAmendment,
    TransitAnswer,
    TransitArrival,
    TransitControl,
    TransitDiscrepancy,
    TransitDraft,
    TransitEnquiry,
    TransitIncident,
    TransitPassage,
    TransitRecovery,
    TransitUnloading,
    TransitWeighing,
)


def state(record: Movement) -> dict[str, Any]:
    return {
        "reference": record.reference,
        "mrn": record.mrn,
        "version": record.version,
        "status": record.status,
        "lodged_at": instant(record.lodged_at),
        "released_at": instant(record.released_at),
        "limit_at": instant(record.limit_at),
        "arrived_at": instant(record.arrived_at),
        "ended_at": instant(record.ended_at),
        "amend_by": instant(record.amend_by),
    }


def draft(record: Movement, kept: TransitDraft, problems: Iterable[Finding]) -> dict[str, Any]:
    """A draft as it is written, with everything that stands between it and lodging."""
    return {**kept.body, **state(record), "warnings": [finding(p) for p in problems], "unread": kept.unread}


#: The holder's own: not for a firm that brings his goods, and knows no more than their MRN.
_FOR_THE_HOLDER = frozenset({"guarantees", "cover", "amendments", "enquiries", "recovery", "alarms"})


def movement(file: File, by: Actor) -> dict[str, Any]:
    """A movement as declared, with all that happened to it, as far as this person may read it."""
    body = _whole(file)
    if file.official or file.movement.party in by.parties(file.movement.post):
        return body
    return {name: value for name, value in body.items() if name not in _FOR_THE_HOLDER}


def _whole(file: File) -> dict[str, Any]:
    official = file.official
    return {
        **file.declared.body(),
        **state(file.movement),
        **({"lane": file.movement.lane} if official else {}),
        "warnings": [],
        "stages": [
            {"office": row.office, "role": row.role, "stage": row.stage, "visited_at": instant(row.visited_at)}
            for row in file.offices
        ],
        "plates_now": file.plates,
        "seals": [seal(each) for each in file.seals],
        "cover": [cover(taken, guarantee) for taken, guarantee in file.cover],
        "controls": [control(row, official) for row in file.controls],
        "passages": [passage(row, official) for row in file.passages],
        "incidents": [incident(row, official) for row in file.incidents],
        "weighings": [weighing(row, official) for row in file.weighings],
        "arrivals": [arrival(row, official) for row in file.arrivals],
        "unloadings": [unloading(row, official) for row in file.unloadings],
        "discrepancies": [discrepancy(row, official) for row in file.discrepancies],
        "amendments": [amendment(row, official) for row in file.amendments if official or not row.after_release],
        "alarms": [alarm(row) for row in file.alarms if official or row.kind == HIS_ALARM],
        "enquiries": [enquiry(row, file.answers, official) for row in file.enquiries],
        "recovery": recovery(file.recovery, official) if file.recovery else None,
        "came_from": [related(each) for each in file.came_from],
        "went_on": [related(each) for each in file.went_on],
    }


def _by(body: dict[str, Any], official: bool, **names: Any) -> dict[str, Any]:
    return {**body, **names} if official else body


def related(row: Link) -> dict[str, Any]:
    return {"kind": row.kind, "reference": row.reference, "mrn": row.mrn, "status": row.status}


def control(row: TransitControl, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "office": row.office,
        "types": row.types,
        "requested": row.requested,
        "ordered_at": instant(row.ordered_at),
        "result": row.result,
        "concluded_at": instant(row.concluded_at),
    }
    return _by(
        body,
        official,
        remarks=row.remarks,
        evidence=row.evidence,
        ordered_by=row.ordered_name,
        concluded_by=row.concluded_name,
    )


def passage(row: TransitPassage, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "office": row.office,
        "plate": row.plate,
        "seals_ok": row.seals_ok,
        "passed_at": instant(row.passed_at),
    }
    return _by(body, official, remarks=row.remarks, by=row.noted_name)


def incident(row: TransitIncident, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "code": row.code,
        "source": row.source,
        "text": row.text,
        "place": row.place,
        "country": row.country,
        "endorsement": row.endorsement,
        "happened_at": instant(row.happened_at),
        "means": row.means,
        "seals": row.seals,
        "evidence": row.evidence,
        "reported_at": instant(row.reported_at),
        "outcome": row.outcome,
        "decided_at": instant(row.decided_at),
    }
    return _by(
        body,
        official,
        reported_by=row.reported_name,
        office=row.office,
        reason=row.reason,
        decided_by=row.decided_name,
    )


def weighing(row: TransitWeighing, official: bool) -> dict[str, Any]:
    body = {
        "office": row.office,
        "moment": row.moment,
        "gross_kg": f"{row.gross_kg:f}",
        "ticket": row.ticket,
        "weighed_at": instant(row.weighed_at),
    }
    return _by(body, official, by=row.noted_name)


def arrival(row: TransitArrival, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "office": row.office,
        "procedure": row.procedure,
        "location": row.location,
        "arrived_at": instant(row.arrived_at),
        "notified_at": instant(row.notified_at),
        "late": row.late,
        "party": row.party,
        "left_at": instant(row.left_at),
    }
    return _by(body, official, by=row.notified_name)


def unloading(row: TransitUnloading, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "office": row.office,
        "permitted_at": instant(row.permitted_at),
        "remarked_at": instant(row.remarked_at),
        "unloaded_on": row.unloaded_on.isoformat() if row.unloaded_on else None,
        "complete": row.complete,
        "conform": row.conform,
        "seals_ok": row.seals_ok,
        "remarks": row.remarks,
    }
    return _by(body, official, permitted_by=row.permitted_name, remarked_by=row.remarked_name)


def discrepancy(row: TransitDiscrepancy, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "item": row.item,
        "field": row.field,
        "declared": row.declared,
        "found": row.found,
        "found_at": instant(row.found_at),
        "resolution": row.resolution,
        "resolved_at": instant(row.resolved_at),
    }
    return _by(
        body, official, remarks=row.remarks, found_by=row.found_name, reason=row.reason, resolved_by=row.resolved_name
    )


def amendment(row: TransitAmendment, official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "kind": row.kind,
        "status": row.status,
        "reason": row.reason,
        "requested_at": instant(row.requested_at),
        "decided_at": instant(row.decided_at),
        "answer": row.answer,
    }
    return _by(
        body, official, requested_by=row.requested_name, decided_by=row.decided_name, after_release=row.after_release
    )


def alarm(row: TransitAlarm) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "cause": row.cause,
        "facts": row.facts,
        "raised_at": instant(row.raised_at),
        "seen_at": instant(row.seen_at),
    }


def enquiry(row: TransitEnquiry, answers: list[TransitAnswer], official: bool) -> dict[str, Any]:
    body = {
        "number": row.number,
        "reason": row.reason,
        "opened_at": instant(row.opened_at),
        "answer_by": instant(row.answer_by),
        "outcome": row.outcome,
        "closed_at": instant(row.closed_at),
        "answers": [answer(each, official) for each in answers if each.enquiry == row.number],
    }
    return _by(body, official, opened_by=row.opened_name, closing=row.closing, closed_by=row.closed_name)


def answer(row: TransitAnswer, official: bool) -> dict[str, Any]:
    body = {
        "says": row.says,
        "text": row.text,
        "for": row.answered_for,
        "evidence": row.evidence,
        "answered_at": instant(row.answered_at),
    }
    return _by(body, official, by=row.answered_name)


def recovery(row: TransitRecovery, official: bool) -> dict[str, Any]:
    body = {
        "amount": f"{row.amount:f}",
        "currency": row.currency,
        "reason": row.reason,
        "started_at": instant(row.started_at),
        "paid_as": row.paid_as,
        "by_guarantor": None if row.by_guarantor is None else f"{row.by_guarantor:f}",
        "still_owed": f"{row.still_owed:f}",
        "settled_at": instant(row.settled_at),
    }
    return _by(body, official, started_by=row.started_name, settled_by=row.settled_name)


def entry(row: JournalEntry, official: bool) -> dict[str, Any]:
    """A line of the history."""
    after = row.after or {}
    body = {
        "event": row.event,
        "at": instant(row.at),
        "status": after.get("status"),
        "office": after.get("office"),
    }
    return _by(body, official, by=row.login, role=row.role, reason=row.reason, before=row.before, after=after)


def line(row: Line) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "mrn": row.mrn,
        "local_reference": row.local_reference,
        "kind": row.kind,
        "post": row.post,
        "destination": row.destination,
        "holder": row.holder,
        "plates": row.plates or [],
        "status": row.status,
        "lodged_at": instant(row.lodged_at),
        "limit_at": instant(row.limit_at),
    }


def work_line(row: WorkLine) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "mrn": row.mrn,
        "kind": row.kind,
        "status": row.status,
        "post": row.post,
        "destination": row.destination,
        "carnet": row.carnet,
        "holder": row.holder,
        "plates": row.plates,
        "containers": row.containers,
        "items": row.item_count,
        "gross_kg": f"{row.gross_kg:f}",
        "office": row.office,
        "role": row.role,
        "stage": row.stage,
        "due_at": instant(row.due_at),
        "limit_at": instant(row.limit_at),
    }


def road_line(row: RoadLine) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "mrn": row.mrn,
        "kind": row.kind,
        "status": row.status,
        "post": row.post,
        "destination": row.destination,
        "holder": row.holder,
        "plates": row.plates,
        "released_at": instant(row.released_at),
        "limit_at": instant(row.limit_at),
        "alarms": row.alarms,
    }


def seal(row: Seal) -> dict[str, Any]:
    return {
        "serial": row.serial,
        "maker": None if row.maker == "?" else row.maker,
        "class": row.grade,
        "status": row.status,
        "post": row.post,
        "plate": row.plate,
        "container": row.container,
        "place": row.place,
        "officer": row.officer_name,
        "changed_at": instant(row.changed_at),
    }


def link(row: SealEvent, serial: str) -> dict[str, Any]:
    """A link in the custody of a seal."""
    checks = None
    if row.viewed is not None:
        checks = {"view": row.viewed, "verify": row.verified, "tug": row.tugged, "twist": row.twisted}
    return {
        "serial": serial,
        "event": row.event,
        "at": instant(row.at),
        "office": row.office,
        "by": row.person_name,
        "checks": checks,
        "remarks": row.remarks,
        "photo": str(row.photo) if row.photo else None,
    }


def _split(row: GuaranteeReservation) -> dict[str, Any]:
    """What the guarantor paid of a reservation, and what came back of it."""
    claimed = None if row.claimed is None else f"{row.claimed:f}"
    return {"claimed": claimed, "given_back": f"{row.given_back:f}"}


def cover(taken: GuaranteeReservation, guarantee: Guarantee) -> dict[str, Any]:
    return {
        "grn": guarantee.grn,
        "type": guarantee.type,
        "amount": f"{taken.amount:f}",
        "currency": taken.currency,
        "status": taken.status,
        **_split(taken),
        "reserved_at": instant(taken.reserved_at),
        "ended_at": instant(taken.ended_at),
    }


def guarantee(record: Guarantee, left: Any) -> dict[str, Any]:
    return {
        "grn": record.grn,
        "type": record.type,
        "level": record.level,
        "office": record.post,
        "holder": record.holder,
        "guarantor": record.guarantor,
        "guarantor_name": record.guarantor_name,
        "amount": f"{record.amount:f}",
        "answered_for": f"{record.answered_for:f}",
        "left": f"{left:f}",
        "currency": record.currency,
        "valid_from": record.valid_from.isoformat(),
        "valid_to": record.valid_to.isoformat(),
        "not_valid_for": record.not_valid_for,
        "commodities": record.commodities,
        "source": record.source,
        "status": record.status,
        "version": record.version,
        "registered_at": instant(record.registered_at),
        "decided_at": instant(record.decided_at),
    }


def taken(row: GuaranteeReservation) -> dict[str, Any]:
    return {
        "mrn": row.mrn,
        "amount": f"{row.amount:f}",
        "currency": row.currency,
        "status": row.status,
        **_split(row),
        "reserved_at": instant(row.reserved_at),
        "ended_at": instant(row.ended_at),
    }


def moved(row: LedgerTransfer, account: str) -> dict[str, Any]:
    """A line of the guarantee's account: what came and went, and what was left after it."""
    sign = "" if row.credit == account else "-"
    return {
        "place": row.place,
        "kind": row.kind,
        "amount": f"{sign}{row.amount:f}",
        "left": f"{row.balance_after:f}",
        "at": instant(row.at),
    }


def access_code(row: GuaranteeAccessCode) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "label": row.label,
        "made_at": instant(row.made_at),
        "revoked_at": instant(row.revoked_at),
    }


def device(row: Device) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "name": row.name,
        "office": row.post,
        "last_sequence": row.last_sequence,
        "last_at": instant(row.last_at),
        "travels": row.movement_id is not None,
        "revoked_at": instant(row.revoked_at),
    }


def reading(row: Reading) -> dict[str, Any]:
    return {
        "device": str(row.device),
        "sequence": row.sequence,
        "kind": row.kind,
        "name": row.name,
        "told_at": instant(row.told_at),
        **row.facts,
    }


def told(row: DeviceEntry) -> dict[str, Any]:
    return {
        "sequence": row.sequence,
        "told": row.told,
        "at": instant(row.told_at),
        "received_at": instant(row.received_at),
        "latitude": None if row.latitude is None else f"{row.latitude:f}",
        "longitude": None if row.longitude is None else f"{row.longitude:f}",
        "facts": row.facts,
        "off_route_m": row.off_route_m,
    }
