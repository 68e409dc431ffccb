"""Counting what is asked of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

#: These mark places in a transaction (most of them are the tests' own) or say how it works; they ask nothing.
_NO_QUESTION = re.compile("SAVEPOINT|RELEASE|ROLLBACK|SET ")

#: What a process looks at again every few seconds and otherwise knows: whether the codes have changed, and the profiles
#: and shares in force. Which request the look falls into is up to the clock, not to the request that is counted.
_LOOK = re.compile(
    r"SELECT reference_revision\.mark\s+FROM reference_revision$"
    r"|SELECT DISTINCT ON \((?:risk_profile\.code|random_share\.post)\)"
)


class Sent(str):
    """A statement as it went to the driver; what it was given is in `parameters`."""

    __slots__ = ("parameters",)
    parameters: Any


@contextmanager
def statements(engine: Engine, *, looks: bool = False) -> Iterator[list[Sent]]:
    """The statements that any connection of the engine sends while the block runs; a caller may empty the list between.

    Left out is what asks nothing, and what the clock asks for; with `looks` the latter is counted too."""
    found: list[Sent] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if _NO_QUESTION.match(statement) or (_LOOK.match(statement) and not looks):
            return
        sent = Sent(statement)
        sent.parameters = parameters
        found.append(sent)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
