"""Who is on duty where, with which qualification; grants by two persons, dormant accounts, and one live session a person
and kind of device.

Revision: 0037, after 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

#: A role is given by the node itself, or follows from a proposal that two other persons made and approved.
_BY_TWO = """
CREATE FUNCTION refuse_granted_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.granted_by = '00000000-0000-0000-0000-000000000000' AND NEW.proposal_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.proposal p, jsonb_array_elements(p.payload->'grants') g
        WHERE p.post = NEW.proposal_post AND p.id = NEW.proposal_id
        AND p.kind IN ('account.grant', 'account.grant-senior') AND p.status = 'approved'
        AND p.decided_by = NEW.granted_by AND p.proposed_by <> p.decided_by
        AND NEW.person_id NOT IN (p.proposed_by, p.decided_by)
        AND g->>'account' = NEW.account_id::text AND g->>'role' = NEW.role AND g->>'post' = NEW.post
        AND g->>'party' IS NOT DISTINCT FROM NEW.party
        AND (g->>'valid_to')::timestamptz IS NOT DISTINCT FROM NEW.valid_to
        AND ((g->>'valid_from') IS NULL OR (g->>'valid_from')::timestamptz <= NEW.valid_from)
    ) THEN
        RAISE EXCEPTION 'a grant needs a proposal that two other persons made and approved' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_NEARER = """
CREATE FUNCTION refuse_grant_longer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_to IS NOT NULL AND (NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to) THEN
        RAISE EXCEPTION 'the end of a grant never moves away' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

#: A dormant account is opened by a proposal of two persons, neither of them its own.
_UNLOCKED = """
CREATE FUNCTION refuse_unlocked_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.proposal p
        WHERE p.kind = 'account.unlock' AND p.status = 'approved' AND p.subject = NEW.id AND p.decided_at >= OLD.dormant_at
        AND p.proposed_by <> p.decided_by AND NEW.person_id NOT IN (p.proposed_by, p.decided_by)
    ) THEN
        RAISE EXCEPTION 'a dormant account is unlocked by two other persons' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _duty_conflict()
    _duty_qualification()
    _duty_shift()
    _accounts()
    _grants()
    _sign_ins()


def downgrade() -> None:
    op.execute("DELETE FROM sign_in WHERE device_kind <> 'desk'")
    op.drop_constraint("pk_sign_in", "sign_in", type_="primary")
    op.drop_column("sign_in", "device_kind")
    op.create_primary_key("pk_sign_in", "sign_in", ["person_id"])
    op.execute("DROP TRIGGER access_grant_only_nearer ON access_grant")
    op.execute("DROP TRIGGER access_grant_by_two ON access_grant")
    op.execute("DROP FUNCTION refuse_grant_longer()")
    op.execute("DROP FUNCTION refuse_granted_alone()")
    op.drop_index("ix_access_grant_post_role", "access_grant")
    op.drop_column("access_grant", "proposal_id")
    op.drop_column("access_grant", "proposal_post")
    op.execute("DROP TRIGGER app_user_unlocked_by_two ON app_user")
    op.execute("DROP FUNCTION refuse_unlocked_alone()")
    op.drop_column("app_user", "woken_at")
    op.drop_column("app_user", "dormant_at")
    for table in ("duty_shift", "duty_qualification", "duty_conflict"):
        op.drop_table(table)


def _accounts() -> None:
    for name in ("dormant_at", "woken_at"):
        op.add_column("app_user", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        op.create_check_constraint(
            op.f(f"ck_app_user_{name}_sane"), "app_user", f"{name} >= '1990-01-01' AND {name} < '2200-01-01'"
        )
    grant(op, "app_user", "UPDATE (dormant_at, woken_at)")
    op.execute(_UNLOCKED)
    op.execute(
        "CREATE TRIGGER app_user_unlocked_by_two BEFORE UPDATE OF dormant_at ON app_user FOR EACH ROW "
        "WHEN (OLD.dormant_at IS NOT NULL AND NEW.dormant_at IS DISTINCT FROM OLD.dormant_at) "
        "EXECUTE FUNCTION refuse_unlocked_alone()"
    )


def _grants() -> None:
    op.add_column("access_grant", sa.Column("proposal_post", sa.String(length=5), nullable=True))
    op.add_column("access_grant", sa.Column("proposal_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_access_grant_proposal", "access_grant", "proposal", ["proposal_post", "proposal_id"], ["post", "id"]
    )
    op.create_check_constraint(
        op.f("ck_access_grant_proposal_whole"), "access_grant", "(proposal_post IS NULL) = (proposal_id IS NULL)"
    )
    op.create_index("ix_access_grant_post_role", "access_grant", ["post", "role"], unique=False)
    op.execute(_BY_TWO)
    op.execute(_NEARER)
    op.execute(
        "CREATE TRIGGER access_grant_by_two BEFORE INSERT ON access_grant "
        "FOR EACH ROW EXECUTE FUNCTION refuse_granted_alone()"
    )
    op.execute(
        "CREATE TRIGGER access_grant_only_nearer BEFORE UPDATE ON access_grant "
        "FOR EACH ROW EXECUTE FUNCTION refuse_grant_longer()"
    )


def _sign_ins() -> None:
    op.add_column("sign_in", sa.Column("device_kind", sa.String(length=5), nullable=False, server_default="desk"))
    op.alter_column("sign_in", "device_kind", server_default=None)
    op.create_check_constraint(op.f("ck_sign_in_device_kind_known"), "sign_in", "device_kind IN ('desk', 'field')")
    op.drop_constraint("pk_sign_in", "sign_in", type_="primary")
    op.create_primary_key("pk_sign_in", "sign_in", ["person_id", "device_kind"])


def _duty_conflict() -> None:
    op.create_table(
        "duty_conflict",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("party_key", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_name", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "declared_at >= '1990-01-01' AND declared_at < '2200-01-01'", name=op.f("ck_duty_conflict_declared_at_sane")
        ),
        sa.CheckConstraint("party <> '' OR party_name <> ''", name=op.f("ck_duty_conflict_firm_named")),
        sa.CheckConstraint(
            "relation IN ('family', 'ownership', 'employment', 'debt', 'dispute', 'other')",
            name=op.f("ck_duty_conflict_relation_known"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_name IS NULL)",
            name=op.f("ck_duty_conflict_ended_by_somebody"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_reason IS NULL) AND char_length(ended_reason) BETWEEN 1 AND 500",
            name=op.f("ck_duty_conflict_ended_reason_given"),
        ),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_duty_conflict_note_length")),
        sa.CheckConstraint(
            "char_length(party) <= 35 AND char_length(party_name) <= 200", name=op.f("ck_duty_conflict_firm_length")
        ),
        sa.CheckConstraint("ended_by <> person", name=op.f("ck_duty_conflict_ended_by_another")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_duty_conflict_person_person")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_duty_conflict")),
    )
    op.create_index(
        "ix_duty_conflict_name",
        "duty_conflict",
        ["name_key"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_duty_conflict_party",
        "duty_conflict",
        ["party_key"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_duty_conflict_person", "duty_conflict", ["person"], unique=False)
    grant(op, "duty_conflict", "SELECT, INSERT, UPDATE (ended_at, ended_by, ended_name, ended_reason)")


def _duty_qualification() -> None:
    op.create_table(
        "duty_qualification",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("person"), "="),
            (sa.column("kind"), "="),
            (sa.column("code"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("ended_at IS NULL"),
            using="gist",
            name="ex_duty_qualification_days",
        ),
        sa.CheckConstraint(
            "(code IN ('documents', 'seals', 'weighing', 'scanner', 'radiation', 'dog', 'quantity', 'nature', 'sampling', 'unloading') AND kind = 'type') OR (code IN ('customs', 'border_guard', 'phytosanitary', 'veterinary', 'sanitary', 'drug_control') AND kind = 'agency')",
            name=op.f("ck_duty_qualification_code_known"),
        ),
        sa.CheckConstraint(
            "given_at >= '1990-01-01' AND given_at < '2200-01-01'", name=op.f("ck_duty_qualification_given_at_sane")
        ),
        sa.CheckConstraint("kind IN ('type', 'agency')", name=op.f("ck_duty_qualification_kind_known")),
        sa.CheckConstraint(
            "valid_from >= '1990-01-01' AND valid_from < '2200-01-01'",
            name=op.f("ck_duty_qualification_valid_from_sane"),
        ),
        sa.CheckConstraint("valid_to < '2200-01-01'", name=op.f("ck_duty_qualification_valid_to_sane")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_name IS NULL)",
            name=op.f("ck_duty_qualification_ended_by_somebody"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_reason IS NULL) AND char_length(ended_reason) BETWEEN 1 AND 500",
            name=op.f("ck_duty_qualification_ended_reason_given"),
        ),
        sa.CheckConstraint("char_length(certificate) <= 100", name=op.f("ck_duty_qualification_certificate_length")),
        sa.CheckConstraint("given_by <> person", name=op.f("ck_duty_qualification_given_by_another")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_duty_qualification_days_ordered")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_duty_qualification_person_person")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_duty_qualification")),
    )
    op.create_index("ix_duty_qualification_person", "duty_qualification", ["person"], unique=False)
    grant(op, "duty_qualification", "SELECT, INSERT, UPDATE (ended_at, ended_by, ended_name, ended_reason)")


def _duty_shift() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=13), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_name", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("ended_how", sa.String(length=9), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("person"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("ended_at IS NULL"),
            using="gist",
            name="ex_duty_shift_person_hours",
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_how IS NULL) AND ended_how IN ('changed', 'cancelled')",
            name=op.f("ck_duty_shift_ended_how_known"),
        ),
        sa.CheckConstraint(
            "agency IN ('customs', 'border_guard', 'phytosanitary', 'veterinary', 'sanitary', 'drug_control')",
            name=op.f("ck_duty_shift_agency_known"),
        ),
        sa.CheckConstraint(
            "ends_at > starts_at AND ends_at <= starts_at + interval '24 hours'", name=op.f("ck_duty_shift_hours_sane")
        ),
        sa.CheckConstraint("set_at >= '1990-01-01' AND set_at < '2200-01-01'", name=op.f("ck_duty_shift_set_at_sane")),
        sa.CheckConstraint(
            "starts_at >= '1990-01-01' AND starts_at < '2200-01-01'", name=op.f("ck_duty_shift_starts_at_sane")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_name IS NULL)",
            name=op.f("ck_duty_shift_ended_by_somebody"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_reason IS NULL) AND char_length(ended_reason) BETWEEN 1 AND 500",
            name=op.f("ck_duty_shift_ended_reason_given"),
        ),
        sa.CheckConstraint(
            "char_length(place) <= 60 AND char_length(lane) <= 20", name=op.f("ck_duty_shift_place_length")
        ),
        sa.CheckConstraint("ended_at >= set_at", name=op.f("ck_duty_shift_ended_after_set")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_duty_shift_person_person")),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_duty_shift")),
    )
    op.create_index("ix_duty_shift_person", "duty_shift", ["person", "starts_at"], unique=False)
    op.create_index("ix_duty_shift_post_hours", "duty_shift", ["post", "starts_at", "ends_at"], unique=False)
    grant(op, "duty_shift", "SELECT, INSERT, UPDATE (ended_at, ended_by, ended_how, ended_name, ended_reason)")
