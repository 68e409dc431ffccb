"""Reads of guarantees. A holder sees his own; officials those of the offices they work at."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.core.lifecycle import sql_in
from app.guarantees.lifecycle import OPEN, Taken
from app.guarantees.models import Guarantee, GuaranteeAccessCode, GuaranteeReservation
from app.ledger import queries as ledger
from app.ledger.models import LedgerAccount, LedgerTransfer

OFFICIAL = ("officer", "supervisor", "administrator", "auditor")
#: A literal, or the partial index on what is open would not be seen to fit once a statement is prepared.
_IS_OPEN = text(sql_in("guarantee_reservation.status", OPEN))


def visible(by: Actor) -> ColumnElement[bool]:
    """The guarantees open to this person: of the firms acted for, and for officials those of their offices."""
    alternatives: list[ColumnElement[bool]] = []
    everywhere = by.parties(ANY_POST)
    if everywhere:
        alternatives.append(Guarantee.holder.in_(everywhere))
    single = sorted({g.post for g in by.grants if g.role == "trader"} - {ANY_POST})
    alternatives += [and_(Guarantee.post == post, Guarantee.holder.in_(by.parties(post))) for post in single]
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    if ANY_POST in posts or by.is_node:
        alternatives.append(Guarantee.post.is_not(None))
    elif posts:
        alternatives.append(Guarantee.post.in_(sorted(posts)))
    return or_(*alternatives) if alternatives else Guarantee.post.is_(None)


def find(session: Session, grn: str, *, by: Actor) -> Guarantee:
    """A guarantee by its number, or `NotFound`."""
    found = session.execute(select(Guarantee).where(Guarantee.grn == grn, visible(by))).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def locked(session: Session, grn: str, *, by: Actor) -> Guarantee:
    """The same, with the row locked until the transaction ends."""
    query = select(Guarantee).where(Guarantee.grn == grn, visible(by)).with_for_update()
    found = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def by_grn(session: Session, grns: Collection[str]) -> dict[str, Guarantee]:
    """Guarantees by their numbers, for verbs that ask whether they may be used."""
    if not grns:
        return {}
    rows = select(Guarantee).where(Guarantee.grn.in_(sorted(grns)))
    return {each.grn: each for each in session.execute(rows).scalars()}


def locked_by_id(session: Session, ids: Collection[UUID]) -> list[Guarantee]:
    """Guarantees locked in the order of their numbers: everybody takes several in one order."""
    if not ids:
        return []
    rows = select(Guarantee).where(Guarantee.id.in_(sorted(ids))).order_by(Guarantee.grn).with_for_update()
    return list(session.execute(rows, execution_options={"populate_existing": True}).scalars())


def left(session: Session, guarantee: Guarantee, *, lock: bool = False) -> Decimal:
    """What is left of it; with `lock` nobody else takes of it until the transaction ends."""
    query = select(LedgerAccount.balance).where(
        LedgerAccount.post == guarantee.post,
        LedgerAccount.code == guarantee.account,
        LedgerAccount.currency == guarantee.currency,
    )
    found = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    return Decimal("0.00") if found is None else found


def left_of(session: Session, guarantees: Collection[Guarantee]) -> dict[UUID, Decimal]:
    """What is left of each, in one query."""
    if not guarantees:
        return {}
    codes = {each.account: each.id for each in guarantees}
    rows = select(LedgerAccount.code, LedgerAccount.balance).where(LedgerAccount.code.in_(sorted(codes)))
    known = {row[0]: row[1] for row in session.execute(rows)}
    return {id: known.get(code, Decimal("0.00")) for code, id in codes.items()}


def taken_of(session: Session, guarantees: Collection[Guarantee]) -> dict[UUID, dict[str, Decimal]]:
    """What movements have of each now, by the state of the reservation, in one query."""
    if not guarantees:
        return {}
    table = GuaranteeReservation
    rows = (
        select(table.guarantee_id, table.status, func.sum(table.amount))
        .where(
            tuple_(table.post, table.guarantee_id).in_([(each.post, each.id) for each in guarantees]),
            _IS_OPEN,
        )
        .group_by(table.guarantee_id, table.status)
    )
    found: dict[UUID, dict[str, Decimal]] = {each.id: {} for each in guarantees}
    for id, status, amount in session.execute(rows):
        found[id][status] = amount
    return found


def statement(
    session: Session, guarantee: Guarantee, *, limit: int = 50, before: int | None = None
) -> list[LedgerTransfer]:
    """The transfers of its account, newest first; `before` is the place of the last one seen."""
    return ledger.statement(session, guarantee.post, guarantee.account, guarantee.currency, limit=limit, before=before)


def reservations(
    session: Session, guarantee: Guarantee, *, only_open: bool = False, limit: int = 200
) -> list[GuaranteeReservation]:
    """What movements took of it, the newest so many, newest first."""
    rows = select(GuaranteeReservation).where(
        GuaranteeReservation.post == guarantee.post, GuaranteeReservation.guarantee_id == guarantee.id
    )
    if only_open:
        rows = rows.where(_IS_OPEN)
    ordered = rows.order_by(GuaranteeReservation.reserved_at.desc(), GuaranteeReservation.id.desc())
    return list(session.execute(ordered.limit(limit)).scalars())


def open_of(session: Session, guarantee: Guarantee, movement_id: UUID) -> GuaranteeReservation | None:
    """What a movement has taken of it and not given back."""
    rows = select(GuaranteeReservation).where(
        GuaranteeReservation.post == guarantee.post,
        GuaranteeReservation.guarantee_id == guarantee.id,
        GuaranteeReservation.movement_id == movement_id,
        _IS_OPEN,
    )
    return session.execute(rows).scalar_one_or_none()


def is_used(session: Session, guarantee: Guarantee, but: UUID | None = None) -> bool:
    """Whether a movement took of it, other than the one named."""
    rows = select(GuaranteeReservation.id).where(
        GuaranteeReservation.post == guarantee.post, GuaranteeReservation.guarantee_id == guarantee.id
    )
    if but is not None:
        rows = rows.where(GuaranteeReservation.movement_id != but)
    return session.execute(rows.limit(1)).first() is not None


def of_movement(
    session: Session, movement_id: UUID, *, fresh: bool = False
) -> list[tuple[GuaranteeReservation, Guarantee]]:
    """What a movement took, with the guarantees, in the order of their numbers. With `fresh` as it stands now, whatever
    this transaction has read before: a release by hand does not lock the movement."""
    rows = (
        select(GuaranteeReservation, Guarantee)
        .join(
            Guarantee,
            and_(Guarantee.post == GuaranteeReservation.post, Guarantee.id == GuaranteeReservation.guarantee_id),
        )
        .where(GuaranteeReservation.movement_id == movement_id)
        .order_by(Guarantee.grn, GuaranteeReservation.id)
    )
    found = session.execute(rows, execution_options={"populate_existing": fresh})
    return [(taken, guarantee) for taken, guarantee in found]


def taken_now(session: Session, movement_id: UUID) -> list[tuple[GuaranteeReservation, Guarantee]]:
    """What a movement still takes, as it stands now, in the order of the guarantees' numbers; the guarantees are locked
    until the transaction ends."""
    locked_by_id(session, {guarantee.id for _row, guarantee in of_movement(session, movement_id)})
    return [(row, of) for row, of in of_movement(session, movement_id, fresh=True) if Taken(row.status) in OPEN]


def claimed_of(session: Session, guarantee: Guarantee, *, limit: int = 200) -> list[GuaranteeReservation]:
    """What its guarantor paid for movements, the newest so many, newest first."""
    table = GuaranteeReservation
    rows = select(table).where(
        table.post == guarantee.post, table.guarantee_id == guarantee.id, table.claimed.is_not(None)
    )
    return list(session.execute(rows.order_by(table.ended_at.desc(), table.id.desc()).limit(limit)).scalars())


def access_codes(session: Session, guarantee: Guarantee, *, live: bool = False) -> list[GuaranteeAccessCode]:
    """Its codes, oldest first; never what they are, only whose."""
    table = GuaranteeAccessCode
    rows = select(table).where(table.post == guarantee.post, table.guarantee_id == guarantee.id)
    if live:
        rows = rows.where(table.revoked_at.is_(None))
    return list(session.execute(rows.order_by(table.made_at, table.id)).scalars())


def page(session: Session, *, by: Actor, limit: int = 50, after: str = "", holder: str = "") -> list[Guarantee]:
    """Guarantees in the order of their numbers, after the one named."""
    rows = select(Guarantee).where(visible(by), Guarantee.grn > after)
    if holder:
        rows = rows.where(Guarantee.holder == holder)
    return list(session.execute(rows.order_by(Guarantee.grn).limit(limit)).scalars())
