"""What somebody asks of an exemption certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RegisterCertificate:
    """Enter a certificate as its paper says; it holds once a second person has approved it.

    `commodities` are prefixes of 2 to 10 digits, `taxes` words such as duty, excise, vat; empty means all. `granted`
    is in kilograms net, supplementary `unit`s, or the invoice currency, as `measure` says.
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
    """An item that names a document which may be a certificate: the document numbers, and what could be written off."""

    item: int
    commodity: str
    numbers: tuple[str, ...]
    measures: Mapping[str, Decimal]
    unit: str | None = None


def claims(items: list[dict[str, Any]], documents: list[dict[str, Any]]) -> list[Claim]:
    """The claims of declared items; documents of the header count for every item."""
    common = [d["number"] for d in documents]
    return [_claim(item, common) for item in items]


def _claim(item: dict[str, Any], common: list[str]) -> Claim:
    extra = item.get("supplementary") or {}
    measures = {"net_kg": Decimal(item["net_kg"]), "value": Decimal(item["invoice_value"])}
    if extra.get("quantity"):
        measures["units"] = Decimal(extra["quantity"])
    numbers = dict.fromkeys([*(d["number"] for d in item.get("documents") or ()), *common])
    return Claim(item["number"], item["commodity"], tuple(numbers), measures, extra.get("unit"))
