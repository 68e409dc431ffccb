"""Tables of the codes and posts, dated, and the revision that tells caches to look again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, sane_time

_DATES_SANE = (
    "valid_from >= '1990-01-01' AND valid_from < '2200-01-01' AND coalesce(valid_to, '2000-01-01') < '2200-01-01'"
)
_DATES_ORDERED = "valid_to IS NULL OR valid_to >= valid_from"
_NAMED = "jsonb_typeof(names) = 'object' AND coalesce(names ->> 'en', '') <> ''"
_OBJECT = "jsonb_typeof(attributes) = 'object'"


class CodeRow(Base):
    """What a code of a list means between two days, both included.

    `words` is what a search looks at (see `rules.searchable`). `local` rows were entered here, by an
    administrator; a release never changes them.
    """

    __tablename__ = "code"
    __table_args__ = (
        CheckConstraint("list ~ '^[a-z_]{2,30}$'", name="list_shape"),
        CheckConstraint("code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,69}$'", name="code_shape"),
        CheckConstraint(_DATES_SANE, name="dates_sane"),
        CheckConstraint(_DATES_ORDERED, name="dates_ordered"),
        CheckConstraint(_NAMED, name="named"),
        CheckConstraint(_OBJECT, name="attributes_object"),
        Index("ix_code_words", "words", postgresql_using="gin", postgresql_ops={"words": "gin_trgm_ops"}),
    )

    list: Mapped[str] = mapped_column(String(30), primary_key=True)
    code: Mapped[str] = mapped_column(String(70), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    names: Mapped[dict[str, Any]]
    attributes: Mapped[dict[str, Any]]
    words: Mapped[str]
    source: Mapped[str]
    verified: Mapped[bool] = mapped_column(Boolean)
    local: Mapped[bool] = mapped_column(Boolean)


class PostRow(Base):
    """A border crossing point or an office; degrees are WGS 84."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z]{2}[A-Z0-9]{3}$' AND left(code, 2) = country", name="code_shape"),
        CheckConstraint("neighbour <> code", name="neighbour_other"),
        CheckConstraint("kind IN ('post', 'office')", name="kind_known"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_sane"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_sane"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="position_whole"),
        CheckConstraint(_DATES_SANE, name="dates_sane"),
        CheckConstraint(_DATES_ORDERED, name="dates_ordered"),
        CheckConstraint(_NAMED, name="named"),
        CheckConstraint(_OBJECT, name="attributes_object"),
    )

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    neighbour: Mapped[str | None] = mapped_column(String(5))
    kind: Mapped[str] = mapped_column(String(10))
    time_zone: Mapped[str]
    crossing: Mapped[str]
    names: Mapped[dict[str, Any]]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    position_quality: Mapped[str]
    unlocode: Mapped[str | None] = mapped_column(String(5))
    hours_note: Mapped[str]
    attributes: Mapped[dict[str, Any]]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    source: Mapped[str]
    verified: Mapped[bool] = mapped_column(Boolean)


class ReferenceRevision(Base):
    """One row, changed with every change of codes or posts.

    `number` is for people; `mark` tells caches, because a number can come again after a rollback. `digest` is that of
    the release last loaded.
    """

    __tablename__ = "reference_revision"
    __table_args__ = (
        CheckConstraint("one", name="one_row"),
        CheckConstraint("number >= 0", name="number_sane"),
        CheckConstraint(sane_time("at"), name="at_sane"),
    )

    one: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[dt.datetime]
    digest: Mapped[str]
    mark: Mapped[UUID]
