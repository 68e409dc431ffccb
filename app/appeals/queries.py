"""Reads of appeals: a firm sees its own, officials those of their posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.appeals.commands import Subject
from app.appeals.lifecycle import OPEN
from app.appeals.models import Appeal
from app.core.actors import Actor
from app.core.errors import NotFound

#: Officials who see appeals at their posts.
SEEING = ("officer", "inspector", "supervisor", "analyst", "auditor")


def of(session: Session, subject: Subject) -> list[Appeal]:
    """All appeals about a declaration or a movement, newest first; whoever asks sees it."""
    which = (
        Appeal.declaration_id == subject.declaration_id
        if subject.declaration_id is not None
        else Appeal.movement_id == subject.movement_id
    )
    rows = select(Appeal).where(Appeal.post == subject.post, which).order_by(Appeal.lodged_at.desc(), Appeal.id.desc())
    return list(session.execute(rows).scalars())


def find(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Appeal:
    """One appeal, for the firm or an official of its post; `NotFound` for everybody else."""
    rows = select(Appeal).where(Appeal.id == id)
    asked = rows.with_for_update() if lock else rows
    found = session.execute(asked, execution_options={"populate_existing": lock}).scalar_one_or_none()
    if found is None or not (found.party in by.parties(found.post) or by.grant(SEEING, found.post)):
        raise NotFound()
    return found


def waiting(session: Session, posts: Collection[str], limit: int = 200) -> list[Appeal]:
    """What waits at these posts, the first that is due first."""
    rows = select(Appeal).where(Appeal.post.in_(posts), Appeal.status.in_([s.value for s in OPEN]))
    return list(session.execute(rows.order_by(Appeal.answer_due, Appeal.id).limit(limit)).scalars())


def overdue(session: Session, posts: Collection[str], at: dt.datetime) -> list[Appeal]:
    """Those whose answer is late."""
    return [appeal for appeal in waiting(session, posts) if appeal.answer_due < at]


def of_firms(session: Session, parties: Collection[str], limit: int = 100) -> list[Appeal]:
    """The appeals of some firms, newest first."""
    rows = select(Appeal).where(Appeal.party.in_(parties)).order_by(Appeal.id.desc()).limit(limit)
    return list(session.execute(rows).scalars())
