"""Tables of permits and other official papers: what was issued, and every print of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.clearance.commands import OF_EITHER, OF_MOVEMENT, Kind
from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time

#: Of goods that are declared or in transit.
_OF_GOODS = (*OF_EITHER, Kind.INSPECTION_ACT)
_NUMBERED = (Kind.NOTICE, Kind.RECEIPT, Kind.EXIT_NOTE, *OF_MOVEMENT, Kind.DECISION_NOTICE, *_OF_GOODS)
_WITHOUT_DECLARATION = (Kind.RECEIPT, *OF_MOVEMENT)


class Permit(Base):
    """An issued permit: number, frozen content, form and version, the signed PDF and its SHA-256. Never changed but for
    revocation."""

    __tablename__ = "permit"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint("octet_length(sha256) = 64", name="sha256_length"),
        CheckConstraint(sane_time("issued_at"), name="issued_at_sane"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL) AND (revoked_at IS NULL) = (revoked_by IS NULL)",
            name="revoked_with_reason",
        ),
        CheckConstraint("cardinality(only_items) BETWEEN 1 AND 999", name="only_items_sane"),
        Index("uq_permit_number", "number", unique=True),
        Index("uq_permit_in_force", "post", "declaration_id", unique=True, postgresql_where=text("revoked_at IS NULL")),
        Index("ix_permit_declaration", "post", "declaration_id"),
        Index("ix_permit_post_issued", "post", "issued_at", "id"),
        Index("ix_permit_issued", "issued_at", "id"),
        Index("ix_permit_mrn", "mrn"),
        Index("ix_permit_reference", "reference"),
        Index("ix_permit_plate", "plate"),
        Index("ix_permit_supersedes", "supersedes", postgresql_where=text("supersedes IS NOT NULL")),
        Index("ix_permit_revoked", "revoked_at", postgresql_where=text("revoked_at IS NOT NULL")),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40))
    mrn: Mapped[str] = mapped_column(String(18))
    reference: Mapped[str] = mapped_column(String(35))
    form: Mapped[str] = mapped_column(String(40))
    form_version: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[dict[str, Any]]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    key_id: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[dt.datetime]
    valid_until: Mapped[dt.date] = mapped_column(Date)
    issued_by: Mapped[UUID]
    issued_name: Mapped[str]
    plate: Mapped[str]
    supersedes: Mapped[str | None] = mapped_column(String(40))
    #: What it lets through; NULL is everything that is declared. An amendment revokes it, so that the numbers stay true.
    only_items: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    revoked_at: Mapped[dt.datetime | None]
    revoked_reason: Mapped[str | None]
    revoked_by: Mapped[UUID | None]

    def is_valid(self, day: dt.date) -> bool:
        """Whether it counts on a day of the post: not revoked, and not past its last day."""
        return self.revoked_at is None and day <= self.valid_until

    def covered(self, declared: Collection[int]) -> frozenset[int]:
        """The numbers of the declared items that it lets through."""
        return frozenset(declared if self.only_items is None else self.only_items)


class PermitPrint(Base):
    """A print of a permit. Copy 0 is the original; each later one says COPY n."""

    __tablename__ = "permit_print"
    __table_args__ = (
        ForeignKeyConstraint(["post", "permit_id"], ["permit.post", "permit.id"]),
        CheckConstraint("copy BETWEEN 0 AND 9999", name="copy_sane"),
        CheckConstraint("copy = 0 OR char_length(reason) > 0", name="copy_has_reason"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("uq_permit_print_copy", "post", "permit_id", "copy", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    permit_id: Mapped[UUID]
    copy: Mapped[int] = mapped_column(SmallInteger)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    reason: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class Paper(Base):
    """An issued paper other than a permit: number, frozen content, form and version, the signed PDF and its SHA-256.
    `subject` is what it is about (an assessment, a payment, a refund, an exit, a movement), which has one paper of a kind
    at each `place` at most. Rows are only added: whether something newer has taken the place of a paper follows from
    the assessments, and from the papers themselves."""

    __tablename__ = "paper"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint(sql_in("kind", _NUMBERED), name="kind_known"),
        ForeignKeyConstraint(
            ["post", "movement_id"], ["transit_movement.post", "transit_movement.id"], name="fk_paper_movement"
        ),
        CheckConstraint(
            f"declaration_id IS NOT NULL OR {sql_in('kind', _WITHOUT_DECLARATION)} "
            f"OR ({sql_in('kind', _OF_GOODS)} AND movement_id IS NOT NULL)",
            name="about_a_declaration",
        ),
        CheckConstraint(
            f"(movement_id IS NOT NULL) = ({sql_in('kind', OF_MOVEMENT)}) "
            f"OR ({sql_in('kind', _OF_GOODS)} AND declaration_id IS NULL)",
            name="about_a_movement",
        ),
        CheckConstraint("octet_length(sha256) = 64", name="sha256_length"),
        CheckConstraint("place >= 0", name="place_sane"),
        CheckConstraint(sane_time("issued_at"), name="issued_at_sane"),
        Index("uq_paper_number", "number", unique=True),
        Index("uq_paper_subject", "post", "kind", "subject", "place", unique=True),
        Index("ix_paper_declaration", "post", "declaration_id"),
        Index("ix_paper_movement", "post", "movement_id"),
        Index("ix_paper_kind", "kind", "post", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    declaration_id: Mapped[UUID | None]
    movement_id: Mapped[UUID | None]
    subject: Mapped[UUID]
    place: Mapped[int] = mapped_column(SmallInteger)
    party: Mapped[str] = mapped_column(String(40))
    mrn: Mapped[str] = mapped_column(String(18))
    reference: Mapped[str] = mapped_column(String(35))
    form: Mapped[str] = mapped_column(String(40))
    form_version: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[dict[str, Any]]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    key_id: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[dt.datetime]
    issued_by: Mapped[UUID]
    issued_name: Mapped[str]


class PaperPrint(Base):
    """A print of a paper. Copy 0 is the original; each later one says COPY n."""

    __tablename__ = "paper_print"
    __table_args__ = (
        ForeignKeyConstraint(["post", "paper_id"], ["paper.post", "paper.id"]),
        CheckConstraint("copy BETWEEN 0 AND 9999", name="copy_sane"),
        CheckConstraint("copy = 0 OR char_length(reason) > 0", name="copy_has_reason"),
        CheckConstraint("octet_length(sha256) = 64", name="sha256_length"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("uq_paper_print_copy", "post", "paper_id", "copy", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    paper_id: Mapped[UUID]
    copy: Mapped[int] = mapped_column(SmallInteger)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    reason: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    person: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class NeighbourKey(Base):
    """A key set of another administration that vouches here for its papers, since two persons have looked at it. `record`
    is its public half (see `clearance.trust`), `sha256` that of its canonical JSON. One that is trusted no more stays, so
    that what it signed before can be judged."""

    __tablename__ = "neighbour_key"
    __table_args__ = (
        ForeignKeyConstraint(
            ["trusted_post", "trusted_by"], ["proposal.post", "proposal.id"], name="fk_neighbour_key_trusted"
        ),
        ForeignKeyConstraint(
            ["revoked_post", "revoked_by"], ["proposal.post", "proposal.id"], name="fk_neighbour_key_revoked"
        ),
        CheckConstraint("key_id ~ '^[0-9a-f]{16}$'", name="key_id_form"),
        CheckConstraint("administration ~ '^[A-Z0-9]{2,17}$'", name="administration_form"),
        CheckConstraint("octet_length(sha256) = 64", name="sha256_length"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_by IS NULL) = (revoked_post IS NULL)",
            name="revoked_by_proposal",
        ),
        CheckConstraint("NOT compromised OR revoked_at IS NOT NULL", name="compromised_is_revoked"),
        CheckConstraint(sane_time("trusted_at"), name="trusted_at_sane"),
        CheckConstraint(sane_time("revoked_at"), name="revoked_at_sane"),
        Index("uq_neighbour_key_key_id", "key_id", unique=True),
        Index("ix_neighbour_key_administration", "administration", "trusted_at"),
    )

    id: Mapped[IdKey]
    administration: Mapped[str] = mapped_column(String(17))
    key_id: Mapped[str] = mapped_column(String(16))
    record: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    #: The approved proposals by which it became trusted, and ceased to be.
    trusted_post: Mapped[str] = mapped_column(String(5))
    trusted_by: Mapped[UUID]
    trusted_at: Mapped[dt.datetime]
    revoked_post: Mapped[str | None] = mapped_column(String(5))
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[dt.datetime | None]
    compromised: Mapped[bool] = mapped_column(Boolean)
