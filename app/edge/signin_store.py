"""The sign-in extension's access to the database: one transaction for each of its views, and no commit of its own.

The extension wants to commit when it pleases. Here each of its views runs inside `core.db.transaction()`, so that a good
password, the sign-in it opens and the journal's entry about it become true together, and an error on the way leaves
nothing. Its `commit()` only flushes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, request
from flask_security import SQLAlchemySessionUserDatastore
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries, sign_ins
from app.accounts.models import User, WebAuthn
from app.accounts.roles import decides
from app.core import db
from app.core.actors import SYSTEM, Actor

_Answer = Callable[..., Any]


def session() -> Session:
    """The session of the extension's view that is running."""
    opened: Session | None = g.get("sign_in_session")
    if opened is None:
        raise RuntimeError("accounts are only read and written inside the views of the sign-in extension")
    return opened


def in_transaction(view: _Answer) -> _Answer:
    """The view with one transaction around it, its page included."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        with db.transaction() as opened:
            g.sign_in_session = opened
            try:
                return make_response(view(*args, **kwargs))
            finally:
                g.sign_in_session = None

    return wrapped


class _Present:
    """What the extension takes for a scoped session: whatever is open for the present view."""

    def __getattr__(self, name: str) -> Any:
        return getattr(session(), name)


class Store(SQLAlchemySessionUserDatastore):
    """Accounts as the extension sees them. `needs_second_factor` says for which roles two factors are asked."""

    def __init__(self, *, second_factor_required: bool) -> None:
        # The extension's roles are not used: what somebody may do are grants, dated and bound to a post.
        super().__init__(_Present(), User, None, WebAuthn)  # type: ignore[arg-type]
        self._second_factor_required = second_factor_required

    def commit(self) -> None:
        """Only `core.db` commits. After the view its transaction is over, and there is nothing left to flush."""
        if g.get("sign_in_session") is not None:
            session().flush()

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        """The account; its row is locked while a form is worked on, so that attempts on one account queue up."""
        name, value = kwargs.popitem()
        wanted = select(User).where(getattr(User, name) == value)
        if request.method == "POST":
            wanted = wanted.with_for_update(of=User).execution_options(populate_existing=True)
        return self.prepared(session().execute(wanted).scalar_one_or_none())

    def prepared(self, user: User | None) -> User | None:
        """Tells the account what the setting asks of its roles."""
        if user is not None and self._second_factor_required:
            actor = self.actor(user)
            user.second_factor_needed = actor is not None and decides(actor.roles())
        return user

    def actor(self, user: User) -> Actor | None:
        """The person with the grants that hold now."""
        return queries.actor_of_account(session(), user.id)

    def tf_set(self, user: Any, primary_method: str, totp_secret: str | None = None, phone: str | None = None) -> None:
        """Keeps a code generator that has just given a right code."""
        new = bool(totp_secret) and user.tf_totp_secret != totp_secret
        super().tf_set(user, primary_method, totp_secret)
        if new:
            sign_ins.add_second_factor(session(), user, open_sign_in_id(), what=primary_method, by=g.get("actor") or SYSTEM)

    def tf_reset(self, user: Any) -> None:
        """Switches the code generator off."""
        user.tf_primary_method = user.tf_totp_secret = None
        sign_ins.drop_second_factor(session(), user, what="authenticator", by=g.get("actor") or SYSTEM)

    def create_webauthn(self, user: Any, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Keeps a passkey. The account behind the extension's proxy is the one this session holds."""
        super().create_webauthn(user, *args, **kwargs)
        sign_ins.add_second_factor(session(), user, open_sign_in_id(), what="passkey", by=g.get("actor") or SYSTEM)

    def delete_webauthn(self, webauthn: Any) -> None:
        """Removes a passkey."""
        sign_ins.drop_second_factor(session(), webauthn.user, what="passkey", by=g.get("actor") or SYSTEM)
        super().delete_webauthn(webauthn)


def open_sign_in_id() -> UUID | None:
    """The id of the sign-in that this request came with."""
    entry = g.get("sign_in")
    return entry.id if entry is not None else None


def clock() -> datetime:
    """The database's time, which the extension writes beside passkeys."""
    return db.now(session())
