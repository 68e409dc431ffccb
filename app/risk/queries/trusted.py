"""Who is trusted. A row alone is not believed: the journal's entry of approval carries the whole content, and what it says
must be what stands in the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.canonical import digest as canonical_digest
from app.core.canonical import plain
from app.core.db import node_post
from app.core.errors import NotFound
from app.core.journal import JournalEntry
from app.risk.lifecycle import TrustStatus
from app.risk.models import TrustedTrader

#: Who sees trusted traders.
SEEING = ("analyst", "supervisor", "auditor")
KIND = "risk_trusted_trader"
APPROVED, SUSPENDED, ENDED = "risk.trusted-approved", "risk.trusted-suspended", "risk.trusted-ended"
_CONTENT = ("party", "posts", "criteria", "valid_to", "made_by", "approved_by")


def content(trader: TrustedTrader) -> dict[str, Any]:
    """What two persons agreed on, JSON-ready."""
    words: dict[str, Any] = plain({name: getattr(trader, name) for name in _CONTENT})
    return words


def digest(trader: TrustedTrader) -> str:
    return canonical_digest(content(trader))


def trusted(session: Session, parties: Collection[str], post: str, day: dt.date) -> frozenset[str]:
    """Those of the firms that are trusted at a post on a day. One statement, and another one where there are any."""
    asked = select(TrustedTrader).where(
        TrustedTrader.party.in_(sorted(parties)),
        TrustedTrader.status == TrustStatus.IN_FORCE.value,
        TrustedTrader.valid_to >= day,
        or_(TrustedTrader.posts == [], TrustedTrader.posts.contains([post])),
    )
    rows = session.execute(asked).scalars().all() if parties else ()
    wrong = {row.id for row in altered(session, rows)}
    return frozenset(row.party for row in rows if row.id not in wrong)


def altered(session: Session, rows: Iterable[TrustedTrader]) -> list[TrustedTrader]:
    """Those in force of which the journal does not say so, in these words and by these persons."""
    held = [row for row in rows if row.status == TrustStatus.IN_FORCE]
    if not held:
        return []
    told = _last_entries(session, [row.id for row in held])
    return [row for row in held if not _says_so(told.get(str(row.id)), row)]


def _says_so(entry: JournalEntry | None, row: TrustedTrader) -> bool:
    if entry is None or entry.event != APPROVED or (entry.after or {}).get("digest") != digest(row):
        return False
    return journal.entry_hash(_row(entry)) == entry.hash


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {column.key: getattr(entry, column.key) for column in entry.__mapper__.columns}


def _last_entries(session: Session, ids: Collection[UUID]) -> dict[str, JournalEntry]:
    asked = (
        select(JournalEntry)
        .where(
            JournalEntry.post == node_post(),
            JournalEntry.kind == KIND,
            JournalEntry.subject.in_([str(id) for id in ids]),
        )
        .ext(distinct_on(JournalEntry.subject))
        .order_by(JournalEntry.subject, JournalEntry.number.desc())
    )
    return {entry.subject: entry for entry in session.execute(asked).scalars()}


def listed(
    session: Session, *, by: Actor, status: str = "", after: tuple[str, UUID] | None = None, limit: int = 50
) -> list[TrustedTrader]:
    """Trusted traders by firm; `after` is party and id of the last one seen."""
    by.need(SEEING, node_post())
    asked = select(TrustedTrader).order_by(TrustedTrader.party, TrustedTrader.id).limit(limit)
    if status:
        asked = asked.where(TrustedTrader.status == status)
    if after is not None:
        asked = asked.where(tuple_(TrustedTrader.party, TrustedTrader.id) > tuple_(*after))
    return list(session.execute(asked).scalars())


def find(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> TrustedTrader:
    """One of them, or `NotFound`."""
    asked = select(TrustedTrader).where(TrustedTrader.id == id)
    found = session.execute(
        asked.with_for_update() if lock else asked, execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if found is None or not (by.is_node or by.grant(SEEING, node_post())):
        raise NotFound()
    return found


def held(session: Session, party: str) -> TrustedTrader | None:
    """The row of a firm that has not ended, locked."""
    asked = select(TrustedTrader).where(TrustedTrader.party == party, TrustedTrader.status != TrustStatus.ENDED.value)
    return session.execute(asked.with_for_update()).scalar_one_or_none()


def in_force(session: Session) -> list[TrustedTrader]:
    """Everybody who is trusted now, locked; rows that somebody else holds are passed over."""
    asked = select(TrustedTrader).where(TrustedTrader.status == TrustStatus.IN_FORCE.value).order_by(TrustedTrader.id)
    return list(session.execute(asked.with_for_update(skip_locked=True)).scalars())
