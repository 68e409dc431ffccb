"""What a clearance permit says of a released declaration, with every name looked up once and for all; and what the QR
codes of the other papers say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.clearance.commands import Kind
from app.clearance.cose import Claims, digest_of
from forms.clearance_permit.v1 import ClearancePermit
from forms.clearance_permit.v1_content import Item, Party, Post, Totals, Vehicle


@dataclass(frozen=True)
class Source:
    """The declaration's words, and what the issuing post knows of itself. `items` are those that may go; `whole` says
    that they are all that is declared."""

    header: dict[str, Any]
    items: list[dict[str, Any]]
    reference: str
    mrn: str
    decision: str
    post: Post
    whole: bool = True

    @property
    def numbers(self) -> frozenset[int]:
        """The items that the permit lets through."""
        return frozenset(item["number"] for item in self.items)


@dataclass(frozen=True)
class Issue:
    """The act of issuing: number, time, person, key, last day of validity."""

    number: str
    at: dt.datetime
    valid_until: dt.date
    name: str
    key_id: str


def content(source: Source, issue: Issue) -> ClearancePermit:
    """The frozen content of the permit."""
    header, transport = source.header, source.header["transport"]
    terms, driver = header.get("delivery_terms") or {}, transport.get("driver") or {}
    items = tuple(_item(item) for item in source.items)
    return ClearancePermit(
        number=issue.number,
        mrn=source.mrn,
        reference=source.reference,
        post=source.post,
        issued_at=issue.at,
        valid_until=issue.valid_until,
        issued_by=issue.name,
        key_id=issue.key_id,
        consignor=_party(header["consignor"]),
        consignee=_party(header["consignee"]),
        declarant=_party(header["declarant"]),
        vehicle=_vehicle(transport.get("vehicle")),
        trailer=_vehicle(transport.get("trailer")),
        containers=tuple(transport.get("containers") or ()),
        driver=str(driver.get("name") or ""),
        items=items,
        totals=_totals(items),
        decision=source.decision,
        declaration_type=f"{header['declaration_type']} {header.get('general_procedure') or ''}".strip(),
        procedure=", ".join(sorted({str(item["procedure"]) for item in source.items})[:6]),
        delivery_terms=" ".join(filter(None, (terms.get("code"), terms.get("place")))),
        invoice_total=_value(source),
        currency=header["invoice"]["currency"],
    )


def _value(source: Source) -> Decimal:
    """The total of the invoice; of a part of the goods, their part of it."""
    if source.whole:
        return Decimal(source.header["invoice"]["total"])
    return sum((Decimal(item["invoice_value"]) for item in source.items), Decimal("0.00"))


def _party(words: dict[str, Any]) -> Party:
    return Party(**{name: str(words.get(name) or "") for name in ("id", "name", "address", "country")})


def _vehicle(words: dict[str, Any] | None) -> Vehicle:
    words = words or {}
    return Vehicle(str(words.get("plate") or ""), str(words.get("country") or ""))


def _item(words: dict[str, Any]) -> Item:
    return Item(
        number=words["number"],
        commodity=words["commodity"],
        description=words["description"],
        origin=words["origin"],
        packages=sum(p["count"] for p in words["packages"]),
        gross_kg=Decimal(words["gross_kg"]),
        net_kg=Decimal(words["net_kg"]),
    )


def _totals(items: tuple[Item, ...]) -> Totals:
    return Totals(
        items=len(items),
        packages=sum(i.packages for i in items),
        gross_kg=sum((i.gross_kg for i in items), Decimal(0)),
        net_kg=sum((i.net_kg for i in items), Decimal(0)),
    )


def claims(kind: str, plain: dict[str, Any], data: bytes, at: dt.datetime, copy: int) -> Claims:
    """What the QR code of another paper says, from its frozen content. `data` is what lies inside the PDF, `at` the time
    of the print. Such a paper does not expire, it tells what was; but goods in transit have a limit."""
    post = plain["post"]
    told: dict[str, Any] = {"plate": "", "gross_kg": "", "items": 0}
    return Claims(
        issuer=post["country"],
        permit=plain["mrn"] if kind == Kind.SAD else plain["number"],
        mrn=plain["mrn"],
        post=post["code"],
        issued_at=at.replace(microsecond=0),
        expires_at=_limit(plain) if kind == Kind.TRANSIT_DOCUMENT else None,
        data_digest=digest_of(data),
        copy=copy,
        type=str(kind),
        **{**told, **_TOLD[kind](plain)},
    )


def _of_notice(plain: dict[str, Any]) -> dict[str, Any]:
    return {"value": plain["payable"], "currency": plain["currency"], "items": len(plain["items"])}


def _of_receipt(plain: dict[str, Any]) -> dict[str, Any]:
    return {"value": plain["amount"], "currency": plain["currency"]}


def _of_sad(plain: dict[str, Any]) -> dict[str, Any]:
    gross = sum((Decimal(item["gross_kg"]) for item in plain["items"]), Decimal(0))
    told = {"gross_kg": format(gross, "f"), "items": len(plain["items"]), "version": plain["version"]}
    if plain["invoice_total"] is not None:
        told |= {"value": plain["invoice_total"], "currency": plain["currency"]}
    return told


def _limit(plain: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(plain["limit_at"]).replace(microsecond=0)


def _of_goods(plain: dict[str, Any]) -> dict[str, Any]:
    """Of a paper that goes with goods: the vehicle and the sums."""
    totals = plain["totals"]
    return {"plate": plain["vehicle"]["plate"], "gross_kg": totals["gross_kg"], "items": totals["items"]}


def _of_act(plain: dict[str, Any]) -> dict[str, Any]:
    """Of a look at the goods: the vehicle, and the gross mass of the papers."""
    return {"plate": plain["vehicle"]["plate"], "gross_kg": plain["gross_kg"] or ""}


def _of_decision(plain: dict[str, Any]) -> dict[str, Any]:
    return {"plate": plain["vehicle"]["plate"], "items": len(plain["items"])}


def _of_seizure(plain: dict[str, Any]) -> dict[str, Any]:
    return {"plate": plain["vehicle"]["plate"], "items": len(plain["pieces"])}


_TOLD: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Kind.NOTICE: _of_notice,
    Kind.RECEIPT: _of_receipt,
    Kind.EXIT_NOTE: _of_goods,
    Kind.SAD: _of_sad,
    Kind.TRANSIT_DOCUMENT: _of_goods,
    Kind.UNLOADING_PERMISSION: _of_goods,
    Kind.ARRIVAL_RECEIPT: _of_goods,
    Kind.DECISION_NOTICE: _of_decision,
    Kind.DETENTION_NOTE: _of_decision,
    Kind.SEIZURE_RECORD: _of_seizure,
    Kind.INSPECTION_ACT: _of_act,
}
