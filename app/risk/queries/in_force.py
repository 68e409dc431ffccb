"""The profiles in force, compiled once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeGuard

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.risk.models import RandomShare, RiskProfile
from app.risk.rules import Lane, Profile, compiled

#: A changed profile is in force everywhere after this many seconds.
FRESH = 5.0


@dataclass(frozen=True)
class InForce:
    """What decides lanes at a moment: the profiles, and per post the share stopped by chance."""

    profiles: tuple[Profile, ...]
    shares: dict[str, tuple[Decimal, Lane]]

    def share(self, post: str) -> tuple[Decimal, Lane]:
        return self.shares.get(post) or self.shares.get("*") or (Decimal(0), Lane.YELLOW)


_lock = threading.Lock()
_Kept = tuple[float, object, InForce]
_kept: _Kept | None = None


def in_force(session: Session) -> InForce:
    """The profiles in force now. Kept for a few seconds per process and database; compiling is the cost."""
    source = session.get_bind().engine
    kept = _kept
    if _is_fresh(kept, source):
        return kept[2]
    # While one thread reads anew, the others go on with what was in force; only the very first is waited for.
    if kept is not None and kept[1] is source and _lock.locked():
        return kept[2]
    with _lock:
        return _refreshed(session, source)


def _is_fresh(kept: _Kept | None, source: object) -> TypeGuard[_Kept]:
    return kept is not None and kept[1] is source and time.monotonic() - kept[0] < FRESH


def _refreshed(session: Session, source: object) -> InForce:
    global _kept
    kept = _kept
    if _is_fresh(kept, source):  # another thread was first
        return kept[2]
    rules = InForce(_profiles(session), _shares(session))
    _kept = (time.monotonic(), source, rules)
    return rules


def forget() -> None:
    """Makes the next question read the tables again; for those who have just changed a profile."""
    global _kept
    _kept = None


def _profiles(session: Session) -> tuple[Profile, ...]:
    now = func.guzar_now()
    rows = session.execute(
        select(RiskProfile)
        .where(RiskProfile.valid_from <= now, (RiskProfile.valid_to.is_(None)) | (RiskProfile.valid_to > now))
        .order_by(RiskProfile.code, RiskProfile.version.desc())
        .ext(distinct_on(RiskProfile.code))
    ).scalars()
    return tuple(
        Profile(r.code, r.version, Lane(r.lane), compiled(r.expression), frozenset(r.posts), r.names, r.instruction)
        for r in rows
    )


def _shares(session: Session) -> dict[str, tuple[Decimal, Lane]]:
    rows = session.execute(
        select(RandomShare)
        .where(RandomShare.valid_from <= func.guzar_now())
        .order_by(RandomShare.post, RandomShare.valid_from.desc())
        .ext(distinct_on(RandomShare.post))
    ).scalars()
    return {row.post: (row.share, Lane(row.lane)) for row in rows}
