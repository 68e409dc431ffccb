"""Papers of a transit movement: accompanying document, unloading permission, arrival receipt.

A paper belongs to a declaration, a movement, or (a receipt of a firm's money) to neither. An accompanying document is
issued again where the vehicle, the seals or the limit have changed on the way: the place tells which one it is.

Revision: 0023, after 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OLD = "'assessment-notice', 'payment-receipt', 'exit-note'"
_TRANSIT = "'transit-document', 'unloading-permission', 'arrival-receipt'"


def upgrade() -> None:
    op.add_column("paper", sa.Column("movement_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_paper_movement", "paper", "transit_movement", ["post", "movement_id"], ["post", "id"])
    op.create_index("ix_paper_movement", "paper", ["post", "movement_id"])
    _kinds(f"{_OLD}, {_TRANSIT}", f"declaration_id IS NOT NULL OR kind IN ('payment-receipt', {_TRANSIT})")
    op.create_check_constraint(
        op.f("ck_paper_about_a_movement"), "paper", f"(movement_id IS NOT NULL) = (kind IN ({_TRANSIT}))"
    )
    op.drop_index("uq_paper_subject", "paper")
    op.create_index("uq_paper_subject", "paper", ["post", "kind", "subject", "place"], unique=True)


def _kinds(known: str, about: str) -> None:
    op.drop_constraint(op.f("ck_paper_kind_known"), "paper")
    op.create_check_constraint(op.f("ck_paper_kind_known"), "paper", f"kind IN ({known})")
    op.drop_constraint(op.f("ck_paper_about_a_declaration"), "paper")
    op.create_check_constraint(op.f("ck_paper_about_a_declaration"), "paper", about)


def downgrade() -> None:
    op.drop_index("uq_paper_subject", "paper")
    op.create_index("uq_paper_subject", "paper", ["post", "kind", "subject"], unique=True)
    op.drop_constraint(op.f("ck_paper_about_a_movement"), "paper")
    _kinds(_OLD, "declaration_id IS NOT NULL OR kind = 'payment-receipt'")
    op.drop_index("ix_paper_movement", "paper")
    op.drop_constraint("fk_paper_movement", "paper")
    op.drop_column("paper", "movement_id")
