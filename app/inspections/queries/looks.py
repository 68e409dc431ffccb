"""Inspections of a declaration or a movement, and their findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.core.errors import NotFound
from app.inspections.models import Inspection, InspectionAssignment, InspectionFinding
from app.inspections.queries.standing import Doubt, doubts

_OPEN = Inspection.status.in_(("ordered", "started"))


def of_declaration(session: Session, post: str, declaration: UUID) -> list[Inspection]:
    """All inspections of a declaration, newest first."""
    return _newest_first(session, Inspection.post == post, Inspection.declaration_id == declaration)


def of_movement(session: Session, post: str, movement: UUID) -> list[Inspection]:
    """All inspections of a movement (`post` is its own, that of departure), at whatever office; newest first."""
    return _newest_first(session, Inspection.movement_post == post, Inspection.movement_id == movement)


def _newest_first(session: Session, *which: ColumnElement[bool]) -> list[Inspection]:
    rows = select(Inspection).where(*which).order_by(Inspection.ordered_at.desc(), Inspection.id.desc())
    return list(session.execute(rows).scalars())


def find(session: Session, post: str, id: UUID) -> Inspection:
    """One inspection; whoever asks has already been allowed to see what it is about."""
    found = session.get(Inspection, (post, id))
    if found is None:
        raise NotFound()
    return found


def open_one(session: Session, post: str, declaration: UUID, *, lock: bool = False) -> Inspection | None:
    """The inspection of a declaration that is ordered or under way."""
    rows = select(Inspection).where(Inspection.post == post, Inspection.declaration_id == declaration, _OPEN)
    return _first(session, rows, lock)


def open_of_movement(
    session: Session, post: str, movement: UUID, offices: Collection[str], *, lock: bool = False
) -> Inspection | None:
    """The inspection of a movement (`post` is its own) that was ordered first at one of the offices and is not over."""
    rows = select(Inspection).where(
        Inspection.movement_post == post, Inspection.movement_id == movement, Inspection.post.in_(offices), _OPEN
    )
    return _first(session, rows.order_by(Inspection.ordered_at, Inspection.id).limit(1), lock)


def _first(session: Session, rows: Select[Inspection], lock: bool) -> Inspection | None:
    asked = rows.with_for_update() if lock else rows
    return session.execute(asked, execution_options={"populate_existing": lock}).scalar_one_or_none()


def goods_result(session: Session, post: str, declaration: UUID) -> Inspection | None:
    """The newest concluded inspection of the goods themselves."""
    rows = select(Inspection).where(
        Inspection.post == post,
        Inspection.declaration_id == declaration,
        Inspection.kind == "goods",
        Inspection.status == "concluded",
    )
    return session.execute(rows.order_by(Inspection.concluded_at.desc()).limit(1)).scalar_one_or_none()


def waiting(session: Session, posts: Collection[str], *, person: UUID, limit: int) -> list[Inspection]:
    """What is ordered or under way at some posts, the oldest first: a person's own for any agency, and what is nobody's."""
    his = or_(Inspection.assigned_to == person, _held(InspectionAssignment.person == person))
    nobodys = and_(Inspection.assigned_to.is_(None), not_(_held(InspectionAssignment.person.is_not(None))))
    rows = select(Inspection).where(Inspection.post.in_(posts), _OPEN, or_(his, nobodys))
    return list(session.execute(rows.order_by(Inspection.ordered_at, Inspection.id).limit(limit)).scalars())


def _held(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the last assignment of any agency to the inspection is such a one."""
    later = aliased(InspectionAssignment)
    followed = exists().where(
        later.post == InspectionAssignment.post,
        later.inspection_id == InspectionAssignment.inspection_id,
        later.agency == InspectionAssignment.agency,
        tuple_(later.at, later.id) > tuple_(InspectionAssignment.at, InspectionAssignment.id),
    )
    return exists().where(
        InspectionAssignment.post == Inspection.post,
        InspectionAssignment.inspection_id == Inspection.id,
        whose,
        not_(followed),
    )


def findings(session: Session, inspections: Collection[Inspection]) -> dict[UUID, list[InspectionFinding]]:
    """The findings of several inspections in one query, oldest first."""
    if not inspections:
        return {}
    rows = session.execute(
        select(InspectionFinding)
        .where(
            InspectionFinding.post.in_({i.post for i in inspections}),
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
