"""Profiles by two persons, in the shadow first, and what they did; seeds of chance; replays over what was assessed.

Rows from before count as made by the node: of each profile the newest version stays in force, the older ones have ended.

Revision: 0029, after 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_NODE = "00000000-0000-0000-0000-000000000000"
_LIFE = "status,criteria,expression,lane,names,reason,instruction,kinds,posts,spare_trusted,expected_rate,source,valid_from,valid_to"
_PERSONS = ",".join(f"{who}_{what}" for who in ("approved", "second", "ended") for what in ("by", "name", "at"))


def upgrade() -> None:
    _profiles()
    _shares()
    _assessments()
    _risk_reasons_seen()
    _risk_rule_set()
    _risk_tampering()
    _risk_draw_seed()
    _risk_replay()
    _risk_replay_profile()
    _risk_replay_day()
    _risk_profile_day()
    _risk_cursor()
    op.create_index(
        "ix_inspection_concluded_at",
        "inspection",
        ["concluded_at"],
        postgresql_where=sa.text("concluded_at IS NOT NULL"),
    )


def _added(table: str, column: sa.Column[object], filled: str) -> None:
    """A column that must be filled, with what the rows from before get."""
    column.nullable = True
    op.add_column(table, column)
    op.execute(f"UPDATE {table} SET {column.name} = {filled}")
    op.alter_column(table, column.name, nullable=False)


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _profiles() -> None:
    table = "risk_profile"
    _added(table, sa.Column("status", sa.String(length=10)), "'in_force'")
    op.add_column(table, sa.Column("criteria", postgresql.JSONB(), nullable=True))
    _added(table, sa.Column("reason", postgresql.JSONB()), "names")
    _added(table, sa.Column("kinds", postgresql.ARRAY(sa.String(length=11))), "ARRAY['declaration']::varchar[]")
    _added(table, sa.Column("spare_trusted", sa.Boolean()), "false")
    op.add_column(table, sa.Column("expected_rate", sa.Numeric(precision=5, scale=2), nullable=True))
    op.alter_column(table, "valid_from", nullable=True)
    _added(table, sa.Column("made_by", sa.Uuid()), f"'{_NODE}'")
    _added(
        table,
        sa.Column("made_name", sa.Text()),
        "coalesce((SELECT j.login FROM journal_entry j WHERE j.kind = 'risk_profile' AND j.subject = risk_profile.code "
        "AND j.after ->> 'version' = risk_profile.version::text LIMIT 1), 'System')",
    )
    _added(table, sa.Column("made_at", sa.DateTime(timezone=True)), "valid_from")
    for who in ("approved", "second", "ended"):
        op.add_column(table, sa.Column(f"{who}_by", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column(f"{who}_name", sa.Text(), nullable=True))
        op.add_column(table, sa.Column(f"{who}_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(table, sa.Column("ended_reason", sa.Text(), nullable=True))
    op.execute(
        f"UPDATE risk_profile p SET status = 'ended', ended_by = '{_NODE}', ended_name = 'System', ended_reason = '', "
        "ended_at = (SELECT min(q.valid_from) FROM risk_profile q WHERE q.code = p.code AND q.version > p.version) "
        "WHERE EXISTS (SELECT FROM risk_profile q WHERE q.code = p.code AND q.version > p.version)"
    )
    op.drop_constraint(op.f("ck_risk_profile_expression_length"), table)
    _check(table, "ended_has_time", "(status = 'ended') = (ended_at IS NOT NULL)")
    _check(table, "kinds_known", "cardinality(kinds) > 0 AND kinds <@ ARRAY['declaration', 'movement']::varchar[]")
    _check(table, "made_at_sane", "made_at >= '1990-01-01' AND made_at < '2200-01-01'")
    _check(
        table,
        "in_force_approved",
        "status <> 'in_force' OR approved_by IS NOT NULL OR made_by = '00000000-0000-0000-0000-000000000000'",
    )
    _check(table, "in_force_since", "status <> 'in_force' OR valid_from IS NOT NULL")
    _check(table, "status_known", "status IN ('draft', 'shadow', 'proposed', 'in_force', 'ended')")
    _check(table, "approved_has_time", "(approved_by IS NULL) = (approved_at IS NULL)")
    _check(table, "other_persons", "approved_by <> made_by AND second_by <> made_by AND second_by <> approved_by")
    _check(table, "expression_length", "char_length(expression) BETWEEN 1 AND 4000")
    _check(table, "expected_rate_sane", "expected_rate >= 0 AND expected_rate <= 100")
    _check(table, "second_after_first", "second_by IS NULL OR approved_by IS NOT NULL")
    op.create_index(
        "uq_risk_profile_in_force", table, ["code"], unique=True, postgresql_where=sa.text("status = 'in_force'")
    )
    op.create_index("ix_risk_profile_status", table, ["status"], postgresql_where=sa.text("status <> 'ended'"))
    grant(op, table, f"UPDATE ({_LIFE},{_PERSONS},ended_reason)")


def _shares() -> None:
    table = "risk_random_share"
    _added(table, sa.Column("made_by", sa.Uuid()), f"'{_NODE}'")
    _added(table, sa.Column("made_name", sa.Text()), "'System'")
    op.add_column(table, sa.Column("approved_by", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("approved_name", sa.Text(), nullable=True))
    _check(table, "approved", "approved_by IS NOT NULL OR made_by = '00000000-0000-0000-0000-000000000000'")
    _check(table, "other_persons", "approved_by <> made_by")


def _assessments() -> None:
    table = "risk_assessment"
    op.alter_column(table, "declaration_id", nullable=True)
    op.add_column(table, sa.Column("movement_post", sa.String(length=5), nullable=True))
    op.add_column(table, sa.Column("movement_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_risk_assessment_movement_post_movement_id_transit_movement"),
        table,
        "transit_movement",
        ["movement_post", "movement_id"],
        ["post", "id"],
    )
    for name, kind, filled in (
        ("stage", sa.String(length=9), "'lodged'"),
        ("shadow", postgresql.JSONB(), "'[]'"),
        ("trusted", sa.Boolean(), "false"),
    ):
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(filled)))
        op.alter_column(table, name, server_default=None)
    op.execute(
        "UPDATE risk_assessment a SET stage = 'amended' WHERE EXISTS (SELECT FROM risk_assessment b "
        "WHERE b.post = a.post AND b.declaration_id = a.declaration_id AND (b.at, b.id) < (a.at, a.id))"
    )
    op.add_column(table, sa.Column("seed_day", sa.Date(), nullable=True))
    op.add_column(table, sa.Column("rules", sa.String(length=64), nullable=True))
    op.add_column(table, sa.Column("score", sa.Numeric(precision=9, scale=8), nullable=True))
    op.add_column(table, sa.Column("model", sa.Integer(), nullable=True))
    _check(table, "stage_known", "stage IN ('lodged', 'presented', 'amended', 'arrived')")
    _check(table, "movement_whole", "(movement_id IS NULL) = (movement_post IS NULL)")
    _check(table, "one_subject", "num_nonnulls(declaration_id, movement_id) = 1")
    _check(table, "score_sane", "score BETWEEN 0 AND 1")
    op.create_index(
        "ix_risk_assessment_movement",
        table,
        ["movement_post", "movement_id", "at"],
        postgresql_where=sa.text("movement_id IS NOT NULL"),
    )
    op.create_index("ix_risk_assessment_post_at", table, ["post", "at", "id"])


def _risk_reasons_seen() -> None:
    op.create_table(
        "risk_reasons_seen",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_risk_reasons_seen_at_sane")),
        sa.ForeignKeyConstraint(
            ["post", "assessment_id"],
            ["risk_assessment.post", "risk_assessment.id"],
            name=op.f("fk_risk_reasons_seen_post_assessment_id_risk_assessment"),
        ),
        sa.PrimaryKeyConstraint("post", "assessment_id", "person", name=op.f("pk_risk_reasons_seen")),
    )
    grant(op, "risk_reasons_seen", "SELECT, INSERT")


def _risk_rule_set() -> None:
    op.create_table(
        "risk_rule_set",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "first_at >= '1990-01-01' AND first_at < '2200-01-01'", name=op.f("ck_risk_rule_set_first_at_sane")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_risk_rule_set")),
    )
    grant(op, "risk_rule_set", "SELECT, INSERT")


def _risk_tampering() -> None:
    op.create_table(
        "risk_tampering",
        sa.Column("what", sa.String(length=7), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("found", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_risk_tampering_at_sane")),
        sa.CheckConstraint(
            "problem IN ('altered', 'inserted', 'missing', 'journal')", name=op.f("ck_risk_tampering_problem_known")
        ),
        sa.CheckConstraint("what IN ('profile', 'share')", name=op.f("ck_risk_tampering_what_known")),
        sa.PrimaryKeyConstraint("what", "code", "version", "found", name=op.f("pk_risk_tampering")),
    )
    grant(op, "risk_tampering", "SELECT, INSERT")


def _risk_draw_seed() -> None:
    op.create_table(
        "risk_draw_seed",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "commitment = encode(sha256(seed), 'hex')", name=op.f("ck_risk_draw_seed_commitment_of_seed")
        ),
        sa.CheckConstraint(
            "committed_at >= '1990-01-01' AND committed_at < '2200-01-01'",
            name=op.f("ck_risk_draw_seed_committed_at_sane"),
        ),
        sa.CheckConstraint("octet_length(seed) = 32", name=op.f("ck_risk_draw_seed_seed_length")),
        sa.CheckConstraint(
            "opened_at IS NULL OR opened_at > committed_at", name=op.f("ck_risk_draw_seed_opened_after")
        ),
        sa.PrimaryKeyConstraint("post", "day", name=op.f("pk_risk_draw_seed")),
    )
    grant(op, "risk_draw_seed", "SELECT, INSERT, UPDATE (opened_at)")


def _risk_replay() -> None:
    op.create_table(
        "risk_replay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cursor", postgresql.JSONB(), nullable=True),
        sa.Column("population", postgresql.JSONB(), nullable=False),
        sa.Column("spent", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'finished') = (finished_at IS NOT NULL)", name=op.f("ck_risk_replay_finished_has_time")
        ),
        sa.CheckConstraint(
            "asked_at >= '1990-01-01' AND asked_at < '2200-01-01'", name=op.f("ck_risk_replay_asked_at_sane")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'stopped', 'finished')", name=op.f("ck_risk_replay_status_known")
        ),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_risk_replay_counts_sane")),
        sa.CheckConstraint("months BETWEEN 1 AND 120", name=op.f("ck_risk_replay_months_sane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_replay")),
    )
    op.create_index("ix_risk_replay_asked_at", "risk_replay", ["asked_at", "id"], unique=False)
    op.create_index(
        "ix_risk_replay_open",
        "risk_replay",
        ["asked_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    )
    grant(op, "risk_replay", "SELECT, INSERT, UPDATE (status,total,done,cursor,population,spent,finished_at)")


def _risk_replay_profile() -> None:
    op.create_table(
        "risk_replay_profile",
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("caught", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("examples", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["risk_replay.id"], name=op.f("fk_risk_replay_profile_replay_id_risk_replay")
        ),
        sa.PrimaryKeyConstraint("replay_id", "code", "version", name=op.f("pk_risk_replay_profile")),
    )
    op.create_index("ix_risk_replay_profile_code", "risk_replay_profile", ["code", "version"])
    grant(
        op,
        "risk_replay_profile",
        "SELECT, INSERT, UPDATE (asked,untold,broken,hits,raised,inspected,caught,found,examples)",
    )


def _risk_replay_day() -> None:
    op.create_table(
        "risk_replay_day",
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("caught", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["risk_replay.id"], name=op.f("fk_risk_replay_day_replay_id_risk_replay")
        ),
        sa.PrimaryKeyConstraint("replay_id", "code", "version", "post", "day", name=op.f("pk_risk_replay_day")),
    )
    grant(op, "risk_replay_day", "SELECT, INSERT, UPDATE (hits,raised,caught)")


def _risk_profile_day() -> None:
    op.create_table(
        "risk_profile_day",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("sole", sa.Integer(), nullable=False),
        sa.Column("shadow", sa.Integer(), nullable=False),
        sa.Column("shadow_inspected", sa.Integer(), nullable=False),
        sa.Column("shadow_findings", sa.Integer(), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("examples", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "hits >= 0 AND inspected <= hits AND findings <= inspected AND shadow_inspected <= shadow AND "
            "shadow_findings <= shadow_inspected",
            name=op.f("ck_risk_profile_day_counts_sane"),
        ),
        sa.PrimaryKeyConstraint("post", "day", "code", "version", name=op.f("pk_risk_profile_day")),
    )
    op.create_index("ix_risk_profile_day_day", "risk_profile_day", ["day", "post"], unique=False)
    grant(op, "risk_profile_day", "SELECT, INSERT, DELETE")


def _risk_cursor() -> None:
    op.create_table(
        "risk_cursor",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_risk_cursor_at_sane")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_risk_cursor")),
    )
    grant(op, "risk_cursor", "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_index("ix_inspection_concluded_at", "inspection")
    for table in (
        "risk_cursor", "risk_profile_day", "risk_replay_day", "risk_replay_profile", "risk_replay", "risk_draw_seed",
        "risk_tampering", "risk_rule_set", "risk_reasons_seen",
    ):  # fmt: skip
        op.drop_table(table)
    _fewer_assessments()
    for name in ("approved", "other_persons"):
        op.drop_constraint(op.f(f"ck_risk_random_share_{name}"), "risk_random_share")
    for name in ("approved_name", "approved_by", "made_name", "made_by"):
        op.drop_column("risk_random_share", name)
    _plain_profiles()


def _fewer_assessments() -> None:
    """What was assessed of movements has no place in the older table."""
    table = "risk_assessment"
    op.drop_index("ix_risk_assessment_post_at", table)
    op.drop_index("ix_risk_assessment_movement", table)
    op.execute("DELETE FROM risk_assessment WHERE movement_id IS NOT NULL")
    for name in ("one_subject", "movement_whole", "stage_known", "score_sane"):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    for name in ("model", "score", "rules", "seed_day", "trusted", "shadow", "stage", "movement_id", "movement_post"):
        op.drop_column(table, name)
    op.alter_column(table, "declaration_id", nullable=False)


def _plain_profiles() -> None:
    """Only what is or was in force has a place in the older table."""
    table = "risk_profile"
    op.drop_index("ix_risk_profile_status", table)
    op.drop_index("uq_risk_profile_in_force", table)
    op.execute("DELETE FROM risk_profile WHERE valid_from IS NULL")
    op.execute("UPDATE risk_profile SET valid_to = ended_at WHERE status = 'ended' AND ended_at > valid_from")
    for name in (
        "status_known", "kinds_known", "expected_rate_sane", "in_force_since", "in_force_approved", "other_persons",
        "ended_has_time", "approved_has_time", "second_after_first", "made_at_sane", "expression_length",
    ):  # fmt: skip
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    for who in ("approved", "second", "ended"):
        for what in ("by", "name", "at"):
            op.drop_column(table, f"{who}_{what}")
    for name in (
        "ended_reason", "made_at", "made_name", "made_by", "expected_rate", "spare_trusted", "kinds", "reason", "criteria",
        "status",
    ):  # fmt: skip
        op.drop_column(table, name)
    op.alter_column(table, "valid_from", nullable=False)
    op.execute("DELETE FROM risk_profile WHERE char_length(expression) > 2000")
    _check(table, "expression_length", "char_length(expression) BETWEEN 1 AND 2000")
