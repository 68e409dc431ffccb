"""An exemption certificate that counts money says in which currency.

Those from before counted the price of whatever currency the invoice was in; their paper is taken to speak of the money
of the country where they are registered.

Revision: 0022, after 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLE = "exemption_certificate"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("currency", sa.String(length=3), nullable=True))
    op.execute(
        f"UPDATE {_TABLE} SET currency = CASE left(post, 2) WHEN 'AF' THEN 'AFN' ELSE 'TJS' END WHERE measure = 'value'"
    )
    op.create_check_constraint(
        op.f(f"ck_{_TABLE}_currency_named"), _TABLE, "(measure = 'value') = (currency IS NOT NULL)"
    )
    op.create_check_constraint(op.f(f"ck_{_TABLE}_currency_sane"), _TABLE, "currency ~ '^[A-Z]{3}$'")


def downgrade() -> None:
    op.drop_constraint(op.f(f"ck_{_TABLE}_currency_sane"), _TABLE)
    op.drop_constraint(op.f(f"ck_{_TABLE}_currency_named"), _TABLE)
    op.drop_column(_TABLE, "currency")
