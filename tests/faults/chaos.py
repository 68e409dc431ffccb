"""Whoever kills: workers, the web server's master, backends, the postmaster; by chance, but the same chance each time."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable

import psutil
import psycopg

from tests.faults.nodes import Server, Web
from tests.faults.traffic import Ledger


class Chaos:
    """Kills as many of each kind as it is told to, spread by chance over a number of operations, while they go on."""

    def __init__(
        self, server: Server, web: Web, ledger: Ledger, plan: dict[str, int], operations: int, *, seed: int = 1
    ) -> None:
        self.kills: Counter[str] = Counter()
        #: Seconds from each kill to the next time the node said that it was ready.
        self.recoveries: list[tuple[str, float]] = []
        self.errors: list[BaseException] = []
        self._server, self._web, self._ledger = server, web, ledger
        self._random = random.Random(seed)
        self._order = [kind for kind, count in plan.items() for _ in range(count)]
        self._random.shuffle(self._order)
        slice_ = operations / max(1, len(self._order))
        self._points = [int((n + self._random.random()) * slice_) for n in range(len(self._order))]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def has_finished(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        acts: dict[str, Callable[[], bool]] = {
            "worker": self._worker, "master": self._master, "backend": self._backend, "postmaster": lambda: self._postmaster(signal.SIGKILL),
            "immediate stop": lambda: self._postmaster(signal.SIGQUIT),
        }  # fmt: skip
        try:
            for kind, point in zip(self._order, self._points, strict=True):
                while self._ledger.operations < point:
                    time.sleep(0.005)
                time.sleep(self._random.uniform(0, 0.05))
                deadline = time.monotonic() + 30
                while not acts[kind]():
                    if time.monotonic() > deadline:
                        raise TimeoutError(f"nothing to kill: {kind}")
                    time.sleep(0.05)
                self.kills[kind] += 1
                self.recoveries.append((kind, self._web.ready(60)))
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.errors.append(error)

    def _worker(self) -> bool:
        try:
            children = psutil.Process(self._web.master).children()
        except psutil.NoSuchProcess:
            return False
        return bool(children) and _kill(self._random.choice(children).pid)

    def _master(self) -> bool:
        return _kill(self._web.master)

    def _backend(self) -> bool:
        """A server process of the application, best one that is just working."""
        with contextlib.suppress(psycopg.Error):
            rows = self._server.as_superuser(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'guzar' ORDER BY state <> 'active', random() LIMIT 1"
            )
            return bool(rows) and _kill(int(str(rows[0][0])))
        return False

    def _postmaster(self, how: signal.Signals) -> bool:
        pid = self._server.cluster.pid
        if pid is None or not _kill(pid, how):
            return False
        self._server.start_again()
        return True


def _kill(pid: int, how: signal.Signals = signal.SIGKILL) -> bool:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return False
    return True
