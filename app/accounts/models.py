"""Persons, accounts, grants, tokens, passkeys and the live sign-ins of each person, one a kind of device.

This is the one module below the edge that imports the sign-in extension: its mixins give the methods that its views
call. The columns are our own, because the extension's ready-made ones want an e-mail address and keep times without a
zone.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship
from sqlalchemy.sql import func

from app.accounts.roles import ANYWHERE, DeviceKind, Role, Scope
from app.core import db
from app.core.ids import uuid7
from app.core.lifecycle import sql_in
from app.core.tables import Base, Big, IdKey, Small, sane_time

LOGIN_FORM = "^[A-Za-z][A-Za-z0-9._-]{1,39}$"

_POST_FORM = "post = '*' OR post ~ '^[A-Z]{2}[A-Z0-9]{3}$'"
_POST_SCOPE = f"post <> '*' OR {sql_in('role', sorted(ANYWHERE))}"
_SCOPES_KNOWN = f"scopes <@ ARRAY[{', '.join(repr(s.value) for s in Scope)}]::text[] AND cardinality(scopes) > 0"


class Person(Base):
    """A human being. Two accounts of one person never count as two persons."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("char_length(name) BETWEEN 1 AND 120", name="name_length"),)

    id: Mapped[IdKey] = mapped_column(default=uuid7)
    name: Mapped[str]


class User(Base, UserMixin):
    """An account. The extension insists on this class's name, and on the names of the columns from `fs_uniquifier` to
    `mf_recovery_codes`."""

    __tablename__ = "app_user"
    __table_args__ = (
        UniqueConstraint("id", "person_id"),
        UniqueConstraint("fs_uniquifier"),
        UniqueConstraint("fs_webauthn_user_handle"),
        Index("uq_app_user_login", text("lower(login)"), unique=True),
        Index("ix_app_user_person_id", "person_id"),
        CheckConstraint(f"login ~ '{LOGIN_FORM}'", name="login_form"),
        CheckConstraint("password LIKE '$argon2id$%'", name="password_hashed"),
        CheckConstraint("failed BETWEEN 0 AND 5", name="failed_sane"),
        CheckConstraint(sane_time("created_at"), name="created_at_sane"),
        CheckConstraint(sane_time("locked_until"), name="locked_until_sane"),
        CheckConstraint(sane_time("dormant_at"), name="dormant_at_sane"),
        CheckConstraint(sane_time("woken_at"), name="woken_at_sane"),
    )

    id: Mapped[IdKey] = mapped_column(default=uuid7)  # type: ignore[assignment]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    login: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(String(10), default="en")
    password: Mapped[str | None] = mapped_column(Text())
    #: Wrong passwords and codes since the last good one; the fifth locks until `locked_until`.
    failed: Mapped[Small] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    last_active: Mapped[dt.datetime | None]
    #: Locked because nobody used it for a month; `woken_at` is when two persons last opened such an account again.
    dormant_at: Mapped[dt.datetime | None]
    woken_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.guzar_now())
    #: Changes with the password, so that every sign-in made with the old one ends.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), default=lambda: uuid7().hex)
    fs_webauthn_user_handle: Mapped[str] = mapped_column(String(64), default=lambda: uuid7().hex)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(Text())
    #: The time step of the last code accepted, so that none is accepted twice.
    totp_counter: Mapped[Big | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    webauthn: Mapped[list[WebAuthn]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan"
    )

    #: Set by the edge, which knows the setting: this person's roles need a second factor.
    second_factor_needed = False

    @property
    def email(self) -> str:  # type: ignore[override]
        """The extension compares accounts by their e-mail address; the login is what is unique here."""
        return self.login

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether five failures have closed the account for now, by the database's clock, or nobody used it for a month."""
        if self.dormant_at is not None:
            return True
        session = object_session(self)
        if self.locked_until is None or session is None:
            return False
        return self.locked_until > db.now(session)

    def has_second_factor(self) -> bool:
        """Whether a code generator or a passkey is set up."""
        return bool(self.tf_totp_secret and self.tf_primary_method) or bool(self.webauthn)

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """The extension asks after a good password: is a second factor wanted, and which are there?"""
        return self.second_factor_needed or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """The extension asks whether the second factor may be switched off again."""
        return self.second_factor_needed


class WebAuthn(Base, WebAuthnMixin):
    """A passkey. Names and types of the columns are what the extension writes."""

    __tablename__ = "webauthn"
    __table_args__ = (
        UniqueConstraint("credential_id"),
        UniqueConstraint("user_id", "name"),
        CheckConstraint("usage IN ('first', 'secondary')", name="usage_known"),
        CheckConstraint("octet_length(credential_id) <= 1023", name="credential_id_length"),
    )

    id: Mapped[IdKey] = mapped_column(default=uuid7)  # type: ignore[assignment]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(10))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[Big] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.guzar_now())

    user: Mapped[User] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, UUID]:
        return {"id": self.user_id}


class AccessGrant(Base):
    """A role at a post between two moments; a trader's names the firm acted for. Only its end can come nearer.

    A grant is given by the node itself or by an approved proposal of two persons, neither of them the one who gets it; a
    trigger of the database sees to that.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "person_id"], ["app_user.id", "app_user.person_id"]),
        ForeignKeyConstraint(
            ["proposal_post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_access_grant_proposal"
        ),
        Index("ix_access_grant_account_id", "account_id"),
        Index("ix_access_grant_post_role", "post", "role"),
        CheckConstraint(sql_in("role", Role), name="role_known"),
        CheckConstraint(_POST_FORM, name="post_form"),
        CheckConstraint(_POST_SCOPE, name="post_everywhere"),
        CheckConstraint("(role = 'trader') = (party IS NOT NULL)", name="party_of_trader"),
        CheckConstraint("granted_by <> person_id", name="granted_by_another"),
        CheckConstraint("(proposal_post IS NULL) = (proposal_id IS NULL)", name="proposal_whole"),
        CheckConstraint(sane_time("valid_from"), name="valid_from_sane"),
        CheckConstraint(f"{sane_time('valid_to')} AND valid_to >= valid_from", name="valid_to_sane"),
    )

    id: Mapped[IdKey] = mapped_column(default=uuid7)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20))
    post: Mapped[str] = mapped_column(String(5))
    party: Mapped[str | None] = mapped_column(ForeignKey("party.code"))
    valid_from: Mapped[dt.datetime]
    valid_to: Mapped[dt.datetime | None]
    granted_by: Mapped[UUID]
    #: The approved proposal it follows from; None where the node itself gave it.
    proposal_post: Mapped[str | None] = mapped_column(String(5))
    proposal_id: Mapped[UUID | None]


class ApiToken(Base):
    """A key for somebody's software; of its text only the hash is kept. Dates and scopes never widen."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_api_token_account_id", "account_id"),
        CheckConstraint("octet_length(digest) = 32", name="digest_length"),
        CheckConstraint(_SCOPES_KNOWN, name="scopes_known"),
        CheckConstraint("('decide' = ANY (scopes)) = (decide_until IS NOT NULL)", name="decide_dated"),
        CheckConstraint("decide_until <= created_at + interval '12 hours'", name="decide_short"),
        CheckConstraint(f"{sane_time('expires_at')} AND expires_at > created_at", name="expires_at_sane"),
        CheckConstraint(sane_time("created_at"), name="created_at_sane"),
    )

    id: Mapped[IdKey] = mapped_column(default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    label: Mapped[str] = mapped_column(String(60))
    digest: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    decide_until: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class SignIn(Base):
    """The one live sign-in of a person on a kind of device: the key allows no second, so a new one ends the old one, on
    whichever account."""

    __tablename__ = "sign_in"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "person_id"], ["app_user.id", "app_user.person_id"]),
        UniqueConstraint("id"),
        CheckConstraint(sane_time("started_at"), name="started_at_sane"),
        CheckConstraint(sql_in("device_kind", DeviceKind), name="device_kind_known"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_kind: Mapped[str] = mapped_column(String(5), primary_key=True, default=DeviceKind.DESK.value)
    account_id: Mapped[UUID]
    #: What the cookie holds; new with every sign-in.
    id: Mapped[UUID]
    started_at: Mapped[dt.datetime]
    #: When the person last proved to be there; a decision wants this to be recent.
    verified_at: Mapped[dt.datetime]
    #: When the last request came, to the minute.
    seen_at: Mapped[dt.datetime]
    second_factor: Mapped[bool]
    address: Mapped[str] = mapped_column(String(45))
