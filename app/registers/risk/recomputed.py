"""Lanes computed again from what was kept of them: the same, or exactly what differs. For analysts and auditors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import node_post
from app.core.errors import NotFound
from app.declarations.models import Declaration
from app.risk.models import RiskAssessment
from app.risk.operations.looking import READING
from app.risk.operations.recomputing import Recomputed, recomputed
from app.transit.models import Movement

#: Assessments that are held in memory at a time.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that comes out otherwise: hits, draw, lane or drawn with what was kept and what comes out now; `profiles` and
    `seed` where what is needed is not there any more as it was, with neither."""

    what: str
    kept: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One assessment and what comes out of it now."""

    assessment: RiskAssessment
    again: Recomputed

    @property
    def same(self) -> bool:
        return not self.again.differences

    @property
    def differences(self) -> list[Difference]:
        return [self._difference(name) for name in self.again.differences]

    def _difference(self, name: str) -> Difference:
        again = self.again
        now: dict[str, Any] = {
            "hits": _codes([hit.plain() for hit in again.hits]),
            "draw": again.number,
            "lane": again.lane.value,
            "drawn": again.drawn,
        }
        if name not in now:
            return Difference(name)
        kept = getattr(self.assessment, name)
        return Difference(name, str(_codes(kept) if name == "hits" else kept), str(now[name]))


def _codes(hits: list[dict[str, Any]]) -> str:
    """Code, version and lane of each hit."""
    return ", ".join(f"{hit['code']}/{hit['version']} ({hit['lane']})" for hit in hits)


def of_reference(session: Session, reference: str, *, by: Actor) -> list[Line]:
    """Every assessment of a declaration or movement, by its reference or MRN, oldest first. `NotFound` where there is none."""
    by.need(READING, node_post())
    known = [_one(session, table, reference) for table in (Declaration, Movement)]
    of_declaration = RiskAssessment.declaration_id.in_([id for id in known[:1] if id is not None])
    of_movement = RiskAssessment.movement_id.in_([id for id in known[1:] if id is not None])
    rows = select(RiskAssessment).where(or_(of_declaration, of_movement)).order_by(RiskAssessment.at, RiskAssessment.id)
    found = [Line(row, recomputed(session, row)) for row in session.execute(rows).scalars()]
    if not found:
        raise NotFound()
    return found


def _one(session: Session, table: type[Declaration] | type[Movement], reference: str) -> UUID | None:
    asked = select(table.id).where(or_(table.reference == reference, table.mrn == reference))
    return session.execute(asked.limit(1)).scalar_one_or_none()


def since(session: Session, moment: dt.datetime, *, by: Actor) -> Iterator[Line]:
    """Every assessment of the node's own post from a moment on, oldest first, a batch in memory at a time."""
    by.need(READING, node_post())
    key = tuple_(RiskAssessment.at, RiskAssessment.id)
    asked = select(RiskAssessment).where(RiskAssessment.post == node_post(), RiskAssessment.at >= moment)
    asked = asked.order_by(RiskAssessment.at, RiskAssessment.id).limit(BATCH)
    rows = list(session.execute(asked).scalars())
    while rows:
        last = (rows[-1].at, rows[-1].id)
        yield from (Line(row, recomputed(session, row)) for row in rows)
        session.expunge_all()
        rows = list(session.execute(asked.where(key > tuple_(*last))).scalars())


def references(session: Session, lines: list[Line]) -> dict[UUID, str]:
    """What the consignments of lines are called, by the key of their assessment."""
    found: dict[UUID, str] = {}
    for table, column in ((Declaration, "declaration_id"), (Movement, "movement_id")):
        subjects = {line.assessment.id: getattr(line.assessment, column) for line in lines}
        wanted = {subject for subject in subjects.values() if subject}
        rows = session.execute(select(table.id, table.reference).where(table.id.in_(wanted)))
        names = {row.id: row.reference for row in rows}
        found.update({key: names[subject] for key, subject in subjects.items() if subject in names})
    return found
