"""Cases of the movement as a whole, its way, its carnet, its limit."""

from __future__ import annotations

from app.transit.rules import Taken
from tests.unit.declarations.rule_cases import GONE, entry
from tests.unit.transit.rule_cases import Case

DEPARTURE, TRANSIT, EXIT = "/offices/departure", "/offices/transit", "/offices/exit"
DESTINATION, ROUTING = "/offices/destination", "/countries/routing"
ARRIVAL, CARNET, LIMIT = "/transport/expected_arrival", "/carnet/number", "/limit_date"
EARLY = {"/additional_type": "D"}
SOON, LONG_AGO = "2026-11-30T06:00:00Z", "2026-11-26T06:00:00Z"

HEADER = [
    Case("movement.post-unknown", "/post", {"/post": "TJXXX"}),
    Case("movement.type-of-tir", "/declaration_type", {"/declaration_type": "TIR"}, {"/declaration_type": "T2"}),
    Case("movement.type-of-tir", "/declaration_type", {"/declaration_type": "T1"}, {"/declaration_type": None}, of="tir"),
    Case("movement.presented-when", ARRIVAL, EARLY, {**EARLY, ARRIVAL: SOON}),
    Case("movement.presented-when", ARRIVAL, {}, {ARRIVAL: SOON}, setting={"prelodged": True}),
    Case("movement.presented-past", ARRIVAL, {**EARLY, ARRIVAL: LONG_AGO}, {ARRIVAL: LONG_AGO}),
    Case("movement.presented-far", ARRIVAL, {**EARLY, ARRIVAL: "2026-12-28T00:00:00Z"}, {**EARLY, ARRIVAL: "2026-12-27T23:00:00Z"}),
    Case("movement.dispatch-unknown", "/countries/dispatch", {"/countries/dispatch": "XQ"}, {"/countries/dispatch": None}),
    Case("movement.destination-unknown", "/countries/destination", {"/countries/destination": "XQ"}),
    Case("movement.border-mode-unknown", "/transport/border_mode", {"/transport/border_mode": "9"}, without=("transport_mode", "9")),
    Case("movement.inland-mode-unknown", "/transport/inland_mode", {"/transport/inland_mode": "9"}, without=("transport_mode", "9")),
    Case("movement.vehicle-country-unknown", "/transport/vehicle/country", {"/transport/vehicle/country": "XQ"}),
    Case("movement.trailer-country-unknown", "/transport/trailer/country", {"/transport/trailer/country": "XQ"}, {"/transport/trailer": None}),
    Case("movement.location-type-unknown", "/location/type", {"/location/type": "Q"}, {"/location": None}),
    Case("movement.location-qualifier-unknown", "/location/qualifier", {"/location/qualifier": "Q"}),
]  # fmt: skip

ROUTE = [
    Case("route.post-is-no-departure", DEPARTURE + "/0", {DEPARTURE: ["TJKOK"]}, {DEPARTURE: ["TJKOK", "TJPPJ"]}),
    Case("route.entry-is-late", TRANSIT + "/0", {TRANSIT: ["TJFOT", "TJPPJ"]}, {TRANSIT: ["TJPPJ", "TJFOT"]}, of="international"),
    Case("route.office-unknown", DESTINATION + "/0", {DESTINATION: ["TJXXX"]}, {DESTINATION: ["TJFOT"]}),
    Case("route.office-unknown", EXIT, {EXIT: "TJDU01"}, {EXIT: "TJDUS"}, of="international"),
    Case("route.office-country", TRANSIT + "/1", {TRANSIT: ["TJPPJ", "XQ0001"]}, {TRANSIT: ["TJPPJ", "UZ000001"]}, of="international"),
    Case("route.destination-is-departure", DESTINATION + "/0", {DESTINATION: ["TJPPJ"]}),
    Case("route.destination-is-departure", DESTINATION + "/1", {DESTINATION: ["TJDUS", "AFSKB"]}, of="tir"),
    Case("route.office-repeated", TRANSIT + "/1", {TRANSIT: ["TJFOT", "TJFOT"]}, {TRANSIT: ["TJFOT", "TJKOK"]}),
    Case("route.transit-at-an-end", TRANSIT + "/0", {TRANSIT: ["TJDUS"]}, {TRANSIT: ["TJFOT"]}),
    Case("route.exit-is-another-office", EXIT, {EXIT: "TJPPJ"}, {EXIT: "TJFOT"}, of="international"),
    Case("route.exit-is-another-office", EXIT, {TRANSIT: ["TJPPJ", "TJDUS"]}, {TRANSIT: ["TJPPJ", "TJFOT"]}, of="international"),
    Case("route.exit-abroad", EXIT, {EXIT: "UZOYB"}, of="international"),
    Case("route.exit-missing", EXIT, {EXIT: None}, {EXIT: None, TRANSIT: ["TJPPJ", "TJDUS"]}, of="international"),
    Case("route.national-abroad", DESTINATION + "/0", {DESTINATION: ["UZSAR"], EXIT: "TJDUS"}, {"/kind": "international", DESTINATION: ["UZSAR"]}),
    Case("route.international-at-home", "/kind", {"/kind": "international"}, {"/kind": "international", DEPARTURE: ["AFSKB"]}),
    Case("route.destination-country-missing", "/countries/destination", {"/countries/destination": None}),
    Case("route.dispatch-country-missing", "/countries/dispatch", {"/countries/dispatch": GONE}),
    Case("route.destination-country", "/countries/destination", {"/countries/destination": "UZ"}),
    Case("route.country-unknown", ROUTING + "/1", {ROUTING: ["TJ", "XQ"]}, {ROUTING: ["TJ", "KG"]}),
    Case("route.country-repeated", ROUTING + "/1", {ROUTING: ["TJ", "TJ"]}, {ROUTING: ["TJ", "KG", "TJ"]}),
    Case("route.country-missing", ROUTING, {ROUTING: ["AF", "TJ"]}, {ROUTING: ["AF", "TJ", "UZ"]}, of="international"),
    Case("route.country-without-office", TRANSIT, {ROUTING: ["AF", "TJ", "KG", "UZ"]}, {ROUTING: ["IR", "AF", "TJ", "UZ"], DEPARTURE: ["IR0001"], TRANSIT: ["AFSKB", "TJPPJ"]}, of="international"),
    Case("route.binding-without-way", "/binding_itinerary", {"/binding_itinerary": True}, {"/binding_itinerary": True, "/itinerary": ["Dusti", "Hisor"]}),
    Case("route.way-not-binding", "/binding_itinerary", {"/itinerary": ["Dusti"]}, {"/itinerary": []}),
    Case("route.unknown", "/route", {"/route": "TJ-NOWHERE"}, {"/route": "TJ-TEST"}, entries=(entry("transit_route", "TJ-TEST"),)),
    Case("route.other-ends", "/route", {"/route": "TJ-DUS-PPJ"}, {"/route": "TJ-PPJ-DUS"}),
    Case("route.other-ends", "/route", {"/route": "TJ-PPJ-FOT"}, {"/route": "TJ-PPJ-DUS"}, of="international"),
]  # fmt: skip

TIR = [
    Case("tir.carnet-missing", "/carnet", {"/carnet": None}, of="tir"),
    Case("tir.carnet-without-tir", "/carnet", {"/carnet": {"number": "JX72581267", "valid_to": "2027-01-01", "volets": 14, "page": 1}}),
    Case("tir.carnet-number", CARNET, {CARNET: "J72581267"}, {CARNET: "JX 72581267"}, of="tir"),
    Case("tir.carnet-number", CARNET, {CARNET: "JX-seven"}, {CARNET: "12345678"}, of="tir"),
    Case("tir.carnet-letters", CARNET, {CARNET: "XX72581267"}, {CARNET: "JX72581267"}, of="tir"),
    Case("tir.carnet-letters", CARNET, {CARNET: "72581267"}, {CARNET: "jx72581267"}, of="tir"),
    Case("tir.carnet-letters", CARNET, {CARNET: "RX25000000"}, {CARNET: "25000000"}, of="tir"),
    Case(
        "tir.carnet-expired", "/carnet/valid_to",
        {"/carnet/valid_to": "2026-11-26", DEPARTURE: ["TJPPJ"], TRANSIT: []}, {"/carnet/valid_to": "2026-11-26"}, of="tir",
    ),
    Case("tir.volets", "/carnet/volets", {"/carnet/volets": 12}, {"/carnet/volets": 20}, of="tir"),
    Case("tir.page-beyond", "/carnet/page", {"/carnet/page": 15}, {"/carnet/page": 11}, of="tir"),
    Case("tir.page-side", "/carnet/page", {"/carnet/page": 4}, {"/carnet/page": 5}, of="tir"),
    Case("tir.volets-too-few", "/carnet/volets", {"/carnet/volets": 4}, {"/carnet/volets": 6}, of="tir"),
    Case("tir.volets-too-few", "/carnet/volets", {"/carnet/page": 13, ROUTING: []}, {"/carnet/page": 11, ROUTING: []}, of="tir"),
    Case("tir.volet-used", "/carnet/page", {}, {"/carnet/page": 5}, of="tir", setting={"taken": Taken(volets={3: "TJPPJ-1"})}),
    Case(
        "tir.offices", DESTINATION,
        {DESTINATION: ["TJDUS", *(f"UZ000{n}" for n in range(7))]}, {DESTINATION: ["TJDUS", *(f"UZ000{n}" for n in range(6))]}, of="tir",
    ),
    Case("tir.holder-number-missing", "/holder/tir_id", {"/holder/tir_id": None}, of="tir"),
    Case("tir.holder-differs", "/carnet/holder_id", {"/carnet/holder_id": "TJK/087/7654321"}, {"/carnet/holder_id": None}, of="tir"),
    Case("tir.other-guarantee", "/guarantees/0/type", {"/guarantees/-": {"type": "5"}}, {"/guarantees/-": {"type": "B"}}, of="tir"),
    Case("tir.guarantee-without-tir", "/guarantees/0/type", {"/guarantees": [{"type": "B"}]}, {"/guarantees": [{"type": "5"}]}),
    Case("tir.unsealed", "/equipment", {"/equipment/0/seals": []}, {"/equipment/0/seals": ["AF-1"]}, of="tir"),
    Case("tir.sensitive-goods", "/house_consignments/1/items/0/commodity", {"/house_consignments/1/items/0/commodity": "22083011"}, {"/house_consignments/1/items/0/commodity": "220210"}, of="tir"),
]  # fmt: skip

LIMITS = [
    Case("limit.past", LIMIT, {LIMIT: "2026-11-26"}, {LIMIT: "2026-11-27"}),
    Case("limit.late", LIMIT, {LIMIT: "2026-12-02"}, {LIMIT: "2026-12-01"}),
    Case("limit.late", LIMIT, {LIMIT: "2026-12-05", **EARLY, ARRIVAL: SOON}, {LIMIT: "2026-12-04", **EARLY, ARRIVAL: SOON}),
    Case("limit.late", LIMIT, {LIMIT: "2026-12-07"}, {LIMIT: "2026-12-06"}, of="international"),
    Case("limit.before-presentation", LIMIT, {LIMIT: "2026-11-29", ARRIVAL: SOON}, {LIMIT: "2026-11-30", ARRIVAL: SOON}),
    Case(
        "limit.not-listed", DESTINATION, {DESTINATION: ["DE0001"], "/countries/destination": "DE"},
        {DESTINATION: ["UZSAR"]}, of="international", without=("transit_limit", "any"),
    ),
]  # fmt: skip

CASES = [*HEADER, *ROUTE, *TIR, *LIMITS]
