"""What a movement says of the consignment as a whole: its holder, its houses, its way."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from app.registers.facts import declared, goods
from app.registers.facts.goods import Item
from app.registers.facts.moments import Moment
from app.registers.facts.parties import on_wheels, party
from app.registers.facts.reading import (
    ZERO,
    Words,
    day,
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
from app.transit.commands import Declared

#: What stands for a carnet that nobody has shown.
NO_CARNET = 9999


def of_movement(words: Declared, items: Sequence[Item], moment: Moment) -> dict[str, Any]:
    """Every fact that follows from the words of a movement."""
    header = words.header
    return {
        "kind": "movement",
        **_header(header),
        **_countries(header, moment),
        **_parties(header, words.houses),
        **_transport(words, moment),
        **_papers(words, items, moment),
        **_guarantees(words, moment),
        **goods.together(items),
        "cus_numbers": unique(item.facts["cus_number"] for item in items),
        "gross_kg": float(words.gross_kg),
        "gross_difference": part_of(abs(words.gross_kg - goods.gross(items)), goods.gross(items)),
        "house_difference": _house_difference(words.houses, items),
        **_value(items, moment),
        **_route(header),
        "limit_days": -moment.since(header, "limit_date"),
    }


def _header(header: Words) -> dict[str, Any]:
    offices, places = header["offices"], header.get("places")
    return {
        "declaration_type": said(header, "declaration_type"),
        "additional_type": said(header, "additional_type"),
        "transit_kind": said(header, "kind"),
        "local_reference": said(header, "local_reference"),
        "destination_office": offices["destination"][-1],
        "destination_office_country": offices["destination"][-1][:2],
        "offices_of_departure": list(offices["departure"]),
        "offices_of_transit": list(offices.get("transit") or ()),
        "office_of_exit": said(offices, "exit"),
        "transit_countries": unique(code[:2] for code in offices.get("transit") or ()),
        "location_type": said(header.get("location"), "type"),
        "location_qualifier": said(header.get("location"), "qualifier"),
        "location_of_goods": folded(header.get("location"), "text"),
        "place_of_loading": folded(places, "loading"),
        "place_of_unloading": folded(places, "unloading"),
        "ucr": said(header, "ucr"),
    }


def _countries(header: Words, moment: Moment) -> dict[str, Any]:
    named = header["countries"]
    routing = list(named.get("routing") or ())
    dispatch, destination = said(named, "dispatch"), said(named, "destination")
    last = header["offices"]["destination"][-1][:2]
    elsewhere = bool(routing) and moment.country not in {*routing, dispatch, destination}
    return {
        "dispatch": dispatch,
        "destination": destination,
        "routing": routing,
        "contradicts_route": elsewhere or bool(destination and destination != last),
    }


def _parties(header: Words, houses: Sequence[Words]) -> dict[str, Any]:
    holder, representative = header["holder"], header.get("representative")
    first = houses[0]
    return {
        **party("holder", holder),
        "holder_tir": said(holder, "tir_id"),
        **party("consignor", first.get("consignor")),
        **party("consignee", first.get("consignee")),
        "consignors": unique(said(house.get("consignor"), "id") for house in houses),
        "consignees": unique(said(house.get("consignee"), "id") for house in houses),
        "consignor_names": unique(folded(house.get("consignor"), "name") for house in houses),
        "consignee_names": unique(folded(house.get("consignee"), "name") for house in houses),
        "house_count": len(houses),
        "representative": folded(representative, "name"),
        "representative_id": said(representative, "id"),
        "representative_address": folded(representative, "address"),
        "representative_country": said(representative, "country"),
        "representative_phone": said(representative, "phone"),
    }


def _transport(words: Declared, moment: Moment) -> dict[str, Any]:
    containers = numbers(words.containers)
    return {
        **on_wheels(words.header["transport"], moment),
        "containers": containers,
        "container_count": len(containers),
        "seals": words.seals,
        "seal_count": len(words.seals),
    }


def _papers(words: Declared, items: Sequence[Item], moment: Moment) -> dict[str, Any]:
    header = words.header
    documents = [
        *(header.get("documents") or ()),
        *chain.from_iterable(house.get("documents") or () for house in words.houses),
    ]
    told = declared.papers(documents, [item.words for item in items], moment)
    before = header.get("previous_documents") or ()
    return {
        **told,
        "previous_types": unique([*(said(each, "type") for each in before), *told["previous_types"]]),
        "previous_documents": earlier([header, *(item.words for item in items)]),
        "transport_document_types": unique(said(each, "type") for each in header.get("transport_documents") or ()),
        "further_reference_types": unique(said(each, "type") for each in header.get("additional_references") or ()),
        "transport_documents": in_order(said(each, "number") for each in header.get("transport_documents") or ()),
        "further_references": in_order(said(each, "number") for each in header.get("additional_references") or ()),
    }


def _guarantees(words: Declared, moment: Moment) -> dict[str, Any]:
    named, carnet = words.guarantees, words.header.get("carnet")
    valid_to = day(carnet, "valid_to")
    return {
        "guarantee_types": unique(said(each, "type") for each in named),
        "guarantees": in_order(said(each, "grn") for each in named),
        "guarantee_currencies": unique(said(each, "currency") for each in named),
        "guarantee_amount": float(sum((exact(each, "amount") for each in named), ZERO)),
        "carnet": words.carnet or "",
        "carnet_days_left": (valid_to - moment.today).days if valid_to else NO_CARNET,
        "carnet_page": whole(carnet, "page"),
        "carnet_volets": whole(carnet, "volets"),
        "carnet_holder": said(carnet, "holder_id"),
    }


def _house_difference(houses: Sequence[Words], items: Sequence[Item]) -> float:
    """The farthest that a house's own mass is from that of its items, in per cent; houses that tell none are let be."""
    differences = [0.0]
    for house in houses:
        lying = sum((exact(item.words, "gross_kg") for item in items if item.facts["house"] == house["number"]), ZERO)
        told = exact(house, "gross_kg")
        if told:
            differences.append(part_of(abs(told - lying), lying))
    return max(differences)


def _value(items: Sequence[Item], moment: Moment) -> dict[str, Any]:
    priced = [(exact(item.words, "value"), said(item.words, "currency")) for item in items]
    told = [(value, currency) for value, currency in priced if value and currency]
    total = sum((value for value, _currency in told), ZERO)
    mass = goods.net(items) or goods.gross(items)
    return {
        "currency": told[0][1] if told else "",
        "invoice_total": float(total),
        "value_national": float(_national(told, moment)),
        "value_per_kg": ratio(total, mass),
    }


def _national(told: Sequence[tuple[Decimal, str]], moment: Moment) -> Decimal:
    """The sum in the currency of the country of the post; 0 where one of the rates is not known."""
    each = [declared.national(value, currency, moment) for value, currency in told]
    return sum(each, ZERO) if all(each) else ZERO


def _route(header: Words) -> dict[str, Any]:
    return {
        "route": said(header, "route"),
        "binding_itinerary": bool(header.get("binding_itinerary")),
        "itinerary": [place.lower() for place in header.get("itinerary") or ()],
    }
