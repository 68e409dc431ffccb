"""`flask work`: what is done beside the requests: outbox rows leave, old answers go, withdrawn permits become known,
what nobody comes back to expires, movements that are late raise their alarm and are searched for.

It survives its database: while that is away the worker waits, longer each time, and where the embedded one has died
it is started again.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

import click
import structlog
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.cli import database
from app.cli.database import DatabaseError
from app.cli.permits import write_withdrawn
from app.cli.running import bare_command, settings
from app.core import db, idempotency, outbox
from app.core.actors import SYSTEM
from app.core.embedded import EmbeddedError
from app.declarations import prices
from app.flows import expiring
from app.flows.movements import watching

#: Topics somebody is to be told of; no neighbour is connected yet.
ASKED: frozenset[str] = frozenset()

PAUSE = 1.0  # seconds between rounds that found nothing to do
WATCH = 15.0  # seconds between two looks for movements whose time has come
HOUSEKEEPING = 3600.0  # seconds between two looks for what is too old
LONGEST_WAIT = 30.0  # seconds between two attempts to reach the database

_log = structlog.get_logger("guzar.work")


@click.command("work")
@click.option("--once", is_flag=True, help="One round, then end.")
@bare_command
def work(once: bool) -> None:
    """Delivers outboxes and runs due tasks until SIGTERM."""
    if once:
        database.connect(current_app)
        Rounds().run()
        return
    stop = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, note)
    _work_until(stop)


def _work_until(stop: threading.Event) -> None:
    rounds, failures = Rounds(), 0
    while not stop.is_set():
        try:
            database.connect(current_app)
            busy = rounds.run()
            failures = 0
        except (SQLAlchemyError, EmbeddedError, DatabaseError) as error:
            failures += 1
            wait = min(0.5 * 2 ** (failures - 1), LONGEST_WAIT)
            _log.warning("the database is away", why=database.first_line(error), next_try_in=wait)
            stop.wait(wait)
            _revive()
            continue
        if not busy:
            stop.wait(PAUSE)


def _revive() -> None:
    """Joins the embedded server again, which starts it if it has died; a server elsewhere is others' business."""
    try:
        database.revive(settings())
    except EmbeddedError as error:
        _log.warning("the embedded database does not start", why=str(error))


def refresh_prices() -> None:
    """What goods usually cost, post by post, where it was not looked at for a day."""
    with db.reading() as session:
        due = [post for post in prices.posts(session) if prices.stale(session, post)]
    for post in due:
        with db.transaction() as session:
            prices.refresh(session, post)


def _let_expire() -> None:
    """Drafts and pre-lodged declarations nobody comes back to, a batch a transaction until none is due."""
    more = True
    while more:
        with db.transaction() as session:
            more = expiring.run(session, by=SYSTEM) > 0


def _watch_movements() -> None:
    """Limits that passed, goods to be searched for, guarantees not amended in time: a batch a transaction."""
    more = True
    while more:
        with db.transaction() as session:
            more = watching.run(session, by=SYSTEM) > 0


class Rounds:
    """One round after the other, with what is done seldom done seldom."""

    def __init__(self) -> None:
        self._cleaned: float | None = None
        self._watched: float | None = None

    def run(self) -> bool:
        """Does what is due; True if there may be more of it at once."""
        with db.transaction() as session:
            settled = outbox.settle_unasked(session, ASKED)
        write_withdrawn()
        if self._watched is None or time.monotonic() - self._watched > WATCH:
            _watch_movements()
            self._watched = time.monotonic()
        if self._cleaned is None or time.monotonic() - self._cleaned > HOUSEKEEPING:
            with db.transaction() as session:
                outbox.drop_old(session)
                idempotency.forget_old(session)
            _let_expire()
            refresh_prices()
            self._cleaned = time.monotonic()
        return settled > 0
