"""The rows of the tariff's code lists, read: what an administration wrote as texts becomes numbers and conditions here.

`tax`            administration, tax, order, base (`value+duty`), currency, digits, rounding, needed (yes: every payable
                 item has a rate), rounding_source
`tax_rate`       administration, tax; conditions commodity (0 to 12 digits), origin (country or group), procedure
                 (beginning), preference, quota; kind (ad-valorem | specific | combined), percent, amount, currency, unit, per
                 (the amount is for so many units), mass (net | gross), combine (higher | sum), minimum (of the line, in
                 `currency`, else national), rank
`minimum_value`  administration; conditions commodity, origin; amount, currency, unit, per, mass
`fee`            administration, fee, amount | percent, per (declaration | item | truck), procedures and commodities
                 (beginnings, with spaces between), currency, minimum, maximum, out_of_hours (factor),
                 out_of_hours_except (commodities), digits, rounding
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.reference.codebook import Entry
from app.tariff.goods import OF_A_KILOGRAM
from app.tariff.results import Period

#: Enough for any sum here; whatever is not exact in it is a mistake and raises.
EXACT: Final = decimal.Context(
    prec=60, traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Inexact]
)
#: The only place where digits may be lost: amounts are rounded, shares cut to a number of digits.
ROUND: Final = decimal.Context(prec=60, traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])

MODES: Final[Mapping[str, str]] = {
    "half-up": decimal.ROUND_HALF_UP,
    "half-even": decimal.ROUND_HALF_EVEN,
    "down": decimal.ROUND_DOWN,
    "up": decimal.ROUND_UP,
}
KINDS: Final = ("ad-valorem", "specific", "combined")
PER: Final = ("declaration", "item", "truck")
PERCENT: Final = Decimal("0.01")
MOST_DIGITS: Final = 4

_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10})?", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}", re.ASCII)
_COMMODITY = re.compile(r"[0-9]{0,12}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)


class RowFault(ValueError):
    """A row cannot be read; the message says why, in words for who wrote it."""


@dataclass(frozen=True, slots=True)
class Rounder:
    """How amounts are rounded: to `digits` places."""

    digits: int
    mode: str
    quantum: Decimal
    nothing: Decimal

    def __call__(self, amount: Decimal) -> Decimal:
        return amount.quantize(self.quantum, MODES[self.mode], ROUND)


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax of an administration: its place in the legal order, and what its base is made of beside the value."""

    entry: Entry
    name: str
    order: int
    on: tuple[str, ...]
    currency: str
    rounder: Rounder
    needed: bool


@dataclass(frozen=True, slots=True)
class Specific:
    """An amount of money for each unit of a quantity; `each` is for one unit, `text` as people write it."""

    each: Decimal
    currency: str
    unit: str
    gross: bool
    text: str

    @property
    def is_mass(self) -> bool:
        """Whether the quantity is a mass of the goods, so that it is declared always."""
        return self.unit in OF_A_KILOGRAM


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of a tax with the goods it is for. `fault` says why it cannot be used though it would be the one."""

    entry: Entry
    commodity: str
    origin: str
    procedure: str
    preference: str
    rank: int
    text: str = ""
    percent: Decimal | None = None
    factor: Decimal = Decimal(0)
    specific: Specific | None = None
    add: bool = False
    minimum: Decimal | None = None
    minimum_currency: str = ""
    fault: str = ""
    quota: str = ""

    @property
    def period(self) -> Period:
        return self.entry.valid_from, self.entry.valid_to


@dataclass(frozen=True, slots=True)
class MinimumRow:
    """The least customs value of goods for each unit."""

    entry: Entry
    commodity: str
    origin: str
    specific: Specific


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee with the goods and procedures it is taken for."""

    entry: Entry
    name: str
    per: str
    amount: Decimal | None
    percent: Decimal | None
    currency: str
    procedures: tuple[str, ...]
    commodities: tuple[str, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    out_of_hours: Decimal
    not_out_of_hours: tuple[str, ...]
    rounder: Rounder

    @property
    def text(self) -> str:
        if self.percent is not None:
            return per_cent(self.percent)
        assert self.amount is not None
        return f"{two_places(self.amount)} {self.currency}"


def tax(entry: Entry) -> Tax:
    """Raises `RowFault`."""
    value, *on = [part.strip() for part in text(entry, "base", needed=True).split("+")]
    if value != "value":
        raise RowFault("base begins with “value”, such as value+duty")
    return Tax(
        entry,
        name(entry, "tax"),
        whole(entry, "order"),
        tuple(on),
        currency(entry, needed=True),
        rounder(entry),
        text(entry, "needed") == "yes",
    )


def rate(entry: Entry) -> Rate:
    """A row that says for which goods it is but not how much is read with its `fault`; else raises `RowFault`."""
    commodity = text(entry, "commodity")
    if not _COMMODITY.fullmatch(commodity):
        raise RowFault("commodity is none to 12 digits")
    where = (commodity, text(entry, "origin"), text(entry, "procedure"), text(entry, "preference"))
    rank, quota = whole(entry, "rank", 0), text(entry, "quota")
    try:
        return _rate(entry, where, rank, quota)
    except RowFault as fault:
        return Rate(entry, *where, rank, fault=str(fault), quota=quota)


def _rate(entry: Entry, where: tuple[str, str, str, str], rank: int, quota: str) -> Rate:
    kind = text(entry, "kind", needed=True)
    if kind not in KINDS:
        raise RowFault(f"kind is one of {', '.join(KINDS)}")
    percent = number(entry, "percent", needed=True) if kind != "specific" else None
    each = specific(entry) if kind != "ad-valorem" else None
    add = False
    if kind == "combined":
        combine = text(entry, "combine", needed=True)
        if combine not in ("higher", "sum"):
            raise RowFault("combine is “higher” or “sum”")
        add = combine == "sum"
    minimum = number(entry, "minimum")
    return Rate(
        entry,
        *where,
        rank,
        text=_rate_text(percent, each, add=add),
        percent=percent,
        factor=percent * PERCENT if percent is not None else Decimal(0),
        specific=each,
        add=add,
        minimum=minimum,
        minimum_currency=currency(entry) if minimum is not None else "",
        quota=quota,
    )


def _rate_text(percent: Decimal | None, each: Specific | None, *, add: bool) -> str:
    """`14.00`, `2.50 EUR/LTR`, `max(20.00, 0.50 EUR/KGM)` or `5.00 + 0.50 EUR/KGM`."""
    if percent is None:
        assert each is not None
        return each.text
    if each is None:
        return per_cent(percent)
    return f"{per_cent(percent)} + {each.text}" if add else f"max({per_cent(percent)}, {each.text})"


def specific(entry: Entry) -> Specific:
    """The amount for each unit; raises `RowFault`."""
    amount = number(entry, "amount", needed=True)
    assert amount is not None
    unit = text(entry, "unit", needed=True)
    if not _UNIT.fullmatch(unit):
        raise RowFault("unit is a code of Recommendation 20, such as KGM or LTR")
    mass = text(entry, "mass") or "net"
    if mass not in ("net", "gross"):
        raise RowFault("mass is “net” or “gross”")
    per = number(entry, "per") or Decimal(1)
    money = currency(entry, needed=True)
    units = unit if per == 1 else f"{per:f} {unit}"
    each = amount if per == 1 else amount.scaleb(-power_of_ten(per, "per"), EXACT)
    return Specific(each, money, unit, mass == "gross", f"{two_places(amount)} {money}/{units}")


def minimum(entry: Entry) -> MinimumRow:
    """Raises `RowFault`."""
    commodity = text(entry, "commodity")
    if not _COMMODITY.fullmatch(commodity):
        raise RowFault("commodity is none to 12 digits")
    return MinimumRow(entry, commodity, text(entry, "origin"), specific(entry))


def fee(entry: Entry) -> FeeRow:
    """Raises `RowFault`."""
    amount, percent = number(entry, "amount"), number(entry, "percent")
    if (amount is None) == (percent is None):
        raise RowFault("either amount or percent is given")
    per = text(entry, "per", needed=True)
    if per not in PER:
        raise RowFault(f"per is one of {', '.join(PER)}")
    limits = number(entry, "minimum"), number(entry, "maximum")
    return FeeRow(
        entry,
        name(entry, "fee"),
        per,
        amount,
        percent,
        currency(entry, needed=True),
        tuple(text(entry, "procedures").split()),
        tuple(text(entry, "commodities").split()),
        *limits,
        number(entry, "out_of_hours") or Decimal(1),
        tuple(text(entry, "out_of_hours_except").split()),
        rounder(entry),
    )


def text(entry: Entry, attribute: str, *, needed: bool = False) -> str:
    value = entry.attributes.get(attribute) or ""
    if not isinstance(value, str):
        raise RowFault(f"{attribute} is one text")
    if needed and not value.strip():
        raise RowFault(f"{attribute} is missing")
    return value.strip()


def number(entry: Entry, attribute: str, *, needed: bool = False) -> Decimal | None:
    value = text(entry, attribute, needed=needed)
    if not value:
        return None
    if not _NUMBER.fullmatch(value):
        raise RowFault(f"{attribute} is plain digits with a point, such as 14 or 2.50")
    return Decimal(value)


def whole(entry: Entry, attribute: str, default: int | None = None) -> int:
    value = text(entry, attribute, needed=default is None)
    if not value and default is not None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise RowFault(f"{attribute} is a whole number")
    return int(value)


def name(entry: Entry, attribute: str) -> str:
    value = text(entry, attribute, needed=True)
    if not _NAME.fullmatch(value):
        raise RowFault(f"{attribute} is a word of small Latin letters")
    return value


def currency(entry: Entry, *, needed: bool = False) -> str:
    value = text(entry, "currency", needed=needed)
    if value and not _CURRENCY.fullmatch(value):
        raise RowFault("currency is three capital letters, such as EUR")
    return value


def rounder(entry: Entry) -> Rounder:
    digits, mode = whole(entry, "digits"), text(entry, "rounding", needed=True)
    if mode not in MODES:
        raise RowFault(f"rounding is one of {', '.join(MODES)}")
    if digits > MOST_DIGITS:
        raise RowFault(f"digits is at most {MOST_DIGITS}")
    return Rounder(digits, mode, Decimal(1).scaleb(-digits), Decimal(0).scaleb(-digits))


def power_of_ten(value: Decimal, attribute: str) -> int:
    """How many tens: 3 for 1000. Nothing else divides without a rest."""
    plain = f"{value:f}"
    if not re.fullmatch("10*", plain):
        raise RowFault(f"{attribute} is 1, 10, 100 and so on")
    return len(plain) - 1


def per_cent(value: Decimal) -> str:
    return two_places(value)


def two_places(value: Decimal) -> str:
    """At least two places after the point, as many as are there."""
    head, _, tail = f"{value:f}".partition(".")
    return f"{head}.{tail:0<2}"


def period_of(entry: Entry) -> tuple[dt.date, dt.date | None]:
    return entry.valid_from, entry.valid_to
