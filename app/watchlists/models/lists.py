"""Tables of lists, of who may see them, and of what stands on them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.core.lifecycle import sql_in
from app.core.tables import Base, IdKey, PostKey, sane_time
from app.watchlists.lifecycle import Kind

CODE_FORM = "^[A-Z0-9][A-Z0-9-]{1,19}$"
#: Roles that a whole list may be open to.
ROLES = ("analyst", "auditor", "supervisor")
_SANE_DAYS = "valid_from >= '1990-01-01' AND (valid_to IS NULL OR valid_to BETWEEN valid_from AND '2199-12-31')"


class WatchList(Base):
    """A list of what somebody looks for. `names` by language; `roles` see what stands on it, and the persons of
    `watch_reader`; for all others it does not exist."""

    __tablename__ = "watch_list"
    __table_args__ = (
        CheckConstraint(f"code ~ '{CODE_FORM}'", name="code_form"),
        CheckConstraint("jsonb_typeof(names) = 'object' AND names ? 'en'", name="named_in_english"),
        CheckConstraint(f"roles <@ ARRAY[{', '.join(repr(r) for r in ROLES)}]::varchar[]", name="roles_known"),
        CheckConstraint("char_length(source) BETWEEN 1 AND 300", name="source_given"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint("char_length(instruction) <= 2000", name="instruction_short"),
        CheckConstraint("valid_to BETWEEN '1990-01-01' AND '2199-12-31'", name="valid_to_sane"),
        CheckConstraint(sane_time("made_at"), name="made_at_sane"),
        Index("uq_watch_list_code", "code", unique=True),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    code: Mapped[str] = mapped_column(String(20))
    names: Mapped[dict[str, Any]]
    source: Mapped[str]
    reason: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    owner: Mapped[UUID]
    owner_name: Mapped[str]
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    made_at: Mapped[dt.datetime]
    #: What officers do who meet what is confirmed to stand on it; "" without.
    instruction: Mapped[str] = mapped_column(default="", server_default="")


class WatchReader(Base):
    """A person let in to a list, and perhaps out again."""

    __tablename__ = "watch_reader"
    __table_args__ = (
        ForeignKeyConstraint(["post", "list_id"], ["watch_list.post", "watch_list.id"]),
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="let_out_by_somebody"),
        CheckConstraint(sane_time("let_in_at"), name="let_in_at_sane"),
        CheckConstraint(sane_time("left_at"), name="left_at_sane"),
        Index(
            "uq_watch_reader_person",
            "post",
            "list_id",
            "person",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    list_id: Mapped[UUID]
    person: Mapped[UUID]
    login: Mapped[str]
    name: Mapped[str]
    let_in_by: Mapped[UUID]
    let_in_at: Mapped[dt.datetime]
    left_by: Mapped[UUID | None]
    left_at: Mapped[dt.datetime | None]


class WatchEntry(Base):
    """What is looked for. Rows are never deleted; one that is removed says by whom, with whom and why.

    `value` is the normal form of the name or number, `keys` are the words under which it is found.
    """

    __tablename__ = "watch_entry"
    __table_args__ = (
        ForeignKeyConstraint(["post", "list_id"], ["watch_list.post", "watch_list.id"]),
        CheckConstraint(sql_in("kind", Kind), name="kind_known"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 300 AND char_length(value) BETWEEN 1 AND 300", name="named"),
        CheckConstraint("cardinality(keys) BETWEEN 1 AND 400 AND cardinality(aliases) <= 20", name="findable"),
        CheckConstraint("char_length(source) BETWEEN 1 AND 300", name="source_given"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 2000", name="reason_given"),
        CheckConstraint(_SANE_DAYS, name="days_sane"),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL) AND (removed_at IS NULL) = (removed_with IS NULL) "
            "AND (removed_at IS NULL) = (removed_reason IS NULL)",
            name="removed_whole",
        ),
        CheckConstraint("removed_by <> removed_with", name="removed_by_two"),
        CheckConstraint(sane_time("added_at"), name="added_at_sane"),
        CheckConstraint(sane_time("removed_at"), name="removed_at_sane"),
        Index(
            "ix_watch_entry_keys",
            "keys",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_watch_entry_value",
            "post",
            "list_id",
            "kind",
            "value",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_watch_entry_list", "post", "list_id", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    list_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(9))
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    value: Mapped[str]
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str]
    reason: Mapped[str]
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    added_by: Mapped[UUID]
    added_name: Mapped[str]
    added_at: Mapped[dt.datetime]
    removed_by: Mapped[UUID | None]
    removed_with: Mapped[UUID | None]
    removed_reason: Mapped[str | None]
    removed_at: Mapped[dt.datetime | None]
    #: The file it came in, together with others; none where it was added alone.
    file: Mapped[UUID | None]

    def status_on(self, day: dt.date) -> str:
        """removed, coming, in_force or over."""
        if self.removed_at is not None:
            return "removed"
        if day < self.valid_from:
            return "coming"
        return "over" if self.valid_to is not None and self.valid_to < day else "in_force"
