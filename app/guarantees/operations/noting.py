"""What every verb of a guarantee does around its own deed: the ledger, the journal, the outbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal, outbox
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Forbidden
from app.core.text import _
from app.guarantees.models import Guarantee, GuaranteeReservation
from app.ledger import operations as ledger
from app.ledger.commands import Transfer

KIND = "guarantee"
SERIES = "GRN"
#: Who enters a guarantee, and who approves one.
REGISTERING = ("officer", "supervisor", "administrator")
APPROVING = ("supervisor", "administrator")
CHANGE, RELEASE = "guarantee.change-limit", "guarantee.release"
PLEDGED, RESERVED, HELD, CLAIMED = "transit:pledged", "transit:reserved", "transit:held", "transit:claimed"
CENT = Decimal("0.01")


def post_transfer(
    session: Session,
    guarantee: Guarantee,
    reservation: GuaranteeReservation | None,
    debit: str,
    credit: str,
    amount: Decimal,
    kind: str,
    *,
    by: Actor,
    at_once: bool = False,
) -> None:
    ledger.book(
        session,
        guarantee.post,
        guarantee.currency,
        [Transfer(debit, credit, amount, kind)],
        entry=reservation.id if reservation else guarantee.id,
        subject=reservation.movement_id if reservation else None,
        at=now(session),
        by=by,
        at_once=at_once,
    )


def words(guarantee: Guarantee) -> dict[str, Any]:
    names = ("type", "level", "holder", "guarantor", "amount", "currency", "valid_from", "valid_to", "not_valid_for")
    return {name: getattr(guarantee, name) for name in names}


def note(
    session: Session,
    guarantee: Guarantee,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    state = {"grn": guarantee.grn, "status": guarantee.status, "version": guarantee.version, **(after or {})}
    journal.record(
        session,
        by=by,
        event=f"guarantee.{event}",
        kind=KIND,
        subject=guarantee.id,
        post=guarantee.post,
        before=before,
        after=state,
        reason=reason,
        role=role,
    )
    payload = {"grn": guarantee.grn, "status": guarantee.status}
    outbox.put(
        session,
        post=guarantee.post,
        topic=f"guarantee.{event}",
        subject=guarantee.id,
        payload=payload,
        at=now(session),
    )


def note_taken(
    session: Session,
    guarantee: Guarantee,
    reservation: GuaranteeReservation,
    event: str,
    *,
    by: Actor,
    reason: str = "",
) -> None:
    after = {"mrn": reservation.mrn, "amount": reservation.amount, "currency": reservation.currency}
    if reservation.claimed is not None:
        after |= {"claimed": reservation.claimed, "given_back": reservation.given_back}
    role = "system" if by.is_node else ""
    note(session, guarantee, event, by=by, role=role, after=after, reason=reason)


def must_not_be_his(guarantee: Guarantee, by: Actor) -> None:
    """Nobody decides about the guarantee of a firm that he acts for."""
    if guarantee.holder in by.parties(guarantee.post):
        raise Forbidden(_("You act for {party} yourself. Another person must do this.", party=guarantee.holder))
