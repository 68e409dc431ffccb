"""Transit movements of the demonstration: which goods go which way, secured by what, and how far they come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from app.cli.demo import firms
from app.cli.demo.consignments import POST, Kind, declaration
from app.cli.demo.firms import Firm
from app.cli.demo.story import FIRMS, SEED, ZONE
from app.flows.movements.wording import from_declaration
from app.transit.rules import letters

WEST, EAST, NORTH = "TJDUS", "TJTEM", "TJFOT"
ACROSS_THE_BRIDGE, UZBEKISTAN = "AFSKB", "UZSAR"


class Way(Enum):
    """Between which offices: departure, transit, exit, destinations; a carnet where it goes under TIR."""

    TO_WEST = ((POST,), (), None, (WEST,))
    FROM_WEST = ((WEST,), (), None, (POST,))
    FROM_EAST = ((EAST,), (), None, (POST,))
    TO_AFGHANISTAN = ((WEST,), (), POST, (ACROSS_THE_BRIDGE,))
    TO_UZBEKISTAN = ((ACROSS_THE_BRIDGE,), (POST,), WEST, (UZBEKISTAN,))
    TIR_TO_WEST = ((ACROSS_THE_BRIDGE,), (POST,), None, (WEST,))
    TIR_TO_NORTH = ((ACROSS_THE_BRIDGE,), (POST,), None, (WEST, NORTH))

    @property
    def post(self) -> str:
        """The office of departure, or of entry."""
        departure = self.value[0][0]
        return departure if departure[:2] == POST[:2] else POST

    @property
    def is_tir(self) -> bool:
        return self.name.startswith("TIR")

    @property
    def office(self) -> str:
        """Where it ends in this country, or leaves it."""
        _departure, _transit, leaving, destinations = self.value
        return str(leaving or next(office for office in destinations if office[:2] == POST[:2]))


class Ending(Enum):
    """How far a movement has come when the story ends."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    WAITS = "waits"
    CONTROLLED = "controlled"
    GUARANTEE_REFUSED = "guarantee refused"
    TAKEN_BACK = "taken back"
    NOT_RELEASED = "not released"
    REJECTED = "rejected"
    UNDER_WAY = "under way"
    WATCHED = "watched by a device"
    LATE = "late"
    BROKEN_DOWN = "broken down"
    ARRIVED = "arrived"
    UNLOADING = "unloading"
    DIFFERS = "differs"
    CONTINUED = "continued"
    ENDED = "ended"
    ENDED_ON_OTHER_WHEELS = "ended on other wheels"
    ENDED_AFTER_DIFFERENCE = "ended after a difference"
    SOUGHT = "sought"
    RECOVERED = "recovered"
    ONWARD = "onward from a declaration"


@dataclass(frozen=True)
class Convoy:
    """A movement to be made, when it is lodged, and what becomes of it."""

    number: int
    at: dt.datetime
    way: Way
    ending: Ending
    party: str
    body: dict[str, Any]
    random: Random

    @property
    def name(self) -> str:
        return f"road-{self.number:02d}"


W, E = Way, Ending
#: Each with the firm, and hours before the story ends at which it is lodged.
_PLANNED: tuple[tuple[Way, Ending, int, float], ...] = (
    (W.TO_WEST, E.ENDED, 0, 310), (W.TIR_TO_WEST, E.ENDED, 1, 286), (W.FROM_WEST, E.ENDED, 1, 281),
    (W.TO_WEST, E.RECOVERED, 1, 263), (W.TO_WEST, E.ENDED_ON_OTHER_WHEELS, 0, 232), (W.FROM_EAST, E.ENDED, 0, 214),
    (W.TO_UZBEKISTAN, E.ENDED, 0, 190), (W.TO_WEST, E.ENDED_AFTER_DIFFERENCE, 1, 166), (W.TO_WEST, E.ENDED, 0, 141),
    (W.TO_WEST, E.SOUGHT, 0, 122), (W.TO_WEST, E.REJECTED, 1, 97), (W.TIR_TO_NORTH, E.CONTINUED, 0, 94),
    (W.FROM_WEST, E.ENDED, 0, 92), (W.TO_WEST, E.LATE, 1, 77), (W.TO_WEST, E.UNLOADING, 0, 54),
    (W.FROM_WEST, E.DIFFERS, 1, 50), (W.TO_WEST, E.NOT_RELEASED, 0, 47), (W.FROM_WEST, E.UNLOADING, 0, 41),
    (W.TO_UZBEKISTAN, E.UNDER_WAY, 1, 30), (W.TO_WEST, E.ARRIVED, 1, 28), (W.FROM_EAST, E.ARRIVED, 0, 27),
    (W.TO_WEST, E.BROKEN_DOWN, 0, 22), (W.TO_AFGHANISTAN, E.UNDER_WAY, 0, 19), (W.FROM_EAST, E.UNDER_WAY, 1, 12),
    (W.TO_WEST, E.TAKEN_BACK, 1, 9.5), (W.TO_WEST, E.WATCHED, 0, 8), (W.TIR_TO_WEST, E.UNDER_WAY, 1, 6),
    (W.TO_WEST, E.ONWARD, 0, 5.2), (W.TO_WEST, E.CONTROLLED, 0, 4.4), (W.TIR_TO_NORTH, E.CONTROLLED, 1, 3.8),
    (W.TO_WEST, E.GUARANTEE_REFUSED, 1, 3.1), (W.TO_AFGHANISTAN, E.WAITS, 1, 2.6), (W.TO_WEST, E.WAITS, 1, 1.9),
    (W.TIR_TO_WEST, E.WAITS, 0, 1.4), (W.TO_UZBEKISTAN, E.WAITS, 0, 0.8), (W.TO_WEST, E.ANNOUNCED, 0, 6.5),
    (W.TIR_TO_NORTH, E.ANNOUNCED, 1, 2.2), (W.TO_WEST, E.DRAFT, 0, 1.1), (W.FROM_WEST, E.DRAFT, 1, 0.6),
)  # fmt: skip
#: What is carried where, as a declaration would have it.
_CARRIED = {
    Way.TO_WEST: Kind.IMPORT, Way.TIR_TO_WEST: Kind.IMPORT, Way.FROM_EAST: Kind.IMPORT,
    Way.TO_UZBEKISTAN: Kind.IMPORT, Way.TIR_TO_NORTH: Kind.IMPORT,
    Way.FROM_WEST: Kind.TRANSIT, Way.TO_AFGHANISTAN: Kind.TRANSIT,
}  # fmt: skip
#: By number: what stands before the office because a profile wants it looked at.
_STOPPED = {29: Kind.PRECURSOR, 33: Kind.WATCHED}
_CARNETS = 81_204_500
_HOLDER_IDS = {FIRMS[0]: "TJK/011/2049", FIRMS[1]: "TJK/011/3120"}
_TRANSPORT_DOCUMENTS = frozenset({"N730"})


def convoys(end: dt.datetime) -> list[Convoy]:
    """All movements of the story, in the order in which they are told."""
    return [_made(number, end, *planned) for number, planned in enumerate(_PLANNED, 1)]


def _made(number: int, end: dt.datetime, way: Way, ending: Ending, firm: int, hours: float) -> Convoy:
    random = Random(SEED * 3 + number)  # noqa: S311 - a story, not a secret
    at = end - dt.timedelta(hours=hours, minutes=random.randrange(9))
    party = FIRMS[firm]
    return Convoy(number, at, way, ending, party, _words(random, number, way, ending, party, at, end), random)


def _words(
    random: Random, number: int, way: Way, ending: Ending, party: str, at: dt.datetime, end: dt.datetime
) -> dict[str, Any]:
    own = next(firm for firm in firms.TAJIK if firm.id == party)
    said = declaration(random, number, _STOPPED.get(number, _CARRIED[way]), party, at.astimezone(ZONE).date())
    if way is Way.TO_UZBEKISTAN:
        said["consignee"] = firms.CENTRAL_ASIAN[0].words()
        said["countries"]["destination"] = "UZ"
    body = from_declaration(said, "", own.words(), None, way.post, _TRANSPORT_DOCUMENTS)
    departure, transit, leaving, destinations = way.value
    offices = {"departure": list(departure), "transit": list(transit), "destination": list(destinations)}
    if leaving:
        offices["exit"] = leaving
    abroad = {office[:2] for office in (*departure, *destinations)} != {POST[:2]}
    body.update(
        kind="tir" if way.is_tir else "international" if abroad else "national",
        declaration_type="TIR" if way.is_tir else "T1",
        local_reference=f"{party[-5:]}-T{number:03d}",
        offices=offices,
        previous_documents=[],
        location={"type": "B", "qualifier": "Z", "text": f"Yard {random.choice((1, 2, 3))}"},
        places={"loading": _LOADED[way], "unloading": _UNLOADED[way]},
    )
    body["countries"]["routing"] = _routing(offices)
    _sealed(random, body, way)
    if way.is_tir:
        _under_carnet(random, body, number, own, end)
    if way in (Way.TO_WEST, Way.TIR_TO_WEST) and ending is not Ending.DRAFT:
        body.update(route="TJ-PPJ-DUS", binding_itinerary=True)
    if ending is Ending.ANNOUNCED:
        body["additional_type"] = "D"
        arrival = end + dt.timedelta(hours=random.randrange(9, 22))
        body["transport"]["expected_arrival"] = arrival.strftime("%Y-%m-%dT%H:00:00Z")
    return body


_LOADED = {
    Way.TO_WEST: "Kunduz", Way.TIR_TO_WEST: "Mazar-i-Sharif", Way.TO_UZBEKISTAN: "Kabul",
    Way.TIR_TO_NORTH: "Kunduz", Way.FROM_EAST: "Faizabad", Way.FROM_WEST: "Termiz", Way.TO_AFGHANISTAN: "Tashkent",
}  # fmt: skip
_UNLOADED = {
    Way.TO_WEST: "Tursunzoda", Way.TIR_TO_WEST: "Tursunzoda", Way.TO_UZBEKISTAN: "Termiz",
    Way.TIR_TO_NORTH: "Tursunzoda, Khujand", Way.FROM_EAST: "Dusti", Way.FROM_WEST: "Dusti",
    Way.TO_AFGHANISTAN: "Kunduz",
}  # fmt: skip


def _routing(offices: dict[str, Any]) -> list[str]:
    way = [*offices["departure"], *offices["transit"], offices.get("exit") or POST, *offices["destination"]]
    return list(dict.fromkeys(office[:2] for office in way))


def _sealed(random: Random, body: dict[str, Any], way: Way) -> None:
    """What comes from abroad or from an office without seals in stock bears seals already."""
    equipment = [row for row in body.get("equipment") or () if row["container"]] or [
        {"container": None, "seals": [], "goods": []}
    ]
    came = "AFG" if way.value[0][0] == ACROSS_THE_BRIDGE else "UZB" if way.post == WEST else ""
    for row in equipment:
        row["seals"] = [f"{came}{random.randrange(1_000_000, 9_999_999)}"] if came else []
    body["equipment"] = [row for row in equipment if row["container"] or row["seals"]]


def _under_carnet(random: Random, body: dict[str, Any], number: int, own: Firm, end: dt.datetime) -> None:
    digits = _CARNETS + 37 * number
    body["holder"]["tir_id"] = _HOLDER_IDS[own.id]
    body["carnet"] = {
        "number": f"{letters(digits)}{digits}",
        "valid_to": (end.date() + dt.timedelta(days=random.randrange(30, 55))).isoformat(),
        "volets": 14,
        "page": 3,
        "holder_id": _HOLDER_IDS[own.id],
    }


def weighed(body: dict[str, Any]) -> Decimal:
    """What the loaded truck shows on a weighbridge (kg): the goods and some 15 tonnes of truck."""
    return Decimal(body["gross_kg"]) + 15_240
