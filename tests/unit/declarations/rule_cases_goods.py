"""Cases of what the goods are, what is done with them, how much there is and what it costs."""

from __future__ import annotations

from tests.unit.declarations.rule_cases import GONE, Case, entry

COMMODITY, TEXT, ORIGIN = "/items/0/commodity", "/items/0/description", "/items/0/origin"
PREFERENCE, PROCEDURE = "/items/0/preference", "/items/0/procedure"
GROSS, NET, VALUE = "/items/0/gross_kg", "/items/0/net_kg", "/items/0/invoice_value"
EXTRA, QUANTITY = "/items/0/supplementary", "/items/0/supplementary/quantity"
PAPERS, COMMON = "/items/0/documents", "/documents/-"
MRN, OTHER_MRN = "26TJPPJ000000117R6", "26TJPPJ000000118R5"
VIN = "XTA210990Y2766389"
CAR = {COMMODITY: "870323", EXTRA: {"unit": "NAR", "quantity": "1"}}


def extra(unit: str, quantity: str) -> dict[str, str]:
    return {"unit": unit, "quantity": quantity}


def paper(kind: str, number: str = "A-77", date: str | None = "2026-11-01", **more: str) -> dict[str, str | None]:
    return {"type": kind, "number": number, "date": date, **more}


GOODS = [
    Case("commodity.heading", COMMODITY, {COMMODITY: "080600"}, {COMMODITY: "080620"}),
    Case("commodity.heading", COMMODITY, {COMMODITY: "0806000000"}, {COMMODITY: "5555000000"}),
    Case("commodity.digits", COMMODITY, {COMMODITY: "62034231"}, {COMMODITY: "6203423100"}),
    Case("commodity.digits", COMMODITY, {COMMODITY: "62034231000"}, {COMMODITY: "620342"}),
    Case("commodity.digits", COMMODITY, {"/post": "AFSKB", COMMODITY: "6203423"}, {"/post": "AFSKB", COMMODITY: "62034231"}),
    Case("commodity.reserved", COMMODITY, {COMMODITY: "980100"}, {COMMODITY: "970121"}),
    Case("commodity.reserved", COMMODITY, {COMMODITY: "770100"}, {COMMODITY: "780110"}),
    Case("description.letters", TEXT, {TEXT: "1200 - 55"}, {TEXT: "А 55"}),
    Case("description.short", TEXT, {TEXT: "ab 1"}, {TEXT: "Чай"}),
    Case("description.short", TEXT, {TEXT: "X"}, {TEXT: "نان"}),
    Case("description.code", TEXT, {TEXT: "6203.42"}, {TEXT: "6203.42 trousers"}),
    Case("description.code", TEXT, {TEXT: "HS 620342"}, {TEXT: "15 HS"}),
    Case("description.generic", TEXT, {TEXT: "Товары"}, {TEXT: "Товары из хлопка"}),
    Case("description.generic", TEXT, {TEXT: "GENERAL CARGO."}, {TEXT: "Cargo nets"}),
    Case("description.generic", TEXT, {TEXT: "اموال"}, {TEXT: "اموال چوبی"}),
    Case("description.same", "/items/1/description", {"/items/1/commodity": "620343"}, {"/items/1/commodity": "6203420001"}),
    Case("origin.own", ORIGIN, {ORIGIN: "TJ"}, {ORIGIN: "UZ"}),
    Case("origin.own", ORIGIN, {ORIGIN: "TJ"}, {ORIGIN: "TJ", PROCEDURE: "6010"}),
    Case("origin.foreign", ORIGIN, {ORIGIN: "CN"}, {ORIGIN: "TJ"}, of="export"),
    Case("origin.foreign", ORIGIN, {ORIGIN: "CN"}, {ORIGIN: "CN", PROCEDURE: "3000"}, of="export"),
    Case("vehicle.chassis", TEXT, {**CAR, TEXT: "Lada 21099"}, {**CAR, TEXT: f"Lada 21099, VIN {VIN}"}),
    Case("vehicle.chassis", TEXT, {**CAR, TEXT: "Lada " + VIN[:-1]}, {**CAR, "/items/0/packages/0/marks": VIN}),
    Case("dangerous.un-missing", "/items/0/un_number", {COMMODITY: "271019"}, {COMMODITY: "271019", "/items/0/un_number": "1202"}),
    Case("dangerous.un-number", "/items/0/un_number", {"/items/0/un_number": "0003"}, {"/items/0/un_number": "0004"}),
    Case("dangerous.un-number", "/items/0/un_number", {"/items/0/un_number": "3601"}, {"/items/0/un_number": "3600"}),
    Case("dangerous.document", PAPERS, {"/items/0/un_number": "1202"}, {"/items/0/un_number": "1202", COMMON: paper("890")}),
    Case(
        "dangerous.document", "/items/1/documents",
        {"/items/1/un_number": "1202", "/items/0/documents/-": paper("890")},
        {"/items/1/un_number": "1202", "/items/1/documents/-": paper("890")},
    ),
    Case(
        "additional.long", "/items/0/additional_information",
        {"/items/0/additional_information": "x" * 351}, {"/items/0/additional_information": "x" * 350},
    ),
]  # fmt: skip

PROCEDURES = [
    Case("procedure.mixed", "/items/1/procedure", {"/items/1/procedure": "5000"}, {"/items/1/procedure": "4071"}),
    Case(
        "procedure.previous", "/items/0/previous_documents",
        {PROCEDURE: "4071"}, {PROCEDURE: "4071", "/items/0/previous_documents": [{"type": "MRN", "number": MRN, "item": 1}]},
    ),
    Case("procedure.previous", "/items/0/previous_documents", {PROCEDURE: "6000"}, {PROCEDURE: "4000"}),
    Case("code.preference", PREFERENCE, {PREFERENCE: "QQ"}, {PREFERENCE: "CIS"}),
    Case("preference.direction", PREFERENCE, {PREFERENCE: "GSP"}, {PREFERENCE: "HUM"}, of="export"),
    Case(
        "preference.proof", PAPERS, {PREFERENCE: "NEW", PAPERS: []}, {PREFERENCE: "NEW"},
        entries=(entry("preference", "NEW", basis="origin", documents="861 862"),),
    ),
    Case(
        "preference.proof", PAPERS, {PREFERENCE: "NEW", PAPERS: [paper("861", expires="2026-11-26")]},
        {PREFERENCE: "NEW", PAPERS: [paper("861", expires="2026-11-27")]},
        entries=(entry("preference", "NEW", basis="origin"),),
    ),
    Case("preference.origin", ORIGIN, {PREFERENCE: "CIS"}, {PREFERENCE: "CIS", ORIGIN: "UZ"}),
    Case("preference.origin", ORIGIN, {PREFERENCE: "CIS"}, {PREFERENCE: "GSP"}),
    Case("preference.direct", PREFERENCE, {PREFERENCE: "CIS", ORIGIN: "KZ"}, {PREFERENCE: "CIS", ORIGIN: "AF"}),
    Case("preference.direct", PREFERENCE, {PREFERENCE: "CIS", ORIGIN: "KZ"}, {PREFERENCE: "HUM", ORIGIN: "KZ"}),
    Case("quota.licence", "/items/0/quota", {"/items/0/quota": "Q-1"}, {"/items/0/quota": "Q-1", COMMON: paper("911")}),
    Case(
        "quota.licence", "/items/0/quota", {"/items/0/quota": "Q-1", "/items/1/documents/-": paper("911")},
        {"/items/0/quota": "Q-1", "/items/0/documents/-": paper("911")},
    ),
    Case(
        "licence.document", "/items/0/licence/number", {"/items/0/licence": {"number": "L-5"}, COMMON: paper("911")},
        {"/items/0/licence": {"number": "A-77"}, COMMON: paper("911")},
    ),
]  # fmt: skip

BY_MASS = entry(
    "tax_rate", "TJ.duty.620342.kg", administration="TJ", tax="duty", commodity="620342", kind="specific", amount="0.50",
    currency="USD", unit="KGM", rank="1",
)  # fmt: skip
MASSES = [
    Case("mass.net-zero", NET, {NET: "0"}, {NET: "0.001"}),
    Case("mass.levied-zero", NET, {NET: "0"}, {NET: "0.001"}, entries=(BY_MASS,)),
    Case("mass.levied-zero", NET, {NET: "0"}, {NET: "0", "/items/0/procedure": "1000", COMMODITY: "080620"}, entries=(BY_MASS,)),
    Case("mass.packing", NET, {GROSS: "500.001", NET: "100"}, {GROSS: "500", NET: "100"}),
    Case("mass.package-light", GROSS, {GROSS: "0.119", NET: "0.1"}, {GROSS: "0.12", NET: "0.1"}),
    Case(
        "mass.package-heavy", GROSS, {GROSS: "60001", "/items/0/packages/0/count": 1}, {GROSS: "60001", "/items/0/packages/0/count": 2}
    ),
    Case(
        "mass.package-heavy", GROSS, {GROSS: "60001", "/items/0/packages/0/count": 1},
        {GROSS: "60001", "/items/0/packages": [{"kind": "VR", "count": 1}]},
    ),
    Case("mass.truck", "/items/0/gross_kg", {GROSS: "41550.001"}, {GROSS: "41550"}),
    Case("mass.truck", "/items/0/gross_kg", {GROSS: "42000"}, {GROSS: "42000", "/transport/border_mode": "2"}),
    Case("supplementary.missing", EXTRA, {COMMODITY: "570110"}, {COMMODITY: "570110", EXTRA: extra("MTK", "310")}),
    Case("supplementary.missing", EXTRA, {COMMODITY: "8517130000"}, {COMMODITY: "851762"}),
    Case(
        "supplementary.unit", EXTRA + "/unit",
        {COMMODITY: "640399", EXTRA: extra("NAR", "10")}, {COMMODITY: "640399", EXTRA: extra("PR", "10")},
    ),
    Case(
        "supplementary.unit", EXTRA + "/unit",
        {COMMODITY: "870323", EXTRA: extra("PR", "1")}, {COMMODITY: "870323", EXTRA: extra("C62", "1")},
    ),
    Case("supplementary.zero", QUANTITY, {EXTRA: extra("NAR", "0.000")}, {EXTRA: extra("NAR", "1")}),
    Case("supplementary.fraction", QUANTITY, {EXTRA: extra("NAR", "1.5")}, {EXTRA: extra("NAR", "2.000")}),
    Case("supplementary.fraction", QUANTITY, {EXTRA: extra("PR", "1.5")}, {EXTRA: extra("MTK", "1.5")}),
    Case(
        "supplementary.density", QUANTITY,
        {COMMODITY: "220830", EXTRA: extra("LTR", "23000")}, {COMMODITY: "220830", EXTRA: extra("LTR", "2500")},
    ),
    Case(
        "supplementary.density", QUANTITY,
        {COMMODITY: "220830", EXTRA: extra("LTR", "1000")}, {COMMODITY: "841821", EXTRA: extra("LTR", "1000")},
    ),
    Case("supplementary.kilograms", QUANTITY, {EXTRA: extra("KGM", "2301")}, {EXTRA: extra("KGM", "2300.0")}),
]  # fmt: skip

VALUES = [
    Case("value.zero", VALUE, {VALUE: "0.00"}, {VALUE: "0.01"}),
    Case("value.zero", VALUE, {VALUE: "0"}, {VALUE: "0", "/transaction_nature": "31"}),
    Case("value.above-invoice", VALUE, {VALUE: "18400.01"}, {VALUE: "18400"}),
    Case("value.per-kg-low", VALUE, {VALUE: "22.99"}, {VALUE: "23"}),
    Case("value.per-kg-high", VALUE, {NET: "0.091"}, {NET: "0.092"}),
    Case("value.per-kg-high", VALUE, {NET: "0.091"}, {NET: "0.091", COMMODITY: "710239"}),
    Case("code.valuation_method", "/items/0/valuation_method", {"/items/0/valuation_method": "7"}, {"/items/0/valuation_method": "6"}),
    Case(
        "valuation.grounds", "/items/0/valuation_method",
        {"/items/0/valuation_method": "6"}, {"/items/0/valuation_method": "6", COMMON: paper("934")},
    ),
    Case("valuation.grounds", "/items/0/valuation_method", {"/items/0/valuation_method": "2"}, {"/items/0/valuation_method": "1"}),
]  # fmt: skip

PACKAGES = "/items/0/packages"
BOXES = {"kind": "CT", "count": 5, "marks": "KOH 1-5"}
CONTAINERS = "/items/0/containers"

PACKED = [
    Case("packages.none", PACKAGES + "/0/count", {PACKAGES + "/0/count": 0, PACKAGES + "/0/marks": "own"}, {PACKAGES + "/0/count": 0}),
    Case(
        "packages.none", PACKAGES + "/0/count", {PACKAGES: [{"kind": "NE", "count": 0}]}, {PACKAGES: [{"kind": "VR", "count": 0}]}
    ),
    Case(
        "packages.bulk-count", PACKAGES + "/0/count", {PACKAGES: [{"kind": "VR", "count": 2}]}, {PACKAGES: [{"kind": "VR", "count": 1}]}
    ),
    Case("packages.single", PACKAGES + "/0/count", {PACKAGES: [{"kind": "NF", "count": 2}]}, {PACKAGES: [{"kind": "NG", "count": 2}]}),
    Case("packages.marks", PACKAGES + "/0/marks", {PACKAGES + "/0/marks": GONE}, {PACKAGES: [{"kind": "NE", "count": 3}]}),
    Case("packages.repeated", PACKAGES + "/1", {PACKAGES: [BOXES, BOXES]}, {PACKAGES: [BOXES, {**BOXES, "marks": "KOH 6-10"}]}),
    Case(
        "packages.bulk-and-packed", PACKAGES,
        {PACKAGES: [BOXES, {"kind": "VR", "count": 1}]}, {PACKAGES: [BOXES, {**BOXES, "kind": "BG"}]},
    ),
    Case(
        "packages.container", PACKAGES + "/0/kind",
        {PACKAGES + "/0/kind": "CN", "/transport/containers": []}, {PACKAGES + "/0/kind": "CN"},
    ),
    Case("container.item-check-digit", CONTAINERS + "/0", {CONTAINERS: ["MSKU1234560"]}, {CONTAINERS: ["MSKU1234565"]}),
    Case("container.unknown", CONTAINERS + "/0", {CONTAINERS: ["TCLU1234568"]}, {CONTAINERS: ["MSKU1234565"]}),
    Case("container.item-repeated", CONTAINERS + "/1", {CONTAINERS: ["MSKU1234565"] * 2}, {CONTAINERS: ["MSKU1234565", "TCLU1234568"]}),
    Case(
        "container.empty", "/transport/containers/1",
        {"/transport/containers/-": "TCLU1234568", CONTAINERS: ["MSKU1234565"]}, {"/transport/containers/-": "TCLU1234568"},
    ),
]  # fmt: skip

CASES = [*GOODS, *PROCEDURES, *MASSES, *VALUES, *PACKED]
