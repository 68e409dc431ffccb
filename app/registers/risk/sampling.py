"""What a profile would have done to a sample of last month's consignments; for who writes one. A replay says it exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import now
from app.reference.queries import codebook
from app.registers.risk import endings
from app.risk.queries.replays import share
from app.risk.rules import Lane, Profile
from app.risk.rules.replays import Past, Tally, run

MOST = 500
MONTH = dt.timedelta(days=31)

#: Evenly over the month and the posts: every n-th of those in the order of the index, whose pages alone are counted.
_SAMPLE = text(
    "WITH month AS (SELECT post, id, row_number() OVER (ORDER BY post, at, id) AS n, count(*) OVER () AS total "
    "FROM risk_assessment WHERE at >= :since) "
    "SELECT a.post, a.id, a.declaration_id, a.movement_post, a.movement_id, a.lane, a.facts, a.at, month.total "
    "FROM month JOIN risk_assessment a ON (a.post, a.id) = (month.post, month.id) "
    "WHERE month.n % greatest(1, ceil(month.total / CAST(:most AS numeric))) = 0 AND a.stage <> 'amended' LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Tried:
    """Of `asked` consignments (a sample of `total` assessed last month) `hits` would have been hit, `stopped` of them not
    stopped already. `untold` lack a fact that is asked for."""

    total: int
    asked: int
    untold: int
    broken: int
    hits: int
    stopped: int
    inspected: int
    caught: int
    examples: tuple[dict[str, Any], ...]

    @property
    def share(self) -> Decimal | None:
        """Per cent."""
        return share(self.hits, self.asked)

    @property
    def answered_yes(self) -> int:
        """Hits without those that have no answer; in force they count as hits."""
        return self.hits - self.broken

    @property
    def answered_share(self) -> Decimal | None:
        """Per cent."""
        return share(self.answered_yes, self.asked)


def tried(session: Session, profile: Profile) -> Tried:
    """Asks a profile about the sample. Three queries."""
    rows = session.execute(_SAMPLE, {"since": now(session) - MONTH, "most": MOST}).all()
    tally = next(iter(run(_past(session, rows), (profile,)).profiles.values()), Tally())
    return Tried(
        total=rows[0].total if rows else 0,
        asked=tally.asked,
        untold=tally.untold,
        broken=tally.broken,
        hits=tally.hits,
        stopped=tally.raised,
        inspected=tally.inspected,
        caught=tally.caught,
        examples=tuple(tally.examples),
    )


def _past(session: Session, rows: Sequence[Any]) -> Iterator[Past]:
    codes = codebook(session)
    declarations = [(row.post, row.declaration_id) for row in rows if row.declaration_id is not None]
    movements = [(row.movement_post, row.movement_id) for row in rows if row.movement_id is not None]
    told = endings.of(session, declarations, movements)
    for row in rows:
        moving = row.movement_id is not None
        key = (row.movement_post, row.movement_id) if moving else (row.post, row.declaration_id)
        kind = "movement" if moving else "declaration"
        ending = told.get(key)
        if ending is not None:
            yield Past(row.post, kind, codes.day_at(row.post, row.at), Lane(row.lane), row.facts, *ending)
