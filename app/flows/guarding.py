"""The watch of rows and chains: a table at a time, so that other work has its turn."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.journal import Break
from app.oversight.commands import Wrong
from app.oversight.models import Watch
from app.oversight.operations import watching
from app.oversight.queries import watched
from app.oversight.queries.checkpoints import contradicted, latest
from app.registers.integrity import Difference
from app.registers.oversight import chunks
from app.registers.oversight.chunks import Ground, Table

#: A table is looked at again after this long; all of them within the quarter of an hour that is promised.
EVERY = dt.timedelta(minutes=5)
#: Every chunk is compared again after a day, whatever its digest says: somebody may have altered what is remembered.
AGAIN = dt.timedelta(hours=24)
_MOST_AGAIN = 20
#: Entries of a chain that are recomputed at a time, beside those that are new.
_STRETCH = 20_000
_CHAIN = "journal_entry"


@dataclass
class _Seen:
    """What one look at a table has brought."""

    compared: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    #: False if time ran out before every changed chunk was compared.
    whole: bool = True


def watch(seconds: float, *, by: Actor) -> bool:
    """Looks at the tables and chains that are due, the longest waiting first, for about so long. True if more is due."""
    until = time.monotonic() + seconds
    with db.reading() as session:
        due = _due(session)
    for name in due:
        if time.monotonic() > until:
            return True
        if name == _CHAIN:
            look_at_chains(by=by)
        else:
            look(chunks.BY_NAME[name], until, by=by)
    return False


def watch_all(*, by: Actor) -> None:
    """One look at everything, due or not."""
    for table in chunks.TABLES:
        look(table, None, by=by)
    look_at_chains(by=by)


def _due(session: Session) -> list[str]:
    at, looked = now(session), watched.looked_at(session)
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    names = [*(table.name for table in chunks.TABLES), _CHAIN]
    # A moment in the future is one of a clock that was set back.
    due = [n for n in names if not at - EVERY < looked.get(n, never) <= at]
    return sorted(due, key=lambda n: looked.get(n, never))


def look(table: Table, until: float | None = None, *, by: Actor) -> list[Wrong]:
    """Compares the chunks of a table that have changed, and some that were not compared for a day. Gives what is wrong."""
    with db.reading() as session:
        _at_one_moment(session)
        at, ground, before = now(session), chunks.ground(session), watched.place(session, table.name)
        seen = _looked(session, table, ground, before, until)
    with db.transaction() as session:
        watching.tell(session, seen.wrong, by=by)
        for post, chunk in seen.compared:
            watching.gone(session, table.kinds, post, chunk, seen.wrong, by=by)
        watching.keep_chunks(session, table.name, seen.compared, at, by=by)
        if seen.whole:
            watching.keep_place(session, table.name, ground.where, ground.horizon, ground.heads, at, by=by)
    return seen.wrong


def _at_one_moment(session: Session) -> None:
    """Everything the session reads is of one moment, however long it takes. One that is bound to somebody's connection is
    within his transaction already."""
    if isinstance(session.get_bind(), Engine):
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    session.execute(text("SET LOCAL statement_timeout = 0"))


def _looked(session: Session, table: Table, ground: Ground, before: Watch | None, until: float | None) -> _Seen:
    seen, found, known = _Seen(), chunks.digests(session, table), watched.chunks(session, table.name)
    writers = _writers(session, table, ground, before)
    for place in _to_compare(found, known, now(session)):
        if until is not None and seen.compared and time.monotonic() > until:
            seen.whole = False
            break
        post, chunk = place
        seen.compared[place] = found.get(place, (0, 0))
        for kind in table.kinds:
            seen.wrong += _wrong(chunks.compare(session, kind, post, chunk))
        if writers is not None and before is not None:
            span = ground.next - before.horizon
            seen.wrong += _wrong(chunks.unanswered(session, table, post, chunk, span, writers))
        if not table.kinds and place in known:
            seen.wrong += _fewer(table, place, seen.compared[place][0], known[place][0])
    return seen


def _writers(session: Session, table: Table, ground: Ground, before: Watch | None) -> frozenset[str] | None:
    """Who told the journal since the last look; None where that cannot be asked: at the first look, and after a migration
    or a restored copy, which write rows themselves."""
    if not table.alone or before is None or before.ground != ground.where:
        return None
    return chunks.writers(session, before.heads)


def _to_compare(
    found: chunks.Chunks, known: Mapping[tuple[str, str], tuple[int, int, dt.datetime]], at: dt.datetime
) -> list[tuple[str, str]]:
    """Chunks that are not as they were, then those not compared for longest."""
    changed = [place for place in {*found, *known} if found.get(place) != known.get(place, (0, 0, at))[:2]]
    others = set(known) - set(changed)
    old = sorted((place for place in others if at - known[place][2] > AGAIN), key=lambda place: known[place][2])
    return sorted(changed, reverse=True) + old[:_MOST_AGAIN]


def _wrong(found: Iterable[Difference]) -> list[Wrong]:
    return [Wrong(d.kind, d.post, d.subject, d.key, d.kept, d.told) for d in found]


def _fewer(table: Table, place: tuple[str, str], kept: int, told: int) -> list[Wrong]:
    """Rows that are never deleted are fewer than they were."""
    post, chunk = place
    return [Wrong(table.name, post, f"{chunk}…", "rows", str(kept), str(told))] if kept < told else []


def look_at_chains(*, by: Actor) -> list[Wrong]:
    """Recomputes what is new of each chain since its last checkpoint, and a stretch of what is older; holds the chain
    against that checkpoint. Gives what is wrong."""
    wrong: list[Wrong] = []
    with db.reading() as session:
        _at_one_moment(session)
        at, ground, places = now(session), chunks.ground(session), watched.chunks(session, _CHAIN)
        reached = {}
        before = watched.place(session, _CHAIN)
        for post in sorted({*journal.heads(session), *(before.heads if before else ())}):
            found, place = _chain(session, post, places.get((post, ""), (0, 0, at))[0])
            wrong += [Wrong(watching.CHAIN, b.post, str(b.number), b.what) for b in found]
            reached[post, ""] = (place, 0)
    with db.transaction() as session:
        watching.tell(session, wrong, by=by)
        watching.keep_chunks(session, _CHAIN, reached, at, by=by)
        watching.keep_place(session, _CHAIN, ground.where, ground.horizon, ground.heads, at, by=by)
    return wrong


def _chain(session: Session, post: str, place: int) -> tuple[list[Break], int]:
    """What is wrong with a chain: at its end, and in the next stretch of what is older. Gives also how far that came; the
    end of the chain is followed by its beginning."""
    mark = latest(session, post)
    found = [] if mark is None else list(contradicted(session, [mark]))
    head = session.get(journal.ChainHead, post, populate_existing=True)
    start = 0 if mark is None else mark.number if not found else max(0, (head.number if head else 0) - _STRETCH)
    last, digest, breaks = journal.follow(session, post, start)
    found += breaks
    if head is None or (head.number, head.hash) != (last, digest or journal.GENESIS):
        found.append(Break(post, last, "head-differs"))
    reached, _digest, older = journal.follow(session, post, place, most=_STRETCH) if start else (0, b"", [])
    found += [each for each in older if each not in found]
    return found, reached if reached < start else 0
