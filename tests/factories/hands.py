"""The persons of `factories.actors` have no accounts, but the database asks who holds which role before it lets two persons
settle anything. In the tests it takes their word: their ids are of version 5, those of real persons never are.

What the database asks of real persons is tested with the people of the contract (see `tests/faults/test_nobody_alone.py`).
"""

from __future__ import annotations

import psycopg

_ASKED = "SELECT pg_get_functiondef('holds_role(uuid, text[], text)'::regprocedure)"


def believed(owner: psycopg.Connection) -> None:
    """From now on the persons of the factories hold every role, in the owner's database."""
    (function,) = owner.execute(_ASKED).fetchone() or ("",)
    assert "SELECT EXISTS (" in function
    owner.execute(function.replace("SELECT EXISTS (", "SELECT coalesce(uuid_extract_version(who) = 5, false) OR EXISTS (", 1))


def doubted(owner: psycopg.Connection) -> None:
    """The function as the migrations made it."""
    (function,) = owner.execute(_ASKED).fetchone() or ("",)
    owner.execute(function.replace("coalesce(uuid_extract_version(who) = 5, false) OR ", "", 1))
