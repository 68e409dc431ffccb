"""What a watch of the rows has seen and found: kept, told once, and settled by an auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _, excerpt, fault_in, normal
from app.oversight.commands import Wrong
from app.oversight.models import Chunk, Difference, Watch

KIND = "integrity"
#: Who may say that a difference has been dealt with.
SETTLING = ("auditor",)
#: The key of differences that only a person settles: the row is there, and nobody answers for it.
BY_HAND = ("writer", "rows")
#: The kind of differences in a chain itself.
CHAIN = "journal"
LEAST, MOST = 8, 1000


def tell(session: Session, problems: Iterable[Wrong], *, by: Actor) -> list[Difference]:
    """Keeps what is wrong and journals it, each thing once until it is in order again. Gives what is new."""
    _by_node(by)
    at, fresh = now(session), list[Difference]()
    for problem in problems:
        row: dict[str, Any] = {
            "post": problem.post,
            "id": uuid7(),
            "kind": problem.kind,
            "subject": excerpt(problem.subject, 120),
            "key": problem.key,
            "kept": excerpt(_words(problem.kept), 400),
            "told": excerpt(_words(problem.told), 400),
            "found_at": at,
            "gone_at": None,
        }
        if _is_settled(session, row):
            continue
        put = insert(Difference).values(row).on_conflict_do_nothing().returning(Difference.id)
        if session.execute(put).scalar_one_or_none() is None:
            continue
        fresh.append(Difference(**row))
        told = {name: row[name] for name in ("post", "kind", "key", "kept", "told")}
        journal.record(
            session, by=by, event="oversight.difference-found", kind=KIND, subject=row["subject"], post=node_post(),
            after={"difference": row["id"], **told}, role="system",
        )  # fmt: skip
    return fresh


def _is_settled(session: Session, row: Mapping[str, Any]) -> bool:
    """What can never be put in order again is told once, also after an auditor has dealt with it."""
    if row["kind"] != CHAIN and row["key"] not in BY_HAND:
        return False
    same = select(Difference.id).where(
        *(getattr(Difference, n) == row[n] for n in ("post", "kind", "subject", "key", "kept"))
    )
    return session.execute(same.where(Difference.gone_at.is_not(None)).limit(1)).first() is not None


def _words(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else canonical.dumps(canonical.plain(value))


def gone(session: Session, kinds: Collection[str], post: str, begins: str, still: Iterable[Wrong], *, by: Actor) -> int:
    """Ends the differences of some kinds whose subject begins so, where they are not among those found still."""
    _by_node(by)
    found = {(w.kind, w.subject, w.key) for w in still}
    standing = select(Difference).where(
        Difference.post == post,
        Difference.kind.in_(list(kinds)),
        Difference.gone_at.is_(None),
        Difference.subject.startswith(begins, autoescape=True),
        Difference.key.not_in(BY_HAND),
    )
    ended = [d.id for d in session.execute(standing).scalars() if (d.kind, d.subject, d.key) not in found]
    if ended:
        session.execute(update(Difference).where(Difference.id.in_(ended)).values(gone_at=now(session)))
    return len(ended)


def settle(session: Session, id: UUID, words: str, *, by: Actor) -> Difference:
    """An auditor says what has become of a difference; it is no longer shown as open. Raises `Invalid` without words,
    `NotFound`, `WrongState` for one that is over."""
    by.need_scope("decide")
    found = session.execute(select(Difference).where(Difference.id == id).with_for_update()).scalar_one_or_none()
    grant = by.grant(SETTLING, node_post())
    if grant is None:
        raise Forbidden(_("Differences are settled by an auditor."))
    if found is None:
        raise NotFound()
    if found.gone_at is not None:
        raise WrongState(_("This difference is over."))
    said = normal(words)
    fault = fault_in(said)
    if fault is not None or not LEAST <= len(said) <= MOST:
        problem = fault or _("Say what was found and done, in {least} to {most} characters.", least=LEAST, most=MOST)
        raise Invalid(findings=[Finding("/words", "oversight.words", problem)])
    found.gone_at = now(session)
    session.flush()
    journal.record(
        session, by=by, event="oversight.difference-settled", kind=KIND, subject=found.subject, post=node_post(),
        after={"difference": found.id, "kind": found.kind, "key": found.key}, reason=said, role=grant.role,
    )  # fmt: skip
    return found


def keep_chunks(
    session: Session, table: str, seen: Mapping[tuple[str, str], tuple[int, int]], at: dt.datetime, *, by: Actor
) -> None:
    """Remembers chunks that have just been compared: rows and digest. A chunk without rows is forgotten."""
    _by_node(by)
    rows = [
        {"watched": table, "post": post, "chunk": chunk, "rows": count, "digest": digest, "compared_at": at}
        for (post, chunk), (count, digest) in seen.items()
        if count
    ]
    if rows:
        put = insert(Chunk).values(rows)
        new = {name: put.excluded[name] for name in ("rows", "digest", "compared_at")}
        session.execute(put.on_conflict_do_update(index_elements=[Chunk.watched, Chunk.post, Chunk.chunk], set_=new))
    for (post, chunk), (count, _digest) in seen.items():
        if not count:
            session.execute(delete(Chunk).where(Chunk.watched == table, Chunk.post == post, Chunk.chunk == chunk))


def keep_place(
    session: Session, table: str, where: str, horizon: int, heads: Mapping[str, int], at: dt.datetime, *, by: Actor
) -> None:
    """Remembers how far a watch has come; a new ground is journaled, because nobody's rows are asked for their writers on
    it until then."""
    _by_node(by)
    before = session.get(Watch, table)
    if before is not None and before.ground != where:
        journal.record(
            session, by=by, event="oversight.begun-anew", kind=KIND, subject=table, post=node_post(),
            before={"ground": before.ground}, after={"ground": where}, role="system",
        )  # fmt: skip
    row = {"watched": table, "looked_at": at, "horizon": horizon, "heads": dict(heads), "ground": where}
    put = insert(Watch).values(row)
    session.execute(put.on_conflict_do_update(index_elements=[Watch.watched], set_=row))


def _by_node(by: Actor) -> None:
    if not by.is_node:
        raise Forbidden(_("The watch of the rows is kept by the node itself."))
