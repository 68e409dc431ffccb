"""Reads of goods under suspense."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.suspense.models import Stock, StockWriteOff

#: Who sees the stocks of the posts he works at.
OFFICIAL = ("officer", "supervisor", "analyst", "auditor")


def named(session: Session, keys: Iterable[tuple[str, int]], holders: Iterable[str], *, lock: bool) -> list[Stock]:
    """The stocks (MRN, item) of these firms, locked in the order of their keys."""
    wanted = sorted(set(keys))
    if not wanted:
        return []
    query = (
        select(Stock)
        .where(tuple_(Stock.mrn, Stock.item).in_(wanted), Stock.holder.in_(sorted({h for h in holders if h})))
        .order_by(Stock.post, Stock.id)
    )
    if lock:
        query = query.with_for_update()
    return list(session.execute(query, execution_options={"populate_existing": True}).scalars())


def of_declaration(session: Session, post: str, declaration: UUID, *, lock: bool = False) -> list[Stock]:
    """What a declaration placed under suspense, by item; with what was opened in this very transaction."""
    query = select(Stock).where(Stock.post == post, Stock.declaration_id == declaration).order_by(Stock.id)
    if lock:
        query = query.with_for_update()
    kept = list(session.execute(query, execution_options={"populate_existing": lock}).scalars())
    opened: list[Stock] = session.info.get("opened_stocks", {}).get((post, declaration), [])
    return sorted([*kept, *opened], key=lambda stock: stock.item)


def keep_opened(session: Session, stock: Stock) -> None:
    """Remembers a stock that is written only when the transaction ends, for whoever asks before that."""
    session.info.setdefault("opened_stocks", {}).setdefault((stock.post, stock.declaration_id), []).append(stock)


def written_off(session: Session, post: str, declaration: UUID) -> list[StockWriteOff]:
    """What a declaration took of earlier stocks and gave back, oldest first."""
    rows = select(StockWriteOff).where(StockWriteOff.post == post, StockWriteOff.declaration_id == declaration)
    return list(session.execute(rows.order_by(StockWriteOff.at, StockWriteOff.id)).scalars())


def taken_of(session: Session, post: str, declaration: UUID) -> list[tuple[Stock, tuple[Decimal, Decimal, Decimal]]]:
    """The stocks a declaration took of, with the kilograms, packages and units it has not given back."""
    row = StockWriteOff
    sums = (func.sum(row.net_kg), func.sum(row.packages), func.sum(row.units))
    query = (
        select(Stock, *sums)
        .join(row, (row.stock_post == Stock.post) & (row.stock_id == Stock.id))
        .where(row.post == post, row.declaration_id == declaration)
        .group_by(Stock.post, Stock.id)
    )
    found = [(stock, (net_kg, packages, units)) for stock, net_kg, packages, units in session.execute(query)]
    return [(stock, taken) for stock, taken in found if any(taken)]


def taken_from(session: Session, stocks: list[Stock]) -> list[StockWriteOff]:
    """Everything written off the stocks, oldest first."""
    keys = [(s.post, s.id) for s in stocks]
    if not keys:
        return []
    rows = select(StockWriteOff).where(tuple_(StockWriteOff.stock_post, StockWriteOff.stock_id).in_(keys))
    return list(session.execute(rows.order_by(StockWriteOff.at, StockWriteOff.id)).scalars())


def visible(session: Session, *, by: Actor, limit: int = 50, after: UUID | None = None) -> list[Stock]:
    """A page of stocks with something left, newest first: a firm's own, and those of an official's posts."""
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    query = select(Stock).where((Stock.left_net_kg > 0) | (Stock.left_packages > 0) | (Stock.left_units > 0))
    if ANY_POST not in posts:
        query = query.where(Stock.post.in_(posts) | Stock.holder.in_(by.parties()))
    if after is not None:
        query = query.where(Stock.id < after)
    return list(session.execute(query.order_by(Stock.id.desc()).limit(limit)).scalars())


def keep_taken(session: Session, post: str, declaration: UUID, stock: Stock) -> None:
    """Remembers a write-off that is written only when the transaction ends, for whoever asks before that."""
    kept = session.info.setdefault("taken_stocks", {}).setdefault((post, declaration), set())
    kept.add((stock.post, stock.declaration_id))


def taken_by(session: Session, post: str, declaration: UUID) -> list[tuple[str, UUID]]:
    """The earlier declarations (post, id) whose goods this one took out of suspense, in this transaction or before."""
    taken = (
        select(Stock.post, Stock.declaration_id)
        .join(StockWriteOff, (StockWriteOff.stock_post == Stock.post) & (StockWriteOff.stock_id == Stock.id))
        .where(StockWriteOff.post == post, StockWriteOff.declaration_id == declaration)
        .distinct()
    )
    found = {(stock_post, previous) for stock_post, previous in session.execute(taken)}
    return sorted(found | session.info.get("taken_stocks", {}).get((post, declaration), set()))
