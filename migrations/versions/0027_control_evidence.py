"""Photos of what a control found.

Revision: 0027, after 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TABLE = "transit_control"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("evidence", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.alter_column(_TABLE, "evidence", server_default=None)
    grant(op, _TABLE, "UPDATE (evidence)")


def downgrade() -> None:
    op.drop_column(_TABLE, "evidence")
