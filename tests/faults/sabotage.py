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
from app.exemptions import queries as certificates
from app.inspections import queries as inspected
from app.ledger.models import LedgerAccount
from app.payments import queries as paid
from app.payments.models import PrepaymentAccount
from app.suspense import queries as stocks

#: What a busy machine does now and then, always.
PAUSE = 0.1


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


def without_account_lock() -> None:
    """Who pays from an account reads what it holds and waits for nobody."""

    def hold_account(session: Session, post: str, party: str) -> Any:
        held = session.info.setdefault("held_accounts", {})
        if held.get((post, party)) is None:
            row = session.execute(
                select(PrepaymentAccount.currency, PrepaymentAccount.standing_order, LedgerAccount.balance)
                .join(LedgerAccount, LedgerAccount.post == PrepaymentAccount.post)
                .where(PrepaymentAccount.post == post, PrepaymentAccount.party == party)
                .where(LedgerAccount.code == paid.account_code(party))
            ).one_or_none()
            held[post, party] = None if row is None else paid.Held(*row)
            time.sleep(PAUSE)
        return held[post, party]

    paid.hold_account = hold_account


def without_certificate_lock() -> None:
    """Who writes off a certificate waits for nobody."""
    asked = certificates.named

    def named(session: Session, holders: Any, numbers: Any, *, lock: bool, **more: Any) -> Any:
        found = asked(session, holders, numbers, lock=False, **more)
        if found and lock:
            time.sleep(PAUSE)
        return found

    certificates.named = named


def without_stock_lock() -> None:
    """Who takes goods out of the warehouse waits for nobody, neither for them nor for the declaration that placed them."""
    asked = stocks.named
    queries.lock_by_mrn = lambda *_: []  # type: ignore[assignment]

    def named(session: Session, keys: Any, holders: Any, *, lock: bool) -> Any:
        found = asked(session, keys, holders, lock=False)
        if found and lock:
            time.sleep(PAUSE)
        return found

    stocks.named = named


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
    "separate journal": with_a_separate_journal, "outbox": without_outbox, "account lock": without_account_lock,
    "certificate lock": without_certificate_lock, "stock lock": without_stock_lock,
}  # fmt: skip

for _name in os.environ["GUZAR_SABOTAGE"].split(","):
    _SABOTAGES[_name]()

from wsgi import application  # noqa: E402, F401 - the application is made after the guard is gone
