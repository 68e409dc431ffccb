"""The kernel: node and its clock, chain heads, journal, outbox, idempotency keys, number series.

Revision: 0001, the first
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import application_role, grant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SANE = "{0} >= '1990-01-01' AND {0} < '2200-01-01'"

NOW = """
CREATE FUNCTION guzar_now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    chosen text := current_setting('guzar.clock', true);
    here public.node%ROWTYPE;
BEGIN
    SELECT * INTO STRICT here FROM public.node;
    IF chosen IS NOT NULL AND chosen <> '' THEN
        IF here.purpose = 'live' THEN
            RAISE EXCEPTION 'the clock of a live database cannot be set' USING ERRCODE = '42501';
        END IF;
        RETURN chosen::timestamptz;
    END IF;
    RETURN clock_timestamp() + here.clock_offset;
END $$
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501';
END $$
"""


def upgrade() -> None:
    _node()
    _journal()
    _outbox()
    _idempotency()
    _numbers()


def _node() -> None:
    op.create_table(
        "node",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("clock_offset", sa.Interval(), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_node"),
        sa.CheckConstraint("one", name=op.f("ck_node_one_row")),
        sa.CheckConstraint("purpose IN ('live', 'demo', 'test')", name=op.f("ck_node_purpose_known")),
        sa.CheckConstraint("purpose <> 'live' OR clock_offset = interval '0'", name=op.f("ck_node_live_clock_true")),
    )
    op.execute("INSERT INTO node VALUES (true, 'live', interval '0')")
    op.execute(NOW)
    grant(op, "node", "SELECT")


def _journal() -> None:
    op.create_table(
        "chain_head",
        sa.Column("post", sa.String(5), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post", name="pk_chain_head"),
        postgresql_with={"fillfactor": "50"},
    )
    grant(op, "chain_head", "SELECT, INSERT, UPDATE")
    op.create_table(
        "journal_entry",
        sa.Column("post", sa.String(5), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("event", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post", "number", name="pk_journal_entry"),
        sa.CheckConstraint(SANE.format("at"), name=op.f("ck_journal_entry_at_sane")),
        sa.CheckConstraint("number > 0", name=op.f("ck_journal_entry_number_positive")),
        sa.CheckConstraint(
            "octet_length(hash) = 32 AND octet_length(previous) = 32", name=op.f("ck_journal_entry_hash_length")
        ),
    )
    op.create_index("ix_journal_entry_post_kind_subject", "journal_entry", ["post", "kind", "subject", "number"])
    op.create_index("ix_journal_entry_post_at", "journal_entry", ["post", "at"])
    op.execute(APPEND_ONLY)
    op.execute(
        "CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER journal_entry_not_truncated BEFORE TRUNCATE ON journal_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    grant(op, "journal_entry", "SELECT, INSERT")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("post", sa.String(5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("guzar_now()"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("post", "id", name="pk_outbox"),
        sa.CheckConstraint(SANE.format("at"), name=op.f("ck_outbox_at_sane")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_sane")),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["id"], postgresql_where=sa.text("delivered_at IS NULL"))
    op.create_index(
        "ix_outbox_delivered_at", "outbox", ["delivered_at"], postgresql_where=sa.text("delivered_at IS NOT NULL")
    )
    grant(op, "outbox", "SELECT, INSERT, UPDATE, DELETE")


def _idempotency() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("guzar_now()"), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name="pk_idempotency_key"),
        sa.CheckConstraint("char_length(key) BETWEEN 1 AND 200", name=op.f("ck_idempotency_key_key_length")),
        sa.CheckConstraint("octet_length(fingerprint) = 32", name=op.f("ck_idempotency_key_fingerprint_length")),
        sa.CheckConstraint("status BETWEEN 200 AND 299", name=op.f("ck_idempotency_key_status_success")),
        sa.CheckConstraint(SANE.format("at"), name=op.f("ck_idempotency_key_at_sane")),
    )
    op.create_index("ix_idempotency_key_at", "idempotency_key", ["at"])
    grant(op, "idempotency_key", "SELECT, INSERT, DELETE")


def _numbers() -> None:
    op.create_table(
        "number_series",
        sa.Column("post", sa.String(5), nullable=False),
        sa.Column("series", sa.String(30), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post", "series", "year", name="pk_number_series"),
        sa.CheckConstraint("last >= 0", name=op.f("ck_number_series_last_sane")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2199", name=op.f("ck_number_series_year_sane")),
        postgresql_with={"fillfactor": "50"},
    )
    grant(op, "number_series", "SELECT, INSERT, UPDATE")
    role = application_role()
    if role:
        op.execute(f'GRANT SELECT ON alembic_version TO "{role}"')


def downgrade() -> None:
    for table in ("number_series", "idempotency_key", "outbox", "journal_entry", "chain_head"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION guzar_now()")
    op.drop_table("node")
