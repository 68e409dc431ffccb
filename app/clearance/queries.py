"""Reads of permits and other official papers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session, defer

from app.clearance.models import NeighbourKey, Paper, PaperPrint, Permit, PermitPrint
from app.clearance.trust import KeyRecord, TrustBundle
from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.core.text import compact

#: Roles that see the register of permits of their post.
OFFICIAL = ("supervisor", "officer", "inspector", "auditor", "analyst")


def seen_at_posts(by: Actor) -> ColumnElement[bool]:
    """Permits of the posts where the actor is an official."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    if ANY_POST in posts:
        return Permit.post.isnot(None)
    return Permit.post.in_(posts)


def by_number(session: Session, number: str, *, lock: bool = False) -> Permit:
    """A permit by its number, or `NotFound`; whether one may see it is asked of its declaration."""
    rows = select(Permit).where(Permit.number == number)
    if lock:  # what was read before the lock was held may have been revoked meanwhile
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = session.execute(rows).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def in_force(session: Session, post: str, declaration: UUID, *, lock: bool = False) -> Permit | None:
    """The permit of a declaration that has not been revoked, its PDF not read; locked, it stays in force until the
    transaction ends."""
    rows = select(Permit).where(Permit.post == post, Permit.declaration_id == declaration, Permit.revoked_at.is_(None))
    rows = rows.options(defer(Permit.pdf))
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return session.execute(rows).scalar_one_or_none()


def all_in_force(session: Session, keys: Collection[tuple[str, UUID]]) -> dict[tuple[str, UUID], Permit]:
    """The permits in force of several declarations, by their post and id."""
    if not keys:
        return {}
    rows = select(Permit).where(
        tuple_(Permit.post, Permit.declaration_id).in_(sorted(keys)), Permit.revoked_at.is_(None)
    )
    rows = rows.options(defer(Permit.pdf), defer(Permit.content))
    return {(found.post, found.declaration_id): found for found in session.execute(rows).scalars()}


def last_revoked(session: Session, post: str, declaration: UUID) -> Permit | None:
    """The permit a new one takes the place of."""
    rows = select(Permit).where(
        Permit.post == post, Permit.declaration_id == declaration, Permit.revoked_at.isnot(None)
    )
    rows = rows.options(defer(Permit.pdf))
    return session.execute(rows.order_by(Permit.revoked_at.desc()).limit(1)).scalar_one_or_none()


def prints(session: Session, permit: Permit) -> list[PermitPrint]:
    """Every print of a permit, the original first."""
    rows = select(PermitPrint).where(PermitPrint.post == permit.post, PermitPrint.permit_id == permit.id)
    return list(session.execute(rows.order_by(PermitPrint.copy)).scalars())


def next_copy(session: Session, permit: Permit) -> int:
    last = select(func.max(PermitPrint.copy)).where(PermitPrint.post == permit.post, PermitPrint.permit_id == permit.id)
    return (session.execute(last).scalar_one() or 0) + 1


def withdrawn(session: Session) -> tuple[frozenset[str], frozenset[str]]:
    """Numbers of permits that no longer count: (revoked, superseded by a newer one)."""
    numbers = session.execute(select(Permit.number).where(Permit.revoked_at.isnot(None))).scalars()
    replaced = session.execute(select(Permit.supersedes).where(Permit.supersedes.isnot(None))).scalars()
    revoked, superseded = frozenset(numbers), frozenset(number for number in replaced if number)
    return revoked - superseded, superseded


def matching(text: str) -> ColumnElement[bool]:
    """Permits whose number, MRN, reference or plate is what somebody typed."""
    typed = text.strip().upper()
    return or_(Permit.number == typed, Permit.mrn == typed, Permit.reference == typed, Permit.plate == compact(text))


def paper_by_number(session: Session, number: str) -> Paper:
    """An official paper by its number, or `NotFound`; whether one may see it is asked of what it is about."""
    found = session.execute(select(Paper).where(Paper.number == number)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def paper_about(session: Session, post: str, kind: str, subject: UUID) -> Paper | None:
    """The paper of an assessment, a payment, a refund or an exit; of a movement the newest of that kind."""
    rows = select(Paper).where(Paper.post == post, Paper.kind == kind, Paper.subject == subject)
    return session.execute(rows.order_by(Paper.place.desc()).limit(1)).scalar_one_or_none()


def paper_at(session: Session, post: str, kind: str, subject: UUID, place: int) -> Paper | None:
    """The paper of a movement with that number: of an arrival, a permission to unload, or an older document."""
    rows = select(Paper).where(Paper.post == post, Paper.kind == kind, Paper.subject == subject, Paper.place == place)
    return session.execute(rows).scalar_one_or_none()


def paper_prints(session: Session, paper: Paper) -> list[PaperPrint]:
    """Every print of a paper, the original first."""
    rows = select(PaperPrint).where(PaperPrint.post == paper.post, PaperPrint.paper_id == paper.id)
    return list(session.execute(rows.order_by(PaperPrint.copy)).scalars())


def next_paper_copy(session: Session, paper: Paper) -> int:
    last = select(func.max(PaperPrint.copy)).where(PaperPrint.post == paper.post, PaperPrint.paper_id == paper.id)
    return (session.execute(last).scalar_one() or 0) + 1


def neighbour_keys(session: Session, administration: str | None = None) -> list[NeighbourKey]:
    """The keys of other administrations, those that are trusted no more too, in the order in which they came."""
    rows = select(NeighbourKey).order_by(NeighbourKey.administration, NeighbourKey.trusted_at, NeighbourKey.key_id)
    if administration is not None:
        rows = rows.where(NeighbourKey.administration == administration)
    return list(session.execute(rows).scalars())


def neighbour_key(session: Session, key_id: str, *, lock: bool = False) -> NeighbourKey:
    """One of them by its id, or `NotFound`."""
    rows = select(NeighbourKey).where(NeighbourKey.key_id == key_id)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = session.execute(rows).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def neighbours(session: Session) -> TrustBundle:
    """What the papers of other administrations are checked against: their keys as they stand here."""
    return TrustBundle(tuple(_record(key) for key in neighbour_keys(session)))


def _record(key: NeighbourKey) -> KeyRecord:
    record = KeyRecord.from_json(key.record)
    if key.revoked_at is None:
        return record
    return replace(record, revoked_at=key.revoked_at, compromised=key.compromised)
