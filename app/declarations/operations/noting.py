"""What every verb of a declaration does around its own deed: journal, outbox, versions, dates."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core import journal, outbox, versions
from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Declaration

KIND = "declaration"


def note(
    session: Session,
    declaration: Declaration,
    event: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> None:
    """Journals an act on a declaration and puts the fact into the outbox. `after` always carries the new version."""
    state = {"status": declaration.status, "version": declaration.version, **(after or {})}
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        before=before,
        after=state,
        reason=reason,
        role=role,
    )
    payload = {"reference": declaration.reference, "mrn": declaration.mrn, "status": declaration.status}
    outbox.put(
        session, post=declaration.post, topic=event, subject=declaration.id, payload=payload, at=declaration.changed_at
    )


def must_allow(declaration: Declaration, action: Action) -> None:
    """Raises `WrongState` if the action is not possible now, before anything else is looked at."""
    LIFE.move(Status(declaration.status), action)


def must_act_for(declaration: Declaration, *, by: Actor) -> None:
    """Only a trader whose grant names the declaration's firm acts for it."""
    by.need(("trader",), declaration.post)
    if declaration.party not in by.parties(declaration.post):
        raise Forbidden(_("You do not act for {party}.", party=declaration.party))


def expect_seen(declaration: Declaration, seen: int | None) -> None:
    """`expect_version` for traders: who changed what since it was lodged is not told to them."""
    versions.expect_seen(declaration, seen)


def expect_version(session: Session, declaration: Declaration, seen: int | None) -> None:
    """Refuses a change made on an old version, saying who changed what."""
    versions.expect_version(session, KIND, declaration, seen)
