"""Signing in, and who is asking on pages.

The extension Flask-Security does the forms, codes and passkeys; everything that decides lives in `app.accounts` and in the
database: the cookie only names a sign-in, and each request asks the database, in one query, whether that sign-in is still
the person's live sign-in on this kind of device and what the person may do at this moment. So a grant that ends, an
account that is closed, a second sign-in elsewhere or a sign-out ends every open page at its next request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask_login import user_logged_out
from flask_security import password_changed, user_authenticated, user_failed_authn
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from app.accounts import queries, sign_ins
from app.accounts.models import User
from app.accounts.queries import SignedIn
from app.accounts.roles import decides
from app.core import db
from app.core.actors import SYSTEM, Actor
from app.core.errors import Forbidden, NotSignedIn
from app.core.text import _
from app.edge import devices, limits, signin_forms, signin_kind, signin_setup, signin_store
from app.edge.locale import translate
from app.edge.tokens import current_actor
from config.settings import Settings

__all__ = ["current_actor", "holds", "init_app", "public", "signed_in"]

V = TypeVar("V", bound=Callable[..., Any])

#: What the cookie keeps over a sign-in; all else in it may have been planted by somebody else before.
_KEPT = frozenset({"_user_id", "_fresh", "_id", "_flashes", "fs_cc", "fs_paa"})
#: The views that try a password, a code or a passkey.
_ATTEMPTS = frozenset(
    f"security.{name}"
    for name in (
        "login", "verify", "change_password", "two_factor_token_validation", "two_factor_setup_validate", "mf_recovery",
        "wan_signin_response", "wan_verify_response",
    )
)  # fmt: skip
#: Answered without looking at who asks: files that are the same for everybody, and what the machines that watch us read.
_ANONYMOUS = ("/api/", "/assets/", "/fs-static/", "/healthz", "/readyz", "/metrics")
#: Open to everybody, and showing who is signed in: the check of a permit, and the meanings of the API's problem types.
_OPEN = ("/verify", "/problems")

csrf = CSRFProtect()


def init_app(app: Flask, settings: Settings) -> None:
    """Sets up sign-in, the check of every form's CSRF token outside /api, and the guard of every page."""
    app.config["SESSION_COOKIE_NAME"] = "__Host-guzar" if settings.secure_cookies else "guzar"
    app.config.update(
        SECRET_KEY=settings.with_secret(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_PATH="/",
        # The guard below asks for the token, so that /api, where no cookie counts, needs none. It is good for the sign-in.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        GUZAR_SECOND_FACTOR=settings.second_factor,
    )
    csrf.init_app(app)
    devices.init_app(app, settings)
    app.before_request(_guard)
    signin_setup.init_app(app, settings)
    user_failed_authn.connect(_on_failure, app)
    user_authenticated.connect(_on_sign_in, app)
    user_logged_out.connect(_on_sign_out, app)
    password_changed.connect(_on_new_password, app)


def public(view: V) -> V:
    """Marks a page that anybody may see."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def signed_in(*roles: str) -> Callable[[V], V]:
    """Marks a page for those who hold one of the roles anywhere (any role, if none is named). Which records the person sees is
    decided by the queries, what may be done by the verbs."""

    def mark(view: V) -> V:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if roles and current_actor().roles().isdisjoint(roles):
                raise Forbidden()
            return view(*args, **kwargs)

        wrapped.signed_in_roles = roles  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return mark


def holds(sign_in: UUID) -> bool:
    """Whether a sign-in is still live, for answers that go on for minutes (a stream asks at least once a minute)."""
    with db.reading() as session:
        return queries.signed_in(session, sign_in) is not None


def _guard() -> Response | None:
    """Everything outside /api: nobody comes further than the public pages without a live sign-in, marked or not."""
    if _below(_ANONYMOUS):
        return None
    if request.endpoint in _ATTEMPTS and request.method == "POST":
        limits.before_attempt()
    _recognise()
    signin_kind.note_way_in()
    if request.blueprint == "security" or _is_public():
        csrf.protect()
        return None
    if request.endpoint is None:
        return None  # no such page: the answer is the same for everybody
    if g.sign_in is None:
        raise NotSignedIn()
    csrf.protect()
    if _lacks_second_factor(g.sign_in):
        flash(translate(_("Your role needs a second factor. Set one up first.")), "info")
        return redirect(url_for("security.two_factor_setup"))
    return None


def _below(prefixes: tuple[str, ...]) -> bool:
    return any(request.path == p or request.path.startswith(p.rstrip("/") + "/") for p in prefixes)


def _is_public() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "open_to_all", False)) or _below(_OPEN)


def _lacks_second_factor(entry: SignedIn) -> bool:
    required = current_app.config["GUZAR_SECOND_FACTOR"] == "required"
    return required and not entry.second_factor and decides(entry.actor.roles())


def _recognise() -> None:
    """Finds out who asks, from the cookie alone, and notes once a minute that he does."""
    g.sign_in = entry = _live_entry()
    if entry is None:
        g.actor = None
        return
    g.actor = _placed(entry.actor)
    if entry.unseen:
        with db.transaction() as session:
            sign_ins.seen(session, entry.id, entry.account, by=g.actor)


def _live_entry() -> SignedIn | None:
    key = cookie.get("sign_in")
    if not isinstance(key, str):
        return None
    with db.reading() as session:
        entry = queries.signed_in(session, UUID(hex=key))
    # The cookie also names the account's secret, which changes with the password.
    if entry is None or entry.uniquifier != cookie.get("_user_id"):
        return None
    return entry if signin_kind.opens(entry.device_kind) else None


def _placed(actor: Actor) -> Actor:
    return replace(
        actor,
        request_id=g.get("request_id", ""),
        address=request.remote_addr or "",
        device=devices.device_of(current_app),
        shares_device=current_app.config["GUZAR_SHARES_DEVICE"],
    )


def _on_failure(sender: Flask, user: User, auth_type: str = "", tfa: bool = False, **more: Any) -> None:
    signin_forms.note_failure(user, auth_type)


def _on_sign_in(sender: Flask, user: User, authn_via: list[str] | None = None, **more: Any) -> None:
    """The extension is satisfied: one sign-in opens, any other of this person on the same kind of device ends, and the cookie starts anew."""
    session = signin_store.session()
    actor = queries.actor_of_account(session, user.id)
    if actor is None:
        raise Forbidden()
    address = request.remote_addr or ""
    key = sign_ins.open_sign_in(
        session,
        user,
        second_factor=_proved_two(authn_via),
        address=address,
        by=_placed(actor),
        device_kind=signin_kind.of(session, user),
    )
    for name in [name for name in cookie if name not in _KEPT]:
        cookie.pop(name)
    g.pop("csrf_token", None)
    cookie["sign_in"] = key.hex


def _proved_two(authn_via: list[str] | None) -> bool:
    """The extension names how somebody came in, except after a second factor; a changed password keeps what was proved before."""
    if authn_via is None:
        return True
    if "change" in authn_via:
        return bool(g.sign_in is not None and g.sign_in.second_factor)
    return bool(g.get("passkey_proves_two", False))


def _on_sign_out(sender: Flask, user: Any = None, **more: Any) -> None:
    entry = g.get("sign_in")
    cookie.pop("sign_in", None)
    if entry is not None and user is not None:
        sign_ins.close_sign_in(signin_store.session(), user, entry.id, by=g.actor)


def _on_new_password(sender: Flask, user: User, **more: Any) -> None:
    sign_ins.password_changed(signin_store.session(), user, by=g.get("actor") or SYSTEM)
