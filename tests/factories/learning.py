"""Consignments that were looked at, of which those with a price far below what is usual are finds."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from app.risk.operations.training import Crowd
from app.risk.rules.scores import Outcome
from app.risk.rules.vocabulary import complete

#: Of an assessment.
KEY = UUID("01900000-0000-7000-8000-000000000001")
BEGIN = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)


def facts(number: int = 0, *, cheap: bool = False) -> dict[str, Any]:
    """Whole facts of a consignment; the others vary with the number and tell nothing."""
    return complete(
        {
            "kind": "declaration",
            "post": "TJPPJ",
            "consignee": f"TJ-{number * 7 % 13}",
            "origins": ["IR"] if cheap else ["CN"],
            "lowest_value_ratio": 0.3 if cheap else 1.0 + number % 5 / 10,
            "gross_kg": float(1000 + number * 31 % 900),
            "net_kg": float(900 + number * 17 % 800),
            "hour": number % 24,
            "items": [{"commodity": f"{number % 7:04d}00", "gross_kg": 10.0}],
        }
    )


def outcomes(count: int, *, finds: int) -> list[Outcome]:
    """As many outcomes, hour by hour, among which the finds are spread evenly; a tenth was chosen by chance."""
    made = []
    for number in range(count):
        found = (number + 1) * finds // count > number * finds // count
        chosen = frozenset({"random" if number % 10 == 0 else "profiles"})
        at = BEGIN + dt.timedelta(hours=number)
        made.append(Outcome(f"assessment-{number}", at, "TJPPJ", facts(number, cheap=found), found, chosen))
    return made


def crowd(count: int) -> Crowd:
    """A tenth of what comes is cheap; forty come a day."""
    return Crowd([facts(number, cheap=number % 10 == 0) for number in range(count)], {"TJPPJ": 40.0, "*": 40.0})
