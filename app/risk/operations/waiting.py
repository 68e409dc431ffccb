"""Clean goods that wait a while before the system releases them: nobody can count on not being looked at."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Forbidden
from app.core.rows import stage_rows
from app.core.text import _
from app.risk.models import RiskWaitingRelease

KIND = "risk_waiting_release"


def wait(
    session: Session, post: str, declaration: UUID, minutes: int, parameter: str, at: dt.datetime, *, by: Actor
) -> None:
    """The declaration is let go by the system after so many minutes; `parameter` is the row that says how many."""
    _only_the_node(by)
    until = at + dt.timedelta(minutes=minutes)
    row = {
        "post": post,
        "declaration_id": declaration,
        "at": at,
        "until": until,
        "parameter": parameter[:80],
        "outcome": None,
        "settled_at": None,
    }
    stage_rows(session, RiskWaitingRelease, [row])
    journal.record(
        session,
        by=by,
        event="risk.release-waits",
        kind=KIND,
        subject=declaration,
        post=post,
        after={"until": until, "parameter": parameter},
        role="system",
    )


def settle(session: Session, waiting: RiskWaitingRelease, outcome: str, *, by: Actor) -> None:
    """The wait is over: released, or stopped because somebody looks at the goods now. Once."""
    _only_the_node(by)
    at = now(session)
    waiting.outcome, waiting.settled_at = outcome, at
    session.flush()


def _only_the_node(by: Actor) -> None:
    if not by.is_node:
        raise Forbidden(_("The node does this by itself."))
