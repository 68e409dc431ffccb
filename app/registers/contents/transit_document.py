"""What a transit accompanying document says: the movement as declared and released, and the goods as they travel now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.text import compact
from app.guarantees import queries as pledged
from app.reference.codebook import Codebook
from app.registers.contents import on_the_way
from app.registers.contents.naming import decimal, party
from app.registers.contents.on_the_way import Moving
from app.seals import queries as sealed
from app.transit import queries
from app.transit.commands import Declared
from app.transit.models import Movement
from forms.clearance_permit.v1_content import Post, Vehicle
from forms.transit_document.v1_content import (
    Carnet,
    Control,
    Documents,
    Guarantee,
    House,
    Item,
    Itinerary,
    Office,
    Replaced,
    TransitDocument,
)


@dataclass(frozen=True, slots=True)
class Issue:
    """The act of issuing: the how-manieth document, when, who, with which key, and in whose place."""

    edition: int
    at: dt.datetime
    name: str
    key_id: str
    previous: Replaced | None = None


def number_of(mrn: str, edition: int) -> str:
    """The number of a document: the MRN, and which document of it."""
    return f"{mrn}-T{edition}"


def content(
    session: Session, issue: Issue, movement: Movement, declared: Declared, now: Moving, post: Post, codes: Codebook
) -> TransitDocument:
    """The frozen content. `movement` was released; a fixed number of queries, however many items."""
    header, transport = declared.header, declared.header["transport"]
    if movement.released_at is None or now.limit_at is None:
        raise ValueError("A movement that was not released has no accompanying document")
    offices, places = header["offices"], header.get("places") or {}
    border = transport.get("border_transport") or {}
    return TransitDocument(
        number=number_of(movement.mrn or "", issue.edition),
        mrn=movement.mrn or "",
        reference=movement.reference,
        post=post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        kind=movement.kind,
        declaration_type=_joined((header.get("declaration_type"), header.get("additional_type"))),
        released_at=movement.released_at,
        limit_at=now.limit_at,
        holder=party(header["holder"]),
        representative=party(header.get("representative")),
        vehicle=now.vehicle,
        trailer=now.trailer,
        border_transport=Vehicle(str(border.get("identity") or ""), str(border.get("country") or "")),
        modes=" / ".join(str(transport.get(name) or "—") for name in ("border_mode", "inland_mode")),
        driver=str((transport.get("driver") or {}).get("name") or ""),
        local_reference=header["local_reference"],
        ucr=str(header.get("ucr") or ""),
        loading=str(places.get("loading") or ""),
        unloading=str(places.get("unloading") or ""),
        location=_location(header.get("location")),
        departure=_offices(codes, offices["departure"]),
        transit=_offices(codes, offices.get("transit") or ()),
        exit=_offices(codes, [offices["exit"]] if offices.get("exit") else ()),
        destination=_offices(codes, offices["destination"]),
        dispatched_from=str(header["countries"].get("dispatch") or ""),
        destined_for=str(header["countries"].get("destination") or ""),
        itinerary=_itinerary(header, codes),
        carnet=_carnet(header.get("carnet")),
        guarantees=_guarantees(session, movement, header.get("guarantees") or (), codes),
        equipment=now.equipment,
        documents=_documents(header),
        incidents=now.incidents,
        control=_control(session, movement),
        previous=issue.previous,
        houses=tuple(_house(house, declared) for house in declared.houses),
        totals=on_the_way.totals(declared),
    )


def _joined(words: Iterable[object], between: str = " · ") -> str:
    return between.join(str(word) for word in words if word)


def _location(place: Mapping[str, Any] | None) -> str:
    return _joined((f"{place['type']}/{place['qualifier']}", place["text"])) if place else ""


def _offices(codes: Codebook, named: Iterable[str]) -> tuple[Office, ...]:
    return tuple(on_the_way.office_of(codes, code) for code in named)


def _itinerary(header: Mapping[str, Any], codes: Codebook) -> Itinerary:
    route = str(header.get("route") or "")
    return Itinerary(
        countries=tuple(header["countries"].get("routing") or ()),
        route=route,
        route_names=_names(codes, "transit_route", route),
        places=tuple(header.get("itinerary") or ()),
        binding=bool(header.get("binding_itinerary")),
    )


def _carnet(words: Mapping[str, Any] | None) -> Carnet | None:
    if not words:
        return None
    return Carnet(
        number=compact(words["number"]),
        valid_to=dt.date.fromisoformat(words["valid_to"]),
        volets=words["volets"],
        page=words["page"],
        holder=str(words.get("holder_id") or ""),
    )


def _names(codes: Codebook, name: str, code: str) -> dict[str, str]:
    """What a code is called, by language; nothing where the list does not know it."""
    entry = next((each for each in codes.entries(name) if each.code == code), None)
    return dict(entry.names) if entry else {}


def _guarantees(
    session: Session, movement: Movement, declared: Sequence[Mapping[str, Any]], codes: Codebook
) -> tuple[Guarantee, ...]:
    """What was debited, with its amount; then what was named and needed no debit. Never an access code."""
    taken = pledged.of_movement(session, movement.id)
    made = [
        Guarantee(
            pledge.type,
            pledge.grn,
            row.amount,
            row.currency,
            _names(codes, "guarantee_type", pledge.type),
            tuple(pledge.not_valid_for),
        )
        for row, pledge in taken
    ]
    debited = {pledge.grn for _row, pledge in taken}
    for words in declared:
        if words.get("grn") not in debited:
            kind = words["type"]
            amount, currency = decimal(words.get("amount")), str(words.get("currency") or "")
            made.append(
                Guarantee(kind, str(words.get("grn") or ""), amount, currency, _names(codes, "guarantee_type", kind))
            )
    return tuple(made)


def paper_of(words: Mapping[str, Any]) -> str:
    """A document as "type number · day"."""
    named = _joined((words.get("type"), words.get("number") or words.get("reference")), " ")
    day = words.get("date")
    return _joined((named, f"{dt.date.fromisoformat(day):%d.%m.%Y}" if day else ""))


def _documents(header: Mapping[str, Any]) -> Documents:
    def of(name: str) -> tuple[str, ...]:
        return tuple(map(paper_of, header.get(name) or ()))

    return Documents(of("previous_documents"), of("transport_documents"), of("documents"), of("additional_references"))


def _control(session: Session, movement: Movement) -> Control:
    """A1 where the last control before release was conform, else A2; and the seals that were on when the goods left."""
    left = movement.released_at
    controls = [row for row in queries.controls(session, movement) if left is None or row.ordered_at <= left]
    conform = bool(controls) and controls[-1].result == "conform"
    bore = sealed.of_movement(session, movement.id)
    serials = {seal.id: seal.serial for seal in bore}
    affixed = [
        serials[link.seal_id]
        for link in sealed.events(session, bore)
        if link.event in ("applied", "adopted")
        and link.movement_id == movement.id
        and (left is None or link.at <= left)
    ]
    return Control("A1" if conform else "A2", tuple(sorted(set(affixed))))


def _house(house: Mapping[str, Any], declared: Declared) -> House:
    return House(
        number=house["number"],
        items=tuple(_item(words) for words in declared.items_of(house["number"])),
        consignor=party(house.get("consignor")),
        consignee=party(house.get("consignee")),
        gross_kg=decimal(house.get("gross_kg")),
        documents=tuple(map(paper_of, house.get("documents") or ())),
    )


def _item(words: Mapping[str, Any]) -> Item:
    return Item(
        number=words["number"],
        commodity=words["commodity"],
        description=words["description"],
        packages=on_the_way.packages(words),
        marks=_joined((each.get("marks") for each in words["packages"]), "; "),
        gross_kg=Decimal(words["gross_kg"]),
        net_kg=decimal(words.get("net_kg")),
        notes=tuple(_notes(words)),
    )


def _notes(words: Mapping[str, Any]) -> Iterable[str]:
    """The other data elements of an item, by their numbers."""
    units = words.get("supplementary") or {}
    for element, told in (
        ("12 01", _joined(map(paper_of, words.get("previous_documents") or ()), ", ")),
        ("12 03", _joined(map(paper_of, words.get("documents") or ()), ", ")),
        ("18 02", _joined((units.get("quantity"), units.get("unit")), " ")),
        ("18 07", f"UN {words['dangerous']}" if words.get("dangerous") else ""),
        ("18 08", str(words.get("cus") or "")),
    ):
        if told:
            yield f"[{element}] {told}"
