"""A consignment gets its lane, and the same lane again from what was kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM
from app.core.ids import uuid7
from app.core.rows import stage_rows
from app.risk.commands import Subject
from app.risk.models import RiskAssessment
from app.risk.operations.drawing import prepare
from app.risk.rules import Context, Hit, Lane, draw, hits, in_doubt, lane_of
from app.risk.rules.scores import CODE, Score
from app.risk.rules.vocabulary import storable

_EXACT = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Assessed:
    id: UUID
    lane: Lane
    hits: list[Hit]
    drawn: bool


def assess(
    session: Session,
    subject: Subject,
    facts: Mapping[str, Any],
    at: dt.datetime,
    *,
    trusted: bool = False,
    score: Score | None = None,
) -> Assessed:
    """Gives a consignment its lane and keeps why: what hit, what would have from the shadow, the draw, the facts.

    The flow that assesses calls `drawing.prepare` before it locks the post's own row.
    """
    ready = prepare(session, subject.post, by=SYSTEM)
    known = {**facts, "trusted": trusted, "score": score.value if score else 0.0}
    context = Context(known)
    found = hits(context, ready.rules.profiles, subject.post, subject.kind, trusted=trusted)
    if score is not None and score.within:
        found.append(Hit(CODE, score.model, Lane.YELLOW))
    found += in_doubt(known, unreadable=bool(ready.rules.unreadable))
    key = uuid7()
    number = draw.number(ready.seed, key)
    lane, drawn = lane_of(found, number, *ready.rules.share(subject.post))
    office, movement = subject.movement or (None, None)
    row = {
        "post": subject.post,
        "id": key,
        "declaration_id": subject.declaration,
        "movement_post": office,
        "movement_id": movement,
        "stage": subject.stage,
        "lane": lane.value,
        "hits": [h.plain() for h in found],
        "shadow": [h.plain() for h in hits(context, ready.rules.shadow, subject.post, subject.kind)],
        "draw": number,
        "drawn": drawn,
        "seed_day": ready.day,
        "rules": ready.rules.digest,
        "trusted": trusted,
        "score": Decimal(repr(score.value)).quantize(_EXACT) if score else None,
        "model": score.model if score else None,
        "facts": storable(known),
        "at": at,
    }
    stage_rows(session, RiskAssessment, [row])
    return Assessed(key, lane, found, drawn)
