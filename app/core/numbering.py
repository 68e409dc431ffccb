"""Official numbers: per post, year and series, without gaps; and the movement reference number with its check
character."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from sqlalchemy import CheckConstraint, SmallInteger, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import journal
from app.core.tables import Base, Big, PostKey


class NumberSeries(Base):
    """The last number given in a series. A rolled-back transaction gives its number back, so there are no gaps."""

    __tablename__ = "number_series"
    __table_args__ = (
        CheckConstraint("last >= 0", name="last_sane"),
        CheckConstraint("year BETWEEN 1990 AND 2199", name="year_sane"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    post: Mapped[PostKey]
    series: Mapped[str] = mapped_column(String(30), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[Big]


#: The series' row and the chain head in one round trip: both are the post's own, and the last locks of a transaction.
#: The year is that of the database clock, read once the lock is held.
_DRAW = text(
    "WITH head AS MATERIALIZED (SELECT number, hash, guzar_now() AS at FROM chain_head WHERE post = :post FOR UPDATE), "
    "drawn AS (INSERT INTO number_series (post, series, year, last) "
    "SELECT :post, :series, extract(year FROM at)::smallint, 1 FROM head "
    "ON CONFLICT (post, series, year) DO UPDATE SET last = number_series.last + 1 RETURNING year, last) "
    "SELECT drawn.year, drawn.last, head.number, head.hash, head.at FROM drawn, head"
)


class Drawn(NamedTuple):
    """A number, its year, and the database's time when the post's own row was locked."""

    year: int
    number: int
    at: dt.datetime


def draw(session: Session, post: str, series: str) -> Drawn:
    """The next number of a series. Holds the post's own row until the transaction ends: draw as late as possible."""
    row = session.execute(_DRAW, {"post": post, "series": series}).one_or_none()
    if row is None:
        journal.lock_head(session, post)
        row = session.execute(_DRAW, {"post": post, "series": series}).one()
    journal.hold_head(session, post, journal.Head(row.number, row.hash, row.at))
    return Drawn(row.year, row.last, row.at)


_VALUES = {str(n): n for n in range(10)}
_next = 10
for _letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
    _next += 1 if _next % 11 == 0 else 0
    _VALUES[_letter] = _next
    _next += 1
_GRN = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{12}[0-9]([A-Z][0-9]{6})?", re.ASCII)
_MRN = re.compile(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}[0-9]", re.ASCII)


def check_character(body: str) -> str:
    """The check digit of ISO 6346, which the EU's MRN uses: letters count from 10 without the multiples of 11, weights
    are powers of two, the rest modulo 11, ten written as 0."""
    total = sum(_VALUES[character] << place for place, character in enumerate(body))
    return str(total % 11 % 10)


def mrn(post: str, year: int, number: int, procedure: str) -> str:
    """Movement reference number, 18 characters: year, country and office of the post, nine digits, kind of procedure
    (A export, R import, J transit, Z other), check character."""
    if not 0 < number < 10**9:
        raise ValueError(f"the series of {post} is used up: {number}")
    body = f"{year % 100:02d}{post[:2]}{post[2:]}{number:09d}{procedure}"
    return body + check_character(body)


def is_mrn(value: str) -> bool:
    """Whether the text is a movement reference number with a right check character."""
    return bool(_MRN.fullmatch(value)) and check_character(value[:-1]) == value[-1]


def is_grn(value: str) -> bool:
    """Whether the text is a guarantee reference number with a right check character: 17 characters, or 24 with the part
    that names a voucher."""
    return bool(_GRN.fullmatch(value)) and check_character(value[:16]) == value[16]


def official_number(post: str, year: int, number: int, series: str) -> str:
    """A printed number such as TJPPJ/CP/2026/000117."""
    return f"{post}-{series}-{year}-{number:06d}"
