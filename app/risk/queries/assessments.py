"""The lanes given, and the profiles behind them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.models import RiskAssessment, RiskProfile


def assessment(session: Session, post: str, declaration: UUID) -> RiskAssessment | None:
    """The latest assessment of a declaration."""
    rows = select(RiskAssessment).where(RiskAssessment.post == post, RiskAssessment.declaration_id == declaration)
    return session.execute(rows.order_by(RiskAssessment.at.desc()).limit(1)).scalar_one_or_none()


def profiles_named(session: Session, hits: list[tuple[str, int]]) -> dict[tuple[str, int], RiskProfile]:
    """The profiles behind stored hits, in the version that hit."""
    codes = {code for code, version in hits}
    rows = session.execute(select(RiskProfile).where(RiskProfile.code.in_(codes))).scalars() if codes else ()
    return {(r.code, r.version): r for r in rows}
