"""Transit on the road and at its end: controls, incidents, arrival, unloading, search and recovery.

Revision: 0020, after 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

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
    _transit_alarm()
    _transit_arrival()
    _transit_control()
    _transit_discrepancy()
    _transit_enquiry()
    _transit_incident()
    _transit_passage()
    _transit_recovery()
    _transit_unloading()
    _transit_weighing()
    _transit_answer()
    _guards()


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


def _guards() -> None:
    op.execute(ENDED_UNSEEN)
    op.execute(
        "CREATE TRIGGER transit_ended_seen BEFORE UPDATE OF status ON transit_movement FOR EACH ROW "
        "WHEN (NEW.status = 'discharged' AND OLD.status <> 'discharged') EXECUTE FUNCTION refuse_transit_ended_unseen()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER transit_ended_seen ON transit_movement")
    op.execute("DROP FUNCTION refuse_transit_ended_unseen()")
    op.drop_table("transit_answer")
    op.drop_table("transit_weighing")
    op.drop_table("transit_unloading")
    op.drop_table("transit_recovery")
    op.drop_table("transit_passage")
    op.drop_table("transit_incident")
    op.drop_table("transit_enquiry")
    op.drop_table("transit_discrepancy")
    op.drop_table("transit_control")
    op.drop_table("transit_arrival")
    op.drop_table("transit_alarm")
