"""Lanes of transit movements; trusted traders; clean goods that wait; yellow that becomes blue by itself.

Revision: 0032, after 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_HELD = "suspended_at,suspended_by,suspended_name,suspended_reason,ended_at,ended_by,ended_name,ended_reason"

#: A lane is lowered by two persons. There is one other way: yellow goods on which nobody has done anything for the number
#: of days that the administration set, by a row of its parameters that two persons approved as it stands.
LOWERED_ALONE = """
CREATE OR REPLACE FUNCTION refuse_lane_lowered_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given record;
BEGIN
    IF OLD.lane IS NULL OR array_position(ARRAY['green', 'blue', 'yellow', 'red'], NEW.lane::text)
        >= array_position(ARRAY['green', 'blue', 'yellow', 'red'], OLD.lane::text)
    THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id AND p.kind = 'lane.lower'
            AND p.status = 'approved' AND p.payload->>'lane' = NEW.lane AND p.payload->>'from' = OLD.lane
            AND p.payload->>'version' = OLD.version::text)
    THEN
        RETURN NEW;
    END IF;
    IF OLD.lane = 'yellow' AND NEW.lane = 'blue' AND OLD.status IN ('selected', 'under_control') THEN
        SELECT c.code, c.valid_from, c.attributes, c.attributes->>'value' AS days INTO given FROM public.code c
        WHERE c.list = 'parameter' AND c.code = ANY(ARRAY['yellow-to-blue-days.' || NEW.post,
                'yellow-to-blue-days.' || left(NEW.post, 2), 'yellow-to-blue-days'])
            AND (public.guzar_now() AT TIME ZONE coalesce((SELECT time_zone FROM public.post WHERE code = NEW.post), 'UTC'))::date
                BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity')
        ORDER BY length(c.code) DESC LIMIT 1;
        IF given.days ~ '^[1-9][0-9]{0,4}$'
            AND greatest(OLD.lodged_at, OLD.changed_at) <= public.guzar_now() - given.days::int * interval '1 day'
            AND EXISTS (
                SELECT FROM public.proposal p WHERE p.kind = 'codes.update' AND p.status = 'approved'
                    AND p.payload @> jsonb_build_object('list', 'parameter', 'rows', jsonb_build_array(jsonb_build_object(
                        'now', jsonb_build_object('code', given.code, 'valid_from', given.valid_from::text,
                            'attributes', given.attributes)))))
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a lane is lowered by two persons' USING ERRCODE = '23514';
END $$
"""

#: As it was made by 0005.
LOWERED_BY_TWO_ONLY = """
CREATE OR REPLACE FUNCTION refuse_lane_lowered_alone() RETURNS trigger LANGUAGE plpgsql AS $$
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

MOVEMENT_LOWERED_ALONE = """
CREATE FUNCTION refuse_movement_lane_lowered_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lane IS NOT NULL AND (NEW.lane IS NULL
        OR array_position(ARRAY['green', 'blue', 'yellow', 'red'], NEW.lane::text)
        < array_position(ARRAY['green', 'blue', 'yellow', 'red'], OLD.lane::text))
        AND NOT EXISTS (
            SELECT FROM public.proposal p WHERE p.subject = NEW.id AND p.kind = 'transit.lower-lane'
                AND p.status = 'approved' AND p.payload->>'lane' = NEW.lane AND p.payload->>'from' = OLD.lane
                AND p.payload->>'version' = OLD.version::text)
    THEN
        RAISE EXCEPTION 'a lane is lowered by two persons' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _risk_trusted_trader()
    _risk_waiting_release()
    _lanes_of_movements()
    op.execute(LOWERED_ALONE)


def _lanes_of_movements() -> None:
    table = "transit_movement"
    op.add_column(table, sa.Column("lane", sa.String(length=6), nullable=True))
    op.create_check_constraint(
        op.f("ck_transit_movement_lane_known"), table, "lane IN ('green', 'yellow', 'red', 'blue')"
    )
    grant(op, table, "UPDATE (lane)")
    op.execute(MOVEMENT_LOWERED_ALONE)
    op.execute(
        "CREATE TRIGGER transit_movement_lane_by_two BEFORE UPDATE OF lane ON transit_movement "
        "FOR EACH ROW WHEN (OLD.lane IS DISTINCT FROM NEW.lane) EXECUTE FUNCTION refuse_movement_lane_lowered_alone()"
    )


def _risk_trusted_trader() -> None:
    op.create_table(
        "risk_trusted_trader",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=9), nullable=False),
        sa.Column("posts", postgresql.ARRAY(sa.String(length=5)), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_by", sa.Uuid(), nullable=True),
        sa.Column("suspended_name", sa.Text(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_reason", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_risk_trusted_trader_ended_has_time")
        ),
        sa.CheckConstraint(
            "approved_at >= '1990-01-01' AND approved_at < '2200-01-01'",
            name=op.f("ck_risk_trusted_trader_approved_at_sane"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(criteria) = 'array' AND jsonb_array_length(criteria) > 0",
            name=op.f("ck_risk_trusted_trader_criteria_given"),
        ),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_risk_trusted_trader_made_at_sane")
        ),
        sa.CheckConstraint(
            "status <> 'suspended' OR suspended_at IS NOT NULL", name=op.f("ck_risk_trusted_trader_suspended_has_time")
        ),
        sa.CheckConstraint(
            "status IN ('in_force', 'suspended', 'ended')", name=op.f("ck_risk_trusted_trader_status_known")
        ),
        sa.CheckConstraint(
            "valid_to <= CAST((approved_at AT TIME ZONE 'UTC') + interval '3 years 1 day' AS date)",
            name=op.f("ck_risk_trusted_trader_expires"),
        ),
        sa.CheckConstraint("approved_by <> made_by", name=op.f("ck_risk_trusted_trader_other_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_trusted_trader")),
    )
    op.create_index("ix_risk_trusted_trader_party", "risk_trusted_trader", ["party", "id"], unique=False)
    op.create_index(
        "uq_risk_trusted_trader_held",
        "risk_trusted_trader",
        ["party"],
        unique=True,
        postgresql_where=sa.text("status <> 'ended'"),
    )
    grant(op, "risk_trusted_trader", f"SELECT, INSERT, UPDATE (status,{_HELD})")


def _risk_waiting_release() -> None:
    op.create_table(
        "risk_waiting_release",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parameter", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_risk_waiting_release_at_sane")),
        sa.CheckConstraint("outcome IN ('released', 'stopped')", name=op.f("ck_risk_waiting_release_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_risk_waiting_release_settled_has_outcome")
        ),
        sa.CheckConstraint("until > at", name=op.f("ck_risk_waiting_release_waits")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name=op.f("fk_risk_waiting_release_post_declaration_id_declaration"),
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", "at", name=op.f("pk_risk_waiting_release")),
    )
    op.create_index(
        "ix_risk_waiting_release_due",
        "risk_waiting_release",
        ["until"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    grant(op, "risk_waiting_release", "SELECT, INSERT, UPDATE (outcome,settled_at)")


def downgrade() -> None:
    op.execute(LOWERED_BY_TWO_ONLY)
    op.execute("DROP TRIGGER transit_movement_lane_by_two ON transit_movement")
    op.execute("DROP FUNCTION refuse_movement_lane_lowered_alone()")
    op.drop_constraint(op.f("ck_transit_movement_lane_known"), "transit_movement")
    op.drop_column("transit_movement", "lane")
    op.drop_table("risk_waiting_release")
    op.drop_table("risk_trusted_trader")
