"""What the journal says stands on the lists, beside what stands in the tables.

A list's own words with those who are let in, an entry that was added alone, and all entries of a file that was taken in each
have one digest in the journal's entry of that deed. A row that says otherwise was changed behind the application's back. The
digests are computed by the database, of its own rows, both when they are written and when they are compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import journal
from app.core.db import node_post, now
from app.core.journal import JournalEntry

LIST, ENTRY = "watch_list", "watch_entry"
ADDED, REMOVED, IMPORTED = "watchlist.entry-added", "watchlist.entry-removed", "watchlist.imported"

_OF_ENTRY = """encode(sha256(convert_to(jsonb_build_array(
    e.id, e.list_id, e.kind, e.name, e.aliases, e.value, e.keys, e.source, e.reason, e.valid_from, e.valid_to, e.added_by,
    e.added_name, extract(epoch FROM e.added_at), e.file)::text, 'UTF8')), 'hex')"""
_OF_FILE = f"encode(sha256(convert_to(string_agg({_OF_ENTRY}, '' ORDER BY e.id), 'UTF8')), 'hex')"
_OF_LIST = """encode(sha256(convert_to((jsonb_build_array(
    w.id, w.code, w.names, w.source, w.reason, w.roles, w.owner, w.owner_name, w.valid_to, extract(epoch FROM w.made_at),
    (SELECT jsonb_agg(jsonb_build_array(r.person, r.login, r.name) ORDER BY r.person) FROM watch_reader r
     WHERE (r.post, r.list_id) = (w.post, w.id) AND r.left_at IS NULL))
    || CASE w.instruction WHEN '' THEN CAST('[]' AS jsonb) ELSE jsonb_build_array(w.instruction) END)::text, 'UTF8')), 'hex')"""
_ONE_ENTRY = text(f"SELECT {_OF_ENTRY} FROM watch_entry e WHERE e.id = :id")
_ONE_FILE = text(f"SELECT {_OF_FILE} FROM watch_entry e WHERE e.file = :id")
_ONE_LIST = text(f"SELECT {_OF_LIST} FROM watch_list w WHERE w.id = :id")
_LISTS = text(f"SELECT w.id::text, {_OF_LIST} FROM watch_list w")
_ALONE = text(f"SELECT e.id::text, {_OF_ENTRY}, e.list_id::text FROM watch_entry e WHERE e.file IS NULL")
_FILES = text(f"SELECT e.file::text, {_OF_FILE} FROM watch_entry e WHERE e.file IS NOT NULL GROUP BY e.file")
_REMOVED = text("SELECT id::text FROM watch_entry WHERE removed_at IS NOT NULL")


def of_entry(session: Session, id: UUID) -> str:
    """The digest of a flushed row."""
    return str(session.execute(_ONE_ENTRY, {"id": id}).scalar_one())


def of_file(session: Session, id: UUID) -> str:
    """The digest of all rows that came in one file."""
    return str(session.execute(_ONE_FILE, {"id": id}).scalar_one())


def of_list(session: Session, id: UUID) -> str:
    """The digest of a list's own words and of the persons who are let in."""
    return str(session.execute(_ONE_LIST, {"id": id}).scalar_one())


class Problem(NamedTuple):
    """Something that is not as the journal says: a `list`, an `entry` or a `file`, by its key; `altered`, `inserted`,
    `missing`, or damaged in the `journal`. `found` is the digest of what stands there, or what became of it."""

    what: str
    key: str
    problem: str
    found: str


class Said(NamedTuple):
    """The list that something belongs to, and its digest; "" where an older entry kept none."""

    list: str
    digest: str


@dataclass(frozen=True)
class Told:
    """What the journal says up to an entry."""

    number: int = 0
    hash: bytes = b""
    #: Of lists also their last days.
    lists: Mapping[str, Said] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, Said] = field(default_factory=dict)
    files: Mapping[str, Said] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    #: Lists that took in files before files were told apart.
    loose: frozenset[str] = frozenset()
    broken: frozenset[tuple[str, str]] = frozenset()


def told(session: Session, since: Told | None = None) -> Told:
    """What the journal says now, going on from what was read before, unless that is not in this journal any more."""
    before = since or Told()
    table = JournalEntry.__table__
    asked = select(table).where(table.c.post == node_post(), table.c.kind.in_((LIST, ENTRY)))
    rows = session.execute(asked.where(table.c.number >= before.number).order_by(table.c.number)).mappings()
    entries: Sequence[dict[str, Any]] = [dict(row) for row in rows]
    if before.number:
        if not entries or (entries[0]["number"], entries[0]["hash"]) != (before.number, before.hash):
            return told(session)
        entries = entries[1:]
    return _folded(before, entries) if entries else before


def _folded(before: Told, entries: Sequence[Mapping[str, Any]]) -> Told:
    lists, ends = dict(before.lists), dict(before.ends)
    alone, files = dict(before.entries), dict(before.files)
    removed, loose, broken = set(before.removed), set(before.loose), set(before.broken)
    for entry in entries:
        key, event, after = str(entry["subject"]), entry["event"], entry["after"] or {}
        if journal.entry_hash(dict(entry)) != entry["hash"]:
            broken.add(("list" if entry["kind"] == LIST else "entry", key))
        if event == REMOVED:
            removed.add(key)
        elif event == ADDED:
            alone[key] = Said(str(after.get("list_id", "")), str(after.get("sha256", "")))
        elif event == IMPORTED and "file" in after:
            files[str(after["file"])] = Said(key, str(after["content"]))
        elif event == IMPORTED:
            loose.add(key)
        elif entry["kind"] == LIST and (key not in lists or "content" in after):
            lists[key], ends[key] = Said(key, str(after.get("content", ""))), str(after.get("valid_to") or "")
    last = entries[-1]
    return Told(
        last["number"], bytes(last["hash"]), lists, ends, alone, files, frozenset(removed), frozenset(loose), frozenset(broken)
    )  # fmt: skip


def compare(session: Session, since: Told | None = None) -> tuple[Told, list[Problem]]:
    """What is not as the journal says, of every list and of what stands on those that are not over; and the journal as it was
    read, for going on from.

    Reads every row once: 100,000 entries take about a second. Journal and tables are read one after the other: where
    something was committed in between, the tables are read again.
    """
    said = told(session, since)
    while True:
        found = sorted(_problems(session, said, now(session).date()))
        again = told(session, said)
        if again is said:
            return said, found
        said = again


def _problems(session: Session, said: Told, today: dt.date) -> Iterator[Problem]:
    over = {key for key, last in said.ends.items() if last and last < today.isoformat()}
    yield from (Problem(what, key, "journal", "") for what, key in said.broken)
    yield from _held("list", said.lists, dict(_pairs(session.execute(_LISTS))), over)
    alone = session.execute(_ALONE).all()
    rows = {row[0]: row[1] for row in alone if row[0] in said.entries or row[2] not in said.loose}
    yield from _held("entry", said.entries, rows, over, settled=said.removed)
    yield from _held("file", said.files, dict(_pairs(session.execute(_FILES))), over)
    gone = {row[0] for row in session.execute(_REMOVED)}
    yield from (Problem("entry", key, "altered", "removed") for key in gone - said.removed)
    yield from (Problem("entry", key, "altered", "not removed") for key in said.removed - gone)


def _pairs(rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    return ((row[0], row[1]) for row in rows)


def _held(
    what: str,
    said: Mapping[str, Said],
    rows: Mapping[str, str],
    over: set[str],
    *,
    settled: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """Rows against what was said of them. Of what two persons removed nothing is looked for, whatever stands in its row."""
    for key in {*said, *rows} - settled:
        if key not in said:
            yield Problem(what, key, "inserted", rows[key])
        elif what != "list" and said[key].list in over:
            continue
        elif key not in rows:
            yield Problem(what, key, "missing", "")
        elif said[key].digest not in ("", rows[key]):
            yield Problem(what, key, "altered", rows[key])
