"""`flask work`: what is done beside the requests: outbox rows leave, old answers go, withdrawn permits become known,
what nobody comes back to expires, movements that are late raise their alarm and are searched for, what is remembered of
those who take part in consignments is kept up.

It survives its database: while that is away the worker waits, longer each time, and where the embedded one has died
it is started again.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import click
import structlog
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import operations as accounts
from app.cli import database
from app.cli.database import DatabaseError
from app.cli.permits import write_withdrawn
from app.cli.running import bare_command, settings
from app.core import clock, db, idempotency, outbox
from app.core.actors import SYSTEM
from app.core.embedded import EmbeddedError
from app.core.errors import Refusal
from app.declarations import prices
from app.flows import (
    approving,
    checkpointing,
    expiring,
    guarding,
    learning,
    overseeing,
    profiling,
    tallying,
    trusting,
    unattended,
)
from app.flows.movements import watching
from app.watchlists.queries.approved import Told

#: Topics somebody is to be told of; no neighbour is connected yet.
ASKED: frozenset[str] = frozenset()

PAUSE = 1.0  # seconds between rounds that found nothing to do
WATCH = 15.0  # seconds between two looks for movements whose time has come
TALLYING = 5.0  # seconds that counting may take before other work has its turn
MARKING = 600.0  # seconds between two checkpoints of the journal: fewer than the quarter of an hour that is promised
WATCHING = 15.0  # seconds between two looks for tables that are due to be held against the journal
ROWS = 2.0  # seconds that such a look may take before other work has its turn
REPORTING = 300.0  # seconds between two looks for weekly reports to be made, or to be put before the auditor
GUARD = 60.0  # seconds between two looks at the rules of selectivity, the seeds of chance, and accounts that are over
LISTS = 300.0  # seconds between two comparisons of the watch lists with the journal
FIGURES = 600.0  # seconds between two counts of what profiles did
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


def expire_proposals() -> None:
    """What waited for a second person for longer than its act says, a batch a transaction until none is due."""
    more = True
    while more:
        with db.transaction() as session:
            more = approving.expire(session, by=SYSTEM) > 0


def _watch_movements() -> None:
    """Limits that passed, goods to be searched for, guarantees not amended in time: a batch a transaction."""
    more = True
    while more:
        with db.transaction() as session:
            more = watching.run(session, by=SYSTEM) > 0


def let_go() -> None:
    """Clean goods whose wait is over, each in a transaction of its own."""
    with db.reading() as session:
        due = unattended.due(session)
    for key in due:
        _each(unattended.let_go, key)


def to_blue() -> None:
    """Yellow goods on which nobody has done anything for as long as their post waits."""
    last = None
    while True:
        with db.reading() as session:
            idle = unattended.idle(session, last)
        if not idle:
            return
        for key in idle:
            _each(unattended.to_blue, key)
        last = idle[-1]


def _each(act: Callable[..., bool], key: unattended.Key) -> None:
    """One declaration in a transaction of its own. What the rules refuse stays where it is and hinders no other one."""
    try:
        with db.transaction() as session:
            act(session, key, by=SYSTEM)
    except Refusal as refusal:
        _log.warning("a declaration stays", post=key[0], declaration=str(key[1]), why=str(refusal))


def _review_trusted() -> None:
    """Trusted traders against whom something was found, or whose last day is over."""
    with db.transaction() as session:
        trusting.review(session, by=SYSTEM)


def tally(patience: float = TALLYING) -> bool:
    """Counts what the journals tell of those who take part; True if time ran out before everything was counted."""
    begun = time.monotonic()
    with db.reading() as session:
        due = tallying.due(session, by=SYSTEM)
    for post in due:
        counted = 1
        while counted:
            if time.monotonic() - begun > patience:
                return True
            with db.transaction() as session:
                counted = tallying.run(session, post, by=SYSTEM)
    return False


def _look_after_scores() -> None:
    """Learned scores that were altered, whose date is past, or that drift; and the months that are over."""
    with db.transaction() as session:
        learning.run(session, by=SYSTEM)


def _look_after_accounts() -> None:
    """Sign-ins of those whose last grant has ended, and accounts that nobody has used for a month; a demonstration may be
    left alone for longer."""
    with db.transaction() as session:
        accounts.end_lapsed(session, by=SYSTEM)
    with db.transaction() as session:
        if clock.purpose(session) != "demo":
            accounts.lock_dormant(session, by=SYSTEM)


def _keep_watch() -> None:
    """Rules that are not as they were approved; seeds to be promised and to be opened."""
    with db.transaction() as session:
        profiling.keep_watch(session, by=SYSTEM)


def count_figures() -> None:
    """What the profiles did, a week of changes a transaction until all are counted."""
    more = True
    while more:
        with db.transaction() as session:
            more = profiling.count(session, by=SYSTEM)


def mark_chains() -> None:
    """Signed checkpoints of the chains. A folder that cannot be written keeps no other work from being done."""
    keys, folder = current_app.extensions["guzar_keys"], settings().checkpoint_folder
    try:
        with db.transaction() as session:
            checkpointing.make(session, keys, folder, by=SYSTEM)
    except OSError as error:
        _log.error("no checkpoint of the journal could be written", folder=str(folder), why=str(error))


def watch_rows() -> None:
    """Tables and chains against the journal, those that are due."""
    guarding.watch(ROWS, by=SYSTEM)


def report_weeks() -> None:
    """Weekly reports that are due, and those that nobody signed in time."""
    with db.transaction() as session:
        overseeing.make_due(session, by=SYSTEM)
        overseeing.escalate_late(session, by=SYSTEM)
        overseeing.tidy(session, by=SYSTEM)


class Rounds:
    """One round after the other, with what is done seldom done seldom."""

    def __init__(self) -> None:
        self._cleaned: float | None = None
        self._watched: float | None = None
        self._guarded: float | None = None
        self._compared: float | None = None
        self._lists: Told | None = None
        self._counted: float | None = None
        self._done: dict[str, float] = {}

    def _due(self, name: str, after: float) -> bool:
        """Whether so many seconds have passed since something was done last; it counts as done now."""
        moment = time.monotonic()
        if name in self._done and moment - self._done[name] <= after:
            return False
        self._done[name] = moment
        return True

    def run(self) -> bool:
        """Does what is due; True if there may be more of it at once."""
        if self._due("marks", MARKING):
            mark_chains()
        with db.transaction() as session:
            settled = outbox.settle_unasked(session, ASKED)
        write_withdrawn()
        behind = tally()
        let_go()
        if self._watched is None or time.monotonic() - self._watched > WATCH:
            _watch_movements()
            _review_trusted()
            expire_proposals()
            self._watched = time.monotonic()
        if self._guarded is None or time.monotonic() - self._guarded > GUARD:
            _keep_watch()
            _look_after_accounts()
            self._guarded = time.monotonic()
        if self._compared is None or time.monotonic() - self._compared > LISTS:
            with db.transaction() as session:
                self._lists = profiling.keep_lists(session, self._lists, by=SYSTEM)
            self._compared = time.monotonic()
        if self._counted is None or time.monotonic() - self._counted > FIGURES:
            count_figures()
            self._counted = time.monotonic()
        self._oversee()
        replaying = profiling.replay(by=SYSTEM)
        if self._cleaned is None or time.monotonic() - self._cleaned > HOUSEKEEPING:
            with db.transaction() as session:
                outbox.drop_old(session)
                idempotency.forget_old(session)
            _let_expire()
            refresh_prices()
            to_blue()
            _look_after_scores()
            self._cleaned = time.monotonic()
        return replaying or behind or settled > 0

    def _oversee(self) -> None:
        """What keeps those who decide under watch."""
        if self._due("rows", WATCHING):
            watch_rows()
        if self._due("reports", REPORTING):
            report_weeks()
