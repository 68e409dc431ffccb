"""What selectivity does beside the consignments: seeds, tampering, replays, figures."""

from __future__ import annotations

import time
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now, transaction
from app.reference.queries import codebook
from app.registers.risk import endings, figures, traffic
from app.risk.operations import drawing, figuring, replaying, tampering
from app.risk.queries.approved import Problem
from app.watchlists.queries import approved as lists

#: A slice of a replay leaves the other tasks their turn.
SLICE = 5.0


def keep_watch(session: Session, *, by: Actor) -> None:
    """Opens the seeds of days that are over, promises those of the coming ones, and compares the rules with what was
    approved."""
    codes = codebook(session)
    drawing.open_past(session, codes, by=by)
    drawing.commit_next(session, codes, by=by)
    tampering.watch(session, by=by)


def keep_lists(session: Session, since: lists.Told | None = None, *, by: Actor) -> lists.Told:
    """Compares watch lists with the journal and tells what is new. Gives the journal as it was read, for the next time."""
    told, found = lists.compare(session, since)
    tampering.note(session, [Problem(one.what, one.key, 0, one.problem, one.found) for one in found], by=by)
    return told


def count(session: Session, *, by: Actor) -> bool:
    """Counts anew what changed of the profiles' figures since it was counted last, a week of changes at most. True if there
    is more."""
    since, until = figuring.span(session, by=by)
    for post, day in figures.touched(session, since, until):
        counted = figuring.Counted(
            figures.counted(session, post, day), traffic.counted(session, post, day), traffic.goods(session, post, day)
        )
        figuring.keep(session, post, day, counted, by=by)
    figuring.done(session, until, by=by)
    return until < now(session)


def replay(seconds: float = SLICE, id: UUID | None = None, *, by: Actor) -> bool:
    """Works at the oldest open replay, or the one named, for so long, a batch a transaction. True if there is more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction() as session:
            if not replaying.step(session, endings.of, by=by, id=id):
                return False
    return True
