"""How much of what a post clears it clears on paper: what nobody but a form has seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations.models import Declaration
from app.fallback import queries

#: Above this share somebody has to answer for it.
ALARM_FROM = Decimal(2)
DAYS = 30


@dataclass(frozen=True, slots=True)
class Share:
    """Forms among all consignments that a post cleared in the time, in per cent with two decimals."""

    post: str
    forms: int
    lodged: int
    percent: Decimal

    @property
    def alarm(self) -> bool:
        return self.percent > ALARM_FROM


def share(session: Session, post: str, until: dt.datetime, days: int = DAYS, *, by: Actor) -> Share:
    """The share of the last days up to a moment. What was keyed later is counted as the form that it was."""
    by.need(queries.SEEING, post)
    since = until - dt.timedelta(days=days)
    forms = queries.count_of(session, post, since, until)
    rows = select(func.count()).where(
        Declaration.post == post, Declaration.lodged_at >= since, Declaration.lodged_at < until
    )
    lodged = session.execute(rows).scalar_one()
    percent = Decimal(forms * 100) / max(lodged, forms, 1)
    return Share(post, forms, lodged, percent.quantize(Decimal("0.01"), ROUND_HALF_UP))
