"""What the watch of the rows remembers and has found."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.oversight.models import Chunk, Difference, Watch

#: Who is told of rows that nobody answers for.
TOLD = ("auditor", "supervisor", "administrator")


def chunks(session: Session, table: str) -> dict[tuple[str, str], tuple[int, int, dt.datetime]]:
    """Rows, digest and time of the last comparison of each chunk of a table, by post and chunk."""
    rows = session.execute(
        select(Chunk.post, Chunk.chunk, Chunk.rows, Chunk.digest, Chunk.compared_at).where(Chunk.watched == table)
    )
    return {(row.post, row.chunk): (row.rows, row.digest, row.compared_at) for row in rows}


def place(session: Session, table: str) -> Watch | None:
    """How far the watch has come with a table."""
    return session.get(Watch, table)


def looked_at(session: Session) -> dict[str, dt.datetime]:
    """When each table was looked at last."""
    return {row.watched: row.looked_at for row in session.execute(select(Watch.watched, Watch.looked_at))}


def open_count(session: Session) -> int:
    """How many differences are open, for the figures of the node."""
    return session.execute(select(func.count()).where(Difference.gone_at.is_(None))).scalar_one()


def open_for(session: Session, *, by: Actor) -> int:
    """How many differences are open that the actor is to be told of; 0 for those who are told of none."""
    posts = _posts(by)
    if not posts:
        return 0
    return session.execute(select(func.count()).where(Difference.gone_at.is_(None), *_at(posts))).scalar_one()


def page(
    session: Session, *, by: Actor, limit: int = 50, after: tuple[dt.datetime, UUID] | None = None
) -> list[Difference]:
    """Differences at the actor's posts, the newest first; those that are over stay listed."""
    posts = _posts(by)
    if not posts:
        raise Forbidden(_("Differences are shown to auditors, supervisors and administrators."))
    query = select(Difference).where(*_at(posts)).order_by(Difference.found_at.desc(), Difference.id.desc())
    if after is not None:
        query = query.where(tuple_(Difference.found_at, Difference.id) < tuple_(*after))
    return list(session.execute(query.limit(limit)).scalars())


def _posts(by: Actor) -> frozenset[str]:
    return frozenset(g.post for g in by.grants if g.role in TOLD)


def _at(posts: frozenset[str]) -> list[ColumnElement[bool]]:
    return [] if ANY_POST in posts else [Difference.post.in_(sorted(posts))]
