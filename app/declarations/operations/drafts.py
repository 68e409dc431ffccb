"""Drafts: kept, copied, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.ids import reference, uuid7
from app.core.text import _
from app.declarations import queries
from app.declarations.commands import DeleteDraft, SaveDraft
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration, DeclarationDraft
from app.declarations.operations.noting import KIND, expect_version, must_act_for

LARGEST_DRAFT = 2_000_000

#: Names of a single declaration, which what is begun with its words does not inherit.
_ITS_OWN = frozenset({"local_reference"})


def save_draft(session: Session, command: SaveDraft, *, by: Actor) -> Declaration:
    """Keeps what is written so far, new or over the version its writer saw. A draft belongs to the firm acted for."""
    by.need_scope("write")
    by.need(("trader",), command.post)
    party = acting_for(command.post, command.body, command.party, by=by)
    check_size(command.body)
    at = now(session)
    if command.reference is None:
        declaration = Declaration(
            post=command.post,
            id=uuid7(),
            reference=reference(command.post),
            mrn=None,
            party=party,
            status=Status.DRAFT.value,
            lane=None,
            content=0,
            version=1,
            lodged_at=None,
            changed_at=at,
        )
        session.add(declaration)
        session.flush()
        session.add(
            DeclarationDraft(
                post=command.post,
                declaration_id=declaration.id,
                body=command.body,
                source=command.source,
                unread=list(command.unread),
                remarks=list(command.remarks),
            )
        )
        event = "declaration.drafted"
    else:
        declaration = queries.locked(session, command.reference, by=by)
        must_be_draft(declaration)
        expect_version(session, declaration, command.version)
        kept = queries.draft(session, declaration)
        kept.remarks = still_said(kept.remarks, kept.body, command.body)
        kept.body, kept.warned_at = command.body, None
        declaration.changed_at = at
        event = "declaration.redrafted"
    session.flush()
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        after={
            "status": declaration.status,
            "version": declaration.version,
            "reference": declaration.reference,
            "sha256": canonical.digest(canonical.plain(command.body)),
        },
        role="trader",
    )
    return declaration


def copy(session: Session, reference: str, *, by: Actor) -> Declaration:
    """Begins a new draft with the words of a declaration (or draft) of one's own firm, whatever its state."""
    by.need_scope("write")
    original = queries.find(session, reference, by=by)
    must_act_for(original, by=by)
    body = begin_with(queries.body(session, original))
    return save_draft(session, SaveDraft(post=original.post, body=body, party=original.party), by=by)


def begin_with(body: Mapping[str, Any]) -> dict[str, Any]:
    """The words to begin another declaration with: without those that name a single one."""
    return {name: value for name, value in body.items() if name not in _ITS_OWN}


def still_said(
    remarks: Sequence[Mapping[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The remarks, noted when a message was read, whose field says the same as then."""
    return [dict(one) for one in remarks if _value(before, one["pointer"]) == _value(after, one["pointer"])]


def _value(words: Any, pointer: str) -> Any:
    """What stands at a JSON pointer; None for nothing, blank or not there."""
    found = words
    for name in pointer.split("/")[1:]:
        if isinstance(found, list):
            found = found[int(name)] if name.isdecimal() and int(name) < len(found) else None
        else:
            found = found.get(name) if isinstance(found, Mapping) else None
    return found if found not in ("", [], {}) else None


def check_size(body: Mapping[str, Any]) -> None:
    """Refuses words larger than 2 MB."""
    if len(canonical.encode(body)) > LARGEST_DRAFT:
        raise Invalid(findings=[Finding("", "draft.size", _("The draft is larger than 2 MB. Shorten it."))])


def acting_for(post: str, body: Mapping[str, Any], party: str | None, *, by: Actor) -> str:
    """The firm words belong to: the one named, the declarant if he is one of ours, else the only one acted for."""
    mine = by.parties(post)
    declarant = body.get("declarant")
    named = party or (declarant.get("id") if isinstance(declarant, dict) else None)
    if isinstance(named, str) and named in mine:
        return named
    if party is not None:
        raise Forbidden(_("You do not act for {party}.", party=party))
    return min(mine)


def must_be_draft(declaration: Declaration) -> None:
    """Raises `WrongState` for what is lodged."""
    if declaration.status != Status.DRAFT.value:
        raise WrongState(
            _("This declaration is lodged and cannot be changed as a draft. Ask for an amendment."),
            facts={"state": declaration.status},
        )


def delete_draft(session: Session, command: DeleteDraft, *, by: Actor) -> None:
    """Throws a draft away; the journal keeps that it was."""
    by.need_scope("write")
    declaration = queries.locked(session, command.reference, by=by)
    by.need(("trader",), declaration.post)
    must_be_draft(declaration)
    expect_version(session, declaration, command.version)
    journal.record(
        session,
        by=by,
        event="declaration.discarded",
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        before={"status": declaration.status, "version": declaration.version, "reference": declaration.reference},
        after={"status": None, "version": None},
        role="trader",
    )
    session.delete(declaration)
