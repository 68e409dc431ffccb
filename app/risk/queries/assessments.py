"""The lanes given, and the profiles behind them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.models import RiskAssessment, RiskProfile, RiskReasonsSeen


def assessment(session: Session, post: str, declaration: UUID) -> RiskAssessment | None:
    """The latest assessment of a declaration."""
    rows = select(RiskAssessment).where(RiskAssessment.post == post, RiskAssessment.declaration_id == declaration)
    return session.execute(rows.order_by(RiskAssessment.at.desc()).limit(1)).scalar_one_or_none()


def of_movement(session: Session, post: str, movement: UUID) -> RiskAssessment | None:
    """The latest assessment of a movement, wherever it was made; `post` is its office of departure."""
    rows = select(RiskAssessment).where(RiskAssessment.movement_post == post, RiskAssessment.movement_id == movement)
    return session.execute(rows.order_by(RiskAssessment.at.desc()).limit(1)).scalar_one_or_none()


def reasons_seen(session: Session, assessment: RiskAssessment, person: UUID) -> bool:
    """Whether a person was shown the reasons of an assessment before."""
    asked = select(RiskReasonsSeen.at).where(
        RiskReasonsSeen.post == assessment.post,
        RiskReasonsSeen.assessment_id == assessment.id,
        RiskReasonsSeen.person == person,
    )
    return session.execute(asked).first() is not None


def profiles_named(session: Session, hits: list[tuple[str, int]]) -> dict[tuple[str, int], RiskProfile]:
    """The profiles behind stored hits, in the version that hit."""
    codes = {code for code, version in hits}
    rows = session.execute(select(RiskProfile).where(RiskProfile.code.in_(codes))).scalars() if codes else ()
    return {(r.code, r.version): r for r in rows}
