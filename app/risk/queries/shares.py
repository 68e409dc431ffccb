"""The shares that chance stops, as they were set one after the other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.models import RandomShare


def history(session: Session, limit: int = 30) -> list[RandomShare]:
    """The newest first, of all posts. What counts now is asked of `in_force`."""
    rows = select(RandomShare).order_by(RandomShare.valid_from.desc(), RandomShare.post)
    return list(session.execute(rows.limit(limit)).scalars())
