"""Exact decimals. A float never meets an amount or a mass."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)


def decimal(value: str, *, whole: int, places: int) -> Decimal | None:
    """The number a text says, or None if it is not plain digits within the given size.

    Python's Decimal would take "1_000", " 12 ", "1e5", "NaN" and Arabic digits; none of them is what a form means.
    """
    if not _DECIMAL.fullmatch(value):
        return None
    head, _, tail = value.partition(".")
    if len(head.lstrip("0")) > whole or len(tail) > places:
        return None
    return Decimal(value)


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as tax law in the region rounds."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
