"""One PostgreSQL with fsync on for the tests that kill; whatever was killed in it, the next test copies a fresh database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.nodes import Server, server


@pytest.fixture(scope="package")
def durable() -> Iterator[Server]:
    with server() as made:
        yield made
