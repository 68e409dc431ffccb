"""The same request twice is one deed.

A person's Idempotency-Key stands for one request body. The row that remembers the answer is written in the transaction
of the deed itself, so an answer is stored exactly when the deed is done. While the first request runs, an advisory lock
held by its transaction tells a second one to come back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.errors import InFlight, KeyReused
from app.core.rows import stage_rows
from app.core.tables import Base, IdKey, sane_time
from app.core.text import _

KEPT = dt.timedelta(days=400)
LONGEST_KEY = 200


class IdempotencyKey(Base):
    """The stored answer to a request."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        CheckConstraint("char_length(key) BETWEEN 1 AND 200", name="key_length"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_length"),
        CheckConstraint("status BETWEEN 200 AND 299", name="status_success"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_idempotency_key_at", "at"),
    )

    person: Mapped[IdKey]
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[dt.datetime] = mapped_column(server_default=func.guzar_now())


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(method: str, path: str, body: bytes, precondition: str = "") -> bytes:
    """What makes two requests the same: verb, path, body and the version they were meant for."""
    parts = (method.encode(), path.encode(), precondition.encode(), body)
    return hashlib.sha256(b"\0".join(len(p).to_bytes(4, "big") + p for p in parts)).digest()


_CLAIM = text(
    "SELECT pg_try_advisory_xact_lock(:lock) AS free, k.fingerprint, k.status, k.headers, k.body, guzar_now() AS now "
    "FROM (SELECT 1) one LEFT JOIN idempotency_key k ON k.person = :person AND k.key = :key"
)


def claim(session: Session, person: UUID, key: str, mark: bytes) -> Answer | None:
    """The stored answer, or None if this transaction is the one that may do the deed.

    Raises `KeyReused` for another body under the same key, `InFlight` while the first request is still running.
    """
    lock = int.from_bytes(hashlib.sha256(person.bytes + key.encode()).digest()[:8], "big", signed=True)
    row = session.execute(_CLAIM, {"lock": lock, "person": person, "key": key}).one()
    session.info["now"] = row.now
    if row.fingerprint is not None:
        if bytes(row.fingerprint) != mark:
            raise KeyReused(
                _("This Idempotency-Key was already used for another request. Take a new key for a new request.")
            )
        return Answer(row.status, row.headers, bytes(row.body))
    if not row.free:
        raise InFlight()
    return None


def known(session: Session, person: UUID, key: str, mark: bytes) -> Answer | None:
    """The stored answer to this very request, if there is one; claims nothing."""
    row = session.get(IdempotencyKey, (person, key))
    if row is None or row.fingerprint != mark:
        return None
    return Answer(row.status, row.headers, row.body)


def keep(session: Session, person: UUID, key: str, mark: bytes, answer: Answer) -> None:
    """Stores the answer. Two transactions that both believed to be first meet at the primary key: one of them fails."""
    row = {
        "person": person,
        "key": key,
        "fingerprint": mark,
        "status": answer.status,
        "headers": answer.headers,
        "body": answer.body,
        "at": session.info["now"],
    }
    stage_rows(session, IdempotencyKey, [row])


_FORGET = text("DELETE FROM idempotency_key WHERE at < guzar_now() - make_interval(days => :days)")


def forget_old(session: Session) -> None:
    """Drops answers older than 400 days."""
    session.execute(_FORGET, {"days": KEPT.days})
