"""Tables of the ledger.

Nothing here is balanced by arithmetic afterwards: each row of `ledger_transfer` debits one account and credits another
with the same amount. Balances are kept of limited accounts alone. A kept balance is explained by constraints: every
transfer of such an account carries its place in the account's line of transfers, the balance before and the balance
after; the place before must exist with that balance, and the account must stand at the last place.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Amount, Base, IdKey, PostKey, sane_number, sane_time
from app.ledger.commands import CHART

_LIMITED = "{0} ~ '^(prepaid|pledge):'"
_PLACE = ("post", "limited", "currency", "place", "balance_after")


class LedgerAccount(Base):
    """An account of a post in one currency; it comes into being with its first transfer. `balance` (credits less
    debits) and `place`, the number of transfers in it, are kept for limited accounts; a trigger writes both."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "code", "currency", "place", "balance"],
            [f"ledger_transfer.{name}" for name in _PLACE],
            name="fk_ledger_account_last",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        CheckConstraint(f"code ~ '{CHART}'", name="code_known"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
        CheckConstraint(sane_number("balance"), name="never_below_zero"),
        CheckConstraint(
            f"(place IS NULL AND balance = 0) OR ({_LIMITED.format('code')} AND place > 0)", name="kept_if_limited"
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    post: Mapped[PostKey]
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    balance: Mapped[Amount] = mapped_column(server_default="0")
    place: Mapped[int | None] = mapped_column(Integer)


class LedgerTransfer(Base):
    """One amount from account to account. Rows are only added.

    `entry` groups the transfers of one deed and is the id of what it made (an assessment, a payment); `subject` is what
    it is about, a declaration or nothing. The last five columns are written by a trigger.
    """

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "debit", "currency"],
            ["ledger_account.post", "ledger_account.code", "ledger_account.currency"],
            name="fk_ledger_transfer_debit",
        ),
        ForeignKeyConstraint(
            ["post", "credit", "currency"],
            ["ledger_account.post", "ledger_account.code", "ledger_account.currency"],
            name="fk_ledger_transfer_credit",
        ),
        ForeignKeyConstraint(
            ["post", "limited", "currency", "place_before", "balance_before"],
            [f"ledger_transfer.{name}" for name in _PLACE],
            name="fk_ledger_transfer_before",
        ),
        UniqueConstraint(*_PLACE, name="uq_ledger_transfer_place_balance"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name="amount_sane"),
        CheckConstraint("kind ~ '^[a-z-]{1,20}$'", name="kind_form"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        CheckConstraint(
            f"NOT ({_LIMITED.format('debit')} AND {_LIMITED.format('credit')}) AND limited IS NOT DISTINCT FROM "
            f"CASE WHEN {_LIMITED.format('debit')} THEN debit WHEN {_LIMITED.format('credit')} THEN credit END",
            name="limited_named",
        ),
        CheckConstraint(
            "CASE WHEN limited IS NULL THEN place IS NULL AND balance_before IS NULL AND balance_after IS NULL "
            "ELSE place > 0 AND place IS NOT NULL AND balance_after IS NOT NULL AND balance_before IS NOT NULL "
            "AND balance_after = balance_before + CASE WHEN credit = limited THEN amount ELSE - amount END END",
            name="balance_follows",
        ),
        CheckConstraint(
            "CASE WHEN place > 1 THEN place_before IS NOT NULL AND place_before = place - 1 "
            "ELSE place_before IS NULL AND coalesce(balance_before, 0) = 0 END",
            name="place_follows",
        ),
        CheckConstraint(
            "balance_after IS NULL OR (balance_after >= 0 AND balance_after < 'NaN'::numeric)", name="never_below_zero"
        ),
        Index("ix_ledger_transfer_subject", "post", "subject"),
        Index("ix_ledger_transfer_entry", "post", "entry"),
        Index("ix_ledger_transfer_debit", "post", "debit", "at"),
        Index("ix_ledger_transfer_credit", "post", "credit", "at"),
        Index(
            "uq_ledger_transfer_place",
            "post",
            "limited",
            "currency",
            "place",
            unique=True,
            postgresql_where=text("limited IS NOT NULL"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    entry: Mapped[UUID]
    subject: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(20))
    debit: Mapped[str] = mapped_column(String(60))
    credit: Mapped[str] = mapped_column(String(60))
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[dt.datetime]
    person: Mapped[UUID]
    limited: Mapped[str | None] = mapped_column(String(60))
    place: Mapped[int | None] = mapped_column(Integer)
    place_before: Mapped[int | None] = mapped_column(Integer)
    balance_before: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    balance_after: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
