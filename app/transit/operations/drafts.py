"""Drafts of movements: kept and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical, journal, versions
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Forbidden
from app.core.ids import reference, uuid7
from app.core.text import _
from app.transit import queries
from app.transit.commands import DeleteDraft, SaveDraft
from app.transit.lifecycle import Kind, Status
from app.transit.models import Movement, TransitDraft
from app.transit.operations.noting import KIND, barred, must_act_for, refuse

LARGEST_DRAFT = 4_000_000
#: Names of a single movement, which what is begun with its words does not inherit.
_ITS_OWN = frozenset({"local_reference", "guarantees", "carnet"})


def save_draft(session: Session, command: SaveDraft, *, by: Actor) -> Movement:
    """Keeps what is written so far, new or over the version its writer saw. A draft belongs to the firm acted for."""
    by.need_scope("write")
    by.need(("trader",), command.post)
    party = acting_for(command.post, command.body, command.party, by=by)
    if len(canonical.encode(command.body)) > LARGEST_DRAFT:
        raise refuse("", "draft.size", _("The draft is larger than 4 MB. Shorten it."))
    at = now(session)
    if command.reference is None:
        movement = _fresh(session, command, party, by=by)
        event = "drafted"
    else:
        movement = queries.locked(session, command.reference, by=by)
        must_act_for(movement, by=by)
        must_be_draft(movement)
        versions.expect_version(session, KIND, movement, command.version)
        kept = queries.draft(session, movement)
        kept.body, kept.remarks = command.body, list(command.remarks)
        event = "redrafted"
    movement.kind = _kind(command.body)
    movement.changed_at = at
    session.flush()
    after = {
        "status": movement.status,
        "version": movement.version,
        "reference": movement.reference,
        "sha256": canonical.digest(canonical.plain(command.body)),
    }
    _journal(session, movement, event, None, after, by=by)
    return movement


def _fresh(session: Session, command: SaveDraft, party: str, *, by: Actor) -> Movement:
    movement = Movement(
        post=command.post,
        id=uuid7(),
        reference=reference(command.post),
        kind=_kind(command.body),
        party=party,
        destination="",
        status=Status.DRAFT.value,
        content=0,
        version=1,
        changed_at=now(session),
    )
    session.add(movement)
    session.flush()
    session.add(
        TransitDraft(
            post=command.post,
            movement_id=movement.id,
            body=command.body,
            source=command.source,
            unread=list(command.unread),
            remarks=list(command.remarks),
        )
    )
    return movement


def _kind(body: Mapping[str, Any]) -> str:
    """What the draft says, national where it says nothing that is known."""
    said = body.get("kind")
    return said if said in tuple(Kind) else Kind.NATIONAL.value


def acting_for(post: str, body: Mapping[str, Any], party: str | None, *, by: Actor) -> str:
    """The firm words belong to: the one named, the holder if he is one of ours, else the only one acted for."""
    mine = by.parties(post)
    holder = body.get("holder")
    named = party or (holder.get("id") if isinstance(holder, dict) else None)
    if isinstance(named, str) and named in mine:
        return named
    if party is not None or not mine:
        raise Forbidden(_("You do not act for {party}.", party=party or named or "?"))
    return min(mine)


def begin_with(body: Mapping[str, Any]) -> dict[str, Any]:
    """The words to begin another movement with: without those that name a single one."""
    return {name: value for name, value in body.items() if name not in _ITS_OWN}


def must_be_draft(movement: Movement) -> None:
    """Raises `WrongState` for what is lodged."""
    if movement.status != Status.DRAFT.value:
        raise barred(
            "transit.lodged",
            _("This movement is lodged and cannot be changed as a draft. Amend it."),
            state=movement.status,
        )


def delete_draft(session: Session, command: DeleteDraft, *, by: Actor) -> None:
    """Throws a draft away; the journal keeps that it was."""
    by.need_scope("write")
    movement = queries.locked(session, command.reference, by=by)
    must_act_for(movement, by=by)
    must_be_draft(movement)
    versions.expect_version(session, KIND, movement, command.version)
    _discard(session, movement, by=by)


def expire_draft(session: Session, movement: Movement, *, by: Actor) -> None:
    """Throws away what nobody has written on for long."""
    must_be_draft(movement)
    _discard(session, movement, by=by)


def _discard(session: Session, movement: Movement, *, by: Actor) -> None:
    before = {"status": movement.status, "version": movement.version, "reference": movement.reference}
    _journal(session, movement, "discarded", before, {"status": None, "version": None}, by=by)
    session.delete(movement)


def _journal(
    session: Session,
    movement: Movement,
    event: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    *,
    by: Actor,
) -> None:
    journal.record(
        session,
        by=by,
        event=f"transit.{event}",
        kind=KIND,
        subject=movement.id,
        post=movement.post,
        before=before,
        after=after,
        role="system" if by.is_node else "trader",
    )
