"""Goods under suspense follow their declarations: in stock once they are let go, out of it by what later declarations
write off, and no longer to be secured once everything is written off by goods that are let go.

Whoever calls holds the rows of all the declarations (see `holding`) and the accounts of their firms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.commands import Declared
from app.declarations.lifecycle import WAITING, Status
from app.declarations.models import Declaration
from app.flows.assessing import legal_moment, subject
from app.payments import operations as payments
from app.reference.queries import codebook
from app.registers import write_offs
from app.suspense import operations as suspense
from app.suspense import queries as stocks

_WAITING = frozenset(s.value for s in WAITING)
#: Everything is let go; of any other declaration only what was let go item by item.
_WHOLLY_LET_GO = frozenset(s.value for s in (Status.RELEASED, Status.EXITED))


def opened(session: Session, declaration: Declaration, declared: Declared, at: dt.datetime, *, by: Actor) -> None:
    """What follows a release, also one in part: the goods let go under suspense are in stock from now on."""
    if suspended_items(session, declaration, declared, at):
        follow(session, declaration, declared, at, by=by)


def follow(session: Session, declaration: Declaration, declared: Declared, at: dt.datetime, *, by: Actor) -> None:
    """Brings what is in stock to what is declared and let go now. Raises `Invalid` where more is written off already."""
    numbers = suspended_items(session, declaration, declared, at)
    if declaration.status not in _WHOLLY_LET_GO:
        numbers &= queries.released_items(session, declaration)
    owner = (declared.header.get("consignee") or {}).get("id") or declaration.party
    placed = suspense.Placed(declaration.post, declaration.id, declaration.mrn or "", str(owner))
    suspense.place(session, placed, declared.items, numbers, at, by=by)


def suspended_items(session: Session, declaration: Declaration, declared: Declared, at: dt.datetime) -> frozenset[int]:
    """The numbers of the items whose procedure suspends what is due, by the law of the day that holds for it."""
    codes = codebook(session)
    day = codes.day_at(declaration.post, legal_moment(declaration, at))
    suspends = {
        procedure: (entry := codes.find("procedure", procedure[:4], day)) is not None
        and entry.attributes.get("regime") == "suspended"
        for procedure in {item["procedure"] for item in declared.items}
    }
    return frozenset(item["number"] for item in declared.items if suspends[item["procedure"]])


def taken_by(session: Session, declaration: Declaration) -> list[Declaration]:
    """The earlier declarations whose goods it took out of suspense, locked."""
    return queries.lock_by_key(session, stocks.taken_by(session, declaration.post, declaration.id))


def tell(
    session: Session, owners: Iterable[Declaration], declaration: Declaration, at: dt.datetime, *, by: Actor
) -> None:
    """Something of theirs was written off or given back: what is shown of them is another version now."""
    for owner in owners:
        if owner is not declaration:
            event, told = "declaration.stock-moved", {"moved_by": declaration.reference}
            declarations.touch(session, owner, event, at, by=by, role="system", **told)


def weigh(
    session: Session, owners: Iterable[Declaration], cause: Declaration, reason: str, at: dt.datetime, *, by: Actor
) -> None:
    """Ends what is suspended for the goods of the owners, and gives their securities back, where everything is written
    off by goods that are let go; where it is not any more, it is suspended again and to be secured anew."""
    for owner in owners:
        there = stocks.of_declaration(session, owner.post, owner.id)
        if not there:
            continue
        if not all(stock.is_used_up for stock in there):
            made = payments.resume(session, subject(owner), reason, at, by=by)
            event = "declaration.suspended-again"
        elif cause.status in _WAITING or owner.status in _WAITING or write_offs.waited_for(session, owner, apart=cause):
            continue
        else:
            made = payments.discharge(session, subject(owner), reason, at, by=by)
            event = "declaration.discharged"
        if made is not None:
            declarations.touch(session, owner, event, at, by=by, role="system", moved_by=cause.reference)
