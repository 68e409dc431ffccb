"""Who is on duty, qualified, and in whose matters somebody has an interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.duty.models import Conflict, Qualification, Shift
from app.duty.rules.codes import Kind
from app.duty.rules.planning import name_key, party_key

#: Who sees the rosters of his posts; qualifications and conflicts are shown to fewer.
ROSTERED = ("officer", "inspector", "supervisor", "liaison", "analyst", "administrator", "auditor")
PERSONAL = ("supervisor", "administrator", "auditor")
#: A post that planned no shift within this time on either side keeps no roster.
KEPT_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person within a shift."""

    person: UUID
    name: str
    agency: str
    place: str
    lane: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    shift: UUID


def _stood(at: dt.datetime) -> ColumnElement[bool]:
    """Shifts that stood on the roster at that moment: written down before it, not changed or cancelled until then."""
    return and_(Shift.set_at <= at, or_(Shift.ended_at.is_(None), Shift.ended_at > at))


def _within(post: str, at: dt.datetime) -> ColumnElement[bool]:
    return and_(Shift.post == post, Shift.starts_at <= at, Shift.ends_at > at, _stood(at))


def on_duty(session: Session, post: str, at: dt.datetime) -> list[OnDuty]:
    """Who was on duty at the post at a moment, as the roster stood then; by name."""
    rows = session.execute(select(Shift).where(_within(post, at)).order_by(Shift.name, Shift.id)).scalars()
    return [OnDuty(s.person, s.name, s.agency, s.place, s.lane, s.starts_at, s.ends_at, s.id) for s in rows]


def was_on_duty(session: Session, person: UUID, post: str, at: dt.datetime) -> bool:
    """Whether a shift of the person at the post covered the moment, as the roster stood then: what was written down after the
    act does not cover it. Ask `keeps_roster` before holding a False against anybody."""
    return (
        session.execute(select(Shift.id).where(_within(post, at), Shift.person == person).limit(1)).first() is not None
    )


def keeps_roster(session: Session, post: str, at: dt.datetime) -> bool:
    """Whether the post kept a roster at that time: some shift within a week before or after stood on it."""
    near = select(Shift.id).where(
        Shift.post == post,
        Shift.starts_at < at + KEPT_WITHIN,
        Shift.starts_at > at - KEPT_WITHIN,
        or_(Shift.ended_at.is_(None), Shift.ended_at > at),
    )
    return session.execute(near.limit(1)).first() is not None


def shifts(session: Session, post: str, since: dt.datetime, until: dt.datetime) -> list[Shift]:
    """What stands on the roster now and touches the time between two moments, by beginning and name."""
    query = select(Shift).where(
        Shift.post == post, Shift.starts_at < until, Shift.ends_at > since, Shift.ended_at.is_(None)
    )
    return list(session.execute(query.order_by(Shift.starts_at, Shift.name, Shift.id)).scalars())


def shifts_of(session: Session, person: UUID, since: dt.datetime, until: dt.datetime) -> list[Shift]:
    """A person's shifts at any post that stand on a roster now and touch the time between two moments."""
    query = select(Shift).where(
        Shift.person == person, Shift.starts_at < until, Shift.ends_at > since, Shift.ended_at.is_(None)
    )
    return list(session.execute(query.order_by(Shift.starts_at)).scalars())


def struck(session: Session, post: str, since: dt.datetime, until: dt.datetime) -> list[Shift]:
    """What stood there once and was changed or cancelled; the latest first."""
    query = select(Shift).where(
        Shift.post == post, Shift.starts_at < until, Shift.ends_at > since, Shift.ended_at.is_not(None)
    )
    return list(session.execute(query.order_by(Shift.ended_at.desc(), Shift.id)).scalars())


def shift(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Shift:
    """A shift at a post where the actor sees the roster, or `NotFound`."""
    query = select(Shift).where(Shift.id == id)
    found = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if found is None or by.grant(ROSTERED, found.post) is None:
        raise NotFound()
    return found


def qualified(session: Session, people: Collection[UUID], day: dt.date) -> dict[UUID, frozenset[tuple[str, str]]]:
    """What each of the people may do on a day, as (kind, code); whoever has nothing is not named."""
    query = select(Qualification.person, Qualification.kind, Qualification.code).where(
        Qualification.person.in_(people), _qualifies_on(day)
    )
    found: dict[UUID, set[tuple[str, str]]] = {}
    for row in session.execute(query):
        found.setdefault(row.person, set()).add((row.kind, row.code))
    return {person: frozenset(held) for person, held in found.items()}


def agencies(held: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The agencies somebody acts for by his qualifications; customs, where none is named."""
    return frozenset(code for kind, code in held if kind == Kind.AGENCY) or frozenset({"customs"})


def _qualifies_on(day: dt.date) -> ColumnElement[bool]:
    return and_(
        Qualification.ended_at.is_(None),
        Qualification.valid_from <= day,
        or_(Qualification.valid_to.is_(None), Qualification.valid_to >= day),
    )


def conflicted(session: Session, people: Collection[UUID], firms: Collection[str]) -> frozenset[UUID]:
    """Those of the people who have declared an interest in one of the firms, given by numbers or names."""
    if not firms:
        return frozenset()
    numbers = {party_key(firm) for firm in firms} - {""}
    names = {name_key(firm) for firm in firms} - {""}
    query = select(Conflict.person).where(
        Conflict.person.in_(people),
        Conflict.ended_at.is_(None),
        or_(Conflict.party_key.in_(numbers), Conflict.name_key.in_(names)),
    )
    return frozenset(session.execute(query).scalars())


def qualifications(session: Session, *, by: Actor, person: UUID | None = None) -> list[Qualification]:
    """Qualifications the actor may see (his own, and those recorded at posts he supervises or watches), in force first."""
    query = select(Qualification).where(
        or_(Qualification.person == by.person, _recorded_at(Qualification.post, by)),
    )
    if person is not None:
        query = query.where(Qualification.person == person)
    order = (Qualification.ended_at.is_not(None), Qualification.name, Qualification.kind, Qualification.code)
    return list(session.execute(query.order_by(*order, Qualification.id)).scalars())


def qualification(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Qualification:
    """One of these, or `NotFound`."""
    query = select(Qualification).where(
        Qualification.id == id, or_(Qualification.person == by.person, _recorded_at(Qualification.post, by))
    )
    found = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def conflicts(session: Session, *, by: Actor, person: UUID | None = None) -> list[Conflict]:
    """Conflicts of interest the actor may see (his own, and those recorded at posts he supervises or watches)."""
    query = select(Conflict).where(or_(Conflict.person == by.person, _recorded_at(Conflict.post, by)))
    if person is not None:
        query = query.where(Conflict.person == person)
    order = (Conflict.ended_at.is_not(None), Conflict.name, Conflict.declared_at, Conflict.id)
    return list(session.execute(query.order_by(*order)).scalars())


def conflict(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Conflict:
    """One of these, or `NotFound`."""
    query = select(Conflict).where(
        Conflict.id == id, or_(Conflict.person == by.person, _recorded_at(Conflict.post, by))
    )
    found = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def posts_of(by: Actor, roles: Collection[str]) -> frozenset[str]:
    """The posts at which the actor holds one of the roles; “*” stands for all."""
    return frozenset(g.post for g in by.grants if g.role in roles)


def _recorded_at(post: InstrumentedAttribute[str], by: Actor) -> ColumnElement[bool]:
    posts = posts_of(by, PERSONAL)
    return true() if ANY_POST in posts else post.in_(posts)
