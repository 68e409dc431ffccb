"""Risk profiles and lanes, inspections, and proposals that wait for a second person.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _risk_profile()
    _risk_random_share()
    _risk_assessment()
    _inspection()
    _inspection_finding()
    _proposal()
    _guards()


def _risk_profile() -> None:
    op.create_table(
        "risk_profile",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("lane", sa.String(length=6), nullable=False),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        sa.Column("instruction", postgresql.JSONB(), nullable=False),
        sa.Column("posts", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lane IN ('yellow', 'red', 'blue')", name=op.f("ck_risk_profile_lane_stops")),
        sa.CheckConstraint(
            "valid_from >= '1990-01-01' AND valid_from < '2200-01-01'", name=op.f("ck_risk_profile_valid_from_sane")
        ),
        sa.CheckConstraint(
            "char_length(expression) BETWEEN 1 AND 2000", name=op.f("ck_risk_profile_expression_length")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_risk_profile_validity_ordered")),
        sa.CheckConstraint("version > 0", name=op.f("ck_risk_profile_version_sane")),
        sa.PrimaryKeyConstraint("code", "version", name="pk_risk_profile"),
    )
    grant(op, "risk_profile", "SELECT, INSERT")


def _risk_random_share() -> None:
    op.create_table(
        "risk_random_share",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("lane", sa.String(length=6), nullable=False),
        sa.CheckConstraint("lane IN ('yellow', 'red')", name=op.f("ck_risk_random_share_lane_stops")),
        sa.CheckConstraint("share >= 0 AND share <= 100", name=op.f("ck_risk_random_share_share_sane")),
        sa.PrimaryKeyConstraint("post", "valid_from", name="pk_risk_random_share"),
    )
    grant(op, "risk_random_share", "SELECT, INSERT, UPDATE")


def _risk_assessment() -> None:
    op.create_table(
        "risk_assessment",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=6), nullable=False),
        sa.Column("hits", postgresql.JSONB(), nullable=False),
        sa.Column("draw", sa.SmallInteger(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_risk_assessment_at_sane")),
        sa.CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name=op.f("ck_risk_assessment_lane_known")),
        sa.CheckConstraint("draw BETWEEN 0 AND 9999", name=op.f("ck_risk_assessment_draw_sane")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_risk_assessment_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_risk_assessment"),
    )
    op.create_index("ix_risk_assessment_declaration", "risk_assessment", ["post", "declaration_id", "at"])
    grant(op, "risk_assessment", "SELECT, INSERT")


def _inspection() -> None:
    op.create_table(
        "inspection",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.String(length=12), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("concluded_by", sa.Uuid(), nullable=True),
        sa.Column("concluded_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'concluded') = (conclusion IS NOT NULL) AND (conclusion IS NULL) = (concluded_by IS NULL)",
            name=op.f("ck_inspection_concluded_by_somebody"),
        ),
        sa.CheckConstraint(
            "conclusion IN ('conform', 'discrepancy', 'offence')", name=op.f("ck_inspection_conclusion_known")
        ),
        sa.CheckConstraint("kind IN ('documents', 'goods')", name=op.f("ck_inspection_kind_known")),
        sa.CheckConstraint(
            "ordered_at >= '1990-01-01' AND ordered_at < '2200-01-01'", name=op.f("ck_inspection_ordered_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('ordered', 'started', 'concluded', 'cancelled')", name=op.f("ck_inspection_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_inspection_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_inspection"),
    )
    op.create_index("ix_inspection_declaration", "inspection", ["post", "declaration_id", "ordered_at"])
    op.create_index(
        "uq_inspection_open",
        "inspection",
        ["post", "declaration_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('ordered', 'started')"),
    )
    grant(op, "inspection", "SELECT, INSERT, UPDATE")


def _inspection_finding() -> None:
    op.create_table(
        "inspection_finding",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("control", sa.String(length=2), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=True),
        sa.Column("conform", sa.Boolean(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_inspection_finding_at_sane")),
        sa.CheckConstraint("item IS NULL OR item BETWEEN 1 AND 999", name=op.f("ck_inspection_finding_item_sane")),
        sa.ForeignKeyConstraint(
            ["post", "inspection_id"],
            ["inspection.post", "inspection.id"],
            name="fk_inspection_finding_post_inspection_id_inspection",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_inspection_finding"),
    )
    op.create_index("ix_inspection_finding_inspection", "inspection_finding", ["post", "inspection_id", "at"])
    grant(op, "inspection_finding", "SELECT, INSERT")


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_login", sa.Text(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_login", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "proposed_at >= '1990-01-01' AND proposed_at < '2200-01-01'", name=op.f("ck_proposal_proposed_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'approved', 'rejected', 'overtaken')", name=op.f("ck_proposal_status_known")
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'rejected') OR decided_by IS NOT NULL",
            name=op.f("ck_proposal_decided_by_somebody"),
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_proposal_reason_given")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_proposal_two_persons")),
        sa.PrimaryKeyConstraint("post", "id", name="pk_proposal"),
    )
    op.create_index(
        "ix_proposal_waiting", "proposal", ["post", "proposed_at", "id"], postgresql_where=sa.text("status = 'waiting'")
    )
    op.create_index(
        "uq_proposal_waiting_subject",
        "proposal",
        ["post", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    grant(op, "proposal", "SELECT, INSERT, UPDATE")


RED_UNSEEN = """
CREATE FUNCTION refuse_red_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lane = 'red' AND NEW.status = 'released' AND NOT EXISTS (
        SELECT FROM public.inspection i WHERE i.post = NEW.post AND i.declaration_id = NEW.id
            AND i.kind = 'goods' AND i.status = 'concluded')
    THEN
        RAISE EXCEPTION 'red goods are not released before their inspection is concluded' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""

LOWERED_ALONE = """
CREATE FUNCTION refuse_lane_lowered_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lane IS NOT NULL AND (NEW.lane IS NULL
        OR array_position(ARRAY['green', 'blue', 'yellow', 'red'], NEW.lane::text)
        < array_position(ARRAY['green', 'blue', 'yellow', 'red'], OLD.lane::text))
        AND NOT EXISTS (
            SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id AND p.kind = 'lane.lower'
                AND p.status = 'approved' AND p.payload->>'lane' = NEW.lane AND p.payload->>'from' = OLD.lane
                AND p.payload->>'version' = OLD.version::text)
    THEN
        RAISE EXCEPTION 'a lane is lowered by two persons' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""


def _guards() -> None:
    """What no program and no hand may do alone: free red goods unseen, lower a lane without a second person."""
    op.execute(RED_UNSEEN)
    op.execute(LOWERED_ALONE)
    op.execute(
        "CREATE TRIGGER declaration_red_seen BEFORE INSERT OR UPDATE OF status, lane ON declaration "
        "FOR EACH ROW WHEN (NEW.status = 'released' AND NEW.lane = 'red') EXECUTE FUNCTION refuse_red_unseen()"
    )
    op.execute(
        "CREATE TRIGGER declaration_lane_by_two BEFORE UPDATE OF lane ON declaration "
        "FOR EACH ROW WHEN (OLD.lane IS DISTINCT FROM NEW.lane) EXECUTE FUNCTION refuse_lane_lowered_alone()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER declaration_lane_by_two ON declaration")
    op.execute("DROP TRIGGER declaration_red_seen ON declaration")
    op.execute("DROP FUNCTION refuse_lane_lowered_alone()")
    op.execute("DROP FUNCTION refuse_red_unseen()")
    op.drop_table("proposal")
    op.drop_table("inspection_finding")
    op.drop_table("inspection")
    op.drop_table("risk_assessment")
    op.drop_table("risk_random_share")
    op.drop_table("risk_profile")
