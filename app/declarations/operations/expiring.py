"""What nobody comes back to: drafts are thrown away after a warning, pre-lodged declarations become invalid."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.declarations.lifecycle import Action
from app.declarations.models import Declaration, DeclarationDraft
from app.declarations.operations.amending import overtake_requests
from app.declarations.operations.drafts import must_be_draft
from app.declarations.operations.noting import KIND, note


def warn_of_expiry(
    session: Session,
    declaration: Declaration,
    draft: DeclarationDraft,
    ends: dt.datetime,
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    """Tells, once, that a locked draft will be thrown away unless somebody writes on."""
    _only_the_node(by)
    must_be_draft(declaration)
    draft.warned_at = at
    session.flush()
    after = {"ends": ends.date().isoformat()}
    note(session, declaration, "declaration.expiry-announced", by=by, after=after, role="system")


def expire_draft(session: Session, declaration: Declaration, *, by: Actor) -> None:
    """Throws away a locked draft nobody wrote on after its warning; the journal keeps that it was."""
    _only_the_node(by)
    must_be_draft(declaration)
    journal.record(
        session,
        by=by,
        event="declaration.discarded",
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        before={"status": declaration.status, "version": declaration.version, "reference": declaration.reference},
        after={"status": None, "version": None},
        role="system",
    )
    session.delete(declaration)
    session.flush()


def expire_prelodged(session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor) -> None:
    """The truck of a locked, pre-lodged declaration did not come in time."""
    _only_the_node(by)
    before = {"status": declaration.status}
    declaration.move(Action.EXPIRE, at)
    session.flush()
    note(session, declaration, "declaration.expired", by=by, before=before, role="system")
    overtake_requests(session, declaration, at, by=by)


def _only_the_node(by: Actor) -> None:
    if not by.is_node:
        raise Forbidden(_("Only the system itself lets things expire."))
