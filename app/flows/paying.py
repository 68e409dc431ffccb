"""Money about a declaration: its row is locked, the money moves, and what is settled then goes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations.models import Declaration
from app.flows import holding, permits, settling
from app.flows.assessing import subject
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments.commands import Pay, PayFromAccount, ProposeRefund, Secure
from app.payments.models import Payment, Security
from app.payments.operations.receipts import CANCELLING


def pay_from_account(
    session: Session, reference: str, command: PayFromAccount, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Payment]:
    """From the prepayment account of the firm: by the firm itself, or by the cashier on its written order."""
    declaration = _locked(session, reference, version, by=by)
    settling.hold(session, declaration, command.party)
    payment = payments.pay_from_account(session, subject(declaration), command, by=by)
    settling.settle(session, declaration, now(session), by=by)
    return declaration, payment


def claim_receipt(
    session: Session, reference: str, command: Pay, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Payment]:
    """A trader names the receipt of his bank; it counts once the cashier has confirmed it."""
    declaration = _locked(session, reference, version, by=by)
    return declaration, payments.claim_receipt(session, subject(declaration), command, by=by)


def record_receipt(
    session: Session, reference: str, command: Pay, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Payment]:
    """The cashier takes a receipt or cash: it counts at once."""
    declaration = _locked(session, reference, version, by=by)
    about = subject(declaration)
    settling.hold(session, declaration)
    payment = payments.record_receipt(session, about, command, by=by)
    settling.settle(session, declaration, now(session), by=by)
    return declaration, payment


def confirm(session: Session, id: UUID, *, by: Actor) -> tuple[Declaration | None, Payment]:
    """The cashier has seen what a trader claims; a deposit has no declaration."""
    declaration = _of_payment(session, id, by=by)
    if declaration is None:
        return None, payments.confirm(session, None, id, by=by)
    about = subject(declaration)
    settling.hold(session, declaration)
    payment = payments.confirm(session, about, id, by=by)
    settling.settle(session, declaration, now(session), by=by)
    return declaration, payment


def refuse(session: Session, id: UUID, reason: str, *, by: Actor) -> tuple[Declaration | None, Payment]:
    """The cashier does not accept what a trader claims."""
    declaration = _of_payment(session, id, by=by)
    about = subject(declaration) if declaration else None
    return declaration, payments.refuse(session, about, id, reason, by=by)


def cancel(session: Session, id: UUID, reason: str, *, by: Actor) -> tuple[Declaration | None, Payment]:
    """A supervisor takes back what was recorded by mistake; a declaration that waited for nothing but its release waits
    for the money again, and what was released and owes something now has no permit any more."""
    declaration = _of_payment(session, id, by=by)
    about = subject(declaration) if declaration else None
    if declaration is not None:
        permits.shown(session, declaration, lock=True)  # locked before the accounts are, as elsewhere
        settling.hold(session, declaration)
    payment = payments.cancel(session, about, id, reason, by=by)
    if declaration is not None:
        if declaration.status in permits.GOING and not settling.is_settled(
            declaration, settling.standing(session, declaration)
        ):
            permits.withdraw(session, declaration, reason, by=by, role=CANCELLING[0])
        settling.settle(session, declaration, now(session), by=by)
    return declaration, payment


def secure(
    session: Session, reference: str, command: Secure, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Security]:
    """Security for what is suspended; with the last of it the goods may go."""
    declaration = _locked(session, reference, version, by=by)
    about = subject(declaration)
    settling.hold(session, declaration)
    security = payments.secure(session, about, command, by=by)
    settling.settle(session, declaration, now(session), by=by)
    return declaration, security


def release_security(
    session: Session, reference: str, id: UUID, reason: str, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Security]:
    """Gives a security back that covers nothing any more."""
    declaration = _locked(session, reference, version, by=by, firm=False)
    about = subject(declaration)
    return declaration, payments.release_security(session, about, id, reason, by=by)


def propose_refund(
    session: Session, reference: str, command: ProposeRefund, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Proposal]:
    """The cashier proposes to give back what was paid too much; another person approves it."""
    declaration = _locked(session, reference, version, by=by, firm=False)
    return declaration, payments.propose_refund(session, subject(declaration), command, by=by)


def refund(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved refund does."""
    payments.refund(session, subject(declaration), proposal, by=by)


def withdraw(session: Session, proposal: Proposal, /, *, by: Actor) -> None:
    """What an approved withdrawal does."""
    payments.withdraw(session, proposal, by=by)


def _locked(session: Session, reference: str, version: int | None, *, by: Actor, firm: bool = True) -> Declaration:
    """The declaration for those who may move its money: the cashier, and its firm unless `firm` says no. Whether the
    version matters is for them to say: money overwrites nothing."""
    declaration = holding.locked(session, reference, by=by)
    if firm and declaration.party in by.parties(declaration.post):
        by.need_scope("write")
        declarations.expect_seen(declaration, version)
        return declaration
    by.need_scope("decide")
    by.need(payments.CASHIERS, declaration.post)
    declarations.expect_version(session, declaration, version)
    return declaration


def _of_payment(session: Session, id: UUID, *, by: Actor) -> Declaration | None:
    payment = owed.find_payment(session, id, by=by)
    if payment.declaration_id is None:
        return None
    return holding.locked(session, payment.reference, by=by)
