"""Inspections in full: orders, steps, findings, photos, measurements, samples.

Revision: 0035, after 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import application_role, grant
from migrations.inspection_guards import (
    CONCLUDED_UNSEEN,
    MEASURED_BY_HAND,
    RECORDED_LATE,
    RED_ALONE,
    RED_GOES,
    RED_UNSEEN,
    RED_UNSEEN_BEFORE,
)

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TYPES = (
    "'documents', 'seals', 'weighing', 'scanner', 'radiation', 'dog', 'quantity', 'nature', 'sampling', 'unloading'"
)
_AGENCIES = "'customs', 'border_guard', 'phytosanitary', 'veterinary', 'sanitary', 'drug_control'"
_OPEN = "status IN ('ordered', 'started')"
#: What may change of an order and of a step; the rest stands as it was written.
_MOVES = (
    "status, version, kind, types, instruction, extent, place, slot_from, slot_to, due_at, assigned_to, assigned_name, "
    "started_at, concluded_at, number, conclusion, summary, recommendation, concluded_by, concluded_name, "
    "concluded_record, concluded_device, concluded_noted"
)
_STEP_MOVES = (
    "status, started_at, started_by, started_name, ended_at, ended_by, ended_name, official, reason, started_noted, "
    "ended_noted, clock_off"
)
#: Rows that belong to a look while it lasts, and to none that is over.
_RECORDS = ("finding", "photo", "measure", "sample", "presence", "seal")


def upgrade() -> None:
    _inspection()
    _inspection_step()
    _inspection_assignment()
    _inspection_measure()
    _inspection_finding()
    _inspection_photo()
    _inspection_presence()
    _inspection_sample()
    _inspection_sample_move()
    _inspection_seal()
    _seal()
    _guards()


def _inspection() -> None:
    """What was ordered before was ordered by its lane, for what its kind is."""
    table = "inspection"
    for column in _new_columns():
        op.add_column(table, column)
    op.alter_column(table, "declaration_id", nullable=True)
    op.execute(
        "UPDATE inspection SET types = CASE kind WHEN 'goods' THEN ARRAY['quantity', 'nature'] ELSE ARRAY['documents'] END"
    )
    for name in ("types", "reason", "reason_words", "profiles", "instruction"):
        op.alter_column(table, name, server_default=None)
    for name, condition in _CONDITIONS.items():
        op.create_check_constraint(op.f(f"ck_inspection_{name}"), table, condition)
    op.create_foreign_key(
        "fk_inspection_control",
        table,
        "transit_control",
        ["movement_post", "movement_id", "control"],
        ["post", "movement_id", "number"],
    )
    op.create_index("ix_inspection_movement", table, ["movement_post", "movement_id", "ordered_at"])
    op.create_index("ix_inspection_assigned", table, ["assigned_to", "post"], postgresql_where=sa.text(_OPEN))
    op.create_index("ix_inspection_waiting", table, ["post", "ordered_at", "id"], postgresql_where=sa.text(_OPEN))
    op.create_index("ix_inspection_place", table, ["post", "place", "slot_from"], postgresql_where=sa.text(_OPEN))
    numbered = sa.text("number IS NOT NULL")
    op.create_index("uq_inspection_number", table, ["post", "number"], unique=True, postgresql_where=numbered)
    op.create_index("uq_inspection_control", table, ["movement_post", "movement_id", "control"], unique=True)
    _only(table, _MOVES)


def _only(table: str, columns: str) -> None:
    """From now on the application's role may write these columns and no others."""
    role = application_role()
    if role:
        op.execute(f'REVOKE UPDATE ON {table} FROM "{role}"')
    grant(op, table, f"UPDATE ({columns})")


def _new_columns() -> list[sa.Column]:  # type: ignore[type-arg]
    moment = sa.DateTime(timezone=True)
    empty = sa.text("''")
    return [
        sa.Column("movement_post", sa.String(length=5), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("control", sa.SmallInteger(), nullable=True),
        sa.Column("types", postgresql.ARRAY(sa.String(length=10)), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("reason", sa.String(length=12), nullable=False, server_default="lane"),
        sa.Column("reason_words", sa.Text(), nullable=False, server_default=empty),
        sa.Column("profiles", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("instruction", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("extent", sa.SmallInteger(), nullable=True),
        sa.Column("place", sa.String(length=60), nullable=True),
        sa.Column("slot_from", moment, nullable=True),
        sa.Column("slot_to", moment, nullable=True),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("assigned_name", sa.Text(), nullable=True),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("ordered_name", sa.Text(), nullable=True),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("recommendation", sa.String(length=24), nullable=True),
        sa.Column("concluded_record", sa.Uuid(), nullable=True),
        sa.Column("concluded_device", sa.Uuid(), nullable=True),
        sa.Column("concluded_noted", moment, nullable=True),
    ]


_CONDITIONS = {
    "recommendation_known": "recommendation IN ('release', 'release-with-correction', 'query', 'hold', 'seize', 'refuse', 'return', 'destroy')",
    "reason_known": "reason IN ('lane', 'profile', 'random', 'raised', 'intelligence', 'control', 'other')",
    "recommended_at_the_end": "recommendation IS NULL OR conclusion IS NOT NULL",
    "one_subject": "(movement_id IS NULL) <> (declaration_id IS NULL)",
    "movement_whole": "(movement_id IS NULL) = (movement_post IS NULL) AND (movement_id IS NULL) = (control IS NULL)",
    "types_known": f"types <@ ARRAY[{_TYPES}]::varchar[]",
    "extent_sane": "extent BETWEEN 0 AND 100",
    "slot_ordered": "(slot_from IS NULL) = (slot_to IS NULL) AND slot_to > slot_from",
    "slot_somewhere": "slot_from IS NULL OR place IS NOT NULL",
    "assigned_whole": "(assigned_to IS NULL) = (assigned_name IS NULL)",
    "slot_from_sane": "slot_from >= '1990-01-01' AND slot_from < '2200-01-01'",
    "slot_to_sane": "slot_to >= '1990-01-01' AND slot_to < '2200-01-01'",
    "due_at_sane": "due_at >= '1990-01-01' AND due_at < '2200-01-01'",
}


def _inspection_finding() -> None:
    """What was found before is by customs; what was not conform was told in words only."""
    table = "inspection_finding"
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("agency", sa.String(length=13), nullable=False, server_default="customs"),
        sa.Column("type", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=17), nullable=False, server_default="other"),
        sa.Column("declared_facts", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("found_facts", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("explains", sa.Uuid(), nullable=True),
        sa.Column("device", sa.Uuid(), nullable=True),
        sa.Column("noted_at", moment, nullable=True),
        sa.Column("clock_off", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column(table, column)
    op.execute("UPDATE inspection_finding SET kind = 'match' WHERE conform")
    for name in ("agency", "kind", "declared_facts", "found_facts", "clock_off"):
        op.alter_column(table, name, server_default=None)
    for name, condition in {
        "agency_known": f"agency IN ({_AGENCIES})",
        "type_known": f"type IN ({_TYPES})",
        "kind_known": "kind IN ('match', 'surplus', 'shortage', 'misclassification', 'undervaluation', 'origin', 'marks', 'prohibited', 'damage', 'other')",
        "kind_fits": "conform = (kind = 'match')",
        "noted_at_sane": "noted_at >= '1990-01-01' AND noted_at < '2200-01-01'",
    }.items():
        op.create_check_constraint(op.f(f"ck_inspection_finding_{name}"), table, condition)
    _items(1999)
    op.create_foreign_key("fk_inspection_finding_corrects", table, table, ["post", "corrects"], ["post", "id"])
    op.create_foreign_key(
        "fk_inspection_finding_explains", table, "inspection_measure", ["post", "explains"], ["post", "id"]
    )
    op.create_index("uq_inspection_finding_corrects", table, ["post", "corrects"], unique=True)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int = 0, *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=nullable)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _sane(table: str, name: str) -> sa.CheckConstraint:
    return _check(table, f"{name}_sane", f"{name} >= '1990-01-01' AND {name} < '2200-01-01'")


def _noted(table: str) -> list[sa.schema.SchemaItem]:
    """Who wrote it down and when, the device, and when its clock says."""
    return [
        sa.Column("person", sa.Uuid(), nullable=False),
        _text("name"),
        _moment("at"),
        sa.Column("device", sa.Uuid(), nullable=True),
        _moment("noted_at", nullable=True),
        sa.Column("clock_off", sa.Boolean(), nullable=False),
        _sane(table, "at"),
        _sane(table, "noted_at"),
    ]


def _of_inspection(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_post_inspection_id_inspection"
    return sa.ForeignKeyConstraint(["post", "inspection_id"], ["inspection.post", "inspection.id"], name=name)


def _texts(*names: str) -> list[sa.Column]:  # type: ignore[type-arg]
    return [_text(name) for name in names]


def _own(table: str) -> list[sa.schema.SchemaItem]:
    """Its key, and the inspection that it belongs to."""
    ids = [sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "inspection_id")]
    return [_text("post", 5), *ids, _of_inspection(table), sa.PrimaryKeyConstraint("post", "id", name=f"pk_{table}")]


def _names(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A row of the same post that it names."""
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint(["post", column], [f"{other}.post", f"{other}.id"], name=name)


def _inspection_step() -> None:
    table = "inspection_step"
    op.create_table(
        table,
        _text("post", 5),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        _text("agency", 13),
        _text("type", 10),
        _text("status", 7),
        _moment("ordered_at"),
        _moment("started_at", nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        _text("started_name", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        _text("ended_name", nullable=True),
        _text("official", nullable=True),
        _text("reason", nullable=True),
        _moment("started_noted", nullable=True),
        _moment("ended_noted", nullable=True),
        sa.Column("clock_off", sa.Boolean(), nullable=False),
        _check(table, "ended_at_the_end", "(status IN ('done', 'waived')) = (ended_at IS NOT NULL)"),
        _check(table, "agency_known", f"agency IN ({_AGENCIES})"),
        _sane(table, "ordered_at"),
        _check(table, "started_by_somebody", "status <> 'started' OR started_by IS NOT NULL"),
        _check(table, "waived_with_reason", "status <> 'waived' OR char_length(reason) > 0"),
        _check(table, "status_known", "status IN ('ordered', 'started', 'done', 'waived')"),
        _check(table, "type_known", f"type IN ({_TYPES})"),
        _check(table, "ended_by_somebody", "(ended_at IS NULL) = (ended_by IS NULL)"),
        _check(table, "clock_forward", "ended_at >= started_at AND started_at >= ordered_at"),
        _of_inspection(table),
        sa.PrimaryKeyConstraint("post", "inspection_id", "agency", "type", name="pk_inspection_step"),
    )
    grant(op, table, f"SELECT, INSERT, UPDATE ({_STEP_MOVES})")


def _inspection_assignment() -> None:
    table = "inspection_assignment"
    op.create_table(
        table,
        *_own(table),
        _text("agency", 13),
        _text("type", 10, nullable=True),
        _text("how", 6),
        sa.Column("person", sa.Uuid(), nullable=True),
        _text("name", nullable=True),
        sa.Column("pool", postgresql.JSONB(), nullable=False),
        sa.Column("drawn", sa.BigInteger(), nullable=True),
        sa.Column("seed_day", sa.Date(), nullable=True),
        sa.Column("widened", postgresql.JSONB(), nullable=False),
        _text("reason"),
        sa.Column("by_person", sa.Uuid(), nullable=False),
        _text("by_name"),
        _moment("at"),
        _check(table, "drawn_with_number", "(how = 'drawn') = (drawn IS NOT NULL)"),
        _check(table, "somebody", "(how = 'nobody') = (person IS NULL) AND (person IS NULL) = (name IS NULL)"),
        _check(table, "agency_known", f"agency IN ({_AGENCIES})"),
        _sane(table, "at"),
        _check(table, "named_with_reason", "how <> 'named' OR char_length(reason) > 0"),
        _check(table, "how_known", "how IN ('drawn', 'named', 'nobody')"),
        _check(table, "drawn_sane", "drawn >= 0"),
    )
    op.create_index("ix_inspection_assignment_inspection", table, ["post", "inspection_id", "at"])
    op.create_index("ix_inspection_assignment_person", table, ["person", "at"])
    grant(op, table, "SELECT, INSERT")


def _inspection_measure() -> None:
    table = "inspection_measure"
    op.create_table(
        table,
        *_own(table),
        _text("what", 9),
        sa.Column("source", sa.Uuid(), nullable=True),
        _text("instrument"),
        sa.Column("calibrated_on", sa.Date(), nullable=True),
        sa.Column("gross_kg", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("axles", postgresql.JSONB(), nullable=False),
        sa.Column("declared_kg", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("tare_kg", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("within", sa.Boolean(), nullable=True),
        sa.Column("level", sa.Numeric(precision=14, scale=4), nullable=True),
        _text("unit", 10, nullable=True),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("image", sa.Uuid(), nullable=True),
        _text("remarks"),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        *_noted(table),
        _check(table, "declared_kg_sane", "declared_kg >= 0 AND declared_kg < 'NaN'::numeric"),
        _check(table, "gross_kg_sane", "gross_kg >= 0 AND gross_kg < 'NaN'::numeric"),
        _check(table, "level_sane", "level >= 0 AND level < 'NaN'::numeric"),
        _check(table, "radiation_levels", "what <> 'radiation' OR level IS NOT NULL"),
        _check(table, "weighing_weighs", "what <> 'weighing' OR gross_kg IS NOT NULL"),
        _check(table, "what_known", "what IN ('weighing', 'radiation', 'scan')"),
        _check(table, "instruments_correct_nothing", "corrects IS NULL OR source IS NULL"),
        _names(table, "corrects", "inspection_measure"),
        _names(table, "image", "attachment"),
    )
    op.create_index("ix_inspection_measure_inspection", table, ["post", "inspection_id", "at"])
    op.create_index("uq_inspection_measure_corrects", table, ["post", "corrects"], unique=True)
    grant(op, table, "SELECT, INSERT")


def _inspection_photo() -> None:
    table = "inspection_photo"
    op.create_table(
        table,
        *_own(table),
        sa.Column("of_finding", sa.Uuid(), nullable=True),
        sa.Column("item", sa.SmallInteger(), nullable=True),
        _text("type", 10, nullable=True),
        _text("caption"),
        sa.Column("attachment", sa.Uuid(), nullable=False),
        _text("sha256", 64),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        _text("given_sha256", 64),
        _text("taken", 32, nullable=True),
        sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True),
        *_noted(table),
        _check(table, "type_known", f"type IN ({_TYPES})"),
        _check(table, "place_whole", "(latitude IS NULL) = (longitude IS NULL)"),
        _check(table, "item_sane", "item IS NULL OR item BETWEEN 1 AND 1999"),
        _check(table, "on_earth", "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"),
        _check(table, "sha256_length", "octet_length(sha256) = 64 AND octet_length(given_sha256) = 64"),
        _check(table, "size_bounded", "size BETWEEN 1 AND 400000"),
        _check(table, "measures_bounded", "width BETWEEN 1 AND 4096 AND height BETWEEN 1 AND 4096"),
        _names(table, "attachment", "attachment"),
        sa.ForeignKeyConstraint(
            ["post", "of_finding"],
            ["inspection_finding.post", "inspection_finding.id"],
            name="fk_inspection_photo_finding",
        ),
    )
    op.create_index("ix_inspection_photo_inspection", table, ["post", "inspection_id", "at"])
    op.create_index("ix_inspection_photo_sha256", table, ["given_sha256"])
    grant(op, table, "SELECT, INSERT")


def _inspection_presence() -> None:
    table = "inspection_presence"
    op.create_table(
        table,
        *_own(table),
        _text("full_name"),
        _text("role", 9),
        *_texts("of", "document"),
        sa.Column("signs", sa.Boolean(), nullable=False),
        _text("remark"),
        *_noted(table),
        _check(
            table,
            "role_known",
            "role IN ('declarant', 'driver', 'owner', 'carrier', 'witness', 'expert', 'officer', 'official', 'other')",
        ),
        _check(table, "refusal_remarked", "signs OR char_length(remark) > 0"),
    )
    op.create_index("ix_inspection_presence_inspection", table, ["post", "inspection_id", "at"])
    grant(op, table, "SELECT, INSERT")


def _inspection_sample() -> None:
    table = "inspection_sample"
    op.create_table(
        table,
        *_own(table),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=True),
        _text("description"),
        _text("quantity", 20),
        _text("unit", 3),
        _text("seal_mark", 30, nullable=True),
        *_texts("laboratory", "question"),
        *_noted(table),
        _check(table, "item_sane", "item IS NULL OR item BETWEEN 1 AND 1999"),
        _check(table, "number_sane", "number BETWEEN 1 AND 999"),
    )
    op.create_index("uq_inspection_sample_number", table, ["post", "inspection_id", "number"], unique=True)
    grant(op, table, "SELECT, INSERT")


def _inspection_sample_move() -> None:
    table = "inspection_sample_move"
    op.create_table(
        table,
        _text("post", 5),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        _text("event", 9),
        _text("holder"),
        sa.Column("intact", sa.Boolean(), nullable=True),
        _text("words"),
        _text("document", nullable=True),
        sa.Column("conform", sa.Boolean(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        *_noted(table),
        _check(table, "result_says", "(event = 'result') = (conform IS NOT NULL)"),
        _check(table, "event_known", "event IN ('taken', 'handed', 'received', 'result', 'returned', 'destroyed')"),
        sa.ForeignKeyConstraint(
            ["post", "sample_id"],
            ["inspection_sample.post", "inspection_sample.id"],
            name="fk_inspection_sample_move_post_sample_id_inspection_sample",
        ),
        sa.PrimaryKeyConstraint("post", "id", name="pk_inspection_sample_move"),
    )
    op.create_index("uq_inspection_sample_move_number", table, ["post", "sample_id", "number"], unique=True)
    grant(op, table, "SELECT, INSERT")


def _inspection_seal() -> None:
    table = "inspection_seal"
    op.create_table(
        table,
        *_own(table),
        _text("what", 7),
        _text("serial", 30),
        _text("condition", 9),
        *_texts("bearer", "place", "remarks"),
        sa.Column("picture", sa.Uuid(), nullable=True),
        *_noted(table),
        _check(table, "condition_known", "condition IN ('intact', 'broken', 'different', 'missing')"),
        _check(table, "serial_form", "serial ~ '^[A-Z0-9-]{3,30}$'"),
        _check(table, "set_whole", "what <> 'set' OR condition = 'intact'"),
        _check(table, "what_known", "what IN ('seen', 'removed', 'set')"),
        _names(table, "picture", "inspection_photo"),
    )
    op.create_index("ix_inspection_seal_inspection", table, ["post", "inspection_id", "at"])
    op.create_index("ix_inspection_seal_serial", table, ["serial"])
    grant(op, table, "SELECT, INSERT")


#: Seals may be on the goods of a declaration, too, from its inspection on.
_ON_MOVEMENT = "status NOT IN ('applied', 'broken') OR (movement_id IS NOT NULL AND movement_post IS NOT NULL)"
_ON_GOODS = f"{_ON_MOVEMENT} OR (declaration_id IS NOT NULL AND declaration_post IS NOT NULL)"


def _seal() -> None:
    op.add_column("seal", sa.Column("declaration_post", sa.String(length=5), nullable=True))
    op.add_column("seal", sa.Column("declaration_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_seal_declaration", "seal", "declaration", ["declaration_post", "declaration_id"], ["post", "id"]
    )
    op.create_index("ix_seal_declaration", "seal", ["declaration_id"])
    _applied(_ON_GOODS)
    grant(op, "seal", "UPDATE (declaration_post, declaration_id)")


def _applied(condition: str) -> None:
    name = op.f("ck_seal_applied_to_something")
    op.drop_constraint(name, "seal")
    op.create_check_constraint(name, "seal", condition)


def _guards() -> None:
    """What no program and no hand may do: free red goods unseen, or alone; conclude unseen; write into what is over; put
    a number of one's own in the place of what an instrument told."""
    for function in (RED_UNSEEN, RED_ALONE, CONCLUDED_UNSEEN, RECORDED_LATE, MEASURED_BY_HAND):
        op.execute(function)
    op.execute(
        "CREATE CONSTRAINT TRIGGER declaration_red_by_another AFTER INSERT OR UPDATE OF status, lane ON declaration "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({RED_GOES}) EXECUTE FUNCTION refuse_red_released_alone()"
    )
    op.execute(
        "CREATE TRIGGER inspection_concluded_seen BEFORE UPDATE ON inspection "
        "FOR EACH ROW EXECUTE FUNCTION refuse_concluded_unseen()"
    )
    for name in _RECORDS:
        op.execute(
            f"CREATE TRIGGER inspection_{name}_in_time BEFORE INSERT ON inspection_{name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_recorded_late()"
        )
    op.execute(
        "CREATE TRIGGER inspection_measure_by_instrument BEFORE INSERT ON inspection_measure "
        "FOR EACH ROW WHEN (NEW.source IS NULL) EXECUTE FUNCTION refuse_measured_by_hand()"
    )


def _items(most: int) -> None:
    """A movement has more items than a declaration."""
    name = op.f("ck_inspection_finding_item_sane")
    op.drop_constraint(name, "inspection_finding")
    op.create_check_constraint(name, "inspection_finding", f"item IS NULL OR item BETWEEN 1 AND {most}")


def downgrade() -> None:
    op.execute("UPDATE seal SET status = 'removed' WHERE status IN ('applied', 'broken') AND movement_id IS NULL")
    _applied(_ON_MOVEMENT)
    op.drop_column("seal", "declaration_id")
    op.drop_column("seal", "declaration_post")
    op.execute("DROP TRIGGER declaration_red_by_another ON declaration")
    op.execute("DROP TRIGGER inspection_concluded_seen ON inspection")
    op.execute("DROP TRIGGER inspection_finding_in_time ON inspection_finding")
    op.execute("DELETE FROM inspection_finding WHERE item > 999")
    _items(999)
    op.drop_index("uq_inspection_finding_corrects", "inspection_finding")
    for name in (
        *("agency", "type", "kind", "declared_facts", "found_facts"),
        *("corrects", "explains", "device", "noted_at", "clock_off"),
    ):
        op.drop_column("inspection_finding", name)
    for name in ("seal", "photo", "presence", "sample_move", "sample", "measure", "assignment", "step"):
        op.drop_table(f"inspection_{name}")
    for function in ("red_released_alone", "concluded_unseen", "recorded_late", "measured_by_hand"):
        op.execute(f"DROP FUNCTION refuse_{function}()")
    op.execute(RED_UNSEEN_BEFORE)
    _inspection_before()


def _inspection_before() -> None:
    table = "inspection"
    for index in ("movement", "assigned", "waiting", "place"):
        op.drop_index(f"ix_inspection_{index}", table)
    op.drop_index("uq_inspection_number", table)
    op.drop_index("uq_inspection_control", table)
    op.drop_constraint("fk_inspection_control", table)
    for name in _CONDITIONS:
        op.drop_constraint(op.f(f"ck_inspection_{name}"), table)
    op.execute(
        "DELETE FROM inspection_finding f USING inspection i WHERE i.id = f.inspection_id AND i.movement_id IS NOT NULL"
    )
    op.execute("DELETE FROM inspection WHERE movement_id IS NOT NULL")
    op.alter_column(table, "declaration_id", nullable=False)
    for column in _new_columns():
        op.drop_column(table, column.name)
    grant(op, table, "UPDATE")
