"""The database of this process, and the only place that commits.

`transaction()` is one deed: state, ledger lines, idempotency row, journal entries and outbox rows become true together
or not at all. Journal entries are numbered, hashed and inserted last, just before the commit, because that takes the
lock on the post's own row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.sql import func

from app.core import canonical, journal

#: A request that waits longer than this for a row or a connection is answered 503 and may be sent again.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "30s"
POOL_TIMEOUT = 5

_OPTIONS = (
    f"-c lock_timeout={LOCK_TIMEOUT} -c statement_timeout={STATEMENT_TIMEOUT} "
    "-c idle_in_transaction_session_timeout=60s -c timezone=UTC"
)


@dataclass
class _Binding:
    sessions: sessionmaker[Session]
    engine: Engine
    node_post: str


_binding: _Binding | None = None


def connect(url: str, *, node_post: str, pool_size: int = 8, overflow: int = 24) -> Engine:
    """Binds this process to its database and gives the engine; an earlier binding is closed."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=overflow,
        pool_timeout=POOL_TIMEOUT,
        pool_use_lifo=True,
        connect_args={"options": _OPTIONS, "application_name": "guzar"},
        json_serializer=canonical.dumps,
        json_deserializer=canonical.loads,
    )
    bind(sessionmaker(engine, expire_on_commit=False), engine, node_post=node_post)
    return engine


def bind(sessions: sessionmaker[Session], engine: Engine, *, node_post: str) -> None:
    """Takes the given session maker; tests use it to hold everything in one outer transaction."""
    global _binding
    if _binding is not None and _binding.engine is not engine:
        _binding.engine.dispose()
    _binding = _Binding(sessions, engine, node_post)


def disconnect() -> None:
    """Closes the connections of this process."""
    global _binding
    if _binding is not None:
        _binding.engine.dispose()
    _binding = None


def _bound() -> _Binding:
    if _binding is None:
        raise RuntimeError("the database is not connected: call app.core.db.connect first")
    return _binding


def node_post() -> str:
    """The node's own post: acts without a post are journaled in its chain."""
    return _bound().node_post


def engine() -> Engine:
    return _bound().engine


@contextmanager
def transaction() -> Iterator[Session]:
    """One deed. Commits when the block ends, rolls back when it raises."""
    session = _bound().sessions()
    try:
        yield session
        journal.seal(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
    for act in session.info.pop("after_commit", ()):
        act()


#: What a session keeps back until it commits, and what it believes to hold; it goes when that part is undone.
_KEPT_BACK = ("journal", "staged_objects", "after_commit")


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """A part of a transaction that may fail alone: whatever it wrote, queued or locked is undone when it raises, and the
    transaction goes on. What was kept back before stays."""
    info = session.info
    before = {name: list(info[name]) for name in _KEPT_BACK if name in info}
    rows = {model: list(some) for model, some in info.get("staged", {}).items()}
    heads = dict(info.get("heads", {}))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for name in (*_KEPT_BACK, "staged", "heads"):
            info.pop(name, None)
        info.update(before, staged=rows, heads=heads)
        raise


@contextmanager
def reading(*, search: bool = False) -> Iterator[Session]:
    """A session that writes nothing. `search` plans each statement for its own parameters: a prepared LIKE turns
    generic and scans."""
    session = _bound().sessions()
    try:
        if search:
            session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        yield session
    finally:
        session.expunge_all()  # what was read stays readable; a rollback would expire it
        session.rollback()
        session.close()


def after_commit(session: Session, act: Callable[[], Any]) -> None:
    """Mails and files only leave after the commit."""
    session.info.setdefault("after_commit", []).append(act)


def now(session: Session) -> dt.datetime:
    """The database clock, in UTC; asked once in a transaction."""
    known: dt.datetime | None = session.info.get("now")
    if known is None:
        known = session.execute(select(func.guzar_now())).scalar_one().astimezone(dt.UTC)
        session.info["now"] = known
    return known


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed if it is run again: a lost connection, a deadlock, a restarting
    server."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    return state[:2] in ("08", "57") or state in ("40001", "40P01", "55P03") or state == ""
