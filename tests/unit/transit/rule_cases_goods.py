"""Cases of what carries the goods, whose they are, what secures them, what they are, and their papers."""

from __future__ import annotations

from typing import Any

from app.transit.rules import Taken
from tests.factories.movements import grn
from tests.unit.declarations.rule_cases import GONE
from tests.unit.transit.rule_cases import Case

VEHICLE, TRAILER, PLATE = "/transport/vehicle", "/transport/trailer", "/transport/vehicle/plate"
CONTAINER, SEALS = "/equipment/0/container", "/equipment/0/seals"
EQUIPMENT, G0, GRN = "/equipment", "/guarantees/0", "/guarantees/0/grn"
HOUSE, ITEM = "/house_consignments/0", "/house_consignments/1/items/0"
PACKAGES = ITEM + "/packages/0"
TRAIN = {"identity": "Train 205"}
EARLY = {"/additional_type": "D", "/transport/expected_arrival": "2026-11-30T06:00:00Z"}


def box(
    container: str | None = "MSKU1234565", seals: tuple[str, ...] = (), goods: tuple[int, ...] = ()
) -> dict[str, Any]:
    return {"container": container, "seals": list(seals), "goods": list(goods)}


def secured(kind: str = "1", number: str | None = None, **more: Any) -> dict[str, Any]:
    return {"type": kind, "grn": grn() if number is None else number, "access_code": "CODE-1", **more}


TRANSPORT = [
    Case("transport.means-missing", VEHICLE, {VEHICLE: None, TRAILER: None}, {VEHICLE: None, TRAILER: None, **EARLY}),
    Case("transport.road-without-vehicle", VEHICLE, {VEHICLE: None, TRAILER: None, "/transport/border_transport": TRAIN}, {VEHICLE: None, TRAILER: None, "/transport/border_transport": TRAIN, "/transport/border_mode": "2", "/transport/inland_mode": "2"}),
    Case("transport.mode-missing", "/transport/border_mode", {"/transport/border_mode": None}),
    Case("transport.plate-empty", PLATE, {PLATE: "— —"}, {PLATE: "کابل ۱۲۳۴۵"}),
    Case("transport.trailer-is-vehicle", TRAILER + "/plate", {PLATE: "1234 AB 01", TRAILER + "/plate": "1234AB-01"}, {PLATE: "1234AB01", TRAILER + "/plate": "1235AB01"}),
    Case("transport.trailer-without-vehicle", TRAILER, {VEHICLE: None}, {VEHICLE: None, TRAILER: None}),
    Case("transport.country-missing", VEHICLE + "/country", {VEHICLE + "/country": GONE}),
    Case("transport.country-missing", TRAILER + "/country", {TRAILER + "/country": None}),
    Case("transport.plate-of-other-country", PLATE, {VEHICLE + "/country": "UZ", PLATE: "1234AB01"}, {VEHICLE + "/country": "UZ", PLATE: "01A234BC"}),
    Case("transport.chassis", VEHICLE + "/vin", {VEHICLE + "/vin": "1M8GDM9A1KP042788"}, {VEHICLE + "/vin": "1M8GDM9AXKP042788"}),
    Case("transport.driver-missing", "/transport/driver", {"/transport/driver": None}, {"/transport/driver": None, **EARLY}),
    Case("plate.elsewhere", PLATE, {PLATE: "kbl-123 45"}, {PLATE: "KBL 12346"}, setting={"taken": Taken(plates={"KBL12345": "TJPPJ-1"})}),
    Case("plate.elsewhere", TRAILER + "/plate", {TRAILER + "/plate": "KBL12345"}, {TRAILER + "/plate": "KBL12345", **EARLY}, setting={"taken": Taken(plates={"KBL12345": "TJPPJ-1"})}),
    Case("plate.elsewhere", PLATE, {PLATE: "KBL12345", **EARLY}, {PLATE: "KBL12346", **EARLY}, setting={"prelodged": False, "taken": Taken(plates={"KBL12345": "TJPPJ-1"})}),
    Case("equipment.check-digit", CONTAINER, {EQUIPMENT: [box("MSKU1234566")]}, {EQUIPMENT: [box()]}),
    Case("equipment.repeated", "/equipment/1/container", {EQUIPMENT: [box(), box()]}, {EQUIPMENT: [box(), box("CSQU3054383")]}),
    Case("equipment.empty", "/equipment/0", {EQUIPMENT: [box(None)]}, {EQUIPMENT: [box(None, ("TJ-1",))]}),
    Case("equipment.item-unknown", "/equipment/0/goods/1", {EQUIPMENT: [box(goods=(1, 4))]}, {EQUIPMENT: [box(goods=(1, 3))]}),
    Case("equipment.item-repeated", "/equipment/0/goods/1", {EQUIPMENT: [box(goods=(1, 1))]}, {EQUIPMENT: [box(goods=(1, 2))]}),
    Case("equipment.item-nowhere", EQUIPMENT, {EQUIPMENT: [box(goods=(1, 3))]}, {EQUIPMENT: [box(goods=(1, 2, 3))]}),
    Case("equipment.item-nowhere", EQUIPMENT, {EQUIPMENT: [box(), box("CSQU3054383")]}, {EQUIPMENT: [box()]}),
    Case("seal.repeated", "/equipment/0/seals/1", {EQUIPMENT: [box(seals=("TJ 0001", "tj-0001"))]}, {EQUIPMENT: [box(seals=("TJ 0001", "TJ 0002"))]}),
    Case("seal.repeated", "/equipment/1/seals/0", {EQUIPMENT: [box(seals=("TJ1",)), box("CSQU3054383", ("TJ1",))]}, {EQUIPMENT: [box(seals=("TJ1",)), box("CSQU3054383", ("TJ2",))]}),
    Case("seal.number", "/equipment/0/seals/0", {EQUIPMENT: [box(seals=("none",))]}, {EQUIPMENT: [box(seals=("مهر-۱۲",))]}),
    Case("seal.number", "/equipment/0/seals/0", {EQUIPMENT: [box(seals=("#1",))]}, {EQUIPMENT: [box(seals=("1/2.3",))]}),
    Case("seal.elsewhere", "/equipment/0/seals/0", {EQUIPMENT: [box(seals=("tj 77",))]}, {EQUIPMENT: [box(seals=("TJ 78",))]}, setting={"taken": Taken(seals={"TJ77": "TJPPJ-1"})}),
]  # fmt: skip

PARTIES = [
    Case("holder.address-missing", "/holder/address", {"/holder/address": None}),
    Case("holder.country-missing", "/holder/country", {"/holder/country": GONE}),
    Case("holder.represents-himself", "/representative/id", {"/representative": {"id": "TJ-510012345", "name": "A"}}, {"/representative": {"id": "TJ-1", "name": "A"}}),
    Case("party.country-unknown", HOUSE + "/consignee/country", {HOUSE + "/consignee/country": "XQ"}),
    Case("party.country-unknown", "/holder/country", {"/holder/country": "XQ"}, {"/holder/country": "AF"}),
    Case("house.consignor-missing", HOUSE + "/consignor", {HOUSE + "/consignor": None}),
    Case("house.consignee-missing", HOUSE + "/consignee", {HOUSE + "/consignee": GONE}),
    Case("house.sends-to-itself", HOUSE + "/consignee", {HOUSE + "/consignee/id": "AF-9001234567"}, {HOUSE + "/consignee/id": "AF-9001234568"}),
]  # fmt: skip

GUARANTEES = [
    Case("guarantee.missing", "/guarantees", {"/guarantees": []}, {"/guarantees": [{"type": "5"}]}),
    Case("guarantee.missing", "/guarantees", {"/guarantees": [], "/kind": "international", "/offices/departure": ["AFSKB"]}),
    Case("guarantee.type-unknown", G0 + "/type", {G0 + "/type": "7"}, {G0 + "/type": "2"}),
    Case("guarantee.grn-missing", GRN, {GRN: None}, {"/guarantees": [{"type": "A"}]}),
    Case("guarantee.grn-unexpected", GRN, {G0 + "/type": "A"}, {G0 + "/type": "0"}),
    Case("guarantee.grn-check", GRN, {GRN: "26TJPPJ0000000013"}, {GRN: "26TJPPJ0000000012"}),
    Case("guarantee.grn-check", GRN, {"/guarantees": [secured("4", "26TJPPJ0000000013A000001")]}, {"/guarantees": [secured("4", "26TJPPJ0000000012A000001")]}),
    Case("guarantee.voucher-part", GRN, {GRN: grn() + "A000001"}, {"/guarantees": [secured("4", grn() + "A000001")]}),
    Case("guarantee.of-later-year", GRN, {GRN: grn(year=27)}, {GRN: grn(year=26)}),
    Case("guarantee.access-code-missing", G0 + "/access_code", {G0 + "/access_code": None}, {G0 + "/type": "3", G0 + "/access_code": None}),
    Case("guarantee.grn-repeated", "/guarantees/1/grn", {"/guarantees/-": secured("2")}, {"/guarantees/-": secured("2", grn(2))}),
    Case("guarantee.amount-zero", G0 + "/amount", {G0 + "/amount": "0.00"}, {G0 + "/amount": None}),
    Case("guarantee.amount-missing", G0 + "/amount", {G0 + "/amount": None, "/guarantees/-": secured("2", grn(2))}, {G0 + "/amount": None, "/guarantees/-": {"type": "A"}}),
    Case("guarantee.amount-missing", "/guarantees/1/amount", {"/guarantees/-": secured("2", grn(2))}, {"/guarantees/-": {**secured("2", grn(2)), "amount": "1000.00", "currency": "TJS"}}),
    Case("guarantee.currency-missing", G0 + "/currency", {G0 + "/currency": None}, {G0 + "/currency": None, G0 + "/amount": None}),
    Case("guarantee.currency-unknown", G0 + "/currency", {G0 + "/currency": "ZZZ"}),
    Case("guarantee.beside-a-waiver", "/guarantees/1/type", {"/guarantees/-": {"type": "A"}}, {"/guarantees": [{"type": "A"}]}),
]  # fmt: skip

GOODS = [
    Case("house.number", "/house_consignments/1/number", {"/house_consignments/1/number": 3}),
    Case("house.number", "/house_consignments/1/number", {"/house_consignments/1/number": 1}),
    Case("goods.number", ITEM + "/number", {ITEM + "/number": 1}, {ITEM + "/number": 2}),
    Case("goods.commodity-unknown", ITEM + "/commodity", {ITEM + "/commodity": "080699"}, {ITEM + "/commodity": "0806209999"}),
    Case("goods.description", ITEM + "/description", {ITEM + "/description": "080620 x"}, {ITEM + "/description": "Чай"}),
    Case("goods.gross-zero", ITEM + "/gross_kg", {ITEM + "/gross_kg": "0"}, {ITEM + "/gross_kg": "0.000", PACKAGES + "/count": 0}),
    Case("goods.net-above-gross", ITEM + "/net_kg", {ITEM + "/net_kg": "21.001"}, {ITEM + "/net_kg": "21"}),
    Case("goods.package-unknown", PACKAGES + "/kind", {PACKAGES + "/kind": "Q9"}, {PACKAGES + "/kind": "BG"}),
    Case("goods.packages-none", PACKAGES + "/count", {PACKAGES + "/count": 0, PACKAGES + "/marks": "other"}, {PACKAGES + "/count": 0}),
    Case("goods.packages-none", HOUSE + "/items/0/packages/0/count", {HOUSE + "/items/0/packages/0/count": 0}, {HOUSE + "/items/0/packages/0": {"kind": "VO", "count": 0}}),
    Case("goods.bulk-counted", PACKAGES + "/count", {PACKAGES + "/kind": "VO"}, {PACKAGES + "/kind": "VO", PACKAGES + "/count": 1}),
    Case("goods.single-piece", PACKAGES + "/count", {PACKAGES + "/kind": "NF"}, {PACKAGES + "/kind": "NG"}),
    Case("goods.marks-missing", PACKAGES + "/marks", {PACKAGES + "/marks": None}, {PACKAGES + "/kind": "NG", PACKAGES + "/marks": None}),
    Case("goods.unit-unknown", ITEM + "/supplementary/unit", {ITEM + "/supplementary": {"unit": "QQQ", "quantity": "1"}}, {ITEM + "/supplementary": {"unit": "NAR", "quantity": "1"}}),
    Case("goods.quantity-zero", ITEM + "/supplementary/quantity", {ITEM + "/supplementary": {"unit": "NAR", "quantity": "0.0"}}, {ITEM + "/supplementary": {"unit": "NAR", "quantity": "0.1"}}),
    Case("goods.origin-unknown", ITEM + "/origin", {ITEM + "/origin": "XQ"}, {ITEM + "/origin": None}),
    Case("goods.value-missing", ITEM + "/value", {ITEM + "/value": None}),
    Case("goods.currency-missing", ITEM + "/currency", {ITEM + "/currency": None}, {ITEM + "/currency": None, ITEM + "/value": None}),
    Case("goods.currency-unknown", ITEM + "/currency", {ITEM + "/currency": "ZZZ"}),
    Case("goods.un-number-unknown", ITEM + "/dangerous", {ITEM + "/dangerous": "0001"}, {ITEM + "/dangerous": "1202"}),
]  # fmt: skip

SUMS = [
    Case("sums.gross-zero", "/gross_kg", {"/gross_kg": "0.0"}),
    Case("sums.gross", "/gross_kg", {"/gross_kg": "63.001"}, {"/gross_kg": "63.0"}),
    Case("sums.house-gross", "/house_consignments/1/gross_kg", {"/house_consignments/1/gross_kg": "21"}, {"/house_consignments/1/gross_kg": None}),
    Case("sums.truck", "/gross_kg", {"/gross_kg": "44042.001", ITEM + "/gross_kg": "44000.001"}, {"/gross_kg": "44000", ITEM + "/gross_kg": "43958"}),
]  # fmt: skip

PAPERS = [
    Case("papers.type-unknown", "/documents/0/type", {"/documents/0/type": "ZZ9"}, {"/documents/0/type": "730"}),
    Case("papers.type-unknown", ITEM + "/documents/0/type", {ITEM + "/documents": [{"type": "ZZ9", "number": "1"}]}),
    Case("papers.transport-type-unknown", "/transport_documents/0/type", {"/transport_documents/0/type": "N380"}, {"/transport_documents/0/type": "N720"}),
    Case("papers.previous-type-unknown", "/previous_documents/0/type", {"/previous_documents": [{"type": "C605", "reference": "1"}]}, {"/previous_documents": [{"type": "N830", "reference": "1"}]}),
    Case("papers.previous-type-unknown", ITEM + "/previous_documents/0/type", {ITEM + "/previous_documents": [{"type": "ZZ", "reference": "1"}]}),
    Case("papers.transport-missing", "/transport_documents", {"/transport_documents": []}, {"/transport_documents": [], "/transport/border_mode": "2"}),
    Case("papers.repeated", "/documents/1", {"/documents": [{"type": "380", "number": "A 1"}, {"type": "380", "number": "a1"}]}, {"/documents": [{"type": "380", "number": "A 1"}, {"type": "325", "number": "A1"}]}),
    Case("papers.repeated", HOUSE + "/documents/1", {HOUSE + "/documents": [{"type": "380", "number": "1"}, {"type": "380", "number": "1"}]}, {HOUSE + "/documents": [{"type": "380", "number": "1"}], "/house_consignments/1/documents": [{"type": "380", "number": "1"}]}),
    Case("papers.dated-ahead", "/documents/0/date", {"/documents/0/date": "2026-11-28"}, {"/documents/0/date": "2026-11-27"}),
    Case("papers.expired", "/documents/0/expires", {"/documents/0/expires": "2026-11-26"}, {"/documents/0/expires": "2026-11-27"}),
    Case("papers.other-carnet", "/documents/0/number", {"/documents/0": {"type": "952", "number": "JX72581267"}}, {"/carnet/number": "JX72581267", "/documents/0": {"type": "952", "number": "JX 72581267"}}, of="tir"),
    Case("papers.previous-repeated", "/previous_documents/1", {"/previous_documents": [{"type": "NMRN", "reference": "26TJ 1"}, {"type": "NMRN", "reference": "26TJ1"}]}, {"/previous_documents": [{"type": "NMRN", "reference": "26TJ1"}, {"type": "NMRN", "reference": "26TJ2"}]}),
]  # fmt: skip

CASES = [*TRANSPORT, *PARTIES, *GUARANTEES, *GOODS, *SUMS, *PAPERS]
