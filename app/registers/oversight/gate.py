"""Trucks counted at the gate beside those that left by the papers, day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.registers.oversight.exceptions import Week
from app.registers.oversight.exceptions.counts import GATE_DAYS

READING = ("officer", "inspector", "supervisor", "auditor")


@dataclass(frozen=True, slots=True)
class Day:
    """Counted is None where nobody counted. `difference` is what the gate saw more than the papers say."""

    day: dt.date
    counted_out: int | None
    recorded_out: int
    counted_in: int | None
    recorded_in: int

    @property
    def difference(self) -> int | None:
        return None if self.counted_out is None else self.counted_out - self.recorded_out


def days(session: Session, post: str, last: dt.date, zone: str, *, by: Actor) -> list[Day]:
    """The fortnight that ends with a day, the newest day first. Raises `Forbidden` for who does not work at the post."""
    if by.grant(READING, post) is None:
        raise Forbidden(_("The gate's counts are shown to officials of the post and auditors."))
    found: list[Day] = []
    for before in (13, 6):
        week = Week(post, last - dt.timedelta(days=before), zone)
        asked = {
            "post": post, "since": week.since, "until": week.until, "zone": zone, "first": week.monday, "last": week.last
        }  # fmt: skip
        found += [Day(*row) for row in session.execute(text(GATE_DAYS), asked)]
    return found[::-1]
