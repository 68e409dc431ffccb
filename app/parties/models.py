"""Tables of firms, and of whom they have authorised to declare with what is theirs."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from app.core.tables import Base, IdKey, PostKey, sane_time
from app.parties.commands import Scope

CODE_FORM = "^[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,31}$"
COUNTRY_FORM = "^[A-Z]{2}$"


class Party(Base):
    """A firm known to the administration by its number: TJ-510012345."""

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint(f"code ~ '{CODE_FORM}'", name="code_form"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 200", name="name_length"),
        CheckConstraint("char_length(address) <= 300", name="address_length"),
        CheckConstraint(f"country ~ '{COUNTRY_FORM}'", name="country_form"),
        CheckConstraint(sane_time("registered_at"), name="registered_at_sane"),
    )

    code: Mapped[str] = mapped_column(String(35), primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    registered_at: Mapped[dt.datetime] = mapped_column(server_default=func.guzar_now())


_SCOPES = ", ".join(f"'{scope.value}'" for scope in Scope)
_ENDED = ("revoked_at", "revoked_by", "revoked_name", "revoked_role", "revoked_reason")
_NOT_REVOKED = " AND ".join(f"{name} IS NULL" for name in _ENDED)
_REVOKED = " AND ".join(f"{name} IS NOT NULL" for name in _ENDED)


class Mandate(Base):
    """A firm (`principal`) lets another one (`declarant`) use what is its own in declarations at a crossing point, from
    a day to a day. Given by a trader of the firm itself, or registered by an official from the `paper` he names."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("principal <> declarant", name="two_firms"),
        CheckConstraint(f"cardinality(scopes) > 0 AND scopes <@ ARRAY[{_SCOPES}]::varchar[]", name="scopes_known"),
        CheckConstraint("valid_to >= valid_from", name="days_ordered"),
        CheckConstraint("valid_from >= '1990-01-01' AND valid_to < '2200-01-01'", name="days_sane"),
        CheckConstraint("given_role IN ('trader', 'supervisor', 'administrator')", name="given_role_known"),
        CheckConstraint("(given_role = 'trader') = (paper = '') AND char_length(paper) <= 200", name="paper_named"),
        CheckConstraint(f"{_NOT_REVOKED} OR {_REVOKED}", name="revoked_by_somebody"),
        CheckConstraint(sane_time("given_at"), name="given_at_sane"),
        CheckConstraint(sane_time("revoked_at"), name="revoked_at_sane"),
        ForeignKeyConstraint(["principal"], ["party.code"], name="fk_mandate_principal_party"),
        ForeignKeyConstraint(["declarant"], ["party.code"], name="fk_mandate_declarant_party"),
        Index("ix_mandate_firms", "principal", "declarant", "post"),
        Index("ix_mandate_declarant", "declarant", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    principal: Mapped[str] = mapped_column(String(35))
    declarant: Mapped[str] = mapped_column(String(35))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date] = mapped_column(Date)
    paper: Mapped[str]
    given_by: Mapped[UUID]
    given_name: Mapped[str]
    given_role: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[UUID | None]
    revoked_name: Mapped[str | None]
    revoked_role: Mapped[str | None] = mapped_column(String(20))
    revoked_reason: Mapped[str | None]

    def status_on(self, day: dt.date) -> str:
        """revoked, coming, in_force or over, as far as is known now."""
        if self.revoked_at is not None:
            return "revoked"
        if day < self.valid_from:
            return "coming"
        return "in_force" if day <= self.valid_to else "over"
