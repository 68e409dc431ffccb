"""Reading the ledger, and the proof that every balance is the sum of its transfers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.ledger.commands import Transfer
from app.ledger.models import LedgerTransfer

_BALANCES = text(
    "SELECT code, sum(amount) AS balance FROM ("
    "SELECT credit AS code, amount FROM ledger_transfer WHERE post = :post AND subject = :subject "
    "UNION ALL SELECT debit, - amount FROM ledger_transfer WHERE post = :post AND subject = :subject) t "
    "GROUP BY code ORDER BY code"
)


def balances(session: Session, post: str, subject: UUID) -> Mapping[str, Decimal]:
    """Credits less debits of every account that something was posted to about a subject."""
    rows = session.execute(_BALANCES, {"post": post, "subject": subject})
    return {row.code: row.balance for row in rows}


def statement(
    session: Session, post: str, code: str, currency: str, *, limit: int = 50, before: int | None = None
) -> list[LedgerTransfer]:
    """The transfers of a limited account, newest first; `before` is the place of the last one seen."""
    query = select(LedgerTransfer).where(
        LedgerTransfer.post == post, LedgerTransfer.limited == code, LedgerTransfer.currency == currency
    )
    if before is not None:
        query = query.where(LedgerTransfer.place < before)
    return list(session.execute(query.order_by(LedgerTransfer.place.desc()).limit(limit)).scalars())


def of_entry(session: Session, post: str, entry: UUID) -> list[Transfer]:
    """What one deed has posted, in the order it was posted."""
    query = select(LedgerTransfer).where(LedgerTransfer.post == post, LedgerTransfer.entry == entry)
    rows = session.execute(query.order_by(LedgerTransfer.id)).scalars()
    return [Transfer(row.debit, row.credit, row.amount, row.kind) for row in rows]


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the ledger does not add up: `kept` stands there, `told` is what the transfers say."""

    post: str
    subject: str
    key: str
    kept: Any
    told: Any


#: Each gives post, subject, key, what is kept and what is told. They also find what constraints make impossible: a
#: constraint may have been dropped, and a restored copy may be damaged.
_PROOFS = (
    # A kept balance is the sum of its transfers, and the account stands at the last of them.
    """
    SELECT coalesce(a.post, t.post), coalesce(a.code, t.code), 'balance',
           concat_ws('/', a.balance, coalesce(a.place, 0)), concat_ws('/', coalesce(t.total, 0.00), coalesce(t.moves, 0))
    FROM (SELECT * FROM ledger_account WHERE code ~ '^(prepaid|pledge):' AND (CAST(:post AS text) IS NULL OR post = :post)) a
    FULL JOIN (
        SELECT post, code, currency, sum(amount) AS total, count(*) AS moves FROM (
            SELECT post, credit AS code, currency, amount FROM ledger_transfer WHERE credit ~ '^(prepaid|pledge):'
            UNION ALL
            SELECT post, debit, currency, - amount FROM ledger_transfer WHERE debit ~ '^(prepaid|pledge):') moved
        WHERE CAST(:post AS text) IS NULL OR post = :post
        GROUP BY post, code, currency) t ON (t.post, t.code, t.currency) = (a.post, a.code, a.currency)
    WHERE a.balance IS DISTINCT FROM coalesce(t.total, 0) OR coalesce(a.place, 0) <> coalesce(t.moves, 0) OR a.balance < 0
    """,
    # The balances before and after follow each other from transfer to transfer.
    """
    SELECT post, id::text, 'place', concat_ws('/', place, balance_before, balance_after),
           concat_ws('/', true_place, true_after - change, true_after)
    FROM (
        SELECT *, row_number() OVER line AS true_place, sum(change) OVER line AS true_after
        FROM (SELECT *, CASE WHEN credit = limited THEN amount ELSE - amount END AS change FROM ledger_transfer
              WHERE limited IS NOT NULL AND (CAST(:post AS text) IS NULL OR post = :post)) t
        WINDOW line AS (PARTITION BY post, limited, currency ORDER BY place, id)) l
    WHERE place <> true_place OR balance_after <> true_after OR balance_before <> true_after - change OR balance_after < 0
    """,
    # Every transfer moves something from one account of its post and currency to another.
    """
    SELECT t.post, t.id::text, 'transfer', concat_ws(' ', t.debit, t.credit, t.amount, t.currency), 'balanced'
    FROM ledger_transfer t
    LEFT JOIN ledger_account d ON (d.post, d.code, d.currency) = (t.post, t.debit, t.currency)
    LEFT JOIN ledger_account c ON (c.post, c.code, c.currency) = (t.post, t.credit, t.currency)
    WHERE (CAST(:post AS text) IS NULL OR t.post = :post) AND (d.code IS NULL OR c.code IS NULL OR t.debit = t.credit
        OR NOT (t.amount > 0 AND t.amount < 'NaN'::numeric)
        OR (t.limited IS NULL AND (t.debit ~ '^(prepaid|pledge):' OR t.credit ~ '^(prepaid|pledge):')))
    """,
)


def verify(session: Session, post: str | None = None) -> list[Fault]:
    """Everything that does not add up; of one post, or of all."""
    return [Fault(*row) for proof in _PROOFS for row in session.execute(text(proof), {"post": post})]
