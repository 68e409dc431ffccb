"""Printable official documents.

A form is a frozen dataclass, a SAMPLE of it and `render()`. A released version is never edited; a change is a new
version beside it, so that what was issued can be printed again as it was.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from forms.clearance_permit import v1 as clearance_permit_v1

#: Every released form by (name, version).
FORMS: Final[dict[tuple[str, int], ModuleType]] = {("clearance_permit", 1): clearance_permit_v1}
