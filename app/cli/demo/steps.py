"""Steps of the story: what somebody does at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cli.demo.story import ZONE

#: JSON-ready: it is kept, so that a story that was cut off goes on with it.
Result = dict[str, Any]
Act = Callable[[Session], Result]


@dataclass(frozen=True)
class Step:
    """One deed: when, what it is called within its script, and what is done."""

    at: dt.datetime
    name: str
    act: Act


#: Gets back what a step gave, and goes on from there.
Script = Generator[Step, Result, None]

_EVENING, _MORNING = dt.time(22, 0), dt.time(6, 0)


def awake(moment: dt.datetime) -> dt.datetime:
    """The moment itself, or in the night the next morning."""
    local = moment.astimezone(ZONE)
    if _MORNING <= local.time() < _EVENING:
        return moment
    day = local.date() + dt.timedelta(days=local.time() >= _EVENING)
    return dt.datetime.combine(day, dt.time(8, 5), ZONE).astimezone(dt.UTC) + dt.timedelta(minutes=moment.minute)
