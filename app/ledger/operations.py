"""Posting: the only way an amount moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.ids import uuid7
from app.core.rows import insert_rows, stage_rows
from app.ledger.commands import Transfer
from app.ledger.models import LedgerTransfer


def book(
    session: Session,
    post: str,
    currency: str,
    transfers: Sequence[Transfer],
    *,
    entry: UUID,
    subject: UUID | None,
    at: dt.datetime,
    by: Actor,
    at_once: bool = False,
) -> None:
    """Posts transfers of one deed, named by `entry`. They are written when the transaction ends, or `at_once` for those
    who go on with the balance in the same transaction.

    Whoever debits a limited account has locked its row before and knows that it suffices; the database refuses a
    balance below zero whatever he believes.
    """
    rows = [
        {
            "post": post,
            "id": uuid7(),
            "entry": entry,
            "subject": subject,
            "kind": transfer.kind,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount": transfer.amount,
            "currency": currency,
            "at": at,
            "person": by.person,
        }
        for transfer in transfers
    ]
    if at_once:
        insert_rows(session, {LedgerTransfer: rows})
    else:
        stage_rows(session, LedgerTransfer, rows)
