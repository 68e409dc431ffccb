"""Keeping files."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments.models import Attachment
from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, NotFound, TooLarge
from app.core.ids import uuid7
from app.core.text import _, excerpt

LARGEST = 20 * 1024 * 1024
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]")


def keep(
    session: Session, *, post: str, kind: str, name: str, media_type: str, content: bytes, by: Actor
) -> Attachment:
    """Stores a file as it is; its SHA-256 goes into the journal. The name is a label, never a path."""
    if not content:
        raise Invalid(findings=[Finding("", "file.empty", _("The file is empty."))])
    if len(content) > LARGEST:
        raise TooLarge(_("The file is larger than 20 MB."))
    made = Attachment(
        post=post,
        id=uuid7(),
        kind=kind,
        name=excerpt(_UNSAFE.sub("_", name) or "file", 120),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        made_by=by.person,
        made_at=now(session),
    )
    session.add(made)
    journal.record(
        session,
        by=by,
        event="attachment.kept",
        kind="attachment",
        subject=made.id,
        post=post,
        after={"sha256": made.sha256, "size": made.size, "kind": kind, "name": made.name},
    )
    return made


def content(session: Session, post: str, id: UUID) -> bytes:
    """The bytes of a file; whoever asks has already been allowed to see what it belongs to."""
    found = session.get(Attachment, (post, id))
    if found is None:
        raise NotFound()
    return found.content
