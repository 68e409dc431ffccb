"""What is due on a declaration, with everything one needs to check it by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from app.core.errors import Finding
from app.payments.rules import Standing


@dataclass(frozen=True, slots=True)
class Due:
    """An assessment as it is shown. `result` has the shape of the tariff's assessment; `number` and `content` are None
    where it is only an outlook: of a draft, or while something is missing."""

    result: dict[str, Any]
    standing: Standing
    provisional: bool
    number: int | None = None
    content: int | None = None
    made_at: dt.datetime | None = None
    warnings: tuple[Finding, ...] = ()
