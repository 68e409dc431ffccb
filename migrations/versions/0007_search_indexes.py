"""Indexes that lists and searches need once there are a million declarations; measured in app/decisions/0008.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_declaration_id", "declaration", ["id"])
    op.create_index(
        "ix_declaration_lodged_at",
        "declaration",
        ["lodged_at"],
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 32},
    )
    op.create_index(
        "ix_declaration_unfinished",
        "declaration",
        ["party", "id"],
        postgresql_where=sa.text("status IN ('draft', 'selected', 'under_control', 'detained')"),
    )
    op.create_index("ix_permit_declaration", "permit", ["post", "declaration_id"])
    op.create_index("ix_permit_issued", "permit", ["issued_at", "id"])
    op.create_index("ix_permit_mrn", "permit", ["mrn"])
    op.create_index("ix_permit_plate", "permit", ["plate"])
    op.create_index("ix_permit_reference", "permit", ["reference"])
    op.create_index(
        "ix_permit_supersedes", "permit", ["supersedes"], postgresql_where=sa.text("supersedes IS NOT NULL")
    )
    op.create_index("ix_proposal_subject", "proposal", ["post", "subject"])
    # A piece of a plate is looked for through the trigrams if it is rare and newest first if it is common: a finer
    # histogram tells the two apart.
    op.execute("ALTER TABLE declaration_content ALTER COLUMN plate SET STATISTICS 500")


def downgrade() -> None:
    op.execute("ALTER TABLE declaration_content ALTER COLUMN plate SET STATISTICS DEFAULT")
    op.drop_index("ix_proposal_subject", table_name="proposal")
    op.drop_index("ix_permit_supersedes", table_name="permit")
    op.drop_index("ix_permit_reference", table_name="permit")
    op.drop_index("ix_permit_plate", table_name="permit")
    op.drop_index("ix_permit_mrn", table_name="permit")
    op.drop_index("ix_permit_issued", table_name="permit")
    op.drop_index("ix_permit_declaration", table_name="permit")
    op.drop_index("ix_declaration_unfinished", table_name="declaration")
    op.drop_index("ix_declaration_lodged_at", table_name="declaration")
    op.drop_index("ix_declaration_id", table_name="declaration")
