"""What nobody comes back to ends: drafts after a warning, pre-lodged declarations after their time.

`flask work` runs this again and again; running it twice changes nothing.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration, DeclarationContent, DeclarationDraft
from app.flows import holding, settling
from app.flows.parameters import days
from app.reference.queries import codebook

#: A draft's firm is told this long before, or half the time a draft is kept, if that is shorter.
WARNED_BEFORE = dt.timedelta(days=7)
#: Rows of one transaction.
BATCH = 200


def run(session: Session, *, by: Actor, most: int = BATCH) -> int:
    """Warns of, throws away and invalidates what is due, at most so many of each, and gives how many that were."""
    codes, at = codebook(session), now(session)
    kept = days(codes, "draft-days", at.date())
    awaited = days(codes, "prelodged-days", at.date())
    count = _drafts(session, dt.timedelta(days=kept), at, most, by=by) if kept else 0
    return count + (_prelodged(session, dt.timedelta(days=awaited), at, most, by=by) if awaited else 0)


def ends_at(draft_changed_at: dt.datetime, kept_days: int) -> dt.datetime:
    """When a draft that nobody writes on is thrown away."""
    return draft_changed_at + dt.timedelta(days=kept_days)


def _drafts(session: Session, kept: dt.timedelta, at: dt.datetime, most: int, *, by: Actor) -> int:
    ahead = min(WARNED_BEFORE, kept / 2)
    rows = session.execute(_due_drafts(kept, ahead, at).limit(most)).all()
    for declaration, draft in rows:
        if draft.warned_at is None:
            ends = max(declaration.changed_at + kept, at + ahead)
            declarations.warn_of_expiry(session, declaration, draft, ends, at, by=by)
        else:
            declarations.expire_draft(session, declaration, by=by)
    return len(rows)


def _due_drafts(kept: dt.timedelta, ahead: dt.timedelta, at: dt.datetime) -> Select[Declaration, DeclarationDraft]:
    """Drafts to be told of, and those told of long enough ago that nobody has written on since."""
    to_warn = and_(DeclarationDraft.warned_at.is_(None), Declaration.changed_at <= at - kept + ahead)
    to_go = and_(DeclarationDraft.warned_at <= at - ahead, Declaration.changed_at <= at - kept)
    return (
        select(Declaration, DeclarationDraft)
        .join(
            DeclarationDraft,
            and_(DeclarationDraft.post == Declaration.post, DeclarationDraft.declaration_id == Declaration.id),
        )
        .where(Declaration.status == Status.DRAFT.value, or_(to_warn, to_go))
        .order_by(Declaration.id)
        .with_for_update(of=Declaration, skip_locked=True)
    )


def _prelodged(session: Session, awaited: dt.timedelta, at: dt.datetime, most: int, *, by: Actor) -> int:
    """Counted from the day it was lodged; an amendment makes the wait no longer."""
    first = and_(
        DeclarationContent.post == Declaration.post,
        DeclarationContent.declaration_id == Declaration.id,
        DeclarationContent.content == 1,
    )
    query = (
        select(Declaration)
        .join(DeclarationContent, first)
        .where(Declaration.status == Status.PRELODGED.value, DeclarationContent.made_at <= at - awaited)
        .order_by(Declaration.id)
        .limit(most)
        .with_for_update(of=Declaration, skip_locked=True)
    )
    waiting = list(session.execute(query).scalars())
    holding.lock_earlier(session, waiting)
    for declaration in waiting:
        declarations.expire_prelodged(session, declaration, at, by=by)
        settling.annul(session, declaration, "", at, by=by)
    return len(waiting)
