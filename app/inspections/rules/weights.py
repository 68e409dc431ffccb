"""Whether a weight agrees with what is declared."""

from __future__ import annotations

from decimal import Decimal


def within(gross_kg: Decimal, tare_kg: Decimal | None, declared_kg: Decimal | None, per_mille: int) -> bool | None:
    """Whether what the scale shows, less the empty vehicle, is within so many per mille of the declared gross mass; None
    where that cannot be told."""
    if declared_kg is None or tare_kg is None:
        return None
    return abs(gross_kg - tare_kg - declared_kg) * 1000 <= declared_kg * per_mille
