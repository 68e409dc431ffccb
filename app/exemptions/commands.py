"""What somebody asks of a certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.errors import Finding, pointer
from app.exemptions.lifecycle import Kind

#: A price in one currency as a price in another, None where no rate of exchange is known: (price, currency, into).
Price = Callable[[Decimal, str, str], Decimal | None]


@dataclass(frozen=True, slots=True)
class RegisterCertificate:
    """Enter a certificate as its paper says; it holds once a second person has approved it.

    `commodities` are prefixes of 2 to 10 digits, `origins` countries or groups of them, `taxes` words such as duty,
    excise, vat (exemptions alone name any); empty means all. `granted` is in kilograms net, supplementary `unit`s, or
    money of `currency` (three letters), as `measure` says. A quota is everybody's: its `holder` is empty.
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
    kind: str = Kind.EXEMPTION.value
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a certificate covers of one item: `share` of it (0 < share ≤ 1), which is `quantity` of the `wanted` that the
    whole item is, in `unit` (a currency where money is counted)."""

    item: int
    certificate_post: str
    certificate_id: UUID
    number: str
    source: str
    taxes: frozenset[str]
    quantity: Decimal
    share: Decimal
    kind: str = Kind.EXEMPTION.value
    wanted: Decimal = Decimal(0)
    unit: str = "kg"


@dataclass(frozen=True, slots=True)
class Claim:
    """An item that names documents which may be certificates, and what could be written off: its price is in
    `currency`. `places` are the pointers of the documents by their numbers, the item's own before the common ones.

    `preference` and `quota` are those it claims; where no rate grants them to it they are to be left out, because nothing
    would be written off for anything. `licence` is the number of box 44. `origins` are its country and the groups that
    country belongs to, `proofs` the numbers of those documents that prove the origin. `place` is where the item stands.
    """

    item: int
    commodity: str
    places: Mapping[str, str]
    measures: Mapping[str, Decimal]
    unit: str | None = None
    currency: str = ""
    origins: frozenset[str] = frozenset()
    preference: str = ""
    quota: str = ""
    licence: str = ""
    proofs: frozenset[str] = frozenset()
    place: int = 0

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(self.places)


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """A certificate that an item names, and that its holder has not authorised the declarant to use."""

    item: int
    number: str
    pointer: str
    kind: str = Kind.EXEMPTION.value


@dataclass(frozen=True, slots=True)
class Coverage:
    """What certificates cover, and a warning for each that is named and covers less than what names it. `proofs` are the
    registered proofs of origin by the items that claim a preference with them: of such an item nothing has the
    preference but what is granted; of one without, the whole, and nothing is counted."""

    grants: tuple[Grant, ...] = ()
    unauthorised: tuple[Unauthorised, ...] = ()
    warnings: tuple[Finding, ...] = ()
    proofs: Mapping[int, str] = field(default_factory=dict)


#: A country and the groups of countries that it belongs to.
Origins = Callable[[str], frozenset[str]]


def _alone(country: str) -> frozenset[str]:
    return frozenset({country})


def claims(
    items: list[dict[str, Any]], documents: list[dict[str, Any]], currency: str = "", origins: Origins = _alone
) -> list[Claim]:
    """The claims of declared items, whose prices are in `currency`; documents of the header count for every item."""
    common = _places(documents, "documents")
    return [_claim(place, item, common, currency, origins) for place, item in enumerate(items)]


def _places(documents: list[dict[str, Any]], *below: str | int) -> dict[str, str]:
    """The pointer of the first document with each number."""
    found: dict[str, str] = {}
    for nth, paper in enumerate(documents):
        found.setdefault(paper["number"], pointer(*below, nth))
    return found


def _claim(place: int, item: dict[str, Any], common: Mapping[str, str], currency: str, origins: Origins) -> Claim:
    extra = item.get("supplementary") or {}
    measures = {"net_kg": Decimal(item["net_kg"]), "value": Decimal(item["invoice_value"])}
    if extra.get("quantity"):
        measures["units"] = Decimal(extra["quantity"])
    own = _places(item.get("documents") or [], "items", place, "documents")
    places = own | {number: at for number, at in common.items() if number not in own}
    licence = (item.get("licence") or {}).get("number") or ""
    return Claim(
        item["number"],
        item["commodity"],
        places,
        measures,
        extra.get("unit"),
        currency,
        origins(item.get("origin") or ""),
        item.get("preference") or "",
        item.get("quota") or "",
        licence,
        place=place,
    )
