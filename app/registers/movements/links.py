"""What goods came under before and what they went on under: declarations and movements that name each other's MRN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.numbering import is_mrn
from app.declarations import queries as declarations
from app.declarations.models import Declaration
from app.registers.movements.worklist import CONTENT_IN_FORCE
from app.transit import queries as movements
from app.transit.models import Movement, TransitContent

#: As the index has it.
_PREVIOUS: Any = literal_column("transit_content.header -> 'previous_documents'", JSONB)
#: More are no link.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Link:
    """A declaration or movement (`kind`) that this person may see."""

    kind: str
    reference: str
    mrn: str | None
    status: str


def names(mrn: str) -> ColumnElement[bool]:
    """Whether what is declared names this MRN as a previous document."""
    condition: ColumnElement[bool] = _PREVIOUS.contains([{"reference": mrn}])
    return condition


def before(session: Session, previous: Iterable[Mapping[str, Any]], *, by: Actor) -> list[Link]:
    """The declarations and movements that these previous documents name, in their order."""
    named = [each["reference"] for each in previous]
    mrns = list(dict.fromkeys(mrn for mrn in named if is_mrn(mrn)))[:_MOST]
    if not mrns:
        return []
    found = {}
    declared = select(Declaration.mrn, Declaration.reference, Declaration.status).where(
        Declaration.mrn.in_(mrns), declarations.visible(by)
    )
    moved = select(Movement.mrn, Movement.reference, Movement.status).where(
        Movement.mrn.in_(mrns), movements.visible(by)
    )
    for kind, rows in (("declaration", declared), ("movement", moved)):
        for mrn, reference, status in session.execute(rows):
            found[mrn] = Link(kind, reference, mrn, status)
    return [found[mrn] for mrn in mrns if mrn in found]


def after(session: Session, mrn: str | None, *, by: Actor) -> list[Link]:
    """The lodged movements that name this MRN as a previous document, oldest first."""
    if mrn is None:
        return []
    rows = (
        select(Movement.reference, Movement.mrn, Movement.status)
        .join(TransitContent, CONTENT_IN_FORCE)
        .where(names(mrn), movements.visible(by))
        .order_by(Movement.id)
        .limit(_MOST)
    )
    return [Link("movement", reference, number, status) for reference, number, status in session.execute(rows)]
