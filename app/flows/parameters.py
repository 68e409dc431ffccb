"""What an administration sets by number: the list `parameter` of the code book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.reference.codebook import Codebook, Entry


def days(codes: Codebook, name: str, on: dt.date) -> int | None:
    """A number of days above nought that holds on the day, or None where it is not set or set to nothing sensible."""
    entry = codes.find("parameter", name, on)
    value = str(entry.attributes.get("value", "")) if entry else ""
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value) <= 36_500 else None


@dataclass(frozen=True, slots=True)
class AtPost:
    """A whole number above nought, and the row that says so, as it is written down with what follows from it."""

    value: int
    entry: Entry

    @property
    def said(self) -> str:
        return f"{self.entry.code} = {self.value} since {self.entry.valid_from.isoformat()}"


def at_post(codes: Codebook, name: str, post: str, on: dt.date) -> AtPost | None:
    """What is set for a post, else for its administration, else for all; None where that is nought or no number."""
    for code in (f"{name}.{post}", f"{name}.{post[:2]}", name):
        entry = codes.find("parameter", code, on)
        if entry is not None:
            value = str(entry.attributes.get("value", ""))
            sensible = value.isascii() and value.isdigit() and 0 < int(value) <= 99_999
            return AtPost(int(value), entry) if sensible else None
    return None
