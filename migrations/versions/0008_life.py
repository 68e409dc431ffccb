"""The whole life of a declaration: questions, amendments, partial release, exit, templates, audits.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OPEN = "status IN ('selected', 'under_control', 'queried', 'detained')"
_OPEN_BEFORE = "status IN ('selected', 'under_control', 'detained')"
_UNFINISHED = "status IN ('draft', 'selected', 'under_control', 'queried', 'detained')"
_UNFINISHED_BEFORE = "status IN ('draft', 'selected', 'under_control', 'detained')"
_WAITING = "status IN ('requested', 'endorsed')"


def upgrade() -> None:
    _open_indexes(_OPEN, _UNFINISHED)
    op.create_index(
        "ix_declaration_expiring",
        "declaration",
        ["id"],
        postgresql_where=sa.text("status IN ('draft', 'prelodged')"),
    )
    op.create_index(
        "ix_declaration_blue",
        "declaration",
        ["post", "lodged_at", "id"],
        postgresql_where=sa.text("lane = 'blue' AND status IN ('released', 'partly_released', 'exited')"),
    )
    op.add_column("declaration_draft", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    _declaration_query()
    _declaration_amendment()
    _declaration_released_item()
    _declaration_exit()
    _declaration_template()
    _declaration_audit()
    _guards()


def _open_indexes(is_open: str, unfinished: str) -> None:
    """The partial indexes under the worklist and a firm's unfinished work, for the states given."""
    for name in ("ix_declaration_worklist", "ix_declaration_open", "ix_declaration_unfinished"):
        op.drop_index(name, table_name="declaration")
    op.create_index(
        "ix_declaration_worklist",
        "declaration",
        ["post", "lane", "lodged_at", "id"],
        postgresql_where=sa.text(is_open),
    )
    op.create_index(
        "ix_declaration_open", "declaration", ["post", "lodged_at", "id"], postgresql_where=sa.text(is_open)
    )
    op.create_index("ix_declaration_unfinished", "declaration", ["party", "id"], postgresql_where=sa.text(unfinished))


def _of_declaration(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["post", "declaration_id"],
        ["declaration.post", "declaration.id"],
        name=f"fk_{table}_post_declaration_id_declaration",
    )


def _sane_time(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} >= '1990-01-01' AND {column} < '2200-01-01'", name=op.f(f"ck_{table}_{column}_sane")
    )


def _declaration_query() -> None:
    table = "declaration_query"
    op.create_table(
        table,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_login", sa.Text(), nullable=False),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_login", sa.Text(), nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_login", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("item BETWEEN 0 AND 999", name=op.f("ck_declaration_query_item_sane")),
        sa.CheckConstraint(
            "char_length(question) BETWEEN 1 AND 4000", name=op.f("ck_declaration_query_question_given")
        ),
        sa.CheckConstraint("char_length(answer) BETWEEN 1 AND 4000", name=op.f("ck_declaration_query_answer_given")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_declaration_query_answered_by_somebody")
        ),
        sa.CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_declaration_query_one_end")),
        sa.CheckConstraint("answered_by <> asked_by", name=op.f("ck_declaration_query_two_persons")),
        _sane_time(table, "deadline"),
        sa.CheckConstraint("deadline > asked_at", name=op.f("ck_declaration_query_deadline_ahead")),
        _sane_time(table, "asked_at"),
        _of_declaration(table),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration_query"),
    )
    op.create_index("ix_declaration_query_declaration", table, ["post", "declaration_id", "id"])
    ends = "answer, answered_by, answered_login, answered_name, answered_at"
    ends += ", withdrawn_by, withdrawn_login, withdrawn_at, withdrawn_reason"
    grant(op, table, f"SELECT, INSERT, UPDATE ({ends})")


def _declaration_amendment() -> None:
    table = "declaration_amendment"
    op.create_table(
        table,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_content", sa.SmallInteger(), nullable=False),
        sa.Column("to_content", sa.SmallInteger(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_login", sa.Text(), nullable=False),
        sa.Column("requested_name", sa.Text(), nullable=False),
        sa.Column("requested_role", sa.String(length=20), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endorsed_by", sa.Uuid(), nullable=True),
        sa.Column("endorsed_login", sa.Text(), nullable=True),
        sa.Column("endorsed_name", sa.Text(), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_login", sa.Text(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('requested', 'endorsed', 'accepted', 'rejected', 'overtaken')",
            name=op.f("ck_declaration_amendment_status_known"),
        ),
        sa.CheckConstraint("kind IN ('amend', 'invalidate')", name=op.f("ck_declaration_amendment_kind_known")),
        sa.CheckConstraint(
            "stage IN ('prelodged', 'held', 'let_go')", name=op.f("ck_declaration_amendment_stage_known")
        ),
        sa.CheckConstraint(
            "char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_declaration_amendment_reason_given")
        ),
        sa.CheckConstraint(
            "(kind = 'amend') = (body IS NOT NULL AND sha256 IS NOT NULL)",
            name=op.f("ck_declaration_amendment_body_of_amendment"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('accepted', 'rejected') OR decided_by IS NOT NULL",
            name=op.f("ck_declaration_amendment_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "status <> 'accepted' OR stage = 'prelodged' OR kind = 'invalidate' OR decided_by <> requested_by",
            name=op.f("ck_declaration_amendment_not_ones_own"),
        ),
        sa.CheckConstraint(
            "status <> 'accepted' OR stage <> 'let_go' OR (endorsed_by IS NOT NULL AND decided_by <> endorsed_by)",
            name=op.f("ck_declaration_amendment_two_officials"),
        ),
        sa.CheckConstraint(
            "(to_content IS NOT NULL) = (status = 'accepted' AND kind = 'amend')",
            name=op.f("ck_declaration_amendment_content_of_accepted"),
        ),
        sa.CheckConstraint("to_content > from_content", name=op.f("ck_declaration_amendment_content_counts_on")),
        _sane_time(table, "requested_at"),
        _of_declaration(table),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration_amendment"),
    )
    op.create_index("ix_declaration_amendment_declaration", table, ["post", "declaration_id", "id"])
    op.create_index(
        "uq_declaration_amendment_waiting",
        table,
        ["post", "declaration_id", "kind"],
        unique=True,
        postgresql_where=sa.text(_WAITING),
    )
    op.create_index(
        "ix_declaration_amendment_waiting_at", table, ["post", "requested_at", "id"], postgresql_where=sa.text(_WAITING)
    )
    steps = "status, stage, to_content, endorsed_by, endorsed_login, endorsed_name, endorsed_at"
    steps += ", decided_by, decided_login, decided_name, decided_at, decided_reason"
    grant(op, table, f"SELECT, INSERT, UPDATE ({steps})")


def _declaration_released_item() -> None:
    table = "declaration_released_item"
    op.create_table(
        table,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("item BETWEEN 1 AND 999", name=op.f("ck_declaration_released_item_item_sane")),
        _of_declaration(table),
        sa.ForeignKeyConstraint(
            ["post", "decision_id"],
            ["declaration_decision.post", "declaration_decision.id"],
            name="fk_declaration_released_item_decision",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", "item", name="pk_declaration_released_item"),
    )
    grant(op, table, "SELECT, INSERT")


def _declaration_exit() -> None:
    table = "declaration_exit"
    op.create_table(
        table,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("seals", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("seals_agree", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(seals) <= 99", name=op.f("ck_declaration_exit_seals_sane")),
        sa.CheckConstraint(
            "seals_agree OR char_length(remark) >= 1", name=op.f("ck_declaration_exit_other_seals_explained")
        ),
        _sane_time(table, "at"),
        _of_declaration(table),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration_exit"),
    )
    op.create_index("uq_declaration_exit_number", table, ["post", "number"], unique=True)
    op.create_index("ix_declaration_exit_declaration", table, ["post", "declaration_id", "at"])
    grant(op, table, "SELECT, INSERT")
    op.create_table(
        "declaration_exit_item",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("item BETWEEN 1 AND 999", name=op.f("ck_declaration_exit_item_item_sane")),
        sa.ForeignKeyConstraint(
            ["post", "exit_id"],
            ["declaration_exit.post", "declaration_exit.id"],
            name="fk_declaration_exit_item_exit",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", "item", name="pk_declaration_exit_item"),
    )
    grant(op, "declaration_exit_item", "SELECT, INSERT")


def _declaration_template() -> None:
    table = "declaration_template"
    op.create_table(
        table,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_login", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_declaration_template_name_given")),
        _sane_time(table, "changed_at"),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration_template"),
    )
    op.create_index("uq_declaration_template_name", table, ["party", "post", "name"], unique=True)
    grant(op, table, "SELECT, INSERT, UPDATE (name, changed_at), DELETE")


def _declaration_audit() -> None:
    table = "declaration_audit"
    op.create_table(
        table,
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('conform', 'differences', 'further')", name=op.f("ck_declaration_audit_outcome_known")
        ),
        sa.CheckConstraint("char_length(summary) BETWEEN 1 AND 4000", name=op.f("ck_declaration_audit_summary_given")),
        _sane_time(table, "at"),
        _of_declaration(table),
        sa.PrimaryKeyConstraint("post", "id", name="pk_declaration_audit"),
    )
    op.create_index("ix_declaration_audit_declaration", table, ["post", "declaration_id", "at"])
    op.create_index(
        "uq_declaration_audit_concluded",
        table,
        ["post", "declaration_id"],
        unique=True,
        postgresql_where=sa.text("outcome <> 'further'"),
    )
    grant(op, table, "SELECT, INSERT")


#: As in 0005, for goods that go in part, too.
RED_UNSEEN = """
CREATE OR REPLACE FUNCTION refuse_red_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lane = 'red' AND NEW.status IN ({states}) AND NOT EXISTS (
        SELECT FROM public.inspection i WHERE i.post = NEW.post AND i.declaration_id = NEW.id
            AND i.kind = 'goods' AND i.status = 'concluded')
    THEN
        RAISE EXCEPTION 'red goods are not released before their inspection is concluded' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
RED_SEEN = (
    "CREATE TRIGGER declaration_red_seen BEFORE INSERT OR UPDATE OF status, lane ON declaration "
    "FOR EACH ROW WHEN (NEW.status IN ({states}) AND NEW.lane = 'red') EXECUTE FUNCTION refuse_red_unseen()"
)

#: Once the goods are let go, what is declared changes, or ends, only with an amendment that two officials have signed;
#: the CHECK constraints of `declaration_amendment` see to it that they are two persons.
CHANGED_ALONE = """
CREATE FUNCTION refuse_changed_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.declaration_amendment a
        WHERE a.post = NEW.post AND a.declaration_id = NEW.id AND a.status = 'accepted' AND a.stage = 'let_go'
            AND CASE WHEN NEW.status = 'invalidated' THEN a.kind = 'invalidate' AND NEW.content = OLD.content
                ELSE a.kind = 'amend' AND a.from_content = OLD.content AND a.to_content = NEW.content END)
    THEN
        RAISE EXCEPTION 'what was let go is changed by two officials' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
BY_TWO = (
    "CREATE TRIGGER declaration_changed_by_two BEFORE UPDATE OF status, content ON declaration FOR EACH ROW "
    "WHEN (OLD.status IN ('released', 'partly_released', 'exited') "
    "AND (OLD.content IS DISTINCT FROM NEW.content OR NEW.status = 'invalidated')) "
    "EXECUTE FUNCTION refuse_changed_alone()"
)


def _guards() -> None:
    _red_seen("'released', 'partly_released'")
    op.execute(CHANGED_ALONE)
    op.execute(BY_TWO)


def _red_seen(states: str) -> None:
    op.execute("DROP TRIGGER declaration_red_seen ON declaration")
    op.execute(RED_UNSEEN.format(states=states))
    op.execute(RED_SEEN.format(states=states))


def downgrade() -> None:
    op.execute("DROP TRIGGER declaration_changed_by_two ON declaration")
    op.execute("DROP FUNCTION refuse_changed_alone()")
    _red_seen("'released'")
    for table in ("audit", "template", "exit_item", "exit", "released_item", "amendment", "query"):
        op.drop_table(f"declaration_{table}")
    op.drop_column("declaration_draft", "warned_at")
    op.drop_index("ix_declaration_blue", table_name="declaration")
    op.drop_index("ix_declaration_expiring", table_name="declaration")
    _open_indexes(_OPEN_BEFORE, _UNFINISHED_BEFORE)
