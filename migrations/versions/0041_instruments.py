"""Instruments that weigh, scan and measure; the act of inspection as an official paper.

Revision: 0041, after 0040
"""

from __future__ import annotations

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


_KINDS = ("ck_device_kind_known", "device", "kind")
_TOLD = ("ck_device_event_told_known", "device_event", "told")
_PAPERS = (
    "'assessment-notice', 'payment-receipt', 'exit-note', 'transit-document', 'unloading-permission', 'arrival-receipt', "
    "'decision-notice', 'detention-note', 'seizure-record'"
)
_OF_MOVEMENT = "kind IN ('transit-document', 'unloading-permission', 'arrival-receipt')"
_WITHOUT = "kind IN ('payment-receipt', 'transit-document', 'unloading-permission', 'arrival-receipt')"
_HELD = "'detention-note', 'seizure-record'"


def upgrade() -> None:
    _only(_KINDS, "'eseal', 'gps', 'weighbridge', 'scanner', 'radiation'")
    _only(_TOLD, "'position', 'locked', 'opened', 'tampered', 'battery-low', 'weight', 'scan', 'radiation'")
    _papers(f"{_PAPERS}, 'inspection-act'", f"{_HELD}, 'inspection-act'")


def downgrade() -> None:
    _papers(_PAPERS, _HELD)
    _only(_KINDS, "'eseal', 'gps', 'weighbridge'")
    _only(_TOLD, "'position', 'locked', 'opened', 'tampered', 'battery-low', 'weight'")


def _papers(kinds: str, of_either: str) -> None:
    either = f"kind IN ({of_either})"
    for name, condition in (
        ("kind_known", f"kind IN ({kinds})"),
        ("about_a_declaration", f"declaration_id IS NOT NULL OR {_WITHOUT} OR ({either} AND movement_id IS NOT NULL)"),
        ("about_a_movement", f"(movement_id IS NOT NULL) = ({_OF_MOVEMENT}) OR ({either} AND declaration_id IS NULL)"),
    ):
        op.drop_constraint(op.f(f"ck_paper_{name}"), "paper")
        op.create_check_constraint(op.f(f"ck_paper_{name}"), "paper", condition)


def _only(constraint: tuple[str, str, str], words: str) -> None:
    name, table, column = constraint
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, f"{column} IN ({words})")
