"""A fee that is not taken, and a debt that nobody will collect: by two persons, for a reason of the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, excerpt
from app.ledger.commands import Transfer
from app.payments import queries, rules
from app.payments.commands import Result, Subject
from app.payments.models import DebtWriteOff, FeeWaiver
from app.payments.operations.assessing import assess
from app.payments.operations.posting import assessed_position, must_know, post_about, tell

FEE, DEBT = "fee.waive", "debt.write-off"
WRITTEN_OFF = "written-off"


def fee_of(session: Session, subject: Subject, fee: str, *, by: Actor) -> tuple[Decimal, str]:
    """What is assessed for a fee, and its currency. Raises `Invalid` where nothing is."""
    must_know(subject, by=by)
    position, currency = assessed_position(session, subject)
    amount = position.by_tax.get(f"fee:{fee}", rules.ZERO)
    if amount <= 0:
        known = ", ".join(name[4:] for name in sorted(position.by_tax) if name.startswith("fee:")) or "–"
        message = _("No fee “{fee}” is assessed. Choose one of: {choices}.", fee=excerpt(fee, 40), choices=known)
        raise Invalid(findings=[Finding("/fee", "waiver.fee", message)])
    return amount, currency


def waive_fee(session: Session, subject: Subject, proposal: Proposal, *, by: Actor) -> FeeWaiver:
    """Assesses a declaration as before, without the fee. What was paid for it becomes refundable. Raises `WrongState` where
    the fee is another one by now than was proposed."""
    said = approvals.must_be_approved(proposal, FEE, by=by)
    fee, at = str(said["fee"]), now(session)
    amount, currency = fee_of(session, subject, fee, by=by)
    if (f"{amount:f}", currency) != (said["amount"], said["currency"]):
        raise WrongState(_("The fee was calculated anew after the proposal. Reject it and let it be proposed again."))
    waiver = FeeWaiver(**_words(subject, proposal, said, by), fee=fee, amount=amount, made_at=at)
    session.add(waiver)
    session.flush()
    last = queries.assessment(session, subject.post, subject.declaration_id)
    assert last is not None  # there was a fee in it
    position, _currency = assessed_position(session, subject)
    result = Waived(currency, _less(position.by_tax, {fee}), position.suspended_by_tax, last.result)
    assess(session, subject, result, final=last.final, at=at, by=by, reason=proposal.reason)
    after = {
        "declaration": subject.declaration_id,
        "fee": fee,
        "amount": amount,
        "currency": currency,
        "code": waiver.code,
    }
    _tell(session, subject, waiver, "fee-waiver", "fee.waived", after, proposal, by=by)
    return waiver


@dataclass(frozen=True, slots=True)
class Waived:
    """An assessment with some of its fees at nothing."""

    currency: str
    payable: Mapping[str, Decimal]
    held_back: Mapping[str, Decimal]
    content: dict[str, Any]

    @property
    def total(self) -> Decimal:
        return sum(self.payable.values(), rules.ZERO)

    @property
    def suspended(self) -> Decimal:
        return sum(self.held_back.values(), rules.ZERO)

    def by_tax(self) -> Mapping[str, Decimal]:
        return self.payable

    def suspended_by_tax(self) -> Mapping[str, Decimal]:
        return self.held_back

    def as_json(self) -> dict[str, Any]:
        """A waived fee stands there with nothing, and with what it would have been."""
        fees = [self._fee(fee) for fee in self.content["fees"]]
        return {**self.content, "total": str(self.total), "fees": fees}

    def _fee(self, fee: dict[str, Any]) -> dict[str, Any]:
        if f"fee:{fee['fee']}" in self.payable or "waived" in fee:
            return fee
        return {**fee, "amount": str(rules.ZERO), "waived": fee["amount"]}


def without_fees(result: Result, fees: Collection[str]) -> Result:
    """The calculation without these fees; as it is where there are none."""
    if not fees:
        return result
    return Waived(result.currency, _less(result.by_tax(), fees), result.suspended_by_tax(), result.as_json())


def _less(payable: Mapping[str, Decimal], fees: Collection[str]) -> dict[str, Decimal]:
    gone = {f"fee:{fee}" for fee in fees}
    return {tax: amount for tax, amount in payable.items() if tax not in gone}


def debt_of(session: Session, subject: Subject, *, by: Actor) -> tuple[Decimal, str]:
    """What is owed for goods that were let go, and its currency. Raises `WrongState` where nothing is, or where it is not
    calculated yet."""
    must_know(subject, by=by)
    position, currency = assessed_position(session, subject)
    if not subject.let_go or position.receivable <= 0:
        raise WrongState(_("Nothing is owed for goods that were let go: there is no debt to write off."))
    if position.content != subject.content:
        raise WrongState(
            _("The duties are not calculated yet. Enter the missing rate or have the declaration amended.")
        )
    return position.receivable, currency


def write_debt_off(session: Session, subject: Subject, proposal: Proposal, *, by: Actor) -> DebtWriteOff:
    """Posts what is owed to what is written off. Raises `WrongState` where another sum is owed by now."""
    said = approvals.must_be_approved(proposal, DEBT, by=by)
    amount, currency = debt_of(session, subject, by=by)
    if (f"{amount:f}", currency) != (said["amount"], said["currency"]):
        raise WrongState(_("Another sum is owed by now than was proposed. Reject it and let it be proposed again."))
    at = now(session)
    row = DebtWriteOff(**_words(subject, proposal, said, by), party=subject.party, amount=amount, made_at=at)
    session.add(row)
    session.flush()
    position, _currency = assessed_position(session, subject)
    transfers = [Transfer(WRITTEN_OFF, "receivable", amount, "write-off")]
    post_about(session, subject, position, transfers, entry=row.id, at=at, by=by)
    after = {"declaration": subject.declaration_id, "amount": amount, "currency": currency, "code": row.code}
    _tell(session, subject, row, "debt-write-off", "debt.written-off", after, proposal, by=by)
    return row


def _words(subject: Subject, proposal: Proposal, said: dict[str, Any], by: Actor) -> dict[str, Any]:
    return {
        "post": subject.post,
        "id": uuid7(),
        "declaration_id": subject.declaration_id,
        "proposal_id": proposal.id,
        "currency": said["currency"],
        "code": said["code"],
        "reason": proposal.reason,
        "proposed_by": proposal.proposed_by,
        "proposed_name": proposal.proposed_name,
        "approved_by": by.person,
        "approved_name": by.name,
    }


def _tell(
    session: Session,
    subject: Subject,
    row: FeeWaiver | DebtWriteOff,
    kind: str,
    event: str,
    after: dict[str, Any],
    proposal: Proposal,
    *,
    by: Actor,
) -> None:
    told = {"reference": subject.reference, "mrn": subject.mrn}
    after = {**after, "proposed_by": proposal.proposed_login}
    tell(
        session, subject.post, kind, row.id, event, after, row.made_at, by=by, reason=row.reason,
        role="supervisor", told=told,
    )  # fmt: skip
