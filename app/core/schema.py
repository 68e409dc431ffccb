"""Brings a database to the newest migration, as the role that owns the schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config(connection: Connection | None, application_role: str | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["application_role"] = application_role
    return config


def newest() -> str:
    """The revision this code needs."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def level(connection: Connection) -> str | None:
    """The revision a database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def application_role(url: str, owner_url: str) -> str | None:
    """The role to grant to: that of the application, unless it is the owner itself."""
    role, owner = make_url(url).username, make_url(owner_url).username
    return None if role == owner else role


def upgrade(owner_url: str, *, application_role: str | None, to: str = "head", purpose: str | None = None) -> list[str]:
    """Runs what is missing and gives the revisions passed. Safe to run twice and by two at once. `purpose` marks a
    database as demo or test when it is made; an existing mark other than live is never changed."""
    engine = create_engine(owner_url, connect_args={"application_name": "guzar-upgrade", "options": "-c timezone=UTC"})
    try:
        with engine.connect() as connection:
            before = level(connection)
            connection.rollback()
            command.upgrade(_config(connection, application_role), to)
            after = level(connection)
            if purpose and before is None:
                connection.execute(text("UPDATE node SET purpose = :purpose"), {"purpose": purpose})
            connection.commit()
        return _passed(before, after)
    finally:
        engine.dispose()


def downgrade(owner_url: str, *, application_role: str | None, to: str) -> None:
    """Takes migrations back; for tests of the migrations themselves."""
    engine = create_engine(owner_url)
    try:
        with engine.connect() as connection:
            command.downgrade(_config(connection, application_role), to)
    finally:
        engine.dispose()


def _passed(before: str | None, after: str | None) -> list[str]:
    script = ScriptDirectory(str(MIGRATIONS))
    if before == after or after is None:
        return []
    return [r.revision for r in reversed(list(script.iterate_revisions(after, before or "base")))]
