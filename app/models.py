"""Every table of the house in one metadata, for the migrations and the tests about the code base."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from app.core import clock, idempotency, journal, numbering, outbox
from app.core.tables import Base

KERNEL = (clock, idempotency, journal, numbering, outbox)

for _package in sorted(p.name for p in Path(__file__).parent.iterdir() if p.is_dir() and p.name != "core"):
    if find_spec(f"app.{_package}") and find_spec(f"app.{_package}.models"):
        import_module(f"app.{_package}.models")

metadata = Base.metadata
