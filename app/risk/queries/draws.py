"""The draws of a day computed again: does every number follow from the seed that was promised, and did chance stop what it
should have?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.risk.models import RiskAssessment, RiskDrawSeed, RiskRuleSet
from app.risk.queries.replays import share
from app.risk.rules import STRENGTH, Hit, Lane, draw, lane_of

KIND = "risk_draw_seed"
#: A transaction may have asked the time so long before it committed to the seed.
SLACK = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw. `open_to_chance`: no profile put it into the lane of chance or a higher one. `wrong` says what is not as it
    should be: `number`, `outcome`, `before-seed`."""

    assessment: UUID
    declaration: UUID | None
    movement: tuple[str, UUID] | None
    at: dt.datetime
    lane: str
    number: int
    expected: int
    drawn: bool
    open_to_chance: bool
    share: Decimal
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A post's draws of a day. `seed` is None until it was opened. `wrong` is what is not as it should be of the seed
    itself: `not-promised`, `other-seed`, `opened-otherwise`."""

    post: str
    day: dt.date
    commitment: str
    committed_at: dt.datetime
    opened_at: dt.datetime | None
    seed: str | None
    draws: tuple[Draw, ...]
    wrong: tuple[str, ...]

    @property
    def open_to_chance(self) -> int:
        return sum(d.open_to_chance for d in self.draws)

    @property
    def drawn(self) -> int:
        return sum(d.drawn for d in self.draws)

    @property
    def actual(self) -> Decimal | None:
        """Per cent of what was open to chance that chance stopped."""
        return share(self.drawn, self.open_to_chance)

    @property
    def expected(self) -> Decimal | None:
        """The share that was in force, on the mean of the day."""
        shares = [d.share for d in self.draws if d.open_to_chance]
        return (sum(shares, Decimal(0)) / len(shares)).quantize(Decimal("0.01")) if shares else None

    @property
    def mismatches(self) -> int:
        return len(self.wrong) + sum(bool(d.wrong) for d in self.draws)


def days(session: Session, since: dt.date, until: dt.date, post: str | None = None) -> list[Day]:
    """Every post's days between two dates, both included, computed again; the newest first."""
    asked = select(RiskDrawSeed).where(RiskDrawSeed.day >= since, RiskDrawSeed.day <= until)
    if post is not None:
        asked = asked.where(RiskDrawSeed.post == post)
    rows = session.execute(asked.order_by(RiskDrawSeed.day.desc(), RiskDrawSeed.post)).scalars().all()
    return [_day(session, row) for row in rows]


def day(session: Session, post: str, on: dt.date) -> Day | None:
    """One post's day, or None where nothing was drawn."""
    row = session.get(RiskDrawSeed, (post, on), populate_existing=True)
    return None if row is None else _day(session, row)


def promised(session: Session, post: str, until: dt.date | None, limit: int) -> list[dt.date]:
    """The days of which a post's seed was promised, the newest first, up to `until`."""
    asked = select(RiskDrawSeed.day).where(RiskDrawSeed.post == post)
    if until is not None:
        asked = asked.where(RiskDrawSeed.day <= until)
    return list(session.execute(asked.order_by(RiskDrawSeed.day.desc()).limit(limit)).scalars())


def posts(session: Session) -> list[str]:
    """The posts at which something was ever drawn."""
    return list(session.execute(select(RiskDrawSeed.post).distinct().order_by(RiskDrawSeed.post)).scalars())


def _day(session: Session, row: RiskDrawSeed) -> Day:
    sets: dict[str, dict[str, Any]] = {}
    draws = tuple(_draw(session, kept, row, sets) for kept in _kept(session, row))
    seed = row.seed.hex() if row.opened_at is not None else None
    wrong = tuple(_wrong_seed(session, row))
    return Day(row.post, row.day, row.commitment, row.committed_at, row.opened_at, seed, draws, wrong)


#: What a draw needs; the facts of an assessment are many and not asked for.
_COLUMNS = (
    RiskAssessment.id, RiskAssessment.post, RiskAssessment.declaration_id, RiskAssessment.movement_post,
    RiskAssessment.movement_id, RiskAssessment.at, RiskAssessment.lane, RiskAssessment.draw, RiskAssessment.drawn,
    RiskAssessment.hits, RiskAssessment.rules,
)  # fmt: skip


def _kept(session: Session, row: RiskDrawSeed) -> Iterator[Any]:
    around = dt.timedelta(hours=36)  # the day at the post, wherever that is
    middle = dt.datetime.combine(row.day, dt.time(12), dt.UTC)
    asked = select(*_COLUMNS).where(
        RiskAssessment.post == row.post,
        RiskAssessment.at >= middle - around,
        RiskAssessment.at <= middle + around,
        RiskAssessment.seed_day == row.day,
    )
    return iter(session.execute(asked.order_by(RiskAssessment.at, RiskAssessment.id)))


def _draw(session: Session, kept: Any, row: RiskDrawSeed, sets: dict[str, dict[str, Any]]) -> Draw:
    share_, lane = _share(session, kept, sets)
    hits = [Hit.of_plain(hit) for hit in kept.hits]
    without = lane_of(hits, draw.NUMBERS, Decimal(0), lane)[0]
    number = draw.number(row.seed, kept.id)
    open_ = STRENGTH[without] < STRENGTH[lane]
    wrong = []
    if number != kept.draw:
        wrong.append("number")
    if lane_of(hits, number, share_, lane) != (Lane(kept.lane), kept.drawn):
        wrong.append("outcome")
    if kept.at < row.committed_at - SLACK:
        wrong.append("before-seed")
    movement = None if kept.movement_id is None else (kept.movement_post, kept.movement_id)
    return Draw(
        kept.id, kept.declaration_id, movement, kept.at, kept.lane, kept.draw, number, kept.drawn, open_, share_, tuple(wrong)
    )  # fmt: skip


def _share(session: Session, kept: Any, sets: dict[str, dict[str, Any]]) -> tuple[Decimal, Lane]:
    if kept.rules not in sets:
        rules = session.get(RiskRuleSet, kept.rules)
        sets[kept.rules] = rules.content["shares"] if rules else {}
    share_, lane = sets[kept.rules].get(kept.post) or sets[kept.rules].get("*") or ("0", "yellow")
    return Decimal(share_), Lane(lane)


def _wrong_seed(session: Session, row: RiskDrawSeed) -> Iterator[str]:
    entries = journal.history(session, row.post, KIND, row.day.isoformat())
    promised = [e.after["commitment"] for e in entries if e.event == "risk.seed-committed" and e.after]
    opened = [e.after["seed"] for e in entries if e.event == "risk.seed-opened" and e.after]
    if promised != [row.commitment]:
        yield "not-promised"
    if draw.commitment(row.seed) != row.commitment:
        yield "other-seed"
    if opened != ([row.seed.hex()] if row.opened_at is not None else []):
        yield "opened-otherwise"
