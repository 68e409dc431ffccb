"""The sign-in extension's forms, with what it leaves to the application: locks, equal answers, limits, and ties to the person.

Every refusal of a sign-in reads the same and takes about the same time, whether the login is unknown, closed, locked,
without a grant, or the password wrong.
"""

from __future__ import annotations

import json
from typing import Any

from flask import g, request
from flask import session as cookie
from flask_security import (
    ChangePasswordForm,
    MfRecoveryCodesForm,
    MfRecoveryForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
    current_user,
)
from flask_security.forms import Form, NextFormMixin
from flask_security.proxies import _datastore, _security
from webauthn.helpers.exceptions import WebAuthnException
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.accounts import passwords, queries, sign_ins
from app.accounts.models import User
from app.core.actors import SYSTEM
from app.core.text import _, ascii_digits, normal
from app.edge import limits, signin_store
from app.edge.locale import translate

REFUSED = _("Login or password are not right. After five failures an account stays closed for 15 minutes.")
LOCKED = _("This account is closed for 15 minutes after five failures. Try again later.")
WRONG_PASSWORD = _("The password is not right.")
WRONG_CODE = _("The code is not right, or was used already. Wait for the next one.")
MISSING = _("Fill in this field.")
UNREADABLE_PASSKEY = _("The passkey was not accepted. Try again, or sign in with your password.")
#: What a hostile browser may send instead of a passkey makes the libraries fail in all these ways.
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)


def note_failure(user: Any, what: str) -> None:
    """Counts a failure of this account and of the address it came from."""
    limits.after_failure()
    sign_ins.record_failed(
        signin_store.session(), user, what=what, address=request.remote_addr or "", by=SYSTEM
    )


def prepared(user: User | None) -> User | None:
    """The account, told what the setting asks of its roles."""
    store: signin_store.Store = _datastore  # type: ignore[assignment]
    return store.prepared(user)


def _check(password: str, user: User) -> bool:
    if len(password) > passwords.LONGEST:  # nobody has one; the hash itself would not take it
        return False
    with limits.hash_slot():
        return bool(user.verify_and_update_password(passwords.normal(password)))


class SignInForm(Form, NextFormMixin):
    """Login and password."""

    login = StringField(validators=[InputRequired(), Length(max=40)])
    password = PasswordField(validators=[InputRequired(), Length(max=passwords.LONGEST)])
    #: The extension's view asks for this; e-mail addresses are not confirmed here, as there are none.
    requires_confirmation = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user: User | None = None
        if not self.next.data:
            self.next.data = request.args.get("next", "")

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        user = queries.find_for_change(signin_store.session(), normal(self.login.data or ""))
        if self._opens(user):
            self.user = prepared(user)
            return True
        self.form_errors.append(translate(REFUSED))
        return False

    def _opens(self, user: User | None) -> bool:
        password = self.password.data or ""
        usable = user is not None and user.active and bool(user.password) and not user.is_locked()
        if user is None or not usable or not queries.live_grants(signin_store.session(), user.id):
            limits.after_failure()
            with limits.hash_slot():
                passwords.hashed(password)  # as long as a real check takes
            return False
        if _check(password, user):
            return True
        note_failure(user, "password")
        return False


class ConfirmForm(VerifyForm):
    """The password once more (and the code, where a code generator is set up), so that decisions are open for a quarter of an hour."""

    code = StringField(validators=[Length(max=20)])

    def validate(self, **kwargs: Any) -> bool:
        if not Form.validate(self, **kwargs):
            return False
        user: User = self.user._get_current_object()  # type: ignore[attr-defined]
        if user.is_locked():
            self.password.errors = [translate(LOCKED)]
            return False
        if not _check(self.password.data or "", user):
            note_failure(user, "password")
            self.password.errors = [translate(WRONG_PASSWORD)]
            return False
        if user.tf_totp_secret and not _right_code(self.code.data or "", user):
            note_failure(user, "code")
            self.code.errors = [translate(WRONG_CODE)]
            return False
        _proved_again(user)
        return True


def _right_code(code: str, user: Any) -> bool:
    return bool(
        _security.totp_factory.verify_totp(token=_digits(code), totp_secret=user.tf_totp_secret, user=user, window=30)
    )


def _digits(code: str) -> str:
    return ascii_digits("".join(code.split()))


def _proved_again(user: Any) -> None:
    sign_ins.verify_again(signin_store.session(), user, g.sign_in.id, by=g.actor)


class PasswordForm(ChangePasswordForm):
    """A new password, after the old one."""

    def validate(self, **kwargs: Any) -> bool:
        if current_user.is_locked():
            self.password.errors = [translate(LOCKED)]
            return False
        good = bool(super().validate(**kwargs))
        if not good and self.password.errors and self.password.data:
            note_failure(current_user, "password")
        return good


class CodeForm(TwoFactorVerifyCodeForm):
    """The code of the day's minute. Digits may be Persian; a locked account takes none."""

    def validate(self, **kwargs: Any) -> bool:
        self.code.data = _digits(str(self.code.data or ""))[:20]
        if self.user is not None and not self.is_setup and self.user.is_locked():
            self.code.errors = [translate(LOCKED)]
            return False
        if super().validate(**kwargs):
            return True
        self.code.errors = [translate(WRONG_CODE if self.code.data else MISSING)]
        return False


class RecoveryForm(MfRecoveryForm):
    """One of the codes written down for the day when the code generator is lost."""

    def validate(self, **kwargs: Any) -> bool:
        self.code.data = ascii_digits((self.code.data or "").strip().lower())[:40]
        if self.user is not None and self.user.is_locked():
            self.code.errors = [translate(LOCKED)]
            return False
        if super().validate(**kwargs):
            return True
        if self.user is not None and self.code.data:
            note_failure(self.user, "recovery code")
        self.code.errors = [translate(WRONG_CODE if self.code.data else MISSING)]
        return False


class RecoveryCodesForm(MfRecoveryCodesForm):
    """New recovery codes; the old ones stop working."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        sign_ins.add_second_factor(signin_store.session(), current_user, None, what="recovery codes", by=g.actor)
        return True


class PasskeyAddedForm(WebAuthnRegisterResponseForm):
    """What the browser says about a new passkey."""

    def validate(self, **kwargs: Any) -> bool:
        try:
            return bool(super().validate(**kwargs)) and _plain(self)
        except _UNREADABLE:
            self.credential.errors = [translate(UNREADABLE_PASSKEY)]
            return False


def _plain(form: PasskeyAddedForm) -> bool:
    """The browser's remarks about the passkey are stored and read back as JSON: an object with an object in it, or nothing."""
    if form.extensions is None:
        return True
    remarks = json.loads(form.extensions) if len(form.extensions) <= 255 else None
    if isinstance(remarks, dict) and isinstance(remarks.get("credProps", {}), dict):
        return True
    form.extensions = "{}"
    return True


class PasskeyForm(WebAuthnSigninForm):
    """The start of a sign-in with a passkey. Nobody is remembered beyond the sign-in."""

    def validate(self, **kwargs: Any) -> bool:
        self.remember.data = False
        self.identity.data = self.identity.data or ""
        return bool(super().validate(**kwargs))


class PasskeyShownForm(WebAuthnSigninResponseForm):
    """A passkey's signature, for a sign-in, as second factor, or as fresh proof of presence."""

    def validate(self, **kwargs: Any) -> bool:
        self.remember.data = ""
        try:
            good = bool(super().validate(**kwargs)) and self._belongs()
        except _UNREADABLE:
            good = False
        if not good:
            limits.after_failure()
            self.credential.errors = [translate(UNREADABLE_PASSKEY)]
            return False
        g.passkey_proves_two = self.mf_check
        if self.is_verify:
            _proved_again(self.user)
        return True

    def _belongs(self) -> bool:
        """The extension takes any known passkey here. It has to be that of the person who gave the password, or who is signed
        in, and of an account that is open and holds a grant."""
        user: Any = self.user
        if user is None or not user.active or user.is_locked():
            return False
        if self.is_secondary and user.fs_uniquifier != cookie.get("tf_user_id"):
            return False
        if self.is_verify and user.id != current_user.id:
            return False
        self.user = prepared(user)
        return bool(queries.live_grants(signin_store.session(), user.id))
