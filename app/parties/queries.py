"""Reading the register of firms and their mandates."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.parties.models import Mandate, Party

#: Who sees every mandate of the posts he works at.
OFFICIAL = ("officer", "supervisor", "analyst", "administrator", "auditor")


def find(session: Session, code: str) -> Party | None:
    """The firm with this number, if it is registered."""
    return session.get(Party, code)


def names(session: Session, codes: set[str]) -> dict[str, str]:
    """The names of those of the firms that are registered, by number."""
    if not codes:
        return {}
    rows = session.execute(select(Party.code, Party.name).where(Party.code.in_(codes)))
    return {row.code: row.name for row in rows}


def scopes(session: Session, post: str, principal: str, declarant: str, day: dt.date) -> frozenset[str]:
    """What of its own the principal lets the declarant use in declarations at the post on the day."""
    held = select(Mandate.scopes).where(
        Mandate.principal == principal,
        Mandate.declarant == declarant,
        Mandate.post == post,
        Mandate.valid_from <= day,
        Mandate.valid_to >= day,
        Mandate.revoked_at.is_(None),
    )
    return frozenset(scope for given in session.execute(held).scalars() for scope in given)


def mandate(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Mandate:
    """A mandate that one of its firms or an official of its post may see, or `NotFound`."""
    query = select(Mandate).where(Mandate.id == id, _visible(by))
    if lock:
        query = query.with_for_update()
    found = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def mandates(session: Session, *, by: Actor, limit: int = 50, after: UUID | None = None) -> list[Mandate]:
    """A page of the mandates open to this person, newest first."""
    query = select(Mandate).where(_visible(by))
    if after is not None:
        query = query.where(Mandate.id < after)
    return list(session.execute(query.order_by(Mandate.id.desc()).limit(limit)).scalars())


def _visible(by: Actor) -> ColumnElement[bool]:
    """Both firms see theirs at the posts where one acts for them, officials those of their posts."""
    alternatives: list[ColumnElement[bool]] = []
    for held in by.grants:
        here = Mandate.post == held.post if held.post != ANY_POST else None
        if held.role == "trader" and held.party:
            which = or_(Mandate.principal == held.party, Mandate.declarant == held.party)
        elif held.role in OFFICIAL:
            which = Mandate.id.is_not(None)
        else:
            continue
        alternatives.append(which if here is None else and_(here, which))
    return or_(*alternatives) if alternatives else false()
