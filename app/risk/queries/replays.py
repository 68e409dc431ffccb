"""What profiles would have done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.risk.lifecycle import Run
from app.risk.models import RiskAssessment, RiskProfile, RiskReplay, RiskReplayDay, RiskReplayProfile

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_MONTH = dt.timedelta(days=31)


def share(part: int, whole: int) -> Decimal | None:
    """Per cent with two decimals; None of nothing."""
    return None if whole == 0 else (part * _HUNDRED / whole).quantize(_CENT)


@dataclass(frozen=True, slots=True)
class Result:
    """What a replay says of one profile: consignments, and shares of them in per cent.

    `asked` are those it applies to and could be asked about, `untold` those that lack a fact it asks for. `precision` is
    the share with a finding of those hit that were looked at then, `recall` the share caught of all findings. `most` is
    the most it hit at one post on one day.
    """

    code: str
    version: int
    digest: str
    asked: int
    untold: int
    broken: int
    hits: int
    raised: int
    inspected: int
    caught: int
    missed: int
    most: int
    days: int
    examples: list[dict[str, Any]]

    @property
    def share(self) -> Decimal | None:
        return share(self.hits, self.asked)

    @property
    def precision(self) -> Decimal | None:
        return share(self.caught, self.inspected)

    @property
    def recall(self) -> Decimal | None:
        return share(self.caught, self.caught + self.missed)

    @property
    def a_day(self) -> Decimal | None:
        """Hits a day, over the days on which there were any consignments at the posts hit."""
        return None if self.days == 0 else (Decimal(self.hits) / self.days).quantize(_CENT)


def replay(session: Session, id: UUID) -> RiskReplay:
    """One replay, or `NotFound`."""
    found = session.get(RiskReplay, id, populate_existing=True)
    if found is None:
        raise NotFound()
    return found


def newest(session: Session, limit: int = 50) -> list[RiskReplay]:
    """The replays asked for last."""
    rows = select(RiskReplay).order_by(RiskReplay.asked_at.desc(), RiskReplay.id.desc()).limit(limit)
    return list(session.execute(rows).scalars())


def of_profile(session: Session, code: str, version: int, limit: int = 20) -> list[RiskReplay]:
    """The replays a profile took part in, the newest first."""
    asked = select(RiskReplay).join(RiskReplayProfile, RiskReplayProfile.replay_id == RiskReplay.id)
    asked = asked.where(RiskReplayProfile.code == code, RiskReplayProfile.version == version)
    return list(session.execute(asked.order_by(RiskReplay.asked_at.desc()).limit(limit)).scalars())


def results(session: Session, replay: RiskReplay, code: str | None = None) -> list[Result]:
    """Every profile's figures, or those of one code, by code and version."""
    asked = select(RiskReplayProfile).where(RiskReplayProfile.replay_id == replay.id)
    if code is not None:
        asked = asked.where(RiskReplayProfile.code == code)
    rows = session.execute(asked.order_by(RiskReplayProfile.code, RiskReplayProfile.version)).scalars()
    most = _most(session, replay.id)
    days = max(1, (replay.until - replay.since).days)
    return [_result(row, most.get((row.code, row.version), 0), days) for row in rows]


def _most(session: Session, id: UUID) -> Mapping[tuple[str, int], int]:
    day = RiskReplayDay
    asked = select(day.code, day.version, func.max(day.hits)).where(day.replay_id == id).group_by(day.code, day.version)
    return {(code, version): most for code, version, most in session.execute(asked)}


def _result(row: RiskReplayProfile, most: int, days: int) -> Result:
    return Result(
        row.code, row.version, row.digest, row.asked, row.untold, row.broken, row.hits, row.raised, row.inspected,
        row.caught, row.found - row.caught, most, days, row.examples,
    )  # fmt: skip


def load(session: Session, id: UUID, code: str, version: int) -> list[RiskReplayDay]:
    """A profile's load by post and day."""
    day = RiskReplayDay
    rows = select(day).where(day.replay_id == id, day.code == code, day.version == version)
    return list(session.execute(rows.order_by(day.post, day.day)).scalars())


def raised_by_post(session: Session, id: UUID, code: str, version: int) -> dict[str, int]:
    """How many consignments a profile would have brought into its lane from a lower one, by post."""
    day = RiskReplayDay
    asked = select(day.post, func.sum(day.raised)).where(day.replay_id == id, day.code == code, day.version == version)
    return {post: int(raised) for post, raised in session.execute(asked.group_by(day.post))}


def of_last_month(session: Session, replay: RiskReplay, row: RiskProfile) -> Decimal | None:
    """Per cent of the consignments of a replay's last 31 days that a profile would have hit: a longer time tells less of what
    it does now. None where nothing came."""
    first = (replay.until - _MONTH).astimezone(dt.UTC).date()
    day, kept = RiskReplayDay, RiskAssessment
    hits = select(func.coalesce(func.sum(day.hits), 0)).where(
        day.replay_id == replay.id, day.code == row.code, day.version == row.version, day.day >= first
    )
    came = select(func.count()).where(
        kept.at >= dt.datetime.combine(first, dt.time(), dt.UTC), kept.at < replay.until, kept.stage != "amended"
    )
    if row.posts:
        came = came.where(kept.post.in_(row.posts))
    if set(row.kinds) == {"declaration"}:
        came = came.where(kept.movement_id.is_(None))
    elif set(row.kinds) == {"movement"}:
        came = came.where(kept.movement_id.is_not(None))
    return share(int(session.execute(hits).scalar_one()), int(session.execute(came).scalar_one()))


def finished(session: Session, code: str, version: int, digest: str, since: dt.datetime) -> RiskReplay | None:
    """The newest replay of exactly this that has finished after a moment."""
    asked = (
        select(RiskReplay)
        .join(RiskReplayProfile, RiskReplayProfile.replay_id == RiskReplay.id)
        .where(
            RiskReplay.status == Run.FINISHED.value,
            RiskReplay.finished_at >= since,
            RiskReplayProfile.code == code,
            RiskReplayProfile.version == version,
            RiskReplayProfile.digest == digest,
        )
    )
    return session.execute(asked.order_by(RiskReplay.finished_at.desc()).limit(1)).scalar_one_or_none()
