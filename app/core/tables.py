"""What every table is made of: the metadata with its naming convention, and column types that cannot lie.

PostgreSQL pitfalls closed here: numeric accepts NaN in `CHECK (x > 0)`, timestamptz accepts infinity and the year
20000.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """timestamptz that only takes and gives aware datetimes in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database layer")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        dt.datetime: UtcDateTime(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        str: Text(),
        bytes: LargeBinary(),
    }


#: The code of a post, the first part of every operational key.
Post = Annotated[str, mapped_column(String(5))]
PostKey = Annotated[str, mapped_column(String(5), primary_key=True)]
IdKey = Annotated[UUID, mapped_column(primary_key=True)]
Small = Annotated[int, mapped_column(SmallInteger)]
Big = Annotated[int, mapped_column(BigInteger)]
#: Kilograms with three decimals, 0.000 … 999,999,999.999.
Mass = Annotated[Decimal, mapped_column(Numeric(12, 3))]
#: An amount with two decimals in a currency that stands beside it.
Amount = Annotated[Decimal, mapped_column(Numeric(18, 2))]

#: SQL conditions for CHECK constraints.
#: Years outside this range cannot be read back by the driver, or are slips of a keyboard.
SANE_TIME = "{0} >= '1990-01-01' AND {0} < '2200-01-01'"
SANE_NUMBER = "{0} >= 0 AND {0} < 'NaN'::numeric"


def sane_time(column: str) -> str:
    return SANE_TIME.format(column)


def sane_number(column: str) -> str:
    return SANE_NUMBER.format(column)
