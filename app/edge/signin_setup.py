"""How the sign-in extension is set up: what is on, what is off, what is derived from the application's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import timedelta
from typing import Any, NoReturn

from flask import Flask, abort, g
from flask_security import PasswordUtil, Security, Totp, WebauthnUtil, uia_username_mapper
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts import passwords, rules
from app.accounts.models import User
from app.core.errors import FreshSignInNeeded, NotSignedIn
from app.edge import signin_forms, signin_store
from app.edge.locale import translate
from app.edge.signin_words import MESSAGES, Words
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> Security:
    """Registers the extension's views, each in one transaction, without those of its parts that are not used."""
    passwords.use(passwords.CHEAP if settings.cheap_passwords else passwords.REAL)
    app.config.update(_configuration(settings.with_secret()))
    store = signin_store.Store(second_factor_required=settings.second_factor == "required")
    security = Security(app, store, **_FORMS, password_util_cls=Passwords, totp_cls=Codes, webauthn_util_cls=Passkeys)
    security.i18n_domain = Words()
    app.jinja_env.globals["_fsdomain"] = security.i18n_domain.gettext
    security.want_json(lambda request: False)
    security.unauthn_handler(_not_signed_in)
    security.reauthn_handler(_not_fresh)
    security.login_manager.user_loader(lambda key: _user(store, key))
    security.login_manager.request_loader(None)
    # Roles here are grants bound to posts and dates; the extension's own idea of an identity would cost a query a request.
    security.principal.identity_loaders.clear()
    processors = app.template_context_processors[None]
    processors[:] = [p for p in processors if p.__module__ != "flask_login.utils"]
    for name, view in app.view_functions.items():
        if name.startswith("security.") and name != "security.static":
            app.view_functions[name] = signin_store.in_transaction(view)
    app.view_functions["security.two_factor_rescue"] = _unused  # it would send an e-mail
    return security


_FORMS: dict[str, Any] = {
    "login_form": signin_forms.SignInForm,
    "verify_form": signin_forms.ConfirmForm,
    "change_password_form": signin_forms.PasswordForm,
    "two_factor_verify_code_form": signin_forms.CodeForm,
    "mf_recovery_form": signin_forms.RecoveryForm,
    "mf_recovery_codes_form": signin_forms.RecoveryCodesForm,
    "wan_register_response_form": signin_forms.PasskeyAddedForm,
    "wan_signin_form": signin_forms.PasskeyForm,
    "wan_signin_response_form": signin_forms.PasskeyShownForm,
}


def _configuration(secret: str) -> dict[str, Any]:
    cost = passwords.cost()
    options: dict[str, Any] = {
        "USER_IDENTITY_ATTRIBUTES": [{"login": {"mapper": uia_username_mapper, "case_insensitive": True}}],
        "JOIN_USER_ROLES": False,
        "DATETIME_FACTORY": signin_store.clock,
        "API_ENABLED_METHODS": ["session"],
        "CSRF_PROTECT_MECHANISMS": ["session"],
        "CACHE_CONTROL": {},  # `edge.headers` says no-store
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": ["argon2"],
        "PASSWORD_SALT": _derived(secret, "password"),
        "PASSWORD_NORMALIZE_FORM": passwords.NORMAL_FORM,
        "PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__type": "ID",
            "argon2__memory_cost": cost.memory,
            "argon2__time_cost": cost.passes,
            "argon2__parallelism": cost.lanes,
        },
        "CHANGEABLE": True,
        "CHANGE_URL": "/change-password",
        "SEND_PASSWORD_CHANGE_EMAIL": False,
        "POST_CHANGE_VIEW": "/account",
        # /verify is the public check of permits.
        "VERIFY_URL": "/verify-password",
        "FRESHNESS": rules.FRESH_FOR,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "/account",
        "TOTP_SECRETS": {"1": _derived(secret, "code generators")},
        "TOTP_ISSUER": "Guzar",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_derived(secret, "recovery codes").encode()],
        "WEBAUTHN": True,
        "WAN_RP_NAME": "Guzar",
        "WAN_POST_REGISTER_VIEW": "/account",
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_NAME_MAX_LENGTH": 60,
    }
    said = {f"MSG_{name}": (text.msgid, kind) for name, (text, kind) in MESSAGES.items()}
    return {f"SECURITY_{name}": value for name, value in (options | said).items()}


def _derived(secret: str, purpose: str) -> str:
    """A key of 256 bits for one purpose, in the base64 that Fernet reads."""
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)).decode()


def _user(store: signin_store.Store, key: str) -> User | None:
    """The account for the extension's views; everywhere else `current_actor()` says who asks."""
    entry = g.get("sign_in")
    if entry is None or entry.uniquifier != key or g.get("sign_in_session") is None:
        return None
    g.fs_authn_via = "session"
    g.fs_paa = time.time() - entry.verified_ago.total_seconds()
    return store.find_user(id=entry.account)


def _not_signed_in(mechanisms: Any = None, headers: Any = None) -> NoReturn:
    raise NotSignedIn()


def _not_fresh(within: timedelta, grace: timedelta) -> NoReturn:
    raise FreshSignInNeeded()


def _unused() -> NoReturn:
    abort(404)


class Passwords(PasswordUtil):
    """New passwords obey our rule."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        found = rules.of_password(password, kwargs["user"].login)
        return [translate(f.message) for f in found] or None, self.normalize(password)


class Codes(Totp):
    """No code is taken twice."""

    def get_last_counter(self, user: User) -> int | None:  # type: ignore[override]
        return user.totp_counter

    def set_last_counter(self, user: User, tmatch: Any) -> None:  # type: ignore[override]
        user.totp_counter = tmatch.counter


class Passkeys(WebauthnUtil):
    """A passkey that replaces the password is asked for its PIN or fingerprint, and needs no login to be typed; one that
    follows the password is not."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED if usage == ["first"] else UserVerificationRequirement.DISCOURAGED
