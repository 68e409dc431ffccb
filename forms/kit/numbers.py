"""Numbers on paper look the same in every language: Latin digits, thin groups, a point.

"1.200" must never be read two ways.
"""

from __future__ import annotations

from decimal import Decimal

from forms.kit.fonts import NARROW_SPACE


def amount(value: Decimal | int) -> str:
    """9 450.000 with the decimals the value came with."""
    grouped = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return grouped.replace(",", NARROW_SPACE)
