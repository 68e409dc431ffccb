"""Giving money back: one person proposes, another one approves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, NotFound
from app.core.ids import uuid7
from app.core.text import _
from app.ledger.commands import Transfer
from app.payments import rules
from app.payments.commands import ProposeRefund, Subject
from app.payments.models import Refund
from app.payments.operations.posting import (
    assessed_position,
    draw_number,
    exact,
    excess_to_account,
    must_be_cashier,
    post_about,
    raise_if,
    tell,
)
from app.payments.queries import account_code

REFUND = "payments.refund"
SERIES = "RF"


def propose_refund(session: Session, subject: Subject, command: ProposeRefund, *, by: Actor) -> Proposal:
    """The cashier proposes to give back what was overpaid, to the firm's account or to a bank."""
    role = must_be_cashier(subject.post, by=by)
    position, currency = assessed_position(session, subject)
    found = rules.amount_findings(command.amount) + rules.currency_findings(command.currency, currency)
    found += rules.reason_findings(command.reason, _("Say why the money is given back."))
    if command.target == "bank":
        found += bank_findings(command.bank, command.reference)
    elif command.target != "account":
        found.append(Finding("/target", "refund.target", _("Choose one of: {choices}.", choices="account, bank")))
    if not found:
        found = _too_much(position.refundable, command.amount, currency)
    raise_if(found)
    to_bank = command.target == "bank"
    payload = {
        "party": subject.party,
        "amount": str(exact(command.amount)),
        "currency": currency,
        "target": command.target,
        "bank": command.bank if to_bank else "",
        "bank_reference": command.reference if to_bank else "",
    }
    asked = approvals.Propose(subject.post, REFUND, subject.declaration_id, subject.reference, payload, command.reason)
    return approvals.propose(session, asked, by=by, role=role)


def refund(session: Session, subject: Subject, proposal: Proposal, *, by: Actor) -> Refund:
    """What an approved refund does. Refused if less is overpaid by now than was proposed to be given back."""
    role = must_be_cashier(subject.post, by=by)
    said = approvals.must_be_approved(proposal, REFUND, by=by)
    if (proposal.post, proposal.subject) != (subject.post, subject.declaration_id):
        raise NotFound()
    position, currency = assessed_position(session, subject)
    amount, party, at = Decimal(said["amount"]), str(said["party"]), now(session)
    raise_if(rules.currency_findings(str(said["currency"]), currency))
    raise_if(_too_much(position.refundable, amount, currency))
    goes_to = "bank"
    if said["target"] == "account":
        excess_to_account(session, subject.post, party, currency, at, by=by)
        goes_to = account_code(party)
    id = uuid7()
    post_about(session, subject, position, [Transfer("refundable", goes_to, amount, "refund")], entry=id, at=at, by=by)
    return store_refund(session, proposal, id, subject, party, at, by=by, role=role)


def bank_findings(bank: str, reference: str) -> list[Finding]:
    """Where money is sent is named."""
    found = rules.text_findings(bank, rules.LONGEST_BANK, "/bank", "refund.bank", _("Name the bank."))
    message = _("Give the reference of the transfer, for example the firm's bank account.")
    return found + rules.text_findings(reference, rules.LONGEST_NUMBER, "/reference", "refund.reference", message)


def store_refund(
    session: Session,
    proposal: Proposal,
    id: UUID,
    subject: Subject | None,
    party: str,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
) -> Refund:
    """Keeps what was given back under an official number. A proposal is carried out once."""
    said = proposal.payload
    row = Refund(
        post=proposal.post,
        id=id,
        number=draw_number(session, proposal.post, SERIES),
        declaration_id=subject.declaration_id if subject else None,
        reference=subject.reference if subject else "",
        party=party,
        proposal_id=proposal.id,
        target=said["target"],
        bank=said["bank"],
        bank_reference=said["bank_reference"],
        amount=Decimal(said["amount"]),
        currency=said["currency"],
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        proposed_name=proposal.proposed_name,
        approved_by=by.person,
        approved_name=by.name,
        made_at=at,
        closing_id=None,
    )
    session.add(row)
    session.flush()
    after = {
        "number": row.number,
        "declaration": row.declaration_id,
        "party": party,
        "target": row.target,
        "bank": row.bank,
        "bank_reference": row.bank_reference,
        "amount": row.amount,
        "currency": row.currency,
        "closing": None,
        "proposed_by": proposal.proposed_login,
    }
    told = {"reference": row.reference}
    tell(session, row.post, "refund", row.id, "refund.made", after, at, by=by, reason=row.reason, role=role, told=told)
    return row


def _too_much(refundable: Decimal, amount: Decimal, currency: str) -> list[Finding]:
    if amount <= refundable:
        return []
    message = _(
        "{refundable} {currency} are overpaid. Give back at most that.", refundable=refundable, currency=currency
    )
    return [Finding("/amount", "refund.too-much", message)]
