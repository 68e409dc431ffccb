"""A bank's receipt counts once however its number is spaced, who cancels is another than who took, and the register of
what is owed for goods that were let go.

Payments from before keep the name of their bank as it was typed: what was journaled is not written anew. Should two of
them turn out to be one receipt, the index cannot be made, and the message names the bank and the number; the one that
is false is cancelled first.

Revision: 0015, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COUNTED = sa.text("status IN ('claimed', 'confirmed')")
_FOLDED = sa.text(r"upper(ltrim(regexp_replace(receipt, '[\s\u2010-\u2015\u2212\-]', '', 'g'), '0'))")


def upgrade() -> None:
    op.drop_index("uq_payment_receipt", "payment")
    op.create_index("uq_payment_receipt", "payment", ["bank", _FOLDED], unique=True, postgresql_where=_COUNTED)
    op.create_check_constraint(op.f("ck_payment_cancelled_by_another"), "payment", "cancelled_by <> settled_by")
    _debt()
    op.execute(DEBTS)


def _debt() -> None:
    op.create_table(
        "debt",
        sa.Column("post", sa.String(length=5), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("unsecured", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("calculated", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_debt_currency_form")),
        sa.CheckConstraint("due >= 0 AND due < 'NaN'::numeric", name=op.f("ck_debt_due_sane")),
        sa.CheckConstraint("unsecured >= 0 AND unsecured < 'NaN'::numeric", name=op.f("ck_debt_unsecured_sane")),
        sa.CheckConstraint("due > 0 OR unsecured > 0 OR NOT calculated", name=op.f("ck_debt_owes_something")),
        sa.CheckConstraint("since >= '1990-01-01' AND since < '2200-01-01'", name=op.f("ck_debt_since_sane")),
        sa.ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_debt_post_declaration_id_declaration",
        ),
        sa.PrimaryKeyConstraint("post", "declaration_id", name="pk_debt"),
    )
    op.create_index("ix_debt_party", "debt", ["party", "since", "declaration_id"])
    op.create_index("ix_debt_since", "debt", ["post", "since", "declaration_id"])
    grant(op, "debt", "SELECT, INSERT, UPDATE (due, unsecured, calculated), DELETE")


#: What is owed already for goods that were let go.
DEBTS = """
INSERT INTO debt (post, declaration_id, party, currency, due, unsecured, calculated, since)
SELECT d.post, d.id, d.party, a.currency, l.due, greatest(a.suspended - l.secured, 0), a.content = d.content,
       greatest(a.made_at, l.at)
FROM declaration d
CROSS JOIN LATERAL (
    SELECT currency, suspended, content, made_at FROM assessment
    WHERE (post, declaration_id) = (d.post, d.id) ORDER BY number DESC LIMIT 1) a
CROSS JOIN LATERAL (
    SELECT greatest(coalesce(sum(CASE WHEN debit = 'receivable' THEN amount WHEN credit = 'receivable' THEN - amount END), 0), 0) AS due,
           coalesce(sum(CASE WHEN credit LIKE 'secured:%' THEN amount WHEN debit LIKE 'secured:%' THEN - amount END), 0) AS secured,
           max(at) AS at
    FROM ledger_transfer WHERE (post, subject) = (d.post, d.id)) l
WHERE d.status NOT IN ('draft', 'prelodged', 'lodged', 'selected', 'under_control', 'queried', 'detained', 'assessed', 'paid')
  AND (l.due > 0 OR a.suspended > l.secured OR a.content <> d.content)
"""


def downgrade() -> None:
    op.drop_table("debt")
    op.drop_constraint(op.f("ck_payment_cancelled_by_another"), "payment")
    op.drop_index("uq_payment_receipt", "payment")
    op.create_index("uq_payment_receipt", "payment", ["bank", "receipt"], unique=True, postgresql_where=_COUNTED)
