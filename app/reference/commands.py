"""What an administrator asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class EnterCode:
    """Enters a meaning of a code from a day on, or corrects the one that begins on that day.

    `valid_to` closes it: the last day on which it may be used. `reason` goes into the journal.
    """

    list: str
    code: str
    valid_from: dt.date
    names: Mapping[str, str]
    reason: str
    valid_to: dt.date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    verified: bool = False
