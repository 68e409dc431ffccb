"""A list of movements: a trader's own, or those an official has to do with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, false, func, select, union
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _, compact
from app.registers.listing import read_id_key
from app.registers.movements.links import names
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.transit.lifecycle import Kind, Status
from app.transit.models import Movement, TransitContent, TransitDraft
from app.transit.queries import KEY, ways


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by; "" is not asked."""

    post: str = ""
    status: str = ""
    kind: str = ""
    holder: str = ""
    plate: str = ""
    container: str = ""
    carnet: str = ""
    #: MRN of a declaration or movement under which the goods came before.
    previous: str = ""
    q: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    reference: str
    mrn: str | None
    local_reference: str | None
    kind: str
    post: str
    destination: str
    holder: str
    plates: list[str] | None
    status: str
    lodged_at: dt.datetime | None
    limit_at: dt.datetime | None
    changed_at: dt.datetime
    id: UUID


#: A draft has no content yet: what its trader calls it stands in its words.
_ITS_DRAFT = and_(TransitDraft.post == Movement.post, TransitDraft.movement_id == Movement.id)
_LOCAL = func.coalesce(TransitContent.local_reference, TransitDraft.body["local_reference"].astext)


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


def page(session: Session, wanted: Filters, *, by: Actor, limit: int = 50) -> Page:
    """One page, the newest first."""
    columns: tuple[Any, ...] = (
            Movement.reference, Movement.mrn, _LOCAL, Movement.kind, Movement.post,
            Movement.destination, Movement.party, TransitContent.plates, Movement.status, Movement.lodged_at,
            Movement.limit_at, Movement.changed_at, Movement.id,
    )  # fmt: skip
    found = _keys(wanted, by, limit + 1).subquery("found")
    query = (
        select(*columns)
        .join_from(found, Movement, and_(Movement.post == found.c.post, Movement.id == found.c.id))
        .outerjoin(TransitContent, CONTENT_IN_FORCE)
        .outerjoin(TransitDraft, _ITS_DRAFT)
    )
    rows = session.execute(query.order_by(Movement.id.desc()).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)


def _keys(wanted: Filters, by: Actor, limit: int) -> Select[Any] | CompoundSelect[Any]:
    """The newest so many of each kind that one may see: an index serves one kind, and none serves them all at once."""
    nothing = select(*KEY).where(false())
    found: list[Select[Any]] = []
    for way in ways(by) or [nothing]:
        asked = way.where(*_conditions(wanted))
        if wanted.plate or wanted.container or wanted.previous or wanted.q:
            asked = asked.outerjoin(TransitContent, CONTENT_IN_FORCE).outerjoin(TransitDraft, _ITS_DRAFT)
        if wanted.after:
            asked = asked.where(Movement.id < read_id_key(wanted.after))
        found.append(asked.order_by(Movement.id.desc()).limit(limit))
    return found[0] if len(found) == 1 else union(*found)


def _conditions(wanted: Filters) -> list[ColumnElement[bool]]:
    if wanted.status not in ("", *(each.value for each in Status)):
        raise Invalid(findings=[Finding("/status", "filter.status", _("There is no such status."))])
    if wanted.kind not in ("", *(each.value for each in Kind)):
        raise Invalid(findings=[Finding("/kind", "filter.kind", _("There is no such kind of transit."))])
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (Movement.post, wanted.post),
        (Movement.status, wanted.status),
        (Movement.kind, wanted.kind),
        (Movement.party, wanted.holder),
        (Movement.carnet, compact(wanted.carnet)),
    ):
        if value:
            found.append(column == value)
    if wanted.plate:
        found.append(TransitContent.plates.contains([compact(wanted.plate)]))
    if wanted.container:
        found.append(TransitContent.containers.contains([compact(wanted.container)]))
    if wanted.previous:
        found.append(names(compact(wanted.previous)))
    if wanted.q:
        said = wanted.q.strip()
        found.append(
            (Movement.mrn == compact(said))
            | (Movement.reference == said.upper())
            | (TransitContent.local_reference == said)
        )
    return found
