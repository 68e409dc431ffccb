"""What an assessment says: plain, frozen records that can be shown, stored and checked by hand.

Every number is a `Decimal`. Amounts of lines and fees are rounded; customs values and bases are exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from app.core.errors import Finding, WrongState
from app.core.text import _, sentence_json

Status = Literal["payable", "suspended", "exempt"]
Period = tuple[dt.date, dt.date | None]

PAYABLE: Status = "payable"
SUSPENDED: Status = "suspended"
EXEMPT: Status = "exempt"

ZERO = Decimal(0)


class Incomplete(WrongState):
    """An amount cannot be calculated yet; what is known of it may be neither posted nor counted as nothing due."""

    code = "assessment-incomplete"
    title = _(
        "The duties cannot be calculated yet. Read what is missing below, have it corrected or entered, and try again."
    )


@dataclass(frozen=True, slots=True)
class Exemption:
    """That somebody need not pay: for `taxes` (none named: for every tax) of one item.

    It covers `share` of the item (0 to 1), or where `quantity` is given as much of the item as that quantity in `unit`
    is: kilograms of net mass, or the item's supplementary unit.
    """

    certificate: str
    taxes: frozenset[str] = frozenset()
    share: Decimal = Decimal(1)
    quantity: Decimal | None = None
    unit: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """How far an item has what it claims: `share` of it (0 to 1) the preference of its origin (`kind` is "preference") or
    the rates of a quota ("quota"); the rest has the ordinary rates.

    `quantity` of the `wanted` (all of the item, in `unit`) was written off the proof of origin or the quota `number`,
    which rests on `source`. Where no quantity is kept of a proof, it is accepted as declared: `kept` is false.
    """

    kind: str
    number: str
    share: Decimal
    quantity: Decimal | None = None
    wanted: Decimal | None = None
    unit: str = ""
    source: str = ""
    kept: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "number": self.number,
            "share": plain(self.share),
            "quantity": plain_or_none(self.quantity, 0),
            "wanted": plain_or_none(self.wanted, 0),
            "unit": self.unit,
            "source": self.source,
            "kept": self.kept,
        }


@dataclass(frozen=True, slots=True)
class RateUsed:
    """A rate of exchange: `units` of the currency cost `rate` of the national one.

    `day` is the first day of its period; `stale` says that the period was over and nothing newer is known, `old` that
    it began longer ago than the parameter `rate-age-days` lets pass unmarked.
    """

    currency: str
    rate: Decimal
    units: Decimal
    day: dt.date
    until: dt.date | None
    rule: str
    source: str
    verified: bool
    stale: bool
    per_one: Decimal
    old: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "rate": plain(self.rate, 0),
            "units": plain(self.units, 0),
            "date": self.day.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "rule": self.rule,
            "source": self.source,
            "verified": self.verified,
            "stale": self.stale,
            "old": self.old,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a customs value: the invoice's share of the item or its share of a cost, and both in national money.

    `amount` is in `currency`, negative for a deduction; `whole` is the cost before it was shared out, `by` what it was
    shared out by. `converted` = `amount` × the rate of the currency, exact; None where there is no rate.
    """

    kind: str
    amount: Decimal
    currency: str
    converted: Decimal | None
    whole: Decimal | None = None
    by: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "amount": plain(self.amount),
            "currency": self.currency,
            "converted": plain_or_none(self.converted),
            "whole": plain_or_none(self.whole),
            "by": self.by,
        }


@dataclass(frozen=True, slots=True)
class LeastValue:
    """The least customs value the administration accepts for the item, where that is more than was declared."""

    value: Decimal
    declared: Decimal
    rate: str
    quantity: Decimal
    unit: str
    rule: str
    source: str
    verified: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "value": plain(self.value),
            "declared": plain(self.declared),
            "rate": self.rate,
            "quantity": plain(self.quantity, 0),
            "unit": self.unit,
            "rule": self.rule,
            "source": self.source,
            "verified": self.verified,
        }


@dataclass(frozen=True, slots=True)
class BuildUp:
    """How a customs value came about: its parts, and the minimum that replaced their sum, if one did."""

    parts: tuple[Part, ...]
    minimum: LeastValue | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "parts": [part.as_json() for part in self.parts],
            "minimum": self.minimum.as_json() if self.minimum else None,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One tax of one item.

    `base` is money for a rate in per cent, else the quantity; `exact` is the amount before it was rounded. A line of
    an exemption has the amount 0, and in `relieved` what would have been due. `under` is the proof of origin or the quota
    by which the rate holds, where it is not the ordinary one. Where the line is of a part of the item, `made_of` says which
    amounts make up its base: of the customs value ("value") and of the taxes that come before it.
    """

    tax: str
    base: Decimal
    rate: str
    amount: Decimal
    rule: str
    source: str
    period: Period
    verified: bool
    status: Status = PAYABLE
    exemption: str | None = None
    exact: Decimal = ZERO
    relieved: Decimal = ZERO
    quantity: Decimal | None = None
    unit: str | None = None
    under: str | None = None
    made_of: tuple[tuple[str, Decimal], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "tax": self.tax,
            "base": plain(self.base),
            "rate": self.rate,
            "amount": plain(self.amount, 0),
            "rule": self.rule,
            "source": self.source,
            "period": period_json(self.period),
            "verified": self.verified,
            "status": self.status,
            "exemption": self.exemption,
            "exact": plain(self.exact),
            "relieved": plain(self.relieved, 0),
            "quantity": plain_or_none(self.quantity, 0),
            "unit": self.unit,
            "under": self.under,
            "made_of": [{"of": name, "amount": plain(amount)} for name, amount in self.made_of],
        }


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee: `rate` × `quantity` × `factor`, in national money. The factor is more than 1 out of hours."""

    fee: str
    amount: Decimal
    rule: str
    source: str
    period: Period
    verified: bool
    rate: str
    per: str
    quantity: int = 1
    factor: Decimal = Decimal(1)
    base: Decimal | None = None
    exact: Decimal = ZERO

    def as_json(self) -> dict[str, Any]:
        return {
            "fee": self.fee,
            "amount": plain(self.amount, 0),
            "rule": self.rule,
            "source": self.source,
            "period": period_json(self.period),
            "verified": self.verified,
            "rate": self.rate,
            "per": self.per,
            "quantity": self.quantity,
            "factor": plain(self.factor, 0),
            "base": plain_or_none(self.base),
            "exact": plain(self.exact),
        }


@dataclass(frozen=True, slots=True)
class ItemAssessment:
    """The customs value of an item (None where it cannot be calculated), its taxes in their legal order, and how far the
    preference and the quota that it claims cover it."""

    number: int
    customs_value: Decimal | None
    build_up: BuildUp
    lines: tuple[Line, ...]
    covers: tuple[Cover, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "customs_value": plain_or_none(self.customs_value),
            "build_up": self.build_up.as_json(),
            "lines": [line.as_json() for line in self.lines],
            "covers": [cover.as_json() for cover in self.covers],
        }


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the amounts of one tax are rounded."""

    tax: str
    currency: str
    digits: int
    mode: str
    rule: str
    source: str

    def as_json(self) -> dict[str, Any]:
        return {
            "tax": self.tax,
            "currency": self.currency,
            "digits": self.digits,
            "mode": self.mode,
            "rule": self.rule,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is due on a declaration, in the national currency.

    `total` is the sum of payable lines and fees, `suspended` that of lines to be secured, not paid. While anything is
    `incomplete` (no rate of exchange at all, no rate of a tax, a quantity not declared) there are none: asking for them
    raises `Incomplete`, so that nothing is posted or released by mistake, and `known_total` is None.
    """

    currency: str
    day: dt.date
    known_total: Decimal | None
    known_suspended: Decimal | None
    fees: tuple[Fee, ...]
    items: tuple[ItemAssessment, ...]
    rates: tuple[RateUsed, ...] = ()
    warnings: tuple[Finding, ...] = ()
    rounding: tuple[Rounding, ...] = ()
    incomplete: bool = False

    @property
    def total(self) -> Decimal:
        """Payable lines and fees; raises `Incomplete`."""
        return self._known(self.known_total)

    @property
    def suspended(self) -> Decimal:
        """Lines that are secured and not paid; raises `Incomplete`."""
        return self._known(self.known_suspended)

    def by_tax(self) -> dict[str, Decimal]:
        """What is payable by tax, and by fee under `fee:NAME`; raises `Incomplete`."""
        sums = self._sums(PAYABLE)
        for fee in self.fees:
            name = f"fee:{fee.fee}"
            sums[name] = sums.get(name, ZERO) + fee.amount
        return sums

    def suspended_by_tax(self) -> dict[str, Decimal]:
        """What is suspended by tax; raises `Incomplete`."""
        return self._sums(SUSPENDED)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, numbers as strings of plain decimals; sentences in English and in a form that can be
        translated (see `core.text.read_sentence`)."""
        return {
            "currency": self.currency,
            "day": self.day.isoformat(),
            "total": plain_or_none(self.known_total, 0),
            "suspended": plain_or_none(self.known_suspended, 0),
            "incomplete": self.incomplete,
            "fees": [fee.as_json() for fee in self.fees],
            "items": [item.as_json() for item in self.items],
            "rates": [rate.as_json() for rate in self.rates],
            "rounding": [rounding.as_json() for rounding in self.rounding],
            "warnings": [
                {
                    "pointer": found.pointer,
                    "rule": found.rule,
                    "message": str(found.message),
                    **sentence_json(found.message),
                }
                for found in self.warnings
            ],
        }

    def _sums(self, status: Status) -> dict[str, Decimal]:
        self._known(self.known_total)
        sums: dict[str, Decimal] = {}
        for line in self.lines():
            if line.status == status:
                sums[line.tax] = sums.get(line.tax, ZERO) + line.amount
        return sums

    def _known(self, amount: Decimal | None) -> Decimal:
        if self.incomplete or amount is None:
            raise Incomplete(findings=self.warnings)
        return amount

    def lines(self) -> Iterable[Line]:
        """The lines of all items, in the order of the items."""
        return (line for item in self.items for line in item.lines)


def plain(value: Decimal, digits: int = 2) -> str:
    """The decimal in plain digits, without zeros at its end beyond `digits` places; 0 leaves them as they are."""
    text = format(value, "f")
    if digits == 0:
        return text
    whole, point, rest = text.partition(".")
    if not point:
        return f"{whole}.{'0' * digits}"
    rest = rest.rstrip("0")
    return f"{whole}.{rest:0<{digits}}"


def plain_or_none(value: Decimal | None, digits: int = 2) -> str | None:
    return None if value is None else plain(value, digits)


def period_json(period: Period) -> dict[str, str | None]:
    begin, end = period
    return {"from": begin.isoformat(), "to": end.isoformat() if end else None}
