"""What was found to be changed behind the application's back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.models import RiskTampering
from app.risk.queries.approved import Problem, compare


def now(session: Session) -> list[Problem]:
    """What is not as approved at this moment."""
    return compare(session)


def told(session: Session, limit: int = 200) -> list[RiskTampering]:
    """What was ever found, the newest first."""
    rows = select(RiskTampering).order_by(RiskTampering.at.desc(), RiskTampering.what, RiskTampering.code)
    return list(session.execute(rows.limit(limit)).scalars())
