"""What somebody asks of clearance on paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

#: More forms than these are not handed out at once; who needs more opens again.
MOST_FORMS = 500
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class OpenFallback:
    """Clearance on paper at a post, with so many numbered forms."""

    post: str
    forms: int
    reason: str


@dataclass(frozen=True, slots=True)
class RegisterForm:
    """A form that was filled in. `cleared_at` is the time written on it; a form that was `spoiled` let nothing go, and
    says so, for no number may be missing."""

    period: str
    number: int
    cleared_at: dt.datetime
    plate: str = ""
    party: str = ""
    goods: str = ""
    spoiled: bool = False
