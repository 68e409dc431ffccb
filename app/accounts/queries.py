"""Who is asking: actors made from a token, a login or a sign-in, with the grants that hold at this moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql import func

from app.accounts import tokens
from app.accounts.models import AccessGrant, ApiToken, Person, SignIn, User
from app.accounts.rules import FRESH_FOR, IDLE_FOR, SHIFT, is_login
from app.core.actors import Actor, Grant

#: A sign-in's `seen_at` is written no more often than this.
SEEN_EVERY = dt.timedelta(seconds=60)

_live: ColumnElement[bool] = and_(
    AccessGrant.valid_from <= func.guzar_now(),
    or_(AccessGrant.valid_to.is_(None), AccessGrant.valid_to > func.guzar_now()),
)
_holder = (User.login, User.locale, User.person_id, Person.name)
_held = (AccessGrant.role, AccessGrant.post, AccessGrant.party, AccessGrant.valid_from, AccessGrant.valid_to)

_BY_TOKEN = (
    select(ApiToken.digest, ApiToken.scopes, (ApiToken.decide_until > func.guzar_now()).label("deciding"), *_holder, *_held)
    .join(User, User.id == ApiToken.account_id)
    .join(Person, Person.id == User.person_id)
    .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
    .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.guzar_now(), User.active)
    .order_by(AccessGrant.id)
)

_BY_LOGIN = (
    select(*_holder, *_held)
    .join(Person, Person.id == User.person_id)
    .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
    .where(User.active)
    .order_by(AccessGrant.id)
)

_BY_SIGN_IN = (
    select(
        SignIn.id.label("sign_in"),
        SignIn.account_id,
        SignIn.second_factor,
        (func.guzar_now() - SignIn.verified_at).label("verified_ago"),
        (func.guzar_now() - SignIn.seen_at).label("seen_ago"),
        User.fs_uniquifier,
        *_holder,
        *_held,
    )
    .join(User, User.id == SignIn.account_id)
    .join(Person, Person.id == User.person_id)
    .join(AccessGrant, and_(AccessGrant.account_id == User.id, _live))
    .where(User.active, SignIn.seen_at > func.guzar_now() - IDLE_FOR, SignIn.started_at > func.guzar_now() - SHIFT)
    .order_by(AccessGrant.id)
)


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


def actor_of_token(session: Session, token: str) -> Actor | None:
    """The person behind a token with the roles and scopes that hold now, in one query; None for a token that is unknown,
    revoked or expired, and for an account that is closed or has no live grant."""
    key = tokens.key_of(token)
    if key is None:
        return None
    rows = session.execute(_BY_TOKEN.where(ApiToken.id == key, ApiToken.digest == tokens.digest(token))).all()
    if not rows:
        return None
    first = rows[0]
    scopes = frozenset(first.scopes) - (frozenset() if first.deciding else {"decide"})
    return _actor(rows, scopes=scopes, via="token", token=key)


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
    )


def _actor(rows: Sequence[Row[*tuple[Any, ...]]], **how: Any) -> Actor:
    first = rows[0]
    grants = tuple(Grant(r.role, r.post, r.party, r.valid_from, r.valid_to) for r in rows)
    return Actor(person=first.person_id, login=first.login, name=first.name, grants=grants, locale=first.locale, **how)


def live_grants(session: Session, account: UUID) -> list[AccessGrant]:
    """The grants of an account that hold now."""
    return list(session.execute(select(AccessGrant).where(AccessGrant.account_id == account, _live)).scalars())


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


def tokens_of(session: Session, account: UUID) -> list[ApiToken]:
    """An account's tokens that still work, newest first."""
    usable = select(ApiToken).where(
        ApiToken.account_id == account, ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.guzar_now()
    )
    return list(session.execute(usable.order_by(ApiToken.created_at.desc())).scalars())
