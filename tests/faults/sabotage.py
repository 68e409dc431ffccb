"""The application with one guard taken away, for the tests that must then go red. `GUZAR_SABOTAGE` names it, or several with commas.

Everything is done by replacing functions in the running process; the application itself has no switch for any of it.
"""

from __future__ import annotations

import os
import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import db, idempotency, journal, outbox
from app.core.errors import NotFound
from app.declarations import models, operations, queries
from app.inspections import queries as inspected


def without_idempotency() -> None:
    """No key is asked for and none is kept: a repeated request is a new one."""

    def claim(session: Session, *_: Any) -> None:
        session.info["now"] = db.now(session)

    idempotency.claim = claim  # type: ignore[assignment]
    idempotency.keep = lambda *_: None


def without_row_lock() -> None:
    """Nobody waits for the row of a declaration, and no version is compared, neither by the verb nor by the mapper."""

    def locked(session: Session, reference: str, *, by: Any) -> Any:
        row = session.execute(
            select(models.Declaration).where(queries._named(reference), queries.visible(by))
        ).scalar_one_or_none()
        if row is None:
            raise NotFound()
        time.sleep(0.05)  # what a busy machine does now and then, always
        return row

    queries.locked = locked
    operations.expect_version = lambda *_: None
    models.Declaration.__mapper__.version_id_col = None
    asked = inspected.open_one
    inspected.open_one = lambda session, post, declaration, *, lock=False: asked(session, post, declaration)


def without_synchronous_commit() -> None:
    """COMMIT answers before the write-ahead log is on the disk (the test makes the log's writer slow as well)."""
    db._OPTIONS += " -c synchronous_commit=off"


def with_a_separate_journal() -> None:
    """The journal is written in a transaction of its own, after the deed's."""
    sealed = journal.seal

    def seal(session: Session) -> None:
        waiting = session.info.pop("journal", [])
        session.info.pop("heads", None)
        sealed(session)
        if waiting:
            db.after_commit(session, lambda: afterwards(waiting))

    def afterwards(waiting: list[Any]) -> None:
        time.sleep(0.05)  # the deed stands, its entry does not: the moment in which a process may die
        with db._bound().sessions() as session:
            session.info["journal"] = waiting
            sealed(session)
            session.commit()

    journal.seal = seal


def without_outbox() -> None:
    """Nothing is told to others."""
    outbox.put = lambda *_, **__: None


_SABOTAGES = {
    "idempotency": without_idempotency, "row lock": without_row_lock, "synchronous commit": without_synchronous_commit,
    "separate journal": with_a_separate_journal, "outbox": without_outbox,
}  # fmt: skip

for _name in os.environ["GUZAR_SABOTAGE"].split(","):
    _SABOTAGES[_name]()

from wsgi import application  # noqa: E402, F401 - the application is made after the guard is gone
