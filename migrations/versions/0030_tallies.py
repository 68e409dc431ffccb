"""What is remembered of parties, drivers, wheels and boxes; two more percentiles of usual prices.

Revision: 0030, after 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_OPEN = "status IN ('released_for_transit', 'incident', 'arrived', 'unloading', 'discrepancies', 'enquiry', 'recovery')"


def upgrade() -> None:
    _risk_finding()
    _risk_subject()
    _risk_subject_chapter()
    _risk_subject_cursor()
    _risk_subject_month()
    _prices()
    _indexes()


def _risk_finding() -> None:
    op.create_table(
        "risk_finding",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("consignment", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_risk_finding_at_sane")),
        sa.CheckConstraint("kind IN ('declaration', 'movement')", name=op.f("ck_risk_finding_kind_known")),
        sa.CheckConstraint("char_length(event) BETWEEN 1 AND 60", name=op.f("ck_risk_finding_event_given")),
        sa.PrimaryKeyConstraint("post", "kind", "consignment", name=op.f("pk_risk_finding")),
    )
    op.create_index("ix_risk_finding_at", "risk_finding", ["post", "at"], unique=False)
    grant(op, "risk_finding", "SELECT, INSERT")


def _risk_subject() -> None:
    op.create_table(
        "risk_subject",
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_finding", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "first_seen >= '1990-01-01' AND first_seen < '2200-01-01'", name=op.f("ck_risk_subject_first_seen_sane")
        ),
        sa.CheckConstraint(
            "last_finding >= '1990-01-01' AND last_finding < '2200-01-01'",
            name=op.f("ck_risk_subject_last_finding_sane"),
        ),
        sa.CheckConstraint(
            "last_seen >= '1990-01-01' AND last_seen < '2200-01-01'", name=op.f("ck_risk_subject_last_seen_sane")
        ),
        sa.CheckConstraint(
            "role IN ('declarant', 'consignor', 'consignee', 'holder', 'driver', 'vehicle', 'trailer', 'container')",
            name=op.f("ck_risk_subject_role_known"),
        ),
        sa.CheckConstraint("char_length(key) BETWEEN 1 AND 220", name=op.f("ck_risk_subject_key_given")),
        sa.CheckConstraint("first_seen <= last_seen", name=op.f("ck_risk_subject_seen_ordered")),
        sa.PrimaryKeyConstraint("role", "key", name=op.f("pk_risk_subject")),
        postgresql_with={"fillfactor": "80"},
    )
    grant(op, "risk_subject", "SELECT, INSERT, UPDATE")


def _risk_subject_chapter() -> None:
    op.create_table(
        "risk_subject_chapter",
        sa.Column("consignee", sa.Text(), nullable=False),
        sa.Column("chapter", sa.String(length=2), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("chapter ~ '^[0-9]{2}$'", name=op.f("ck_risk_subject_chapter_chapter_form")),
        sa.CheckConstraint(
            "last_seen >= '1990-01-01' AND last_seen < '2200-01-01'",
            name=op.f("ck_risk_subject_chapter_last_seen_sane"),
        ),
        sa.CheckConstraint(
            "char_length(consignee) BETWEEN 1 AND 220", name=op.f("ck_risk_subject_chapter_consignee_given")
        ),
        sa.PrimaryKeyConstraint("consignee", "chapter", name=op.f("pk_risk_subject_chapter")),
        postgresql_with={"fillfactor": "80"},
    )
    grant(op, "risk_subject_chapter", "SELECT, INSERT, UPDATE")


def _risk_subject_cursor() -> None:
    op.create_table(
        "risk_subject_cursor",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_risk_subject_cursor_number_sane")),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_risk_subject_cursor")),
    )
    grant(op, "risk_subject_cursor", "SELECT, INSERT, UPDATE")


def _risk_subject_month() -> None:
    op.create_table(
        "risk_subject_month",
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("consignments", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('declarant', 'consignor', 'consignee', 'holder', 'driver', 'vehicle', 'trailer', 'container')",
            name=op.f("ck_risk_subject_month_role_known"),
        ),
        sa.CheckConstraint("consignments >= 0 AND findings >= 0", name=op.f("ck_risk_subject_month_counts_sane")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_risk_subject_month_month_begins")),
        sa.PrimaryKeyConstraint("role", "key", "month", name=op.f("pk_risk_subject_month")),
        postgresql_with={"fillfactor": "80"},
    )
    grant(op, "risk_subject_month", "SELECT, INSERT, UPDATE")


def _prices() -> None:
    """The worker makes the prices anew; those of before lack what is new."""
    op.execute("DELETE FROM commodity_price")
    for name in ("p10", "p90"):
        op.add_column("commodity_price", sa.Column(name, sa.Numeric(precision=24, scale=4), nullable=False))
    _order("p05 >= 0 AND p05 <= p10 AND p10 <= median AND median <= p90 AND p90 <= p95 AND p95 < 'NaN'::numeric")


def _indexes() -> None:
    """What a consignee sends in one day, and what a holder has under way, are asked of each consignment."""
    op.create_index(
        "ix_declaration_content_consignee",
        "declaration_content",
        [
            sa.literal_column("coalesce(header -> 'consignee' ->> 'id', header -> 'consignee' ->> 'name')"),
            "made_at",
        ],
    )
    op.create_index(
        "ix_transit_movement_holder_open",
        "transit_movement",
        ["party", "limit_at"],
        postgresql_where=sa.text(_OPEN),
    )


def _order(condition: str) -> None:
    name = op.f("ck_commodity_price_prices_sane")
    op.drop_constraint(name, "commodity_price")
    op.create_check_constraint(name, "commodity_price", condition)


def downgrade() -> None:
    _order("p05 >= 0 AND p05 <= median AND median <= p95 AND p95 < 'NaN'::numeric")
    for name in ("p90", "p10"):
        op.drop_column("commodity_price", name)
    op.drop_index("ix_transit_movement_holder_open", "transit_movement")
    op.drop_index("ix_declaration_content_consignee", "declaration_content")
    for table in ("risk_subject_month", "risk_subject_chapter", "risk_subject_cursor", "risk_subject", "risk_finding"):
        op.drop_table(table)
