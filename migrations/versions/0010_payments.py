"""Assessments, payments, securities, prepayment accounts, closings of the day.

Revision: 0010, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cash_closing()
    _assessment()
    _payment()
    _prepayment_account()
    _duty_security()
    _refund()
    _guards()


def _cash_closing() -> None:
    op.create_table(
        "cash_closing",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_cash_closing_at_sane")),
        sa.PrimaryKeyConstraint("post", "id", name="pk_cash_closing"),
    )
    op.create_index("ix_cash_closing_at", "cash_closing", ["post", "at"])
    op.create_index("uq_cash_closing_number", "cash_closing", ["post", "number"], unique=True)
    grant(op, "cash_closing", "SELECT, INSERT")


def _assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("suspended", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("by_tax", postgresql.JSONB(), nullable=False),
        sa.Column("suspended_by_tax", postgresql.JSONB(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_assessment_currency_form")),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_assessment_made_at_sane")
        ),
        sa.CheckConstraint("suspended >= 0 AND suspended < 'NaN'::numeric", name=op.f("ck_assessment_suspended_sane")),
        sa.CheckConstraint("total >= 0 AND total < 'NaN'::numeric", name=op.f("ck_assessment_total_sane")),
        sa.CheckConstraint("number > 0 AND content >= 0", name=op.f("ck_assessment_numbers_sane")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_assessment_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_assessment"),
    )
    op.create_index("uq_assessment_number", "assessment", ["post", "declaration_id", "number"], unique=True)
    grant(op, "assessment", "SELECT, INSERT")


def _payment() -> None:
    op.create_table(
        "payment",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("bank", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("excess", sa.String(length=10), nullable=False),
        sa.Column("written_order", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_name", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_name", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(cancelled_by IS NULL) = (status <> 'cancelled')", name=op.f("ck_payment_cancelled_by_somebody")
        ),
        sa.CheckConstraint(
            "(method = 'receipt') = (bank IS NOT NULL) AND (bank IS NULL) = (receipt IS NULL)",
            name=op.f("ck_payment_receipt_named"),
        ),
        sa.CheckConstraint(
            "(number IS NOT NULL) = (status IN ('confirmed', 'cancelled'))", name=op.f("ck_payment_numbered")
        ),
        sa.CheckConstraint("(purpose = 'deposit') = (declaration_id IS NULL)", name=op.f("ck_payment_deposit_alone")),
        sa.CheckConstraint("(settled_by IS NULL) = (status = 'claimed')", name=op.f("ck_payment_settled_by_somebody")),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_payment_amount_sane")),
        sa.CheckConstraint("closing_id IS NULL OR status = 'confirmed'", name=op.f("ck_payment_closed_if_confirmed")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_payment_currency_form")),
        sa.CheckConstraint("excess IN ('refundable', 'account')", name=op.f("ck_payment_excess_known")),
        sa.CheckConstraint("made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_payment_made_at_sane")),
        sa.CheckConstraint("method IN ('receipt', 'cash', 'account')", name=op.f("ck_payment_method_known")),
        sa.CheckConstraint("purpose IN ('duties', 'deposit', 'security')", name=op.f("ck_payment_purpose_known")),
        sa.CheckConstraint(
            "settled_at >= '1990-01-01' AND settled_at < '2200-01-01'", name=op.f("ck_payment_settled_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('claimed', 'confirmed', 'refused', 'cancelled')", name=op.f("ck_payment_status_known")
        ),
        sa.CheckConstraint("claimed_by <> settled_by", name=op.f("ck_payment_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "closing_id"],
            ["cash_closing.post", "cash_closing.id"],
            name="fk_payment_post_closing_id_cash_closing",
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_payment_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_payment"),
    )
    op.create_index(
        "ix_payment_claimed", "payment", ["post", "made_at", "id"], postgresql_where=sa.text("status = 'claimed'")
    )
    op.create_index("ix_payment_closing", "payment", ["post", "closing_id"])
    op.create_index("ix_payment_declaration", "payment", ["post", "declaration_id", "made_at"])
    op.create_index("ix_payment_party", "payment", ["post", "party", "id"])
    op.create_index(
        "ix_payment_unclosed",
        "payment",
        ["post", "id"],
        postgresql_where=sa.text("status = 'confirmed' AND closing_id IS NULL"),
    )
    op.create_index("uq_payment_number", "payment", ["post", "number"], unique=True)
    op.create_index(
        "uq_payment_receipt",
        "payment",
        ["bank", "receipt"],
        unique=True,
        postgresql_where=sa.text("status IN ('claimed', 'confirmed')"),
    )
    moving = "status, version, number, settled_by, settled_name, settled_at, cancelled_by, reason, closing_id"
    grant(op, "payment", f"SELECT, INSERT, UPDATE ({moving})")


def _prepayment_account() -> None:
    op.create_table(
        "prepayment_account",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("party", sa.String(length=35), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("standing_order", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_prepayment_account_currency_form")),
        sa.CheckConstraint(
            "opened_at >= '1990-01-01' AND opened_at < '2200-01-01'", name=op.f("ck_prepayment_account_opened_at_sane")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name="fk_prepayment_account_party_party"),
        sa.PrimaryKeyConstraint("post", "party", name="pk_prepayment_account"),
    )
    grant(op, "prepayment_account", "SELECT, INSERT, UPDATE (standing_order, version)")


def _duty_security() -> None:
    op.create_table(
        "duty_security",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(method = 'cash') = (payment_id IS NOT NULL)", name=op.f("ck_duty_security_cash_paid_in")),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_duty_security_amount_sane")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_duty_security_currency_form")),
        sa.CheckConstraint(
            "given_at >= '1990-01-01' AND given_at < '2200-01-01'", name=op.f("ck_duty_security_given_at_sane")
        ),
        sa.CheckConstraint("method <> 'guarantee' OR reference <> ''", name=op.f("ck_duty_security_guarantee_named")),
        sa.CheckConstraint("method IN ('cash', 'account', 'guarantee')", name=op.f("ck_duty_security_method_known")),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_duty_security_released_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_duty_security_post_declaration_id_declaration",
        ),
        sa.ForeignKeyConstraint(
            ["post", "payment_id"], ["payment.post", "payment.id"], name="fk_duty_security_post_payment_id_payment"
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_duty_security"),
    )
    op.create_index("ix_duty_security_declaration", "duty_security", ["post", "declaration_id", "given_at"])
    grant(op, "duty_security", "SELECT, INSERT, UPDATE (released_at, released_by, released_reason)")


def _refund() -> None:
    op.create_table(
        "refund",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(target = 'bank') = (bank <> '' AND bank_reference <> '')", name=op.f("ck_refund_bank_named")
        ),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_refund_amount_sane")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_refund_currency_form")),
        sa.CheckConstraint("declaration_id IS NOT NULL OR target = 'bank'", name=op.f("ck_refund_withdrawal_to_bank")),
        sa.CheckConstraint("made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_refund_made_at_sane")),
        sa.CheckConstraint("target IN ('account', 'bank')", name=op.f("ck_refund_target_known")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_refund_reason_given")),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f("ck_refund_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "closing_id"],
            ["cash_closing.post", "cash_closing.id"],
            name="fk_refund_post_closing_id_cash_closing",
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_refund_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_refund"),
    )
    op.create_index("ix_refund_closing", "refund", ["post", "closing_id"])
    op.create_index("ix_refund_declaration", "refund", ["post", "declaration_id"])
    op.create_index("ix_refund_party", "refund", ["post", "party", "id"])
    op.create_index("ix_refund_unclosed", "refund", ["post", "id"], postgresql_where=sa.text("closing_id IS NULL"))
    op.create_index("uq_refund_number", "refund", ["post", "number"], unique=True)
    op.create_index("uq_refund_proposal", "refund", ["post", "proposal_id"], unique=True)
    grant(op, "refund", "SELECT, INSERT, UPDATE (closing_id)")


CLOSED = """
CREATE FUNCTION refuse_closed_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: what is closed with its day is never touched again', TG_TABLE_NAME USING ERRCODE = '42501';
END $$
"""


def _guards() -> None:
    """Assessments and closings stand as they were made; payments and refunds once their day is closed."""
    op.execute(CLOSED)
    for table in ("payment", "refund"):
        op.execute(
            f"CREATE TRIGGER {table}_closed_stands BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW WHEN (OLD.closing_id IS NOT NULL) EXECUTE FUNCTION refuse_closed_changed()"
        )
    for table in ("assessment", "cash_closing"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("refund")
    op.drop_table("duty_security")
    op.drop_table("prepayment_account")
    op.drop_table("payment")
    op.drop_table("assessment")
    op.drop_table("cash_closing")
    op.execute("DROP FUNCTION refuse_closed_changed()")
