"""Exemption certificates and goods under suspense, with what remains of them.

Revision: 0011, after 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _certificate()
    _certificate_write_off()
    _stock()
    _stock_write_off()


def _certificate() -> None:
    name = "exemption_certificate"
    op.create_table(
        name,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=70), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("commodities", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("taxes", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=True),
        sa.Column("granted", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("used", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_name", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'in_force', 'refused', 'withdrawn')", name=op.f(f"ck_{name}_status_known")
        ),
        sa.CheckConstraint("measure IN ('net_kg', 'units', 'value')", name=op.f(f"ck_{name}_measure_known")),
        sa.CheckConstraint("granted >= 0 AND granted < 'NaN'::numeric", name=op.f(f"ck_{name}_granted_sane")),
        sa.CheckConstraint("used >= 0 AND used <= granted", name=op.f(f"ck_{name}_never_overdrawn")),
        sa.CheckConstraint("(measure = 'units') = (unit IS NOT NULL)", name=op.f(f"ck_{name}_unit_named")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f(f"ck_{name}_days_ordered")),
        sa.CheckConstraint("valid_from >= '1990-01-01' AND valid_to < '2200-01-01'", name=op.f(f"ck_{name}_days_sane")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> registered_by", name=op.f(f"ck_{name}_two_persons")),
        sa.CheckConstraint(
            "status NOT IN ('in_force', 'refused') OR decided_by IS NOT NULL",
            name=op.f(f"ck_{name}_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "registered_at >= '1990-01-01' AND registered_at < '2200-01-01'",
            name=op.f(f"ck_{name}_registered_at_sane"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=f"pk_{name}"),
    )
    op.create_index("uq_exemption_certificate_number", name, ["holder", "number"], unique=True)
    grant(op, name, "SELECT, INSERT, UPDATE (used, status, decided_by, decided_name)")


def _certificate_write_off() -> None:
    name = "exemption_write_off"
    op.create_table(
        name,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_post", sa.String(length=5), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity <> 0 AND quantity < 'NaN'::numeric", name=op.f(f"ck_{name}_quantity_sane")),
        sa.CheckConstraint("item BETWEEN 1 AND 999", name=op.f(f"ck_{name}_item_sane")),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f(f"ck_{name}_at_sane")),
        sa.ForeignKeyConstraint(
            ["certificate_post", "certificate_id"],
            ["exemption_certificate.post", "exemption_certificate.id"],
            name="fk_exemption_write_off_certificate",
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_exemption_write_off_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name=f"pk_{name}"),
    )
    op.create_index("ix_exemption_write_off_certificate", name, ["certificate_post", "certificate_id", "at"])
    op.create_index("ix_exemption_write_off_declaration", name, ["post", "declaration_id"])
    grant(op, name, "SELECT, INSERT")


def _stock() -> None:
    name = "suspense_stock"
    op.create_table(
        name,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("commodity", sa.String(length=12), nullable=False),
        sa.Column("procedure", sa.String(length=7), nullable=False),
        sa.Column("net_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("packages", sa.Numeric(precision=12, scale=0), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=True),
        sa.Column("units", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("left_net_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("left_packages", sa.Numeric(precision=12, scale=0), nullable=False),
        sa.Column("left_units", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("item BETWEEN 1 AND 999", name=op.f(f"ck_{name}_item_sane")),
        sa.CheckConstraint("net_kg >= 0 AND net_kg < 'NaN'::numeric", name=op.f(f"ck_{name}_net_kg_sane")),
        sa.CheckConstraint("packages >= 0 AND packages < 'NaN'::numeric", name=op.f(f"ck_{name}_packages_sane")),
        sa.CheckConstraint("units >= 0 AND units < 'NaN'::numeric", name=op.f(f"ck_{name}_units_sane")),
        sa.CheckConstraint(
            "left_net_kg >= 0 AND left_net_kg <= net_kg", name=op.f(f"ck_{name}_net_kg_never_overdrawn")
        ),
        sa.CheckConstraint(
            "left_packages >= 0 AND left_packages <= packages", name=op.f(f"ck_{name}_packages_never_overdrawn")
        ),
        sa.CheckConstraint("left_units >= 0 AND left_units <= units", name=op.f(f"ck_{name}_units_never_overdrawn")),
        sa.CheckConstraint("(unit IS NULL) = (units = 0)", name=op.f(f"ck_{name}_unit_named")),
        sa.CheckConstraint(
            "opened_at >= '1990-01-01' AND opened_at < '2200-01-01'", name=op.f(f"ck_{name}_opened_at_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_suspense_stock_declaration"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=f"pk_{name}"),
    )
    op.create_index("uq_suspense_stock_item", name, ["post", "declaration_id", "item"], unique=True)
    op.create_index("ix_suspense_stock_mrn", name, ["mrn", "item"])
    op.create_index("ix_suspense_stock_holder", name, ["holder", "id"])
    grant(op, name, "SELECT, INSERT, UPDATE (left_net_kg, left_packages, left_units)")


def _stock_write_off() -> None:
    name = "suspense_write_off"
    op.create_table(
        name,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stock_post", sa.String(length=5), nullable=False),
        sa.Column("stock_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("net_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("packages", sa.Numeric(precision=12, scale=0), nullable=False),
        sa.Column("units", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("item BETWEEN 1 AND 999", name=op.f(f"ck_{name}_item_sane")),
        sa.CheckConstraint(
            "abs(net_kg) < 'NaN'::numeric AND abs(packages) < 'NaN'::numeric AND abs(units) < 'NaN'::numeric",
            name=op.f(f"ck_{name}_quantities_sane"),
        ),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f(f"ck_{name}_at_sane")),
        sa.ForeignKeyConstraint(
            ["stock_post", "stock_id"], ["suspense_stock.post", "suspense_stock.id"], name="fk_suspense_write_off_stock"
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_suspense_write_off_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name=f"pk_{name}"),
    )
    op.create_index("ix_suspense_write_off_stock", name, ["stock_post", "stock_id", "at"])
    op.create_index("ix_suspense_write_off_declaration", name, ["post", "declaration_id"])
    grant(op, name, "SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("suspense_write_off")
    op.drop_table("suspense_stock")
    op.drop_table("exemption_write_off")
    op.drop_table("exemption_certificate")
