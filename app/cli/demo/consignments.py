"""Declarations of the demonstration: which goods, whose, on which truck; the contract's JSON, complete and valid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from app.cli.demo import firms, goods
from app.cli.demo.firms import Firm
from app.cli.demo.goods import Goods

POST = "TJPPJ"
WAREHOUSE = "TJ-CW-0031"
#: Declared by whoever holds the certificate of the investment project.
CERTIFICATE = "INV-117/2"


class Kind(Enum):
    """What a consignment is made of; those from `NO_CERTIFICATE` on are stopped by the profiles this release ships."""

    IMPORT = "import"
    EXPORT = "export"
    TRANSIT = "transit"
    TOBACCO = "tobacco"
    PROJECT = "project"
    STORED = "stored"
    NO_CERTIFICATE = "no certificate"
    WATCHED = "watched"
    BULKY = "bulky"
    PRECURSOR = "precursor"
    MEDICINE = "medicine"


_GOODS: dict[Kind, Sequence[Goods]] = {
    Kind.IMPORT: goods.IMPORTS,
    Kind.EXPORT: goods.EXPORTS,
    Kind.TRANSIT: goods.TRANSITS,
    Kind.TOBACCO: goods.TOBACCO,
    Kind.PROJECT: goods.PROJECT,
    Kind.STORED: goods.STORED,
    Kind.NO_CERTIFICATE: tuple(g for g in goods.IMPORTS if "851" in g.papers),
    Kind.WATCHED: goods.WATCHED,
    Kind.BULKY: goods.BULKY,
    Kind.PRECURSOR: goods.PRECURSORS,
    Kind.MEDICINE: goods.MEDICINES,
}
#: Mixed trucks; of the other kinds a truck carries one.
_MIXED = (Kind.IMPORT, Kind.EXPORT, Kind.TRANSIT)
#: What the declarant brings in for himself.
_FOR_HIMSELF = (Kind.PROJECT, Kind.STORED)

_PROCEDURES = {"IM": ("4", "4000"), "EX": ("1", "1000"), "TR": ("8", "8000")}
_SIGNS = {"TJ-510012345": "Фирдавс Раҳимов", "TJ-510067890": "Зарина Шарипова"}
_BROKERS = {"TJ-510012345": "TJ-CB-0141", "TJ-510067890": "TJ-CB-0208"}


def declaration(random: Random, number: int, kind: Kind, declarant: str, day: dt.date) -> dict[str, Any]:
    """The words of the consignment that is declared as the given number on a day by one of the demo's two firms."""
    chosen = _chosen(random, kind)
    flow = _flow(kind, chosen[0])
    own = next(f for f in firms.TAJIK if f.id == declarant)
    consignor, consignee = _sides(random, kind, flow, own)
    papers_of = (day - dt.timedelta(days=random.randrange(1, 6))).isoformat()
    general, procedure = ("7", "7000") if kind is Kind.STORED else _PROCEDURES[flow]
    items = [
        {**goods.item(random, each, place, len(chosen), papers_of), "procedure": procedure}
        for place, each in enumerate(chosen, 1)
    ]
    _bend(kind, items, papers_of)
    invoice = f"INV-{day:%y%m}-{random.randrange(100, 9999)}"
    truck = random.choices(("AF", "TJ"), (7, 3) if flow == "IM" else (4, 6))[0]
    terms, costs = _terms(random)
    made: dict[str, Any] = {
        "local_reference": f"{declarant[-5:]}-{day:%y}-{number:05d}",
        "post": POST,
        "declaration_type": flow,
        "general_procedure": general,
        "consignor": consignor.words(),
        "consignee": consignee.words(),
        "declarant": _declarant(own, consignor, consignee),
        "representative": _SIGNS[declarant],
        "countries": {"dispatch": consignor.country, "destination": consignee.country, "trading": consignor.country},
        "transport": firms.transport(random, truck, in_container=kind is not Kind.TOBACCO and random.random() < 0.2),
        "delivery_terms": {"code": terms, "place": _TOWNS[consignee.country]},
        "invoice": {
            "number": invoice,
            "date": papers_of,
            "currency": "USD",
            "total": str(sum(Decimal(i["invoice_value"]) for i in items)),
        },
        "costs": costs,
        "items": items,
        "documents": [
            {"type": "380", "number": invoice, "date": papers_of},
            {"type": "730", "number": f"CMR-{random.randrange(100_000, 999_999)}", "date": day.isoformat()},
        ],
    }
    if kind is Kind.STORED:
        made["warehouse"] = WAREHOUSE
    if flow == "TR":
        _in_transit(random, made, own, day)
    if flow == "TR" or made["transport"].get("containers"):
        made["seals"] = [f"TJ{random.randrange(100_000, 999_999)}" for _seal in range(random.choice((1, 1, 2)))]
    return made


def _chosen(random: Random, kind: Kind) -> list[Goods]:
    """One kind of goods as a rule, on mixed trucks up to five; what is bulky comes together."""
    choice = _GOODS[kind]
    count = random.choices((1, 2, 3, 5), (62, 22, 11, 5))[0] if kind in _MIXED else 2 if kind is Kind.BULKY else 1
    return random.sample(choice, min(count, len(choice)))


def _flow(kind: Kind, first: Goods) -> str:
    if kind in (Kind.TRANSIT, Kind.PRECURSOR):
        return "TR"
    if kind in (Kind.EXPORT, Kind.TOBACCO):
        return "EX"
    return "IM" if first.origin in ("AF", "PK", "IN", "CN", "IR") else "TR"


def _sides(random: Random, kind: Kind, flow: str, own: Firm) -> tuple[Firm, Firm]:
    """Consignor and consignee; every third time the declarant himself is one of them."""
    home = own if kind in _FOR_HIMSELF or random.random() < 0.35 else random.choice(firms.TAJIK[2:])
    if flow == "IM":
        return random.choice(firms.AFGHAN), home
    if flow == "EX":
        return home, random.choice(firms.AFGHAN)
    return random.choice(firms.CENTRAL_ASIAN), random.choice(firms.AFGHAN)


def _declarant(own: Firm, consignor: Firm, consignee: Firm) -> dict[str, str]:
    """Who declares for others does so as a broker."""
    words = own.words()
    return words if own in (consignor, consignee) else {**words, "licence": _BROKERS[own.id]}


def _bend(kind: Kind, items: list[dict[str, Any]], day: str) -> None:
    """What is particular of a kind: the certificate that is missing, or the one that frees."""
    for item in items:
        if kind is Kind.NO_CERTIFICATE:
            item["documents"] = [paper for paper in item["documents"] if paper["type"] != "851"]
        if kind is Kind.PROJECT:
            item["preference"] = "INV"
            item["documents"].append({"type": "911", "number": CERTIFICATE, "date": day})


def _in_transit(random: Random, made: dict[str, Any], own: Firm, day: dt.date) -> None:
    """Who answers, where it ends, and what secures it: a TIR carnet or a guarantee."""
    made["principal"] = own.words()
    made["destination_office"] = {"code": "AFSKB", "country": "AF"}
    if random.random() < 0.6:
        carnet = f"XC{random.randrange(80_000_000, 90_000_000)}"
        made["documents"].append({"type": "952", "number": carnet, "date": day.isoformat()})
        made["guarantees"] = [{"type": "8", "reference": carnet}]
    else:
        made["guarantees"] = [{"type": "1", "reference": f"TJG-{day:%y}-{random.randrange(1_000, 9_999)}"}]


_TOWNS = {"TJ": "Dushanbe", "AF": "Kunduz", "UZ": "Termez", "KZ": "Kostanay", "CN": "Urumqi", "IR": "Mashhad"}

#: Terms of delivery with what the price holds of freight and insurance.
_TERMS = {
    "CPT": (True, False),
    "CIP": (True, True),
    "DAP": (True, True),
    "FCA": (False, False),
    "EXW": (False, False),
}


def _terms(random: Random) -> tuple[str, list[dict[str, Any]]]:
    """Terms of delivery, and the costs to go with them; now and then somebody forgets the insurance."""
    terms = random.choice(tuple(_TERMS))
    holds_freight, holds_insurance = _TERMS[terms]
    costs = []
    if not holds_freight or random.random() < 0.5:
        costs.append(_cost("freight", random.randrange(350, 1400), included=holds_freight))
    if not holds_insurance and random.random() < 0.93:
        costs.append(_cost("insurance", random.randrange(40, 220), included=False))
    return terms, costs


def _cost(kind: str, amount: int, *, included: bool) -> dict[str, Any]:
    return {"kind": kind, "amount": f"{amount}.00", "currency": "USD", "included": included}


def unfinished(random: Random, body: dict[str, Any]) -> dict[str, Any]:
    """The same as its writer left it for today: something is still missing."""
    kept = dict(body)
    for name in random.sample(("invoice", "delivery_terms", "transport", "documents"), 2):
        kept.pop(name)
    return kept


def announced(body: dict[str, Any], arrival: dt.datetime) -> dict[str, Any]:
    """The same as it is lodged before the truck is there."""
    transport = {**body["transport"], "expected_arrival": arrival.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**body, "additional_type": "D", "transport": transport}


def corrected(body: dict[str, Any], percent: int) -> dict[str, Any]:
    """The same with another price of the first goods: so many per cent of what was declared."""
    first, *others = body["items"]
    value = (Decimal(first["invoice_value"]) * percent / 100).quantize(Decimal("0.01"))
    items = [{**first, "invoice_value": f"{value}"}, *others]
    total = sum(Decimal(item["invoice_value"]) for item in items)
    return {**body, "items": items, "invoice": {**body["invoice"], "total": f"{total}"}}


def out_of_warehouse(body: dict[str, Any], mrn: str, part: int, of: int, day: dt.date) -> dict[str, Any]:
    """A declaration for home use of one of several parts of what another one put into the warehouse."""
    stored = body["items"][0]
    pack, count, net, each = stored["packages"][0], *_share(stored, part, of)
    value = (Decimal(stored["invoice_value"]) * count / pack["count"]).quantize(Decimal("0.01"))
    invoice = f"{body['invoice']['number']}-{part}"
    item = {
        **stored,
        "procedure": "4071",
        "packages": [{**pack, "count": count}],
        "net_kg": f"{net}.000",
        "gross_kg": f"{each}.000",
        "invoice_value": f"{value}",
        "previous_documents": [
            {"type": "MRN", "number": mrn, "item": 1, "packages": count, "net_kg": f"{net}.000"},
        ],
    }
    papers = [{**paper, "number": invoice} if paper["type"] == "380" else paper for paper in body["documents"]]
    return {
        **{name: said for name, said in body.items() if name != "seals"},
        "local_reference": f"{body['local_reference']}/{part}",
        "general_procedure": "4",
        "transport": {"border_mode": "3", "inland_mode": "3", "vehicle": body["transport"]["vehicle"]},
        "invoice": {**body["invoice"], "number": invoice, "date": day.isoformat(), "total": f"{value}"},
        "costs": [],
        "items": [item],
        "documents": papers,
    }


def _share(stored: dict[str, Any], part: int, of: int) -> tuple[int, int, int]:
    """Packages, net and gross kilograms of a part; the last one takes what is left."""
    packages, net, gross = stored["packages"][0]["count"], *(int(Decimal(stored[n])) for n in ("net_kg", "gross_kg"))
    count, mass, weighed = packages // of, net // of, gross // of
    if part < of:
        return count, mass, weighed
    return packages - count * (of - 1), net - mass * (of - 1), gross - weighed * (of - 1)
