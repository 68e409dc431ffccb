"""The later life of a declaration to JSON. `official` False leaves out what traders are not told: names of officials,
remarks for colleagues, and reasons that are not for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.api.presenters import instant
from app.attachments.models import Attachment
from app.declarations.differences import Difference
from app.declarations.models import (
    Amendment,
    Audit,
    Decision,
    Declaration,
    DeclarationExit,
    DeclarationQuery,
    PresentedDocument,
    Template,
)
from app.exemptions.models import Certificate
from app.parties.models import Mandate
from app.registers.audits import Line as AuditLine
from app.registers.requests import Line as RequestLine
from app.registers.versions import Version, box_of
from app.suspense.models import Stock


def question(record: DeclarationQuery, *, official: bool) -> dict[str, Any]:
    body = {
        "id": str(record.id),
        "item": record.item,
        "question": record.question,
        "deadline": instant(record.deadline),
        "asked_at": instant(record.asked_at),
        "status": "open" if record.is_open else "answered" if record.answered_at else "withdrawn",
        "answer": record.answer,
        "answered_at": instant(record.answered_at),
        "late": record.is_late,
        "withdrawn_at": instant(record.withdrawn_at),
    }
    if not official:
        return body
    return {
        **body,
        "asked_by": record.asked_name,
        "answered_by": record.answered_name,
        "withdrawn_by": record.withdrawn_login,
        "withdrawn_reason": record.withdrawn_reason,
    }


def request(record: Amendment, *, official: bool) -> dict[str, Any]:
    """A request to amend or to invalidate. A trader is told the reasons of his own requests and why they were rejected."""
    own = record.requested_role == "trader"
    body = {
        "id": str(record.id),
        "kind": record.kind,
        "status": record.status,
        "requested_at": instant(record.requested_at),
        "requested_as": record.requested_role if official or own else "official",
        "reason": record.reason if official or own else None,
        "from_version": record.from_content,
        "to_version": record.to_content,
        "decided_at": instant(record.decided_at),
        "decided_reason": record.decided_reason if official or record.status == "rejected" else None,
    }
    if not official:
        return body
    return {
        **body,
        "stage": record.stage,
        "sha256": record.sha256,
        "requested_by": record.requested_name,
        "endorsed_by": record.endorsed_name,
        "endorsed_at": instant(record.endorsed_at),
        "decided_by": record.decided_name,
    }


def difference(found: Difference) -> dict[str, Any]:
    return {
        "pointer": found.pointer,
        "box": found.box or box_of(found.pointer) or None,
        "before": found.before,
        "after": found.after,
    }


def version(known: Version, *, official: bool) -> dict[str, Any]:
    own = known.made_role == "trader"
    body = {
        "number": known.content,
        "made_at": instant(known.made_at),
        "sha256": known.sha256,
        "made_as": known.made_role if official or own else "official",
        "reason": (known.reason or None) if official or own else None,
        "amendment": str(known.amendment) if known.amendment else None,
    }
    return {**body, "made_by": known.made_by or None} if official else body


def document(words: Mapping[str, Any], item: int, where: str, files: Mapping[UUID, Attachment]) -> dict[str, Any]:
    """A declared document, with what is known of its scan; `where` is the address of the declaration."""
    id = words.get("attachment")
    file = files.get(UUID(str(id))) if id else None
    return {
        "item": item,
        **{name: words.get(name) for name in ("type", "number", "date", "issuer", "issue_place", "expires")},
        "attachment": None if file is None else {**attachment(file), "href": f"{where}/documents/{file.id}/file"},
        "presented": None,
    }


def presented(
    record: PresentedDocument, where: str, files: Mapping[UUID, Attachment], *, official: bool
) -> dict[str, Any]:
    """A document handed in after lodging."""
    words = {
        "type": record.type,
        "number": record.number,
        "date": record.date.isoformat() if record.date else None,
        "issuer": record.issuer,
        "issue_place": record.issue_place,
        "expires": record.expires.isoformat() if record.expires else None,
        "attachment": record.attachment,
    }
    how: dict[str, Any] = {"id": str(record.id), "at": instant(record.at), "role": record.role}
    if official:
        how["by"] = record.name
    return {**document(words, record.item, where, files), "presented": how}


def attachment(record: Attachment) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "name": record.name,
        "media_type": record.media_type,
        "size": record.size,
        "sha256": record.sha256,
        "uploaded_at": instant(record.made_at),
    }


def decision(record: Decision, items: list[int]) -> dict[str, Any]:
    return {
        "decision": record.decision,
        "items": items,
        "reason": record.reason,
        "note": record.note or None,
        "by": record.name,
        "at": instant(record.at),
    }


def leaving(record: DeclarationExit, items: list[int], *, official: bool) -> dict[str, Any]:
    body = {
        "number": record.number,
        "at": instant(record.at),
        "plate": record.plate,
        "seals": record.seals,
        "seals_agree": record.seals_agree,
        "items": items,
        "whole": record.whole,
        "permit": record.permit,
    }
    if not official:
        return body
    reason = record.without_permit or None
    return {**body, "remark": record.remark or None, "without_permit": reason, "by": record.name}


def audit(record: Audit) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "declared_version": record.content,
        "outcome": record.outcome,
        "summary": record.summary,
        "by": record.name,
        "at": instant(record.at),
    }


def audit_line(row: AuditLine) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "mrn": row.mrn,
        "post": row.post,
        "status": row.status,
        "lodged_at": instant(row.lodged_at),
        "declarant": row.declarant,
        "plate": row.plate,
        "consignee": row.consignee,
        "items": row.item_count,
        "gross_kg": format(row.gross_kg, "f"),
        "begun": row.further,
    }


def request_line(row: RequestLine) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "mrn": row.mrn,
        "post": row.post,
        "declaration_status": row.declaration_status,
        "kind": row.kind,
        "stage": row.stage,
        "status": row.status,
        "reason": row.reason,
        "requested_by": row.requested_name,
        "requested_as": row.requested_role,
        "requested_at": instant(row.requested_at),
    }


def template(record: Template, *, whole: bool = False) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": str(record.id),
        "post": record.post,
        "party": record.party,
        "name": record.name,
        "changed_at": instant(record.changed_at),
    }
    return {**body, "declaration": record.body} if whole else body


def certificate(record: Certificate) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "post": record.post,
        "kind": record.kind,
        "number": record.number,
        "issuer": record.issuer,
        "source": record.source,
        "holder": record.holder,
        "commodities": record.commodities,
        "origins": record.origins,
        "taxes": record.taxes,
        "measure": record.measure,
        "unit": record.unit,
        "currency": record.currency,
        "granted": format(record.granted, "f"),
        "used": format(record.used, "f"),
        "left": format(record.left, "f"),
        "valid_from": record.valid_from.isoformat(),
        "valid_to": record.valid_to.isoformat(),
        "status": record.status,
        "registered_at": instant(record.registered_at),
    }


def mandate(record: Mandate, today: dt.date, *, official: bool) -> dict[str, Any]:
    """A mandate. The persons behind it, and why it was ended, are told to officials alone."""
    body = {
        "id": str(record.id),
        "post": record.post,
        "principal": record.principal,
        "declarant": record.declarant,
        "scopes": record.scopes,
        "valid_from": record.valid_from.isoformat(),
        "valid_to": record.valid_to.isoformat(),
        "paper": record.paper or None,
        "status": record.status_on(today),
        "given_as": record.given_role if official or record.given_role == "trader" else "official",
        "given_at": instant(record.given_at),
        "revoked_at": instant(record.revoked_at),
    }
    if not official:
        return body
    reason = record.revoked_reason
    return {**body, "given_by": record.given_name, "revoked_by": record.revoked_name, "revoked_reason": reason}


def stock(record: Stock) -> dict[str, Any]:
    amounts = {
        name: format(getattr(record, name), "f")
        for name in ("net_kg", "packages", "units", "left_net_kg", "left_packages", "left_units")
    }
    return {
        "id": str(record.id),
        "post": record.post,
        "mrn": record.mrn,
        "item": record.item,
        "holder": record.holder,
        "commodity": record.commodity,
        "procedure": record.procedure,
        "unit": record.unit,
        **amounts,
        "opened_at": instant(record.opened_at),
    }


def address(record: Declaration) -> str:
    """Where the declaration stands in the API."""
    return f"/api/v1/declarations/{record.reference}"
