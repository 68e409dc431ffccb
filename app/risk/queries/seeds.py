"""The seeds of chance, as this process knows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.risk.models import RiskDrawSeed

#: Seeds of the last days only: a process runs for months.
_MOST = 256
_Key = tuple[object, str, dt.date]
_known: dict[_Key, bytes] = {}


def known(session: Session, post: str, day: dt.date) -> bytes | None:
    """The day's seed, if it has been committed to; asked of the database once."""
    key = (session.get_bind().engine, post, day)
    seed = _known.get(key)
    if seed is None:
        seed = stored(session, post, day)
        if seed is not None:
            remember(key, seed)
    return seed


def stored(session: Session, post: str, day: dt.date) -> bytes | None:
    asked = select(RiskDrawSeed.seed).where(RiskDrawSeed.post == post, RiskDrawSeed.day == day)
    return session.execute(asked).scalar_one_or_none()


def remember(key: _Key, seed: bytes) -> None:
    while len(_known) >= _MOST:
        _known.pop(next(iter(_known)), None)
    _known[key] = seed


def forget() -> None:
    """Makes the next question ask the database."""
    _known.clear()


def committed(session: Session, day: dt.date) -> Mapping[str, RiskDrawSeed]:
    """The seeds of a day, by post."""
    rows = session.execute(select(RiskDrawSeed).where(RiskDrawSeed.day == day)).scalars()
    return {row.post: row for row in rows}
