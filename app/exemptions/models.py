"""Tables of certificates and what has been written off them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, Numeric, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_number, sane_time
from app.exemptions.lifecycle import LIFE, Action, Kind, Measure, Status

Quantity = Numeric(15, 3)


class Certificate(Base):
    """A certificate (see `Kind`) that serves goods of its holder, a quota those of everybody, up to a quantity.

    `commodities` are prefixes, `origins` countries or groups of them, `taxes` the words of the assessment and for
    exemptions alone; empty lists mean all. `used` is the sum of what is written off. A quota comes again under its
    number for each of its periods.
    """

    __tablename__ = "exemption_certificate"
    __table_args__ = (
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint("(kind = 'quota') = (holder = '')", name="quota_for_all"),
        CheckConstraint("kind = 'exemption' OR cardinality(taxes) = 0", name="frees_or_counts"),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("measure", Measure), name="measure_known"),
        CheckConstraint(sane_number("granted"), name="granted_sane"),
        CheckConstraint("used >= 0 AND used <= granted", name="never_overdrawn"),
        CheckConstraint("(measure = 'units') = (unit IS NOT NULL)", name="unit_named"),
        CheckConstraint("(measure = 'value') = (currency IS NOT NULL)", name="currency_named"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_sane"),
        CheckConstraint("valid_to >= valid_from", name="days_ordered"),
        CheckConstraint("valid_from >= '1990-01-01' AND valid_to < '2200-01-01'", name="days_sane"),
        CheckConstraint("decided_by IS NULL OR decided_by <> registered_by", name="two_persons"),
        CheckConstraint("status NOT IN ('in_force', 'refused') OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint(sane_time("registered_at"), name="registered_at_sane"),
        Index(
            "uq_exemption_certificate_number",
            "holder",
            "number",
            unique=True,
            postgresql_where=text("kind <> 'quota'"),
        ),
        Index("uq_exemption_certificate_period", "holder", "number", "valid_from", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(12))
    number: Mapped[str] = mapped_column(String(70))
    issuer: Mapped[str]
    source: Mapped[str]
    holder: Mapped[str] = mapped_column(String(40))
    commodities: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    origins: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    taxes: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    measure: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str | None] = mapped_column(String(3))
    currency: Mapped[str | None] = mapped_column(String(3))
    granted: Mapped[Decimal] = mapped_column(Quantity)
    used: Mapped[Decimal] = mapped_column(Quantity)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10))
    registered_by: Mapped[UUID]
    registered_name: Mapped[str]
    registered_at: Mapped[dt.datetime]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None]

    @property
    def left(self) -> Decimal:
        return self.granted - self.used

    def move(self, action: Action) -> None:
        """The only writer of `status`."""
        self.status = LIFE.move(Status(self.status), action).value


class ExemptionWriteOff(Base):
    """A quantity taken off a certificate by an item of a declaration, or given back (negative). Rows are only added."""

    __tablename__ = "exemption_write_off"
    __table_args__ = (
        ForeignKeyConstraint(
            ["certificate_post", "certificate_id"],
            ["exemption_certificate.post", "exemption_certificate.id"],
            name="fk_exemption_write_off_certificate",
        ),
        ForeignKeyConstraint(
            ["post", "declaration_id"],
            ["declaration.post", "declaration.id"],
            name="fk_exemption_write_off_declaration",
        ),
        CheckConstraint("quantity <> 0 AND quantity < 'NaN'::numeric", name="quantity_sane"),
        CheckConstraint("item BETWEEN 1 AND 999", name="item_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_exemption_write_off_certificate", "certificate_post", "certificate_id", "at"),
        Index("ix_exemption_write_off_declaration", "post", "declaration_id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    certificate_post: Mapped[str] = mapped_column(String(5))
    certificate_id: Mapped[UUID]
    declaration_id: Mapped[UUID]
    item: Mapped[int] = mapped_column(SmallInteger)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    at: Mapped[dt.datetime]


class ExemptionCorrection(Base):
    """A quantity that two persons put right by hand: more that was used (positive) or less (negative), for a reason of the
    list. Rows are only added."""

    __tablename__ = "exemption_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "certificate_id"],
            ["exemption_certificate.post", "exemption_certificate.id"],
            name="fk_exemption_correction_certificate",
        ),
        ForeignKeyConstraint(
            ["proposal_post", "proposal_id"], ["proposal.post", "proposal.id"], name="fk_exemption_correction_proposal"
        ),
        CheckConstraint("quantity <> 0 AND abs(quantity) < 'NaN'::numeric", name="quantity_sane"),
        CheckConstraint("proposed_by <> approved_by", name="two_persons"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_exemption_correction_certificate", "post", "certificate_id", "at"),
        Index("uq_exemption_correction_proposal", "proposal_post", "proposal_id", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    certificate_id: Mapped[UUID]
    proposal_post: Mapped[str] = mapped_column(String(5))
    proposal_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_name: Mapped[str]
    approved_by: Mapped[UUID]
    approved_name: Mapped[str]
    at: Mapped[dt.datetime]
