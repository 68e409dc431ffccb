"""Keeps the web server and the worker running beside each other until Ctrl-C: what `flask demo` serves with.

The supervisor opens the port itself and hands the open socket to gunicorn. So a taken port is known before anything
starts, and while a killed server is replaced, visitors wait in the socket's queue instead of being refused.

Each child leads a process group of its own, so that all it started can be ended with it, and asks the kernel (Linux)
to be ended should the supervisor be killed. Real installations use systemd or a container instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Self

PROJECT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
BACKLOG = 1024

READY_LIMIT = 120.0  # seconds the web server may take to answer for the first time
READY_ATTEMPTS = 3  # deaths before the first answer that we take for a defect
STOP_LIMIT = 10.0  # seconds for requests to be finished before they are cut off
ORPHAN_LIMIT = 2.0  # the same for the workers of a web server that was killed
STABLE_AFTER = 5.0  # seconds after which a death is taken for an accident, not for a defect
LONGEST_PAUSE = 2.0  # between attempts to start a child that keeps dying
TICK = 0.2

PR_SET_PDEATHSIG = 1

log = logging.getLogger(__name__)


class ServeError(RuntimeError):
    """The system cannot be served; one line that says why and what to do."""


class PortTaken(ServeError):
    """Nothing was started: the port is in use or may not be opened."""


class StartFailed(ServeError):
    """The web server did not come to answer; what was started has been stopped again."""


def gunicorn_command(descriptor: int, application: str = "wsgi:application") -> list[str]:
    """How the web server is started on an open socket."""
    configuration = str(PROJECT / "config" / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "-c", configuration, "--bind", f"fd://{descriptor}"]
    # Below STOP_LIMIT, so that open event streams end in order; warnings only, or a visitor's terminal fills.
    return [*command, "--graceful-timeout", "4", "--log-level", "warning", application]


WORKER_COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "work")


def serve(
    *,
    port: int,
    settings_env: Mapping[str, str],
    on_ready: Callable[[], None],
    web_command: Callable[[int], Sequence[str]] = gunicorn_command,
    worker_command: Sequence[str] | None = WORKER_COMMAND,
    folder: Path = PROJECT,
) -> int:
    """Serve on 127.0.0.1:port until SIGINT, SIGTERM or SIGHUP, then stop all that was started and return 0.

    `settings_env` is added to the environment of the children; `on_ready` is called once, when /healthz answers.
    A child that dies is started again. `web_command` makes the web server's command from the descriptor of the open
    socket; `worker_command` None means no worker. Must be called in the main thread. Raises PortTaken, StartFailed.
    """
    environment = {**os.environ, **settings_env}
    with _listening(port) as listener, _StopSignals() as signals:
        descriptor = listener.fileno()
        web = _Child("web server", web_command(descriptor), folder, environment, descriptor)
        children = [web]
        if worker_command is not None:
            children.append(_Child("worker", worker_command, folder, environment))
        try:
            if _starts(children, web, port, signals):
                on_ready()
            while not signals.wait(TICK):
                for child in children:
                    child.heal()
        finally:
            _stop(children, signals)
    return 0


def _starts(children: list[_Child], web: _Child, port: int, signals: _StopSignals) -> bool:
    """Start the children and wait for the first answer; False if asked to stop meanwhile."""
    deadline = time.monotonic() + READY_LIMIT
    while not signals.wait(0.05):
        for child in children:
            child.heal()
        if web.deaths >= READY_ATTEMPTS:
            raise StartFailed(f"the web server did not start ({web.last_end}): its own message stands above")
        if time.monotonic() > deadline:
            raise StartFailed(f"the web server did not answer within {READY_LIMIT:.0f} s: see its messages above")
        if web.runs and _is_healthy(port):
            return True
    return False


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Connection": "close"})
        return 200 <= connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """The open port; it closes with the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not kept waiting by connections just closed
        try:
            listener.bind((HOST, port))
            listener.listen(BACKLOG)
        except OSError as error:
            reason = error.strerror or str(error)
            raise PortTaken(f"port {port} cannot be opened ({reason}): choose another with --port") from error
        yield listener


class _StopSignals:
    """Collects requests to stop for as long as the block lasts, without interrupting anything half done."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # A signal ignored from outside stays so: nohup means SIGHUP. But a shell ignores SIGINT for all that it puts
        # into the background, and kill -INT should work there.
        handled = [s for s in self.SIGNALS if s == signal.SIGINT or signal.getsignal(s) != signal.SIG_IGN]
        self._before = {handled_signal: signal.signal(handled_signal, self._note) for handled_signal in handled}
        return self

    def __exit__(self, *_: object) -> None:
        for handled_signal, handler in self._before.items():
            signal.signal(handled_signal, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._reader.close()
        self._writer.close()

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        self.count += 1

    def wait(self, seconds: float) -> bool:
        """Whether a stop was asked for; waits up to so many seconds for it."""
        if not self.count:
            select.select([self._reader], [], [], seconds)
        return self.count > 0


class _Child:
    """A program to be kept running, and the group of processes that it makes."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        descriptor: int | None = None,
    ) -> None:
        self.name = name
        self.deaths = 0
        self._deaths_in_a_row = 0  # forgotten when it has been running for a while
        self.last_end = ""
        self._command = list(command)
        self._folder = folder
        self._environment = dict(environment)
        self._descriptors = () if descriptor is None else (descriptor,)
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0
        self._started = 0.0

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def heal(self) -> None:
        """Start it if it does not run, with growing pauses if it keeps dying."""
        now = time.monotonic()
        if self.runs:
            if now - self._started > STABLE_AFTER:
                self._deaths_in_a_row = 0
            return
        if self._process is not None:
            self._bury(self._process)
        if time.monotonic() >= self._not_before:
            self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self._descriptors,
            start_new_session=True,  # Ctrl-C reaches us alone; and it leads a group
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - it takes no lock that a thread could hold
        )
        self._started = time.monotonic()

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """Note a death; what the dead left behind has a moment to finish, then goes too."""
        self._process = None
        self.deaths += 1
        self._deaths_in_a_row += 1
        self.last_end = _how_it_ended(process.returncode)
        log.warning("The %s ended (%s); it is started again.", self.name, self.last_end)
        _tell_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + ORPHAN_LIMIT
        while _group_lives(process.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        _tell_group(process.pid, signal.SIGKILL)
        self._not_before = time.monotonic() + min(0.1 * 2 ** min(self._deaths_in_a_row, 9), LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def is_gone(self) -> bool:
        """Whether it and all that it started have ended."""
        return self._process is None or (self._process.poll() is not None and not _group_lives(self._process.pid))

    def kill(self) -> None:
        if self._process is not None:
            _tell_group(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _stop(children: list[_Child], signals: _StopSignals) -> None:
    """End all children: in order if they can, by force after a while or at a second Ctrl-C."""
    for child in children:
        child.ask_to_stop()
    asked, deadline = signals.count, time.monotonic() + STOP_LIMIT
    while not all(child.is_gone() for child in children):
        if time.monotonic() > deadline or signals.count > max(asked, 1):
            break
        time.sleep(0.05)
    for child in children:
        child.kill()


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"


def _tell_group(leader: int, message: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, message)


def _group_lives(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except (ProcessLookupError, PermissionError):  # the latter is what macOS says of zombies
        return False
    return True


def _die_with(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask for SIGTERM at the parent's death, however sudden."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here: between fork and exec as little as possible

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask
