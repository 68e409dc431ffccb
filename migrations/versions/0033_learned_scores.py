"""Learned scores.

Revision: 0033, after 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _risk_score_model()
    _risk_score_month()
    _risk_score_drift()


def _risk_score_model() -> None:
    op.create_table(
        "risk_score_model",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("trees", sa.LargeBinary(), nullable=False),
        sa.Column("encoder", postgresql.JSONB(), nullable=False),
        sa.Column("reference", postgresql.JSONB(), nullable=False),
        sa.Column("metrics", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data_digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("finds", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_by", sa.Text(), nullable=False),
        sa.Column("trained_name", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("switched_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_on_name", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_risk_score_model_ended_when")),
        sa.CheckConstraint(
            "status <> 'in_force' OR switched_on_at IS NOT NULL", name=op.f("ck_risk_score_model_in_force_since")
        ),
        sa.CheckConstraint("status IN ('learned', 'in_force', 'ended')", name=op.f("ck_risk_score_model_status_known")),
        sa.CheckConstraint(
            "trained_at >= '1990-01-01' AND trained_at < '2200-01-01'", name=op.f("ck_risk_score_model_trained_at_sane")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_risk_score_model_ended_with_reason")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_risk_score_model_number_sane")),
        sa.CheckConstraint(
            "octet_length(trees) BETWEEN 1 AND 67108864", name=op.f("ck_risk_score_model_trees_bounded")
        ),
        sa.CheckConstraint(
            "rows > 0 AND finds > 0 AND finds < rows", name=op.f("ck_risk_score_model_rows_of_both_kinds")
        ),
        sa.CheckConstraint("since <= until", name=op.f("ck_risk_score_model_period_ordered")),
        sa.CheckConstraint("valid_to > trained_at", name=op.f("ck_risk_score_model_validity_ordered")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_risk_score_model")),
    )
    op.create_index(
        "uq_risk_score_model_in_force",
        "risk_score_model",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'in_force'"),
    )
    grant(
        op, "risk_score_model", "SELECT, INSERT, UPDATE (status, switched_on_at, switched_on_name, ended_at, ended_why)"
    )


def _risk_score_month() -> None:
    op.create_table(
        "risk_score_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("chooser", sa.String(length=8), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "chooser IN ('profiles', 'score', 'random')", name=op.f("ck_risk_score_month_chooser_known")
        ),
        sa.CheckConstraint("EXTRACT(day FROM month) = 1", name=op.f("ck_risk_score_month_month_begins")),
        sa.CheckConstraint(
            "inspected >= 0 AND found BETWEEN 0 AND inspected", name=op.f("ck_risk_score_month_figures_sane")
        ),
        sa.PrimaryKeyConstraint("month", "chooser", name=op.f("pk_risk_score_month")),
    )
    grant(op, "risk_score_month", "SELECT, INSERT")


def _risk_score_drift() -> None:
    op.create_table(
        "risk_score_drift",
        sa.Column("model", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("psi", sa.Numeric(precision=8, scale=4), nullable=False),
        sa.Column("moved", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("psi >= 0 AND psi < 'NaN'::numeric", name=op.f("ck_risk_score_drift_psi_sane")),
        sa.CheckConstraint("moved BETWEEN 0 AND 1", name=op.f("ck_risk_score_drift_moved_share")),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_risk_score_drift_rows_sane")),
        sa.ForeignKeyConstraint(
            ["model"], ["risk_score_model.number"], name=op.f("fk_risk_score_drift_model_risk_score_model")
        ),
        sa.PrimaryKeyConstraint("model", "day", name=op.f("pk_risk_score_drift")),
    )
    grant(op, "risk_score_drift", "SELECT, INSERT")


def downgrade() -> None:
    for table in ("risk_score_drift", "risk_score_month", "risk_score_model"):
        op.drop_table(table)
