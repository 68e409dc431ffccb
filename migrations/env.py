"""Runs migrations on the connection handed over by `app.core.schema`, one transaction each, under a lock of its own."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import text

from app.models import metadata

#: One migration at a time in a database, whoever starts it.
LOCK = 7_240_531_117


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    return not (kind == "table" and name == "alembic_version")


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=False,
        include_name=include_name,
    )
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()


run()
