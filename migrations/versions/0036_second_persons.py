"""Second persons: the table of acts, expiry and devices of proposals, what two persons do, and what the database refuses.

Revision: 0036, after 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import nobody_alone
from migrations.grants import application_role, grant

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

#: Kind of act, who proposes it, who is the second person, how many hours it waits, whether they sit at two devices.
ACTS = (
    ("lane.lower", "officer supervisor", "supervisor", 24, True),
    ("transit.lower-lane", "officer supervisor", "supervisor", 24, True),
    ("inspection.waive", "inspector officer supervisor", "supervisor", 12, True),
    ("declaration.invalidate", "officer supervisor", "supervisor", 336, True),
    ("declaration.amend", "officer supervisor", "supervisor", 336, True),
    ("value.override", "officer supervisor", "supervisor", 168, True),
    ("guarantee.release", "supervisor administrator", "supervisor administrator", 168, True),
    ("guarantee.change-limit", "officer supervisor administrator", "supervisor administrator", 336, True),
    ("write-off.correct", "officer supervisor", "supervisor", 168, True),
    ("debt.write-off", "officer supervisor", "supervisor", 720, True),
    ("fee.waive", "officer supervisor", "supervisor", 72, True),
    ("payments.refund", "officer supervisor", "officer supervisor", 336, True),
    ("payments.withdrawal", "trader officer supervisor", "officer supervisor", 720, True),
    ("risk.trusted", "analyst", "analyst supervisor", 720, True),
    ("account.grant", "administrator", "supervisor administrator", 168, True),
    ("account.grant-senior", "administrator", "administrator", 168, True),
    ("account.unlock", "administrator", "administrator", 168, True),
    ("risk.profile", "analyst", "analyst supervisor", 720, True),
    ("risk.profile-wide", "analyst supervisor", "analyst supervisor", 720, True),
    ("risk.profile-off", "analyst", "analyst supervisor", 720, True),
    ("risk.share", "analyst", "analyst supervisor", 720, True),
    ("risk.model", "analyst", "analyst supervisor", 720, True),
    ("watchlist.remove", "analyst", "analyst supervisor", 720, True),
    ("watchlist.close", "analyst", "analyst supervisor", 720, True),
    ("codes.update", "administrator analyst", "supervisor administrator analyst", 720, True),
    ("fallback.open", "officer supervisor", "supervisor", 2, True),
    ("neighbour.trust", "administrator", "supervisor administrator", 72, True),
    ("neighbour.revoke", "administrator", "supervisor administrator", 72, True),
    ("seal.change", "inspector officer supervisor", "officer supervisor", 6, True),
)  # fmt: skip
_STATES = "'waiting', 'approved', 'rejected', 'overtaken'"
_SETTLED = "status, decided_by, decided_login, decided_at, decided_device, device_checked, decided_reason"
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _proposal_act()
    _acts()
    _proposals()
    _debt_write_off()
    _exemption_correction()
    _fallback_period()
    _fallback_form()
    _fee_waiver()
    _neighbour_key()
    _ledger(_CHART)
    nobody_alone.install(op)


def _acts() -> None:
    table = sa.table(
        "proposal_act",
        sa.column("kind", sa.String),
        sa.column("proposes", postgresql.ARRAY(sa.Text())),
        sa.column("settles", postgresql.ARRAY(sa.Text())),
        sa.column("hours", sa.SmallInteger),
        sa.column("other_device", sa.Boolean),
    )
    names = ("kind", "proposes", "settles", "hours", "other_device")
    op.bulk_insert(table, [dict(zip(names, (k, p.split(), s.split(), h, o), strict=True)) for k, p, s, h, o in ACTS])


def _proposals() -> None:
    """What waited before waits for a month more at the most."""
    table = "proposal"
    op.add_column(table, sa.Column("proposed_device", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("expires_at", _MOMENT, nullable=True))
    op.add_column(table, sa.Column("decided_device", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("device_checked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE proposal SET expires_at = greatest(coalesce(decided_at + interval '1 hour', proposed_at), "
        "proposed_at) + interval '30 days'"
    )
    op.alter_column(table, "expires_at", nullable=False)
    op.alter_column(table, "device_checked", server_default=None)
    _status_known(f"{_STATES}, 'expired'")
    op.create_check_constraint(
        op.f("ck_proposal_two_devices"),
        table,
        "NOT device_checked OR proposed_device IS NULL OR decided_device IS NULL OR decided_device <> proposed_device",
    )
    op.create_check_constraint(
        op.f("ck_proposal_settled_in_time"),
        table,
        "status NOT IN ('approved', 'rejected') OR coalesce(decided_at >= proposed_at AND decided_at < expires_at, false)",
    )
    op.create_check_constraint(op.f("ck_proposal_expires_later"), table, "expires_at > proposed_at")
    op.create_foreign_key(op.f("fk_proposal_kind_proposal_act"), table, "proposal_act", ["kind"], ["kind"])
    op.create_index("ix_proposal_due", table, ["expires_at"], postgresql_where=sa.text("status = 'waiting'"))
    _only(table, _SETTLED)


def _only(table: str, columns: str) -> None:
    """From now on the application's role may write these columns and no others."""
    role = application_role()
    if role:
        op.execute(f'REVOKE UPDATE ON {table} FROM "{role}"')
    grant(op, table, f"UPDATE ({columns})")


def _status_known(states: str) -> None:
    op.drop_constraint(op.f("ck_proposal_status_known"), "proposal")
    op.create_check_constraint(op.f("ck_proposal_status_known"), "proposal", f"status IN ({states})")


_CHART = (
    r"^(receivable|refundable|written-off|bank|cash|contingent|guarantees"
    r"|(revenue|suspended):[a-z][a-z0-9._:-]{0,39}|secured:(cash|account|guarantee)|prepaid:[A-Z]{2}-[A-Z0-9-]{2,32}"
    r"|transit:(pledged|reserved|held|claimed)|pledge:[A-Z0-9-]{8,30})$"
)


def _ledger(chart: str) -> None:
    name = op.f("ck_ledger_account_code_known")
    op.drop_constraint(name, "ledger_account")
    op.create_check_constraint(name, "ledger_account", f"code ~ '{chart}'")


def downgrade() -> None:
    nobody_alone.remove(op)
    for table in (
        "neighbour_key", "fee_waiver", "fallback_form", "fallback_period", "exemption_correction", "debt_write_off"
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DELETE FROM ledger_transfer WHERE 'written-off' IN (debit, credit)")
    op.execute("DELETE FROM ledger_account WHERE code = 'written-off'")
    _ledger(_CHART.replace("|written-off", ""))
    _plain_proposals()


def _plain_proposals() -> None:
    table = "proposal"
    op.drop_index("ix_proposal_due", table)
    op.drop_constraint(op.f("fk_proposal_kind_proposal_act"), table)
    op.execute("UPDATE proposal SET status = 'overtaken' WHERE status = 'expired'")
    for name in ("expires_later", "settled_in_time", "two_devices"):
        op.drop_constraint(op.f(f"ck_proposal_{name}"), table)
    _status_known(_STATES)
    for name in ("device_checked", "decided_device", "expires_at", "proposed_device"):
        op.drop_column(table, name)
    op.drop_table("proposal_act")
    grant(op, table, "UPDATE")


def _proposal_act() -> None:
    op.create_table(
        "proposal_act",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("proposes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("settles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("other_device", sa.Boolean(), nullable=False),
        sa.CheckConstraint("hours BETWEEN 1 AND 2160", name=op.f("ck_proposal_act_hours_sane")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_proposal_act")),
    )
    grant(op, "proposal_act", "SELECT")


def _debt_write_off() -> None:
    op.create_table(
        "debt_write_off",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_debt_write_off_amount_sane")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_debt_write_off_currency_form")),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_debt_write_off_made_at_sane")
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_debt_write_off_reason_given")),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f("ck_debt_write_off_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name=op.f("fk_debt_write_off_post_declaration_id_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_debt_write_off_proposal"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_debt_write_off")),
    )
    op.create_index("ix_debt_write_off_declaration", "debt_write_off", ["post", "declaration_id"], unique=False)
    op.create_index("uq_debt_write_off_proposal", "debt_write_off", ["post", "proposal_id"], unique=True)
    grant(op, "debt_write_off", "SELECT, INSERT")


def _exemption_correction() -> None:
    op.create_table(
        "exemption_correction",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_post", sa.String(length=5), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("at >= '1990-01-01' AND at < '2200-01-01'", name=op.f("ck_exemption_correction_at_sane")),
        sa.CheckConstraint(
            "quantity <> 0 AND abs(quantity) < 'NaN'::numeric", name=op.f("ck_exemption_correction_quantity_sane")
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_exemption_correction_reason_given")),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f("ck_exemption_correction_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "certificate_id"],
            ["exemption_certificate.post", "exemption_certificate.id"],
            name="fk_exemption_correction_certificate",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_exemption_correction_proposal"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_exemption_correction")),
    )
    op.create_index(
        "ix_exemption_correction_certificate", "exemption_correction", ["post", "certificate_id", "at"], unique=False
    )
    op.create_index(
        "uq_exemption_correction_proposal", "exemption_correction", ["proposal_post", "proposal_id"], unique=True
    )
    grant(op, "exemption_correction", "SELECT, INSERT")


def _fallback_period() -> None:
    op.create_table(
        "fallback_period",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("forms", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_name", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "closed_at >= '1990-01-01' AND closed_at < '2200-01-01'", name=op.f("ck_fallback_period_closed_at_sane")
        ),
        sa.CheckConstraint(
            "opened_at >= '1990-01-01' AND opened_at < '2200-01-01'", name=op.f("ck_fallback_period_opened_at_sane")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_fallback_period_closed_by_somebody")
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_fallback_period_reason_given")),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("ck_fallback_period_closed_later")),
        sa.CheckConstraint("forms BETWEEN 1 AND 500", name=op.f("ck_fallback_period_forms_sane")),
        sa.CheckConstraint("opened_by <> approved_by", name=op.f("ck_fallback_period_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_fallback_period_proposal"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_fallback_period")),
    )
    op.create_index("ix_fallback_period_opened", "fallback_period", ["post", "opened_at"], unique=False)
    op.create_index("uq_fallback_period_number", "fallback_period", ["post", "number"], unique=True)
    op.create_index(
        "uq_fallback_period_open",
        "fallback_period",
        ["post"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("uq_fallback_period_proposal", "fallback_period", ["post", "proposal_id"], unique=True)
    grant(op, "fallback_period", "SELECT, INSERT, UPDATE (closed_at, closed_by, closed_name)")


def _fee_waiver() -> None:
    op.create_table(
        "fee_waiver",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("fee", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name=op.f("ck_fee_waiver_amount_sane")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_fee_waiver_currency_form")),
        sa.CheckConstraint(
            "made_at >= '1990-01-01' AND made_at < '2200-01-01'", name=op.f("ck_fee_waiver_made_at_sane")
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name=op.f("ck_fee_waiver_reason_given")),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f("ck_fee_waiver_two_persons")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name=op.f("fk_fee_waiver_post_declaration_id_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_fee_waiver_proposal"
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_fee_waiver")),
    )
    op.create_index("uq_fee_waiver_fee", "fee_waiver", ["post", "declaration_id", "fee"], unique=True)
    op.create_index("uq_fee_waiver_proposal", "fee_waiver", ["post", "proposal_id"], unique=True)
    grant(op, "fee_waiver", "SELECT, INSERT")


def _neighbour_key() -> None:
    op.create_table(
        "neighbour_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("administration", sa.String(length=17), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("trusted_post", sa.String(length=5), nullable=False),
        sa.Column("trusted_by", sa.Uuid(), nullable=False),
        sa.Column("trusted_at", _MOMENT, nullable=False),
        sa.Column("revoked_post", sa.String(length=5), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("compromised", sa.Boolean(), nullable=False),
        sa.CheckConstraint("administration ~ '^[A-Z0-9]{2,17}$'", name=op.f("ck_neighbour_key_administration_form")),
        sa.CheckConstraint("key_id ~ '^[0-9a-f]{16}$'", name=op.f("ck_neighbour_key_key_id_form")),
        sa.CheckConstraint(
            "revoked_at >= '1990-01-01' AND revoked_at < '2200-01-01'", name=op.f("ck_neighbour_key_revoked_at_sane")
        ),
        sa.CheckConstraint(
            "trusted_at >= '1990-01-01' AND trusted_at < '2200-01-01'", name=op.f("ck_neighbour_key_trusted_at_sane")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_by IS NULL) = (revoked_post IS NULL)",
            name=op.f("ck_neighbour_key_revoked_by_proposal"),
        ),
        sa.CheckConstraint(
            "NOT compromised OR revoked_at IS NOT NULL", name=op.f("ck_neighbour_key_compromised_is_revoked")
        ),
        sa.CheckConstraint("octet_length(sha256) = 64", name=op.f("ck_neighbour_key_sha256_length")),
        sa.ForeignKeyConstraint(
            ["revoked_post", "revoked_by"], ["proposal.post", "proposal.id"], name="fk_neighbour_key_revoked"
        ),
        sa.ForeignKeyConstraint(
            ["trusted_post", "trusted_by"], ["proposal.post", "proposal.id"], name="fk_neighbour_key_trusted"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbour_key")),
    )
    op.create_index("ix_neighbour_key_administration", "neighbour_key", ["administration", "trusted_at"], unique=False)
    op.create_index("uq_neighbour_key_key_id", "neighbour_key", ["key_id"], unique=True)
    grant(op, "neighbour_key", "SELECT, INSERT, UPDATE (revoked_post, revoked_by, revoked_at, compromised)")


def _fallback_form() -> None:
    op.create_table(
        "fallback_form",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("cleared_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("spoiled", sa.Boolean(), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_name", sa.Text(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("keyed_at", _MOMENT, nullable=True),
        sa.Column("keyed_by", sa.Uuid(), nullable=True),
        sa.Column("keyed_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cleared_at >= '1990-01-01' AND cleared_at < '2200-01-01'", name=op.f("ck_fallback_form_cleared_at_sane")
        ),
        sa.CheckConstraint(
            "registered_at >= '1990-01-01' AND registered_at < '2200-01-01'",
            name=op.f("ck_fallback_form_registered_at_sane"),
        ),
        sa.CheckConstraint("spoiled OR (plate <> '' AND goods <> '')", name=op.f("ck_fallback_form_says_what_went")),
        sa.CheckConstraint(
            "(declaration_id IS NULL) = (keyed_at IS NULL) AND (keyed_at IS NULL) = (keyed_by IS NULL)",
            name=op.f("ck_fallback_form_keyed_by_somebody"),
        ),
        sa.CheckConstraint(
            "NOT spoiled OR declaration_id IS NULL", name=op.f("ck_fallback_form_spoiled_is_no_declaration")
        ),
        sa.CheckConstraint("due_at > cleared_at", name=op.f("ck_fallback_form_due_later")),
        sa.CheckConstraint("number BETWEEN 1 AND 500", name=op.f("ck_fallback_form_number_sane")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name=op.f("fk_fallback_form_post_declaration_id_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["post", "period_id"],
            ["fallback_period.post", "fallback_period.id"],
            name=op.f("fk_fallback_form_post_period_id_fallback_period"),
        ),
        sa.PrimaryKeyConstraint("post", "id", name=op.f("pk_fallback_form")),
    )
    op.create_index(
        "ix_fallback_form_unmatched",
        "fallback_form",
        ["post", "due_at"],
        unique=False,
        postgresql_where=sa.text("declaration_id IS NULL AND NOT spoiled"),
    )
    op.create_index(
        "uq_fallback_form_declaration",
        "fallback_form",
        ["post", "declaration_id"],
        unique=True,
        postgresql_where=sa.text("declaration_id IS NOT NULL"),
    )
    op.create_index("uq_fallback_form_number", "fallback_form", ["post", "period_id", "number"], unique=True)
    grant(op, "fallback_form", "SELECT, INSERT, UPDATE (declaration_id, reference, keyed_at, keyed_by, keyed_name)")
