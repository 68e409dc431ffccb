"""Tables of guarantees: who answers, under which codes they are used, and what movements take of them.

What is left of a guarantee stands in the ledger, in the limited account `pledge:<GRN>`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, Integer, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Amount, Base, IdKey, PostKey, sane_number, sane_time
from app.guarantees.lifecycle import LIFE, OPEN, TAKING, Action, Status, Take, Taken, Type

_OPEN = text(sql_in("status", OPEN))


class Guarantee(Base):
    """A guarantee at its office of guarantee. `amount` is the reference amount; `level` the per cent of it that the
    guarantor answers for. `move` is the only writer of `status`."""

    __tablename__ = "guarantee"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint(sql_in("type", Type), name="type_known"),
        CheckConstraint("level IN (0, 30, 50, 100)", name="level_known"),
        CheckConstraint(sane_number("amount"), name="amount_sane"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
        CheckConstraint("valid_to >= valid_from", name="days_ordered"),
        CheckConstraint("valid_from >= '1990-01-01' AND valid_to < '2200-01-01'", name="days_sane"),
        CheckConstraint("decided_by IS NULL OR decided_by <> registered_by OR type = 'B'", name="two_persons"),
        CheckConstraint(
            "status NOT IN ('in_force', 'suspended', 'refused') OR decided_by IS NOT NULL", name="decided_by_somebody"
        ),
        CheckConstraint(sane_time("registered_at"), name="registered_at_sane"),
        CheckConstraint("version > 0", name="version_sane"),
        Index("uq_guarantee_grn", "grn", unique=True),
        Index("ix_guarantee_holder", "holder", "grn"),
        Index("ix_guarantee_post", "post", "registered_at", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    grn: Mapped[str] = mapped_column(String(24))
    type: Mapped[str] = mapped_column(String(1))
    level: Mapped[int] = mapped_column(SmallInteger)
    holder: Mapped[str] = mapped_column(String(40))
    guarantor: Mapped[str] = mapped_column(String(60))
    guarantor_name: Mapped[str]
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date] = mapped_column(Date)
    not_valid_for: Mapped[list[str]] = mapped_column(ARRAY(String(2)))
    commodities: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    source: Mapped[str]
    status: Mapped[str] = mapped_column(String(9))
    version: Mapped[int] = mapped_column(Integer)
    registered_by: Mapped[UUID]
    registered_name: Mapped[str]
    registered_at: Mapped[dt.datetime]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action) -> None:
        self.status = LIFE.move(Status(self.status), action).value

    @property
    def account(self) -> str:
        """The limited account of the ledger that holds what is left."""
        return f"pledge:{self.grn}"

    @property
    def answered_for(self) -> Decimal:
        """What the guarantor answers for."""
        return (self.amount * self.level / 100).quantize(Decimal("0.01"))

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class GuaranteeAccessCode(Base):
    """A code under which a guarantee may be used; only its hash is kept."""

    __tablename__ = "guarantee_access_code"
    __table_args__ = (
        ForeignKeyConstraint(["post", "guarantee_id"], ["guarantee.post", "guarantee.id"]),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("ix_guarantee_access_code_guarantee", "post", "guarantee_id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    guarantee_id: Mapped[UUID]
    label: Mapped[str]
    hash: Mapped[str]
    made_by: Mapped[UUID]
    made_name: Mapped[str]
    made_at: Mapped[dt.datetime]
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[dt.datetime | None]


class GuaranteeReservation(Base):
    """An amount that a movement takes of a guarantee; `post` is that of the guarantee. Each step of it is a transfer of
    the ledger."""

    __tablename__ = "guarantee_reservation"
    __table_args__ = (
        ForeignKeyConstraint(["post", "guarantee_id"], ["guarantee.post", "guarantee.id"]),
        ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name="fk_guarantee_reservation_movement",
        ),
        CheckConstraint(sql_in("status", Taken), name="status_known"),
        CheckConstraint("amount > 0 AND amount < 'NaN'::numeric", name="amount_sane"),
        CheckConstraint("status IN ('reserved', 'held') OR ended_at IS NOT NULL", name="ended_has_moment"),
        CheckConstraint("claimed IS NULL OR (claimed > 0 AND claimed <= amount)", name="claimed_within"),
        CheckConstraint("(status = 'claimed') = (claimed IS NOT NULL)", name="claimed_has_amount"),
        CheckConstraint("released_by IS NULL OR released_by <> released_wish_by", name="by_hand_by_two"),
        CheckConstraint(sane_time("reserved_at"), name="reserved_at_sane"),
        Index("ix_guarantee_reservation_movement", "movement_id"),
        Index("ix_guarantee_reservation_guarantee", "post", "guarantee_id", "reserved_at", "id"),
        Index(
            "ix_guarantee_reservation_claimed",
            "post",
            "guarantee_id",
            "ended_at",
            "id",
            postgresql_where=text("claimed IS NOT NULL"),
        ),
        Index(
            "uq_guarantee_reservation_open",
            "post",
            "guarantee_id",
            "movement_id",
            unique=True,
            postgresql_where=_OPEN,
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    guarantee_id: Mapped[UUID]
    movement_post: Mapped[str] = mapped_column(String(5))
    movement_id: Mapped[UUID]
    mrn: Mapped[str] = mapped_column(String(18))
    amount: Mapped[Amount]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(8))
    reserved_at: Mapped[dt.datetime]
    reserved_by: Mapped[UUID]
    ended_at: Mapped[dt.datetime | None]
    #: What the guarantor paid of the amount; the rest was given back.
    claimed: Mapped[Amount | None]
    #: A release by hand: who wanted it, and who agreed.
    released_wish_by: Mapped[UUID | None]
    released_by: Mapped[UUID | None]
    released_reason: Mapped[str | None]

    def move(self, take: Take) -> None:
        self.status = TAKING.move(Taken(self.status), take).value

    @property
    def given_back(self) -> Decimal:
        """What came back of the amount: all of it, what was not claimed, or nothing yet."""
        if self.claimed is not None:
            return self.amount - self.claimed
        return self.amount if self.status == Taken.CREDITED.value else Decimal("0.00")
