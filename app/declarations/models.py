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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.lifecycle import sql_in
from app.core.tables import Amount as AmountColumn
from app.core.tables import Base, IdKey, Mass, PostKey, sane_number, sane_time
from app.declarations.lifecycle import AMENDMENT, LET_GO, LIFE, OPEN, Action, AmendmentAction, AmendmentStatus, Status

_IS_OPEN = text(sql_in("status", OPEN))
_IS_UNFINISHED = text(sql_in("status", (Status.DRAFT, *OPEN)))
_MAY_EXPIRE = text(sql_in("status", (Status.DRAFT, Status.PRELODGED)))
_IS_BLUE = text("lane = 'blue' AND " + sql_in("status", LET_GO))
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
        Index("ix_declaration_expiring", "id", postgresql_where=_MAY_EXPIRE),
        Index("ix_declaration_blue", "post", "lodged_at", "id", postgresql_where=_IS_BLUE),
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
    #: When its firm was told that it will be thrown away unless somebody writes on.
    warned_at: Mapped[dt.datetime | None]


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
        # Looked up while a declaration is lodged: without a list of pending entries that each look would have to read.
        Index(
            "ix_declaration_content_containers",
            "containers",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_declaration_content_local_reference", "local_reference"),
        Index("ix_declaration_content_consignment", "plate", "made_at"),
        Index(
            "ix_declaration_content_invoice",
            text("upper((header -> 'invoice'::text) ->> 'number'::text)"),
            "made_at",
        ),
        Index(
            "ix_declaration_content_consignee",
            text(
                "COALESCE((header -> 'consignee'::text) ->> 'id'::text, (header -> 'consignee'::text) ->> 'name'::text)"
            ),
            "made_at",
        ),
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
        ForeignKeyConstraint(
            ["post", "attachment"], ["attachment.post", "attachment.id"], name="fk_declaration_document_attachment"
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
    issuer: Mapped[str | None]
    issue_place: Mapped[str | None]
    expires: Mapped[dt.date | None] = mapped_column(Date)
    attachment: Mapped[UUID | None]


class PresentedDocument(Base):
    """A supporting document handed in after lodging, for the whole (item 0) or an item. Rows are only added."""

    __tablename__ = "declaration_presented_document"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        ForeignKeyConstraint(
            ["post", "attachment"],
            ["attachment.post", "attachment.id"],
            name="fk_declaration_presented_document_attachment",
        ),
        CheckConstraint("item BETWEEN 0 AND 999", name="item_sane"),
        CheckConstraint("role IN ('trader', 'officer', 'inspector', 'supervisor')", name="role_known"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_declaration_presented_document_declaration", "post", "declaration_id", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    item: Mapped[int] = mapped_column(SmallInteger)
    type: Mapped[str] = mapped_column(String(4))
    number: Mapped[str]
    date: Mapped[dt.date | None] = mapped_column(Date)
    issuer: Mapped[str | None]
    issue_place: Mapped[str | None]
    expires: Mapped[dt.date | None] = mapped_column(Date)
    attachment: Mapped[UUID | None]
    person: Mapped[UUID]
    login: Mapped[str]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(10))
    at: Mapped[dt.datetime]


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


class DeclarationQuery(Base):
    """A question of an officer about a declaration (item 0) or one of its items, and the trader's answer."""

    __tablename__ = "declaration_query"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint("item BETWEEN 0 AND 999", name="item_sane"),
        CheckConstraint("char_length(question) BETWEEN 1 AND 4000", name="question_given"),
        CheckConstraint("char_length(answer) BETWEEN 1 AND 4000", name="answer_given"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_by_somebody"),
        CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint("answered_by <> asked_by", name="two_persons"),
        CheckConstraint(sane_time("deadline"), name="deadline_sane"),
        CheckConstraint("deadline > asked_at", name="deadline_ahead"),
        CheckConstraint(sane_time("asked_at"), name="asked_at_sane"),
        Index("ix_declaration_query_declaration", "post", "declaration_id", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    item: Mapped[int] = mapped_column(SmallInteger)
    question: Mapped[str]
    deadline: Mapped[dt.datetime]
    asked_by: Mapped[UUID]
    asked_login: Mapped[str]
    asked_name: Mapped[str]
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_login: Mapped[str | None]
    answered_name: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_login: Mapped[str | None]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_reason: Mapped[str | None]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def is_late(self) -> bool:
        """Whether the answer came after the deadline."""
        return self.answered_at is not None and self.answered_at > self.deadline


class Amendment(Base):
    """A request to change what is declared, or to invalidate it, and what became of it.

    `stage` says how far the declaration was: `prelodged` (the trader alone), `held` (an official accepts) or `let_go`
    (one official endorses, another one accepts). Persons are compared, not accounts; the database does so, too.
    """

    __tablename__ = "declaration_amendment"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint(sql_in("status", AmendmentStatus), name="status_known"),
        CheckConstraint("kind IN ('amend', 'invalidate')", name="kind_known"),
        CheckConstraint("stage IN ('prelodged', 'held', 'let_go')", name="stage_known"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint("(kind = 'amend') = (body IS NOT NULL AND sha256 IS NOT NULL)", name="body_of_amendment"),
        CheckConstraint("status NOT IN ('accepted', 'rejected') OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint(
            "status <> 'accepted' OR stage = 'prelodged' OR kind = 'invalidate' OR decided_by <> requested_by",
            name="not_ones_own",
        ),
        CheckConstraint(
            "status <> 'accepted' OR stage <> 'let_go' OR (endorsed_by IS NOT NULL AND decided_by <> endorsed_by)",
            name="two_officials",
        ),
        CheckConstraint(
            "(to_content IS NOT NULL) = (status = 'accepted' AND kind = 'amend')", name="content_of_accepted"
        ),
        CheckConstraint("to_content > from_content", name="content_counts_on"),
        CheckConstraint(sane_time("requested_at"), name="requested_at_sane"),
        Index("ix_declaration_amendment_declaration", "post", "declaration_id", "id"),
        Index(
            "uq_declaration_amendment_waiting",
            "post",
            "declaration_id",
            "kind",
            unique=True,
            postgresql_where=text("status IN ('requested', 'endorsed')"),
        ),
        Index(
            "ix_declaration_amendment_waiting_at",
            "post",
            "requested_at",
            "id",
            postgresql_where=text("status IN ('requested', 'endorsed')"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str]
    from_content: Mapped[int] = mapped_column(SmallInteger)
    to_content: Mapped[int | None] = mapped_column(SmallInteger)
    requested_by: Mapped[UUID]
    requested_login: Mapped[str]
    requested_name: Mapped[str]
    requested_role: Mapped[str] = mapped_column(String(20))
    requested_at: Mapped[dt.datetime]
    endorsed_by: Mapped[UUID | None]
    endorsed_login: Mapped[str | None]
    endorsed_name: Mapped[str | None]
    endorsed_at: Mapped[dt.datetime | None]
    decided_by: Mapped[UUID | None]
    decided_login: Mapped[str | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_reason: Mapped[str | None]

    def move(self, action: AmendmentAction) -> None:
        """The only writer of `status`."""
        self.status = AMENDMENT.move(AmendmentStatus(self.status), action).value


class ReleasedItem(Base):
    """An item that was let go before the whole declaration was. Rows are only added."""

    __tablename__ = "declaration_released_item"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        ForeignKeyConstraint(
            ["post", "decision_id"],
            ["declaration_decision.post", "declaration_decision.id"],
            name="fk_declaration_released_item_decision",
        ),
        CheckConstraint("item BETWEEN 1 AND 999", name="item_sane"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    item: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    decision_id: Mapped[UUID]


class DeclarationExit(Base):
    """A truck that left with some or all of the goods, as it was seen at the gate. Rows are only added.

    `permit` is the number of the permit that was in force then; `without_permit` is a supervisor's reason for writing an
    exit down that went under none.
    """

    __tablename__ = "declaration_exit"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint("cardinality(seals) <= 99", name="seals_sane"),
        CheckConstraint("seals_agree OR char_length(remark) >= 1", name="other_seals_explained"),
        CheckConstraint("(permit IS NULL) = (char_length(without_permit) > 0)", name="permit_or_reason"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("uq_declaration_exit_number", "post", "number", unique=True),
        Index("ix_declaration_exit_declaration", "post", "declaration_id", "at"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(30))
    content: Mapped[int] = mapped_column(SmallInteger)
    whole: Mapped[bool]
    plate: Mapped[str | None]
    seals: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    seals_agree: Mapped[bool]
    remark: Mapped[str]
    permit: Mapped[str | None] = mapped_column(String(40))
    without_permit: Mapped[str]
    person: Mapped[UUID]
    login: Mapped[str]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class ExitItem(Base):
    """An item that left; it cannot leave twice."""

    __tablename__ = "declaration_exit_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "exit_id"],
            ["declaration_exit.post", "declaration_exit.id"],
            name="fk_declaration_exit_item_exit",
        ),
        CheckConstraint("item BETWEEN 1 AND 999", name="item_sane"),
    )

    post: Mapped[PostKey]
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    item: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    exit_id: Mapped[UUID]


class Template(Base):
    """Words a firm begins its declarations with."""

    __tablename__ = "declaration_template"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_given"),
        CheckConstraint(sane_time("changed_at"), name="changed_at_sane"),
        Index("uq_declaration_template_name", "party", "post", "name", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    party: Mapped[str] = mapped_column(String(40))
    name: Mapped[str]
    body: Mapped[dict[str, Any]]
    made_by: Mapped[UUID]
    made_login: Mapped[str]
    changed_at: Mapped[dt.datetime]


class Audit(Base):
    """What came out when a released declaration was looked at afterwards. Rows are only added."""

    __tablename__ = "declaration_audit"
    __table_args__ = (
        ForeignKeyConstraint(["post", "declaration_id"], ["declaration.post", "declaration.id"]),
        CheckConstraint("outcome IN ('conform', 'differences', 'further')", name="outcome_known"),
        CheckConstraint("char_length(summary) BETWEEN 1 AND 4000", name="summary_given"),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_declaration_audit_declaration", "post", "declaration_id", "at"),
        Index(
            "uq_declaration_audit_concluded",
            "post",
            "declaration_id",
            unique=True,
            postgresql_where=text("outcome <> 'further'"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    content: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[str] = mapped_column(String(12))
    summary: Mapped[str]
    person: Mapped[UUID]
    login: Mapped[str]
    name: Mapped[str]
    at: Mapped[dt.datetime]


class CommodityPrice(Base):
    """What a kilogram of a commodity usually costs at a post, in the currency of the invoices (see `prices.refresh`).

    `p05` and `p95` leave a twentieth of the items below and above, `p10` and `p90` a tenth; `items` is how many were
    looked at.
    """

    __tablename__ = "commodity_price"
    __table_args__ = (
        CheckConstraint("commodity ~ '^[0-9]{6}$'", name="commodity_six_digits"),
        CheckConstraint("items > 0", name="items_sane"),
        CheckConstraint(
            "p05 >= 0 AND p05 <= p10 AND p10 <= median AND median <= p90 AND p90 <= p95 AND p95 < 'NaN'::numeric",
            name="prices_sane",
        ),
        CheckConstraint(sane_time("refreshed_at"), name="refreshed_at_sane"),
    )

    post: Mapped[PostKey]
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    commodity: Mapped[str] = mapped_column(String(6), primary_key=True)
    items: Mapped[int] = mapped_column(Integer)
    p05: Mapped[Decimal] = mapped_column(Numeric(24, 4))
    median: Mapped[Decimal] = mapped_column(Numeric(24, 4))
    p95: Mapped[Decimal] = mapped_column(Numeric(24, 4))
    refreshed_at: Mapped[dt.datetime]
    p10: Mapped[Decimal] = mapped_column(Numeric(24, 4))
    p90: Mapped[Decimal] = mapped_column(Numeric(24, 4))
