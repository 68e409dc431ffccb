"""What is looked for is added by one person, and removed by two."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal
from app.core.actors import Actor
from app.core.db import after_commit, node_post, now
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.rows import insert_rows
from app.core.text import _, excerpt, normal
from app.watchlists import queries
from app.watchlists.commands import AddEntry
from app.watchlists.models import WatchEntry, WatchList
from app.watchlists.operations.lists import ANALYSING, APPROVING, CLOSE, note, said
from app.watchlists.queries import approved
from app.watchlists.rules import things, wanted

REMOVE = "watchlist.remove"
_AT_ONCE = 2_000


def add(session: Session, code: str, command: AddEntry, *, by: Actor) -> WatchEntry:
    """Adds an entry to a list that the analyst is let in to; it counts at once."""
    found = _writable(session, code, by=by)
    at = now(session)
    faults = wanted.entry_findings(command, at.date())
    if faults:
        raise Invalid(findings=faults)
    row = _row(found, command, at, None, by=by)
    if row["value"] in _known(session, found, [row]).get(row["kind"], set()):
        told = _("“{name}” is on this list already.", name=excerpt(command.name))
        raise Invalid(findings=[Finding("/name", "watchlist.entry-known", told)])
    made = WatchEntry(**row)
    session.add(made)
    session.flush()
    after_commit(session, queries.forget)
    role = by.need(ANALYSING, node_post()).role
    journal.record(
        session, by=by, event="watchlist.entry-added", kind="watch_entry", subject=made.id, post=made.post,
        after={
            "list": found.code, "list_id": found.id, "kind": made.kind, "name": made.name, "source": made.source,
            "sha256": approved.of_entry(session, made.id),
        },
        reason=made.reason, role=role,
    )  # fmt: skip
    return made


def add_all(session: Session, code: str, commands: Sequence[tuple[int, AddEntry]], source: bytes, *, by: Actor) -> int:
    """Adds the entries of a file, each with its line; all of them or none. Gives how many.

    Raises `Invalid` with a finding for each line that is on the list already or twice in the file. The lines' own faults
    are found by who reads the file; `source` is the file itself, whose digest the journal keeps.
    """
    found = _writable(session, code, by=by)
    at, file = now(session), uuid7()
    rows = [(line, _row(found, command, at, file, by=by)) for line, command in commands]
    faults = _repeated(session, found, rows)
    if faults:
        raise Invalid(_("The file was not taken over. Nothing is changed."), findings=faults)
    for start in range(0, len(rows), _AT_ONCE):
        insert_rows(session, {WatchEntry: [row for _line, row in rows[start : start + _AT_ONCE]]})
    after_commit(session, queries.forget)
    after = {"entries": len(rows), "sha256": hashlib.sha256(source).hexdigest(), "file": file}
    after["content"] = approved.of_file(session, file)  # proves later what was added without telling it
    role = by.need(ANALYSING, node_post()).role
    note(session, found, "watchlist.imported", by=by, role=role, after=after)
    return len(rows)


def _writable(session: Session, code: str, *, by: Actor) -> WatchList:
    by.need_scope("write")
    by.need(ANALYSING, node_post())
    found = queries.list_by_code(session, code, by=by)
    if found.valid_to is not None and found.valid_to < now(session).date():
        raise WrongState(_("This list is over. Nothing on it is looked for any more."))
    return found


def _row(found: WatchList, command: AddEntry, at: dt.datetime, file: UUID | None, *, by: Actor) -> dict[str, Any]:
    names = [normal(name) for name in (command.name, *command.aliases)]
    keys = sorted({key for name in names for key in things.keys_of(command.kind, name)})
    return {
        "post": found.post,
        "id": uuid7(),
        "list_id": found.id,
        "kind": command.kind.value,
        "name": names[0],
        "aliases": names[1:],
        "value": things.value_of(command.kind, names[0]),
        "keys": keys,
        "source": normal(command.source),
        "reason": normal(command.reason),
        "valid_from": command.valid_from or at.date(),
        "valid_to": command.valid_to,
        "added_by": by.person,
        "added_name": by.name,
        "added_at": at,
        "file": file,
    }


def _known(session: Session, found: WatchList, rows: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """What of this is on the list already, by kind."""
    wanted_values = sorted({row["value"] for row in rows})
    known: dict[str, set[str]] = {}
    for start in range(0, len(wanted_values), _AT_ONCE):
        query = select(WatchEntry.kind, WatchEntry.value).where(
            WatchEntry.post == found.post,
            WatchEntry.list_id == found.id,
            WatchEntry.removed_at.is_(None),
            WatchEntry.value.in_(wanted_values[start : start + _AT_ONCE]),
        )
        for kind, value in session.execute(query):
            known.setdefault(kind, set()).add(value)
    return known


def _repeated(session: Session, found: WatchList, rows: Sequence[tuple[int, dict[str, Any]]]) -> list[Finding]:
    known = _known(session, found, (row for _line, row in rows))
    seen: dict[tuple[str, str], int] = {}
    faults = []
    for line, row in rows:
        key = (row["kind"], row["value"])
        if row["value"] in known.get(row["kind"], ()):
            told = _("Line {line}: “{name}” is on this list already.", line=line, name=excerpt(row["name"]))
            faults.append(Finding(f"/lines/{line}/name", "watchlist.entry-known", told))
        elif key in seen:
            told = _(
                "Line {line}: “{name}” stands in line {other} too. Remove one.",
                line=line,
                name=excerpt(row["name"]),
                other=seen[key],
            )
            faults.append(Finding(f"/lines/{line}/name", "watchlist.entry-twice", told))
        seen.setdefault(key, line)
    return faults


def propose_removal(session: Session, id: UUID, reason: str, *, by: Actor) -> Proposal:
    """Puts the removal of an entry before a second person; until then it is looked for as before."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    entry, _found = queries.entry(session, id, by=by)
    if entry.removed_at is not None:
        raise WrongState(_("This entry is removed already."))
    wish = approvals.Propose(
        post=entry.post,
        kind=REMOVE,
        subject=entry.id,
        reference=entry.id.hex[-8:],  # neither list nor name: proposals are seen by more than are let in
        payload={"entry": str(entry.id)},
        reason=said(reason),
    )
    return approvals.propose(session, wish, by=by, role=role)


def may_know(session: Session, proposal: Proposal, *, by: Actor) -> bool:
    """Whether somebody is let in to the list that a proposal is about: nobody reads or judges what he may not see."""
    try:
        if proposal.kind == CLOSE:
            queries.list_by_id(session, proposal.subject, by=by)
        else:
            queries.entry(session, proposal.subject, by=by)
    except NotFound:
        return False
    return True


def enact_removal(session: Session, proposal: Proposal, /, *, by: Actor) -> WatchEntry:
    """What an approved proposal does. The row stays; only nothing is looked for under it any more."""
    role = by.need(APPROVING, node_post()).role
    entry, found = queries.entry(session, proposal.subject, by=by, lock=True)
    if entry.removed_at is not None:
        raise WrongState(_("This entry is removed already."))
    at = now(session)
    entry.removed_by, entry.removed_with = proposal.proposed_by, by.person
    entry.removed_reason, entry.removed_at = proposal.reason, at
    session.flush()
    after_commit(session, queries.forget)
    journal.record(
        session, by=by, event="watchlist.entry-removed", kind="watch_entry", subject=entry.id, post=entry.post,
        before={"list": found.code, "kind": entry.kind, "name": entry.name}, after={"removed": True},
        reason=proposal.reason, role=role,
    )  # fmt: skip
    return entry
