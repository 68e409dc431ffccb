"""What could not be applied, settled at a desk: added late, so that it is read with the inspection, or set aside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.attachments.models import Attachment
from app.attachments.operations import Opened
from app.core import journal
from app.core.actors import Actor
from app.core.errors import NotFound
from app.field import operations as devices
from app.field import queries
from app.field.commands import Settle, Verdict
from app.field.models import FieldRecord
from app.registers import standing


def settle(session: Session, record: UUID, command: Settle, *, by: Actor) -> queries.Conflict:
    """Ends a conflict. What is added late stands in the history of the inspection it was meant for, under the name of who
    recorded it; the inspection's result and the decision stay as they are."""
    settled = devices.settle(session, record, command, by=by)
    if command.verdict == Verdict.LATE:
        _remark(session, settled.record, command.reason, by=by)
    return settled


def opened_photo(session: Session, record: UUID, *, by: Actor) -> Opened:
    """The picture of a photo in conflict, for who settles the conflicts of its post. Raises `NotFound`."""
    found = queries.conflict(session, record)
    if found is None or found.record.photo_id is None or by.grant(devices.SETTLING, found.record.post) is None:
        raise NotFound()
    file = session.get_one(Attachment, (found.record.post, found.record.photo_id))
    return Opened(file.name, file.media_type, file.size, file.sha256, attachments.content(session, file.post, file.id))


def _remark(session: Session, record: FieldRecord, reason: str, *, by: Actor) -> None:
    subject = standing.subject_of(session, record.reference, by=by)
    looks = standing.looks_of(session, subject) if subject is not None else []
    if not looks:
        raise NotFound()
    told = {
        "record": record.id, "record_kind": record.kind, "name": record.name, "person": record.person,
        "noted_at": record.noted_at, "clock_off": record.clock_off, "found": words_of(record.body),
        "control": record.body.get("control"), "item": record.body.get("item"), "photo": record.photo_id,
    }  # fmt: skip
    journal.record(
        session, by=by, event="inspection.late-remark", kind="inspection", subject=looks[0].id, post=looks[0].post,
        after=told, reason=reason,
    )  # fmt: skip


def words_of(body: dict[str, Any]) -> str:
    """What a record says in words, whatever kind it is of."""
    for name in ("found", "summary", "caption", "full_name", "description", "serial", "remarks", "type"):
        said = body.get(name)
        if isinstance(said, str) and said:
            return said
    return ""
