"""Certificates of every kind: exemptions, proofs of origin, quotas that are open to all, licences with a quantity.

Those from before are exemptions. A quota has no holder, and the same number again for each of its periods.

Revision: 0025, after 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLE = "exemption_certificate"
_NUMBER = "uq_exemption_certificate_number"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("kind", sa.String(length=12), server_default="exemption", nullable=False))
    op.alter_column(_TABLE, "kind", server_default=None)
    origins = postgresql.ARRAY(sa.String(length=30))
    op.add_column(_TABLE, sa.Column("origins", origins, server_default=sa.text("'{}'"), nullable=False))
    op.alter_column(_TABLE, "origins", server_default=None)
    kinds = "kind IN ('exemption', 'preference', 'quota', 'licence')"
    op.create_check_constraint(op.f(f"ck_{_TABLE}_kind_known"), _TABLE, kinds)
    op.create_check_constraint(op.f(f"ck_{_TABLE}_quota_for_all"), _TABLE, "(kind = 'quota') = (holder = '')")
    op.create_check_constraint(
        op.f(f"ck_{_TABLE}_frees_or_counts"), _TABLE, "kind = 'exemption' OR cardinality(taxes) = 0"
    )
    op.drop_index(_NUMBER, _TABLE)
    op.create_index(_NUMBER, _TABLE, ["holder", "number"], unique=True, postgresql_where=sa.text("kind <> 'quota'"))
    op.create_index("uq_exemption_certificate_period", _TABLE, ["holder", "number", "valid_from"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_exemption_certificate_period", _TABLE)
    op.drop_index(_NUMBER, _TABLE)
    op.create_index(_NUMBER, _TABLE, ["holder", "number"], unique=True)
    for name in ("frees_or_counts", "quota_for_all", "kind_known"):
        op.drop_constraint(op.f(f"ck_{_TABLE}_{name}"), _TABLE)
    op.drop_column(_TABLE, "origins")
    op.drop_column(_TABLE, "kind")
