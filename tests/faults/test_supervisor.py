"""The supervisor of the demo under violence: whatever is killed heals, and whatever ends leaves no process behind."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.cli.supervisor import PortTaken, serve
from tests.faults.alone import PROJECT, alone

APPLICATION = """
import os, time

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/stream":
        return stream()
    return [f"{os.getppid()} {os.environ['GREETING']}".encode()]

def stream():
    while True:
        yield b"news\\n"
        time.sleep(0.1)
"""
# What runs the supervisor: python -c RUNNER folder port worker
RUNNER = f"""{alone("app", "app.cli")}
import time
from functools import partial
from pathlib import Path
from app.cli import supervisor
supervisor.STOP_LIMIT = float(sys.argv[5])
worker = dict(sleeper=["sleep", "600"], failing=["false"],
              stubborn=["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"])[sys.argv[3]]
try:
    status = supervisor.serve(
        port=int(sys.argv[2]),
        settings_env=dict(GREETING="salom", GUZAR_WORKERS="2", GUZAR_THREADS="4"),
        on_ready=lambda: print("ready", flush=True),
        web_command=partial(supervisor.gunicorn_command, application=sys.argv[4]),
        worker_command=worker,
        folder=Path(sys.argv[1]),
    )
except supervisor.ServeError as error:
    print(type(error).__name__, error, flush=True)
    status = 2
sys.exit(status)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A project of one page; whatever a failed test left running in it is killed."""
    (tmp_path / "page.py").write_text(APPLICATION)
    (tmp_path / "broken.py").write_text("raise RuntimeError('cannot be imported')")
    yield tmp_path
    for process in _running(tmp_path):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


@contextlib.contextmanager
def _supervised(
    folder: Path, port: int, worker: str = "sleeper", application: str = "page:application", stop_limit: float = 8
) -> Iterator[subprocess.Popen[str]]:
    arguments = [str(folder), str(port), worker, application, str(stop_limit)]
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    if line != "ready\n":
        process.kill()
        pytest.fail(line + process.stderr.read())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(port: int, path: str = "/") -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _master(port: int) -> psutil.Process:
    return psutil.Process(int(_get(port).split()[0]))


def _running(folder: Path) -> list[psutil.Process]:
    """The children and what they started: all of them work in the folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder):
                found.append(process)
    return found


def _eventually(true: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serves_until_told_to_stop_and_leaves_nothing(folder: Path, how: signal.Signals) -> None:
    port = _free_port()
    with _supervised(folder, port) as supervisor:
        _ready(supervisor)
        assert _get(port).endswith(" salom")
        _eventually(lambda: len(_running(folder)) == 4)  # master, two workers of gunicorn, our worker
        supervisor.send_signal(how)
        output, _ = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
    assert output == ""  # on_ready was called once
    assert _running(folder) == []
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("delay", [0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
def test_stop_during_the_start_leaves_nothing(folder: Path, delay: float) -> None:
    with _supervised(folder, _free_port()) as supervisor:
        time.sleep(delay)
        supervisor.send_signal(signal.SIGINT)
        supervisor.communicate(timeout=30)
    assert _running(folder) == []


def test_killed_web_server_heals_and_nobody_is_refused(folder: Path) -> None:
    port = _free_port()
    with _supervised(folder, port) as supervisor:
        _ready(supervisor)
        for _ in range(3):
            master = _master(port)
            old = {process.pid for process in [master, *master.children()]}
            killed = time.monotonic()
            master.kill()
            _eventually(lambda m=master: not m.is_running() or m.status() == psutil.STATUS_ZOMBIE)
            # Visitors wait in the queue. One answered by an orphan may be cut off with it, as when a machine dies.
            _eventually(lambda o=old: _answer_of_another(port, o))
            assert time.monotonic() - killed < 10
            _eventually(lambda o=old: not o & {process.pid for process in _running(folder)})
        supervisor.send_signal(signal.SIGINT)
        _, messages = supervisor.communicate(timeout=30)
    assert messages.count("The web server ended (killed by SIGKILL); it is started again.") == 3
    assert _running(folder) == []


def _answer_of_another(port: int, old: set[int]) -> bool:
    try:
        return int(_get(port).split()[0]) not in old | {1}
    except (ConnectionResetError, http.client.HTTPException):
        return False  # but never ConnectionRefusedError


def test_killed_web_server_with_open_streams_heals(folder: Path) -> None:
    port = _free_port()
    with _supervised(folder, port) as supervisor:
        _ready(supervisor)
        with _stream(port), _stream(port):
            master = _master(port)
            old = {process.pid for process in [master, *master.children()]}
            killed = time.monotonic()
            master.kill()
            _eventually(lambda: _answer_of_another(port, old))
            assert time.monotonic() - killed < 10
            assert not old & {process.pid for process in _running(folder)}


@contextlib.contextmanager
def _stream(port: int) -> Iterator[None]:
    """A visitor with a live list open."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/stream")
    connection.getresponse().read(5)
    yield
    connection.close()


def test_killed_worker_heals(folder: Path) -> None:
    with _supervised(folder, _free_port()) as supervisor:
        _ready(supervisor)
        (worker,) = [process for process in _running(folder) if process.name() == "sleep"]
        worker.kill()
        _eventually(lambda: [p for p in _running(folder) if p.name() == "sleep" and p.pid != worker.pid])


def test_worker_that_keeps_dying_does_not_stop_the_pages(folder: Path) -> None:
    port = _free_port()
    with _supervised(folder, port, worker="failing") as supervisor:
        _ready(supervisor)
        time.sleep(2)
        assert _get(port).endswith(" salom")
        supervisor.send_signal(signal.SIGINT)
        _, messages = supervisor.communicate(timeout=30)
    assert 2 <= messages.count("The worker ended (exit status 1)") <= 6  # again and again, with growing pauses
    assert _running(folder) == []


def test_killed_supervisor_takes_its_children_with_it(folder: Path) -> None:
    with _supervised(folder, _free_port()) as supervisor:
        _ready(supervisor)
        supervisor.kill()
        supervisor.wait()
        _eventually(lambda: not _running(folder))


def test_open_streams_do_not_hold_up_the_end(folder: Path) -> None:
    port = _free_port()
    with _supervised(folder, port) as supervisor:
        _ready(supervisor)
        with _stream(port):
            supervisor.send_signal(signal.SIGINT)
            supervisor.wait(timeout=30)
    assert supervisor.returncode == 0
    assert _running(folder) == []


def test_second_interrupt_does_not_wait(folder: Path) -> None:
    with _supervised(folder, _free_port(), worker="stubborn", stop_limit=60) as supervisor:
        _ready(supervisor)
        supervisor.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert supervisor.poll() is None
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(timeout=30)
    assert supervisor.returncode == 0
    _eventually(lambda: not _running(folder))  # who is killed needs a moment to die


def test_child_that_does_not_stop_is_killed(folder: Path) -> None:
    with _supervised(folder, _free_port(), worker="stubborn", stop_limit=2) as supervisor:
        _ready(supervisor)
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(timeout=9)
    _eventually(lambda: not _running(folder))  # who is killed needs a moment to die


def test_application_that_cannot_start_is_one_line_and_leaves_nothing(folder: Path) -> None:
    with _supervised(folder, _free_port(), application="broken:application") as supervisor:
        output, messages = supervisor.communicate(timeout=60)
    assert supervisor.returncode == 2
    assert re.fullmatch(r"StartFailed the web server did not start \(exit status \d\): its own message .*\n", output)
    assert "cannot be imported" in messages
    assert _running(folder) == []


def test_taken_port_is_one_clear_line_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            serve(
                port=port,
                settings_env={},
                on_ready=lambda: pytest.fail("it was served"),
                web_command=lambda _: ["touch", str(tmp_path / "started")],
                worker_command=None,
            )
    assert str(caught.value) == f"port {port} cannot be opened (Address already in use): choose another with --port"
    assert not (tmp_path / "started").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
