"""Tables of declarations.

What is declared does not change: content, items and documents are rows of a content number; an amendment adds a number.
What moves (status, lane, version) stands in the narrow table `declaration`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, Integer, Numeric, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Amount as AmountColumn
from app.core.tables import Base, IdKey, Mass, PostKey, sane_number, sane_time
from app.declarations.lifecycle import LIFE, OPEN, Action, Status

_IS_OPEN = text(sql_in("status", OPEN))
_IS_UNFINISHED = text(sql_in("status", (Status.DRAFT, *OPEN)))
_CONTENT = ("post", "declaration_id", "content")


class Declaration(Base):
    """The life of a declaration. `move` is the only writer of `status`."""

    __tablename__ = "declaration"
    __table_args__ = (
        CheckConstraint(sql_in("status", Status), name="status_known"),
        CheckConstraint("lane IN ('green', 'yellow', 'red', 'blue')", name="lane_known"),
        CheckConstraint("(status = 'draft') = (mrn IS NULL)", name="lodged_has_mrn"),
        CheckConstraint("version > 0 AND content >= 0", name="versions_sane"),
        CheckConstraint(sane_time("changed_at"), name="changed_at_sane"),
        CheckConstraint(sane_time("lodged_at"), name="lodged_at_sane"),
        Index("uq_declaration_post_reference", "post", "reference", unique=True),
        Index("uq_declaration_post_mrn", "post", "mrn", unique=True),
        Index("ix_declaration_worklist", "post", "lane", "lodged_at", "id", postgresql_where=_IS_OPEN),
        Index("ix_declaration_open", "post", "lodged_at", "id", postgresql_where=_IS_OPEN),
        Index("ix_declaration_party", "party", "id"),
        Index("ix_declaration_unfinished", "party", "id", postgresql_where=_IS_UNFINISHED),
        Index("ix_declaration_id", "id"),
        Index(
            "ix_declaration_lodged_at", "lodged_at", postgresql_using="brin", postgresql_with={"pages_per_range": 32}
        ),
        Index("ix_declaration_post_status", "post", "status", "id"),
        Index("ix_declaration_reference", "reference"),
        Index("ix_declaration_mrn", "mrn"),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    reference: Mapped[str] = mapped_column(String(35))
    mrn: Mapped[str | None] = mapped_column(String(18))
    party: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    lane: Mapped[str | None] = mapped_column(String(6))
    content: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(Integer)
    lodged_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime]

    __mapper_args__ = {"version_id_col": version}

    def move(self, action: Action, at: dt.datetime) -> None:
        """Makes an allowed move or raises `WrongState`."""
        self.status = LIFE.move(Status(self.status), action).value
        self.changed_at = at

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class DeclarationDraft(Base):
    """What is written so far: the contract's JSON as its writer left it, complete or not."""

    __tablename__ = "declaration_draft"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"], ondelete="CASCADE"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    source: Mapped[UUID | None]
    unread: Mapped[list[dict[str, Any]]]
    remarks: Mapped[list[dict[str, Any]]]


class DeclarationContent(Base):
    """The header as declared, with the columns that lists search."""

    __tablename__ = "declaration_content"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint(sane_number("invoice_total"), name="invoice_total_sane"),
        CheckConstraint(sane_number("gross_kg"), name="gross_kg_sane"),
        CheckConstraint("item_count BETWEEN 1 AND 999", name="item_count_sane"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index(
            "ix_declaration_content_plate", "plate", postgresql_using="gin", postgresql_ops={"plate": "gin_trgm_ops"}
        ),
        Index("ix_declaration_content_containers", "containers", postgresql_using="gin"),
        Index("ix_declaration_content_local_reference", "local_reference"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    local_reference: Mapped[str]
    declarant: Mapped[str]
    plate: Mapped[str | None]
    containers: Mapped[list[str]] = mapped_column(ARRAY(String(11)))
    currency: Mapped[str] = mapped_column(String(3))
    invoice_total: Mapped[AmountColumn]
    gross_kg: Mapped[Mass]
    item_count: Mapped[int] = mapped_column(SmallInteger)
    header: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[UUID | None]
    unread: Mapped[list[dict[str, Any]]]
    made_by: Mapped[UUID]
    made_at: Mapped[dt.datetime]


class DeclarationItem(Base):
    """One item as declared; `more` holds the fields that no list searches."""

    __tablename__ = "declaration_item"
    __table_args__ = (
        ForeignKeyConstraint(
            _CONTENT,
            ["declaration_content.post", "declaration_content.declaration_id", "declaration_content.content"],
            name="fk_declaration_item_content",
        ),
        CheckConstraint("number BETWEEN 1 AND 999", name="number_sane"),
        CheckConstraint(sane_number("gross_kg"), name="gross_kg_sane"),
        CheckConstraint(sane_number("net_kg"), name="net_kg_sane"),
        CheckConstraint(sane_number("invoice_value"), name="invoice_value_sane"),
        Index("ix_declaration_item_commodity", "commodity", "post"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    commodity: Mapped[str] = mapped_column(String(12))
    description: Mapped[str]
    origin: Mapped[str] = mapped_column(String(2))
    procedure: Mapped[str] = mapped_column(String(7))
    gross_kg: Mapped[Mass]
    net_kg: Mapped[Mass]
    invoice_value: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    more: Mapped[dict[str, Any]]


class DeclarationDocument(Base):
    """A supporting document of the header (item 0) or of an item."""

    __tablename__ = "declaration_document"
    __table_args__ = (
        ForeignKeyConstraint(
            _CONTENT,
            ["declaration_content.post", "declaration_content.declaration_id", "declaration_content.content"],
            name="fk_declaration_document_content",
        ),
        CheckConstraint("item BETWEEN 0 AND 999 AND place BETWEEN 0 AND 98", name="place_sane"),
        Index("ix_declaration_document_number", "number", "type"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    item: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    type: Mapped[str] = mapped_column(String(4))
    number: Mapped[str]
    date: Mapped[dt.date | None] = mapped_column(Date)


class Decision(Base):
    """What an officer decided, and why. Rows are only added."""

    __tablename__ = "declaration_decision"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_declaration_decision_declaration", "post", "declaration_id", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    decision: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str]
    note: Mapped[str]
    person: Mapped[UUID]
    login: Mapped[str]
    name: Mapped[str]
    at: Mapped[dt.datetime]
