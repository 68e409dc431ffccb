"""Finding entries that are near to a name or number: an index over keys first, then the names themselves."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.core.actors import Actor
from app.watchlists.commands import Seen
from app.watchlists.lifecycle import NAMED, Kind
from app.watchlists.models import WatchEntry, WatchList
from app.watchlists.queries.lists import visible
from app.watchlists.rules import names, things

#: An entry that is added is looked for everywhere after this many seconds.
FRESH = 5.0
#: Of one consignment; more says that somebody lists words and not names, and is told.
MOST_CANDIDATES = 20_000


class Candidate(NamedTuple):
    """An entry in force that shares a key with what was seen."""

    post: str
    id: UUID
    list_id: UUID
    code: str
    kind: str
    name: str
    aliases: list[str]
    keys: list[str]


@dataclass(frozen=True, slots=True)
class Near:
    """What was seen, and an entry that it is near to."""

    seen: Seen
    kind: Kind
    entry: Candidate
    score: float


_lock = threading.Lock()
_kept: tuple[float, object, bool] | None = None


def any_in_force(session: Session, day: dt.date) -> bool:
    """Whether anything is looked for at all. Kept for a few seconds per process and database, so that looking costs
    nothing where no list is."""
    global _kept
    source = session.get_bind().engine
    kept = _kept
    if kept is not None and kept[1] is source and time.monotonic() - kept[0] < FRESH:
        return kept[2]
    found = session.execute(_ANY, {"day": day}).scalar_one()
    with _lock:
        _kept = (time.monotonic(), source, found)
    return bool(found)


def forget() -> None:
    """What was kept is asked again; the process that adds entries does not wait for it."""
    global _kept
    _kept = None


_ANY = text(
    "SELECT EXISTS (SELECT FROM watch_entry e WHERE removed_at IS NULL AND valid_from <= :day "
    "AND (valid_to IS NULL OR valid_to >= :day))"
)
_COLUMNS = (
    WatchEntry.post,
    WatchEntry.id,
    WatchEntry.list_id,
    WatchList.code,
    WatchEntry.kind,
    WatchEntry.name,
    WatchEntry.aliases,
    WatchEntry.keys,
)
_SHARING = (
    select(*_COLUMNS)
    .join(WatchList, (WatchList.post == WatchEntry.post) & (WatchList.id == WatchEntry.list_id))
    .where(
        WatchEntry.keys.overlap(bindparam("keys", type_=ARRAY(Text))),
        WatchEntry.removed_at.is_(None),
        WatchEntry.valid_from <= bindparam("day"),
        (WatchEntry.valid_to.is_(None)) | (WatchEntry.valid_to >= bindparam("day")),
        (WatchList.valid_to.is_(None)) | (WatchList.valid_to >= bindparam("day")),
    )
    .limit(bindparam("most"))
)


def near(session: Session, seen: Iterable[Seen], day: dt.date, threshold: float) -> tuple[list[Near], bool]:
    """Entries in force that are near to what was seen, each with its best score; one statement, then the names alone. And
    whether there were more that share a word with it than are looked at.

    Names count from `threshold` on (0 … 1); numbers are the same or not.
    """
    by_key: dict[str, list[tuple[Seen, Kind]]] = {}
    for one in dict.fromkeys(seen):
        for key, kind in _keys(one):
            by_key.setdefault(key, []).append((one, kind))
    if not by_key:
        return [], False
    rows = session.execute(_SHARING, {"keys": sorted(by_key), "day": day, "most": MOST_CANDIDATES + 1}).all()
    best: dict[tuple[UUID, Seen], Near] = {}
    for row in rows[:MOST_CANDIDATES]:
        candidate = Candidate(*row)
        for one in _sharing(candidate, by_key):
            kind = Kind(candidate.kind)
            score = max(things.score_of(kind, one.text, name) for name in (candidate.name, *candidate.aliases))
            if score >= (threshold if kind in NAMED else 1.0):
                best[candidate.id, one] = Near(one, kind, candidate, score)
    found = sorted(best.values(), key=lambda near: (-near.score, near.entry.code, near.entry.id))
    return found, len(rows) > MOST_CANDIDATES


def _keys(one: Seen) -> Iterable[tuple[str, Kind]]:
    """The keys of what was seen; names of persons, firms and addresses have the same ones."""
    done = False
    for kind in one.kinds:
        if kind in NAMED and done:
            continue
        done = done or kind in NAMED
        for key in things.keys_of(kind, one.text):
            yield key, kind


def _sharing(candidate: Candidate, by_key: dict[str, list[tuple[Seen, Kind]]]) -> list[Seen]:
    kind = Kind(candidate.kind)
    found = (one for key in candidate.keys for one, _kind in by_key.get(key, ()) if kind in one.kinds)
    return list(dict.fromkeys(found))


_NEARLY = 0.6


def nearest(
    session: Session, text_typed: str, kinds: Collection[Kind], day: dt.date, *, by: Actor, limit: int = 50
) -> list[tuple[Near, names.Likeness | None]]:
    """Entries of the lists that somebody may see, in force on the day or not, that are near to what he typed; also
    those that would not be asked about. With the words that were taken for one another."""
    keys = sorted({key for kind in kinds for key in things.keys_of(kind, text_typed)})
    if not keys:
        return []
    query = (
        select(*_COLUMNS)
        .join(WatchList, (WatchList.post == WatchEntry.post) & (WatchList.id == WatchEntry.list_id))
        .where(WatchEntry.keys.overlap(keys), WatchEntry.removed_at.is_(None), visible(by))
        .where(WatchEntry.kind.in_([kind.value for kind in kinds]))
        .limit(MOST_CANDIDATES)
    )
    seen = Seen(tuple(kinds), "", text_typed)
    found = []
    for row in session.execute(query):
        candidate = Candidate(*row)
        kind = Kind(candidate.kind)
        name = max((candidate.name, *candidate.aliases), key=lambda n: things.score_of(kind, text_typed, n))
        score = things.score_of(kind, text_typed, name)
        if score >= _NEARLY:
            why = names.likeness(text_typed, name) if kind in NAMED else None
            found.append((Near(seen, kind, candidate, score), why))
    return sorted(found, key=lambda pair: (-pair[0].score, pair[0].entry.id))[:limit]
