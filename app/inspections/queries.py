"""Reads of inspections."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inspections.models import Inspection, InspectionFinding
from app.inspections.rules import Doubt, doubts


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
    """What was found to be otherwise than declared, and not amended since; see `rules.doubts`."""
    looks = of_declaration(session, post, declaration)
    return doubts(looks, findings(session, looks), amended_at)
