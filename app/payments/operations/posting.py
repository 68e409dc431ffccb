"""What every verb of money does: ask who may, post, journal, tell."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import journal, numbering, outbox
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.text import _
from app.ledger import operations as ledger
from app.ledger.commands import Transfer, is_limited
from app.parties import queries as parties
from app.payments import queries, rules
from app.payments.commands import Subject
from app.payments.models import Debt, Payment, PrepaymentAccount
from app.payments.queries import Held, account_code
from app.payments.rules import Position

#: Who takes money in at a post.
CASHIERS = ("officer", "supervisor")
SERIES = "R"
#: Where money stands that came in by a receipt of a bank, or at the window.
ARRIVES = {"receipt": "bank", "cash": "cash"}


def exact(amount: Decimal) -> Decimal:
    """The amount with its two decimals; it has been checked to have no more."""
    return amount.quantize(rules.ZERO)


def raise_if(found: Sequence[Finding]) -> None:
    if found:
        raise Invalid(findings=found)


def must_be_cashier(post: str, *, by: Actor) -> str:
    """The role in which the actor takes money at the post, or a refusal."""
    by.need_scope("decide")
    return by.need(CASHIERS, post).role


def must_act_for(post: str, party: str, *, by: Actor) -> str:
    """The role of a trader whose grant names the firm, or a refusal."""
    by.need_scope("write")
    by.need(("trader",), post)
    if party not in by.parties(post):
        raise Forbidden(
            _("You do not act for {party}. Ask the firm, or the administrator for its mandate.", party=party)
        )
    return "trader"


def must_know(subject: Subject, *, by: Actor) -> str:
    """The role in which the actor has to do with this declaration's money: the node, its firm, or an official."""
    if by.is_node:
        return "system"
    if subject.party in by.parties(subject.post):
        by.need_scope("write")
        return "trader"
    return by.need(("officer", "inspector", "supervisor"), subject.post).role


def assessed_position(session: Session, subject: Subject) -> tuple[Position, str]:
    """The position of an assessed declaration and its currency; refused before there is an assessment."""
    position = queries.position(session, subject.post, subject.declaration_id)
    if position.currency is None:
        raise WrongState(_("Nothing has been assessed for this declaration yet. Lodge it first."))
    return position, position.currency


def post_about(
    session: Session,
    subject: Subject,
    position: Position,
    transfers: list[Transfer],
    *,
    entry: UUID,
    at: dt.datetime,
    by: Actor,
) -> Position:
    """Posts transfers about a declaration and what follows from them: what is paid too much becomes refundable, and
    what is refundable pays what is due. Gives the new position."""
    after = position.moved(transfers)
    more = rules.offset(after)
    after = after.moved(more)
    assert after.currency is not None
    _book(session, subject.post, after.currency, [*transfers, *more], entry, subject.declaration_id, at, by=by)
    queries.keep_position(session, subject.post, subject.declaration_id, after)
    follow_debt(session, subject, after, at)
    return after


def follow_debt(session: Session, subject: Subject, position: Position, at: dt.datetime) -> None:
    """Keeps the debt of a declaration as its position says. One statement; none for a declaration that comes into being
    in this transaction.

    Only what is let go begins to be a debt. What is one stays one, whatever becomes of the rest of the goods, until
    everything is calculated, paid and secured. Whoever calls holds the declaration's row.
    """
    if subject.fresh:
        return
    standing, calculated = position.standing(), position.content == subject.content
    here = (Debt.post == subject.post, Debt.declaration_id == subject.declaration_id)
    if calculated and standing.settled:
        session.execute(delete(Debt).where(*here).execution_options(synchronize_session=False))
        return
    amounts = {"due": max(standing.due, rules.ZERO), "unsecured": standing.unsecured, "calculated": calculated}
    if not subject.let_go:
        session.execute(update(Debt).where(*here).values(**amounts).execution_options(synchronize_session=False))
        return
    owner = {"post": subject.post, "declaration_id": subject.declaration_id, "party": subject.party}
    row = {**owner, "currency": standing.currency, "since": at, **amounts}
    session.execute(
        insert(Debt).values(row).on_conflict_do_update(index_elements=["post", "declaration_id"], set_=amounts)
    )


def post_alone(
    session: Session, post: str, currency: str, transfers: list[Transfer], *, entry: UUID, at: dt.datetime, by: Actor
) -> None:
    """Posts transfers about no declaration: deposits and withdrawals."""
    _book(session, post, currency, transfers, entry, None, at, by=by)


def _book(
    session: Session,
    post: str,
    currency: str,
    transfers: list[Transfer],
    entry: UUID,
    subject: UUID | None,
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    held: dict[tuple[str, str], Held | None] = session.info.get("held_accounts", {})
    for transfer in transfers:
        for account, amount in ((transfer.credit, transfer.amount), (transfer.debit, -transfer.amount)):
            kept = held.get((post, account.partition(":")[2])) if is_limited(account) else None
            if kept is not None:
                kept.balance += amount
    ledger.book(session, post, currency, transfers, entry=entry, subject=subject, at=at, by=by)


def must_hold(session: Session, post: str, party: str, amount: Decimal, currency: str) -> Held:
    """The firm's account, locked and found to hold the amount; a refusal says what is missing."""
    held = queries.hold_account(session, post, party)
    if held is None:
        message = _(
            "{party} has no prepayment account with money at {post}. Pay into it first.", party=party, post=post
        )
        raise Invalid(findings=[Finding("/party", "account.none", message)])
    raise_if(rules.currency_findings(currency, held.currency))
    if held.balance < amount:
        message = _(
            "The account of {party} holds {balance} {currency}, {amount} are needed. Pay in the rest first, or pay a part.",
            party=party,
            balance=held.balance,
            currency=currency,
            amount=amount,
        )
        raise Invalid(findings=[Finding("/amount", "account.too-little", message)])
    return held


def open_account(session: Session, post: str, party: str, currency: str, at: dt.datetime, *, by: Actor) -> None:
    """Makes the firm's account at the post if it has none. Only a registered firm has one."""
    if parties.find(session, party) is None:
        message = _("{party} is not in the register of firms. Register the firm first.", party=party)
        raise Invalid(findings=[Finding("/party", "account.party-unknown", message)])
    row = {"post": post, "party": party, "currency": currency, "standing_order": False, "opened_at": at, "version": 1}
    made = session.execute(
        insert(PrepaymentAccount).values(row).on_conflict_do_nothing().returning(PrepaymentAccount.party)
    ).scalar_one_or_none()
    if made is not None:
        tell(
            session,
            post,
            "prepayment",
            party,
            "prepayment.opened",
            {"standing_order": False, "currency": currency},
            at,
            by=by,
        )


def store_payment(session: Session, payment: Payment) -> None:
    """Inserts a payment at once: a receipt that was counted before is refused here, however many come together."""
    session.add(payment)
    try:
        session.flush()
    except IntegrityError as error:
        if "uq_payment_receipt" not in str(error.orig):
            raise
        message = _(
            "Receipt {number} of {bank} has been counted already. A receipt counts once: look at its number again.",
            number=payment.receipt,
            bank=payment.bank,
        )
        raise WrongState(message, findings=[Finding("/receipt/number", "payment.receipt-twice", message)]) from error


def draw_number(session: Session, post: str, series: str) -> str:
    """The next official number of a series. Locks the post's own row: nothing is locked after it."""
    drawn = numbering.draw(session, post, series)
    return numbering.official_number(post, drawn.year, drawn.number, series)


def tell_payment(
    session: Session,
    payment: Payment,
    event: str,
    at: dt.datetime,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> None:
    """Journals what became of a payment, and tells it."""
    after = {
        "status": payment.status,
        "version": payment.version,
        "amount": payment.amount,
        "currency": payment.currency,
        "number": payment.number,
        "closing": payment.closing_id,
    }
    if before is None:
        after |= {
            "declaration": payment.declaration_id,
            "party": payment.party,
            "purpose": payment.purpose,
            "method": payment.method,
            "bank": payment.bank,
            "receipt": payment.receipt,
            "written_order": payment.written_order,
        }
    told = {"reference": payment.reference}
    tell(
        session,
        payment.post,
        "payment",
        payment.id,
        event,
        after,
        at,
        by=by,
        before=before,
        reason=reason,
        role=role,
        told=told,
    )


def tell(
    session: Session,
    post: str,
    kind: str,
    subject: UUID | str,
    event: str,
    after: dict[str, Any],
    at: dt.datetime,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    reason: str = "",
    role: str = "",
    told: dict[str, Any] | None = None,
) -> None:
    """Journals an act and puts the fact into the outbox; `told` is added to what others learn."""
    journal.record(
        session,
        by=by,
        event=event,
        kind=kind,
        subject=subject,
        post=post,
        before=before,
        after=after,
        reason=reason,
        role=role,
    )
    outbox.put(session, post=post, topic=event, subject=subject, payload={**after, **(told or {})}, at=at)


def excess_to_account(session: Session, post: str, party: str, currency: str, at: dt.datetime, *, by: Actor) -> None:
    """Makes the account ready that takes what was paid too much."""
    open_account(session, post, party, currency, at, by=by)
    queries.hold_account(session, post, party)


def excess_transfer(position: Position, amount: Decimal, party: str) -> list[Transfer]:
    """The part of an amount that is more than what is due, on its way to the firm's account."""
    more = amount - max(position.receivable, rules.ZERO)
    if more <= 0:
        return []
    return [Transfer("refundable", account_code(party), more, "excess")]


def with_claimed(position: Position, change: Decimal) -> Position:
    """The position with more, or less, that is claimed and not confirmed."""
    return dataclasses.replace(position, claimed=position.claimed + change)
