"""Who acts and who trades: firms, persons, accounts, passkeys, grants, tokens, sign-ins.

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SANE = "{0} >= '1990-01-01' AND {0} < '2200-01-01'"
NOW = sa.text("guzar_now()")
ROLES = "role IN ('trader', 'officer', 'inspector', 'supervisor', 'analyst', 'liaison', 'administrator', 'auditor', 'system')"


def upgrade() -> None:
    _party()
    _person()
    _account()
    _passkey()
    _grant()
    _token()
    _sign_in()


def _moment(name: str, *, nullable: bool = False, server_default: sa.TextClause | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)


def _party() -> None:
    op.create_table(
        "party",
        sa.Column("code", sa.String(35), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        _moment("registered_at", server_default=NOW),
        sa.PrimaryKeyConstraint("code", name="pk_party"),
        sa.CheckConstraint("code ~ '^[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,31}$'", name=op.f("ck_party_code_form")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 200", name=op.f("ck_party_name_length")),
        sa.CheckConstraint("char_length(address) <= 300", name=op.f("ck_party_address_length")),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_party_country_form")),
        sa.CheckConstraint(SANE.format("registered_at"), name=op.f("ck_party_registered_at_sane")),
    )
    grant(op, "party", "SELECT, INSERT, UPDATE")


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 120", name=op.f("ck_person_name_length")),
    )
    grant(op, "person", "SELECT, INSERT, UPDATE (name)")


def _account() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("failed", sa.SmallInteger(), nullable=False),
        _moment("locked_until", nullable=True),
        _moment("last_active", nullable=True),
        _moment("created_at", server_default=NOW),
        sa.Column("fs_uniquifier", sa.String(64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(64), nullable=False),
        sa.Column("tf_primary_method", sa.String(20)),
        sa.Column("tf_totp_secret", sa.Text()),
        sa.Column("totp_counter", sa.BigInteger()),
        sa.Column("mf_recovery_codes", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_app_user"),
        sa.UniqueConstraint("id", "person_id", name="uq_app_user_id_person_id"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_app_user_fs_uniquifier"),
        sa.UniqueConstraint("fs_webauthn_user_handle", name="uq_app_user_fs_webauthn_user_handle"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_app_user_person_id_person"),
        sa.CheckConstraint("login ~ '^[A-Za-z][A-Za-z0-9._-]{1,39}$'", name=op.f("ck_app_user_login_form")),
        sa.CheckConstraint("password LIKE '$argon2id$%'", name=op.f("ck_app_user_password_hashed")),
        sa.CheckConstraint("failed BETWEEN 0 AND 5", name=op.f("ck_app_user_failed_sane")),
        sa.CheckConstraint(SANE.format("created_at"), name=op.f("ck_app_user_created_at_sane")),
        sa.CheckConstraint(SANE.format("locked_until"), name=op.f("ck_app_user_locked_until_sane")),
    )
    op.create_index("uq_app_user_login", "app_user", [sa.text("lower(login)")], unique=True)
    op.create_index("ix_app_user_person_id", "app_user", ["person_id"])
    grant(op, "app_user", "SELECT, INSERT")
    # Neither the person behind an account nor its login ever changes.
    grant(
        op,
        "app_user",
        "UPDATE (active, locale, password, failed, locked_until, last_active, fs_uniquifier, fs_webauthn_user_handle, "
        "tf_primary_method, tf_totp_secret, totp_counter, mf_recovery_codes)",
    )


def _passkey() -> None:
    op.create_table(
        "webauthn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("usage", sa.String(10), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.Text()),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(64), nullable=False),
        sa.Column("extensions", sa.String(255)),
        _moment("lastuse_datetime"),
        _moment("created_at", server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_webauthn"),
        sa.UniqueConstraint("credential_id", name="uq_webauthn_credential_id"),
        sa.UniqueConstraint("user_id", "name", name="uq_webauthn_user_id_name"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], ondelete="CASCADE", name="fk_webauthn_user_id_app_user"),
        sa.CheckConstraint("usage IN ('first', 'secondary')", name=op.f("ck_webauthn_usage_known")),
        sa.CheckConstraint("octet_length(credential_id) <= 1023", name=op.f("ck_webauthn_credential_id_length")),
    )
    grant(op, "webauthn", "SELECT, INSERT, UPDATE, DELETE")


def _grant() -> None:
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("post", sa.String(5), nullable=False),
        sa.Column("party", sa.String(35)),
        _moment("valid_from"),
        _moment("valid_to", nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_grant"),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["app_user.id", "app_user.person_id"],
            name="fk_access_grant_account_id_person_id_app_user",
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name="fk_access_grant_party_party"),
        sa.CheckConstraint(ROLES, name=op.f("ck_access_grant_role_known")),
        sa.CheckConstraint("post = '*' OR post ~ '^[A-Z]{2}[A-Z0-9]{3}$'", name=op.f("ck_access_grant_post_form")),
        sa.CheckConstraint(
            "post <> '*' OR role IN ('administrator', 'analyst', 'auditor', 'system', 'trader')",
            name=op.f("ck_access_grant_post_everywhere"),
        ),
        sa.CheckConstraint("(role = 'trader') = (party IS NOT NULL)", name=op.f("ck_access_grant_party_of_trader")),
        sa.CheckConstraint("granted_by <> person_id", name=op.f("ck_access_grant_granted_by_another")),
        sa.CheckConstraint(SANE.format("valid_from"), name=op.f("ck_access_grant_valid_from_sane")),
        sa.CheckConstraint(
            SANE.format("valid_to") + " AND valid_to >= valid_from", name=op.f("ck_access_grant_valid_to_sane")
        ),
    )
    op.create_index("ix_access_grant_account_id", "access_grant", ["account_id"])
    grant(op, "access_grant", "SELECT, INSERT, UPDATE (valid_to)")


def _token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("decide_until", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["app_user.id"], name="fk_api_token_account_id_app_user"),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_api_token_digest_length")),
        sa.CheckConstraint(
            "scopes <@ ARRAY['read', 'write', 'decide']::text[] AND cardinality(scopes) > 0",
            name=op.f("ck_api_token_scopes_known"),
        ),
        sa.CheckConstraint(
            "('decide' = ANY (scopes)) = (decide_until IS NOT NULL)", name=op.f("ck_api_token_decide_dated")
        ),
        sa.CheckConstraint("decide_until <= created_at + interval '12 hours'", name=op.f("ck_api_token_decide_short")),
        sa.CheckConstraint(
            SANE.format("expires_at") + " AND expires_at > created_at", name=op.f("ck_api_token_expires_at_sane")
        ),
        sa.CheckConstraint(SANE.format("created_at"), name=op.f("ck_api_token_created_at_sane")),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])
    grant(op, "api_token", "SELECT, INSERT, UPDATE (revoked_at)")


def _sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _moment("started_at"),
        _moment("verified_at"),
        _moment("seen_at"),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_sign_in"),
        sa.UniqueConstraint("id", name="uq_sign_in_id"),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["app_user.id", "app_user.person_id"],
            name="fk_sign_in_account_id_person_id_app_user",
        ),
        sa.CheckConstraint(SANE.format("started_at"), name=op.f("ck_sign_in_started_at_sane")),
    )
    grant(op, "sign_in", "SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    for table in ("sign_in", "api_token", "access_grant", "webauthn", "app_user", "person", "party"):
        op.drop_table(table)
