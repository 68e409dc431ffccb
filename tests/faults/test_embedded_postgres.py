"""The embedded PostgreSQL under violence: races, kill -9, stale files, other accounts. Nothing committed is lost,
there is never a second server on one folder, and nothing stays behind."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core import embedded_binaries, embedded_postmaster
from app.core.embedded import EmbeddedError, start
from tests.faults.alone import PROJECT, alone

NOBODY = 65534
# A process that uses the server: says the postmaster's id, then stays until its input ends.
CLIENT = f"""{alone("app")}
from pathlib import Path
from app.core.embedded import start
cluster = start(Path(sys.argv[1]), throwaway=sys.argv[2] == "throwaway")
print(cluster.pid, cluster.dsn(), sep="\\t", flush=True)
sys.stdin.read()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="changes the account it runs under: needs root")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder with a short path; whatever a failed test left running in it is killed."""
    with tempfile.TemporaryDirectory(prefix="gz", ignore_cleanup_errors=True) as folder:
        home = Path(folder, "home")
        yield home
        for process in _processes(home):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@contextlib.contextmanager
def _client(
    home: Path, kind: str = "throwaway", python: tuple[str, ...] = (sys.executable,)
) -> Iterator[subprocess.Popen[str]]:
    command = [*python, "-c", CLIENT, str(home), kind]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _answer(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The postmaster's id and the connection string, once the client has them."""
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(process.stderr.read())
    pid, dsn = line.rstrip("\n").split("\t")
    return int(pid), dsn


def _processes(home: Path) -> list[psutil.Process]:
    """The server's processes and its keeper."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.cwd() == str(home / "pg") or process.cmdline()[-1:] == [str(home)]:
                found.append(process)
    return found


def _eventually(true: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def _assert_gone(home: Path) -> None:
    """Who left last has waited for the server to end; the keeper follows a moment later."""
    assert not embedded_postmaster.orphans(home)
    _eventually(lambda: not _processes(home), seconds=2)


def _rows(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM lodged").fetchone()
    assert row is not None
    return int(row[0])


def test_eight_starters_at_once_make_one_server(home: Path) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(_client(home)) for _ in range(8)]
        assert len({_answer(client) for client in clients}) == 1
        postmasters = [p for p in _processes(home) if "-c" in p.cmdline()]
        keepers = [p for p in _processes(home) if "-S" in p.cmdline()]
        assert (len(postmasters), len(keepers)) == (1, 1)
        for client in clients[1:]:
            client.communicate()
        assert embedded_postmaster.postmaster_pid(home / "pg")
        clients[0].communicate()
        _assert_gone(home)


def test_killed_server_starts_again_at_once_with_every_committed_row(home: Path) -> None:
    cluster = start(home)
    with psycopg.connect(cluster.dsn("guzar_owner")) as connection:
        connection.execute("CREATE TABLE lodged AS SELECT n FROM generate_series(1, 5000) n")
    busy = psycopg.connect(cluster.dsn())  # in a calculation that would outlive the server by minutes
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")
    half = psycopg.connect(cluster.dsn("guzar_owner"))
    half.execute("INSERT INTO lodged SELECT n FROM generate_series(1, 700) n")
    killed = cluster.pid
    assert killed is not None

    os.kill(killed, signal.SIGKILL)
    again = start(home)

    assert again.pid not in (None, killed)
    assert _rows(again.dsn("guzar_owner")) == 5000
    half.close()
    busy.close()
    cluster.stop()
    assert again.pid is not None
    again.stop()
    _assert_gone(home)


@pytest.mark.parametrize("whose", ["recycled", "zombie", "rubbish"])
def test_stale_pid_file_does_not_stop_a_start(home: Path, whose: str) -> None:
    start(home, throwaway=True).stop()
    other = subprocess.Popen(["sleep", "0" if whose == "zombie" else "60"])
    text = (
        "rubbish" if whose == "rubbish" else f"{other.pid}\n{home / 'pg'}\n1\n5432\n{home / 'pg-run'}\n\n0 0\nready\n"
    )
    (home / "pg" / "postmaster.pid").write_text(text)
    (home / "pg-run" / ".s.PGSQL.5432").touch()
    (home / "pg-run" / ".s.PGSQL.5432.lock").write_text(text)
    try:
        cluster = start(home, throwaway=True)
        assert cluster.pid not in (None, other.pid)
        cluster.stop()
    finally:
        other.kill()
        other.wait()


def test_killed_client_leaves_nothing_running(home: Path) -> None:
    with _client(home) as client:
        _answer(client)
        client.kill()
        client.wait()
        _eventually(lambda: not _processes(home))
    assert embedded_postmaster.postmaster_pid(home / "pg") is None


def test_killed_client_does_not_take_the_server_from_others(home: Path) -> None:
    with _client(home) as client, _client(home) as other:
        postmaster, dsn = _answer(client)
        _answer(other)
        client.kill()
        client.wait()
        time.sleep(0.5)
        psycopg.connect(dsn).close()
        assert embedded_postmaster.postmaster_pid(home / "pg") == postmaster
        other.communicate()
        _assert_gone(home)


def test_killed_keeper_is_replaced_by_the_next_start(home: Path) -> None:
    with _client(home) as client:
        _answer(client)
        (keeper,) = [p for p in _processes(home) if "-S" in p.cmdline()]
        keeper.kill()
        _eventually(lambda: not embedded_postmaster.is_held(home / "pg-run" / "keeper.lock"))
        with _client(home) as second:
            _answer(second)
            for process in (client, second):
                process.kill()
                process.wait()
            _eventually(lambda: not _processes(home))


@pytest.mark.parametrize("seed", range(4))
def test_starter_killed_at_any_moment_leaves_nothing_and_no_half_of_a_folder(home: Path, seed: int) -> None:
    delay = random.Random(seed).uniform(0.15, 0.35) + 0.25 * seed
    with _client(home) as client:
        time.sleep(delay)
        client.kill()
        client.wait()
        _eventually(lambda: not _processes(home))
    cluster = start(home, throwaway=True)
    psycopg.connect(cluster.dsn()).close()
    cluster.stop()


@pytest.mark.parametrize("delay", [0.4, 0.7, 1.0])
def test_interrupted_start_leaves_nothing_running(home: Path, delay: float) -> None:
    with _client(home) as client:
        time.sleep(delay)
        client.send_signal(signal.SIGINT)
        client.wait(timeout=30)
        _eventually(lambda: not _processes(home))


def test_one_who_stays_keeps_the_server_for_those_who_come_and_go(home: Path) -> None:
    """The supervisor's case: its web workers join and leave, the server stays the same."""
    supervisor = start(home, throwaway=True)
    for _ in range(3):
        with _client(home) as worker:
            assert _answer(worker)[0] == supervisor.pid
            worker.communicate()
    psycopg.connect(supervisor.dsn()).close()
    supervisor.stop()
    _assert_gone(home)


def test_forked_child_shares_its_parents_part(home: Path) -> None:
    parent = start(home, throwaway=True)
    child = os.fork()
    if child == 0:  # a pre-forked worker that outlives its parent's leaving
        time.sleep(60)
        os._exit(0)
    parent.stop()
    assert parent.pid is not None
    psycopg.connect(parent.dsn()).close()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _eventually(lambda: not _processes(home))


def test_server_left_running_is_found_by_the_next(home: Path) -> None:
    code = alone("app") + "from pathlib import Path; from app.core.embedded import start; "
    code += "print(start(Path(sys.argv[1]), throwaway=True, stop_at_exit=False).pid)"
    first = subprocess.run(
        [sys.executable, "-c", code, str(home)], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    cluster = start(home, throwaway=True)
    assert cluster.pid == int(first.stdout)
    cluster.stop()
    _assert_gone(home)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of the account nobody, below /tmp because root's own temporary folders are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="gz"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    for process in _processes(folder / "home"):
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)


@as_root
def test_ordinary_user(open_folder: Path) -> None:
    with _client(open_folder / "home", "kept", _as_nobody()) as client:
        postmaster, _ = _answer(client)
        assert psutil.Process(postmaster).uids().effective == NOBODY
        client.communicate()
    _assert_gone(open_folder / "home")


@as_root
def test_folder_of_somebody_else_is_one_clear_line(open_folder: Path) -> None:
    os.chown(open_folder, 0, 0)
    open_folder.chmod(0o755)
    with _client(open_folder / "home", "kept", _as_nobody()) as client:
        _, complaint = client.communicate()
    assert client.returncode == 1
    assert "EmbeddedError: the folder" in complaint.splitlines()[-1]
    assert "cannot be written (Permission denied): set GUZAR_HOME" in complaint.splitlines()[-1]


@as_root
def test_root_without_namespaces_uses_an_account(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_binaries, "_namespaces_allowed", lambda: False)
    monkeypatch.setattr(embedded_binaries, "SYSTEM_ACCOUNT", pwd.getpwuid(NOBODY).pw_name)
    os.chown(open_folder, 0, 0)
    open_folder.chmod(0o755)
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    (home / "key.pem").write_text("secret")
    (home / "key.pem").chmod(0o600)
    for _ in range(2):
        cluster = start(home)
        assert cluster.pid is not None
        assert psutil.Process(cluster.pid).uids().effective == NOBODY
        psycopg.connect(cluster.dsn()).close()
        cluster.stop()
    assert home.stat().st_mode & 0o777 == 0o710
    assert (home / "key.pem").stat().st_uid == 0

    open_folder.chmod(0o700)
    with pytest.raises(EmbeddedError, match="is closed to the account it runs under"):
        start(home)
    _assert_gone(home)


@as_root
def test_root_in_a_folder_closed_to_all_needs_no_account(open_folder: Path) -> None:
    if not embedded_binaries._namespaces_allowed():
        pytest.skip("user namespaces are not allowed here")
    os.chown(open_folder, 0, 0)
    open_folder.chmod(0o700)
    cluster = start(open_folder / "home", throwaway=True)
    assert cluster.pid is not None
    assert psutil.Process(cluster.pid).uids().effective == 0  # seen from outside; inside it is nobody
    assert (open_folder / "home" / "pg" / "PG_VERSION").stat().st_uid == 0
    cluster.stop()
    assert open_folder.stat().st_mode & 0o777 == 0o700


def _as_nobody() -> tuple[str, ...]:
    """How to run Python as an ordinary user; skips where that user could not reach the interpreter or the checkout."""
    account = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not installed")
    path = "PYTHONPATH=" + ":".join(entry for entry in sys.path if entry)
    again = "import sys, subprocess, app.core.embedded; subprocess.run([sys.executable, '-c', ''], check=True)"
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        command = (*account, "env", path, python)
        if not subprocess.run([*command, "-c", again], cwd=PROJECT, capture_output=True, check=False).returncode:
            return command
    pytest.skip("this checkout or its Python is closed to other accounts")
