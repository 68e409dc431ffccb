"""Transit movements: what is declared, the offices, the road, the arrival and the end.

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
#: Goods end where somebody saw them arrive, where the search for them was closed, or where they were paid for.
ENDED_UNSEEN = """
CREATE FUNCTION refuse_transit_ended_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.transit_arrival a WHERE a.post = NEW.post AND a.movement_id = NEW.id)
       AND NOT EXISTS (SELECT FROM public.transit_enquiry e WHERE e.post = NEW.post AND e.movement_id = NEW.id
                       AND e.outcome = 'proof-accepted')
       AND NOT EXISTS (SELECT FROM public.transit_recovery r WHERE r.post = NEW.post AND r.movement_id = NEW.id
                       AND r.settled_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a movement that nobody saw arrive cannot be discharged' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _transit_movement()
    _transit_alarm()
    _transit_amendment()
    _transit_arrival()
    _transit_content()
    _transit_control()
    _transit_discrepancy()
    _transit_draft()
    _transit_enquiry()
    _transit_incident()
    _transit_office()
    _transit_passage()
    _transit_plate_in_use()
    _transit_recovery()
    _transit_tir_volet()
    _transit_unloading()
    _transit_weighing()
    _transit_answer()
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


def _transit_alarm() -> None:
    op.create_table(
        "transit_alarm",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("seen_name", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('limit-passed', 'weight', 'deviation', 'seal')", name=op.f("ck_transit_alarm_kind_known")
        ),
        sa.CheckConstraint(
            "raised_at >= '1990-01-01' AND raised_at < '2200-01-01'", name=op.f("ck_transit_alarm_raised_at_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_alarm_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "kind", "cause", name=op.f("pk_transit_alarm")),
    )
    op.create_index(
        "ix_transit_alarm_unseen",
        "transit_alarm",
        ["post", "raised_at"],
        unique=False,
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    grant(op, "transit_alarm", "SELECT, INSERT, UPDATE (seen_by, seen_name, seen_at)")


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


def _transit_arrival() -> None:
    op.create_table(
        "transit_arrival",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("procedure", sa.String(length=10), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("notified_by", sa.Uuid(), nullable=False),
        sa.Column("notified_name", sa.Text(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "arrived_at >= '1990-01-01' AND arrived_at < '2200-01-01'", name=op.f("ck_transit_arrival_arrived_at_sane")
        ),
        sa.CheckConstraint("procedure IN ('normal', 'simplified')", name=op.f("ck_transit_arrival_procedure_known")),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_arrival_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_arrival")),
    )
    op.create_index("ix_transit_arrival_office", "transit_arrival", ["office", "notified_at"], unique=False)
    grant(op, "transit_arrival", "SELECT, INSERT, UPDATE (left_at)")


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


def _transit_control() -> None:
    op.create_table(
        "transit_control",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.String(length=2)), nullable=False),
        sa.Column("requested", postgresql.JSONB(), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_name", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=11), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("concluded_by", sa.Uuid(), nullable=True),
        sa.Column("concluded_name", sa.Text(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ordered_at >= '1990-01-01' AND ordered_at < '2200-01-01'", name=op.f("ck_transit_control_ordered_at_sane")
        ),
        sa.CheckConstraint(
            "result IN ('conform', 'not-conform', 'waived')", name=op.f("ck_transit_control_result_known")
        ),
        sa.CheckConstraint(
            "(result IS NULL) = (concluded_at IS NULL)", name=op.f("ck_transit_control_concluded_with_result")
        ),
        sa.CheckConstraint("cardinality(types) BETWEEN 1 AND 20", name=op.f("ck_transit_control_types_named")),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_control_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_control")),
    )
    op.create_index(
        "ix_transit_control_open",
        "transit_control",
        ["office", "ordered_at"],
        unique=False,
        postgresql_where=sa.text("result IS NULL"),
    )
    grant(op, "transit_control", "SELECT, INSERT, UPDATE (result, remarks, concluded_by, concluded_name, concluded_at)")


def _transit_discrepancy() -> None:
    op.create_table(
        "transit_discrepancy",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=True),
        sa.Column("field", sa.String(length=11), nullable=False),
        sa.Column("declared", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("found_by", sa.Uuid(), nullable=False),
        sa.Column("found_name", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolution", sa.String(length=9), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_name", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "field IN ('missing', 'excess', 'packages', 'gross_kg', 'net_kg', 'commodity', 'description', 'seal', 'vehicle', 'document')",
            name=op.f("ck_transit_discrepancy_field_known"),
        ),
        sa.CheckConstraint(
            "found_at >= '1990-01-01' AND found_at < '2200-01-01'", name=op.f("ck_transit_discrepancy_found_at_sane")
        ),
        sa.CheckConstraint(
            "resolution IN ('accepted', 'corrected', 'duty-paid', 'recovery')",
            name=op.f("ck_transit_discrepancy_resolution_known"),
        ),
        sa.CheckConstraint(
            "(resolution IS NULL) = (resolved_at IS NULL)", name=op.f("ck_transit_discrepancy_resolved_with_resolution")
        ),
        sa.CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name=op.f("ck_transit_discrepancy_item_sane")),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_discrepancy_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_discrepancy")),
    )
    grant(
        op,
        "transit_discrepancy",
        "SELECT, INSERT, UPDATE (resolution, reason, resolved_by, resolved_name, resolved_at)",
    )


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


def _transit_enquiry() -> None:
    op.create_table(
        "transit_enquiry",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_name", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=14), nullable=True),
        sa.Column("closing", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_name", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer_by >= '1990-01-01' AND answer_by < '2200-01-01'", name=op.f("ck_transit_enquiry_answer_by_sane")
        ),
        sa.CheckConstraint(
            "opened_at >= '1990-01-01' AND opened_at < '2200-01-01'", name=op.f("ck_transit_enquiry_opened_at_sane")
        ),
        sa.CheckConstraint(
            "outcome IN ('under-way', 'arrived', 'proof-accepted', 'recovery')",
            name=op.f("ck_transit_enquiry_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_transit_enquiry_closed_with_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_enquiry_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_enquiry")),
    )
    op.create_index(
        "uq_transit_enquiry_open",
        "transit_enquiry",
        ["post", "movement_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    grant(op, "transit_enquiry", "SELECT, INSERT, UPDATE (outcome, closing, closed_by, closed_name, closed_at)")


def _transit_incident() -> None:
    op.create_table(
        "transit_incident",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=1), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("endorsement", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("means", postgresql.JSONB(), nullable=True),
        sa.Column("seals", postgresql.ARRAY(sa.String(length=30)), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_name", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("office", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code IN ('1', '2', '3', '4', '5', '6')", name=op.f("ck_transit_incident_code_known")),
        sa.CheckConstraint(
            "happened_at >= '1990-01-01' AND happened_at < '2200-01-01'",
            name=op.f("ck_transit_incident_happened_at_sane"),
        ),
        sa.CheckConstraint(
            "outcome IN ('endorsed', 'control', 'dismissed', 'recovery')",
            name=op.f("ck_transit_incident_outcome_known"),
        ),
        sa.CheckConstraint(
            "reported_at >= '1990-01-01' AND reported_at < '2200-01-01'",
            name=op.f("ck_transit_incident_reported_at_sane"),
        ),
        sa.CheckConstraint("source IN ('holder', 'office', 'device')", name=op.f("ck_transit_incident_source_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_transit_incident_decided_with_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_incident_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_incident")),
    )
    op.create_index(
        "ix_transit_incident_open",
        "transit_incident",
        ["post", "reported_at"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    grant(
        op, "transit_incident", "SELECT, INSERT, UPDATE (outcome, office, reason, decided_by, decided_name, decided_at)"
    )


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


def _transit_passage() -> None:
    op.create_table(
        "transit_passage",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("seals_ok", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "passed_at >= '1990-01-01' AND passed_at < '2200-01-01'", name=op.f("ck_transit_passage_passed_at_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_passage_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_passage")),
    )
    op.create_index("ix_transit_passage_office", "transit_passage", ["office", "passed_at"], unique=False)
    grant(op, "transit_passage", "SELECT, INSERT")


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


def _transit_recovery() -> None:
    op.create_table(
        "transit_recovery",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_as", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_name", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0 AND amount < 'NaN'::numeric", name=op.f("ck_transit_recovery_amount_sane")),
        sa.CheckConstraint(
            "started_at >= '1990-01-01' AND started_at < '2200-01-01'", name=op.f("ck_transit_recovery_started_at_sane")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_transit_recovery_settled_by_somebody")
        ),
        sa.CheckConstraint(
            "settled_by IS NULL OR settled_by <> started_by", name=op.f("ck_transit_recovery_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_recovery_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", name=op.f("pk_transit_recovery")),
    )
    op.create_index(
        "ix_transit_recovery_open",
        "transit_recovery",
        ["post", "started_at"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    grant(op, "transit_recovery", "SELECT, INSERT, UPDATE (paid_as, settled_by, settled_name, settled_at)")


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


def _transit_unloading() -> None:
    op.create_table(
        "transit_unloading",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("arrival", sa.SmallInteger(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("permitted_by", sa.Uuid(), nullable=False),
        sa.Column("permitted_name", sa.Text(), nullable=False),
        sa.Column("permitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remarked_by", sa.Uuid(), nullable=True),
        sa.Column("remarked_name", sa.Text(), nullable=True),
        sa.Column("remarked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unloaded_on", sa.Date(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("conform", sa.Boolean(), nullable=True),
        sa.Column("seals_ok", sa.Boolean(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "permitted_at >= '1990-01-01' AND permitted_at < '2200-01-01'",
            name=op.f("ck_transit_unloading_permitted_at_sane"),
        ),
        sa.CheckConstraint(
            "(remarked_at IS NULL) = (complete IS NULL)", name=op.f("ck_transit_unloading_remarks_whole")
        ),
        sa.CheckConstraint(
            "(remarked_at IS NULL) = (conform IS NULL)", name=op.f("ck_transit_unloading_remarks_say_conform")
        ),
        sa.CheckConstraint(
            "(remarked_at IS NULL) = (unloaded_on IS NULL)", name=op.f("ck_transit_unloading_remarks_say_when")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_unloading_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "number", name=op.f("pk_transit_unloading")),
    )
    op.create_index(
        "ix_transit_unloading_open",
        "transit_unloading",
        ["post", "permitted_at"],
        unique=False,
        postgresql_where=sa.text("remarked_at IS NULL"),
    )
    grant(
        op,
        "transit_unloading",
        "SELECT, INSERT, UPDATE (remarked_by, remarked_name, remarked_at, unloaded_on, complete, conform, seals_ok, remarks)",
    )


def _transit_weighing() -> None:
    op.create_table(
        "transit_weighing",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=8), nullable=False),
        sa.Column("moment", sa.String(length=7), nullable=False),
        sa.Column("gross_kg", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=True),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "gross_kg >= 0 AND gross_kg < 'NaN'::numeric", name=op.f("ck_transit_weighing_gross_kg_sane")
        ),
        sa.CheckConstraint(
            "moment IN ('entry', 'control', 'exit', 'arrival')", name=op.f("ck_transit_weighing_moment_known")
        ),
        sa.CheckConstraint(
            "weighed_at >= '1990-01-01' AND weighed_at < '2200-01-01'", name=op.f("ck_transit_weighing_weighed_at_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=op.f("fk_transit_weighing_post_movement_id_transit_movement"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_transit_weighing")),
    )
    op.create_index(
        "ix_transit_weighing_movement", "transit_weighing", ["post", "movement_id", "weighed_at"], unique=False
    )
    op.create_index("ix_transit_weighing_office", "transit_weighing", ["office", "weighed_at"], unique=False)
    grant(op, "transit_weighing", "SELECT, INSERT")


def _transit_answer() -> None:
    op.create_table(
        "transit_answer",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("enquiry", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("says", sa.String(length=9), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_for", sa.String(length=40), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_name", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answered_at >= '1990-01-01' AND answered_at < '2200-01-01'",
            name=op.f("ck_transit_answer_answered_at_sane"),
        ),
        sa.CheckConstraint(
            "says IN ('under-way', 'arrived', 'returned', 'lost', 'unknown')", name=op.f("ck_transit_answer_says_known")
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id", "enquiry"],
            ["transit_enquiry.post", "transit_enquiry.movement_id", "transit_enquiry.number"],
            name="fk_transit_answer_enquiry",
        ),
        sa.PrimaryKeyConstraint("post", "movement_id", "enquiry", "place", name=op.f("pk_transit_answer")),
    )
    grant(op, "transit_answer", "SELECT, INSERT")


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
    op.execute(ENDED_UNSEEN)
    op.execute(
        "CREATE TRIGGER transit_ended_seen BEFORE UPDATE OF status ON transit_movement FOR EACH ROW "
        "WHEN (NEW.status = 'discharged' AND OLD.status <> 'discharged') EXECUTE FUNCTION refuse_transit_ended_unseen()"
    )


def downgrade() -> None:
    op.drop_table("transit_item")
    op.drop_table("transit_answer")
    op.drop_table("transit_weighing")
    op.drop_table("transit_unloading")
    op.drop_table("transit_tir_volet")
    op.drop_table("transit_recovery")
    op.drop_table("transit_plate_in_use")
    op.drop_table("transit_passage")
    op.drop_table("transit_office")
    op.drop_table("transit_incident")
    op.drop_table("transit_enquiry")
    op.drop_table("transit_draft")
    op.drop_table("transit_discrepancy")
    op.drop_table("transit_control")
    op.drop_table("transit_content")
    op.drop_table("transit_arrival")
    op.drop_table("transit_amendment")
    op.drop_table("transit_alarm")
    op.drop_table("transit_movement")
    op.execute("DROP FUNCTION refuse_transit_ended_unseen()")
    op.execute("DROP FUNCTION refuse_transit_cancelled_alone()")
