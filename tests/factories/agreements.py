"""What two persons have agreed to, for tests of what follows from it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from tests.factories.actors import officer, supervisor


def agreed(session: Session, kind: str, post: str, subject: UUID, reference: str) -> None:
    """An officer has proposed the act and a senior official has approved it."""
    wish = approvals.Propose(post, kind, subject, reference, {}, "a slip")
    proposal = approvals.propose(session, wish, by=officer(post, login="third"), role="officer")
    approvals.settle(session, proposal.id, approved=True, reason="", by=supervisor(post))
