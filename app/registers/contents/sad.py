"""What a single administrative document says: what is declared, box by box, and the taxes found for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.declarations.commands import Declared
from app.reference.codebook import Codebook
from app.registers.contents import figures
from app.registers.contents.naming import FEE, Levies, date, day_at, decimal, party
from forms.clearance_permit.v1_content import Post
from forms.sad.v1_content import Control, Document, Guarantee, Item, Means, Package, Sad, Tax, TaxTotal

#: The commercial invoice among the types of documents.
INVOICE = "380"
#: The most signs of a mode of payment that is a code, and so has room in the last column of box 47.
_CODE = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """What the system knows of the declaration beside its words. A draft has no MRN; `result` is None where nothing
    could be assessed, `accounting` what was paid (box B)."""

    mrn: str
    reference: str
    version: int
    registered_at: dt.datetime | None
    at: dt.datetime
    name: str
    key_id: str
    result: Mapping[str, Any] | None
    provisional: bool
    accounting: tuple[str, ...] = ()
    control: Control = field(default_factory=Control)


def content(printed: Printed, declared: Declared, post: Post, codes: Codebook) -> Sad:
    """The content of a print."""
    header = declared.header
    mode = _text(header, "mode_of_payment")
    return Sad(
        mrn=printed.mrn,
        reference=printed.reference,
        post=post,
        issued_at=printed.at,
        issued_by=printed.name,
        key_id=printed.key_id,
        registered_at=printed.registered_at,
        version=printed.version,
        items=_items(declared.items, printed.result, mode if len(mode) <= _CODE else ""),
        value_details=_value_details(header, printed.result),
        container=_in_containers(declared),
        documents=_whole_documents(declared),
        accounting=tuple(filter(None, (mode, *printed.accounting))),
        control=printed.control,
        provisional=printed.provisional,
        border_office=_office(header.get("border_office")) or f"{post.code} {post.name('en')}",
        **_parties(header),
        **_words(header),
        **_places(header),
        **_transport(header.get("transport") or {}),
        **_money(header),
        **_signing(header),
        **_taxes(printed, header, post, codes),
    )


def _text(words: Mapping[str, Any], *path: str) -> str:
    value: Any = words
    for name in path:
        value = (value or {}).get(name)
    return str(value or "")


def _joined(*parts: str, by: str = " · ") -> str:
    return by.join(filter(None, parts))


def _parties(header: Mapping[str, Any]) -> dict[str, Any]:
    names = ("consignor", "consignee", "declarant", "financial", "principal")
    return {name: party(header.get(name)) for name in names}


def _words(header: Mapping[str, Any]) -> dict[str, Any]:
    """Boxes whose one word stands in the header under their own name."""
    texts = (
        "declaration_type",
        "general_procedure",
        "additional_type",
        "transit_type",
        "local_reference",
        "agricultural_policy",
        "transaction_nature",
        "place_of_loading",
        "location_of_goods",
        "additional_information",
        "deferred_payment",
        "warehouse",
        "representative",
    )
    return {
        **{name: _text(header, name) for name in texts},
        "loading_lists": header.get("loading_lists"),
        "total_packages": header.get("total_packages"),
        "licence": _text(header, "declarant", "licence"),
    }


def _places(header: Mapping[str, Any]) -> dict[str, Any]:
    countries, terms = header.get("countries") or {}, header.get("delivery_terms") or {}
    return {
        "last_country": _text(countries, "last_consignment"),
        "trading_country": _text(countries, "trading"),
        "dispatch": _text(countries, "dispatch"),
        "dispatch_region": _text(countries, "dispatch_region"),
        "origin": _text(countries, "origin"),
        "destination": _text(countries, "destination"),
        "destination_region": _text(countries, "destination_region"),
        "delivery_code": _text(terms, "code"),
        "delivery_place": _text(terms, "place"),
        "delivery_situation": _text(terms, "situation"),
        "destination_office": _joined(
            _text(header, "destination_office", "code"), _text(header, "destination_office", "country"), by=" "
        ),
        "departure_office": _office(header.get("office")),
        "transit_offices": tuple(
            _joined(each["code"], each.get("country") or "", by=" ") for each in header.get("offices_of_transit") or ()
        ),
    }


def _transport(transport: Mapping[str, Any]) -> dict[str, Any]:
    truck, trailer = _text(transport, "vehicle", "plate"), _text(transport, "trailer", "plate")
    departure = Means(_joined(truck, trailer, by=" / "), _text(transport, "vehicle", "country"))
    border = transport.get("border_transport") or {}
    active = Means(_text(border, "identity"), _text(border, "country"))
    return {
        "departure": departure,
        "border": active if active.identity else departure,
        "border_mode": _text(transport, "border_mode"),
        "inland_mode": _text(transport, "inland_mode"),
    }


def _money(header: Mapping[str, Any]) -> dict[str, Any]:
    invoice, bank = header.get("invoice") or {}, header.get("bank") or {}
    named = _joined(*(_text(bank, name) for name in ("code", "name", "branch", "reference")))
    return {
        "currency": _text(invoice, "currency"),
        "invoice_total": decimal(invoice.get("total")),
        "banking": _joined(named, _text(header, "terms_of_payment")),
        "guarantees": tuple(
            Guarantee(each.get("type") or "", each["reference"], tuple(each.get("not_valid_for") or ()))
            for each in header.get("guarantees") or ()
        ),
    }


def _signing(header: Mapping[str, Any]) -> dict[str, Any]:
    words, principal = header.get("place_and_date") or {}, header.get("principal") or {}
    day = date(principal.get("date"))
    return {
        "place": _text(words, "place"),
        "day": date(words.get("date")),
        "represented_by": _text(principal, "representative"),
        "principal_place": _joined(_text(principal, "place"), day.isoformat() if day else "", by=", "),
    }


def _office(words: Mapping[str, Any] | None) -> str:
    return _joined(_text(words or {}, "code"), _text(words or {}, "name"), by=" ")


def _in_containers(declared: Declared) -> bool:
    """Box 19: as declared, else what the containers named say."""
    transport = declared.header.get("transport") or {}
    if transport.get("container_indicator"):
        return bool(transport["container_indicator"] == "1")
    return bool(transport.get("containers")) or any(item.get("containers") for item in declared.items)


def _whole_documents(declared: Declared) -> tuple[Document, ...]:
    """The documents of the whole, and the invoice of box 22 where it is not among them."""
    found = tuple(_document(each) for each in declared.documents)
    invoice = declared.header.get("invoice") or {}
    number = _text(invoice, "number")
    if not number or any(each.number == number for each in found):
        return found
    return (Document(INVOICE, number, date(invoice.get("date"))), *found)


def _document(words: Mapping[str, Any]) -> Document:
    return Document(
        type=_text(words, "type"),
        number=words["number"],
        day=date(words.get("date")),
        issuer=_text(words, "issuer"),
        expires=date(words.get("expires")),
        item=words.get("item"),
    )


# --- items -----------------------------------------------------------------------------------------------------------


def _value_details(header: Mapping[str, Any], result: Mapping[str, Any] | None) -> Decimal | None:
    """Box 12: the customs value of everything, as declared, else as assessed."""
    declared = decimal(header.get("value_details"))
    if declared is not None or result is None:
        return declared
    return sum((Decimal(each["customs_value"]) for each in result["items"]), start=Decimal(0))


def _items(items: Iterable[Mapping[str, Any]], result: Mapping[str, Any] | None, mode: str) -> tuple[Item, ...]:
    known = {each["number"]: each for each in (result or {}).get("items") or ()}
    return tuple(_item(words, known.get(words["number"]) or {}, mode) for words in items)


def _item(words: Mapping[str, Any], assessed: Mapping[str, Any], mode: str) -> Item:
    more = words.get("supplementary") or {}
    return Item(
        number=words["number"],
        commodity=words["commodity"],
        description=words["description"],
        gross_kg=Decimal(words["gross_kg"]),
        net_kg=Decimal(words["net_kg"]),
        packages=tuple(Package(each["kind"], each["count"], each.get("marks") or "") for each in words["packages"]),
        containers=tuple(words.get("containers") or ()),
        un_number=_text(words, "un_number"),
        additional_codes=tuple(words.get("additional_codes") or ()),
        origin=words["origin"],
        origin_region=_text(words, "origin_region"),
        preference=_text(words, "preference"),
        procedure=words["procedure"],
        quota=_text(words, "quota"),
        previous_documents=tuple(_document(each) for each in words.get("previous_documents") or ()),
        supplementary_unit=_text(more, "unit"),
        supplementary_quantity=decimal(more.get("quantity")),
        invoice_value=Decimal(words["invoice_value"]),
        valuation_method=_text(words, "valuation_method"),
        documents=tuple(_document(each) for each in words.get("documents") or ()),
        licence=_text(words, "licence", "number"),
        additional_information=_text(words, "additional_information"),
        information_codes=tuple(words.get("additional_information_codes") or ()),
        adjustment=decimal(words.get("adjustment")),
        customs_value=decimal(assessed.get("customs_value") or words.get("customs_value")),
        statistical_value=decimal(words.get("statistical_value")),
        taxes=tuple(_tax(line, mode) for line in assessed.get("lines") or ()),
    )


def _tax(line: Mapping[str, Any], mode: str) -> Tax:
    of_quantity = line["unit"] is not None and line["quantity"] == line["base"]
    return Tax(
        tax=line["tax"],
        base=Decimal(line["base"]),
        rate=figures.rate_text(line["rate"]),
        amount=Decimal(line["amount"]),
        method=mode if line["status"] == "payable" else "",
        status=line["status"],
        unit=line["unit"] if of_quantity else "",
        verified=line["verified"],
    )


def _taxes(printed: Printed, header: Mapping[str, Any], post: Post, codes: Codebook) -> dict[str, Any]:
    """Box 23 (the rate applied, else the declared one) and the totals of box 47."""
    result = printed.result
    if result is None:
        return {"exchange_rate": decimal(header.get("exchange_rate"))}
    levies = Levies(codes, post.country, day_at(post, printed.at))
    sums = figures.sums(result)
    doubtful = {FEE + fee["fee"] for fee in result["fees"] if not fee["verified"]}
    totals = tuple(
        TaxTotal(tax, sums[tax].payable, sums[tax].suspended, levies.names(tax), tax not in doubtful)
        for tax in levies.in_order(sums)
    )
    currency = _text(header, "invoice", "currency")
    applied = figures.per_one(result.get("rates") or ()).get(currency)
    return {
        "exchange_rate": applied if applied is not None else decimal(header.get("exchange_rate")),
        "exchange_verified": all(
            each["verified"] for each in result.get("rates") or () if each["currency"] == currency
        ),
        "tax_currency": result["currency"],
        "totals": totals,
        "total": decimal(result["total"]),
        "total_suspended": decimal(result["suspended"]),
    }
