"""Cases of documents, previous documents and goods under control."""

from __future__ import annotations

from tests.unit.declarations.rule_cases import GONE, Case, entry

ITEM_PAPERS, COMMON, NEXT = "/items/0/documents", "/documents/-", "/items/0/documents/-"
PREVIOUS = "/items/0/previous_documents"
COMMODITY = "/items/0/commodity"
MRN, OTHER_MRN = "26TJPPJ000000117R6", "26TJPPJ000000118R5"
FILE, OTHER_FILE = "018f3f70-8b9a-7c11-9d5e-0a1b2c3d4e5f", "018f3f70-8b9a-7c11-9d5e-0a1b2c3d4e60"


def paper(kind: str, number: str = "A-77", date: str | None = "2026-11-01", **more: str) -> dict[str, str | None]:
    return {"type": kind, "number": number, "date": date, **more}


def before(number: str = MRN, **more: object) -> dict[str, object]:
    return {"type": "MRN", "number": number, "item": 1, **more}


LAST = ITEM_PAPERS + "/1"

DOCUMENTS = [
    *(
        Case("document.number", LAST + "/number", {NEXT: paper("271", number)}, {NEXT: paper("271", number + " 7")})
        for number in ("0", "-", "n/a", "N.A", "000", "б/н", "xx", "none", "ندارد")
    ),
    Case("document.number", "/documents/1/number", {"/documents/1/number": "b/n"}, {"/documents/1/number": "b/n 7"}),
    Case("document.date-missing", LAST + "/date", {NEXT: paper("851", date=None)}, {NEXT: paper("271", date=None)}),
    Case("document.old", LAST + "/date", {NEXT: paper("851", date="2021-11-26")}, {NEXT: paper("851", date="2021-11-27")}),
    Case(
        "document.old", LAST + "/date", {NEXT: paper("911", date="2000-01-01")},
        {NEXT: paper("911", date="2000-01-01", expires="2030-01-01", issuer="MoH")},
    ),
    Case("document.expired", LAST + "/expires", {NEXT: paper("315", expires="2026-11-26")}, {NEXT: paper("315", expires="2026-11-27")}),
    Case(
        "document.expires-before-issue", LAST + "/expires",
        {NEXT: paper("315", expires="2026-10-31")}, {NEXT: paper("315", expires="2026-11-01")},
    ),
    Case(
        "document.issuer", LAST + "/issuer",
        {NEXT: paper("911", expires="2027-01-01")}, {NEXT: paper("911", expires="2027-01-01", issuer="Ministry of Health")},
    ),
    Case("document.issuer", LAST + "/issuer", {NEXT: paper("911", attachment=FILE)}, {NEXT: paper("271", attachment=FILE)}),
    Case("document.repeated", LAST, {NEXT: paper("861", "CO-5512")}, {NEXT: paper("861", "CO-5513")}),
    Case("document.repeated", "/documents/2", {COMMON: paper("730", "CMR-1")}, {NEXT: paper("730", "CMR-1")}),
    Case(
        "document.same-file", "/items/0/documents/2/attachment",
        {ITEM_PAPERS: [paper("861"), paper("271", "B1", attachment=FILE), paper("315", "B2", attachment=FILE)]},
        {ITEM_PAPERS: [paper("861"), paper("271", "B1", attachment=FILE), paper("315", "B2", attachment=OTHER_FILE)]},
    ),
    Case("document.proforma", "/documents", {"/documents/0/type": "325"}, {COMMON: paper("325")}),
    Case("document.mode", "/documents/1/type", {"/documents/1/type": "740"}, {"/documents/1/type": "787"}),
    Case(
        "document.mode", "/documents/1/type",
        {"/transport/border_mode": "2"}, {"/transport/border_mode": "2", "/transport/inland_mode": "3"},
    ),
    Case("document.tir-number", "/documents/2/number", {COMMON: paper("952", "12345678")}, {COMMON: paper("952", "XB12345678")}),
    Case("document.tir-number", "/documents/2/number", {COMMON: paper("952", "XB123")}, {COMMON: paper("952", "XB.12345678")}),
    Case(
        "document.many", "/documents",
        {"/documents": [paper("271", f"P{n}") for n in range(21)]}, {"/documents": [paper("271", f"P{n}") for n in range(20)]},
    ),
]  # fmt: skip

NEEDED = "required_document"

REQUIRED = [
    Case("document.expected", "/documents", {"/documents/1": GONE}, {}),
    Case("document.expected", "/documents", {"/documents/1": GONE}, {"/documents/1": GONE, NEXT: paper("730")}),
    Case("document.expected", ITEM_PAPERS, {COMMODITY: "300490"}, {COMMODITY: "300490", NEXT: paper("3")}),
    Case("document.expected", ITEM_PAPERS, {COMMODITY: "300490"}, {COMMODITY: "300490", COMMON: paper("852")}),
    Case("document.expected", "/items/1/documents", {"/items/1/commodity": "300490"}, {"/items/1/commodity": "300590"}),
    Case(
        "document.mandatory", ITEM_PAPERS,
        {"/items/0/preference": "CIS", ITEM_PAPERS: []}, {"/items/0/preference": "CIS", "/items/0/origin": "UZ"},
    ),
    Case(
        "document.mandatory", ITEM_PAPERS,
        {"/items/0/preference": "CIS", ITEM_PAPERS: [paper("861", expires="2026-11-26")]},
        {"/items/0/preference": "CIS", ITEM_PAPERS: [paper("861", expires="2026-11-27")]},
    ),
    Case(
        "document.required", ITEM_PAPERS, {}, {NEXT: paper("856"), "/items/1/documents/-": paper("856")},
        entries=(entry(NEEDED, "check.trousers", commodity="6203", administration="TJ", documents="856", effect="block"),),
    ),
    Case(
        "document.required", ITEM_PAPERS, {}, {"/post": "AFSKB"},
        entries=(entry(NEEDED, "check.trousers", commodity="6203", administration="TJ", documents="856", effect="block"),),
    ),
    Case(
        "document.required", "/documents", {}, {"/transport/border_mode": "2"},
        entries=(entry(NEEDED, "check.road", mode="3", declaration_type="IM", documents="856 857", effect="block"),),
    ),
]  # fmt: skip

EARLIER = [
    Case("previous.type", PREVIOUS + "/0/type", {PREVIOUS: [before(type="QQQQ")]}, {PREVIOUS: [before(type="X")]}),
    Case("previous.type", PREVIOUS + "/0/type", {PREVIOUS: [before(type="N999")]}, {PREVIOUS: [before(type="N785"), before("1", type="IM7")]}),
    Case("previous.number", PREVIOUS + "/0/number", {PREVIOUS: [before("0")]}, {PREVIOUS: [before("TRUCK 48213")]}),
    Case("previous.mrn", PREVIOUS + "/0/number", {PREVIOUS: [before(MRN[:-1] + "7")]}, {PREVIOUS: [before(MRN)]}),
    Case("previous.item", PREVIOUS + "/0/item", {PREVIOUS: [before(item=None)]}, {PREVIOUS: [before()]}),
    Case("previous.item", PREVIOUS + "/0/item", {PREVIOUS: [before(item=None)]}, {PREVIOUS: [before("CMR 55", item=None)]}),
    Case("previous.repeated", PREVIOUS + "/1", {PREVIOUS: [before(), before()]}, {PREVIOUS: [before(), before(item=2)]}),
    Case(
        "previous.quantities", PREVIOUS + "/1/net_kg",
        {PREVIOUS: [before(net_kg="5"), before(OTHER_MRN)]}, {PREVIOUS: [before(net_kg="5"), before(OTHER_MRN, quantity="1")]},
    ),
    Case("previous.quantities", PREVIOUS + "/0/net_kg", {PREVIOUS: [before(), before(OTHER_MRN)]}, {PREVIOUS: [before()]}),
    Case(
        "previous.net-mass", PREVIOUS,
        {PREVIOUS: [before(net_kg="1150"), before(OTHER_MRN, net_kg="1150.001")]},
        {PREVIOUS: [before(net_kg="1150"), before(OTHER_MRN, net_kg="1150")]},
    ),
    Case("previous.date", PREVIOUS + "/0/date", {PREVIOUS: [before(date="2026-11-28")]}, {PREVIOUS: [before(date="2026-11-27")]}),
]  # fmt: skip


def control(kind: str, commodity: str, answer: str = "911", at: int = 0) -> Case:
    """Controlled goods without and with the document that answers."""
    place = f"/items/{at}"
    goods = {f"{place}/commodity": commodity}
    return Case(f"controlled.{kind}", f"{place}/commodity", goods, {**goods, f"{place}/documents/-": paper(answer)})


CONTROLLED = [
    control("arms", "930200"),
    control("arms", "9305100000", "941", at=1),
    control("explosives", "360200"),
    control("chemical-weapons", "281212"),
    control("nuclear", "284410"),
    control("dual-use", "880622"),
    control("cites", "160431"),
    control("cultural", "970510"),
    control("ozone", "290371"),
    control("waste", "854911"),
    control("mercury", "280540"),
    control("psychotropics", "300490"),
    control("precursors-1", "291524"),
    control("precursors-1", "2915240000", "811"),
    control("precursors-2", "291411"),
    control("precursors-watched", "283620"),
    control("explosive-precursors", "310230"),
    control("veterinary", "020130", "853"),
    control("phytosanitary", "080620", "851"),
    control("precious", "710812"),
    control("excise", "240220"),
    control("sanctions", "870323", "2"),
    Case(
        "controlled.arms", COMMODITY, {COMMODITY: "930200", NEXT: paper("911", expires="2026-11-26")},
        {COMMODITY: "930200", NEXT: paper("911", expires="2026-11-27")},
    ),
    Case("controlled.arms", COMMODITY, {COMMODITY: "930200", "/items/1/documents/-": paper("911")}, {COMMODITY: "930200", COMMON: paper("911")}),
    Case(
        "controlled.other", COMMODITY, {}, {NEXT: paper("856"), "/items/1/documents/-": paper("856")},
        entries=(entry("controlled", "6203-textiles", prefix="6203", group="textiles", document="856 857"),),
    ),
]  # fmt: skip

CASES = [*DOCUMENTS, *REQUIRED, *EARLIER, *CONTROLLED]
