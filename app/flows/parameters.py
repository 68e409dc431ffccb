"""What an administration sets by number: the list `parameter` of the code book."""

from __future__ import annotations

import datetime as dt

from app.reference.codebook import Codebook


def days(codes: Codebook, name: str, on: dt.date) -> int | None:
    """A number of days above nought that holds on the day, or None where it is not set or set to nothing sensible."""
    entry = codes.find("parameter", name, on)
    value = str(entry.attributes.get("value", "")) if entry else ""
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value) <= 36_500 else None
