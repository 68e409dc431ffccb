"""What waits for the system to let it go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.risk.models import RiskWaitingRelease


def due(session: Session, at: dt.datetime, most: int) -> Sequence[tuple[str, UUID]]:
    """Post and key of declarations whose wait is over, longest over first."""
    asked = (
        select(RiskWaitingRelease.post, RiskWaitingRelease.declaration_id)
        .where(RiskWaitingRelease.outcome.is_(None), RiskWaitingRelease.until <= at)
        .order_by(RiskWaitingRelease.until)
        .limit(most)
    )
    return [(row.post, row.declaration_id) for row in session.execute(asked)]


def until(session: Session, post: str, declaration: UUID) -> dt.datetime | None:
    """When the system lets a declaration go, where nobody looks at it before; None where it does not wait."""
    asked = select(func.min(RiskWaitingRelease.until)).where(
        RiskWaitingRelease.post == post,
        RiskWaitingRelease.declaration_id == declaration,
        RiskWaitingRelease.outcome.is_(None),
    )
    return session.execute(asked).scalar_one()


def locked(session: Session, post: str, declaration: UUID, at: dt.datetime) -> RiskWaitingRelease | None:
    """The wait of a declaration that is over and not settled yet; its declaration is locked before."""
    asked = select(RiskWaitingRelease).where(
        RiskWaitingRelease.post == post,
        RiskWaitingRelease.declaration_id == declaration,
        RiskWaitingRelease.outcome.is_(None),
        RiskWaitingRelease.until <= at,
    )
    return session.execute(asked.with_for_update(), execution_options={"populate_existing": True}).scalar_one_or_none()
