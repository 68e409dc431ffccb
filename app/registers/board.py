"""What a supervisor sees at a glance: what waits, who looks at what, what is late, what runs out. A fixed number of queries,
and no names of traders: a board hangs on a wall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, text, union_all
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.claims.models import WorkClaim
from app.core.db import now
from app.core.lifecycle import sql_in
from app.declarations.lifecycle import OPEN
from app.declarations.models import Declaration, DeclarationContent, DeclarationQuery
from app.inspections.models import Inspection
from app.offences.models import Detention
from app.registers import narrowing, print_queue
from app.registers.listing import CONTENT_IN_FORCE
from app.risk.models import RiskWaitingRelease
from app.transit.lifecycle import Stage
from app.transit.models import TransitOffice

#: How many trucks and terms are shown.
OLDEST, TERMS = 6, 6
_IS_OPEN = text(sql_in("declaration.status", OPEN))
_LOOK_IS_OPEN = text("inspection.status IN ('ordered', 'started')")
_RUNS = text("detention.status <> 'ended'")


@dataclass(frozen=True, slots=True)
class Truck:
    reference: str
    plate: str | None
    mrn: str
    lane: str | None
    status: str
    lodged_at: dt.datetime
    claimed_name: str | None


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody's work: looks that he has, those of them that are late, and what he says he works on."""

    name: str
    looks: int = 0
    started: int = 0
    late: int = 0
    claims: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """What runs out: `kind` is look, answer, detention, proposal or release."""

    kind: str
    reference: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Board:
    """All of it at one moment. `lanes` and `states` count what waits for an officer."""

    now: dt.datetime
    lanes: dict[str, int]
    states: dict[str, int]
    waiting: int
    late: int
    oldest: list[Truck]
    looks: int
    looking: int
    unassigned: int
    officers: list[Officer]
    terms: list[Term]
    printing: int
    printing_more: bool
    proposals: int
    movements: dict[str, int] = field(default_factory=dict)

    def per_lane(self) -> list[tuple[str, int]]:
        return [(lane, self.lanes.get(lane, 0)) for lane in ("red", "yellow", "blue", "green")]


#: The printers' queue is counted to here.
MOST_PRINTING = 200


def of(session: Session, posts: Sequence[str]) -> Board:
    """The board of some posts. Whoever asks has been found to watch over them."""
    at = now(session)
    lanes, states = _waiting(session, posts)
    officers, looks, looking, unassigned, late_looks = _officers(session, posts, at)
    terms = _terms(session, posts)
    printing = print_queue.count(session, posts, MOST_PRINTING)
    return Board(
        now=at,
        lanes=lanes,
        states=states,
        waiting=sum(lanes.values()),
        late=late_looks + sum(term.at < at and term.kind != "look" for term in terms),
        oldest=_oldest(session, posts),
        looks=looks,
        looking=looking,
        unassigned=unassigned,
        officers=officers,
        terms=terms[:TERMS],
        printing=min(printing, MOST_PRINTING),
        printing_more=printing > MOST_PRINTING,
        proposals=_proposals(session, posts),
        movements=_movements(session, posts),
    )


def _waiting(session: Session, posts: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    rows = select(func.coalesce(Declaration.lane, ""), Declaration.status, func.count()).where(
        _IS_OPEN, _at(Declaration.post, posts)
    )
    lanes: dict[str, int] = {}
    states: dict[str, int] = {}
    for lane, status, count in session.execute(rows.group_by(Declaration.lane, Declaration.status)):
        lanes[lane] = lanes.get(lane, 0) + count
        states[status] = states.get(status, 0) + count
    return lanes, states


def _oldest(session: Session, posts: Sequence[str]) -> list[Truck]:
    rows = (
        select(
            Declaration.reference, DeclarationContent.plate, Declaration.mrn, Declaration.lane, Declaration.status,
            Declaration.lodged_at, WorkClaim.name,
        )
        .join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
        .outerjoin(
            WorkClaim,
            (WorkClaim.post == Declaration.post) & (WorkClaim.subject == Declaration.id) & narrowing.CLAIM_HOLDS,
        )
        .where(_IS_OPEN, _at(Declaration.post, posts))
        .order_by(Declaration.lodged_at, Declaration.id)
        .limit(OLDEST)
    )  # fmt: skip
    return [
        Truck(reference, plate, mrn or "", lane, status, lodged_at, name)
        for reference, plate, mrn, lane, status, lodged_at, name in session.execute(rows)
        if lodged_at is not None
    ]


def _officers(session: Session, posts: Sequence[str], at: dt.datetime) -> tuple[list[Officer], int, int, int, int]:
    """Who has which looks and claims: (officers, looks, under way, given to nobody, late)."""
    is_late = (Inspection.due_at < at).is_(True)
    looks = (
        select(
            Inspection.assigned_to.label("person"), Inspection.assigned_name.label("name"),
            func.count().label("looks"),
            func.count().filter(Inspection.status == "started").label("started"),
            func.count().filter(is_late).label("late"), literal(0).label("claims"),
        )
        .where(_LOOK_IS_OPEN, _at(Inspection.post, posts))
        .group_by(Inspection.assigned_to, Inspection.assigned_name)
    )  # fmt: skip
    claims = (
        select(WorkClaim.person, WorkClaim.name, literal(0), literal(0), literal(0), func.count())
        .where(narrowing.CLAIM_HOLDS, _at(WorkClaim.post, posts))
        .group_by(WorkClaim.person, WorkClaim.name)
    )
    both = union_all(looks, claims).subquery()
    found: dict[UUID | None, Officer] = {}
    for person, name, count, started, late, claimed in session.execute(select(both)):
        known = found.get(person) or Officer(name or "")
        found[person] = Officer(
            known.name or name or "", known.looks + count, known.started + started, known.late + late,
            known.claims + claimed,
        )  # fmt: skip
    nobody = found.pop(None, Officer(""))
    every = [nobody, *found.values()]
    ordered = sorted(found.values(), key=lambda one: (-one.late, -one.looks, one.name))
    return (
        ordered,
        sum(one.looks for one in every),
        sum(one.started for one in every),
        nobody.looks,
        sum(one.late for one in every),
    )


def _terms(session: Session, posts: Sequence[str]) -> list[Term]:
    """What runs out first; a few hundred at most, so that all that is late is counted."""
    of_look = (Declaration.post == Inspection.post) & (Declaration.id == Inspection.declaration_id)
    of_query = (Declaration.post == DeclarationQuery.post) & (Declaration.id == DeclarationQuery.declaration_id)
    of_wait = (Declaration.post == RiskWaitingRelease.post) & (Declaration.id == RiskWaitingRelease.declaration_id)
    parts: list[Any] = [
        select(literal("look").label("kind"), Declaration.reference.label("reference"), Inspection.due_at.label("at"))
        .join(Declaration, of_look)
        .where(_LOOK_IS_OPEN, Inspection.due_at.is_not(None), _at(Inspection.post, posts)),
        select(literal("answer"), Declaration.reference, DeclarationQuery.deadline)
        .join(Declaration, of_query)
        .where(
            DeclarationQuery.answered_at.is_(None),
            DeclarationQuery.withdrawn_at.is_(None),
            _IS_OPEN,
            _at(DeclarationQuery.post, posts),
        ),
        select(
            literal("detention"), Detention.reference, func.coalesce(Detention.extended_until, Detention.until)
        ).where(_RUNS, _at(Detention.post, posts)),
        select(literal("proposal"), Proposal.reference, Proposal.expires_at).where(
            Proposal.status == "waiting", _at(Proposal.post, posts)
        ),
        select(literal("release"), Declaration.reference, RiskWaitingRelease.until)
        .join(Declaration, of_wait)
        .where(RiskWaitingRelease.outcome.is_(None), _at(RiskWaitingRelease.post, posts)),
    ]
    every = union_all(*parts).subquery()
    rows = select(every).order_by(every.c.at, every.c.reference).limit(500)
    return [Term(*row) for row in session.execute(rows)]


def _proposals(session: Session, posts: Sequence[str]) -> int:
    rows = select(func.count()).where(Proposal.status == "waiting", _at(Proposal.post, posts))
    return int(session.execute(rows).scalar_one())


def _movements(session: Session, posts: Sequence[str]) -> dict[str, int]:
    stages = (Stage.DECIDE, Stage.PRESENT, Stage.SEARCH)
    rows = (
        select(TransitOffice.stage, func.count())
        .where(text(sql_in("transit_office.stage", stages)), _at(TransitOffice.office, posts))
        .group_by(TransitOffice.stage)
    )
    found = {stage: int(count) for stage, count in session.execute(rows)}
    return {stage.value: found.get(stage.value, 0) for stage in stages}


def _at(column: Any, posts: Sequence[str]) -> ColumnElement[bool]:
    one: ColumnElement[bool] = column == posts[0] if len(posts) == 1 else column.in_(sorted(posts))
    return one
