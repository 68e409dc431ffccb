"""What somebody asks of an exemption certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.errors import Finding, pointer

#: A price in one currency as a price in another, None where no rate of exchange is known: (price, currency, into).
Price = Callable[[Decimal, str, str], Decimal | None]


@dataclass(frozen=True, slots=True)
class RegisterCertificate:
    """Enter a certificate as its paper says; it holds once a second person has approved it.

    `commodities` are prefixes of 2 to 10 digits, `taxes` words such as duty, excise, vat; empty means all. `granted`
    is in kilograms net, supplementary `unit`s, or money of `currency` (three letters), as `measure` says.
    """

    post: str
    number: str
    issuer: str
    source: str
    holder: str
    measure: str
    granted: Decimal
    valid_from: dt.date
    valid_to: dt.date
    commodities: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()
    unit: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a certificate covers of one item: `share` of its taxes (0 < share ≤ 1) for `quantity` of its measure."""

    item: int
    certificate_post: str
    certificate_id: UUID
    number: str
    source: str
    taxes: frozenset[str]
    quantity: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """An item that names documents which may be certificates, and what could be written off: its price is in
    `currency`. `places` are the pointers of the documents by their numbers, the item's own before the common ones."""

    item: int
    commodity: str
    places: Mapping[str, str]
    measures: Mapping[str, Decimal]
    unit: str | None = None
    currency: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(self.places)


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """A certificate that an item names, and that its holder has not authorised the declarant to use."""

    item: int
    number: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What certificates free, and a warning for each that is named and frees less than what names it."""

    grants: tuple[Grant, ...] = ()
    unauthorised: tuple[Unauthorised, ...] = ()
    warnings: tuple[Finding, ...] = ()


def claims(items: list[dict[str, Any]], documents: list[dict[str, Any]], currency: str = "") -> list[Claim]:
    """The claims of declared items, whose prices are in `currency`; documents of the header count for every item."""
    common = _places(documents, "documents")
    return [_claim(place, item, common, currency) for place, item in enumerate(items)]


def _places(documents: list[dict[str, Any]], *below: str | int) -> dict[str, str]:
    """The pointer of the first document with each number."""
    found: dict[str, str] = {}
    for nth, paper in enumerate(documents):
        found.setdefault(paper["number"], pointer(*below, nth))
    return found


def _claim(place: int, item: dict[str, Any], common: Mapping[str, str], currency: str) -> Claim:
    extra = item.get("supplementary") or {}
    measures = {"net_kg": Decimal(item["net_kg"]), "value": Decimal(item["invoice_value"])}
    if extra.get("quantity"):
        measures["units"] = Decimal(extra["quantity"])
    own = _places(item.get("documents") or [], "items", place, "documents")
    places = own | {number: at for number, at in common.items() if number not in own}
    return Claim(item["number"], item["commodity"], places, measures, extra.get("unit"), currency)
