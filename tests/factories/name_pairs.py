"""The labelled pairs of names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("name_pairs.csv")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two spellings, and whether they are of one name."""

    part: str
    same: bool
    kind: str
    first: str
    second: str
    about: str


def pairs(part: str = "") -> list[Pair]:
    """The pairs of a part (`tune`, `held`), or all."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return [
            Pair(r["part"], r["same"] == "1", r["kind"], r["first"], r["second"], r["about"])
            for r in rows
            if part in ("", r["part"])
        ]
