"""A list of movements: a trader's own, or those an official has to do with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _, compact
from app.registers.listing import read_id_key
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.transit.lifecycle import Kind, Status
from app.transit.models import Movement, TransitContent
from app.transit.queries import visible


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


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    next: str | None


def page(session: Session, wanted: Filters, *, by: Actor, limit: int = 50) -> Page:
    """One page, the newest first."""
    columns: tuple[Any, ...] = (
            Movement.reference, Movement.mrn, TransitContent.local_reference, Movement.kind, Movement.post,
            Movement.destination, Movement.party, TransitContent.plates, Movement.status, Movement.lodged_at,
            Movement.limit_at, Movement.changed_at, Movement.id,
    )  # fmt: skip
    query = (
        select(*columns)
        .join_from(Movement, TransitContent, CONTENT_IN_FORCE, isouter=True)
        .where(visible(by), *_conditions(wanted))
    )
    if wanted.after:
        query = query.where(Movement.id < read_id_key(wanted.after))
    rows = session.execute(query.order_by(Movement.id.desc()).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(lines, lines[-1].id.hex if len(rows) > limit else None)


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
    if wanted.q:
        said = wanted.q.strip()
        found.append(
            (Movement.mrn == compact(said))
            | (Movement.reference == said.upper())
            | (TransitContent.local_reference == said)
        )
    return found
