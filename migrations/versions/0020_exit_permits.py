"""A truck leaves under a permit: the exit says under which one, or why there was none; and a permit of a part says of which.

Exits from before did not ask for a permit. Which one was in force then is not made up afterwards; they say so.

Revision: 0020, after 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_BEFORE = "Recorded before the gate asked for a permit."


def upgrade() -> None:
    op.add_column("permit", sa.Column("only_items", postgresql.ARRAY(sa.SmallInteger()), nullable=True))
    op.create_check_constraint(op.f("ck_permit_only_items_sane"), "permit", "cardinality(only_items) BETWEEN 1 AND 999")
    op.add_column("declaration_exit", sa.Column("permit", sa.String(length=40), nullable=True))
    op.add_column("declaration_exit", sa.Column("without_permit", sa.Text(), nullable=False, server_default=_BEFORE))
    op.alter_column("declaration_exit", "without_permit", server_default=None)
    op.create_check_constraint(
        op.f("ck_declaration_exit_permit_or_reason"),
        "declaration_exit",
        "(permit IS NULL) = (char_length(without_permit) > 0)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_declaration_exit_permit_or_reason"), "declaration_exit")
    op.drop_column("declaration_exit", "without_permit")
    op.drop_column("declaration_exit", "permit")
    op.drop_constraint(op.f("ck_permit_only_items_sane"), "permit")
    op.drop_column("permit", "only_items")
