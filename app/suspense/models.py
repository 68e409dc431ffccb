"""Tables of goods under a suspensive procedure: what entered, and what later declarations wrote off."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tables import Base, IdKey, Mass, PostKey, sane_number, sane_time
from app.suspense.commands import Amounts

Units = Numeric(15, 3)
Packages = Numeric(12, 0)


class Stock(Base):
    """An item placed under temporary import, in a warehouse or under another suspensive procedure, with what is left
    of its net mass, packages and supplementary units. `left_*` is what entered less everything written off."""

    __tablename__ = "suspense_stock"
    __table_args__ = (
        ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_suspense_stock_declaration"
        ),
        CheckConstraint("item BETWEEN 1 AND 999", name="item_sane"),
        CheckConstraint(sane_number("net_kg"), name="net_kg_sane"),
        CheckConstraint(sane_number("packages"), name="packages_sane"),
        CheckConstraint(sane_number("units"), name="units_sane"),
        CheckConstraint("left_net_kg >= 0 AND left_net_kg <= net_kg", name="net_kg_never_overdrawn"),
        CheckConstraint("left_packages >= 0 AND left_packages <= packages", name="packages_never_overdrawn"),
        CheckConstraint("left_units >= 0 AND left_units <= units", name="units_never_overdrawn"),
        CheckConstraint("(unit IS NULL) = (units = 0)", name="unit_named"),
        CheckConstraint(sane_time("opened_at"), name="opened_at_sane"),
        Index("uq_suspense_stock_item", "post", "declaration_id", "item", unique=True),
        Index("ix_suspense_stock_mrn", "mrn", "item"),
        Index("ix_suspense_stock_holder", "holder", "id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    declaration_id: Mapped[UUID]
    mrn: Mapped[str] = mapped_column(String(18))
    item: Mapped[int] = mapped_column(SmallInteger)
    holder: Mapped[str] = mapped_column(String(40))
    commodity: Mapped[str] = mapped_column(String(12))
    procedure: Mapped[str] = mapped_column(String(7))
    net_kg: Mapped[Mass]
    packages: Mapped[Decimal] = mapped_column(Packages)
    unit: Mapped[str | None] = mapped_column(String(3))
    units: Mapped[Decimal] = mapped_column(Units)
    left_net_kg: Mapped[Mass]
    left_packages: Mapped[Decimal] = mapped_column(Packages)
    left_units: Mapped[Decimal] = mapped_column(Units)
    opened_at: Mapped[dt.datetime]

    @property
    def is_used_up(self) -> bool:
        return not (self.left_net_kg or self.left_packages or self.left_units)

    @property
    def taken(self) -> Amounts:
        """What later declarations have written off and not given back."""
        return Amounts(
            self.net_kg - self.left_net_kg, self.packages - self.left_packages, self.units - self.left_units, self.unit
        )


class StockWriteOff(Base):
    """What an item of a later declaration took of the stock, or gave back (negative). Rows are only added."""

    __tablename__ = "suspense_write_off"
    __table_args__ = (
        ForeignKeyConstraint(
            ["stock_post", "stock_id"], ["suspense_stock.post", "suspense_stock.id"], name="fk_suspense_write_off_stock"
        ),
        ForeignKeyConstraint(
            ["post", "declaration_id"], ["declaration.post", "declaration.id"], name="fk_suspense_write_off_declaration"
        ),
        CheckConstraint("item BETWEEN 1 AND 999", name="item_sane"),
        CheckConstraint(
            "abs(net_kg) < 'NaN'::numeric AND abs(packages) < 'NaN'::numeric AND abs(units) < 'NaN'::numeric",
            name="quantities_sane",
        ),
        CheckConstraint(sane_time("at"), name="at_sane"),
        Index("ix_suspense_write_off_stock", "stock_post", "stock_id", "at"),
        Index("ix_suspense_write_off_declaration", "post", "declaration_id"),
    )

    post: Mapped[PostKey]
    id: Mapped[IdKey]
    stock_post: Mapped[str] = mapped_column(String(5))
    stock_id: Mapped[UUID]
    declaration_id: Mapped[UUID]
    item: Mapped[int] = mapped_column(SmallInteger)
    net_kg: Mapped[Mass]
    packages: Mapped[Decimal] = mapped_column(Packages)
    units: Mapped[Decimal] = mapped_column(Units)
    at: Mapped[dt.datetime]
