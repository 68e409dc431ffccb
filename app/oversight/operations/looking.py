"""Looking something up is an act of its own: who looked at what stands in the journal, once an hour for each person and thing."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import ANY_POST, Actor
from app.core.db import node_post, now
from app.core.text import excerpt
from app.oversight.models import Look

#: What is remembered to journal a thing once an hour is forgotten after this.
KEPT = dt.timedelta(hours=48)
#: The column takes 120 signs, and a text that is cut ends with one more.
_LONGEST = 119


def looked(session: Session, kind: str, subject: str, *, by: Actor, asked: dict[str, str] | None = None) -> bool:
    """Journals that somebody was shown a thing: `kind` file, movement, search, account … and `subject` its reference, or the
    words searched for. True if he had not been shown it within this hour."""
    post = _post(by)
    hour = now(session).replace(minute=0, second=0, microsecond=0)
    named = excerpt(subject, _LONGEST)
    row = {"post": post, "person": by.person, "kind": kind, "subject": named, "hour": hour}
    made = session.execute(insert(Look).values(row).on_conflict_do_nothing().returning(Look.kind)).scalar_one_or_none()
    if made is None:
        return False
    journal.record(
        session,
        by=by,
        event=f"looked.{kind}",
        kind="look",
        subject=named,
        post=post,
        after={"asked": asked} if asked else None,
    )
    return True


def _post(by: Actor) -> str:
    """The post the person works at; the node's own for who works at several, or everywhere."""
    held = {grant.post for grant in by.grants if grant.post != ANY_POST}
    return next(iter(held)) if len(held) == 1 else node_post()


def forget_old(session: Session, *, by: Actor) -> None:
    """Drops what is remembered of hours that are long over; the journal keeps it all."""
    if by.is_node:
        session.execute(delete(Look).where(Look.hour < now(session) - KEPT))
