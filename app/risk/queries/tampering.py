"""What was found to be changed behind the application's back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.models import RiskTampering
from app.risk.queries import scores
from app.risk.queries.approved import Problem, compare

LISTED = ("list", "entry", "file")


def now(session: Session) -> list[Problem]:
    """What of profiles, shares and learned scores is not as approved at this moment."""
    return [*compare(session), *scores.problems(session)]


def of_lists(session: Session, since: dt.datetime) -> list[RiskTampering]:
    """What was found on watch lists since then, the newest first. Of one that was put right meanwhile nothing tells: it is
    compared by `flask work`, not by those who look."""
    rows = select(RiskTampering).where(RiskTampering.what.in_(LISTED), RiskTampering.at >= since)
    return list(session.execute(rows.order_by(RiskTampering.at.desc(), RiskTampering.code).limit(200)).scalars())


def told(session: Session, limit: int = 200) -> list[RiskTampering]:
    """What was ever found, the newest first."""
    rows = select(RiskTampering).order_by(RiskTampering.at.desc(), RiskTampering.what, RiskTampering.code)
    return list(session.execute(rows.limit(limit)).scalars())
