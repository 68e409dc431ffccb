"""The ledger: accounts and balanced postings.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHART = (
    "^(receivable|refundable|bank|cash|contingent|guarantees"
    "|(revenue|suspended):[a-z][a-z0-9._:-]{0,39}|secured:(cash|account|guarantee)|prepaid:[A-Z]{2}-[A-Z0-9-]{2,32})$"
)


def upgrade() -> None:
    _ledger_account()
    _ledger_transfer()
    op.create_foreign_key(
        "fk_ledger_account_last",
        "ledger_account",
        "ledger_transfer",
        ["post", "code", "currency", "place", "balance"],
        ["post", "limited", "currency", "place", "balance_after"],
        deferrable=True,
        initially="DEFERRED",
    )
    _kept_by_triggers()


def _ledger_account() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance", sa.Numeric(precision=18, scale=2), server_default="0", nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(place IS NULL AND balance = 0) OR (code LIKE 'prepaid:%' AND place > 0)",
            name=op.f("ck_ledger_account_kept_if_limited"),
        ),
        sa.CheckConstraint(f"code ~ '{CHART}'", name=op.f("ck_ledger_account_code_known")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_ledger_account_currency_form")),
        sa.CheckConstraint(
            "balance >= 0 AND balance < 'NaN'::numeric", name=op.f("ck_ledger_account_never_below_zero")
        ),
        sa.PrimaryKeyConstraint("post", "code", "currency", name="pk_ledger_account"),
        postgresql_with={"fillfactor": "70"},
    )
    grant(op, "ledger_account", "SELECT, INSERT, UPDATE (balance, place)")


def _ledger_transfer() -> None:
    op.create_table(
        "ledger_transfer",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("debit", sa.String(length=60), nullable=False),
        sa.Column("credit", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("limited", sa.String(length=60), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("place_before", sa.Integer(), nullable=True),
        sa.Column("balance_before", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("balance_after", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_ledger_transfer_at_sane")),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_ledger_transfer_amount_sane")),
        sa.CheckConstraint(
            "CASE WHEN limited IS NULL THEN place IS NULL AND balance_before IS NULL AND balance_after IS NULL "
            "ELSE place > 0 AND place IS NOT NULL AND balance_after IS NOT NULL AND balance_before IS NOT NULL "
            "AND balance_after = balance_before + CASE WHEN credit = limited THEN amount ELSE - amount END END",
            name=op.f("ck_ledger_transfer_balance_follows"),
        ),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_transfer_two_accounts")),
        sa.CheckConstraint("kind ~ '^[a-z-]{1,20}$'", name=op.f("ck_ledger_transfer_kind_form")),
        sa.CheckConstraint(
            "NOT (debit LIKE 'prepaid:%' AND credit LIKE 'prepaid:%') AND limited IS NOT DISTINCT FROM "
            "CASE WHEN debit LIKE 'prepaid:%' THEN debit WHEN credit LIKE 'prepaid:%' THEN credit END",
            name=op.f("ck_ledger_transfer_limited_named"),
        ),
        sa.CheckConstraint(
            "balance_after IS NULL OR (balance_after >= 0 AND balance_after < 'NaN'::numeric)",
            name=op.f("ck_ledger_transfer_never_below_zero"),
        ),
        sa.CheckConstraint(
            "CASE WHEN place > 1 THEN place_before IS NOT NULL AND place_before = place - 1 "
            "ELSE place_before IS NULL AND coalesce(balance_before, 0) = 0 END",
            name=op.f("ck_ledger_transfer_place_follows"),
        ),
        sa.ForeignKeyConstraint(
            ["post", "debit", "currency"],
            ["ledger_account.post", "ledger_account.code", "ledger_account.currency"],
            name="fk_ledger_transfer_debit",
        ),
        sa.ForeignKeyConstraint(
            ["post", "credit", "currency"],
            ["ledger_account.post", "ledger_account.code", "ledger_account.currency"],
            name="fk_ledger_transfer_credit",
        ),
        sa.ForeignKeyConstraint(
            ["post", "limited", "currency", "place_before", "balance_before"],
            [
                "ledger_transfer.post",
                "ledger_transfer.limited",
                "ledger_transfer.currency",
                "ledger_transfer.place",
                "ledger_transfer.balance_after",
            ],
            name="fk_ledger_transfer_before",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_ledger_transfer"),
        sa.UniqueConstraint(
            "post", "limited", "currency", "place", "balance_after", name="uq_ledger_transfer_place_balance"
        ),
    )
    op.create_index("ix_ledger_transfer_credit", "ledger_transfer", ["post", "credit", "at"])
    op.create_index("ix_ledger_transfer_debit", "ledger_transfer", ["post", "debit", "at"])
    op.create_index("ix_ledger_transfer_entry", "ledger_transfer", ["post", "entry"])
    op.create_index("ix_ledger_transfer_subject", "ledger_transfer", ["post", "subject"])
    op.create_index(
        "uq_ledger_transfer_place",
        "ledger_transfer",
        ["post", "limited", "currency", "place"],
        unique=True,
        postgresql_where=sa.text("limited IS NOT NULL"),
    )
    grant(op, "ledger_transfer", "SELECT, INSERT")


#: Makes the accounts a transfer names, and gives a transfer of a limited account its place and balances. The account's
#: row is locked by the update, so places are given one after another.
PLACE = """
CREATE FUNCTION place_ledger_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change numeric(18, 2);
BEGIN
    NEW.limited := CASE WHEN NEW.debit LIKE 'prepaid:%' THEN NEW.debit WHEN NEW.credit LIKE 'prepaid:%' THEN NEW.credit END;
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

#: An account begins empty and goes on place by place: it cannot be set back to a balance it once had.
STEPS = """
CREATE FUNCTION refuse_ledger_account_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.place IS NOT NULL OR NEW.balance <> 0 THEN
            RAISE EXCEPTION 'an account begins empty' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.post, NEW.code, NEW.currency) IS DISTINCT FROM (OLD.post, OLD.code, OLD.currency)
        OR NEW.place IS DISTINCT FROM coalesce(OLD.place, 0) + 1
    THEN
        RAISE EXCEPTION 'a balance changes with a transfer and not otherwise' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""


def _kept_by_triggers() -> None:
    op.execute(PLACE)
    op.execute(STEPS)
    op.execute(
        "CREATE TRIGGER ledger_transfer_placed BEFORE INSERT ON ledger_transfer "
        "FOR EACH ROW EXECUTE FUNCTION place_ledger_transfer()"
    )
    op.execute(
        "CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE ON ledger_transfer "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER ledger_transfer_not_truncated BEFORE TRUNCATE ON ledger_transfer "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER ledger_account_stepwise BEFORE INSERT OR UPDATE ON ledger_account "
        "FOR EACH ROW EXECUTE FUNCTION refuse_ledger_account_set()"
    )


def downgrade() -> None:
    op.drop_constraint("fk_ledger_account_last", "ledger_account", type_="foreignkey")
    op.drop_table("ledger_transfer")
    op.drop_table("ledger_account")
    op.execute("DROP FUNCTION place_ledger_transfer()")
    op.execute("DROP FUNCTION refuse_ledger_account_set()")
