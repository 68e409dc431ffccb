"""What the consignments are that proposals are about, in two queries for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import Actor
from app.declarations.models import Declaration, DeclarationContent, DeclarationItem
from app.registers.listing import CONTENT_IN_FORCE
from app.registers.movements.worklist import CONTENT_IN_FORCE as MOVEMENT_IN_FORCE
from app.registers.worklist import posts_of
from app.transit.models import Movement, TransitContent
from app.transit.queries import visible


@dataclass(frozen=True, slots=True)
class Consignment:
    """A declaration or movement beside a proposal: which truck, whose, what, and how it stands now. `goods` is the first
    item's description."""

    reference: str
    is_movement: bool
    status: str
    lane: str | None
    plate: str | None
    firm: str
    goods: str
    item_count: int
    gross_kg: Decimal


def consignments(session: Session, proposals: Iterable[Proposal], *, by: Actor) -> dict[str, Consignment]:
    """By the proposals' references; those that are about something else are not in it."""
    references = {p.reference for p in proposals if not p.is_sealed}
    if not references:
        return {}
    found = {c.reference: c for c in _declarations(session, references, by)}
    rest = references - found.keys()
    return found | ({c.reference: c for c in _movements(session, rest, by)} if rest else {})


def _declarations(session: Session, references: set[str], by: Actor) -> Iterable[Consignment]:
    posts = posts_of(by)
    rows = (
        select(
            Declaration.reference, Declaration.status, Declaration.lane, DeclarationContent.plate,
            DeclarationContent.header["consignee"]["name"].astext, DeclarationItem.description,
            DeclarationContent.item_count, DeclarationContent.gross_kg,
        )
        .join_from(Declaration, DeclarationContent, CONTENT_IN_FORCE)
        .outerjoin(
            DeclarationItem,
            and_(
                DeclarationItem.post == DeclarationContent.post,
                DeclarationItem.declaration_id == DeclarationContent.declaration_id,
                DeclarationItem.content == DeclarationContent.content,
                DeclarationItem.number == 1,
            ),
        )
        .where(Declaration.reference.in_(sorted(references)))
    )  # fmt: skip
    if posts is not None:
        rows = rows.where(Declaration.post.in_(sorted(posts)))
    for reference, status, lane, plate, firm, goods, items, gross in session.execute(rows):
        yield Consignment(reference, False, status, lane, plate, firm or "", goods or "", items, gross)


def _movements(session: Session, references: set[str], by: Actor) -> Iterable[Consignment]:
    rows = (
        select(
            Movement.reference, Movement.status, Movement.lane, TransitContent.plates,
            TransitContent.header["holder"]["name"].astext, TransitContent.item_count, TransitContent.gross_kg,
        )
        .join_from(Movement, TransitContent, MOVEMENT_IN_FORCE)
        .where(Movement.reference.in_(sorted(references)), visible(by))
    )  # fmt: skip
    for reference, status, lane, plates, firm, items, gross in session.execute(rows):
        yield Consignment(reference, True, status, lane, next(iter(plates), None), firm or "", "", items, gross)
