"""What a declaration says of the consignment as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from app.declarations.commands import Declared
from app.registers.facts import goods
from app.registers.facts.goods import Item
from app.registers.facts.moments import Moment
from app.registers.facts.parties import on_wheels, party, whereabouts
from app.registers.facts.reading import (
    ZERO,
    Words,
    day,
    double,
    earlier,
    exact,
    folded,
    in_order,
    numbers,
    part_of,
    ratio,
    said,
    unique,
    whole,
)
from app.tariff.book import tariff

IMPORT, EXPORT, TRANSIT = "IM", "EX", "8"
#: Box 19 of the form.
IN_CONTAINERS, LOOSE = "1", "0"
COSTS = {
    "freight": ("freight", "internal_freight"),
    "insurance": ("insurance",),
    "other_costs": ("other",),
    "deductions": ("deduction",),
}


def of_declaration(declared: Declared, items: Sequence[Item], moment: Moment, missing: Iterable[str]) -> dict[str, Any]:
    """Every fact that follows from the words of a declaration alone."""
    header = declared.header
    return {
        "kind": "declaration",
        **_header(header, moment),
        **_countries(header, moment),
        **_parties(header),
        **_transport(header, moment),
        **papers(declared.documents, [item.words for item in items], moment),
        **_written_off([item.words for item in items], moment),
        **_guarantees(header),
        "missing": sorted(set(missing)),
        **goods.together(items),
        **goods.of_declarations_alone(items),
        **_sums(header, items),
        **_invoice(header, items, moment),
    }


def _header(header: Words, moment: Moment) -> dict[str, Any]:
    bank, office = header.get("bank"), header.get("office")
    passed = header.get("offices_of_transit") or ()
    return {
        "declaration_type": said(header, "declaration_type"),
        "general_procedure": said(header, "general_procedure"),
        "additional_type": said(header, "additional_type"),
        "transit_type": said(header, "transit_type"),
        "local_reference": said(header, "local_reference"),
        "manifest": said(header, "manifest"),
        "office_named": said(office, "code") or said(office, "name"),
        "border_office": said(header.get("border_office"), "code") or said(header.get("border_office"), "name"),
        "destination_office": said(header.get("destination_office"), "code"),
        "destination_office_country": said(header.get("destination_office"), "country")
        or said(header.get("destination_office"), "code")[:2],
        "location_of_goods": folded(header, "location_of_goods"),
        "place_of_loading": folded(header, "place_of_loading"),
        "transaction_nature": said(header, "transaction_nature"),
        "agricultural_policy": said(header, "agricultural_policy"),
        "warehouse": said(header, "warehouse"),
        "bank": folded(bank, "code") or folded(bank, "name"),
        "bank_branch": folded(bank, "branch"),
        "bank_reference": said(bank, "reference"),
        "terms_of_payment": folded(header, "terms_of_payment"),
        "mode_of_payment": said(header, "mode_of_payment"),
        "deferred_payment": said(header, "deferred_payment"),
        "delivery_terms": said(header.get("delivery_terms"), "code"),
        "delivery_place": folded(header.get("delivery_terms"), "place"),
        "delivery_situation": folded(header.get("delivery_terms"), "situation"),
        "additional_information": folded(header, "additional_information"),
        "place_declared": folded(header.get("place_and_date"), "place"),
        "signed_age_days": moment.since(header.get("place_and_date"), "date"),
        "stated_items": whole(header, "total_items"),
        "stated_packages": whole(header, "total_packages"),
        "loading_lists": whole(header, "loading_lists"),
        "forms": whole(header.get("forms"), "total"),
        "offices_of_transit": in_order(said(each, "code") for each in passed),
        "transit_countries": unique(said(each, "country") or said(each, "code")[:2] for each in passed),
        "exchange_rate": double(header, "exchange_rate"),
        "value_details": double(header, "value_details"),
    }


def _countries(header: Words, moment: Moment) -> dict[str, Any]:
    named = header["countries"]
    return {
        "dispatch": said(named, "dispatch"),
        "dispatch_region": folded(named, "dispatch_region"),
        "destination": said(named, "destination"),
        "destination_region": folded(named, "destination_region"),
        "trading_country": said(named, "trading"),
        "last_country": said(named, "last_consignment"),
        "stated_origin": said(named, "origin"),
        "contradicts_route": _contradicts(header, moment.country),
    }


def _contradicts(header: Words, own: str) -> bool:
    """Goods that come in are sent from abroad to here, goods that leave from here to abroad; transit begins and ends in
    two countries. What is not told contradicts nothing."""
    dispatch, destination = (said(header["countries"], name) for name in ("dispatch", "destination"))
    if said(header, "general_procedure") == TRANSIT:
        return bool(dispatch) and dispatch == destination
    inwards = {IMPORT: True, EXPORT: False}.get(said(header, "declaration_type")[:2])
    if inwards is None:
        return False
    abroad, here = (dispatch, destination) if inwards else (destination, dispatch)
    return abroad == own or bool(here and here != own)


def _parties(header: Words) -> dict[str, Any]:
    consignor, consignee, principal = header["consignor"], header["consignee"], header.get("principal")
    return {
        **party("declarant", header["declarant"]),
        "declarant_licence": said(header["declarant"], "licence"),
        **party("consignor", consignor),
        **party("consignee", consignee),
        "consignors": unique([said(consignor, "id")]),
        "consignees": unique([said(consignee, "id")]),
        "consignor_names": unique([folded(consignor, "name")]),
        "consignee_names": unique([folded(consignee, "name")]),
        "house_count": 1,
        **whereabouts("principal", principal),
        "principal_representative": folded(principal, "representative"),
        "principal_place": folded(principal, "place"),
        **whereabouts("financial", header.get("financial")),
        "representative": folded(header, "representative"),
    }


def _transport(header: Words, moment: Moment) -> dict[str, Any]:
    transport = header["transport"]
    containers = numbers(transport.get("containers") or ())
    mark = said(transport, "container_indicator")
    seals = numbers(header.get("seals") or ())
    return {
        **on_wheels(transport, moment),
        "containers": containers,
        "container_count": len(containers),
        "in_containers": mark == IN_CONTAINERS,
        "container_mark_differs": (mark == IN_CONTAINERS and not containers) or (mark == LOOSE and bool(containers)),
        "seals": seals,
        "seal_count": len(seals),
    }


def papers(documents: Sequence[Words], items: Sequence[Words], moment: Moment) -> dict[str, Any]:
    """The documents of the whole and of its items, and what they came under before."""
    named = [*documents, *chain.from_iterable(item.get("documents") or () for item in items)]
    before = [each for item in items for each in item.get("previous_documents") or ()]
    return {
        "documents": unique(said(each, "type") for each in named),
        **_issued(named, moment),
        "document_numbers": numbers(said(each, "number") for each in named),
        "document_count": len(named),
        "expired_documents": sum(_has_ended(each, moment.today) for each in named),
        "previous_types": unique(said(each, "type") for each in before),
        "previous_documents": earlier(items),
    }


def _issued(documents: Sequence[Words], moment: Moment) -> dict[str, Any]:
    return {
        "document_issuers": unique(folded(each, "issuer") for each in documents),
        "document_places": unique(folded(each, "issue_place") for each in documents),
        "oldest_document_days": moment.since_oldest(documents, "date"),
        "scanned_documents": sum(bool(each.get("attachment")) for each in documents),
    }


def _has_ended(document: Words, today: dt.date) -> bool:
    expires = day(document, "expires")
    return expires is not None and expires < today


def _written_off(items: Sequence[Words], moment: Moment) -> dict[str, Any]:
    """What is to be written off from the documents the goods came under before."""
    before = [each for item in items for each in item.get("previous_documents") or ()]
    return {
        "previous_age_days": moment.since_oldest(before, "date"),
        "previous_packages": sum(whole(each, "packages") for each in before),
        "previous_kg": float(sum((exact(each, "net_kg") for each in before), ZERO)),
        "previous_quantity": float(sum((exact(each, "quantity") for each in before), ZERO)),
    }


def _guarantees(header: Words) -> dict[str, Any]:
    named = header.get("guarantees") or ()
    return {
        "guarantee_types": unique(said(each, "type") for each in named),
        "guarantees": in_order(said(each, "reference") for each in named),
        "guarantee_currencies": unique(said(each, "currency") for each in named),
        "guarantee_not_valid_for": unique(code for each in named for code in each.get("not_valid_for") or ()),
        "guarantee_amount": float(sum((exact(each, "amount") for each in named), ZERO)),
    }


def _sums(header: Words, items: Sequence[Item]) -> dict[str, Any]:
    packages = sum(item.facts["packages"] for item in items)
    told = {name: header.get(name) for name in ("total_items", "total_packages")}
    return {
        "gross_kg": float(goods.gross(items)),
        "packages_difference": told["total_packages"] - packages if told["total_packages"] is not None else 0,
        "items_difference": told["total_items"] - len(items) if told["total_items"] is not None else 0,
    }


def _invoice(header: Words, items: Sequence[Item], moment: Moment) -> dict[str, Any]:
    invoice, costs = header["invoice"], header.get("costs") or ()
    total, currency = exact(invoice, "total"), said(invoice, "currency")
    priced = sum((exact(item.words, "invoice_value") for item in items), ZERO)
    return {
        "invoice_number": said(invoice, "number"),
        "invoice_age_days": moment.since(invoice, "date"),
        "currency": currency,
        "invoice_total": float(total),
        "invoice_difference": part_of(abs(total - priced), priced),
        "value_national": float(national(total, currency, moment)),
        "value_per_kg": ratio(total, goods.net(items)),
        "cost_kinds": unique(said(each, "kind") for each in costs),
        "cost_currencies": unique(said(each, "currency") for each in costs),
        "included_costs": unique(said(each, "kind") for each in costs if each.get("included")),
        **{
            name: float(sum((exact(each, "amount") for each in costs if said(each, "kind") in kinds), ZERO))
            for name, kinds in COSTS.items()
        },
    }


def national(amount: Decimal, currency: str, moment: Moment) -> Decimal:
    """An amount in the currency of the country of the post at the day's rate; 0 without one."""
    today = tariff(moment.codes).on(moment.country, moment.today)
    if currency == today.currency:
        return amount
    rate = today.exchange(currency)
    return amount * rate.per_one if rate is not None else ZERO
