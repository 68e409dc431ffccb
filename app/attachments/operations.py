"""Keeping files and handing them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.attachments import stores
from app.attachments.models import Attachment
from app.attachments.queries import SCAN
from app.attachments.sniffing import KINDS, Refused, kind_of
from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, TooLarge
from app.core.ids import uuid7
from app.core.text import _, excerpt

LARGEST = stores.LARGEST
#: Roles that hand in and see papers at their post.
OFFICIAL = ("officer", "inspector", "supervisor", "analyst", "auditor")
_MAY_ADD = ("officer", "inspector", "supervisor")
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]")
_ENDINGS = {kind.media_type: kind.ending for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it is handed out: to be saved, never to be shown inside a page."""

    name: str
    media_type: str
    size: int
    sha256: str
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer that carries it. The name is a label with the ending of what the file really is."""
        ending = _ENDINGS.get(self.media_type, "")
        name = self.name if self.name.lower().endswith(ending) else self.name + ending
        plain = re.sub(r'[^A-Za-z0-9._ -]|["\\]', "_", name)
        return {
            "Content-Type": self.media_type,
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Length": str(self.size),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        }


def keep(
    session: Session, *, post: str, kind: str, name: str, media_type: str, content: bytes, by: Actor
) -> Attachment:
    """Stores a message as it is; its SHA-256 goes into the journal. The name is a label, never a path."""
    _refuse_empty(content)
    if len(content) > LARGEST:
        raise TooLarge(_("The file is larger than 20 MB."))
    return _keep(session, post, kind, None, name, media_type, content, by)


def upload(session: Session, *, post: str, party: str, name: str, content: bytes, by: Actor) -> Attachment:
    """Stores the scan of a paper of a firm, for a draft or a lodged declaration of it.

    A trader of the firm may, and an official of the post. What it is is told by its bytes: PDF, JPEG, PNG, TIFF or
    WebP. Raises `Invalid` for any other file, for broken ones, those that act and those that are two things in one;
    `TooLarge` above the limit.
    """
    by.need_scope("write")
    if party not in by.parties(post) and by.grant(_MAY_ADD, post) is None:
        raise Forbidden(_("You do not act for {party}.", party=party))
    _refuse_empty(content)
    if len(content) > stores.largest():
        megabytes = stores.largest() / 1024 / 1024
        raise TooLarge(
            _("The file is larger than {most} MB. Scan it with fewer dots or in grey.", most=f"{megabytes:g}")
        )
    try:
        kind = kind_of(content)
    except Refused as refused:
        raise Invalid(findings=[Finding("/file", refused.rule, refused.message)]) from None
    return _keep(session, post, SCAN, party, name, kind.media_type, content, by)


def _refuse_empty(content: bytes) -> None:
    if not content:
        raise Invalid(findings=[Finding("/file", "file.empty", _("The file is empty. Choose another."))])


def _keep(
    session: Session, post: str, kind: str, party: str | None, name: str, media_type: str, content: bytes, by: Actor
) -> Attachment:
    sha256 = stores.digest(content)
    if stores.is_folder():
        stores.write(content, sha256)
    made = Attachment(
        post=post,
        id=uuid7(),
        kind=kind,
        party=party,
        name=_label(name),
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        content=None if stores.is_folder() else content,
        made_by=by.person,
        made_at=now(session),
    )
    session.add(made)
    session.flush()
    session.expire(made, ["content"])
    told = {"sha256": sha256, "size": made.size, "kind": kind, "name": made.name}
    journal.record(
        session,
        by=by,
        event="attachment.kept",
        kind="attachment",
        subject=made.id,
        post=post,
        after=told if party is None else {**told, "party": party, "media_type": media_type},
    )
    return made


def _label(name: str) -> str:
    return excerpt(_UNSAFE.sub("_", name).strip(" .") or "file", 120)


def find(session: Session, post: str, id: UUID, *, by: Actor) -> Attachment:
    """What is known of a scan, without its bytes; `NotFound` for whom it is not open to."""
    found = session.get(Attachment, (post, id))
    if found is None or found.kind != SCAN:
        raise NotFound()
    if found.party not in by.parties(post) and by.grant(OFFICIAL, post) is None:
        raise NotFound()
    return found


def opened(session: Session, post: str, id: UUID, *, by: Actor) -> Opened:
    """A scan with its bytes, for a trader of its firm or an official of the post.

    Officials come by way of the declaration (`declarations.operations.opened_file`): they see what is lodged, not what
    lies beside a draft. Raises `NotFound`, or `stores.Damaged` where the bytes are not those handed in.
    """
    found = find(session, post, id, by=by)
    return Opened(found.name, found.media_type, found.size, found.sha256, _bytes(session, post, id))


def content(session: Session, post: str, id: UUID) -> bytes:
    """The bytes of a file; whoever asks has already been allowed to see what it belongs to."""
    return _bytes(session, post, id)


def _bytes(session: Session, post: str, id: UUID) -> bytes:
    rows = select(Attachment).where(Attachment.post == post, Attachment.id == id).options(undefer(Attachment.content))
    found = session.execute(rows, execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound()
    if found.content is None:
        return stores.read(found.sha256)
    if stores.digest(found.content) != found.sha256:
        raise stores.Damaged(facts={"sha256": found.sha256})
    return found.content
