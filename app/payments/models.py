"""Tables of assessments and payments. What money did stands in the ledger; these rows say why."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKeyConstraint, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Amount, Base, IdKey, PostKey, sane_number, sane_time
from app.payments.commands import Excess, Method, Purpose, SecurityMethod
from app.payments.lifecycle import LIFE, Action, Status
from app.payments.rules import BETWEEN

_CURRENCY = "currency ~ '^[A-Z]{3}$'"
_POSITIVE = "amount > 0 AND amount < 'NaN'::numeric"
_DECLARATION = (["post", "declaration_id"], ["declaration.post", "declaration.id"])


class Assessment(Base):
    """What is payable and what is suspended for a content of a declaration, as calculated then. Rows are only added:
    the one with the highest number holds."""

    __tablename__ = "assessment"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        CheckConstraint("number > 0 AND content >= 0", name="numbers_sane"),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint(sane_number("total"), name="total_sane"),
        CheckConstraint(sane_number("suspended"), name="suspended_sane"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("uq_assessment_number", "post", "declaration_id", "number", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[int] = mapped_column(SmallInteger)
    final: Mapped[bool] = mapped_column(Boolean)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[Amount]
    suspended: Mapped[Amount]
    by_tax: Mapped[dict[str, Any]]
    suspended_by_tax: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[UUID]


class Payment(Base):
    """Money that came in, or is said to have come in. `number` is that of the official receipt; `written_order` names a firm's
    written order where an officer paid from its account. A closed payment is never touched again."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        ForeignKeyConstraint(["post", "closing_id"], ["cash_closing.post", "cash_closing.id"]),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("method", Method), name="method_known"),
        CheckConstraint(sql_in("purpose", Purpose), name="purpose_known"),
        CheckConstraint(sql_in("excess", Excess), name="excess_known"),
        CheckConstraint(_POSITIVE, name="amount_sane"),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint("(purpose = 'deposit') = (declaration_id IS NULL)", name="deposit_alone"),
        CheckConstraint(
            "(method = 'receipt') = (bank IS NOT NULL) AND (bank IS NULL) = (receipt IS NULL)", name="receipt_named"
        ),
        CheckConstraint("(number IS NOT NULL) = (status IN ('confirmed', 'cancelled'))", name="numbered"),
        CheckConstraint("(settled_by IS NULL) = (status = 'claimed')", name="settled_by_somebody"),
        CheckConstraint("(cancelled_by IS NULL) = (status <> 'cancelled')", name="cancelled_by_somebody"),
        CheckConstraint("claimed_by <> settled_by", name="two_persons"),
        CheckConstraint("cancelled_by <> settled_by", name="cancelled_by_another"),
        CheckConstraint("closing_id IS NULL OR status = 'confirmed'", name="closed_if_confirmed"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        CheckConstraint(sane_time("settled_at"), name="settled_at_sane"),
        Index("ix_payment_declaration", "post", "declaration_id", "made_at"),
        Index("ix_payment_party", "post", "party", "id"),
        Index("ix_payment_claimed", "post", "made_at", "id", postgresql_where=text("status = 'claimed'")),
        Index(
            "ix_payment_unclosed",
            "post",
            "id",
            postgresql_where=text("status = 'confirmed' AND closing_id IS NULL"),
        ),
        Index("ix_payment_closing", "post", "closing_id"),
        Index("uq_payment_number", "post", "number", unique=True),
        # A receipt counts once in the node, whatever post it is shown at and however its number is spaced or filled up.
        Index(
            "uq_payment_receipt",
            "bank",
            text(f"upper(ltrim(regexp_replace(receipt, '{BETWEEN}', '', 'g'), '0'))"),
            unique=True,
            postgresql_where=text("status IN ('claimed', 'confirmed')"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(String(35))
    party: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(10))
    bank: Mapped[str | None]
    receipt: Mapped[str | None]
    paid_on: Mapped[dt.date | None] = mapped_column(Date)
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    excess: Mapped[str] = mapped_column(String(10))
    written_order: Mapped[str]
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    number: Mapped[str | None] = mapped_column(String(35))
    made_at: Mapped[dt.datetime]
    claimed_by: Mapped[UUID | None]
    claimed_name: Mapped[str | None]
    settled_by: Mapped[UUID | None]
    settled_name: Mapped[str | None]
    settled_at: Mapped[dt.datetime | None]
    cancelled_by: Mapped[UUID | None]
    reason: Mapped[str]
    closing_id: Mapped[UUID | None]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class PrepaymentAccount(Base):
    """A firm's account at a post. Its balance stands in the ledger."""

    __tablename__ = "prepayment_account"
    __table_args__ = (
        ForeignKeyConstraint(["party"], ["party.code"]),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint(sane_time("opened_at"), name="opened_at_sane"),
    )

    post: Mapped[PostKey]
    party: Mapped[str] = mapped_column(String(35), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    standing_order: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}


class Security(Base):
    """What covers suspended amounts until it is released."""

    __tablename__ = "duty_security"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        ForeignKeyConstraint(["post", "payment_id"], ["payment.post", "payment.id"]),
        CheckConstraint(sql_in("method", SecurityMethod), name="method_known"),
        CheckConstraint(_POSITIVE, name="amount_sane"),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint("(method = 'cash') = (payment_id IS NOT NULL)", name="cash_paid_in"),
        CheckConstraint("method <> 'guarantee' OR reference <> ''", name="guarantee_named"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_by_somebody"),
        CheckConstraint(sane_time("given_at"), name="given_at_sane"),
        Index("ix_duty_security_declaration", "post", "declaration_id", "given_at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    party: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str]
    payment_id: Mapped[UUID | None]
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    given_at: Mapped[dt.datetime]
    given_by: Mapped[UUID]
    given_name: Mapped[str]
    released_at: Mapped[dt.datetime | None]
    released_by: Mapped[UUID | None]
    released_reason: Mapped[str]


class Refund(Base):
    """Money given back by two persons: what was overpaid for a declaration, or what a firm takes out of its account."""

    __tablename__ = "refund"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        ForeignKeyConstraint(["post", "closing_id"], ["cash_closing.post", "cash_closing.id"]),
        CheckConstraint("target IN ('account', 'bank')", name="target_known"),
        CheckConstraint("(target = 'bank') = (bank <> '' AND bank_reference <> '')", name="bank_named"),
        CheckConstraint("declaration_id IS NOT NULL OR target = 'bank'", name="withdrawal_to_bank"),
        CheckConstraint(_POSITIVE, name="amount_sane"),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint("proposed_by <> approved_by", name="two_persons"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("ix_refund_declaration", "post", "declaration_id"),
        Index("ix_refund_party", "post", "party", "id"),
        Index("ix_refund_unclosed", "post", "id", postgresql_where=text("closing_id IS NULL")),
        Index("ix_refund_closing", "post", "closing_id"),
        Index("uq_refund_number", "post", "number", unique=True),
        Index("uq_refund_proposal", "post", "proposal_id", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    number: Mapped[str] = mapped_column(String(35))
    declaration_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(String(35))
    party: Mapped[str] = mapped_column(String(40))
    proposal_id: Mapped[UUID]
    target: Mapped[str] = mapped_column(String(10))
    bank: Mapped[str]
    bank_reference: Mapped[str]
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_name: Mapped[str]
    approved_by: Mapped[UUID]
    approved_name: Mapped[str]
    made_at: Mapped[dt.datetime]
    closing_id: Mapped[UUID | None]


class Debt(Base):
    """A declaration whose goods were let go and that owes something since: after an amendment, a payment that was taken
    back, an exemption that came to nothing. `calculated` is false while the duties of what is declared now are not known.
    What stands here follows from the assessment and the ledger; the row goes with the debt."""

    __tablename__ = "debt"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint(sane_number("due"), name="due_sane"),
        CheckConstraint(sane_number("unsecured"), name="unsecured_sane"),
        CheckConstraint("due > 0 OR unsecured > 0 OR NOT calculated", name="owes_something"),
        CheckConstraint(sane_time("since"), name="since_sane"),
        Index("ix_debt_since", "post", "since", "declaration_id"),
        Index("ix_debt_party", "party", "since", "declaration_id"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    due: Mapped[Amount]
    unsecured: Mapped[Amount]
    calculated: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[dt.datetime]


class FeeWaiver(Base):
    """A fee that is not taken of a declaration, by two persons and for a reason of the list; it holds for every later
    assessment of it. Rows are only added."""

    __tablename__ = "fee_waiver"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        ForeignKeyConstraint(["post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_fee_waiver_proposal"),
        CheckConstraint(_POSITIVE, name="amount_sane"),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint("proposed_by <> approved_by", name="two_persons"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("uq_fee_waiver_fee", "post", "declaration_id", "fee", unique=True),
        Index("uq_fee_waiver_proposal", "post", "proposal_id", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    proposal_id: Mapped[UUID]
    fee: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_name: Mapped[str]
    approved_by: Mapped[UUID]
    approved_name: Mapped[str]
    made_at: Mapped[dt.datetime]


class DebtWriteOff(Base):
    """A debt that nobody will collect any more, by two persons and for a reason of the list. What it says is posted from
    what is receivable to what is written off. Rows are only added."""

    __tablename__ = "debt_write_off"
    __table_args__ = (
        ForeignKeyConstraint(*_DECLARATION),
        ForeignKeyConstraint(
            ["post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_debt_write_off_proposal"
        ),
        CheckConstraint(_POSITIVE, name="amount_sane"),
        CheckConstraint(_CURRENCY, name="currency_form"),
        CheckConstraint("proposed_by <> approved_by", name="two_persons"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("ix_debt_write_off_declaration", "post", "declaration_id"),
        Index("uq_debt_write_off_proposal", "post", "proposal_id", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    proposal_id: Mapped[UUID]
    party: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_name: Mapped[str]
    approved_by: Mapped[UUID]
    approved_name: Mapped[str]
    made_at: Mapped[dt.datetime]


class Closing(Base):
    """The cashier's closing of the day: what was posted since the last one, what was counted, and the difference, for
    each method and currency. Rows are only added."""

    __tablename__ = "cash_closing"
    __table_args__ = (
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("uq_cash_closing_number", "post", "number", unique=True),
        Index("ix_cash_closing_at", "post", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    number: Mapped[str] = mapped_column(String(35))
    lines: Mapped[list[dict[str, Any]]]
    note: Mapped[str]
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]
