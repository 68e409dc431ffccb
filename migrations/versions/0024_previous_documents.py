"""Movements are found by the MRN of what the goods came under before.

Revision: 0024, after 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NAME = "ix_transit_content_previous"


def upgrade() -> None:
    op.create_index(
        _NAME,
        "transit_content",
        [sa.text("(header -> 'previous_documents') jsonb_path_ops")],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.drop_index(_NAME, table_name="transit_content")
