"""`flask demo`: from an empty folder to a running system with two weeks behind it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from app.cli import database, supervisor
from app.cli.database import DatabaseError
from app.cli.demo import people, traffic
from app.cli.running import bare_command
from app.cli.supervisor import PortTaken
from app.cli.upgrade import migrate
from app.core import db, schema
from app.edge import assets
from config.settings import Settings

INTERRUPTED = 130


@click.command("demo")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where to serve, on this machine alone.",
)
@click.option("--no-serve", is_flag=True, help="Stop when the data is made.")
@bare_command
def demo(port: int, no_serve: bool) -> None:
    """Makes a demonstration (once: two weeks of traffic) and serves it until Ctrl-C."""
    if not no_serve:
        _need_port(port)
    try:
        with _interruptible():
            settings, password = _prepared()
    except KeyboardInterrupt:
        click.echo("\nStopped. The next flask demo goes on from here.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    address, logins = f"http://localhost:{port}", people.listing(password)
    if no_serve:
        click.echo(f"The demonstration is made. To serve it at {address}: flask demo --port {port}\n{logins}")
        return
    db.disconnect()  # the children connect for themselves; this process only keeps its share in the database server
    supervisor.serve(
        port=port,
        settings_env=_environment(settings, address),
        on_ready=lambda: click.echo(f"{address}\n{logins}\nCtrl-C stops it."),
        worker_command=_worker_command(),
    )
    click.echo("Stopped.", err=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM both stop the making in order, also where a shell has put it into the background."""
    before = {wanted: signal.signal(wanted, signal.default_int_handler) for wanted in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for wanted, handler in before.items():
            signal.signal(wanted, handler)


def _worker_command() -> list[str]:
    """The worker gives way to the pages: they are what people wait for, most of all while both start."""
    polite = ["nice"] if shutil.which("nice") else []
    return [*polite, *supervisor.WORKER_COMMAND]


def _need_port(port: int) -> None:
    """Asked before minutes are spent on data; the supervisor asks again when it matters."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((supervisor.HOST, port))
        except OSError as error:
            raise PortTaken(f"port {port} cannot be opened ({error.strerror}): choose another with --port") from error


def _prepared() -> tuple[Settings, str]:
    """A migrated database marked as a demonstration, with people and traffic; and the people's password."""
    before: Settings = current_app.config["GUZAR"]
    _need_folder(before.home)
    with _alone(before.home):
        settings = database.connect(current_app, migrated=False)
        _mark(settings)
        password = people.password(settings.home)
        with _progress() as report:
            traffic.make(password, current_app.extensions["guzar_keys"], report)
        assets.warm(current_app)
    return settings, password


def _need_folder(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"the folder {home} cannot be made ({error.strerror}): set GUZAR_HOME to a folder of your own"
        ) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise DatabaseError(f"the folder {home} cannot be written: set GUZAR_HOME to a folder of your own")


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time makes the demonstration of a folder; another waits and finds it made."""
    handle = os.open(home / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _mark(settings: Settings) -> None:
    """Migrates; an empty database becomes a demonstration, one in real use is left alone."""
    purpose = _purpose()
    if purpose == "live" and _has_accounts():
        raise DatabaseError(
            "this database is in real use: choose another GUZAR_HOME (or DATABASE_URL) for a demonstration"
        )
    migrate(settings, "demo")
    if purpose == "live":
        _as_owner(settings, "UPDATE node SET purpose = 'demo'")


def _purpose() -> str | None:
    """What the database is for; None while it has no tables."""
    with db.engine().connect() as connection:
        if schema.level(connection) is None:
            return None
        found: str = connection.execute(text("SELECT purpose FROM node")).scalar_one()
        return found


def _has_accounts() -> bool:
    with db.engine().connect() as connection:
        try:
            return bool(connection.execute(text("SELECT EXISTS (SELECT FROM app_user)")).scalar_one())
        except ProgrammingError:  # migrations were cut off before accounts came
            return False


def _as_owner(settings: Settings, statement: str) -> None:
    engine = create_engine(database.owner_url(settings))
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


@contextmanager
def _progress() -> Iterator[traffic.Report]:
    """A bar that appears with the first declaration; on something that is no terminal only its end is written."""
    bar = Progress(
        TextColumn("Two weeks at Panji Poyon / Sher Khan Bandar"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total} declarations"),
        console=Console(stderr=True),
    )
    task = None

    def report(done: int, total: int) -> None:
        nonlocal task
        if task is None:
            bar.start()
            task = bar.add_task("", total=total)
        bar.update(task, completed=done)

    try:
        yield report
    finally:
        if task is not None:
            bar.stop()


def _environment(settings: Settings, address: str) -> dict[str, str]:
    """How the children find the same folder, and speak to a person's terminal instead of to a log collector."""
    usual = {
        "GUZAR_LOG_FORMAT": "console",
        "GUZAR_LOG_LEVEL": "WARNING",
        "GUZAR_SECURE_COOKIES": "0",
        "GUZAR_BASE_URL": address,
    }
    chosen = {name: os.environ.get(name) or value for name, value in usual.items()}
    return {**chosen, "GUZAR_HOME": str(settings.home), "GUZAR_PURPOSE": "demo"}
