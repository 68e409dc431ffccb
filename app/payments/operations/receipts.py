"""Money that comes in by a receipt of a bank or at the window: claimed by the trader, confirmed by the cashier."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.ledger import queries as ledger
from app.ledger.commands import Transfer
from app.payments import banks, queries, rules
from app.payments.commands import Deposit, Excess, Method, Pay, Purpose, Receipt, Subject
from app.payments.lifecycle import Action
from app.payments.models import Payment
from app.payments.operations.posting import (
    ARRIVES,
    SERIES,
    assessed_position,
    draw_number,
    exact,
    excess_to_account,
    excess_transfer,
    must_act_for,
    must_be_cashier,
    must_hold,
    open_account,
    post_about,
    post_alone,
    raise_if,
    store_payment,
    tell_payment,
    with_claimed,
)
from app.payments.queries import account_code
from app.payments.rules import Position
from app.reference.queries import codebook, must_be_own

CANCELLING = ("supervisor",)


def claim_receipt(session: Session, subject: Subject, command: Pay, *, by: Actor) -> Payment:
    """A trader says that he paid at a bank. Nothing is posted before the cashier has confirmed it. He may have paid more
    than is due, but not where nothing is due: such money belongs into the firm's account."""
    role = must_act_for(subject.post, subject.party, by=by)
    position, currency = assessed_position(session, subject)
    _must_owe(position)
    payment = new_payment(session, subject, command, currency, Purpose.DUTIES, by=by, claimed=True)
    store_payment(session, payment)
    queries.keep_position(session, subject.post, subject.declaration_id, with_claimed(position, payment.amount))
    tell_payment(session, payment, "payment.claimed", payment.made_at, by=by, role=role)
    return payment


def _must_owe(position: Position) -> None:
    if position.receivable > 0:
        return
    message = _(
        "Nothing is to be paid on this declaration now. If the bank has your money, name its receipt as a payment into "
        "your firm's account."
    )
    raise WrongState(message, findings=[Finding("", "payment.nothing-due", message)])


def claim_deposit(session: Session, command: Deposit, *, by: Actor) -> Payment:
    """A trader says that he paid into the firm's account at a bank; the cashier confirms it."""
    role = must_act_for(command.post, command.party, by=by)
    payment = _new_deposit(session, command, by=by, claimed=True)
    store_payment(session, payment)
    tell_payment(session, payment, "payment.claimed", payment.made_at, by=by, role=role)
    return payment


def record_receipt(session: Session, subject: Subject, command: Pay, *, by: Actor) -> Payment:
    """The cashier takes a receipt, or cash, for a declaration: it counts at once and gets an official number."""
    role = must_be_cashier(subject.post, by=by)
    position, currency = assessed_position(session, subject)
    payment = new_payment(session, subject, command, currency, Purpose.DUTIES, by=by)
    store_payment(session, payment)
    _count(session, subject, position, payment, by=by)
    tell_payment(session, payment, "payment.recorded", payment.made_at, by=by, role=role)
    return payment


def deposit(session: Session, command: Deposit, *, by: Actor) -> Payment:
    """The cashier takes money into a firm's prepayment account; the first deposit opens it."""
    role = must_be_cashier(command.post, by=by)
    payment = _new_deposit(session, command, by=by)
    store_payment(session, payment)
    _count_deposit(session, payment, by=by)
    tell_payment(session, payment, "payment.recorded", payment.made_at, by=by, role=role)
    return payment


def confirm(session: Session, subject: Subject | None, id: UUID, *, by: Actor) -> Payment:
    """The cashier has seen the receipt a trader claims. `subject` is its declaration, None for a deposit. Never the
    person who claimed it."""
    payment, role = _claimed(session, subject, id, by=by)
    if subject is None:
        _count_deposit(session, payment, by=by)
    else:
        position = with_claimed(assessed_position(session, subject)[0], -payment.amount)
        _count(session, subject, position, payment, by=by)
    tell_payment(session, payment, "payment.confirmed", now(session), by=by, before={"status": "claimed"}, role=role)
    return payment


def refuse(session: Session, subject: Subject | None, id: UUID, reason: str, *, by: Actor) -> Payment:
    """The cashier does not accept a claimed receipt; its number may be claimed again."""
    payment, role = _claimed(session, subject, id, by=by)
    raise_if(rules.reason_findings(reason, _("Say why you do not accept the receipt.")))
    if subject is not None:
        position = queries.position(session, subject.post, subject.declaration_id)
        queries.keep_position(session, subject.post, subject.declaration_id, with_claimed(position, -payment.amount))
    at = now(session)
    payment.move(Action.REFUSE)
    payment.settled_by, payment.settled_name, payment.settled_at, payment.reason = by.person, by.name, at, reason
    session.flush()
    tell_payment(session, payment, "payment.refused", at, by=by, before={"status": "claimed"}, reason=reason, role=role)
    return payment


def cancel(session: Session, subject: Subject | None, id: UUID, reason: str, *, by: Actor) -> Payment:
    """A supervisor takes back a payment that was recorded by mistake, until the day is closed; never one that he took
    himself, because goods may have been let go for it. What it posted is posted the other way round."""
    by.need_scope("decide")
    payment = _of_subject(session, subject, id, by=by)
    role = by.need(CANCELLING, payment.post).role
    if payment.closing_id is not None:
        raise WrongState(
            _("This payment is closed with its day and stands. Propose a refund of what was paid too much.")
        )
    if payment.purpose == Purpose.SECURITY.value:
        raise WrongState(_("This payment is a security. Release the security instead."))
    if payment.settled_by == by.person:
        raise Forbidden(_("You took this payment yourself. Another supervisor must take it back."))
    raise_if(rules.reason_findings(reason, _("Say what was wrong with the payment.")))
    at, before = now(session), {"status": payment.status}
    payment.move(Action.CANCEL)
    payment.cancelled_by, payment.reason = by.person, reason
    session.flush()
    _undo(session, subject, payment, at, by=by)
    tell_payment(session, payment, "payment.cancelled", at, by=by, before=before, reason=reason, role=role)
    return payment


def _undo(session: Session, subject: Subject | None, payment: Payment, at: dt.datetime, *, by: Actor) -> None:
    posted = [t for t in ledger.of_entry(session, payment.post, payment.id) if t.kind != "offset"]
    back = [Transfer(t.credit, t.debit, t.amount, "cancellation") for t in posted]
    account = account_code(payment.party)
    taken = sum((t.amount for t in back if t.debit == account), rules.ZERO)
    if taken:
        must_hold(session, payment.post, payment.party, taken, payment.currency)
    elif any(t.credit == account for t in back):
        queries.hold_account(session, payment.post, payment.party)
    if subject is None:
        post_alone(session, payment.post, payment.currency, back, entry=payment.id, at=at, by=by)
        return
    position, _currency = assessed_position(session, subject)
    post_about(session, subject, position, back, entry=payment.id, at=at, by=by)


def _claimed(session: Session, subject: Subject | None, id: UUID, *, by: Actor) -> tuple[Payment, str]:
    by.need_scope("decide")
    payment = _of_subject(session, subject, id, by=by)
    role = must_be_cashier(payment.post, by=by)
    if payment.claimed_by == by.person:
        raise Forbidden(_("You claimed this receipt yourself. Another person must settle it."))
    if payment.status != "claimed":
        raise WrongState(
            _("This receipt is settled already: {status}.", status=payment.status), facts={"state": payment.status}
        )
    return payment, role


def _of_subject(session: Session, subject: Subject | None, id: UUID, *, by: Actor) -> Payment:
    payment = queries.find_payment(session, id, by=by, lock=True)
    about = None if subject is None else (subject.post, subject.declaration_id)
    if (payment.post, payment.declaration_id) != (about or (payment.post, None)):
        raise NotFound()
    return payment


def _count_deposit(session: Session, payment: Payment, *, by: Actor) -> None:
    """The money is there: it goes to the firm's account, and the receipt gets its number."""
    at = now(session)
    open_account(session, payment.post, payment.party, payment.currency, at, by=by)
    queries.hold_account(session, payment.post, payment.party)
    transfers = [Transfer(ARRIVES[payment.method], account_code(payment.party), payment.amount, "deposit")]
    post_alone(session, payment.post, payment.currency, transfers, entry=payment.id, at=at, by=by)
    give_number(session, payment, at, by=by)


def _count(session: Session, subject: Subject, position: Position, payment: Payment, *, by: Actor) -> None:
    """The money is there: it pays what is due, the rest goes where it was asked to go, and the receipt gets its
    number."""
    at = now(session)
    transfers = [Transfer(ARRIVES[payment.method], "receivable", payment.amount, "payment")]
    if payment.excess == Excess.ACCOUNT.value and payment.amount > position.receivable:
        excess_to_account(session, payment.post, payment.party, payment.currency, at, by=by)
        transfers += excess_transfer(position, payment.amount, payment.party)
    post_about(session, subject, position, transfers, entry=payment.id, at=at, by=by)
    give_number(session, payment, at, by=by)


def give_number(session: Session, payment: Payment, at: dt.datetime, *, by: Actor) -> None:
    """Makes a payment confirmed, under the next number of the official receipts."""
    payment.number = draw_number(session, payment.post, SERIES)
    payment.move(Action.CONFIRM)
    payment.settled_by, payment.settled_name, payment.settled_at = by.person, by.name, at
    session.flush()


def new_payment(
    session: Session,
    subject: Subject,
    command: Pay,
    currency: str,
    purpose: Purpose,
    *,
    by: Actor,
    claimed: bool = False,
) -> Payment:
    """A payment for a declaration as it is given in, not confirmed yet; every finding at once."""
    found = rules.excess_findings(command.excess)
    found += rules.currency_findings(command.currency, currency)
    receipt, wrong = _given(session, subject.post, command.amount, command.receipt, claimed=claimed)
    raise_if([*found, *wrong])
    return _payment(
        session,
        subject.post,
        subject.party,
        command.amount,
        currency,
        receipt,
        purpose,
        by=by,
        claimed=claimed,
        excess=command.excess,
        subject=subject,
    )


def _new_deposit(session: Session, command: Deposit, *, by: Actor, claimed: bool = False) -> Payment:
    must_be_own(session, command.post)
    expected = queries.currency_of(session, command.post)
    if expected is None:
        raise Invalid(findings=[Finding("/post", "account.post", _("{post} keeps no accounts.", post=command.post))])
    found = rules.currency_findings(command.currency, expected)
    receipt, wrong = _given(session, command.post, command.amount, command.receipt, claimed=claimed)
    raise_if([*found, *wrong])
    return _payment(
        session, command.post, command.party, command.amount, expected, receipt, Purpose.DEPOSIT, by=by, claimed=claimed
    )


def _given(
    session: Session, post: str, amount: Decimal, receipt: Receipt | None, *, claimed: bool
) -> tuple[Receipt | None, list[Finding]]:
    """The receipt with the code of its bank, and what is wrong with it or the amount."""
    found = rules.amount_findings(amount)
    if receipt is not None:
        codes = codebook(session)
        receipt, wrong = banks.checked(codes, receipt, post, codes.day_at(post, now(session)))
        return receipt, found + wrong
    if claimed:
        message = _("Give the bank and the number of the receipt. Cash is paid at the window.")
        found.append(Finding("/receipt", "payment.receipt", message))
    return None, found


def _payment(
    session: Session,
    post: str,
    party: str,
    amount: Decimal,
    currency: str,
    receipt: Receipt | None,
    purpose: Purpose,
    *,
    by: Actor,
    claimed: bool,
    excess: str = Excess.REFUNDABLE.value,
    subject: Subject | None = None,
) -> Payment:
    return Payment(
        post=post,
        id=uuid7(),
        declaration_id=subject.declaration_id if subject else None,
        reference=subject.reference if subject else "",
        party=party,
        purpose=purpose.value,
        method=(Method.RECEIPT if receipt else Method.CASH).value,
        bank=receipt.bank if receipt else None,
        receipt=receipt.number if receipt else None,
        paid_on=receipt.paid_on if receipt else None,
        amount=exact(amount),
        currency=currency,
        excess=excess,
        written_order="",
        status="claimed",
        number=None,
        made_at=now(session),
        claimed_by=by.person if claimed else None,
        claimed_name=by.name if claimed else None,
        settled_by=None,
        settled_name=None,
        settled_at=None,
        cancelled_by=None,
        reason="",
        closing_id=None,
    )
