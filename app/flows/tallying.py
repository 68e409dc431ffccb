"""What is remembered of parties, drivers, wheels and boxes follows the journals of the posts.

`flask work` runs this again and again; several workers at once count every entry once. From an empty cursor it reads a
journal from its beginning, and so makes everything anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.registers.risk import occasions
from app.risk.operations import tallying as risk
from app.risk.queries import tallies

#: Entries of one transaction.
BATCH = 1_000


def due(session: Session, *, by: Actor) -> Sequence[str]:
    """The posts that have entries which nobody has counted yet."""
    return tallies.behind(session) if by.is_node else ()


def run(session: Session, post: str, *, by: Actor, most: int = BATCH) -> int:
    """Counts the next entries of a post, at most so many, and gives how many numbers that were; 0 where there are none
    or another worker counts them."""
    number = risk.take(session, post, by=by)
    if number is None:
        return 0
    upto, told = occasions.after(session, post, number, most=most)
    if upto > number:
        risk.tally(session, post, told, upto, by=by)
    return upto - number
