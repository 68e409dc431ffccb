"""What is known of files without handing them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments import stores
from app.attachments.models import Attachment
from app.core.errors import Finding
from app.core.text import _

#: What `kind` says of a scanned paper; other kinds are messages of other systems.
SCAN = "scan"


def not_of_firm(session: Session, post: str, files: Mapping[str, str], party: str) -> list[Finding]:
    """A finding for each of these ids (by the pointer where it is named) that is no scan of this firm at this post.
    A file of another firm looks as if it were not there."""
    if not files:
        return []
    ids = {UUID(id) for id in files.values()}
    rows = select(Attachment.id).where(
        Attachment.post == post, Attachment.id.in_(ids), Attachment.kind == SCAN, Attachment.party == party
    )
    there = set(session.execute(rows).scalars())
    message = _("There is no such file of this firm at this post. Upload the scan first, then name its id.")
    return [Finding(at, "document.file", message) for at, id in files.items() if UUID(id) not in there]


def labels(session: Session, post: str, ids: Iterable[UUID], party: str) -> list[tuple[UUID, str, int]]:
    """Id, name and size in bytes of those of the files that are scans of this firm at this post."""
    rows = select(Attachment.id, Attachment.name, Attachment.size).where(
        Attachment.post == post, Attachment.id.in_(ids), Attachment.kind == SCAN, Attachment.party == party
    )
    return [(id, name, size) for id, name, size in session.execute(rows)]


def facts(session: Session, post: str, ids: Iterable[UUID]) -> dict[UUID, Attachment]:
    """What is known of these files, by their ids; whoever asks has already been allowed to see what names them."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = select(Attachment).where(Attachment.post == post, Attachment.id.in_(wanted))
    return {found.id: found for found in session.execute(rows).scalars()}


def by_digest(session: Session, post: str, kind: str, sha256: str) -> Attachment | None:
    """The file of this kind with these bytes that was kept first at a post."""
    rows = select(Attachment).where(Attachment.post == post, Attachment.kind == kind, Attachment.sha256 == sha256)
    return session.execute(rows.order_by(Attachment.id).limit(1)).scalar_one_or_none()


def damaged(session: Session, post: str | None = None) -> Iterator[tuple[str, UUID, str, str]]:
    """Files of the folder that are gone or changed, as (post, id, SHA-256 that was handed in, what is wrong).

    Every file is read: on a slow disk this takes as long as reading all of them does.
    """
    rows = select(Attachment.post, Attachment.id, Attachment.sha256).where(Attachment.content.is_(None))
    if post is not None:
        rows = rows.where(Attachment.post == post)
    for at, id, sha256 in session.execute(rows.order_by(Attachment.post, Attachment.id)).yield_per(1000):
        try:
            stores.read(sha256)
        except stores.Damaged:
            yield at, id, sha256, "missing or changed"
