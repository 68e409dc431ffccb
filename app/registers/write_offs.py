"""What was written off certificates, quotas and goods under suspense, with the declarations that took it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import NotFound
from app.declarations.lifecycle import WAITING
from app.declarations.models import Declaration
from app.exemptions.models import Certificate, ExemptionWriteOff
from app.suspense.models import Stock, StockWriteOff
from app.suspense.queries import OFFICIAL


@dataclass(frozen=True, slots=True)
class Used:
    """A quantity taken off a certificate by an item of a declaration, or given back (negative)."""

    reference: str
    mrn: str | None
    post: str
    item: int
    quantity: Decimal
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What an item of a later declaration took of goods under suspense, or gave back (negative)."""

    reference: str
    mrn: str | None
    post: str
    item: int
    net_kg: Decimal
    packages: Decimal
    units: Decimal
    at: dt.datetime


def of_certificate(session: Session, certificate: Certificate, limit: int = 200) -> list[Used]:
    """What was written off a certificate, the last first."""
    row = ExemptionWriteOff
    query = (
        select(Declaration.reference, Declaration.mrn, row.post, row.item, row.quantity, row.at)
        .join(Declaration, and_(Declaration.post == row.post, Declaration.id == row.declaration_id))
        .where(row.certificate_post == certificate.post, row.certificate_id == certificate.id)
    )
    return [Used(*found) for found in session.execute(query.order_by(row.at.desc(), row.id.desc()).limit(limit))]


def stock(session: Session, mrn: str, item: int, *, by: Actor) -> tuple[Stock, str]:
    """Goods under suspense at a post of an official, with the reference of their declaration; or `NotFound`."""
    same = and_(Declaration.post == Stock.post, Declaration.id == Stock.declaration_id)
    query = select(Stock, Declaration.reference).join(Declaration, same).where(Stock.mrn == mrn, Stock.item == item)
    found = session.execute(query).first()
    if found is None or by.grant(OFFICIAL, found[0].post) is None:
        raise NotFound()
    return found[0], found[1]


def of_stock(session: Session, stock: Stock, limit: int = 200) -> list[Taken]:
    """Who took what of goods under suspense, the last first."""
    row = StockWriteOff
    query = (
        select(Declaration.reference, Declaration.mrn, row.post, row.item, row.net_kg, row.packages, row.units, row.at)
        .join(Declaration, and_(Declaration.post == row.post, Declaration.id == row.declaration_id))
        .where(row.stock_post == stock.post, row.stock_id == stock.id)
    )
    return [Taken(*found) for found in session.execute(query.order_by(row.at.desc(), row.id.desc()).limit(limit))]


def waited_for(session: Session, owner: Declaration, *, apart: Declaration) -> bool:
    """Whether goods that `owner` placed under suspense are written off by a declaration that is not let go yet;
    `apart` does not count."""
    row, same = StockWriteOff, and_(Stock.post == StockWriteOff.stock_post, Stock.id == StockWriteOff.stock_id)
    query = (
        select(row.declaration_id)
        .join(Stock, same)
        .join(Declaration, and_(Declaration.post == row.post, Declaration.id == row.declaration_id))
        .where(
            Stock.post == owner.post,
            Stock.declaration_id == owner.id,
            Declaration.status.in_([status.value for status in WAITING]),
            or_(Declaration.post != apart.post, Declaration.id != apart.id),
        )
        .group_by(row.post, row.declaration_id)
        .having(or_(func.sum(row.net_kg) > 0, func.sum(row.packages) > 0, func.sum(row.units) > 0))
    )
    return session.execute(query.limit(1)).first() is not None
