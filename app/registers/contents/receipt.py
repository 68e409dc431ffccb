"""What a payment receipt says: the money, and how the declaration stood before and after it, read from the ledger.

A receipt may be asked for long after the money came; it tells of the moment when it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.declarations.models import Declaration
from app.ledger.models import LedgerTransfer
from app.payments import banks
from app.payments import queries as owed
from app.payments.models import Assessment, Payment, Refund
from app.reference.codebook import Codebook
from app.registers.contents import notice
from app.registers.contents.figures import ZERO
from app.registers.contents.naming import Levies, day_at, firm, office
from forms.clearance_permit.v1_content import Party, Post
from forms.payment_receipt.v1_content import Allocation, PaymentReceipt

_KINDS = {"duties": "payment", "deposit": "deposit", "security": "security"}


@dataclass(frozen=True, slots=True)
class About:
    """The declaration money is about, and who declared."""

    declaration: Declaration
    declarant: Party


@dataclass(slots=True)
class _Account:
    """How a declaration stands in the ledger at one moment."""

    receivable: Decimal = ZERO
    refundable: Decimal = ZERO
    revenue: Decimal = ZERO
    suspended: Decimal = ZERO
    secured: Decimal = ZERO
    written_off: Decimal = ZERO

    def move(self, row: LedgerTransfer) -> None:
        for code, change in ((row.credit, row.amount), (row.debit, -row.amount)):
            head = code.partition(":")[0].replace("-", "_")
            if hasattr(self, head):
                setattr(self, head, getattr(self, head) + change)

    @property
    def due(self) -> Decimal:
        return max(-self.receivable, ZERO)

    @property
    def paid(self) -> Decimal:
        return self.revenue + self.receivable + self.refundable + self.written_off


@dataclass(frozen=True, slots=True)
class _Moment:
    """Before and after a deed; `balance` of the firm's account afterwards, where the deed touched it."""

    before: _Account
    after: _Account
    balance: Decimal | None


def of_payment(
    session: Session, payment: Payment, about: About | None, post: Post, codes: Codebook, key_id: str
) -> PaymentReceipt:
    """The receipt of a confirmed payment, deposit or cash security."""
    at = payment.settled_at or payment.made_at
    kind = _KINDS[payment.purpose]
    moment = _moment(session, payment.post, payment.declaration_id, payment.id)
    by_itself = payment.method == "account" and not payment.written_order
    assessed, before, remaining = _totals(kind, moment)
    holding = _assessment(session, about, at)
    return PaymentReceipt(
        kind=kind,
        number=payment.number or "",
        post=post,
        issued_at=at,
        issued_by=office(post) if by_itself else payment.settled_name or office(post),
        key_id=key_id,
        payer=firm(session, payment.party),
        currency=payment.currency,
        amount=payment.amount,
        method=payment.method,
        mrn=_mrn(about),
        reference=about.declaration.reference if about else "",
        declarant=about.declarant if about else Party(),
        bank=codes.name(banks.LIST, payment.bank, "en") if payment.bank else "",
        bank_reference=payment.receipt or "",
        paid_on=payment.paid_on,
        notice=_notice(about, holding),
        account=payment.party if moment.balance is not None else "",
        balance=moment.balance,
        allocation=_allocation(kind, moment, holding, post, codes, at),
        assessed=assessed,
        before=before,
        remaining=remaining,
        overpaid=moment.after.refundable if kind == "payment" else ZERO,
        reason=payment.written_order,
    )


def of_refund(session: Session, refund: Refund, about: About | None, post: Post, key_id: str) -> PaymentReceipt:
    """The note of money given back."""
    moment = _moment(session, refund.post, refund.declaration_id, refund.id)
    return PaymentReceipt(
        kind="refund",
        number=refund.number,
        post=post,
        issued_at=refund.made_at,
        issued_by=f"{refund.approved_name} / {refund.proposed_name}",  # both who answer for it
        key_id=key_id,
        payer=firm(session, refund.party),
        currency=refund.currency,
        amount=refund.amount,
        method=refund.target,
        mrn=_mrn(about),
        reference=about.declaration.reference if about else "",
        declarant=about.declarant if about else Party(),
        bank=refund.bank,
        bank_reference=refund.bank_reference,
        notice=_notice(about, _assessment(session, about, refund.made_at)),
        account=refund.party if moment.balance is not None else "",
        balance=moment.balance,
        assessed=moment.before.revenue,
        before=moment.before.paid,
        remaining=moment.after.due,
        overpaid=moment.after.refundable,
        reason=refund.reason,
    )


def _moment(session: Session, post: str, declaration: UUID | None, entry: UUID) -> _Moment:
    """The ledger right before and right after what one deed posted first; a later cancellation is another deed."""
    of_deed = LedgerTransfer.entry == entry
    about = of_deed if declaration is None else LedgerTransfer.subject == declaration
    rows = session.execute(select(LedgerTransfer).where(LedgerTransfer.post == post, about | of_deed))
    ordered = sorted(rows.scalars(), key=lambda row: row.id)
    at = next((row.at for row in ordered if row.entry == entry), None)
    deed = [row for row in ordered if row.entry == entry and row.at == at]
    if not deed:
        return _Moment(_Account(), _Account(), None)
    earlier = [row for row in ordered if row.id < deed[0].id]
    balances = [row.balance_after for row in deed if row.limited]
    return _Moment(_stands(earlier), _stands([*earlier, *deed]), balances[-1] if balances else None)


def _stands(rows: Iterable[LedgerTransfer]) -> _Account:
    account = _Account()
    for row in rows:
        account.move(row)
    return account


def _totals(kind: str, moment: _Moment) -> tuple[Decimal, Decimal, Decimal]:
    """What was assessed, what was paid of it before, and what remains; of a security what is suspended and secured."""
    before, after = moment.before, moment.after
    if kind == "security":
        whole = after.suspended
        return whole, min(before.secured, whole), max(whole - after.secured, ZERO)
    return before.revenue, min(before.paid, before.revenue), after.due


def _assessment(session: Session, about: About | None, at: dt.datetime) -> Assessment | None:
    """The assessment that held when the money came."""
    if about is None:
        return None
    made = owed.assessments(session, about.declaration.post, about.declaration.id)
    return next((each for each in reversed(made) if each.made_at <= at), None)


def _mrn(about: About | None) -> str:
    return about.declaration.mrn or "" if about else ""


def _notice(about: About | None, holding: Assessment | None) -> str:
    return notice.number_of(_mrn(about), holding.number) if holding else ""


def _allocation(
    kind: str, moment: _Moment, holding: Assessment | None, post: Post, codes: Codebook, at: dt.datetime
) -> tuple[Allocation, ...]:
    """What of the money is for which tax, where that is beyond doubt: one payment paid everything at once.

    No law says which tax a part of the money pays first, so of a part only the totals are told.
    """
    whole = not moment.before.paid and not moment.after.due and bool(moment.before.revenue)
    if kind != "payment" or holding is None or not whole or holding.total != moment.before.revenue:
        return ()
    levies = Levies(codes, post.country, day_at(post, at))
    amounts = {tax: Decimal(holding.by_tax[tax]) for tax in levies.in_order(holding.by_tax)}
    return tuple(Allocation(tax, levies.names(tax), amount, ZERO, amount, ZERO) for tax, amount in amounts.items())
