"""What a process keeps in mind of its database, and must not believe of another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.reference import queries as reference
from app.risk import queries as risk
from app.risk.operations import scoring
from app.risk.queries import seeds
from app.watchlists.queries import found as watched

#: Everything the application keeps past a request (tests/architecture/test_source.py finds a new one).
FORGETTING = (reference.forget, risk.forget, seeds.forget, scoring.forget, watched.forget)


def forget() -> None:
    """The next question is put to the database that is connected then."""
    for each in FORGETTING:
        each()


@contextmanager
def apart() -> Iterator[None]:
    """Around everything that connects this process to a database which is not the tests' shared one."""
    forget()
    try:
        yield
    finally:
        forget()
