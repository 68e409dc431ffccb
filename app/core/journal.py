"""The journal: who did what, when, and what it changed. Append-only, hash-chained per post.

Verbs queue entries with `record`; `core.db.transaction()` calls `seal` just before the commit, which locks the chain
heads in the order of the posts' codes, numbers the entries, hashes each over every column together with the hash before
it, and inserts them. The application's database role may neither change nor delete entries, and a trigger says no to
everybody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, RowMapping, String, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import canonical
from app.core.actors import Actor
from app.core.ids import uuid7
from app.core.rows import insert_rows, take_staged
from app.core.tables import Base, Big, PostKey, sane_time

GENESIS = b"\0" * 32


class ChainHead(Base):
    """The post's own row: the last number and hash of its chain. The last lock of every transaction."""

    __tablename__ = "chain_head"
    __table_args__ = {"postgresql_with": {"fillfactor": "50"}}

    post: Mapped[PostKey]
    number: Mapped[Big]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class JournalEntry(Base):
    """One act. `before` and `after` hold what changed; `hash` covers every other column and the hash before."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("octet_length(hash) = 32 AND octet_length(previous) = 32", name="hash_length"),
        Index("ix_journal_entry_post_kind_subject", "post", "kind", "subject", "number"),
        Index("ix_journal_entry_post_at", "post", "at"),
    )

    post: Mapped[PostKey]
    number: Mapped[Big] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    at: Mapped[dt.datetime]
    person: Mapped[UUID]
    login: Mapped[str]
    role: Mapped[str]
    via: Mapped[str]
    request_id: Mapped[str]
    event: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(slots=True)
class _Queued:
    post: str
    columns: dict[str, Any]


@dataclass(slots=True)
class Head:
    """A locked chain head, and the database's time when the lock was taken."""

    number: int
    hash: bytes
    at: dt.datetime


def record(
    session: Session,
    *,
    by: Actor,
    event: str,
    kind: str,
    subject: UUID | str,
    post: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> None:
    """Queues an entry; it is written when the transaction ends. `event` is a past participle: declaration.lodged."""
    columns = {
        "id": uuid7(),
        "person": by.person,
        "login": by.login,
        "role": role or next(iter(sorted(by.roles(post))), ""),
        "via": by.via,
        "request_id": by.request_id,
        "event": event,
        "kind": kind,
        "subject": str(subject),
        "before": canonical.plain(before),
        "after": canonical.plain(after),
        "reason": reason,
    }
    session.info.setdefault("journal", []).append(_Queued(post, columns))


def queued(session: Session) -> list[dict[str, Any]]:
    """The entries waiting in this transaction, for those who must store them in their own statement."""
    return [q.columns for q in session.info.get("journal", [])]


def hold_head(session: Session, post: str, head: Head) -> None:
    """Remembers a head that was locked together with a number (see `numbering.draw`)."""
    session.info.setdefault("heads", {})[post] = head


_LOCK_HEAD = text("SELECT number, hash, guzar_now() FROM chain_head WHERE post = :post FOR UPDATE")
_NEW_HEAD = text("INSERT INTO chain_head (post, number, hash) VALUES (:post, 0, :hash) ON CONFLICT (post) DO NOTHING")


def lock_head(session: Session, post: str) -> Head:
    """Locks the post's own row and gives its head; the first entry of a post makes the row."""
    held: Head | None = session.info.get("heads", {}).get(post)
    if held is not None:
        return held
    row = session.execute(_LOCK_HEAD, {"post": post}).one_or_none()
    if row is None:
        session.execute(_NEW_HEAD, {"post": post, "hash": GENESIS})
        row = session.execute(_LOCK_HEAD, {"post": post}).one()
    head = Head(row[0], row[1], row[2])
    hold_head(session, post, head)
    return head


_SET_HEAD = (
    update(ChainHead)
    .where(ChainHead.post == bindparam("head_post"))
    .values(number=bindparam("head_number"), hash=bindparam("head_hash"))
)


def seal(session: Session) -> None:
    """Writes what was kept back: staged rows and the numbered, hashed entries, in one statement a post; called once, by
    `core.db.transaction()`."""
    waiting: list[_Queued] = session.info.pop("journal", [])
    session.flush()
    staged = take_staged(session)
    for post in sorted({q.post for q in waiting}):
        head = lock_head(session, post)
        rows = list(chained(post, head, (q.columns for q in waiting if q.post == post)))
        last = rows[-1]
        insert_rows(
            session, {**staged, JournalEntry: rows}, also=_SET_HEAD,
            head_post=post, head_number=last["number"], head_hash=last["hash"],
        )  # fmt: skip
        staged = {}
    if staged:
        insert_rows(session, staged)
    session.info.pop("heads", None)


def chained(post: str, head: Head, entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Complete rows for the entries, following the head."""
    number, previous = head.number, head.hash
    for columns in entries:
        number += 1
        row = {**columns, "post": post, "number": number, "at": head.at, "previous": previous}
        previous = row["hash"] = entry_hash(row)
        yield row


def entry_hash(row: dict[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON of every column but the hash itself."""
    covered = {name: canonical.plain(row[name]) if name not in ("before", "after") else row[name] for name in _COVERED}
    return hashlib.sha256(canonical.encode(covered)).digest()


_COVERED = tuple(c.name for c in JournalEntry.__table__.columns if c.name != "hash")


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold."""

    post: str
    number: int
    what: str


def verify(session: Session, post: str, *, batch: int = 5000) -> tuple[int, list[Break]]:
    """Recomputes a post's chain. Gives the number of entries and where it breaks: changed, missing or reordered
    entries, a cut tail, a head that does not match."""
    number, previous, breaks = follow(session, post, 0, batch=batch)
    head = session.get(ChainHead, post, populate_existing=True)
    if head is not None and (head.number, head.hash) != (number, previous):
        breaks.append(Break(post, head.number, "head-differs"))
    if head is None and number:
        breaks.append(Break(post, number, "head-missing"))
    return number, breaks


def follow(
    session: Session, post: str, after: int, *, most: int | None = None, batch: int = 5000
) -> tuple[int, bytes, list[Break]]:
    """Recomputes a chain onward from the entry numbered `after` (0: from its beginning), `most` entries at the most.
    Gives the last number and hash seen, and where it breaks."""
    breaks: list[Break] = []
    number, previous = after, GENESIS if after == 0 else hash_at(session, post, after)
    if previous is None:
        return after, b"", [Break(post, after, "missing")]
    left = most
    while left is None or left > 0:
        size = batch if left is None else min(batch, left)
        rows = _stretch(session, post, number, size)
        for row in rows:
            breaks += _against(row, number, previous)
            number, previous = row["number"], row["hash"]
        left = None if left is None else left - len(rows)
        if len(rows) < size:
            break
    return number, previous, breaks


def hash_at(session: Session, post: str, number: int) -> bytes | None:
    """The hash that an entry bears, or None where there is no such entry."""
    asked = select(JournalEntry.hash).where(JournalEntry.post == post, JournalEntry.number == number)
    return session.execute(asked).scalar_one_or_none()


def _stretch(session: Session, post: str, after: int, size: int) -> Sequence[RowMapping]:
    table = JournalEntry.__table__
    wanted = select(table).where(table.c.post == post, table.c.number > after).order_by(table.c.number).limit(size)
    return session.execute(wanted).mappings().all()


def _against(row: RowMapping, number: int, previous: bytes) -> Iterator[Break]:
    if row["number"] != number + 1:
        yield Break(row["post"], number + 1, "missing")
    if row["previous"] != previous:
        yield Break(row["post"], row["number"], "not-linked")
    if entry_hash(dict(row)) != row["hash"]:
        yield Break(row["post"], row["number"], "changed")


def posts(session: Session) -> list[str]:
    """Posts that have a chain, by head or by entries (a deleted head must not hide them)."""
    known = select(ChainHead.post).union(select(JournalEntry.post))
    return sorted(session.execute(known).scalars())


def heads(session: Session) -> dict[str, int]:
    """The last number of each chain, by post; asked often, so without a look at the entries."""
    return {row.post: row.number for row in session.execute(select(ChainHead.post, ChainHead.number))}


def history(session: Session, post: str, kind: str, subject: str) -> list[JournalEntry]:
    """The entries of one thing, oldest first."""
    entries = select(JournalEntry).where(
        JournalEntry.post == post, JournalEntry.kind == kind, JournalEntry.subject == subject
    )
    return list(session.execute(entries.order_by(JournalEntry.number)).scalars())
