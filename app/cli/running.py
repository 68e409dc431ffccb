"""What all commands share: a database when they need one, somebody who acts, one clear line when it does not work.

Exit codes: 0 done, 1 refused or found wrong, 2 the environment does not allow it. `GUZAR_DEBUG=1` shows tracebacks.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.accounts.queries import actor_of_login
from app.cli import database
from app.cli.database import DatabaseError
from app.cli.supervisor import ServeError
from app.core import clock, db
from app.core.actors import Actor
from app.core.canonical import scalar
from app.core.embedded import EmbeddedError
from app.core.errors import Refusal
from app.core.text import Text
from app.edge.locale import translate, understood
from config.settings import Settings, SettingsError

P = ParamSpec("P")
R = TypeVar("R")

#: Deadlocks, lost races, locks waited for in vain: surely not committed, so safe to run again.
_PASSING = frozenset({"40001", "40P01", "55P03"})
TRIES = 5


class Refused(click.ClickException):
    """Understood and refused."""

    exit_code = 1


class Impossible(click.ClickException):
    """The environment does not allow it."""

    exit_code = 2


def settings() -> Settings:
    found: Settings = current_app.config["GUZAR"]
    return found


def say(text: Text) -> str:
    """A sentence in the language of `GUZAR_LANG`, else in English."""
    return translate(text, understood(os.environ.get("GUZAR_LANG")))


def sentences(refusal: Refusal) -> list[str]:
    """Why it was refused: every finding, or the one sentence there is."""
    return [say(finding.message) for finding in refusal.findings] or [say(refusal.message)]


def command(function: Callable[P, R]) -> Callable[..., R]:
    """For commands that need the database: it is started or joined, and must be migrated."""

    @functools.wraps(function)
    def connected(*args: P.args, **kwargs: P.kwargs) -> R:
        database.connect(current_app)
        return function(*args, **kwargs)

    return bare_command(connected)


def bare_command(function: Callable[P, R]) -> Callable[..., R]:
    """For commands that need no database, or see to it themselves."""
    return _guarded(with_appcontext(function))


def _guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Turns every failure into one line and its exit code."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("GUZAR_DEBUG") == "1":
                raise
            raise _told(error) from error

    return guarded


def _told(error: Exception) -> click.ClickException:
    if isinstance(error, Refusal):
        return Refused(" ".join(sentences(error)))
    if isinstance(error, SettingsError | EmbeddedError | DatabaseError | ServeError):
        return Impossible(str(error))
    if isinstance(error, SQLAlchemyError):
        return Impossible(f"the database failed: {database.first_line(error)}")
    if isinstance(error, OSError):
        return Impossible(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return Impossible(
        f"this should not happen: {type(error).__name__}: {database.first_line(error)} (GUZAR_DEBUG=1 shows where)"
    )


def guard(made: click.Command) -> click.Command:
    """Gives a command (or each of a group) the same guard and database, whoever wrote it."""
    if isinstance(made, click.Group):
        for part in made.commands.values():
            guard(part)
    elif made.callback is not None:
        made.callback = command(made.callback)
    return made


def as_option(function: Callable[P, R]) -> Callable[P, R]:
    """The option --as."""
    return click.option("--as", "login", metavar="LOGIN", help="Who acts; GUZAR_LOGIN without it.")(function)


def person(login: str | None, in_demo: str) -> Actor:
    """Who acts: the one named, else GUZAR_LOGIN, else in a demonstration the login usual for this."""
    with db.reading() as session:
        chosen = login or settings().login or (in_demo if clock.purpose(session) == "demo" else None)
        if chosen is None:
            raise click.UsageError("Say who acts: --as LOGIN, or set GUZAR_LOGIN.")
        actor = actor_of_login(session, chosen)
    if actor is None:
        raise Refused(f"There is no login {chosen!r} that is open and holds a grant at present.")
    return actor


def deed(act: Callable[[Session], R]) -> R:
    """Runs a deed in one transaction, and again if it surely did not happen because others were in the way."""
    for attempt in range(1, TRIES + 1):
        try:
            with db.transaction() as session:
                return act(session)
        except DBAPIError as error:
            if attempt == TRIES or getattr(error.orig, "sqlstate", None) not in _PASSING:
                raise
            time.sleep(0.05 * 2**attempt)
    raise AssertionError("unreachable")


def echo_json(value: Any, *, indent: bool = False) -> None:
    """One JSON value on standard output, UTF-8 whatever the terminal says."""
    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0)
    click.echo(orjson.dumps(value, default=scalar, option=options), nl=False)
