"""A person answers: it is he, or it is another."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.watchlists import queries
from app.watchlists.lifecycle import Action, Status
from app.watchlists.models import WatchMatch
from app.watchlists.operations.lists import ANALYSING, said


def confirm(session: Session, id: UUID, reason: str, *, by: Actor) -> WatchMatch:
    """It is what is looked for. The same words count as confirmed in later consignments; with the same paper they
    are not asked about again."""
    return _answer(session, id, Action.CONFIRM, reason, by=by)


def dismiss(session: Session, id: UUID, reason: str, *, by: Actor) -> WatchMatch:
    """It is somebody or something else; also of what was confirmed by mistake. The same words with the same paper are
    not asked about again; of one without a paper, with the same firm (see `look`)."""
    return _answer(session, id, Action.DISMISS, reason, by=by)


def _answer(session: Session, id: UUID, action: Action, reason: str, *, by: Actor) -> WatchMatch:
    by.need_scope("decide")
    role = by.need(ANALYSING, node_post()).role
    found, _entry, watched = queries.match(session, id, by=by, lock=True)
    why, at = said(reason), now(session)
    before = {"status": found.status}
    mistaken = found.status == Status.CONFIRMED and action is Action.DISMISS
    found.move(Action.RETRACT if mistaken else action)
    found.decided_by, found.decided_name = by.person, by.name
    found.decided_at, found.reason, found.remembered = at, why, None
    session.flush()
    journal.record(
        session, by=by, event=f"watchlist.{found.status}", kind="watch_match", subject=found.id, post=found.post,
        before=before, after={"status": found.status, "list": watched.code, "subject": str(found.subject_id)},
        reason=why, role=role,
    )  # fmt: skip
    return found
