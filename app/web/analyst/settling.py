"""Proposals about risk that are no profile's: looked at on a page of this workbench, and settled there by another person."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import flash, request
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core import db
from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving
from app.web import reasons

APPROVED, REJECTED = _("The proposal is approved."), _("The proposal is rejected.")


def waiting(session: Session, kinds: Collection[str], *, by: Actor) -> list[Proposal]:
    """What waits of these kinds, oldest first."""
    return approving.waiting(session, by=by, only=kinds)


def visible(session: Session, identifier: UUID, kind: str, *, by: Actor) -> Proposal:
    """A proposal of the kind, or `NotFound`."""
    found = approving.visible(session, identifier, by=by)
    if found.kind != kind:
        raise NotFound()
    return found


def settle(identifier: UUID, kind: str) -> None:
    """Approves or rejects, by the button that was pressed, and says so on the next page. Raises what the verb refuses."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    reason = reasons.typed()
    with db.transaction() as session:
        visible(session, identifier, kind, by=actor)
        if approves:
            approving.approve(session, identifier, reason, by=actor)
        else:
            approving.reject(session, identifier, reason, by=actor)
    say(APPROVED if approves else REJECTED)


def say(words: Text) -> None:
    flash(translate(words), "success")
