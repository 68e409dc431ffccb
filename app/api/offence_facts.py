"""Detentions, seizures, ends of goods and appeals to JSON. `official` False leaves out who of the officials did it, whom else
it concerns, and the way of the pieces from hand to hand."""

from __future__ import annotations

from typing import Any

from app.api.presenters import finding, instant
from app.appeals.models import Appeal
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.flows.remedies import Against, Appealable
from app.offences.models import (
    Detention,
    GoodsEnd,
    Seizure,
    SeizureMove,
    SeizurePerson,
    SeizurePhoto,
    SeizurePiece,
)
from app.registers.decision import Offered


def detention(row: Detention, *, official: bool = True) -> dict[str, Any]:
    body = {
        "id": str(row.id),
        "number": row.number,
        "reason": row.reason,
        "basis": row.basis,
        "begun_at": instant(row.at),
        "until": instant(row.term),
        "place": row.place,
        "items": row.items,
        "status": row.status,
        "extended": row.extended_by is not None,
        "extended_reason": row.extended_reason,
        "ended_at": instant(row.ended_at),
        "ended_how": row.ended_how,
    }
    if not official:
        return body
    return {**body, "begun_by": row.name, "extended_by": row.extended_name, "ended_by": row.ended_name}


def detention_line(row: Detention) -> dict[str, Any]:
    return {**detention(row), "reference": row.reference, "mrn": row.mrn or None, "post": row.post, "party": row.party}


def seizure(
    row: Seizure,
    pieces: list[SeizurePiece],
    persons: list[SeizurePerson],
    photos: list[SeizurePhoto],
    moves: list[SeizureMove],
    *,
    official: bool = True,
) -> dict[str, Any]:
    body = {
        "id": str(row.id),
        "number": row.number,
        "post": row.post,
        "reference": row.reference,
        "mrn": row.mrn or None,
        "basis": row.basis,
        "circumstances": row.circumstances,
        "hidden": row.hidden,
        "vehicle": row.vehicle,
        "at": instant(row.at),
        "pieces": [piece(each, row) for each in pieces],
    }
    if not official:
        return body
    return {
        **body,
        "by": row.name,
        "inspection": str(row.inspection_id) if row.inspection_id else None,
        "persons": [person(each) for each in persons],
        "photos": [photo(each) for each in photos],
        "handovers": [move(each) for each in moves],
    }


def piece(row: SeizurePiece, record: Seizure | None = None) -> dict[str, Any]:
    return {
        "serial": row.serial,
        "revision": row.revision,
        "evidence": f"{record.number}/{row.serial:02d}" if record else None,
        "kind": row.kind,
        "description": row.description,
        "quantity": f"{row.quantity:f}",
        "unit": row.unit,
        "item": row.item,
        "packages": row.packages,
        "packaging": row.packaging,
        "hidden": row.hidden,
        "value": None if row.value is None else f"{row.value:f}",
        "currency": row.currency,
        "reason": row.reason,
        "at": instant(row.at),
    }


def person(row: SeizurePerson) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "full_name": row.full_name,
        "role": row.role,
        "document": row.document,
        "nationality": row.nationality,
        "explanation": row.explanation,
        "signs": row.signs,
        "remark": row.remark,
        "by": row.name,
        "at": instant(row.at),
    }


def photo(row: SeizurePhoto) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "serial": row.serial,
        "caption": row.caption,
        "sha256": row.sha256,
        "by": row.name,
        "at": instant(row.at),
    }


def move(row: SeizureMove) -> dict[str, Any]:
    return {
        "number": row.number,
        "serials": row.serials,
        "from": row.from_holder,
        "to": row.to_holder,
        "authority": row.authority,
        "receipt": row.receipt,
        "handed_by": row.handed_name,
        "handed_at": instant(row.handed_at),
        "received_by": row.received_name,
        "received_at": instant(row.received_at),
    }


def end(row: GoodsEnd, *, official: bool = True) -> dict[str, Any]:
    body = {
        "id": str(row.id),
        "number": row.number,
        "kind": row.kind,
        "reason": row.reason,
        "basis": row.basis,
        "manner": row.manner,
        "place": row.place,
        "commission": row.commission,
        "witness": row.witness,
        "vehicle": row.vehicle,
        "items": row.items,
        "seizure": str(row.seizure_id) if row.seizure_id else None,
        "at": instant(row.at),
    }
    return {**body, "by": row.name} if official else body


def appeal(row: Appeal, *, official: bool = True) -> dict[str, Any]:
    body = {
        "id": str(row.id),
        "number": row.number,
        "post": row.post,
        "reference": row.reference,
        "mrn": row.mrn or None,
        "against": row.against,
        "of": str(row.target),
        "grounds": row.grounds,
        "wanted": row.wanted,
        "in_time_until": instant(row.lodge_until),
        "late": row.late,
        "late_reason": row.late_reason,
        "attachments": [str(id) for id in row.attachments],
        "status": row.status,
        "version": row.version,
        "lodged_at": instant(row.lodged_at),
        "answer_due": instant(row.answer_due),
        "admitted_at": instant(row.admitted_at),
        "admitted_reason": row.admitted_reason,
        "answered_at": instant(row.answered_at),
        "answer": row.answer,
        "withdrawn_at": instant(row.withdrawn_at),
    }
    if not official:
        return body
    return {
        **body,
        "party": row.party,
        "lodged_by": row.lodged_name,
        "admitted_by": row.admitted_name,
        "answered_by": row.answered_name,
        "proposal": str(row.proposal) if row.proposal else None,
    }


def appealable(way: Appealable) -> dict[str, Any]:
    body = way.body.get(locale()) or way.body.get("en") or ""
    return {"until": instant(way.until), "body": body, "how": translate(way.how)}


def against(told: Against | None) -> dict[str, Any] | None:
    """The decision against the firm that stands, as it is told to it."""
    if told is None:
        return None
    return {
        "id": told.id,
        "decision": told.decision,
        "reason": told.reason,
        "decided_at": instant(told.at),
        "remedy": translate(told.remedy),
        "appeal": appealable(told.appeal),
    }


def offered(told: Offered) -> dict[str, Any]:
    """What is offered to an official."""
    said = told.recommended
    return {
        "recommended": None
        if said is None
        else {
            "decision": said.decision or None,
            "by": said.name,
            "at": instant(said.at),
            "conclusion": said.conclusion,
            "act": said.act or None,
            "summary": said.summary,
        },
        "decisions": [
            {
                "decision": choice.decision,
                "allowed": choice.allowed,
                "why_not": translate(choice.why_not) if choice.why_not else None,
                "because": translate(choice.because) if choice.because else None,
                "stands_against": [finding(each) for each in choice.stands_against],
            }
            for choice in told.choices
        ],
        "items": list(told.items),
        "doubted": {str(item): found for item, found in told.doubted.items()},
    }
