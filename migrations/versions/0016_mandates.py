"""Mandates of firms for those who declare for them; stocks that follow an amendment of their declaration.

Revision: 0016, after 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import application_role, grant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

#: What is declared of goods under suspense: an amendment changes it.
FOLLOWS = "holder, commodity, procedure, net_kg, packages, unit, units"


def upgrade() -> None:
    _mandate()
    grant(op, "suspense_stock", f"UPDATE ({FOLLOWS})")


def _mandate() -> None:
    op.create_table(
        "mandate",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.String(length=35), nullable=False),
        sa.Column("declarant", sa.String(length=35), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("given_role", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_name", sa.Text(), nullable=True),
        sa.Column("revoked_role", sa.String(length=20), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("principal <> declarant", name=op.f("ck_mandate_two_firms")),
        sa.CheckConstraint(
            "cardinality(scopes) > 0 AND scopes <@ ARRAY['certificates', 'stocks']::varchar[]",
            name=op.f("ck_mandate_scopes_known"),
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_mandate_days_ordered")),
        sa.CheckConstraint("valid_from >= '1990-01-01' AND valid_to < '2200-01-01'", name=op.f("ck_mandate_days_sane")),
        sa.CheckConstraint(
            "given_role IN ('trader', 'supervisor', 'administrator')", name=op.f("ck_mandate_given_role_known")
        ),
        sa.CheckConstraint(
            "(given_role = 'trader') = (paper = '') AND char_length(paper) <= 200", name=op.f("ck_mandate_paper_named")
        ),
        sa.CheckConstraint(
            "revoked_at IS NULL AND revoked_by IS NULL AND revoked_name IS NULL AND revoked_role IS NULL "
            "AND revoked_reason IS NULL OR revoked_at IS NOT NULL AND revoked_by IS NOT NULL "
            "AND revoked_name IS NOT NULL AND revoked_role IS NOT NULL AND revoked_reason IS NOT NULL",
            name=op.f("ck_mandate_revoked_by_somebody"),
        ),
        sa.CheckConstraint(
            "given_at >= '1990-01-01' AND given_at < '2200-01-01'", name=op.f("ck_mandate_given_at_sane")
        ),
        sa.CheckConstraint(
            "revoked_at >= '1990-01-01' AND revoked_at < '2200-01-01'", name=op.f("ck_mandate_revoked_at_sane")
        ),
        sa.ForeignKeyConstraint(["principal"], ["party.code"], name="fk_mandate_principal_party"),
        sa.ForeignKeyConstraint(["declarant"], ["party.code"], name="fk_mandate_declarant_party"),
        sa.PrimaryKeyConstraint("post", "id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_firms", "mandate", ["principal", "declarant", "post"])
    op.create_index("ix_mandate_declarant", "mandate", ["declarant", "id"])
    grant(
        op,
        "mandate",
        "SELECT, INSERT, UPDATE (revoked_at, revoked_by, revoked_name, revoked_role, revoked_reason)",
    )


def downgrade() -> None:
    op.drop_table("mandate")
    role = application_role()
    if role:
        op.execute(f'REVOKE UPDATE ({FOLLOWS}) ON suspense_stock FROM "{role}"')
