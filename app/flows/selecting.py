"""Who is stopped: what is known of a consignment gets it a lane, and the lane decides what follows.

What is known is gathered first (`known`), before the transaction takes a number and with it the post's own row; the lane is
given afterwards (`route`, `look_again`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding
from app.declarations import operations as declarations
from app.declarations.commands import Declared
from app.declarations.lifecycle import SETTLING
from app.declarations.models import Declaration
from app.declarations.operations import Lodged
from app.flows import ordering, parameters, settling, watching
from app.flows.assessing import Calculated
from app.flows.ordering import Why, look
from app.inspections import operations as inspections
from app.reference.codebook import Codebook
from app.registers import facts
from app.risk import operations as risk
from app.risk.operations import scoring, waiting
from app.risk.queries import trusted as trust
from app.risk.rules import Lane, is_lower
from app.risk.rules.scores import Score
from app.risk.rules.trust import answering

#: What is looked at in which lane.
LOOKED_AT = ordering.LOOKED_AT
#: Minutes that clean goods wait before the system releases them; 0 is at once.
DELAY = "green-delay-minutes"


@dataclass(frozen=True, slots=True)
class Known:
    """All that a lane is given by. `blocking`: what must be shown before the goods may go."""

    facts: dict[str, Any]
    blocking: Sequence[Finding] = ()
    trusted: bool = False
    score: Score | None = None

    @property
    def must_be_looked_at(self) -> bool:
        """Something must be shown, or it is like an entry of a watch list that nobody has said it is not: the system does
        not let it go, whatever the profiles say."""
        return bool(self.blocking or self.facts.get("watch_lists"))


def known(
    session: Session,
    declared: Declared,
    codes: Codebook,
    at: dt.datetime,
    *,
    stage: str,
    id: UUID,
    blocking: Sequence[Finding] = (),
    lodged: Declaration | None = None,
    by: Actor,
) -> Known:
    """What is known of a declaration: its facts, watch lists, trust, score. `lodged` is given where it is looked at again.

    To be called before the transaction takes the post's own row; rules and seed are made ready with it.
    """
    risk.prepare(session, declared.post, by=by)
    missing = [finding.rule for finding in blocking]
    gathered = facts.of_declaration(session, declared, codes, at, stage=stage, missing=missing, declaration=lodged)
    watched = watching.in_declaration(session, declared, codes, at, id, by=by)
    return rated(session, {**gathered, **watched}, codes, declared.post, at, blocking)


def rated(
    session: Session,
    gathered: dict[str, Any],
    codes: Codebook,
    post: str,
    at: dt.datetime,
    blocking: Sequence[Finding] = (),
) -> Known:
    """The facts with trust and score, of declarations and movements alike."""
    firms = answering(gathered)
    is_trusted = firms <= trust.trusted(session, firms, post, codes.day_at(post, at))
    asked = {**gathered, "trusted": is_trusted}
    return Known(asked, blocking, is_trusted, scoring.score(session, asked))


def route(
    session: Session, lodged: Lodged, calculated: Calculated, known: Known, codes: Codebook, *, by: Actor
) -> None:
    """Gives the lane, and what follows from it. What must not be released as it is (a permit is missing, a licence does not
    cover the goods; a question about a watch list waits) is never left to the system, whatever the profiles say."""
    declaration = lodged.declaration
    subject = risk.Subject(declaration.post, known.facts["stage"], declaration.id)
    assessed = risk.assess(session, subject, known.facts, lodged.at, trusted=known.trusted, score=known.score)
    lane = Lane.YELLOW if known.must_be_looked_at and assessed.lane not in LOOKED_AT else assessed.lane
    if lane in LOOKED_AT:
        declarations.select_for_control(session, lodged, lane.value, by=by)
        why = Why(assessed.hits, assessed.drawn)
        header = lodged.declared.header
        look(session, declaration, lane, lodged.at, by=by, why=why, header=header, codes=codes)
        return
    delay = parameters.at_post(codes, DELAY, declaration.post, codes.day_at(declaration.post, lodged.at))
    if delay is not None:
        declarations.select_for_control(session, lodged, lane.value, by=by)
        waiting.wait(session, declaration.post, declaration.id, delay.value, delay.said, lodged.at, by=by)
        return
    _let_go(session, lodged, calculated, lane, by=by)


def _let_go(session: Session, lodged: Lodged, calculated: Calculated, lane: Lane, *, by: Actor) -> None:
    declaration = lodged.declaration
    if calculated.assessment.known_total == 0 and not calculated.assessment.known_suspended:
        declarations.release_by_system(session, declaration, lane.value, lodged.at, by=by)
        settling.released(session, declaration, lodged.declared, lodged.at, by=by)
        return
    declarations.assess(session, declaration, lodged.at, by=by, lane=lane.value)
    settling.settle(session, declaration, lodged.at, by=by, declared=lodged.declared)


def look_again(session: Session, declaration: Declaration, known: Known, at: dt.datetime, *, by: Actor) -> None:
    """What is declared now may belong in a higher lane, never in a lower one; and what must not be released as it is
    declared now is not let go by the system."""
    subject = risk.Subject(declaration.post, known.facts["stage"], declaration.id)
    lane = risk.assess(session, subject, known.facts, at, trusted=known.trusted, score=known.score).lane
    unattended = declaration.status in {s.value for s in SETTLING} or Lane(str(declaration.lane)) not in LOOKED_AT
    if known.must_be_looked_at and unattended and lane not in LOOKED_AT:
        lane = Lane.YELLOW
    higher = is_lower(str(declaration.lane), lane.value)
    if higher or (known.must_be_looked_at and declaration.status in {s.value for s in SETTLING}):
        look_at(session, declaration, lane, at, by=by)


def look_at(
    session: Session,
    declaration: Declaration,
    lane: Lane,
    at: dt.datetime,
    *,
    by: Actor,
    why: Why | None = None,
    reason: str = "",
) -> None:
    """What waits for a decision, or for the money alone, is looked at in this lane, or in its own if that is higher."""
    higher = is_lower(str(declaration.lane), lane.value)
    to = lane.value if higher else str(declaration.lane)
    move = declarations.select if declaration.status in {s.value for s in SETTLING} else declarations.change_lane
    move(session, declaration, to, reason, at, by=by, role="system")
    if Lane(to) in LOOKED_AT and higher:
        inspections.cancel(session, declaration.post, declaration.id, reason, by=by)
        look(session, declaration, Lane(to), at, by=by, why=why)
