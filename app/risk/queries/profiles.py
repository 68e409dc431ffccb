"""Profiles as people look at them: the list, and one of them with its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.risk.lifecycle import Status
from app.risk.models import RiskProfile

#: What a list shows first: everything that has not ended.
LIVE = "live"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; "" is everything. `status` may be `LIVE` or `ALL`."""

    status: str = LIVE
    lane: str = ""
    post: str = ""
    kind: str = ""
    text: str = ""


def page(
    session: Session, wanted: Wanted, *, after: tuple[str, int] | None = None, limit: int = 50
) -> list[RiskProfile]:
    """Profiles by code, the newest version first."""
    order = (RiskProfile.code, -RiskProfile.version)
    asked = select(RiskProfile).where(*_conditions(wanted))
    if after is not None:
        code, version = after
        asked = asked.where(tuple_(*order) > tuple_(code, -version))
    return list(session.execute(asked.order_by(*order).limit(limit)).scalars())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status == LIVE:
        found.append(RiskProfile.status != Status.ENDED.value)
    elif wanted.status and wanted.status != ALL:
        found.append(RiskProfile.status == wanted.status)
    if wanted.lane:
        found.append(RiskProfile.lane == wanted.lane)
    if wanted.post:
        found.append(or_(RiskProfile.posts == [], RiskProfile.posts.contains([wanted.post])))
    if wanted.kind:
        found.append(RiskProfile.kinds.contains([wanted.kind]))
    if wanted.text:
        words = f"%{_escaped(wanted.text)}%"
        texts = (RiskProfile.code, cast(RiskProfile.names, Text), RiskProfile.source, RiskProfile.expression)
        found.append(or_(*(text.ilike(words, escape="\\") for text in texts)))
    return found


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def counts(session: Session) -> Mapping[str, int]:
    """How many versions there are in each state."""
    rows = session.execute(select(RiskProfile.status, func.count()).group_by(RiskProfile.status)).all()
    return dict(iter(rows))


def profile(session: Session, code: str, version: int) -> RiskProfile:
    """One version, or `NotFound`."""
    found = session.get(RiskProfile, (code, version), populate_existing=True)
    if found is None:
        raise NotFound()
    return found


def newest(session: Session, code: str) -> RiskProfile:
    """The version in force, else the newest one; `NotFound` where there is none."""
    found = versions(session, code)
    if not found:
        raise NotFound()
    return next((row for row in found if row.status == Status.IN_FORCE), found[0])


def versions(session: Session, code: str) -> list[RiskProfile]:
    """All versions, the newest first."""
    rows = select(RiskProfile).where(RiskProfile.code == code).order_by(RiskProfile.version.desc())
    return list(session.execute(rows).scalars())
