"""Detentions, seizures, ends of goods, and appeals.

Revision: 0040, after 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant
from migrations.offence_guards import drop, guard, unguard

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ADDED_ONLY = ("seizure", "seizure_piece", "seizure_person", "seizure_photo", "goods_end")
_TABLES = (
    "appeal",
    "seizure_move",
    "goods_end",
    "seizure_photo",
    "seizure_person",
    "seizure_piece",
    "seizure",
    "detention",
)
_HELD = "extended_until, extended_by, extended_name, extended_at, extended_reason, ended_at, ended_how, ended_by, ended_name"
_SETTLED = (
    "admitted_by, admitted_name, admitted_at, admitted_reason, answered_by, answered_name, answered_at, answer, proposal, "
    "withdrawn_at"
)
_PAPERS = (
    "'assessment-notice', 'payment-receipt', 'exit-note', 'transit-document', 'unloading-permission', 'arrival-receipt'"
)
_OF_MOVEMENT = "kind IN ('transit-document', 'unloading-permission', 'arrival-receipt')"
_WITHOUT = "kind IN ('payment-receipt', 'transit-document', 'unloading-permission', 'arrival-receipt')"
_EITHER = "kind IN ('detention-note', 'seizure-record')"


def upgrade() -> None:
    _detention()
    _seizure()
    _goods_end()
    _seizure_move()
    _seizure_person()
    _seizure_photo()
    _seizure_piece()
    _appeal()
    for table in _ADDED_ONLY:
        grant(op, table, "SELECT, INSERT")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    grant(op, "detention", f"SELECT, INSERT, UPDATE (status, version, {_HELD})")
    grant(op, "seizure_move", "SELECT, INSERT, UPDATE (received_by, received_name, received_at)")
    grant(op, "appeal", f"SELECT, INSERT, UPDATE (status, version, {_SETTLED})")
    guard(op)
    _act()
    _papers(
        f"kind IN ({_PAPERS}, 'decision-notice', 'detention-note', 'seizure-record')",
        f"declaration_id IS NOT NULL OR {_WITHOUT} OR ({_EITHER} AND movement_id IS NOT NULL)",
        f"(movement_id IS NOT NULL) = ({_OF_MOVEMENT}) OR ({_EITHER} AND declaration_id IS NULL)",
    )


def _act() -> None:
    op.execute(
        "INSERT INTO proposal_act (kind, proposes, settles, hours, other_device) VALUES "
        "('decision.reconsider', ARRAY['supervisor'], ARRAY['supervisor'], 336, true)"
    )


def _papers(kinds: str, of_declaration: str, of_movement: str) -> None:
    for name, condition in (
        ("kind_known", kinds),
        ("about_a_declaration", of_declaration),
        ("about_a_movement", of_movement),
    ):
        op.drop_constraint(op.f(f"ck_paper_{name}"), "paper")
        op.create_check_constraint(op.f(f"ck_paper_{name}"), "paper", condition)


def _appeal() -> None:
    op.create_table(
        "appeal",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("against", sa.String(length=10), nullable=False),
        sa.Column("target", sa.Uuid(), nullable=False),
        sa.Column("target_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("lodge_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lodged_by", sa.Uuid(), nullable=False),
        sa.Column("lodged_name", sa.Text(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_by", sa.Uuid(), nullable=True),
        sa.Column("admitted_name", sa.Text(), nullable=True),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admitted_reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("proposal", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_appeal_withdrawn_whole")
        ),
        sa.CheckConstraint(
            "(status IN ('upheld', 'partly', 'rejected')) = (answered_at IS NOT NULL)",
            name=op.f("ck_appeal_answered_at_the_end"),
        ),
        sa.CheckConstraint(
            "against IN ('decision', 'detention', 'seizure', 'findings', 'assessment')",
            name=op.f("ck_appeal_against_known"),
        ),
        sa.CheckConstraint(
            "answer_due >= '1990-01-01' AND answer_due < '2200-01-01'", name=op.f("ck_appeal_answer_due_sane")
        ),
        sa.CheckConstraint(
            "lodged_at >= '1990-01-01' AND lodged_at < '2200-01-01'", name=op.f("ck_appeal_lodged_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('lodged', 'accepted', 'inadmissible', 'upheld', 'partly', 'rejected', 'withdrawn')",
            name=op.f("ck_appeal_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('accepted', 'inadmissible') OR admitted_by IS NOT NULL",
            name=op.f("ck_appeal_admitted_by_one"),
        ),
        sa.CheckConstraint(
            "(admitted_at IS NULL) = (admitted_by IS NULL) AND (admitted_at IS NULL) = (admitted_name IS NULL)",
            name=op.f("ck_appeal_admitted_whole"),
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_appeal_answered_whole"),
        ),
        sa.CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name=op.f("ck_appeal_one_subject")),
        sa.CheckConstraint("NOT late OR char_length(late_reason) > 0", name=op.f("ck_appeal_late_with_reason")),
        sa.CheckConstraint("admitted_by <> lodged_by AND answered_by <> lodged_by", name=op.f("ck_appeal_two_persons")),
        sa.CheckConstraint("cardinality(attachments) <= 20", name=op.f("ck_appeal_attachments_sane")),
        sa.CheckConstraint("char_length(grounds) BETWEEN 1 AND 8000", name=op.f("ck_appeal_grounds_given")),
        sa.CheckConstraint("late = (lodged_at > lodge_until)", name=op.f("ck_appeal_late_is_late")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_appeal_declaration"
        ),
        sa.ForeignKeyConstraint(
            ["post", "movement_id"], ["transit_movement.post", "transit_movement.id"], name="fk_appeal_movement"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_appeal")),
    )
    op.create_index("ix_appeal_declaration", "appeal", ["post", "declaration_id"], unique=False)
    op.create_index("ix_appeal_movement", "appeal", ["post", "movement_id"], unique=False)
    op.create_index("ix_appeal_party", "appeal", ["party", "id"], unique=False)
    op.create_index(
        "ix_appeal_waiting",
        "appeal",
        ["post", "answer_due", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('lodged', 'accepted')"),
    )
    op.create_index("uq_appeal_number", "appeal", ["post", "number"], unique=True)
    op.create_index(
        "uq_appeal_open",
        "appeal",
        ["post", "against", "target"],
        unique=True,
        postgresql_where=sa.text("status IN ('lodged', 'accepted')"),
    )


def _detention() -> None:
    op.create_table(
        "detention",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("items", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("extended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_by", sa.Uuid(), nullable=True),
        sa.Column("extended_name", sa.Text(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(length=12), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (ended_how IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_detention_ended_whole"),
        ),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_detention_at_sane")),
        sa.CheckConstraint(
            "ended_how IN ('release', 'control', 'seizure', 'refusal', 'return', 'destruction', 'invalidation', 'appeal')",
            name=op.f("ck_detention_ended_how_known"),
        ),
        sa.CheckConstraint(
            "extended_until >= '1990-01-01' AND extended_until < '2200-01-01'",
            name=op.f("ck_detention_extended_until_sane"),
        ),
        sa.CheckConstraint(
            "status <> 'extended' OR extended_by IS NOT NULL", name=op.f("ck_detention_extended_by_somebody")
        ),
        sa.CheckConstraint("status IN ('running', 'extended', 'ended')", name=op.f("ck_detention_status_known")),
        sa.CheckConstraint("until >= '1990-01-01' AND until < '2200-01-01'", name=op.f("ck_detention_until_sane")),
        sa.CheckConstraint(
            "(extended_until IS NULL) = (extended_by IS NULL) AND (extended_by IS NULL) = (extended_at IS NULL) AND (extended_at IS NULL) = (extended_reason IS NULL)",
            name=op.f("ck_detention_extended_whole"),
        ),
        sa.CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name=op.f("ck_detention_one_subject")),
        sa.CheckConstraint("(movement_id IS NULL) = (movement_post IS NULL)", name=op.f("ck_detention_movement_whole")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_detention_reason_given")),
        sa.CheckConstraint("extended_by <> person", name=op.f("ck_detention_extended_by_another")),
        sa.CheckConstraint("extended_until > until", name=op.f("ck_detention_extended_later")),
        sa.CheckConstraint("until > at", name=op.f("ck_detention_term_ahead")),
        sa.ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_detention_movement",
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_detention_declaration"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_detention")),
    )
    op.create_index("ix_detention_declaration", "detention", ["post", "declaration_id"], unique=False)
    op.create_index(
        "ix_detention_due",
        "detention",
        ["post", "until", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'ended'"),
    )
    op.create_index("ix_detention_movement", "detention", ["movement_post", "movement_id"], unique=False)
    op.create_index("uq_detention_number", "detention", ["post", "number"], unique=True)
    op.create_index(
        "uq_detention_running",
        "detention",
        ["post", "declaration_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'ended'"),
    )
    op.create_index(
        "uq_detention_running_movement",
        "detention",
        ["movement_post", "movement_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'ended'"),
    )


def _seizure() -> None:
    op.create_table(
        "seizure",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Text(), nullable=False),
        sa.Column("vehicle", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pieces", sa.SmallInteger(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_seizure_at_sane")),
        sa.CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name=op.f("ck_seizure_one_subject")),
        sa.CheckConstraint("(movement_id IS NULL) = (movement_post IS NULL)", name=op.f("ck_seizure_movement_whole")),
        sa.CheckConstraint("char_length(circumstances) BETWEEN 1 AND 4000", name=op.f("ck_seizure_circumstances_told")),
        sa.ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_seizure_movement",
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_seizure_declaration"
        ),
        sa.ForeignKeyConstraint(
            ["post", "inspection_id"], ["inspection.post", "inspection.id"], name="fk_seizure_inspection"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_seizure")),
    )
    op.create_index("ix_seizure_at", "seizure", ["post", "at", "id"], unique=False)
    op.create_index("ix_seizure_declaration", "seizure", ["post", "declaration_id"], unique=False)
    op.create_index("ix_seizure_movement", "seizure", ["movement_post", "movement_id"], unique=False)
    op.create_index("uq_seizure_number", "seizure", ["post", "number"], unique=True)


def _goods_end() -> None:
    op.create_table(
        "goods_end",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seizure_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("manner", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("commission", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("items", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("mrn", sa.String(length=18), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_goods_end_at_sane")),
        sa.CheckConstraint(
            "kind <> 'destruction' OR (jsonb_array_length(commission) >= 2 AND char_length(manner) > 0 AND char_length(witness) > 0)",
            name=op.f("ck_goods_end_destroyed_before_witnesses"),
        ),
        sa.CheckConstraint("kind IN ('refusal', 'return', 'destruction')", name=op.f("ck_goods_end_kind_known")),
        sa.CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name=op.f("ck_goods_end_one_subject")),
        sa.CheckConstraint("(movement_id IS NULL) = (movement_post IS NULL)", name=op.f("ck_goods_end_movement_whole")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_goods_end_reason_given")),
        sa.ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_goods_end_movement",
        ),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_goods_end_declaration"
        ),
        sa.ForeignKeyConstraint(["post", "seizure_id"], ["seizure.post", "seizure.id"], name="fk_goods_end_seizure"),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_goods_end")),
    )
    op.create_index("ix_goods_end_declaration", "goods_end", ["post", "declaration_id"], unique=False)
    op.create_index("ix_goods_end_movement", "goods_end", ["movement_post", "movement_id"], unique=False)
    op.create_index("uq_goods_end_number", "goods_end", ["post", "number"], unique=True)


def _seizure_move() -> None:
    op.create_table(
        "seizure_move",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seizure_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("serials", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("from_holder", sa.Text(), nullable=False),
        sa.Column("to_holder", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=False),
        sa.Column("handed_name", sa.Text(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=True),
        sa.Column("received_name", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "handed_at >= '1990-01-01' AND handed_at < '2200-01-01'", name=op.f("ck_seizure_move_handed_at_sane")
        ),
        sa.CheckConstraint(
            "(received_by IS NULL) = (received_at IS NULL) AND (received_by IS NULL) = (received_name IS NULL)",
            name=op.f("ck_seizure_move_received_whole"),
        ),
        sa.CheckConstraint(
            "char_length(to_holder) > 0 AND char_length(receipt) > 0", name=op.f("ck_seizure_move_told")
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 999", name=op.f("ck_seizure_move_number_sane")),
        sa.CheckConstraint("received_at >= handed_at", name=op.f("ck_seizure_move_received_later")),
        sa.CheckConstraint("received_by <> handed_by", name=op.f("ck_seizure_move_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "seizure_id"], ["seizure.post", "seizure.id"], name=op.f("fk_seizure_move_post_seizure_id_seizure")
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_seizure_move")),
    )
    op.create_index("uq_seizure_move_number", "seizure_move", ["post", "seizure_id", "number"], unique=True)


def _seizure_person() -> None:
    op.create_table(
        "seizure_person",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seizure_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("nationality", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("signs", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_seizure_person_at_sane")),
        sa.CheckConstraint(
            "role IN ('driver', 'passenger', 'owner', 'declarant', 'carrier', 'suspect', 'witness', 'found', 'other')",
            name=op.f("ck_seizure_person_role_known"),
        ),
        sa.CheckConstraint("char_length(full_name) > 0", name=op.f("ck_seizure_person_named")),
        sa.CheckConstraint("signs OR char_length(remark) > 0", name=op.f("ck_seizure_person_refusal_explained")),
        sa.ForeignKeyConstraint(
            ["post", "seizure_id"],
            ["seizure.post", "seizure.id"],
            name=op.f("fk_seizure_person_post_seizure_id_seizure"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_seizure_person")),
    )
    op.create_index("ix_seizure_person_seizure", "seizure_person", ["post", "seizure_id"], unique=False)


def _seizure_photo() -> None:
    op.create_table(
        "seizure_photo",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seizure_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.SmallInteger(), nullable=True),
        sa.Column("attachment", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("given_sha256", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_seizure_photo_at_sane")),
        sa.CheckConstraint(
            "octet_length(sha256) = 64 AND octet_length(given_sha256) = 64", name=op.f("ck_seizure_photo_sha256_length")
        ),
        sa.ForeignKeyConstraint(
            ["post", "attachment"], ["attachment.post", "attachment.id"], name="fk_seizure_photo_attachment"
        ),
        sa.ForeignKeyConstraint(
            ["post", "seizure_id"],
            ["seizure.post", "seizure.id"],
            name=op.f("fk_seizure_photo_post_seizure_id_seizure"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_seizure_photo")),
    )
    op.create_index("uq_seizure_photo_given", "seizure_photo", ["post", "seizure_id", "given_sha256"], unique=True)


def _seizure_piece() -> None:
    op.create_table(
        "seizure_piece",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seizure_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=True),
        sa.Column("packages", sa.Integer(), nullable=True),
        sa.Column("packaging", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_seizure_piece_at_sane")),
        sa.CheckConstraint(
            "kind <> 'persons' OR (value IS NULL AND item IS NULL AND packages IS NULL AND quantity = trunc(quantity))",
            name=op.f("ck_seizure_piece_persons_are_no_goods"),
        ),
        sa.CheckConstraint("quantity >= 0 AND quantity < 'NaN'::numeric", name=op.f("ck_seizure_piece_quantity_sane")),
        sa.CheckConstraint("value >= 0 AND value < 'NaN'::numeric", name=op.f("ck_seizure_piece_value_sane")),
        sa.CheckConstraint("(value IS NULL) = (currency IS NULL)", name=op.f("ck_seizure_piece_value_in_currency")),
        sa.CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name=op.f("ck_seizure_piece_item_sane")),
        sa.CheckConstraint(
            "packages IS NULL OR packages BETWEEN 0 AND 9999999", name=op.f("ck_seizure_piece_packages_sane")
        ),
        sa.CheckConstraint(
            "revision = 1 OR char_length(reason) > 0", name=op.f("ck_seizure_piece_corrected_with_reason")
        ),
        sa.CheckConstraint("revision > 1 OR quantity > 0", name=op.f("ck_seizure_piece_quantity_some")),
        sa.CheckConstraint(
            "serial BETWEEN 1 AND 999 AND revision BETWEEN 1 AND 99", name=op.f("ck_seizure_piece_numbers_sane")
        ),
        sa.ForeignKeyConstraint(
            ["post", "seizure_id"],
            ["seizure.post", "seizure.id"],
            name=op.f("fk_seizure_piece_post_seizure_id_seizure"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_seizure_piece")),
    )
    op.create_index(
        "uq_seizure_piece_serial", "seizure_piece", ["post", "seizure_id", "serial", "revision"], unique=True
    )


def downgrade() -> None:
    _papers(
        f"kind IN ({_PAPERS})",
        f"declaration_id IS NOT NULL OR {_WITHOUT}",
        f"(movement_id IS NOT NULL) = ({_OF_MOVEMENT})",
    )
    op.execute("DELETE FROM proposal_act WHERE kind = 'decision.reconsider'")
    unguard(op)
    for table in _TABLES:
        op.drop_table(table)
    drop(op)
