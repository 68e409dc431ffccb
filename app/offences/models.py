"""Tables of detentions, seizures with their pieces and their way from hand to hand, and acts of the end of goods."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_number, sane_time
from app.offences.lifecycle import LIFE, Action, End, How, Role, Status

_RUNS = text("status <> 'ended'")
_OF_SEIZURE = (["post", "seizure_id"], ["seizure.post", "seizure.id"])


def _about(table: str) -> tuple[Any, ...]:
    """A thing is about one declaration at its post, or about one movement at an office."""
    return (
        ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name=f"fk_{table}_declaration"
        ),
        ForeignKeyConstraint(
            ["movement_post", "movement_id"],
            ["transit_movement.post", "transit_movement.id"],
            name=f"fk_{table}_movement",
        ),
        CheckConstraint("(movement_id IS NULL) <> (declaration_id IS NULL)", name="one_subject"),
        CheckConstraint("(movement_id IS NULL) = (movement_post IS NULL)", name="movement_whole"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index(f"ix_{table}_declaration", "post", "declaration_id"),
        Index(f"ix_{table}_movement", "movement_post", "movement_id"),
        Index(f"uq_{table}_number", "post", "number", unique=True),
    )


class About:
    """What it is about, under which number, by whom and when; the time is the database's."""

    declaration_id: Mapped[UUID | None]
    movement_post: Mapped[str | None] = mapped_column(String(5))
    movement_id: Mapped[UUID | None]
    reference: Mapped[str] = mapped_column(String(35))
    mrn: Mapped[str] = mapped_column(String(18))
    party: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    #: The code of a legal basis.
    basis: Mapped[str] = mapped_column(String(40))
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class Detention(About, Base):
    """Goods held for a term. It is made longer once, by a second person, and ended once; `move` is the only writer of
    `status`."""

    __tablename__ = "detention"
    __table_args__ = (
        *_about("detention"),
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint("until > at", name="term_ahead"),
        CheckConstraint(sane_time("until"), name="until_sane"),
        CheckConstraint(sane_time("extended_until"), name="extended_until_sane"),
        CheckConstraint("extended_until > until", name="extended_later"),
        CheckConstraint("extended_by <> person", name="extended_by_another"),
        CheckConstraint(
            "(extended_until IS NULL) = (extended_by IS NULL) AND (extended_by IS NULL) = (extended_at IS NULL) "
            "AND (extended_at IS NULL) = (extended_reason IS NULL)",
            name="extended_whole",
        ),
        CheckConstraint("status <> 'extended' OR extended_by IS NOT NULL", name="extended_by_somebody"),
        CheckConstraint(
            "(status = 'ended') = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (ended_how IS NULL) "
            "AND (ended_at IS NULL) = (ended_by IS NULL)",
            name="ended_whole",
        ),
        CheckConstraint(sql_in("ended_how", How), name="ended_how_known"),
        Index("uq_detention_running", "post", "declaration_id", unique=True, postgresql_where=_RUNS),
        Index("uq_detention_running_movement", "movement_post", "movement_id", unique=True, postgresql_where=_RUNS),
        Index("ix_detention_due", "post", "until", "id", postgresql_where=_RUNS),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    reason: Mapped[str]
    until: Mapped[dt.datetime]
    place: Mapped[str]
    #: NULL is everything.
    items: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    status: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(Integer)
    extended_until: Mapped[dt.datetime | None]
    extended_by: Mapped[UUID | None]
    extended_name: Mapped[str | None]
    extended_at: Mapped[dt.datetime | None]
    extended_reason: Mapped[str | None]
    ended_at: Mapped[dt.datetime | None]
    ended_how: Mapped[str | None] = mapped_column(String(12))
    ended_by: Mapped[UUID | None]
    ended_name: Mapped[str | None]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action) -> None:
        self.status = LIFE.move(Status(self.status), action).value

    @property
    def is_running(self) -> bool:
        return self.status != Status.ENDED

    @property
    def term(self) -> dt.datetime:
        """When it runs out."""
        return self.extended_until or self.until


class Seizure(About, Base):
    """A seizure record: what was taken stands in its pieces. Rows are only added."""

    __tablename__ = "seizure"
    __table_args__ = (
        *_about("seizure"),
        ForeignKeyConstraint(
            ["post", "inspection_id"], ["inspection.post", "inspection.id"], name="fk_seizure_inspection"
        ),
        CheckConstraint("char_length(circumstances) BETWEEN 1 AND 4000", name="circumstances_told"),
        Index("ix_seizure_at", "post", "at", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    inspection_id: Mapped[UUID | None]
    circumstances: Mapped[str]
    #: Where it was hidden.
    hidden: Mapped[str]
    #: {plate, country, trailer, container, vin}
    vehicle: Mapped[dict[str, Any]]
    #: How many persons were found, how many pieces there are.
    pieces: Mapped[int] = mapped_column(SmallInteger)


class Written:
    """Who wrote it down, at the database's time."""

    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class SeizurePiece(Written, Base):
    """A piece of evidence under its number. A correction is a later revision of the same number, with its reason; the last
    one counts. Persons are counted and have neither item nor value."""

    __tablename__ = "seizure_piece"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_SEIZURE),
        CheckConstraint("serial BETWEEN 1 AND 999 AND revision BETWEEN 1 AND 99", name="numbers_sane"),
        CheckConstraint("revision = 1 OR char_length(reason) > 0", name="corrected_with_reason"),
        CheckConstraint("item IS NULL OR item BETWEEN 1 AND 1999", name="item_sane"),
        CheckConstraint(sane_number("quantity"), name="quantity_sane"),
        CheckConstraint("revision > 1 OR quantity > 0", name="quantity_some"),
        CheckConstraint(sane_number("value"), name="value_sane"),
        CheckConstraint("(value IS NULL) = (currency IS NULL)", name="value_in_currency"),
        CheckConstraint("packages IS NULL OR packages BETWEEN 0 AND 9999999", name="packages_sane"),
        CheckConstraint(
            "kind <> 'persons' OR (value IS NULL AND item IS NULL AND packages IS NULL AND quantity = trunc(quantity))",
            name="persons_are_no_goods",
        ),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("uq_seizure_piece_serial", "post", "seizure_id", "serial", "revision", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    seizure_id: Mapped[UUID]
    serial: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    unit: Mapped[str] = mapped_column(String(3))
    item: Mapped[int | None] = mapped_column(SmallInteger)
    packages: Mapped[int | None] = mapped_column(Integer)
    packaging: Mapped[str]
    hidden: Mapped[str]
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    reason: Mapped[str]


class SeizurePerson(Written, Base):
    """Somebody whom a seizure concerns, with his document and what he says. Rows are only added."""

    __tablename__ = "seizure_person"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_SEIZURE),
        CheckConstraint(sql_in("role", Role), name="role_known"),
        CheckConstraint("char_length(full_name) > 0", name="named"),
        CheckConstraint("signs OR char_length(remark) > 0", name="refusal_explained"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_seizure_person_seizure", "post", "seizure_id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    seizure_id: Mapped[UUID]
    full_name: Mapped[str]
    role: Mapped[str] = mapped_column(String(9))
    document: Mapped[str]
    nationality: Mapped[str]
    explanation: Mapped[str]
    signs: Mapped[bool] = mapped_column(Boolean)
    remark: Mapped[str]


class SeizurePhoto(Written, Base):
    """A photo of what was seized, or of a piece of it. The SHA-256 is that of the file kept. Rows are only added."""

    __tablename__ = "seizure_photo"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_SEIZURE),
        ForeignKeyConstraint(
            ["post", "attachment"], ["attachment.post", "attachment.id"], name="fk_seizure_photo_attachment"
        ),
        CheckConstraint("octet_length(sha256) = 64 AND octet_length(given_sha256) = 64", name="sha256_length"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("uq_seizure_photo_given", "post", "seizure_id", "given_sha256", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    seizure_id: Mapped[UUID]
    serial: Mapped[int | None] = mapped_column(SmallInteger)
    attachment: Mapped[UUID]
    sha256: Mapped[str] = mapped_column(String(64))
    given_sha256: Mapped[str] = mapped_column(String(64))
    caption: Mapped[str]


class SeizureMove(Base):
    """A link of the chain from hand to hand: who handed over to whom, and the other person who confirms that it came. It is
    confirmed once."""

    __tablename__ = "seizure_move"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_SEIZURE),
        CheckConstraint("number BETWEEN 1 AND 999", name="number_sane"),
        CheckConstraint("char_length(to_holder) > 0 AND char_length(receipt) > 0", name="told"),
        CheckConstraint("received_by <> handed_by", name="two_persons"),
        CheckConstraint(
            "(received_by IS NULL) = (received_at IS NULL) AND (received_by IS NULL) = (received_name IS NULL)",
            name="received_whole",
        ),
        CheckConstraint("received_at >= handed_at", name="received_later"),
        CheckConstraint(sane_time("handed_at"), name="handed_at_sane"),
        Index("uq_seizure_move_number", "post", "seizure_id", "number", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    seizure_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    #: The evidence numbers; NULL is all.
    serials: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    from_holder: Mapped[str]
    to_holder: Mapped[str]
    authority: Mapped[str]
    receipt: Mapped[str]
    handed_by: Mapped[UUID]
    handed_name: Mapped[str]
    handed_at: Mapped[dt.datetime]
    received_by: Mapped[UUID | None]
    received_name: Mapped[str | None]
    received_at: Mapped[dt.datetime | None]


class GoodsEnd(About, Base):
    """The act of an end of goods that do not enter. Rows are only added."""

    __tablename__ = "goods_end"
    __table_args__ = (
        *_about("goods_end"),
        ForeignKeyConstraint(["post", "seizure_id"], ["seizure.post", "seizure.id"], name="fk_goods_end_seizure"),
        CheckConstraint(sql_in("kind", End), name="kind_known"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(
            "kind <> 'destruction' OR (jsonb_array_length(commission) >= 2 AND char_length(manner) > 0 "
            "AND char_length(witness) > 0)",
            name="destroyed_before_witnesses",
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    seizure_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(11))
    reason: Mapped[str]
    manner: Mapped[str]
    place: Mapped[str]
    #: [{name, post}]
    commission: Mapped[list[dict[str, Any]]]
    witness: Mapped[str]
    vehicle: Mapped[str]
    items: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
