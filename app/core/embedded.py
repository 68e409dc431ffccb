"""The embedded PostgreSQL: one server per home folder, started by whoever comes first and shared by all.

`start(home)` starts the server or joins the one that runs. Web server, worker and commands each call it with the
same home; the last one to leave stops the server. Each holds a share of a lock (flock) that the kernel takes back
when the process ends, however it ends, so a killed process keeps nothing alive and there is no count to go wrong.

A supervisor, whose web workers come and go, calls `start()` once and keeps the Cluster. Its children either get
`Cluster.url()` as their DATABASE_URL and take no part, or call `start()` themselves. A child that was forked (not
executed) after `start()` shares the parent's lock: the server stays until both have ended.

The server listens on a Unix socket in a folder that only its owner may enter, never on the network: whoever reaches
the socket is believed. It has the roles `guzar_owner`, which owns the database and its schema, and `guzar`, which the
application works as and which owns nothing.

Works on Linux and macOS, as an ordinary user or as root.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from app.core import embedded_postmaster as postmaster
from app.core.embedded_binaries import Binaries, EmbeddedError, account_prefix, find_binaries, last_line

__all__ = ["Cluster", "EmbeddedError", "start"]

DATABASE = "guzar"
OWNER = "guzar_owner"
APPLICATION = "guzar"
SUPERUSER = "postgres"
EXTENSIONS = ("pg_trgm", "btree_gist")

PORT = 5432  # names the socket, nothing more
SOCKET_PATH_LIMIT = 85  # bytes; the kernel takes about a hundred, the file's own name included
LOG_LIMIT = 10_000_000  # bytes; a longer log is put aside at the next start
START_LIMIT = 600  # seconds, long enough to recover after a power cut
THROWAWAY_MARK = "guzar.throwaway"

# Written once into postgresql.conf, where whoever runs the server may change them.
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "wal_level": "logical",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
THROWAWAY_SETTINGS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Cluster:
    """A share in a running server. It ends with `stop()`, or with the process."""

    def __init__(self, home: Path, socket_dir: Path, users: int) -> None:
        self.home = home
        self.data = postmaster.data_folder(home)
        self.socket_dir = socket_dir
        self._users: int | None = users
        self._process = os.getpid()

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The SQLAlchemy URL of a database, as one role."""
        return f"postgresql+psycopg://{role}@/{quote(database)}?host={quote(str(self.socket_dir))}&port={PORT}"

    @property
    def owner_url(self) -> str:
        """For migrations: the role that owns the schema."""
        return self.url(OWNER)

    @property
    def superuser_url(self) -> str:
        """For making and copying databases: the superuser, in its own database."""
        return self.url(SUPERUSER, SUPERUSER)

    def dsn(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The same for psycopg and the PostgreSQL programs."""
        return make_conninfo(host=str(self.socket_dir), port=PORT, user=role, dbname=database)

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster while it lives."""
        return postmaster.postmaster_pid(self.data)

    def stop(self) -> None:
        """Leave; the last to leave stops the server and waits until it has gone. May be called twice."""
        if self._users is None or os.getpid() != self._process:
            return
        users, self._users = self._users, None
        atexit.unregister(self.stop)
        if not postmaster.run_folder(self.home).is_dir():
            os.close(users)  # the folder was removed; without its files the server ends by itself
            return
        with postmaster.holding(postmaster.run_folder(self.home) / "start.lock"):
            _leave(self.home, users)


def start(home: Path, *, pgbin: Path | None = None, throwaway: bool = False, stop_at_exit: bool = True) -> Cluster:
    """Start the server of this home folder, or join it if it runs; returns when it answers.

    `pgbin` is the folder of PostgreSQL's programs (default: the installed wheel's, then the system's newest).
    `throwaway` is for tests: fast, and lost if the machine stops; such a folder is never used for anything else.
    `stop_at_exit=False` leaves the server running after this process (until another user is the last to leave).
    Raises EmbeddedError, one line, when it cannot be had.
    """
    home = _prepared(home)
    run = postmaster.run_folder(home)
    with postmaster.holding(run / "start.lock"):  # one at a time starts, joins or leaves
        users = os.open(run / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            if stop_at_exit:
                postmaster.ensure_keeper(home)
            socket_dir = _join(home, throwaway) or _launch(home, find_binaries(pgbin), throwaway)
            _furnish(socket_dir)
        except BaseException:
            _leave(home, users)
            raise
    cluster = Cluster(home, socket_dir, users)
    if stop_at_exit:
        atexit.register(cluster.stop)
    return cluster


def _leave(home: Path, users: int) -> None:
    """Give up a share; stop the server if it was the last. The caller holds start.lock."""
    os.close(users)  # not LOCK_UN: a forked child may share this very lock
    lock = postmaster.run_folder(home) / "users.lock"
    try:
        with postmaster.holding(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):
            postmaster.stop(home)
    except BlockingIOError:
        # Either others use it: a share is granted at once. Or the keeper is stopping it: wait until that is done.
        with postmaster.holding(lock, fcntl.LOCK_SH):
            pass


def _prepared(home: Path) -> Path:
    """The home folder with its folder of locks, or a clear refusal."""
    home = home.resolve()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        run = postmaster.run_folder(home)
        run.mkdir(mode=0o700, exist_ok=True)
        with postmaster.holding(run / "start.lock", fcntl.LOCK_SH | fcntl.LOCK_NB):
            pass
    except BlockingIOError:
        pass  # somebody is just starting it: so it can be written
    except OSError as error:
        raise EmbeddedError(
            f"the folder {home} cannot be written ({error.strerror}): set GUZAR_HOME to a folder of your own"
        ) from error
    return home


def _join(home: Path, throwaway: bool) -> Path | None:
    """The socket folder of the running server once it answers; None if there is none, or it ended meanwhile."""
    data = postmaster.data_folder(home)
    deadline = time.monotonic() + START_LIMIT
    while pid := postmaster.postmaster_pid(data):
        socket_dir = postmaster.socket_folder(data)
        if socket_dir and _answers(socket_dir):
            _check_purpose(data, throwaway)
            return socket_dir
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL (process {pid}) runs on {data} but does not answer: see server.log in {home}"
            )
        time.sleep(0.05)  # starting, recovering, or just being stopped
    return None


def _answers(socket_dir: Path) -> bool:
    try:
        _connect(socket_dir, SUPERUSER).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(socket_dir: Path, database: str) -> psycopg.Connection[tuple[object, ...]]:
    dsn = make_conninfo(host=str(socket_dir), port=PORT, user=SUPERUSER, dbname=database, connect_timeout=10)
    return psycopg.connect(dsn, autocommit=True)


def _launch(home: Path, binaries: Binaries, throwaway: bool) -> Path:
    """Start a server where none runs; returns its socket folder. The caller holds start.lock and a share."""
    data, run = postmaster.data_folder(home), postmaster.run_folder(home)
    _check_version(data, binaries)
    postmaster.dismiss_orphans(home)
    if postmaster.is_held(run / "server.lock"):
        raise EmbeddedError(
            f"processes of a PostgreSQL that died still use {data}: stop them (another container?), then retry"
        )
    socket_dir = _socket_folder(home)
    if not (data / "PG_VERSION").exists():
        _create(home, binaries, throwaway)
    _check_purpose(data, throwaway)
    prefix = account_prefix(binaries, [data, run, socket_dir])
    for stale in (data / "postmaster.pid", *(socket_dir / f".s.PGSQL.{PORT}{end}" for end in ("", ".lock"))):
        stale.unlink(missing_ok=True)  # nobody owns them: no process of this server lives, and start.lock is ours
    _run_server(prefix, binaries, home, socket_dir)
    return socket_dir


def _check_version(data: Path, binaries: Binaries) -> None:
    try:
        found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return
    if found != str(binaries.major):
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {found} and this is PostgreSQL {binaries.major}: set GUZAR_PGBIN to the"
            f" programs of version {found}, or dump it with them and restore the dump in another GUZAR_HOME"
        )


def _check_purpose(data: Path, throwaway: bool) -> None:
    """A throw-away server does not survive a power cut: what is worth keeping never joins one."""
    if (data / THROWAWAY_MARK).exists() == throwaway:
        return
    kinds = ("kept data", "a throw-away database") if throwaway else ("a throw-away database", "kept data")
    raise EmbeddedError(f"{data} holds {kinds[0]} and cannot be used for {kinds[1]}: choose another GUZAR_HOME")


def _socket_folder(home: Path) -> Path:
    """Where the socket goes: beside the locks, or in the temporary folder if that path is too long or has odd signs."""
    run = postmaster.run_folder(home)
    if _fits_socket(run):
        return run
    name = f"guzar-pg-{os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    usual = Path(tempfile.gettempdir(), name)
    folder = usual if _fits_socket(usual) else Path("/tmp", name)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # The temporary folder is everybody's: what already stands there under our name must be ours and closed.
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or not _is_ours(found.st_uid, run):
        raise EmbeddedError(f"{folder} is not a private folder of this account: remove it, or use a shorter GUZAR_HOME")
    return folder


def _fits_socket(folder: Path) -> bool:
    # libpq and SQLAlchemy read commas and colons in the name of a host as separators.
    return len(os.fsencode(folder)) <= SOCKET_PATH_LIMIT and not re.search(r"[^\w/. +-]", str(folder), re.ASCII)


def _is_ours(owner: int, run: Path) -> bool:
    return owner in (os.geteuid(), run.stat().st_uid)


def _create(home: Path, binaries: Binaries, throwaway: bool) -> None:
    """Make the data folder beside its place and move it there when complete: a crash leaves no half of one."""
    data, draft = postmaster.data_folder(home), postmaster.draft_folder(home)
    if data.exists() and any(data.iterdir()):
        raise EmbeddedError(f"{data} is not a folder of PostgreSQL: move it away, or choose another GUZAR_HOME")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    settings = SETTINGS | (THROWAWAY_SETTINGS if throwaway else {})
    command = [binaries.program("initdb"), "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--lc-messages=C"]
    command += ["--auth-local=trust", "--auth-host=reject", *_locale(binaries), *(["--no-sync"] if throwaway else [])]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*account_prefix(binaries, [draft]), *command]
    # In the folder and with the lock: if we are killed now, the next start knows whom to wait for.
    with postmaster.holding(postmaster.run_folder(home) / "server.lock") as held:
        made = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=draft, env=_environment(), pass_fds=[held]
        )
    if made.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise EmbeddedError(f"PostgreSQL could not make its data folder in {home}: {_reason(made.stderr)}")
    if throwaway:
        (draft / THROWAWAY_MARK).touch()
    draft.rename(data)  # takes the place of an empty folder


def _locale(binaries: Binaries) -> list[str]:
    """Sorting that does not depend on the machine's libraries; the built-in provider came with version 17."""
    if binaries.major >= 17:
        return ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _environment(data: Path | None = None) -> dict[str, str]:
    """The process's environment without PostgreSQL's own variables, which would be taken for settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    clean["LC_ALL"] = "C"
    return clean | ({"PGDATA": str(data)} if data else {})


def _run_server(prefix: list[str], binaries: Binaries, home: Path, socket_dir: Path) -> None:
    data, log = postmaster.data_folder(home), postmaster.run_folder(home) / "server.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.old"))
    fixed = {
        "unix_socket_directories": f'"{socket_dir}"',
        "unix_socket_permissions": "0700",
        "listen_addresses": "",
        "port": str(PORT),
    }
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in fixed.items())
    command = [*prefix, binaries.program("pg_ctl"), "start", "-s", "-w", "-t", str(START_LIMIT), "-o", options]
    # The data folder goes by PGDATA, which no shell reads: its path may hold anything.
    with postmaster.holding(postmaster.run_folder(home) / "server.lock") as held, log.open("ab") as output:
        before = output.tell()
        started = subprocess.run(
            command,
            check=False,
            cwd="/",
            env=_environment(data),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C at a terminal is for us to handle, not for the server
            pass_fds=[held],  # every process of the server keeps it: the lock is free when the last has gone
        )
    if started.returncode:
        with log.open("rb") as written:
            written.seek(before)
            raise EmbeddedError(
                f"PostgreSQL did not start: {_reason(written.read().decode(errors='replace'))} (see {log})"
            )


def _reason(output: str) -> str:
    """The first complaint in what a PostgreSQL program wrote, in one line."""
    found = re.search(r"(?:FATAL|PANIC|error): +(.*)", output)
    return found[1].strip() if found else last_line(output)


def _furnish(socket_dir: Path) -> None:
    """Make the roles, the database and its extensions where they are missing; quick when all is there."""
    with _connect(socket_dir, SUPERUSER) as connection:
        for role in (OWNER, APPLICATION):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (DATABASE, OWNER))))
    with _connect(socket_dir, DATABASE) as connection:
        if _is_furnished(connection):
            return
        with connection.transaction():
            _install_extensions(connection)
            connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def _is_furnished(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    extensions = connection.execute(
        "SELECT 1 FROM pg_extension WHERE extname = ANY(%s)", (list(EXTENSIONS),)
    ).fetchall()
    owned = "SELECT 1 FROM pg_namespace WHERE nspname = 'public' AND nspowner = %s::regrole"
    return len(extensions) == len(EXTENSIONS) and connection.execute(owned, (OWNER,)).fetchone() is not None


def _install_extensions(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for extension in EXTENSIONS:
        try:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        except psycopg.Error as error:
            raise EmbeddedError(
                f"this PostgreSQL lacks the extension {extension} ({last_line(str(error))}): install its contributed"
                " modules, or set GUZAR_PGBIN to a complete installation"
            ) from error
