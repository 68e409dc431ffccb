"""Whom the papers of a transit movement are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.clearance.commands import OF_EITHER, Concerned, Kind
from app.clearance.models import Paper
from app.clearance.operations.papers import may_print
from app.core.actors import Actor
from app.core.errors import Forbidden, NotFound
from app.transit import queries
from app.transit.models import Movement


@dataclass(frozen=True, slots=True)
class Whom:
    """Those who have to do with a movement: its offices, its holder, and the firm that notified each arrival."""

    movement: Movement
    offices: tuple[str, ...]
    notifiers: Mapping[int, str | None]
    #: The arrival of each permission to unload.
    permissions: Mapping[int, int]

    @classmethod
    def of(cls, session: Session, movement: Movement) -> Whom:
        """Three queries."""
        return cls(
            movement,
            tuple(row.office for row in queries.offices(session, movement)),
            {row.number: row.party for row in queries.arrivals(session, movement)},
            {row.number: row.arrival for row in queries.unloadings(session, movement)},
        )

    def at_departure(self) -> Concerned:
        """Whom the first accompanying document is for: the office of departure hands it to the holder."""
        return Concerned((self.movement.post,), frozenset({self.movement.party}))

    def concerned(self, kind: str, place: int = 0, at: str = "") -> Concerned:
        """Whom a paper is for, the office `at` before the others: the firm that notified an arrival has the papers of
        that, not the accompanying document with the holder's guarantees. What an inspection found is for officials alone."""
        posts = dict.fromkeys(filter(None, (at, self.movement.post, *self.offices)))
        if kind == Kind.INSPECTION_ACT:
            return Concerned(tuple(posts), frozenset())
        parties = {self.movement.party}
        if kind not in (Kind.TRANSIT_DOCUMENT, *OF_EITHER):
            arrival = self.permissions.get(place, 0) if kind == Kind.UNLOADING_PERMISSION else place
            parties |= set(filter(None, (self.notifiers.get(arrival),)))
        return Concerned(tuple(posts), frozenset(parties))

    def may_see(self, kind: str, place: int, *, by: Actor) -> bool:
        """Whether somebody who sees the movement sees this paper of it."""
        if queries.is_official(by, self.movement, self.offices):
            return True
        return bool(self.concerned(kind, place).parties & by.parties())


def is_printer(kind: str, concerned: Concerned, *, by: Actor) -> bool:
    """Whether somebody may have such a paper printed."""
    try:
        may_print(kind, concerned, by=by)
    except Forbidden:
        return False
    return True


def seen(session: Session, paper: Paper, *, by: Actor) -> Paper:
    """A paper of a movement, for whom it is for; `NotFound` for everybody else."""
    movement = queries.find(session, paper.reference, by=by)
    if not Whom.of(session, movement).may_see(paper.kind, paper.place, by=by):
        raise NotFound()
    return paper
