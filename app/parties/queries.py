"""Reading the register of firms."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.parties.models import Party


def find(session: Session, code: str) -> Party | None:
    """The firm with this number, if it is registered."""
    return session.get(Party, code)
