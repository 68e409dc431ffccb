"""What a transit accompanying document says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from forms.clearance_permit.v1_content import Party, Post, Totals, Vehicle
from forms.kit.plain import Plain, aware

MOST_ITEMS, MOST_HOUSES = 1_999, 99


@dataclass(frozen=True)
class Office:
    """A customs office at home or abroad; `names` by language where the reference data know it."""

    code: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Carnet:
    """The TIR carnet and the page of it that is used; `holder` is the holder's number in the TIR system."""

    number: str
    valid_to: date
    volets: int
    page: int
    holder: str = ""


@dataclass(frozen=True)
class Guarantee:
    """What answers for the goods, for how much. An access code is never part of it. `amount` is None where it answers for
    the whole without a figure."""

    type: str
    grn: str
    amount: Decimal | None = None
    currency: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    not_valid_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Equipment:
    """A container, or the load of the vehicle (`container` is then its plate), with its seals. `goods` are numbers of
    items, "1-3, 7"; "" is all of them."""

    container: str
    seals: tuple[str, ...] = ()
    goods: str = ""


@dataclass(frozen=True)
class Incident:
    """Something that happened on the way and was dealt with by an office; `means` are the new vehicle and container."""

    code: str
    at: datetime
    place: str
    office: str
    text: str = ""
    means: str = ""
    seals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Itinerary:
    """The way: countries by code, the prescribed route by code and name, places as they were written, and whether it
    binds."""

    countries: tuple[str, ...] = ()
    route: str = ""
    route_names: Mapping[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    binding: bool = False


@dataclass(frozen=True)
class Documents:
    """Papers of the whole consignment, each as "type number · day"."""

    previous: tuple[str, ...] = ()
    transport: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """What the office of departure found: A1 after a control, A2 without one; and the seals the goods left with."""

    result: str = "A2"
    seals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An item of goods. `packages` are "count kind", `marks` those of its packages; `notes` the other data elements, each
    with its number in brackets. Masses in kilograms; the net mass need not be known."""

    number: int
    commodity: str
    description: str
    packages: str
    gross_kg: Decimal
    net_kg: Decimal | None = None
    marks: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class House:
    """Goods of one consignor for one consignee."""

    number: int
    items: tuple[Item, ...]
    consignor: Party = field(default_factory=Party)
    consignee: Party = field(default_factory=Party)
    gross_kg: Decimal | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replaced:
    """The document that this one takes the place of."""

    number: str
    at: datetime


@dataclass(frozen=True)
class TransitDocument(Plain):
    """A document as issued. `limit_at` is the moment until which the goods have to be at their destination; `kind` is
    national, international or tir. `previous` is the one before, where the vehicle, the seals or the limit have changed
    since."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    kind: str
    released_at: datetime
    limit_at: datetime
    holder: Party
    vehicle: Vehicle
    houses: tuple[House, ...]
    totals: Totals
    declaration_type: str = ""
    local_reference: str = ""
    ucr: str = ""
    representative: Party = field(default_factory=Party)
    trailer: Vehicle = field(default_factory=Vehicle)
    border_transport: Vehicle = field(default_factory=Vehicle)
    modes: str = ""
    driver: str = ""
    loading: str = ""
    unloading: str = ""
    location: str = ""
    departure: tuple[Office, ...] = ()
    transit: tuple[Office, ...] = ()
    exit: tuple[Office, ...] = ()
    destination: tuple[Office, ...] = ()
    dispatched_from: str = ""
    destined_for: str = ""
    itinerary: Itinerary = field(default_factory=Itinerary)
    carnet: Carnet | None = None
    guarantees: tuple[Guarantee, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    documents: Documents = field(default_factory=Documents)
    incidents: tuple[Incident, ...] = ()
    control: Control = field(default_factory=Control)
    previous: Replaced | None = None

    def __post_init__(self) -> None:
        for name in ("issued_at", "released_at", "limit_at"):
            aware(getattr(self, name), name)
        if not 1 <= len(self.houses) <= MOST_HOUSES:
            raise ValueError(f"A movement has 1 to {MOST_HOUSES} house consignments, not {len(self.houses)}")
        if not 1 <= self.item_count <= MOST_ITEMS:
            raise ValueError(f"A movement has 1 to {MOST_ITEMS} items, not {self.item_count}")

    def as_json(self) -> dict[str, Any]:
        """The content as JSON values; an item says nothing of what it does not have."""
        plain = super().as_json()
        for house in plain["houses"]:
            house["items"] = [{k: v for k, v in item.items() if v not in (None, "", [])} for item in house["items"]]
        return plain

    @property
    def item_count(self) -> int:
        return sum(len(house.items) for house in self.houses)
