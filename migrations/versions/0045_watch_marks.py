"""What distinguished a person whom a watch list asked about, and what officers are to do who meet one.

Revision: 0045, after 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("watch_match", sa.Column("mark", sa.Text(), nullable=False, server_default=""))
    op.alter_column("watch_match", "mark", server_default=None)
    op.drop_index("uq_watch_match_asked", table_name="watch_match")
    op.create_index(
        "uq_watch_match_asked", "watch_match", ["post", "subject_id", "entry_id", "seen_value", "mark"], unique=True
    )
    op.add_column("watch_list", sa.Column("instruction", sa.Text(), nullable=False, server_default=""))
    op.create_check_constraint(
        op.f("ck_watch_list_instruction_short"), "watch_list", "char_length(instruction) <= 2000"
    )
    op.create_index("ix_watch_match_subject", "watch_match", ["subject_id"])


def downgrade() -> None:
    op.drop_index("ix_watch_match_subject", table_name="watch_match")
    op.drop_constraint(op.f("ck_watch_list_instruction_short"), "watch_list")
    op.drop_column("watch_list", "instruction")
    op.drop_index("uq_watch_match_asked", table_name="watch_match")
    op.create_index(
        "uq_watch_match_asked", "watch_match", ["post", "subject_id", "entry_id", "seen_value"], unique=True
    )
    op.drop_column("watch_match", "mark")
