"""Reads of inspections, and what their findings say together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inspections.lifecycle import Conclusion, Status
from app.inspections.models import Inspection, InspectionFinding


def of_declaration(session: Session, post: str, declaration: UUID) -> list[Inspection]:
    """All inspections of a declaration, newest first."""
    rows = select(Inspection).where(Inspection.post == post, Inspection.declaration_id == declaration)
    return list(session.execute(rows.order_by(Inspection.ordered_at.desc())).scalars())


def open_one(session: Session, post: str, declaration: UUID, *, lock: bool = False) -> Inspection | None:
    """The inspection that is ordered or under way."""
    rows = select(Inspection).where(
        Inspection.post == post, Inspection.declaration_id == declaration, Inspection.status.in_(("ordered", "started"))
    )
    return session.execute(rows.with_for_update() if lock else rows).scalar_one_or_none()


def goods_result(session: Session, post: str, declaration: UUID) -> Inspection | None:
    """The newest concluded inspection of the goods themselves."""
    rows = select(Inspection).where(
        Inspection.post == post,
        Inspection.declaration_id == declaration,
        Inspection.kind == "goods",
        Inspection.status == "concluded",
    )
    return session.execute(rows.order_by(Inspection.concluded_at.desc()).limit(1)).scalar_one_or_none()


def findings(session: Session, inspections: list[Inspection]) -> dict[UUID, list[InspectionFinding]]:
    """The findings of several inspections in one query, oldest first."""
    if not inspections:
        return {}
    rows = session.execute(
        select(InspectionFinding)
        .where(
            InspectionFinding.post == inspections[0].post,
            InspectionFinding.inspection_id.in_([i.id for i in inspections]),
        )
        .order_by(InspectionFinding.at, InspectionFinding.id)
    ).scalars()
    grouped: dict[UUID, list[InspectionFinding]] = {}
    for row in rows:
        grouped.setdefault(row.inspection_id, []).append(row)
    return grouped


def doubted(session: Session, post: str, declaration: UUID, amended_at: dt.datetime | None) -> list[Doubt]:
    """What was found to be otherwise than declared, and not amended since; see `doubts`."""
    looks = of_declaration(session, post, declaration)
    return doubts(looks, findings(session, looks), amended_at)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An inspection that did not find the goods as declared: what was found, in words, and the items it concerns (none:
    all of them)."""

    found: str
    items: frozenset[int]

    def concerns(self, items: Iterable[int]) -> bool:
        return not self.items or bool(self.items & frozenset(items))


def not_as_declared(findings: Iterable[InspectionFinding]) -> list[InspectionFinding]:
    """The findings that say so and stand: of two of the same control on the same item, the later one counts."""
    last = {(finding.control, finding.item): finding for finding in findings}
    return [finding for finding in last.values() if not finding.conform]


def doubts(
    inspections: Sequence[Inspection],
    findings: Mapping[UUID, Sequence[InspectionFinding]],
    amended_at: dt.datetime | None = None,
) -> list[Doubt]:
    """What the last look at the papers and the last look at the goods (newest first) found to be otherwise than declared,
    and no amendment has answered since."""
    last: dict[str, Inspection] = {}
    for inspection in inspections:
        if inspection.status != Status.CANCELLED:
            last.setdefault(inspection.kind, inspection)
    each = (_doubt(inspection, findings.get(inspection.id, ()), amended_at) for inspection in last.values())
    return [doubt for doubt in each if doubt is not None]


def _doubt(
    inspection: Inspection, findings: Sequence[InspectionFinding], amended_at: dt.datetime | None
) -> Doubt | None:
    wrong = not_as_declared(findings)
    concluded = inspection.conclusion not in (None, Conclusion.CONFORM.value)
    if not wrong and not concluded:
        return None
    last = max((moment for moment in (inspection.concluded_at, *(f.at for f in wrong)) if moment), default=None)
    if amended_at is not None and last is not None and last < amended_at:
        return None
    found = "; ".join(finding.found for finding in wrong) or str(inspection.summary)
    everywhere = not wrong or any(finding.item is None for finding in wrong)
    return Doubt(found, frozenset() if everywhere else frozenset(f.item for f in wrong if f.item is not None))
