"""Watch lists and learned scores are held against the journal too.

Revision: 0043, after 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_risk_tampering_what_known"), "risk_tampering")
    op.create_check_constraint(
        op.f("ck_risk_tampering_what_known"),
        "risk_tampering",
        "what IN ('profile', 'share', 'model', 'list', 'entry', 'file')",
    )
    op.add_column("watch_entry", sa.Column("file", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("watch_entry", "file")
    op.drop_constraint(op.f("ck_risk_tampering_what_known"), "risk_tampering")
    op.execute("DELETE FROM risk_tampering WHERE what NOT IN ('profile', 'share')")
    op.create_check_constraint(op.f("ck_risk_tampering_what_known"), "risk_tampering", "what IN ('profile', 'share')")
