"""What the tests of faults share: one PostgreSQL with fsync on for the tests that kill (whatever was killed in it, the next
test copies a fresh database), and the application with one of everything for those that send nonsense."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import desk as desks
from tests.faults.desk import Desk
from tests.faults.nodes import Server, server


@pytest.fixture(scope="package")
def durable() -> Iterator[Server]:
    with server() as made:
        yield made


@pytest.fixture(scope="module")
def desk(cluster, template, tmp_path_factory) -> Iterator[Desk]:
    with desks.opened(cluster, template, tmp_path_factory.mktemp("hostile")) as ready:
        yield ready
