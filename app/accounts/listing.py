"""The register of accounts, as administrators and auditors read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import AccessGrant, ApiToken, Person, SignIn, User
from app.core import db
from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound

READING = ("administrator", "auditor")
PAGE = 50


class State(StrEnum):
    LIVE = "live"
    IDLE = "idle"
    DORMANT = "dormant"
    LOCKED = "locked"
    CLOSED = "closed"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Listed:
    """An account with the grants that hold now or later. `idle_days` since it was last used, or made."""

    login: str
    name: str
    person: UUID
    state: State
    idle_days: int
    last_active: dt.datetime | None
    grants: tuple[AccessGrant, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One account with all that hangs on it; `others` are further logins of the same human being."""

    user: User
    state: State
    grants: tuple[AccessGrant, ...]
    sign_ins: tuple[SignIn, ...]
    tokens: tuple[ApiToken, ...]
    others: tuple[str, ...]
    second_factor: bool
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: words of login or name, a role, a post, a state ("" is any)."""

    words: str = ""
    role: str = ""
    post: str = ""
    state: str = ""


def page(session: Session, asked: Asked, after: str = "", *, by: Actor) -> tuple[list[Listed], str | None]:
    """A page of the accounts the actor may see, by login, and the login after which the next page begins."""
    at = db.now(session)
    query = select(User).where(_seen(by), *_conditions(asked, at))
    if after:
        query = query.where(func.lower(User.login) > after.lower())
    users = list(session.execute(query.order_by(func.lower(User.login)).limit(PAGE + 1)).scalars())
    following = users[PAGE - 1].login if len(users) > PAGE else None
    shown = users[:PAGE]
    held = _grants(session, [u.id for u in shown])
    return [_listed(user, held.get(user.id, ()), at) for user in shown], following


def counts(session: Session, *, by: Actor) -> dict[State, int]:
    """How many accounts are dormant, soon to be, and without a grant."""
    at = db.now(session)
    found = {}
    for state in (State.DORMANT, State.IDLE, State.BARE):
        query = select(func.count()).select_from(User).join(Person, Person.id == User.person_id)
        found[state] = session.execute(query.where(_seen(by), *_state(state, at))).scalar_one()
    return found


def detail(session: Session, login: str, *, by: Actor) -> Detail:
    """One account, or `NotFound` for one that the actor may not see."""
    at = db.now(session)
    query = select(User).where(func.lower(User.login) == login.lower(), _seen(by))
    user = session.execute(query.options(selectinload(User.webauthn))).scalar_one_or_none()
    if user is None:
        raise NotFound()
    grants = session.execute(
        select(AccessGrant)
        .where(AccessGrant.account_id == user.id)
        .order_by(AccessGrant.valid_from.desc(), AccessGrant.id)
    )
    sign_ins = session.execute(select(SignIn).where(SignIn.account_id == user.id).order_by(SignIn.device_kind))
    tokens = session.execute(
        select(ApiToken).where(ApiToken.account_id == user.id).order_by(ApiToken.created_at.desc()).limit(20)
    )
    others = session.execute(
        select(User.login).where(User.person_id == user.person_id, User.id != user.id).order_by(User.login)
    )
    held = tuple(grants.scalars())
    coming = tuple(g for g in held if g.valid_to is None or g.valid_to > at)
    return Detail(
        user, _state_of(user, coming, at), held, tuple(sign_ins.scalars()), tuple(tokens.scalars()),
        tuple(others.scalars()), user.has_second_factor(), at,
    )  # fmt: skip


def _listed(user: User, grants: Iterable[AccessGrant], at: dt.datetime) -> Listed:
    held = tuple(grants)
    used = max(filter(None, (user.last_active or user.created_at, user.woken_at)))
    return Listed(
        user.login,
        user.person.name,
        user.person_id,
        _state_of(user, held, at),
        (at - used).days,
        user.last_active,
        held,
    )


#: An account that has not been used for so long is shown as one that will be locked soon.
IDLE_AFTER = dt.timedelta(days=20)


def _state_of(user: User, held: tuple[AccessGrant, ...], at: dt.datetime) -> State:
    if not user.active:
        return State.CLOSED
    if user.dormant_at is not None:
        return State.DORMANT
    if user.locked_until is not None and user.locked_until > at:
        return State.LOCKED
    if not held:
        return State.BARE
    used = max(filter(None, (user.last_active or user.created_at, user.woken_at)))
    return State.IDLE if at - used > IDLE_AFTER else State.LIVE


def _used() -> ColumnElement[dt.datetime]:
    return func.greatest(func.coalesce(User.last_active, User.created_at), User.woken_at)


def _holding() -> Select[UUID]:
    """The live and coming grants of an account."""
    return select(AccessGrant.id).where(
        AccessGrant.account_id == User.id, or_(AccessGrant.valid_to.is_(None), AccessGrant.valid_to > func.guzar_now())
    )


def _state(state: State, at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    open_ = and_(User.active, User.dormant_at.is_(None))
    return {
        State.CLOSED: (~User.active,),
        State.DORMANT: (and_(User.active, User.dormant_at.is_not(None)),),
        State.LOCKED: (and_(open_, User.locked_until > at),),
        State.BARE: (and_(open_, ~_holding().exists()),),
        State.IDLE: (and_(open_, _holding().exists(), _used() < at - IDLE_AFTER),),
        State.LIVE: (and_(open_, _holding().exists(), _used() >= at - IDLE_AFTER),),
    }[state]


def _conditions(asked: Asked, at: dt.datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.words:
        like = f"%{_escaped(asked.words.lower())}%"
        named = select(Person.id).where(Person.id == User.person_id, func.lower(Person.name).like(like, escape="\\"))
        found.append(or_(func.lower(User.login).like(like, escape="\\"), named.exists()))
    held = _holding()
    if asked.role:
        held = held.where(AccessGrant.role == asked.role)
    if asked.post:
        held = held.where(AccessGrant.post == asked.post)
    if asked.role or asked.post:
        found.append(held.exists())
    if asked.state in {s.value for s in State}:
        found += _state(State(asked.state), at)
    return found


def _seen(by: Actor) -> ColumnElement[bool]:
    """All accounts for who keeps or audits them everywhere; else those that hold something at his posts, or nothing."""
    posts = {g.post for g in by.grants if g.role in READING}
    if not posts:
        return false()
    if ANY_POST in posts:
        return true()
    anything = select(AccessGrant.id).where(AccessGrant.account_id == User.id)
    return or_(anything.where(AccessGrant.post.in_(posts)).exists(), ~anything.exists())


def _grants(session: Session, accounts: list[UUID]) -> dict[UUID, list[AccessGrant]]:
    query = select(AccessGrant).where(
        AccessGrant.account_id.in_(accounts),
        or_(AccessGrant.valid_to.is_(None), AccessGrant.valid_to > func.guzar_now()),
    )
    found: dict[UUID, list[AccessGrant]] = {}
    for grant in session.execute(query.order_by(AccessGrant.valid_from, AccessGrant.id)).scalars():
        found.setdefault(grant.account_id, []).append(grant)
    return found


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
