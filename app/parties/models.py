"""The register of firms."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from app.core.tables import Base, sane_time

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
