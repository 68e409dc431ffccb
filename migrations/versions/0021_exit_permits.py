"""A truck leaves under a permit: the exit says under which one, or why there was none; and a permit of a part says of which.
Plates are kept with ASCII digits.

Exits from before did not ask for a permit. Which one was in force then is not made up afterwards; they say so.

Revision: 0021, after 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: Plates are looked up with ASCII digits, however they were written.
_DIGITS = "'۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789'"
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
    for table in ("declaration_content", "permit"):
        op.execute(f"UPDATE {table} SET plate = translate(plate, {_DIGITS}) WHERE plate ~ '[٠-٩۰-۹]'")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_declaration_exit_permit_or_reason"), "declaration_exit")
    op.drop_column("declaration_exit", "without_permit")
    op.drop_column("declaration_exit", "permit")
    op.drop_constraint(op.f("ck_permit_only_items_sane"), "permit")
    op.drop_column("permit", "only_items")
