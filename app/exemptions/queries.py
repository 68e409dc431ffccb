"""Reads of exemption certificates."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.exemptions.models import Certificate, ExemptionWriteOff

#: Who sees every certificate of the posts he works at.
OFFICIAL = ("officer", "supervisor", "analyst", "administrator", "auditor")


def named(session: Session, holders: Iterable[str], numbers: Iterable[str], *, lock: bool) -> list[Certificate]:
    """Certificates of these firms with these numbers, whatever their state, locked in the order of their keys."""
    wanted = sorted(set(numbers))
    firms = sorted({h for h in holders if h})
    if not wanted or not firms:
        return []
    query = (
        select(Certificate)
        .where(Certificate.holder.in_(firms), Certificate.number.in_(wanted))
        .order_by(Certificate.post, Certificate.id)
    )
    if lock:
        query = query.with_for_update()
    return list(session.execute(query, execution_options={"populate_existing": True}).scalars())


def by_keys(session: Session, keys: Iterable[tuple[str, UUID]]) -> list[Certificate]:
    """Certificates by post and id, whatever their state and holder."""
    wanted = sorted(keys)
    if not wanted:
        return []
    rows = select(Certificate).where(tuple_(Certificate.post, Certificate.id).in_(wanted))
    return list(session.execute(rows, execution_options={"populate_existing": True}).scalars())


def written_off(session: Session, post: str, declaration: UUID) -> list[ExemptionWriteOff]:
    """What a declaration took off certificates and was given back, oldest first."""
    rows = select(ExemptionWriteOff).where(
        ExemptionWriteOff.post == post, ExemptionWriteOff.declaration_id == declaration
    )
    return list(session.execute(rows.order_by(ExemptionWriteOff.at, ExemptionWriteOff.id)).scalars())


def find(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Certificate:
    """A certificate its firm or an official of its post may see, or `NotFound`."""
    query = select(Certificate).where(Certificate.id == id)
    found = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if found is None or not _sees(found, by=by):
        raise NotFound()
    return found


def _sees(certificate: Certificate, *, by: Actor) -> bool:
    return certificate.holder in by.parties() or by.grant(OFFICIAL, certificate.post) is not None


def visible(session: Session, *, by: Actor, limit: int = 50, after: UUID | None = None) -> list[Certificate]:
    """A page of the certificates open to this person, newest first."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    query = select(Certificate)
    if ANY_POST not in posts:
        query = query.where(Certificate.post.in_(posts) | Certificate.holder.in_(by.parties()))
    if after is not None:
        query = query.where(Certificate.id < after)
    return list(session.execute(query.order_by(Certificate.id.desc()).limit(limit)).scalars())
