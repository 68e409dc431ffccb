"""`flask doctor`: is this installation fit to work? A line for each thing looked at."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import click
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.cli import database
from app.cli.database import DatabaseError
from app.cli.running import bare_command, settings
from app.core import db, schema
from app.core.embedded import EmbeddedError
from app.edge.locale import zone_of
from app.oversight.queries.health import Health, health
from config.settings import Settings
from forms.kit import fonts

GOOD, DOUBTFUL, BAD = "ok", "warning", "FAILED"
OLDEST_MAJOR = 16
MOST_SKEW = dt.timedelta(seconds=60)
LONGEST_UNMARKED = dt.timedelta(minutes=15)
LEAST_DISK, LITTLE_DISK = 500_000_000, 5_000_000_000  # bytes free


@dataclass(frozen=True)
class Line:
    """What was looked at, how it is, and what there is to say."""

    name: str
    state: str
    words: str


@click.command("doctor")
@bare_command
def doctor() -> None:
    """Checks settings, database, migrations, keys, fonts, clock, disk and second factor."""
    lines = list(_checked())
    width = max(len(line.name) for line in lines)
    for line in lines:
        click.echo(f"{line.name:<{width}}  {line.state:<7}  {line.words}")
    sys.exit(1 if any(line.state == BAD for line in lines) else 0)


def _checked() -> Iterator[Line]:
    here = settings()
    for check in (_settings, _home, _disk, _secret, _second_factor, _same_device, _cookies, _fonts, _time_zone, _keys):
        yield _looked(check, here)
    yield from _database(here)


def _looked(check: Callable[[Settings], Line], here: Settings) -> Line:
    """A check that fails in a way nobody foresaw is a line like any other."""
    try:
        return check(here)
    except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
        return Line(
            check.__name__.strip("_").replace("_", " "), BAD, f"{type(error).__name__}: {database.first_line(error)}"
        )


def _settings(here: Settings) -> Line:
    where = "DATABASE_URL" if here.database_url and os.environ.get("DATABASE_URL") else "the embedded PostgreSQL"
    return Line("settings", GOOD, f"post {here.post} of {here.administration}, {where}")


def _home(here: Settings) -> Line:
    try:
        here.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=here.home):
            pass
    except OSError as error:
        return Line(
            "home", BAD, f"{here.home} cannot be written ({error.strerror}): set GUZAR_HOME to a folder of your own"
        )
    if here.home.stat().st_mode & 0o007:
        return Line("home", DOUBTFUL, f"{here.home} is open to everybody on this machine: chmod 700")
    return Line("home", GOOD, str(here.home))


def _disk(here: Settings) -> Line:
    place = next(p for p in (here.home, *here.home.parents) if p.exists())
    free = shutil.disk_usage(place).free
    state = BAD if free < LEAST_DISK else DOUBTFUL if free < LITTLE_DISK else GOOD
    return Line("disk", state, f"{free / 1e9:.1f} GB free")


def _secret(here: Settings) -> Line:
    if os.environ.get("SECRET_KEY"):
        return Line("secret key", GOOD, "set by SECRET_KEY")
    path = here.home / "secret_key"
    if not path.exists():
        return Line("secret key", DOUBTFUL, "not made yet; it will be kept in the home folder")
    if path.stat().st_mode & 0o077:
        return Line("secret key", BAD, f"{path} can be read by others: chmod 600")
    return Line("secret key", GOOD, f"kept in {path}")


def _second_factor(here: Settings) -> Line:
    if here.second_factor == "required":
        return Line("second factor", GOOD, "required of officials")
    return Line("second factor", DOUBTFUL, "optional: set GUZAR_SECOND_FACTOR=required for real use")


def _same_device(here: Settings) -> Line:
    if here.same_device == "refused":
        return Line("devices", GOOD, "who proposes and who approves sit at two")
    return Line(
        "devices", DOUBTFUL, "one may do for two persons (GUZAR_SAME_DEVICE=allowed): counts in demonstrations alone"
    )


def _cookies(here: Settings) -> Line:
    if here.secure_cookies:
        return Line("cookies", GOOD, "sent over HTTPS alone")
    return Line("cookies", DOUBTFUL, "also sent without HTTPS: set GUZAR_SECURE_COOKIES=1 behind a proxy with TLS")


def _fonts(_here: Settings) -> Line:
    fonts.regular(), fonts.bold()
    return Line("fonts", GOOD, "FiraGO can be loaded")


def _time_zone(here: Settings) -> Line:
    zone = str(zone_of(here.post))
    moment = dt.datetime.now(ZoneInfo(zone))
    return Line("time zone", GOOD, f"{zone}, now {moment:%H:%M} there")


def _keys(here: Settings) -> Line:
    keys = current_app.extensions["guzar_keys"]
    records = [r for r in keys.trust().keys if r.administration == here.administration and r.revoked_at is None]
    own = [r for r in records if r.post == here.post]
    if not own:
        return Line("keys", DOUBTFUL, f"{here.post} has none yet: they are made with its first permit")
    if any(path.stat().st_mode & 0o077 for path in keys.folder.glob("posts/*/*.json")):
        return Line("keys", BAD, f"private keys in {keys.folder} can be read by others: chmod 600")
    newest = max(own, key=lambda r: r.not_before)
    left = newest.not_after - dt.datetime.now(dt.UTC)
    state = BAD if left < dt.timedelta(0) else DOUBTFUL if left < dt.timedelta(days=30) else GOOD
    return Line("keys", state, f"{here.post} signs with {newest.key_id}, valid until {newest.not_after:%Y-%m-%d}")


# --- the database ----------------------------------------------------------------------------------------------------


def _database(here: Settings) -> Iterator[Line]:
    try:
        reached = database.connect(current_app, migrated=False)
        with db.engine().connect() as connection:
            for check in (_version, _migrations, _roles, _durable, _clock):
                yield check(connection, reached)
        with db.reading() as session:
            yield from _watch_kept(health(session), here)
    except (SQLAlchemyError, EmbeddedError, DatabaseError) as error:
        yield Line("database", BAD, database.first_line(error))


def _version(connection: Connection, _here: Settings) -> Line:
    major = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    words = f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()} answers"
    if major < OLDEST_MAJOR:
        return Line("database", BAD, f"{words}; at least version {OLDEST_MAJOR} is needed")
    return Line("database", GOOD, words)


def _migrations(connection: Connection, _here: Settings) -> Line:
    level, newest = schema.level(connection), schema.newest()
    if level == newest:
        return Line("migrations", GOOD, f"at {level}")
    return Line("migrations", BAD, f"at {level or 'none'}, needed {newest}: run flask upgrade")


_OWNED = text(
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') "
    "AND pg_has_role(current_user, c.relowner, 'MEMBER')"
)


def _roles(connection: Connection, _here: Settings) -> Line:
    """The journal is only safe from the application if the application owns nothing and is no superuser."""
    role = connection.execute(text("SELECT current_user")).scalar_one()
    if connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar_one():
        return Line(
            "role",
            BAD,
            f"{role} is a superuser: work as a role that owns nothing, and give the owner's address in GUZAR_OWNER_URL",
        )
    if connection.execute(_OWNED).scalar_one():
        return Line(
            "role",
            DOUBTFUL,
            f"{role} owns tables: triggers alone protect the journal; give the owner's address in GUZAR_OWNER_URL",
        )
    return Line("role", GOOD, f"{role} owns nothing")


def _durable(connection: Connection, _here: Settings) -> Line:
    shown = {
        name: connection.execute(text(f"SHOW {name}")).scalar_one()
        for name in ("fsync", "synchronous_commit", "full_page_writes")
    }
    off = [name for name, value in shown.items() if value == "off"]
    if off:
        return Line("durability", BAD, f"{', '.join(off)} off: what is acknowledged may be lost when the power goes")
    return Line("durability", GOOD, "fsync, full_page_writes and synchronous_commit are on")


def _clock(connection: Connection, _here: Settings) -> Line:
    before = dt.datetime.now(dt.UTC)
    theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs(theirs - before - (dt.datetime.now(dt.UTC) - before) / 2)
    if skew > MOST_SKEW:
        return Line(
            "clock", BAD, f"this machine and the database differ by {skew.total_seconds():.0f} s: set both by NTP"
        )
    return Line("clock", GOOD, f"differs from the database's by {skew.total_seconds():.2f} s")


# --- oversight -------------------------------------------------------------------------------------------------------


def _watch_kept(found: Health, here: Settings) -> Iterator[Line]:
    """Whether those who decide are being watched at all."""
    minutes = int(found.unmarked.total_seconds() // 60)
    if found.unmarked > LONGEST_UNMARKED:
        words = f"the journal has entries no checkpoint covers for {minutes} minutes: is flask work running, and can "
        yield Line("checkpoints", BAD, f"{words}{here.checkpoint_folder} be written?")
    elif here.checkpoints is None:
        words = "kept beside the keys: set GUZAR_CHECKPOINTS to a folder on another disk"
        yield Line("checkpoints", DOUBTFUL, words)
    else:
        yield Line("checkpoints", GOOD, f"in {here.checkpoints}, the oldest entry without one waits {minutes} minutes")
    if found.looked is None:
        yield Line("watch of rows", DOUBTFUL, "the tables were never compared with the journal: flask work does it")
    elif found.looked > LONGEST_UNMARKED:
        yield Line("watch of rows", BAD, "the tables are not compared with the journal: is flask work running?")
    elif found.differences:
        yield Line(
            "watch of rows", BAD, f"{found.differences} rows do not say what the journal says: see /oversight/integrity"
        )
    else:
        yield Line(
            "watch of rows", GOOD, f"every table was compared within {found.looked.total_seconds() / 60:.0f} minutes"
        )
    if found.late:
        yield Line("weekly reports", BAD, f"{found.late} not signed in time: they are before the auditor")
    elif found.unsigned:
        yield Line("weekly reports", DOUBTFUL, f"{found.unsigned} wait for a signature since {found.oldest:%Y-%m-%d}")
    else:
        yield Line("weekly reports", GOOD, "none waits for a signature")
