"""A consignment gets its lane."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.ids import uuid7
from app.core.rows import stage_rows
from app.risk import queries
from app.risk.models import RiskAssessment
from app.risk.rules import Hit, Lane, draw, hits, lane_of


@dataclass(frozen=True, slots=True)
class Assessed:
    lane: Lane
    hits: list[Hit]
    drawn: bool


def assess(
    session: Session, post: str, declaration: UUID, facts: Mapping[str, Any], kept: Mapping[str, Any], at: dt.datetime
) -> Assessed:
    """Gives a declaration its lane and keeps why: the hits, the draw, and the facts in their storable form."""
    rules = queries.in_force(session)
    found = hits(facts, rules.profiles, post)
    key = uuid7()
    number = draw(key)
    share, random_lane = rules.share(post)
    lane, drawn = lane_of(found, number, share, random_lane)
    row = {
        "post": post,
        "id": key,
        "declaration_id": declaration,
        "lane": lane.value,
        "hits": [h.plain() for h in found],
        "draw": number,
        "drawn": drawn,
        "facts": dict(kept),
        "at": at,
    }
    stage_rows(session, RiskAssessment, [row])
    return Assessed(lane, found, drawn)
