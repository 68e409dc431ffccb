"""A firm's prepayment account: its standing order, and money taken out of it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.text import _
from app.ledger.commands import Transfer
from app.payments import rules
from app.payments.commands import SetStandingOrder, Withdraw
from app.payments.models import PrepaymentAccount, Refund
from app.payments.operations.posting import (
    exact,
    must_act_for,
    must_be_cashier,
    must_hold,
    open_account,
    post_alone,
    raise_if,
    tell,
)
from app.payments.operations.refunding import bank_findings, store_refund
from app.payments.queries import account_code, currency_of
from app.reference.queries import must_be_own

WITHDRAWAL = "payments.withdrawal"


def set_standing_order(session: Session, command: SetStandingOrder, *, by: Actor) -> PrepaymentAccount:
    """A trader of the firm says whether its declarations are paid from the account by themselves."""
    role = must_act_for(command.post, command.party, by=by)
    must_be_own(session, command.post)
    currency = currency_of(session, command.post)
    if currency is None:
        message = _("{post} keeps no accounts.", post=command.post)
        raise Invalid(findings=[Finding("/post", "account.post", message)])
    at = now(session)
    open_account(session, command.post, command.party, currency, at, by=by)
    query = select(PrepaymentAccount).where(
        PrepaymentAccount.post == command.post, PrepaymentAccount.party == command.party
    )
    account = session.execute(query.with_for_update(), execution_options={"populate_existing": True}).scalar_one()
    if account.standing_order == command.on:
        return account
    before = {"standing_order": account.standing_order}
    account.standing_order = command.on
    session.flush()
    event = "prepayment.standing-order-given" if command.on else "prepayment.standing-order-withdrawn"
    after = {"standing_order": command.on}
    tell(session, command.post, "prepayment", command.party, event, after, at, by=by, before=before, role=role)
    return account


def propose_withdrawal(session: Session, command: Withdraw, *, by: Actor) -> Proposal:
    """The firm, or the cashier for it, asks for money back from the account; an official approves it."""
    if command.party in by.parties(command.post):
        role = must_act_for(command.post, command.party, by=by)
    else:
        role = must_be_cashier(command.post, by=by)
    found = rules.amount_findings(command.amount)
    found += rules.reason_findings(command.reason, _("Say why the money is taken out."))
    found += bank_findings(command.bank, command.reference)
    raise_if(found)
    must_hold(session, command.post, command.party, command.amount, command.currency)
    payload = {
        "party": command.party,
        "amount": str(exact(command.amount)),
        "currency": command.currency,
        "target": "bank",
        "bank": command.bank,
        "bank_reference": command.reference,
    }
    asked = approvals.Propose(command.post, WITHDRAWAL, uuid7(), command.party, payload, command.reason)
    return approvals.propose(session, asked, by=by, role=role)


def withdraw(session: Session, proposal: Proposal, *, by: Actor) -> Refund:
    """What an approved withdrawal does: the money leaves the account for the bank."""
    role = must_be_cashier(proposal.post, by=by)
    said = approvals.must_be_approved(proposal, WITHDRAWAL, by=by)
    party, amount, currency = str(said["party"]), Decimal(said["amount"]), str(said["currency"])
    must_hold(session, proposal.post, party, amount, currency)
    at = now(session)
    id: UUID = uuid7()
    transfers = [Transfer(account_code(party), "bank", amount, "withdrawal")]
    post_alone(session, proposal.post, currency, transfers, entry=id, at=at, by=by)
    return store_refund(session, proposal, id, None, party, at, by=by, role=role)
