"""Who is asking: actors made from a token, a login or a sign-in, with the grants that hold at this moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql import func

from app.accounts import tokens
from app.accounts.models import AccessGrant, ApiToken, Person, SignIn, User
from app.accounts.roles import DeviceKind
from app.accounts.rules import FRESH_FOR, IDLE_FOR, SHIFT, is_login
from app.core.actors import ANY_POST, Actor, Grant

#: A sign-in's `seen_at` is written no more often than this.
SEEN_EVERY = dt.timedelta(seconds=60)
#: That an account is in use by its token is written no more often than this.
USED_EVERY = dt.timedelta(days=1)

_live: ColumnElement[bool] = and_(
    AccessGrant.valid_from <= func.guzar_now(),
    or_(AccessGrant.valid_to.is_(None), AccessGrant.valid_to > func.guzar_now()),
)
#: Grants that hold now or later. One that was ended before it began holds never.
_coming: ColumnElement[bool] = or_(
    AccessGrant.valid_to.is_(None),
    and_(AccessGrant.valid_to > func.guzar_now(), AccessGrant.valid_to > AccessGrant.valid_from),
)
#: Accounts that open something: not closed, and used within the last month.
_opens: ColumnElement[bool] = and_(User.active, User.dormant_at.is_(None))
_holder = (User.login, User.locale, User.person_id, Person.name)
_held = (AccessGrant.role, AccessGrant.post, AccessGrant.party, AccessGrant.valid_from, AccessGrant.valid_to)

_BY_TOKEN = (
    select(
        ApiToken.digest,
        ApiToken.scopes,
        (ApiToken.decide_until > func.guzar_now()).label("deciding"),
        (User.last_active > func.guzar_now() - USED_EVERY).label("noted"),
        *_holder,
        *_held,
    )
    .join(User, User.id == ApiToken.account_id)
    .join(Person, Person.id == User.person_id)
    .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
    .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.guzar_now(), _opens)
    .order_by(AccessGrant.id)
)

_BY_LOGIN = (
    select(*_holder, *_held)
    .join(Person, Person.id == User.person_id)
    .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
    .where(_opens)
    .order_by(AccessGrant.id)
)

#: At the truck there may be no network for hours: there a sign-in lasts its shift, and the device locks itself.
_in_use: ColumnElement[bool] = or_(
    SignIn.device_kind == DeviceKind.FIELD.value, SignIn.seen_at > func.guzar_now() - IDLE_FOR
)

_BY_SIGN_IN = (
    select(
        SignIn.id.label("sign_in"),
        SignIn.account_id,
        SignIn.second_factor,
        SignIn.device_kind,
        (func.guzar_now() - SignIn.verified_at).label("verified_ago"),
        (func.guzar_now() - SignIn.seen_at).label("seen_ago"),
        User.fs_uniquifier,
        *_holder,
        *_held,
    )
    .join(User, User.id == SignIn.account_id)
    .join(Person, Person.id == User.person_id)
    .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
    .where(_opens, _in_use, SignIn.started_at > func.guzar_now() - SHIFT)
    .order_by(AccessGrant.id)
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes with a token; `unnoted` if it is to be noted that the account is in use."""

    actor: Actor
    token: UUID
    unnoted: bool


@dataclass(frozen=True)
class SignedIn:
    """A live sign-in: who, since how long proved, and whether with two factors. `uniquifier` ties it to the password it was made with."""

    id: UUID
    account: UUID
    actor: Actor
    second_factor: bool
    verified_ago: dt.timedelta
    unseen: bool
    uniquifier: str
    device_kind: str


def actor_of_token(session: Session, token: str) -> Actor | None:
    """The person behind a token with the roles and scopes that hold now, in one query; None for a token that is unknown,
    revoked or expired, and for an account that is closed, dormant or has no live grant."""
    bearer = bearer_of(session, token)
    return bearer.actor if bearer else None


def bearer_of(session: Session, token: str) -> Bearer | None:
    """The same, and whether it was noted lately that the account is in use."""
    key = tokens.key_of(token)
    if key is None:
        return None
    rows = session.execute(_BY_TOKEN.where(ApiToken.id == key, ApiToken.digest == tokens.digest(token))).all()
    if not rows:
        return None
    first = rows[0]
    scopes = frozenset(first.scopes) - (frozenset() if first.deciding else {"decide"})
    return Bearer(_actor(rows, scopes=scopes, via="token", token=key), key, not first.noted)


def actor_of_login(session: Session, login: str) -> Actor | None:
    """The person behind a login, for commands run on the machine itself; None if closed or without a live grant."""
    if not is_login(login):
        return None
    rows = session.execute(_BY_LOGIN.where(func.lower(User.login) == login.lower())).all()
    return _actor(rows, via="command") if rows else None


def actor_of_account(session: Session, account: UUID) -> Actor | None:
    """The person behind an account, as `actor_of_login`."""
    rows = session.execute(_BY_LOGIN.where(User.id == account)).all()
    return _actor(rows) if rows else None


def signed_in(session: Session, sign_in: UUID) -> SignedIn | None:
    """The live sign-in with this id, in one query; None if it was ended, replaced by a newer one, idle or too old, or if the
    account was closed or has no grant left."""
    rows = session.execute(_BY_SIGN_IN.where(SignIn.id == sign_in)).all()
    if not rows:
        return None
    first = rows[0]
    return SignedIn(
        id=first.sign_in,
        account=first.account_id,
        actor=_actor(rows, fresh=first.verified_ago < FRESH_FOR),
        second_factor=first.second_factor,
        verified_ago=first.verified_ago,
        unseen=first.seen_ago > SEEN_EVERY,
        uniquifier=first.fs_uniquifier,
        device_kind=first.device_kind,
    )


def _actor(rows: Sequence[Row[*tuple[Any, ...]]], **how: Any) -> Actor:
    first = rows[0]
    grants = tuple(Grant(r.role, r.post, r.party, r.valid_from, r.valid_to) for r in rows)
    return Actor(person=first.person_id, login=first.login, name=first.name, grants=grants, locale=first.locale, **how)


def dormant_now(session: Session, since: dt.datetime, limit: int) -> list[User]:
    """Accounts that nobody has used since a moment and that are not locked for it yet, locked for the change."""
    used = func.greatest(func.coalesce(User.last_active, User.created_at), User.woken_at)
    due = select(User).where(_opens, used < since).order_by(User.id).limit(limit)
    return list(session.execute(due.with_for_update(of=User, skip_locked=True)).scalars())


def lapsed(session: Session, limit: int) -> list[User]:
    """Accounts with a sign-in and no live grant, locked for the change."""
    held = select(AccessGrant.id).where(AccessGrant.account_id == User.id, _live).exists()
    signed = select(SignIn.id).where(SignIn.account_id == User.id).exists()
    query = select(User).where(signed, ~held).order_by(User.id).limit(limit)
    return list(session.execute(query.with_for_update(of=User, skip_locked=True)).scalars())


def live_grants(session: Session, account: UUID) -> list[AccessGrant]:
    """The grants of an account that hold now."""
    return list(session.execute(select(AccessGrant).where(AccessGrant.account_id == account, _live)).scalars())


def coming_grants(session: Session, account: UUID) -> list[AccessGrant]:
    """The grants of an account that hold now or later."""
    kept = select(AccessGrant).where(AccessGrant.account_id == account, _coming)
    return list(session.execute(kept.order_by(AccessGrant.valid_from, AccessGrant.id)).scalars())


def grants_at(session: Session, posts: Collection[str], roles: Collection[str]) -> list[tuple[AccessGrant, User]]:
    """Grants of some roles at some posts that hold now or later, with their accounts, in the order of the logins."""
    kept = (
        select(AccessGrant, User)
        .join(User, User.id == AccessGrant.account_id)
        .where(
            AccessGrant.post.in_(posts),
            AccessGrant.role.in_(roles),
            _coming,
        )
    )
    rows = session.execute(kept.order_by(func.lower(User.login), AccessGrant.id))
    return [(row[0], row[1]) for row in rows]


def _by_login(login: str) -> Select[User]:
    return select(User).where(func.lower(User.login) == login.lower())


def find(session: Session, login: str) -> User | None:
    """The account with this login; capitals make no difference."""
    return session.execute(_by_login(login)).scalar_one_or_none() if is_login(login) else None


def find_for_change(session: Session, login: str) -> User | None:
    """The same, with its row locked: attempts to sign in to one account queue up, so that five failures are five."""
    if not is_login(login):
        return None
    locked = _by_login(login).with_for_update(of=User).execution_options(populate_existing=True)
    return session.execute(locked).scalar_one_or_none()


def with_passkeys(session: Session, account: UUID) -> User | None:
    """An account with its passkeys loaded."""
    return session.execute(
        select(User).where(User.id == account).options(selectinload(User.webauthn))
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role at a post, under one of his logins."""

    person: UUID
    login: str
    name: str
    roles: frozenset[str]


def holders(session: Session, post: str, roles: Collection[str]) -> list[Holder]:
    """Everybody who holds one of the roles at the post now, each person once, in the order of the logins. Closed and dormant
    accounts hold nothing."""
    wanted = (
        select(User.person_id, User.login, Person.name, AccessGrant.role)
        .join(Person, Person.id == User.person_id)
        .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
        .where(_opens, AccessGrant.role.in_(roles), AccessGrant.post.in_((post, ANY_POST)))
    )
    found: dict[UUID, Holder] = {}
    for row in session.execute(wanted.order_by(func.lower(User.login))):
        known = found.get(row.person_id) or Holder(row.person_id, row.login, row.name, frozenset())
        found[row.person_id] = replace(known, roles=known.roles | {row.role})
    return list(found.values())


def posts_in_use(session: Session) -> frozenset[str]:
    """The posts at which somebody holds a role now."""
    held = select(AccessGrant.post).where(_live, AccessGrant.post != ANY_POST).distinct()
    return frozenset(session.execute(held).scalars())


def holds_at(session: Session, account: UUID, post: str, roles: Collection[str], at: dt.datetime) -> bool:
    """Whether an account holds one of the roles at the post at a moment, by the grants there are now."""
    held = select(AccessGrant.id).where(
        AccessGrant.account_id == account,
        AccessGrant.role.in_(roles),
        AccessGrant.post.in_((post, ANY_POST)),
        AccessGrant.valid_from <= at,
        or_(AccessGrant.valid_to.is_(None), AccessGrant.valid_to > at),
    )
    return session.execute(held.limit(1)).first() is not None


def of_person(session: Session, person: UUID) -> User:
    """An account of a person: one that is open before one that is closed, the oldest first."""
    query = select(User).where(User.person_id == person).order_by(User.active.desc(), User.created_at, User.id)
    return session.execute(query.limit(1)).scalars().one()


def hold_person(session: Session, person: UUID) -> None:
    """Locks a person's row: what must not be written about somebody twice at a time queues up here."""
    session.execute(select(Person.id).where(Person.id == person).with_for_update())


def tokens_of(session: Session, account: UUID) -> list[ApiToken]:
    """An account's tokens that still work, newest first."""
    usable = select(ApiToken).where(
        ApiToken.account_id == account, ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.guzar_now()
    )
    return list(session.execute(usable.order_by(ApiToken.created_at.desc())).scalars())
