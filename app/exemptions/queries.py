"""Reads of certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.exemptions.lifecycle import Kind, Status
from app.exemptions.models import Certificate, ExemptionWriteOff

#: Who sees every certificate of the posts he works at.
OFFICIAL = ("officer", "supervisor", "analyst", "administrator", "auditor")


@dataclass(frozen=True, slots=True)
class Quotas:
    """Quotas by their numbers, of one administration (`TJ`), of the period that a day lies in."""

    numbers: frozenset[str] = frozenset()
    administration: str = ""
    day: dt.date = dt.date.min


def named(
    session: Session,
    holders: Iterable[str],
    numbers: Iterable[str],
    *,
    lock: bool,
    quotas: Quotas | None = None,
    also: Iterable[tuple[str, UUID]] = (),
) -> list[Certificate]:
    """Certificates of these firms with these numbers, the quotas, and those of the keys `also` (post and id), whatever
    their state, locked in the order of their keys."""
    wanted = sorted(set(numbers))
    firms = sorted({h for h in holders if h})
    asked = []
    if wanted and firms:
        asked.append(and_(_OF_FIRMS, Certificate.holder.in_(firms), Certificate.number.in_(wanted)))
    if quotas is not None and quotas.numbers:
        asked.append(_of_period(quotas))
    keys = sorted(also)
    if keys:
        asked.append(tuple_(Certificate.post, Certificate.id).in_(keys))
    if not asked:
        return []
    query = select(Certificate).where(or_(*asked)).order_by(Certificate.post, Certificate.id)
    if lock:
        query = query.with_for_update()
    return list(session.execute(query, execution_options={"populate_existing": True}).scalars())


#: Written out, so that the index of the numbers of firms' certificates is known to hold it.
_OF_FIRMS: ColumnElement[bool] = Certificate.kind != literal_column("'quota'")


def _of_period(quotas: Quotas) -> ColumnElement[bool]:
    return and_(
        Certificate.kind == Kind.QUOTA.value,
        Certificate.holder == "",
        Certificate.number.in_(sorted(quotas.numbers)),
        func.left(Certificate.post, 2) == quotas.administration,
        Certificate.valid_from <= quotas.day,
        Certificate.valid_to >= quotas.day,
    )


def overlapping(session: Session, wanted: Certificate) -> Certificate | None:
    """A quota of the same number and administration that is open, or may come to be, on a day of this one's period."""
    query = select(Certificate).where(
        Certificate.kind == Kind.QUOTA.value,
        Certificate.holder == "",
        Certificate.number == wanted.number,
        func.left(Certificate.post, 2) == wanted.post[:2],
        Certificate.status.in_([Status.WAITING.value, Status.IN_FORCE.value]),
        Certificate.valid_from <= wanted.valid_to,
        Certificate.valid_to >= wanted.valid_from,
        or_(Certificate.post != wanted.post, Certificate.id != wanted.id),
    )
    return session.execute(query.limit(1)).scalars().first()


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
    """A certificate its firm or an official of its post may see, a quota in force everybody; or `NotFound`."""
    query = select(Certificate).where(Certificate.id == id)
    found = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if found is None or not _sees(found, by=by):
        raise NotFound()
    return found


def _sees(certificate: Certificate, *, by: Actor) -> bool:
    return (
        certificate.holder in by.parties()
        or (certificate.kind == Kind.QUOTA and certificate.status == Status.IN_FORCE)
        or by.grant(OFFICIAL, certificate.post) is not None
    )


def visible(session: Session, *, by: Actor, limit: int = 50, after: UUID | None = None) -> list[Certificate]:
    """A page of the certificates open to this person, newest first; quotas in force are open to everybody."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    query = select(Certificate)
    if ANY_POST not in posts:
        everybody_s = and_(Certificate.kind == Kind.QUOTA.value, Certificate.status == Status.IN_FORCE.value)
        query = query.where(or_(Certificate.post.in_(posts), Certificate.holder.in_(by.parties()), everybody_s))
    if after is not None:
        query = query.where(Certificate.id < after)
    return list(session.execute(query.order_by(Certificate.id.desc()).limit(limit)).scalars())
