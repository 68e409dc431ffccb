"""How a script is told: deeds at their times, and what the last of them came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator

from sqlalchemy.orm import Session

from app.cli.demo.deeds import Deeds
from app.cli.demo.steps import Result, Script, Step, awake
from app.cli.demo.story import Consignment

#: A part of a script that tells how it went.
Outcome = Generator[Step, Result, bool]


class Telling:
    """The script of a consignment; `prefix` tells the steps of several declarations of one consignment apart."""

    def __init__(self, told: Consignment, deeds: Deeds, prefix: str = "") -> None:
        self.told, self.deeds, self.random, self.prefix = told, deeds, told.random, prefix
        self.at = told.at
        #: What the last deed about the declaration told of it: status, lane, what is due.
        self.known: Result = {}

    def _do(self, minutes: int, name: str, act: Callable[[Session], Result]) -> Script:
        """A deed about the declaration, whose outcome the script goes on with."""
        self.known = {**self.known, **(yield self._step(minutes, name, act))}

    def _step(self, minutes: int, name: str, act: Callable[[Session], Result]) -> Step:
        if minutes:
            self.at = awake(self.at + dt.timedelta(minutes=minutes, seconds=self.random.randrange(60)))
        return Step(self.at, self.prefix + name, act)

    def _approved(self, name: str, proposal: str, reason: str) -> Script:
        minutes = self.random.randrange(8, 25)
        yield from self._do(minutes, name, lambda session: self.deeds.approve(session, proposal, reason))
