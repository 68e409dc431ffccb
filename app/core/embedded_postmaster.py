"""The embedded server as a set of processes: is it alive, how is it stopped, who stops it when everybody has gone.

The files of one server, all in its home folder::

    pg/                 the data
    pg.new/             the same while it is being made
    pg-run/             the socket (when its path is short enough), server.log, and four locks (flock):
        start.lock      held by who starts, joins or leaves: one at a time
        users.lock      shared by every process that uses the server; the kernel drops it even after kill -9
        server.lock     inherited by the server's processes and by what makes the data: free when none of them lives
        keeper.lock     held by the keeper

The keeper is this file run as a script: it waits until nobody shares users.lock, then stops the server. So the
server goes even when its last user was killed. It imports the standard library alone, which keeps it small and quick.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ORPHAN_PATIENCE = 1.0  # seconds that processes of a dead postmaster get to notice its death
SHUTDOWN_PATIENCE = 60.0  # seconds of fast shutdown before the immediate one
SHUTDOWN_LIMIT = 120.0
PAUSE = 0.02


def data_folder(home: Path) -> Path:
    """Where the server of this home folder keeps its data."""
    return home / "pg"


def draft_folder(home: Path) -> Path:
    """Where that data is made; it moves to its place when complete, so a crash leaves no half of it."""
    return home / "pg.new"


def run_folder(home: Path) -> Path:
    """Where the server of this home folder keeps its locks and its log."""
    return home / "pg-run"


@contextlib.contextmanager
def holding(lock: Path, operation: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Wait for a lock and hold it within the block; yields its descriptor."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, operation)
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(lock: Path) -> bool:
    """Whether some process holds the lock exclusively."""
    try:
        with holding(lock, fcntl.LOCK_SH | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


def postmaster_pid(data: Path) -> int | None:
    """The process id of the live postmaster on this data folder, else None.

    postmaster.pid alone proves nothing: its process may be gone, a zombie, or another program with a recycled id.
    """
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 and _is_postgres_on(pid, data) else None


def socket_folder(data: Path) -> Path | None:
    """Where the running server has its socket, as it wrote itself in postmaster.pid."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError:
        return None
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def orphans(home: Path) -> list[int]:
    """What a killed postmaster or starter left running (Linux only; elsewhere such processes go by themselves)."""
    proc = Path("/proc")
    if not (proc / "self").exists():
        return []
    folders = (data_folder(home), draft_folder(home))
    candidates = (int(entry.name) for entry in proc.iterdir() if entry.name.isdigit())
    return [pid for pid in candidates if any(_is_postgres_on(pid, folder) for folder in folders)]


def _is_postgres_on(pid: int, data: Path) -> bool:
    process = Path("/proc", str(pid))
    if not Path("/proc/self").exists():
        return _is_postgres(pid)
    try:
        state = (process / "stat").read_text(errors="replace").rsplit(")", 1)[1].split()[0]
        if state in "ZX" or b"postgres" not in (process / "cmdline").read_bytes():
            return False
        return (process / "cwd").samefile(data)
    except PermissionError:  # another account's process: its folder is not shown
        return _is_owner(process, data)
    except (OSError, IndexError):
        return False


def _is_owner(process: Path, data: Path) -> bool:
    try:
        return process.stat().st_uid == data.stat().st_uid
    except OSError:
        return False


def _is_postgres(pid: int) -> bool:
    """The same question where there is no /proc (macOS)."""
    shown = subprocess.run(["ps", "-o", "state=,command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in shown.stdout and not shown.stdout.lstrip().startswith("Z")


def dismiss_orphans(home: Path) -> None:
    """Wait until the processes that a killed postmaster or starter left behind have gone, so that a new one may start.

    Most go by themselves at once; one in the middle of a long calculation would not notice for minutes, and is killed.
    """
    begun = time.monotonic()
    while is_held(run_folder(home) / "server.lock") and (waited := time.monotonic() - begun) < 10 * ORPHAN_PATIENCE:
        if waited > ORPHAN_PATIENCE:
            _kill_orphans(home)
        time.sleep(PAUSE)


def stop(home: Path) -> None:
    """Stop the server of this home folder and wait until the last of its processes has gone."""
    data, lock = data_folder(home), run_folder(home) / "server.lock"
    begun = time.monotonic()
    told: set[tuple[int, signal.Signals]] = set()
    while (waited := time.monotonic() - begun) < SHUTDOWN_LIMIT:
        pid = postmaster_pid(data)
        if pid is None and not is_held(lock):
            return
        if pid is not None:
            # Not pg_ctl stop: that refuses root. SIGINT is its "fast" mode, SIGQUIT its "immediate" one.
            message = (pid, signal.SIGINT if waited < SHUTDOWN_PATIENCE else signal.SIGQUIT)
            if message not in told:
                told.add(message)
                _tell(*message)
        elif waited > ORPHAN_PATIENCE:
            _kill_orphans(home)
        time.sleep(PAUSE)


def _kill_orphans(home: Path) -> None:
    for pid in orphans(home):
        _tell(pid, signal.SIGKILL)


def _tell(pid: int, message: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, message)


def ensure_keeper(home: Path) -> None:
    """Start the keeper unless there is one. The caller holds start.lock and a share of users.lock."""
    if is_held(run_folder(home) / "keeper.lock"):
        return
    subprocess.run(
        [sys.executable, "-I", "-S", __file__, str(home)],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def keep(home: Path) -> None:
    """Become a process of its own; when nobody uses the server any more, stop it and end."""
    users = os.open(run_folder(home) / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with holding(run_folder(home) / "keeper.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            if os.fork():
                os._exit(0)  # the starter waits for this: from here on there is a keeper
            fcntl.flock(users, fcntl.LOCK_EX)
            stop(home)
        # keeper.lock goes first: whom users.lock lets in next must not take a leaving keeper for one that stays
    except BlockingIOError:
        return  # there is one already
    finally:
        os.close(users)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
