"""Guarantees for transit, and their limited accounts in the ledger.

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


#: Makes the accounts a transfer names, and gives a transfer of a limited account its place and balances. The account's
#: row is locked by the update, so places are given one after another.
PLACE = """
CREATE OR REPLACE FUNCTION place_ledger_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change numeric(18, 2);
BEGIN
    NEW.limited := {named};
    NEW.place := NULL;
    NEW.place_before := NULL;
    NEW.balance_before := NULL;
    NEW.balance_after := NULL;
    IF NOT EXISTS (SELECT FROM public.ledger_account a
        WHERE a.post = NEW.post AND a.code = NEW.debit AND a.currency = NEW.currency) THEN
        INSERT INTO public.ledger_account (post, code, currency) VALUES (NEW.post, NEW.debit, NEW.currency)
        ON CONFLICT DO NOTHING;
    END IF;
    IF NOT EXISTS (SELECT FROM public.ledger_account a
        WHERE a.post = NEW.post AND a.code = NEW.credit AND a.currency = NEW.currency) THEN
        INSERT INTO public.ledger_account (post, code, currency) VALUES (NEW.post, NEW.credit, NEW.currency)
        ON CONFLICT DO NOTHING;
    END IF;
    IF NEW.limited IS NOT NULL THEN
        change := CASE WHEN NEW.credit = NEW.limited THEN NEW.amount ELSE - NEW.amount END;
        UPDATE public.ledger_account a SET balance = a.balance + change, place = coalesce(a.place, 0) + 1
        WHERE a.post = NEW.post AND a.code = NEW.limited AND a.currency = NEW.currency
        RETURNING a.place, a.balance INTO NEW.place, NEW.balance_after;
        NEW.place_before := nullif(NEW.place - 1, 0);
        NEW.balance_before := NEW.balance_after - change;
    END IF;
    RETURN NEW;
END $$
"""
#: The chart of accounts and what is limited in it, before and after.
BEFORE = (
    (
        r"^(receivable|refundable|bank|cash|contingent|guarantees"
        r"|(revenue|suspended):[a-z][a-z0-9._:-]{0,39}|secured:(cash|account|guarantee)|prepaid:[A-Z]{2}-[A-Z0-9-]{2,32})$"
    ),
    "{0} LIKE 'prepaid:%'",
)
AFTER = (
    (
        r"^(receivable|refundable|bank|cash|contingent|guarantees"
        r"|(revenue|suspended):[a-z][a-z0-9._:-]{0,39}|secured:(cash|account|guarantee)|prepaid:[A-Z]{2}-[A-Z0-9-]{2,32}"
        r"|transit:(pledged|reserved|held|claimed)|pledge:[A-Z0-9-]{8,30})$"
    ),
    "{0} ~ '^(prepaid|pledge):'",
)


def upgrade() -> None:
    _limits(*AFTER)
    _guarantee()
    _guarantee_access_code()
    _guarantee_reservation()


def _guarantee() -> None:
    op.create_table(
        "guarantee",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grn", sa.String(length=24), nullable=False),
        sa.Column("type", sa.String(length=1), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("guarantor", sa.String(length=60), nullable=False),
        sa.Column("guarantor_name", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("not_valid_for", postgresql.ARRAY(sa.String(length=2)), nullable=False),
        sa.Column("commodities", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_name", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0 AND amount < 'NaN'::numeric", name=op.f("ck_guarantee_amount_sane")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_guarantee_currency_form")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> registered_by OR type = 'B'", name=op.f("ck_guarantee_two_persons")
        ),
        sa.CheckConstraint(
            "registered_at >= '1990-01-01' AND registered_at < '2200-01-01'",
            name=op.f("ck_guarantee_registered_at_sane"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'in_force', 'suspended', 'refused', 'revoked')",
            name=op.f("ck_guarantee_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_force', 'suspended', 'refused') OR decided_by IS NOT NULL",
            name=op.f("ck_guarantee_decided_by_somebody"),
        ),
        sa.CheckConstraint("type IN ('0', '1', '2', '3', '4', '9', 'B')", name=op.f("ck_guarantee_type_known")),
        sa.CheckConstraint(
            "valid_from >= '1990-01-01' AND valid_to < '2200-01-01'", name=op.f("ck_guarantee_days_sane")
        ),
        sa.CheckConstraint("level IN (0, 30, 50, 100)", name=op.f("ck_guarantee_level_known")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_guarantee_days_ordered")),
        sa.CheckConstraint("version > 0", name=op.f("ck_guarantee_version_sane")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_guarantee")),
    )
    op.create_index("ix_guarantee_holder", "guarantee", ["holder", "grn"], unique=False)
    op.create_index("ix_guarantee_post", "guarantee", ["post", "registered_at", "id"], unique=False)
    op.create_index("uq_guarantee_grn", "guarantee", ["grn"], unique=True)
    grant(op, "guarantee", "SELECT, INSERT, UPDATE (amount, status, version, decided_by, decided_name, decided_at)")


def _guarantee_access_code() -> None:
    op.create_table(
        "guarantee_access_code",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guarantee_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_guarantee_access_code_made_at_sane")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_guarantee_access_code_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["post", "guarantee_id"],
            ["guarantee.post", "guarantee.id"],
            name=op.f("fk_guarantee_access_code_post_guarantee_id_guarantee"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_guarantee_access_code")),
    )
    op.create_index(
        "ix_guarantee_access_code_guarantee", "guarantee_access_code", ["post", "guarantee_id"], unique=False
    )
    grant(op, "guarantee_access_code", "SELECT, INSERT, UPDATE (revoked_by, revoked_at)")


def _guarantee_reservation() -> None:
    op.create_table(
        "guarantee_reservation",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guarantee_id", sa.Uuid(), nullable=False),
        sa.Column("movement_post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserved_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_wish_by", sa.Uuid(), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_guarantee_reservation_amount_sane")),
        sa.CheckConstraint(
            "reserved_at >= '1990-01-01' AND reserved_at < '2200-01-01'",
            name=op.f("ck_guarantee_reservation_reserved_at_sane"),
        ),
        sa.CheckConstraint(
            "status IN ('reserved', 'held') OR ended_at IS NOT NULL",
            name=op.f("ck_guarantee_reservation_ended_has_moment"),
        ),
        sa.CheckConstraint(
            "status IN ('reserved', 'held', 'credited', 'claimed')", name=op.f("ck_guarantee_reservation_status_known")
        ),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> released_wish_by",
            name=op.f("ck_guarantee_reservation_by_hand_by_two"),
        ),
        sa.ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_guarantee_reservation_movement",
        ),
        sa.ForeignKeyConstraint(
            ["post", "guarantee_id"],
            ["guarantee.post", "guarantee.id"],
            name=op.f("fk_guarantee_reservation_post_guarantee_id_guarantee"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_guarantee_reservation")),
    )
    op.create_index(
        "ix_guarantee_reservation_guarantee",
        "guarantee_reservation",
        ["post", "guarantee_id", "reserved_at", "id"],
        unique=False,
    )
    op.create_index("ix_guarantee_reservation_movement", "guarantee_reservation", ["movement_id"], unique=False)
    op.create_index(
        "uq_guarantee_reservation_open",
        "guarantee_reservation",
        ["post", "guarantee_id", "movement_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('reserved', 'held')"),
    )
    grant(
        op,
        "guarantee_reservation",
        "SELECT, INSERT, UPDATE (status, ended_at, released_wish_by, released_by, released_reason)",
    )


def _limits(chart: str, limited: str) -> None:
    debit, credit, code = limited.format("debit"), limited.format("credit"), limited.format("code")
    op.drop_constraint(op.f("ck_ledger_account_code_known"), "ledger_account")
    op.drop_constraint(op.f("ck_ledger_account_kept_if_limited"), "ledger_account")
    op.drop_constraint(op.f("ck_ledger_transfer_limited_named"), "ledger_transfer")
    op.create_check_constraint(op.f("ck_ledger_account_code_known"), "ledger_account", f"code ~ '{chart}'")
    op.create_check_constraint(
        op.f("ck_ledger_account_kept_if_limited"),
        "ledger_account",
        f"(place IS NULL AND balance = 0) OR ({code} AND place > 0)",
    )
    op.create_check_constraint(
        op.f("ck_ledger_transfer_limited_named"),
        "ledger_transfer",
        f"NOT ({debit} AND {credit}) AND limited IS NOT DISTINCT FROM "
        f"CASE WHEN {debit} THEN debit WHEN {credit} THEN credit END",
    )
    op.execute(_placed(limited))


def _placed(limited: str) -> str:
    """The trigger function of 0009 with this word for what is limited."""
    debit, credit = limited.format("NEW.debit"), limited.format("NEW.credit")
    return PLACE.format(named=f"CASE WHEN {debit} THEN NEW.debit WHEN {credit} THEN NEW.credit END")


def downgrade() -> None:
    op.drop_table("guarantee_reservation")
    op.drop_table("guarantee_access_code")
    op.drop_table("guarantee")
    _limits(*BEFORE)
