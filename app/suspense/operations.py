"""The verbs of goods under suspense."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.rows import stage, stage_rows
from app.suspense import queries, rules
from app.suspense.commands import Amounts, Discharge, Firms, of_item
from app.suspense.models import Stock, StockWriteOff

KIND = "suspense"
GRAMS, WHOLE = Decimal("0.001"), Decimal(1)


@dataclass(frozen=True, slots=True)
class Placed:
    """Whose goods are placed under suspense by which declaration."""

    post: str
    declaration: UUID
    mrn: str
    holder: str


def place(
    session: Session,
    placed: Placed,
    items: list[dict[str, Any]],
    numbers: Collection[int],
    at: dt.datetime,
    *,
    by: Actor,
) -> list[Stock]:
    """Brings the stocks of a declaration to those of its `items` that are let go under suspense (`numbers`): opens what
    is not there, and lets what is there follow an amendment. Done again, it changes nothing.

    Raises `Invalid`, pointing into the items, where later declarations have written off more than there would be.
    """
    known = {s.item: s for s in queries.of_declaration(session, placed.post, placed.declaration, lock=True)}
    wanted = {item["number"]: item for item in items if item["number"] in numbers}
    found = rules.kept(known, wanted, {item["number"]: place for place, item in enumerate(items)})
    if found:
        raise Invalid(findings=found)
    for number, stock in known.items():
        _restate(session, stock, placed.holder, wanted.get(number), by=by)
    new = [item for number, item in wanted.items() if number not in known]
    opened = [_open(session, placed, item, at, by=by) for item in new]
    return [*known.values(), *opened]


def close(session: Session, post: str, declaration: UUID, *, but: Collection[int], by: Actor) -> None:
    """What a declaration placed counts no more, because it came to nothing; what was taken out meanwhile stays taken,
    and the stocks of the items `but` stay."""
    for stock in queries.of_declaration(session, post, declaration, lock=True):
        if stock.item not in but:
            _restate(session, stock, stock.holder, None, by=by)


def _open(session: Session, placed: Placed, item: dict[str, Any], at: dt.datetime, *, by: Actor) -> Stock:
    amounts = of_item(item)
    stock = Stock(
        post=placed.post,
        id=uuid7(),
        declaration_id=placed.declaration,
        mrn=placed.mrn,
        item=item["number"],
        holder=placed.holder,
        commodity=item["commodity"],
        procedure=item["procedure"],
        net_kg=amounts.net_kg,
        packages=amounts.packages,
        unit=amounts.unit,
        units=amounts.units,
        left_net_kg=amounts.net_kg,
        left_packages=amounts.packages,
        left_units=amounts.units,
        opened_at=at,
    )
    stage(session, stock)  # the declaration may itself be written only when the transaction ends
    queries.keep_opened(session, stock)
    _note(session, stock, "suspense.opened", by=by)
    return stock


def _restate(session: Session, stock: Stock, holder: str, item: dict[str, Any] | None, *, by: Actor) -> None:
    """What entered is what is declared now; what was taken of it stays taken. Without an item nothing more is left."""
    taken = stock.taken
    amounts = Amounts(taken.net_kg, taken.packages, taken.units, stock.unit) if item is None else of_item(item)
    said = {
        "holder": holder,
        "commodity": stock.commodity if item is None else item["commodity"],
        "procedure": stock.procedure if item is None else item["procedure"],
        "net_kg": amounts.net_kg,
        "packages": amounts.packages,
        "units": amounts.units,
        "unit": amounts.unit if amounts.units else None,
    }
    if all(getattr(stock, name) == value for name, value in said.items()):
        return
    before = _left(stock)
    for name, value in said.items():
        setattr(stock, name, value)
    stock.left_net_kg = amounts.net_kg - taken.net_kg
    stock.left_packages = amounts.packages - taken.packages
    stock.left_units = amounts.units - taken.units
    session.flush()
    event = "suspense.closed" if item is None else "suspense.changed"
    _note(session, stock, event, by=by, before=before)


def take(
    session: Session,
    post: str,
    declaration: UUID,
    wanted: list[Discharge],
    firms: Firms,
    at: dt.datetime,
    *,
    by: Actor,
) -> list[Stock]:
    """Writes the discharges off under lock. Raises `Invalid` for what is unknown, of other goods, or more than is left.

    Gives the stocks that are used up by it: what secured them is free. Costs no SQL without previous documents.
    """
    if not wanted:
        return []
    named = _named(session, wanted, firms, lock=True)
    stocks = {key: stock for key, stock in named.items() if stock.declaration_id != declaration}  # never of itself
    found = rules.findings(wanted, _usable(stocks, firms), firms)
    if found:
        raise Invalid(findings=found)
    for discharge in wanted:
        stock, amounts = stocks[discharge.mrn, discharge.previous_item], discharge.amounts
        units = amounts.units if stock.unit is not None and stock.unit == amounts.unit else Decimal(0)
        _move(session, stock, declaration, post, discharge.item, (amounts.net_kg, amounts.packages, units), at, by=by)
    session.flush()
    return [stock for stock in stocks.values() if stock.is_used_up]


def outlook(session: Session, wanted: list[Discharge], firms: Firms) -> list[Finding]:
    """What `take` would refuse, without a lock and without change: for drafts."""
    if not wanted:
        return []
    return rules.findings(wanted, _usable(_named(session, wanted, firms, lock=False), firms), firms)


def held(session: Session, post: str, declaration: UUID) -> dict[tuple[str, int], Amounts]:
    """What a declaration has taken of stocks and not given back, by their MRN and item."""
    found: dict[tuple[str, int], Amounts] = {}
    for stock, taken in queries.taken_of(session, post, declaration):
        found[stock.mrn, stock.item] = Amounts(*taken, stock.unit)
    return found


def give_back(
    session: Session, post: str, declaration: UUID, at: dt.datetime, *, by: Actor, but: Collection[int] = ()
) -> bool:
    """Returns what a declaration had taken, because it was amended or came to nothing; what the items `but` took stays
    taken. Gives whether there was anything."""
    net: dict[tuple[str, UUID, int], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for row in queries.written_off(session, post, declaration):
        held = net[row.stock_post, row.stock_id, row.item]
        held[0], held[1], held[2] = held[0] + row.net_kg, held[1] + row.packages, held[2] + row.units
    open_ones = {key: held for key, held in net.items() if any(held) and key[2] not in but}
    for (stock_post, id, item), held in sorted(open_ones.items()):
        stock = session.get_one(Stock, (stock_post, id), with_for_update=True, populate_existing=True)
        _move(session, stock, declaration, post, item, (-held[0], -held[1], -held[2]), at, by=by)
    session.flush()
    return bool(open_ones)


def _named(session: Session, wanted: list[Discharge], firms: Firms, *, lock: bool) -> dict[tuple[str, int], Stock]:
    keys = [(d.mrn, d.previous_item) for d in wanted]
    holders = (*firms.holders, firms.lacking) if firms.kept else firms.holders
    return {(s.mrn, s.item): s for s in queries.named(session, keys, holders, lock=lock)}


def _usable(stocks: Mapping[tuple[str, int], Stock], firms: Firms) -> dict[tuple[str, int], rules.Left]:
    """The stocks of the holders, and those of a firm without a mandate as far as they are kept."""
    found: dict[tuple[str, int], rules.Left] = {}
    for key, stock in stocks.items():
        if stock.holder in firms.holders:
            found[key] = stock
        elif key in firms.kept:
            found[key] = rules.Limited(stock, firms.kept[key])
    return found


def _move(
    session: Session,
    stock: Stock,
    declaration: UUID,
    post: str,
    item: int,
    amounts: tuple[Decimal, Decimal, Decimal],
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    before = _left(stock)
    net_kg, packages, units = amounts
    stock.left_net_kg -= net_kg
    stock.left_packages -= packages
    stock.left_units -= units
    row = {
        "post": post,
        "id": uuid7(),
        "stock_post": stock.post,
        "stock_id": stock.id,
        "declaration_id": declaration,
        "item": item,
        "net_kg": net_kg,
        "packages": packages,
        "units": units,
        "at": at,
    }
    stage_rows(session, StockWriteOff, [row])  # the declaration may itself be written only when the transaction ends
    queries.keep_taken(session, post, declaration, stock)
    event = "suspense.given-back" if net_kg < 0 or packages < 0 or units < 0 else "suspense.written-off"
    _note(session, stock, event, by=by, before=before, after={"declaration": declaration, "of_item": item})


def _left(stock: Stock) -> dict[str, Any]:
    """What is left, with the digits that the table keeps."""
    return {
        "net_kg": stock.left_net_kg.quantize(GRAMS),
        "packages": stock.left_packages.quantize(WHOLE),
        "units": stock.left_units.quantize(GRAMS),
    }


def _note(
    session: Session,
    stock: Stock,
    event: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=stock.id,
        post=stock.post,
        before=before,
        after={"mrn": stock.mrn, "item": stock.item, **_left(stock), **(after or {})},
        role="system",
    )
