"""How a consignment goes through the post: deeds of different people, one after the other.

Each script is a generator of steps. It gets back what a step gave (the reference, the lane, what is due) and goes on
from there, so a consignment that chance stops is looked at like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from app.clearance.keys import KeyStore
from app.cli.demo.consignments import Kind, out_of_warehouse
from app.cli.demo.deeds import Deeds
from app.cli.demo.desk import Desk
from app.cli.demo.gate import Gate
from app.cli.demo.money import Money
from app.cli.demo.steps import Script, awake
from app.cli.demo.story import ZONE, Consignment, Fate
from app.cli.demo.telling import Outcome
from app.core.actors import Actor


class Scripts:
    """The scripts, with the people who act in them and the post's keys."""

    def __init__(self, people: Mapping[str, Actor], keys: KeyStore) -> None:
        self._people = people
        self._keys = keys

    def of(self, consignment: Consignment) -> Script:
        """The script that leads to the consignment's fate."""
        return _Whole(consignment, Deeds(consignment, self._people, self._keys)).script()


class _Whole(Desk, Money, Gate):
    def script(self) -> Script:
        """From the first word to the gate, as far as fate lets it come."""
        fate, deeds = self.told.fate, self.deeds
        if fate in (Fate.DRAFT, Fate.IMPORTED_DRAFT):
            name, act = ("drafted", deeds.draft) if fate is Fate.DRAFT else ("imported", deeds.import_)
            yield self._step(0, name, act)
            return
        yield from self._do(0, "lodged", deeds.lodge)
        deeds.reference = str(self.known["reference"])
        if (yield from self._arrives()) and (yield from self.is_cleared()) and (yield from self.is_paid()):
            yield from self.goes()
            if fate is Fate.STORED:
                yield from self._sold_from_store()

    def _arrives(self) -> Outcome:
        """What was announced is there a day later, or not yet, or never."""
        if self.told.fate is Fate.TAKEN_BACK:
            yield from self._do(190, "taken-back", self.deeds.take_back)
        if self.told.fate is Fate.EARLY:
            yield from self._do(self.random.randrange(1_230, 1_560), "presented", self.deeds.present)
        return self.known["status"] not in ("prelodged", "invalidated")

    def _sold_from_store(self) -> Script:
        """The goods leave the warehouse for home use, a third at a time."""
        mrn, parts = str(self.known["mrn"]), 3
        for part in range(1, parts + 1):
            moment = awake(self.at + dt.timedelta(minutes=self.random.randrange(1_500, 2_400)))
            body = out_of_warehouse(self.told.body, mrn, part, parts, moment.astimezone(ZONE).date())
            sold = Consignment(
                self.told.number, moment, Kind.STORED, Fate.PASSES, self.told.declarant, body, self.random
            )
            telling = _Whole(sold, self.deeds.about(sold), f"part-{part}-")
            yield from telling.script()
            self.at = telling.at
