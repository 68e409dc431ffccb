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


class Kind(Enum):
    """What a consignment is made of; the last four are stopped by the profiles this release ships."""

    IMPORT = "import"
    EXPORT = "export"
    TRANSIT = "transit"
    TOBACCO = "tobacco"
    NO_CERTIFICATE = "no certificate"
    WATCHED = "watched"
    PRECURSOR = "precursor"
    MEDICINE = "medicine"


_GOODS: dict[Kind, Sequence[Goods]] = {
    Kind.IMPORT: goods.IMPORTS,
    Kind.EXPORT: goods.EXPORTS,
    Kind.TRANSIT: goods.TRANSITS,
    Kind.TOBACCO: goods.TOBACCO,
    Kind.NO_CERTIFICATE: tuple(g for g in goods.IMPORTS if "851" in g.papers),
    Kind.WATCHED: goods.WATCHED,
    Kind.PRECURSOR: goods.PRECURSORS,
    Kind.MEDICINE: goods.MEDICINES,
}

_PROCEDURES = {"IM": ("4", "4000"), "EX": ("1", "1000"), "TR": ("8", "8000")}


def declaration(random: Random, number: int, kind: Kind, declarant: str, day: dt.date) -> dict[str, Any]:
    """The words of the consignment that is declared as the given number on a day by one of the demo's two firms."""
    chosen = _chosen(random, kind)
    flow = _flow(kind, chosen[0])
    consignor, consignee = _sides(random, flow, declarant)
    papers_of = (day - dt.timedelta(days=random.randrange(1, 6))).isoformat()
    general, procedure = _PROCEDURES[flow]
    items = [goods.item(random, each, place, len(chosen), papers_of) for place, each in enumerate(chosen, 1)]
    for item in items:
        item["procedure"] = procedure
        if kind is Kind.NO_CERTIFICATE:
            item["documents"] = [paper for paper in item["documents"] if paper["type"] != "851"]
    invoice = f"INV-{day:%y%m}-{random.randrange(100, 9999)}"
    truck = random.choices(("AF", "TJ"), (7, 3) if flow == "IM" else (4, 6))[0]
    return {
        "local_reference": f"{declarant[-5:]}-{day:%y}-{number:05d}",
        "post": POST,
        "declaration_type": flow,
        "general_procedure": general,
        "consignor": consignor.words(),
        "consignee": consignee.words(),
        "declarant": next(f for f in firms.TAJIK if f.id == declarant).words(),
        "countries": {"dispatch": consignor.country, "destination": consignee.country, "trading": consignor.country},
        "transport": firms.transport(random, truck, in_container=kind is not Kind.TOBACCO and random.random() < 0.2),
        "delivery_terms": {"code": random.choice(("CPT", "DAP", "FCA", "EXW")), "place": _place(consignee)},
        "invoice": {
            "number": invoice,
            "date": papers_of,
            "currency": "USD",
            "total": str(sum(Decimal(i["invoice_value"]) for i in items)),
        },
        "costs": _costs(random),
        "items": items,
        "documents": [
            {"type": "380", "number": invoice, "date": papers_of},
            {"type": "730", "number": f"CMR-{random.randrange(100_000, 999_999)}", "date": day.isoformat()},
        ],
    }


def _chosen(random: Random, kind: Kind) -> list[Goods]:
    """One kind of goods as a rule, on mixed trucks up to five."""
    choice = _GOODS[kind]
    count = random.choices((1, 2, 3, 5), (62, 22, 11, 5))[0] if kind in (Kind.IMPORT, Kind.EXPORT, Kind.TRANSIT) else 1
    return random.sample(choice, min(count, len(choice)))


def _flow(kind: Kind, first: Goods) -> str:
    if kind is Kind.TRANSIT or kind is Kind.PRECURSOR:
        return "TR"
    if kind in (Kind.EXPORT, Kind.TOBACCO):
        return "EX"
    return "IM" if first.origin in ("AF", "PK", "IN", "CN", "IR") else "TR"


def _sides(random: Random, flow: str, declarant: str) -> tuple[Firm, Firm]:
    """Consignor and consignee; every third time the declarant himself is one of them."""
    own = next(f for f in firms.TAJIK if f.id == declarant)
    home = own if random.random() < 0.35 else random.choice(firms.TAJIK[2:])
    if flow == "IM":
        return random.choice(firms.AFGHAN), home
    if flow == "EX":
        return home, random.choice(firms.AFGHAN)
    return random.choice(firms.CENTRAL_ASIAN), random.choice(firms.AFGHAN)


def _place(consignee: Firm) -> str:
    return _TOWNS[consignee.country]


_TOWNS = {"TJ": "Dushanbe", "AF": "Kunduz", "UZ": "Termez", "KZ": "Kostanay", "CN": "Urumqi", "IR": "Mashhad"}


def _costs(random: Random) -> list[dict[str, Any]]:
    if random.random() < 0.5:
        return []
    freight = {
        "kind": "freight",
        "amount": f"{random.randrange(350, 1900)}.00",
        "currency": "USD",
        "included": random.random() < 0.5,
    }
    if random.random() < 0.7:
        return [freight]
    return [
        freight,
        {"kind": "insurance", "amount": f"{random.randrange(40, 220)}.00", "currency": "USD", "included": False},
    ]


def unfinished(random: Random, body: dict[str, Any]) -> dict[str, Any]:
    """The same as its writer left it for today: something is still missing."""
    kept = dict(body)
    for name in random.sample(("invoice", "delivery_terms", "transport", "documents"), 2):
        kept.pop(name)
    return kept
