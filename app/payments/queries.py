"""Reading assessments, payments and accounts; holding a firm's account.

What a deed has posted is written when its transaction ends (see `core.rows`), so the position of a declaration and the
balance of a held account are carried in the session from their first reading on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, text, true, tuple_
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.db import now
from app.core.errors import NotFound
from app.ledger import queries as ledger
from app.ledger.commands import PREPAID
from app.ledger.models import LedgerAccount, LedgerTransfer
from app.payments.models import Assessment, Closing, FeeWaiver, Payment, PrepaymentAccount, Refund, Security
from app.payments.rules import Position, Standing
from app.reference.queries import codebook
from app.tariff import tariff

#: Roles that see what was paid at their post.
OFFICIAL = ("officer", "inspector", "supervisor", "analyst", "auditor")

#: What the tariff calls the money of an administration that has none: ISO 4217 for no currency.
_NO_MONEY = "XXX"


def currency_of(session: Session, post: str) -> str | None:
    """The money of a post's administration today: that of its taxes. None for a place where nothing is paid."""
    codes = codebook(session)
    if codes.post(post) is None:
        return None
    known = tariff(codes).on(post[:2], codes.day_at(post, now(session))).currency
    return None if known == _NO_MONEY else known


_POSITION = text(
    "SELECT a.currency, a.number, a.content, a.by_tax, a.suspended_by_tax, l.receivable, l.refundable, l.secured, l.written_off, p.claimed "
    "FROM (SELECT coalesce(sum(CASE WHEN debit = 'receivable' THEN amount WHEN credit = 'receivable' THEN - amount END), 0.00)"
    " AS receivable, coalesce(sum(CASE WHEN credit = 'refundable' THEN amount WHEN debit = 'refundable' THEN - amount END), 0.00)"
    " AS refundable, coalesce(sum(CASE WHEN credit LIKE 'secured:%' THEN amount WHEN debit LIKE 'secured:%' THEN - amount END), 0.00)"
    " AS secured, coalesce(sum(CASE WHEN debit = 'written-off' THEN amount WHEN credit = 'written-off' THEN - amount END), 0.00)"
    " AS written_off FROM ledger_transfer WHERE post = :post AND subject = :id) l "
    "CROSS JOIN (SELECT coalesce(sum(amount), 0.00) AS claimed FROM payment "
    "WHERE post = :post AND declaration_id = :id AND status = 'claimed') p "
    "LEFT JOIN (SELECT currency, number, content, by_tax, suspended_by_tax FROM assessment "
    "WHERE post = :post AND declaration_id = :id ORDER BY number DESC LIMIT 1) a ON true"
)


def position(session: Session, post: str, declaration_id: UUID) -> Position:
    """What the ledger says about a declaration, with what this transaction has posted. One statement, or none.

    Verbs ask for it under the lock of the declaration's row.
    """
    known: Position | None = session.info.get("positions", {}).get((post, declaration_id))
    if known is not None:
        return known
    row = session.execute(_POSITION, {"post": post, "id": declaration_id}).one()
    return Position(
        currency=row.currency,
        number=row.number or 0,
        by_tax=_amounts(row.by_tax),
        suspended_by_tax=_amounts(row.suspended_by_tax),
        receivable=row.receivable,
        refundable=row.refundable,
        secured=row.secured,
        written_off=row.written_off,
        claimed=row.claimed,
        content=row.content,
    )


def keep_position(session: Session, post: str, declaration_id: UUID, now: Position) -> None:
    """Remembers what a declaration's position has become, for the rest of the transaction."""
    session.info.setdefault("positions", {})[post, declaration_id] = now


def _amounts(stored: dict[str, str] | None) -> dict[str, Decimal]:
    return {tax: Decimal(amount) for tax, amount in (stored or {}).items()}


def standing(session: Session, post: str, declaration_id: UUID) -> Standing:
    """How a declaration stands: assessed, paid, due, overpaid, suspended, secured. One statement, or none."""
    return position(session, post, declaration_id).standing()


@dataclass(slots=True)
class Held:
    """A firm's account whose ledger row this transaction has locked; `balance` follows what is posted."""

    currency: str
    standing_order: bool
    balance: Decimal


def account_code(party: str) -> str:
    """The firm's account in the ledger."""
    return f"{PREPAID}{party}"


def hold_account(session: Session, post: str, party: str) -> Held | None:
    """Locks the firm's account at the post until the transaction ends; None where it has none, or nothing was ever paid
    in. Comes after the declaration's row and before the post's own row."""
    held: dict[tuple[str, str], Held | None] = session.info.setdefault("held_accounts", {})
    if held.get((post, party)) is None:
        row = session.execute(
            select(PrepaymentAccount.currency, PrepaymentAccount.standing_order, LedgerAccount.balance)
            .join(
                LedgerAccount,
                and_(
                    LedgerAccount.post == PrepaymentAccount.post,
                    LedgerAccount.currency == PrepaymentAccount.currency,
                    LedgerAccount.code == account_code(party),
                ),
            )
            .where(PrepaymentAccount.post == post, PrepaymentAccount.party == party)
            .with_for_update(of=LedgerAccount)
        ).one_or_none()
        held[post, party] = None if row is None else Held(*row)
    return held[post, party]


def assessment(session: Session, post: str, declaration_id: UUID) -> Assessment | None:
    """The assessment that holds, or None before there is one."""
    query = select(Assessment).where(Assessment.post == post, Assessment.declaration_id == declaration_id)
    return session.execute(query.order_by(Assessment.number.desc()).limit(1)).scalar_one_or_none()


def assessments(session: Session, post: str, declaration_id: UUID) -> list[Assessment]:
    """Every assessment, oldest first."""
    query = select(Assessment).where(Assessment.post == post, Assessment.declaration_id == declaration_id)
    return list(session.execute(query.order_by(Assessment.number)).scalars())


def payments(session: Session, post: str, declaration_id: UUID) -> list[Payment]:
    """What was paid or is said to be paid for a declaration, oldest first."""
    query = select(Payment).where(Payment.post == post, Payment.declaration_id == declaration_id)
    return list(session.execute(query.order_by(Payment.made_at, Payment.id)).scalars())


def securities(session: Session, post: str, declaration_id: UUID) -> list[Security]:
    """Securities given for a declaration, oldest first, released ones too."""
    query = select(Security).where(Security.post == post, Security.declaration_id == declaration_id)
    return list(session.execute(query.order_by(Security.given_at, Security.id)).scalars())


def waived_fees(session: Session, post: str, declaration_id: UUID) -> set[str]:
    """The fees that two persons have agreed not to take of a declaration."""
    rows = select(FeeWaiver.fee).where(FeeWaiver.post == post, FeeWaiver.declaration_id == declaration_id)
    return set(session.execute(rows).scalars())


def refunds(session: Session, post: str, declaration_id: UUID) -> list[Refund]:
    """What was given back for a declaration, oldest first."""
    query = select(Refund).where(Refund.post == post, Refund.declaration_id == declaration_id)
    return list(session.execute(query.order_by(Refund.id)).scalars())


def visible(by: Actor, post: ColumnElement[str], party: ColumnElement[str]) -> ColumnElement[bool]:
    """A firm sees what is its own; an official role sees what happened at its post."""
    alternatives = []
    for grant in by.grants:
        here = true() if grant.post == ANY_POST else post == grant.post
        if grant.role in OFFICIAL:
            alternatives.append(here)
        elif grant.role == "trader" and grant.party:
            alternatives.append(and_(here, party == grant.party))
    return or_(*alternatives) if alternatives else false()


def find_payment(session: Session, id: UUID, *, by: Actor, lock: bool = False) -> Payment:
    """A payment the actor may see, or `NotFound`; locked until the transaction ends if asked for."""
    query = select(Payment).where(Payment.id == id, visible(by, Payment.post, Payment.party))  # type: ignore[arg-type]
    if lock:
        query = query.with_for_update()
    found = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def find_receipt(session: Session, number: str, *, by: Actor) -> Payment:
    """A payment by the number of its official receipt, or `NotFound`."""
    query = select(Payment).where(Payment.number == number, visible(by, Payment.post, Payment.party))  # type: ignore[arg-type]
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def claimed(
    session: Session, *, by: Actor, limit: int = 50, after: tuple[dt.datetime, UUID] | None = None
) -> list[Payment]:
    """Receipts that wait for the cashier, oldest first; `after` is time and id of the last one seen."""
    query = select(Payment).where(Payment.status == "claimed", visible(by, Payment.post, Payment.party))  # type: ignore[arg-type]
    if after is not None:
        query = query.where(tuple_(Payment.made_at, Payment.id) > tuple_(*after))
    return list(session.execute(query.order_by(Payment.made_at, Payment.id).limit(limit)).scalars())


@dataclass(frozen=True, slots=True)
class Account:
    """A firm's prepayment account at a post as it stands."""

    post: str
    party: str
    currency: str
    balance: Decimal
    standing_order: bool
    opened_at: dt.datetime


def accounts(session: Session, *, by: Actor, limit: int = 50, after: tuple[str, str] | None = None) -> list[Account]:
    """The prepayment accounts the actor may see; `after` is post and firm of the last one seen."""
    query = _accounts(by)
    if after is not None:
        query = query.where(tuple_(PrepaymentAccount.post, PrepaymentAccount.party) > tuple_(*after))
    rows = session.execute(query.order_by(PrepaymentAccount.post, PrepaymentAccount.party).limit(limit))
    return [Account(*row) for row in rows]


def account(session: Session, post: str, party: str, *, by: Actor) -> Account:
    """One firm's prepayment account, or `NotFound`."""
    query = _accounts(by).where(PrepaymentAccount.post == post, PrepaymentAccount.party == party)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return Account(*row)


def _accounts(by: Actor) -> Any:
    kept = and_(
        LedgerAccount.post == PrepaymentAccount.post,
        LedgerAccount.currency == PrepaymentAccount.currency,
        LedgerAccount.code == func.concat(PREPAID, PrepaymentAccount.party),
    )
    return (
        select(
            PrepaymentAccount.post,
            PrepaymentAccount.party,
            PrepaymentAccount.currency,
            func.coalesce(LedgerAccount.balance, Decimal("0.00")),
            PrepaymentAccount.standing_order,
            PrepaymentAccount.opened_at,
        )
        .outerjoin(LedgerAccount, kept)
        .where(visible(by, PrepaymentAccount.post, PrepaymentAccount.party))  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an account's statement: what changed, the balance after it, and what it was about."""

    place: int
    at: dt.datetime
    kind: str
    change: Decimal
    balance: Decimal
    declaration_id: UUID | None
    entry: UUID


def statement(
    session: Session, post: str, party: str, *, by: Actor, limit: int = 50, before: int | None = None
) -> list[Line]:
    """The account's lines, newest first; `before` is the place of the last one seen. `NotFound` if it is not his."""
    seen = account(session, post, party, by=by)
    rows = ledger.statement(session, post, account_code(party), seen.currency, limit=limit, before=before)
    return [_line(row) for row in rows]


def _line(row: LedgerTransfer) -> Line:
    change = row.amount if row.credit == row.limited else -row.amount
    return Line(row.place or 0, row.at, row.kind, change, row.balance_after or Decimal(0), row.subject, row.entry)


@dataclass(frozen=True, slots=True)
class Till:
    """What was posted by one method in one currency since the last closing: how often, and how much."""

    method: str
    currency: str
    count: int
    total: Decimal


def till(session: Session, post: str, *, by: Actor) -> list[Till]:
    """What the next closing of the day would hold; refunds to a bank stand as "refund", those to an account
    as "return"."""
    by.need(OFFICIAL, post)
    came = (
        select(Payment.method, Payment.currency, func.count(), func.sum(Payment.amount))
        .where(Payment.post == post, Payment.status == "confirmed", Payment.closing_id.is_(None))
        .group_by(Payment.method, Payment.currency)
    )
    method = case((Refund.target == "bank", "refund"), else_="return").label("method")
    went = (
        select(method, Refund.currency, func.count(), func.sum(Refund.amount))
        .where(Refund.post == post, Refund.closing_id.is_(None))
        .group_by(text("method"), Refund.currency)
    )
    found = [Till(*row) for row in session.execute(came)]
    found += [Till(*row) for row in session.execute(went)]
    return sorted(found, key=lambda t: (t.method, t.currency))


def closings(
    session: Session, post: str, *, by: Actor, limit: int = 50, before: UUID | None = None
) -> Sequence[Closing]:
    """The closings of a post, newest first; `before` is the id of the last one seen."""
    by.need(OFFICIAL, post)
    query = select(Closing).where(Closing.post == post)
    if before is not None:
        query = query.where(Closing.id < before)
    return session.execute(query.order_by(Closing.id.desc()).limit(limit)).scalars().all()


def find_closing(session: Session, post: str, number: str, *, by: Actor) -> Closing:
    """A closing by its number, or `NotFound`."""
    query = select(Closing).where(Closing.post == post, Closing.number == number)
    found = session.execute(query).scalar_one_or_none()
    if found is None or by.grant(OFFICIAL, post) is None:
        raise NotFound()
    return found
