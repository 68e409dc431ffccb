"""Facts to the contract's JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from app.approvals.models import Proposal
from app.clearance.models import PaperPrint, Permit, PermitPrint
from app.core.errors import Finding
from app.declarations.commands import Declared
from app.declarations.models import Declaration, DeclarationDraft
from app.edge.locale import translate
from app.registers.declarations import Line


def instant(value: dt.datetime | None) -> str | None:
    """UTC with Z, to the second."""
    return None if value is None else value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def finding(item: Finding) -> dict[str, str]:
    return {"pointer": item.pointer, "rule": item.rule, "message": translate(item.message)}


def declaration(
    record: Declaration, declared: Declared, warnings: Iterable[Finding], *, with_lane: bool
) -> dict[str, Any]:
    """The declaration as declared, and what the system knows of it. Lanes only for officers' roles."""
    body = {
        **declared.header,
        "items": declared.items,
        "documents": declared.documents,
        **state(record, with_lane=with_lane),
    }
    body["warnings"] = [finding(w) for w in warnings]
    return body


def state(record: Declaration, *, with_lane: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "reference": record.reference,
        "mrn": record.mrn,
        "version": record.version,
        "status": record.status,
        "lodged_at": instant(record.lodged_at),
    }
    return {**body, "lane": record.lane} if with_lane else body


def draft(record: Declaration, kept: DeclarationDraft, problems: Iterable[Finding]) -> dict[str, Any]:
    """A draft as it is written, with everything that stands between it and lodging and what its reader remarked."""
    return {
        **kept.body,
        **state(record, with_lane=False),
        "warnings": [finding(p) for p in problems],
        "unread": kept.unread,
    }


def line(row: Line, *, with_lane: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "reference": row.reference,
        "mrn": row.mrn,
        "local_reference": row.local_reference,
        "post": row.post,
        "declarant": row.declarant,
        "plate": row.plate,
        "status": row.status,
        "lodged_at": instant(row.lodged_at),
    }
    return {**body, "lane": row.lane} if with_lane else body


def proposal(record: Proposal) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "kind": record.kind,
        "reference": record.reference,
        "post": record.post,
        "payload": record.payload,
        "reason": record.reason,
        "status": record.status,
        "proposed_by": record.proposed_name,
        "proposed_at": instant(record.proposed_at),
        "expires_at": instant(record.expires_at),
        "device_checked": record.device_checked,
        "decided_by": record.decided_login,
        "decided_at": instant(record.decided_at),
        "decided_reason": record.decided_reason,
    }


def permit(record: Permit, prints: list[PermitPrint]) -> dict[str, Any]:
    return {
        "number": record.number,
        "mrn": record.mrn,
        "reference": record.reference,
        "post": record.post,
        "form": f"{record.form}/{record.form_version}",
        "languages": record.languages,
        "issued_at": instant(record.issued_at),
        "issued_by": record.issued_name,
        "valid_until": record.valid_until.isoformat(),
        "key_id": record.key_id,
        "sha256": record.sha256,
        "items": record.only_items,
        "supersedes": record.supersedes,
        "revoked_at": instant(record.revoked_at),
        "revoked_reason": record.revoked_reason,
        "prints": [printed(p) for p in prints],
    }


def printed(record: PermitPrint | PaperPrint) -> dict[str, Any]:
    return {
        "copy": record.copy,
        "languages": record.languages,
        "reason": record.reason,
        "sha256": record.sha256,
        "by": record.name,
        "at": instant(record.at),
    }
