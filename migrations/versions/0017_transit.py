"""Transit movements: what is declared, the offices, and what is taken by those that are open.

Revision: 0017, after 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

#: Who cancels a movement on the road does it on another person's request.
CANCELLED_ALONE = """
CREATE FUNCTION refuse_transit_cancelled_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.transit_amendment a WHERE a.post = NEW.post AND a.movement_id = NEW.id
                   AND a.kind = 'invalidation' AND a.after_release AND a.status = 'accepted'
                   AND a.decided_by <> a.requested_by) THEN
        RAISE EXCEPTION 'a movement on the road is cancelled by two persons' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _transit_movement()
    _transit_amendment()
    _transit_content()
    _transit_draft()
    _transit_office()
    _transit_plate_in_use()
    _transit_tir_volet()
    _transit_item()
    _guards()


def _transit_movement() -> None:
    op.create_table(
        "transit_movement",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=True),
        sa.Column("kind", sa.String(length=13), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("destination", sa.String(length=8), nullable=False),
        sa.Column("carnet", sa.String(length=12), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amend_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (status IN ('discharged', 'rejected', 'invalidated', 'not_released'))",
            name=op.f("ck_transit_movement_ended_has_moment"),
        ),
        sa.CheckConstraint(
            "(kind = 'tir') = (carnet IS NOT NULL) OR status = 'draft'", name=op.f("ck_transit_movement_tir_has_carnet")
        ),
        sa.CheckConstraint("(status = 'draft') = (mrn IS NULL)", name=op.f("ck_transit_movement_lodged_has_mrn")),
        sa.CheckConstraint(
            "NOT (status IN ('released_for_transit', 'incident', 'arrived', 'unloading', 'discrepancies', 'enquiry', 'recovery')) OR (released_at IS NOT NULL AND limit_at IS NOT NULL)",
            name=op.f("ck_transit_movement_released_has_limit"),
        ),
        sa.CheckConstraint(
            "changed_at >= '1990-01-01' AND changed_at < '2200-01-01'", name=op.f("ck_transit_movement_changed_at_sane")
        ),
        sa.CheckConstraint("kind IN ('national', 'international', 'tir')", name=op.f("ck_transit_movement_kind_known")),
        sa.CheckConstraint(
            "limit_at >= '1990-01-01' AND limit_at < '2200-01-01'", name=op.f("ck_transit_movement_limit_at_sane")
        ),
        sa.CheckConstraint(
            "lodged_at >= '1990-01-01' AND lodged_at < '2200-01-01'", name=op.f("ck_transit_movement_lodged_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'prelodged', 'lodged', 'under_control', 'released_for_transit', 'incident', 'arrived', 'unloading', 'discrepancies', 'discharged', 'enquiry', 'recovery', 'rejected', 'invalidated', 'not_released')",
            name=op.f("ck_transit_movement_status_known"),
        ),
        sa.CheckConstraint("destination <> post", name=op.f("ck_transit_movement_goes_somewhere")),
        sa.CheckConstraint(
            "limit_at IS NULL OR limit_at > released_at", name=op.f("ck_transit_movement_limit_after_release")
        ),
        sa.CheckConstraint("version > 0 AND content >= 0", name=op.f("ck_transit_movement_versions_sane")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_transit_movement")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("ix_transit_movement_carnet", "transit_movement", ["carnet"], unique=False)
    op.create_index(
        "ix_transit_movement_expiring",
        "transit_movement",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status IN ('draft', 'prelodged')"),
    )
    op.create_index("ix_transit_movement_id", "transit_movement", ["id"], unique=False)
    op.create_index(
        "ix_transit_movement_open",
        "transit_movement",
        ["post", "id"],
        unique=False,
        postgresql_where=sa.text(
            "status IN ('released_for_transit', 'incident', 'arrived', 'unloading', 'discrepancies', 'enquiry', 'recovery')"
        ),
    )
    op.create_index("ix_transit_movement_party", "transit_movement", ["party", "id"], unique=False)
    op.create_index("ix_transit_movement_status", "transit_movement", ["post", "status", "id"], unique=False)
    op.create_index(
        "ix_transit_movement_under_way",
        "transit_movement",
        ["limit_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('released_for_transit', 'incident')"),
    )
    op.create_index("uq_transit_movement_mrn", "transit_movement", ["mrn"], unique=True)
    op.create_index("uq_transit_movement_reference", "transit_movement", ["reference"], unique=True)
    grant(
        op,
        "transit_movement",
        "SELECT, INSERT, UPDATE (party, kind, destination, carnet, mrn, status, content, version, lodged_at, amend_by, released_at, limit_at, arrived_at, ended_at, changed_at), DELETE",
    )


def _transit_amendment() -> None:
    op.create_table(
        "transit_amendment",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("after_release", sa.Boolean(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=True),
        sa.Column("content", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_name", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'requested') = (decided_at IS NULL)", name=op.f("ck_transit_amendment_decided_or_waiting")
        ),
        sa.CheckConstraint("kind IN ('amendment', 'invalidation')", name=op.f("ck_transit_amendment_kind_known")),
        sa.CheckConstraint(
            "requested_at >= '1990-01-01' AND requested_at < '2200-01-01'",
            name=op.f("ck_transit_amendment_requested_at_sane"),
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'accepted', 'rejected', 'overtaken')",
            name=op.f("ck_transit_amendment_status_known"),
        ),
        sa.CheckConstraint(
            "NOT after_release OR decided_by IS NULL OR decided_by <> requested_by",
            name=op.f("ck_transit_amendment_two_persons_after_release"),
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_amendment_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_amendment")),
    )
    op.create_index(
        "ix_transit_amendment_waiting",
        "transit_amendment",
        ["post", "requested_at"],
        unique=False,
        postgresql_where=sa.text("status = 'requested'"),
    )
    grant(
        op,
        "transit_amendment",
        "SELECT, INSERT, UPDATE (status, content, decided_by, decided_name, decided_at, answer)",
    )


def _transit_content() -> None:
    op.create_table(
        "transit_content",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("local_reference", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("plates", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("containers", postgresql.ARRAY(sa.String(length=11)), nullable=False),
        sa.Column("seals", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("gross_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("item_count", sa.SmallInteger(), nullable=False),
        sa.Column("header", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=True),
        sa.Column("unread", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "gross_kg >= 0 AND gross_kg < 'NaN'::numeric", name=op.f("ck_transit_content_gross_kg_sane")
        ),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_transit_content_made_at_sane")
        ),
        sa.CheckConstraint("item_count BETWEEN 1 AND 1999", name=op.f("ck_transit_content_item_count_sane")),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_content_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "content", name=op.f("pk_transit_content")),
    )
    op.create_index(
        "ix_transit_content_containers",
        "transit_content",
        ["containers"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_transit_content_local_reference", "transit_content", ["local_reference"], unique=False)
    op.create_index(
        "ix_transit_content_plates",
        "transit_content",
        ["plates"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        "ix_transit_content_seals",
        "transit_content",
        ["seals"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    grant(op, "transit_content", "SELECT, INSERT")


def _transit_draft() -> None:
    op.create_table(
        "transit_draft",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=True),
        sa.Column("unread", postgresql.JSONB(), nullable=False),
        sa.Column("remarks", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_draft_post_movement_id_transit_movement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", name=op.f("pk_transit_draft")),
    )
    grant(op, "transit_draft", "SELECT, INSERT, UPDATE, DELETE")


def _transit_office() -> None:
    op.create_table(
        "transit_office",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=11), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('departure', 'transit', 'exit', 'destination')", name=op.f("ck_transit_office_role_known")
        ),
        sa.CheckConstraint(
            "stage IN ('waiting', 'decide', 'expected', 'present', 'search', 'done')",
            name=op.f("ck_transit_office_stage_known"),
        ),
        sa.CheckConstraint("place BETWEEN 0 AND 98", name=op.f("ck_transit_office_place_sane")),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_office_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "place", name=op.f("pk_transit_office")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "ix_transit_office_worklist", "transit_office", ["office", "stage", "due_at", "movement_id"], unique=False
    )
    grant(op, "transit_office", "SELECT, INSERT, UPDATE (stage, due_at, visited_at), DELETE")


def _transit_plate_in_use() -> None:
    op.create_table(
        "transit_plate_in_use",
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_plate_in_use_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("plate", name=op.f("pk_transit_plate_in_use")),
    )
    op.create_index("ix_transit_plate_in_use_movement", "transit_plate_in_use", ["post", "movement_id"], unique=False)
    grant(op, "transit_plate_in_use", "SELECT, INSERT, DELETE")


def _transit_tir_volet() -> None:
    op.create_table(
        "transit_tir_volet",
        sa.Column("carnet", sa.String(length=12), nullable=False),
        sa.Column("page", sa.SmallInteger(), nullable=False),
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "used_at >= '1990-01-01' AND used_at < '2200-01-01'", name=op.f("ck_transit_tir_volet_used_at_sane")
        ),
        sa.CheckConstraint("page BETWEEN 1 AND 20", name=op.f("ck_transit_tir_volet_page_sane")),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_tir_volet_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("carnet", "page", name=op.f("pk_transit_tir_volet")),
    )
    op.create_index("ix_transit_tir_volet_movement", "transit_tir_volet", ["post", "movement_id"], unique=False)
    grant(op, "transit_tir_volet", "SELECT, INSERT")


def _transit_item() -> None:
    op.create_table(
        "transit_item",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("house", sa.SmallInteger(), nullable=False),
        sa.Column("commodity", sa.String(length=12), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("gross_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("net_kg", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("packages", sa.Integer(), nullable=False),
        sa.Column("more", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("gross_kg >= 0 AND gross_kg < 'NaN'::numeric", name=op.f("ck_transit_item_gross_kg_sane")),
        sa.CheckConstraint("net_kg >= 0 AND net_kg < 'NaN'::numeric", name=op.f("ck_transit_item_net_kg_sane")),
        sa.CheckConstraint(
            "number BETWEEN 1 AND 1999 AND house BETWEEN 1 AND 99", name=op.f("ck_transit_item_number_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id", "content"],
            ["transit_content.post", "transit_content.movement_id", "transit_content.content"],
            name="fk_transit_item_content",
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "content", "number", name=op.f("pk_transit_item")),
    )
    op.create_index("ix_transit_item_commodity", "transit_item", ["commodity", "post"], unique=False)
    grant(op, "transit_item", "SELECT, INSERT")


def _guards() -> None:
    op.execute(
        "CREATE TRIGGER transit_only_drafts_go BEFORE DELETE ON transit_movement "
        "FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION refuse_lodged_deleted()"
    )
    op.execute(CANCELLED_ALONE)
    op.execute(
        "CREATE TRIGGER transit_cancelled_by_two BEFORE UPDATE OF status ON transit_movement FOR EACH ROW "
        "WHEN (NEW.status = 'invalidated' AND OLD.status IN ('released_for_transit', 'incident', 'arrived', "
        "'unloading', 'discrepancies', 'enquiry', 'recovery')) EXECUTE FUNCTION refuse_transit_cancelled_alone()"
    )


def downgrade() -> None:
    op.drop_table("transit_item")
    op.drop_table("transit_tir_volet")
    op.drop_table("transit_plate_in_use")
    op.drop_table("transit_office")
    op.drop_table("transit_draft")
    op.drop_table("transit_content")
    op.drop_table("transit_amendment")
    op.drop_table("transit_movement")
    op.execute("DROP FUNCTION refuse_transit_cancelled_alone()")
