"""From settings to a database: without `DATABASE_URL`, the embedded PostgreSQL of the home folder, started or joined.

A server takes its share when it starts. A command takes one when it needs a database and not before, so that
`flask --help` and `flask verify` never start one. The last process to leave stops it (see `app.core.embedded`).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from dataclasses import replace
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.core import db, embedded, schema
from config.settings import Settings, SettingsError

_shares: list[embedded.Cluster] = []


class DatabaseError(RuntimeError):
    """The database is not such that one could work with it; one line that says why and what to do."""


def settings_of_process() -> Settings:
    """The settings from the environment, for wsgi.py. A server's name a database; a command asks when it needs one."""
    is_command = click.get_current_context(silent=True) is not None
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        if is_command:
            _end(error)
        raise
    _make_home(settings)
    return _for_command(settings) if is_command else addressed(settings)


def _make_home(settings: Settings) -> None:
    """Before anything else writes into it: it holds keys, so it is its owner's alone."""
    with contextlib.suppress(OSError):  # whoever needs it will say so
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)


def _for_command(settings: Settings) -> Settings:
    """Quiet logs, and no need for a home folder that can be written: commands sign no cookies."""
    if not os.environ.get("GUZAR_LOG_LEVEL"):
        settings = replace(settings, log_level="WARNING")
    try:
        settings.with_secret()
    except OSError:
        settings = replace(settings, secret_key=secrets.token_urlsafe(48))
    return settings


def _end(error: Exception) -> NoReturn:
    click.echo(f"Error: {error}", err=True)
    sys.exit(2)


def addressed(settings: Settings) -> Settings:
    """The settings with a database that answers; raises EmbeddedError where the embedded one cannot be had."""
    if settings.database_url is not None:
        return settings
    cluster = embedded.start(settings.home, pgbin=settings.pgbin)
    _shares.append(cluster)
    return replace(settings, database_url=cluster.url(), owner_url=settings.owner_url or cluster.owner_url)


def revive(settings: Settings) -> None:
    """Starts the embedded server again if this process had a share in one that died. Its address stays the same."""
    earlier = list(_shares)
    if not earlier:
        return
    _shares[:] = [embedded.start(settings.home, pgbin=settings.pgbin)]
    for share in earlier:  # only now: a last share would have stopped the server
        share.stop()


def owner_url(settings: Settings) -> str:
    """The address for migrations: that of the owner, or of the one role that does everything."""
    url = settings.owner_url or settings.database_url
    assert url is not None, "ask `addressed` first"
    return url


def connect(app: Flask, *, migrated: bool = True) -> Settings:
    """Binds the process to its database, which must stand at this release's migration unless told otherwise."""
    settings = addressed(app.config["GUZAR"])
    if app.config["GUZAR"].database_url is None:
        assert settings.database_url is not None
        db.connect(settings.database_url, node_post=settings.post, pool_size=settings.pool_size)
        app.config["GUZAR"] = settings
    if migrated:
        need_migrated()
    return settings


def need_migrated() -> None:
    """Raises DatabaseError, saying what to do, if the tables are not those of this release."""
    try:
        with db.engine().connect() as connection:
            level, newest = schema.level(connection), schema.newest()
    except SQLAlchemyError as error:
        raise DatabaseError(f"the database does not answer: {first_line(error)}") from error
    if level is None:
        raise DatabaseError(
            "the database is empty: make its tables with flask upgrade, or a demonstration with flask demo"
        )
    if level != newest:
        raise DatabaseError(
            f"the database stands at migration {level}, this program at {newest}: run flask upgrade of the newer one"
        )


def first_line(error: BaseException) -> str:
    """What a driver complains of, without its statement and its hints."""
    complaint = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(complaint).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(complaint).__name__
