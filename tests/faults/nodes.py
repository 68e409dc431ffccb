"""A node to be ill-treated: its own PostgreSQL with fsync on, the served application, and who starts them again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.core import db, embedded, schema
from app.core.actors import SYSTEM
from app.risk.operations import set_random_share
from tests.factories import caches
from tests.factories.accounts import token
from tests.factories.seed import fill
from tests.faults.furnishing import LOGINS, furnish
from tests.load import Caller

PROJECT = Path(__file__).parents[2]
POST = "TJPPJ"


class Server:
    """PostgreSQL that survives what is done to it: each test gets a database of its own, a copy of the filled one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shares = [embedded.start(folder / "db")]
        schema.upgrade(self.cluster.owner_url, application_role="guzar", purpose="test")
        with caches.apart():
            db.connect(self.cluster.url(), node_post=POST)
            fill()
            with db.transaction() as session:
                set_random_share(session, "*", "0", "yellow", by=SYSTEM)
            furnish()
            with db.transaction() as session:
                self.tokens = {login: token(session, login) for login in LOGINS}
            db.disconnect()

    @property
    def cluster(self) -> embedded.Cluster:
        return self._shares[-1]

    def copy(self) -> str:
        """The name of a new database with reference data, people and nothing else."""
        name = f"fault_{uuid.uuid4().hex[:10]}"
        self.as_superuser(f"CREATE DATABASE {name} TEMPLATE guzar OWNER guzar_owner")
        return name

    def as_superuser(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.cluster.dsn("postgres", database), autocommit=True) as connection:
            done = connection.execute(statement)
            return list(done.fetchall()) if done.description else []

    def start_again(self) -> None:
        """After the postmaster was killed: as `flask demo` would, through the embedded server's own start."""
        self._shares.append(embedded.start(self.folder / "db"))

    def stop(self) -> None:
        for share in self._shares:
            share.stop()


@contextlib.contextmanager
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="guzar-faults-"))
    made = None
    try:
        made = Server(folder)
        yield made
    finally:
        db.disconnect()
        if made is not None:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Generation:
    """One run of gunicorn's master, and when it began."""

    process: subprocess.Popen[bytes]
    began: float


class Web:
    """gunicorn as people run it, on a socket that stays open; a master that dies is started again at once."""

    def __init__(
        self, home: Path, database_url: str, *, application: str = "wsgi:application", sabotage: str = ""
    ) -> None:
        self.home = home
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self._socket.getsockname()[1]
        self.log = home / "web.log"
        self._environment = {
            **os.environ, "DATABASE_URL": database_url, "GUZAR_HOME": str(home), "SECRET_KEY": "f" * 40, "GUZAR_PURPOSE": "test",
            "GUZAR_CHEAP_PASSWORDS": "1", "GUZAR_LOG_LEVEL": "ERROR", "GUZAR_WORKERS": "2", "GUZAR_SABOTAGE": sabotage,
        }  # fmt: skip
        self._application = application
        self._generations = [self._start()]
        self._ends = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def master(self) -> int:
        return self._generations[-1].process.pid

    def _start(self) -> Generation:
        descriptor = self._socket.fileno()
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "--bind", f"fd://{descriptor}",
                   "--graceful-timeout", "3", "--log-level", "error", self._application]  # fmt: skip
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=PROJECT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[descriptor], start_new_session=True,
            )  # fmt: skip
        return Generation(process, time.monotonic())

    def _watch(self) -> None:
        while not self._ends.wait(0.05):
            last = self._generations[-1]
            if last.process.poll() is not None and time.monotonic() - last.began > 0.5:
                self._generations.append(self._start())

    def ready(self, limit: float = 60.0) -> float:
        """Waits for /readyz to say yes; gives the seconds it took, raises when it did not within the limit."""
        began, caller = time.monotonic(), Caller(self.port, timeout=5)
        while time.monotonic() - began < limit:
            with contextlib.suppress(Exception):
                if caller.send("GET", "/readyz").status == 200:
                    caller.close()
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"not ready within {limit} s:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last of what the server said, without the answers that are expected when the database is away."""
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in lines if '"status": 503' not in line][-20:])[-6000:]

    def stop(self) -> None:
        self._ends.set()
        self._watcher.join()
        for generation in self._generations:
            _signal(generation.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._generations[-1].process.wait(8)
        for generation in self._generations:
            _signal(generation.process.pid, signal.SIGKILL)
            generation.process.wait()
        self._socket.close()


def _signal(leader: int, what: signal.Signals) -> None:
    """To a master and all that it started; its workers outlive it for a second."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, what)


@contextlib.contextmanager
def served(made: Server, database: str, **options: str) -> Iterator[Web]:
    """The application, served on a database of the server; ready when the block begins."""
    home = made.folder / database
    home.mkdir()
    web = Web(home, made.cluster.url(database=database), **options)
    try:
        web.ready()
        yield web
    finally:
        web.stop()
