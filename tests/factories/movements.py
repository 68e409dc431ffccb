"""Transit movements that are valid, and ways to bend them."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from app.core.numbering import check_character
from app.transit import schemas
from app.transit.commands import Declared
from tests.factories.actors import PARTY, POST

_numbers = itertools.count(1)

DESTINATION = "TJDUS"
ACCESS_CODE = "SOMON-2026"
ITEM: dict[str, Any] = {
    "number": 1,
    "commodity": "080620",
    "description": "Raisins, dried, in cartons",
    "gross_kg": "21.000",
    "net_kg": "20.000",
    "packages": [{"kind": "CT", "count": 2, "marks": "KBL 1-2"}],
    "value": "36.00",
    "currency": "USD",
    "origin": "AF",
}
#: Kilograms of an item; 1,999 of them go on one truck.
_GROSS = 21


def grn(number: int = 1, *, country: str = "TJ", office: str = "PPJ", year: int = 26) -> str:
    """A reference of a guarantee with its check character, 17 characters."""
    body = f"{year:02d}{country}{office}{number:09d}"
    return body + check_character(body)


def carnet(number: int) -> str:
    """The number of a TIR carnet above 25,000,000 with its letters."""
    rest = number % 23
    letter = chr(65 + (3 * rest + 17) % 26)
    return f"{letter}X{number}" if rest < 12 else f"X{letter}{number}"


def words(
    kind: str = "national", items: int = 1, houses: int = 1, party: str = PARTY, **changes: Any
) -> dict[str, Any]:
    """The JSON of a movement with no findings; `kind` is national, international or tir. `changes` replace top-level
    names. Items lie in the houses in equal numbers, the last has the rest."""
    number = next(_numbers)
    body: dict[str, Any] = {
        "kind": kind,
        "local_reference": f"M-{number:06d}",
        "post": POST,
        "additional_type": "A",
        "declaration_type": "TIR" if kind == "tir" else "T1",
        "holder": {
            "id": party,
            "name": "ҶДММ «Сомон Транс»",
            "address": "хиёбони Рӯдакӣ 14, Душанбе",
            "country": "TJ",
        },
        "offices": {"departure": [POST], "transit": [], "exit": None, "destination": [DESTINATION]},
        "countries": {"dispatch": "AF", "destination": "TJ", "routing": ["TJ"]},
        "binding_itinerary": False,
        "transport": {
            "border_mode": "3",
            "inland_mode": "3",
            "vehicle": {"plate": _plate(number, "A"), "country": "TJ"},
            "trailer": {"plate": _plate(number, "P"), "country": "TJ"},
            "driver": {"name": "احمد نوری", "document": {"type": "passport", "number": "P01234567", "country": "AF"}},
        },
        "equipment": [],
        "location": {"type": "B", "qualifier": "Z", "text": "Yard 2"},
        "places": {"loading": "Kunduz", "unloading": "Dushanbe"},
        "previous_documents": [],
        "documents": [{"type": "380", "number": f"INV-{number}", "date": "2026-11-10"}],
        "transport_documents": [{"type": "N730", "number": f"CMR-{number}"}],
        "additional_references": [],
        "guarantees": [{"type": "1", "grn": grn(), "access_code": ACCESS_CODE, "amount": "5000.00", "currency": "TJS"}],
        "house_consignments": _houses(items, houses),
        "gross_kg": f"{_GROSS * items}.000",
    }
    return {**body, **_ABROAD.get(kind, _nothing)(number), **changes}


def national(items: int = 1, **more: Any) -> dict[str, Any]:
    """From TJPPJ to TJDUS."""
    return words("national", items, **more)


def international(items: int = 1, **more: Any) -> dict[str, Any]:
    """From Sher Khan Bandar in at TJPPJ, out at TJDUS, to Sariosiyo in Uzbekistan."""
    return words("international", items, **more)


def tir(items: int = 1, **more: Any) -> dict[str, Any]:
    """A TIR transport from Sher Khan Bandar in at TJPPJ, first unloading at TJDUS, the rest on to Uzbekistan."""
    return words("tir", items, **more)


def declared(body: dict[str, Any] | None = None, **more: Any) -> Declared:
    """The body after the schema."""
    return schemas.read(words(**more) if body is None else body)


def _plate(number: int, series: str) -> str:
    return f"{number % 10_000:04d}{series}{chr(65 + number // 10_000)}01"


def _nothing(_number: int) -> dict[str, Any]:
    return {}


def _international(number: int) -> dict[str, Any]:
    return {
        "offices": {"departure": ["AFSKB"], "transit": [POST], "exit": DESTINATION, "destination": ["UZSAR"]},
        "countries": {"dispatch": "AF", "destination": "UZ", "routing": ["AF", "TJ", "UZ"]},
        "equipment": [_container(number)],
    }


def _tir(number: int) -> dict[str, Any]:
    return {
        "holder": {
            "id": PARTY,
            "name": "ҶДММ «Сомон Транс»",
            "address": "хиёбони Рӯдакӣ 14, Душанбе",
            "country": "TJ",
            "tir_id": "TJK/087/1234567",
        },
        "carnet": {
            "number": carnet(72_500_000 + number),
            "valid_to": "2199-12-31",
            "volets": 14,
            "page": 3,
            "holder_id": "TJK/087/1234567",
        },
        "offices": {"departure": ["AFSKB"], "transit": [POST], "exit": None, "destination": [DESTINATION, "UZSAR"]},
        "countries": {"dispatch": "AF", "destination": "UZ", "routing": ["AF", "TJ", "UZ"]},
        "equipment": [_container(number)],
        "guarantees": [],
    }


_ABROAD = {"international": _international, "tir": _tir}


def _container(number: int) -> dict[str, Any]:
    return {"container": "MSKU1234565", "seals": [f"AFG{number:07d}"], "goods": []}


def _houses(items: int, houses: int) -> list[dict[str, Any]]:
    each, made = items // houses, []
    for nth in range(houses):
        first = nth * each
        last = items if nth == houses - 1 else first + each
        made.append(
            {
                "number": nth + 1,
                "consignor": {
                    "id": "AF-9001234567",
                    "name": "شرکت تجارتی کابل ستاره",
                    "address": "کابل",
                    "country": "AF",
                },
                "consignee": {"name": "ҶДММ «Баҳор»", "address": "Душанбе", "country": "TJ"},
                "gross_kg": f"{_GROSS * (last - first)}.000",
                "documents": [],
                "items": [{**copy.deepcopy(ITEM), "number": n + 1} for n in range(first, last)],
            }
        )
    return made


def fullest() -> dict[str, Any]:
    """A movement that names every field of the schema. Rules may find fault with it."""
    body = tir(2, houses=1)
    file = "0192f0a0-0000-7000-8000-000000000000"
    paper = {
        "type": "380",
        "number": "INV-1",
        "date": "2026-11-10",
        "issuer": "Kabul Star",
        "issue_place": "Kabul",
        "expires": "2027-11-10",
        "attachment": file,
    }
    who = {"id": "TJ-1", "name": "Сомон", "address": "Душанбе", "country": "TJ"}
    means = {"plate": "1234AB01", "country": "TJ", "vin": "XTA210990Y2766389"}
    body["representative"] = {**who, "phone": "+992 37 221-33-44"}
    body["offices"]["exit"] = "TJFOT"
    body.update(
        itinerary=["Dusti", "Hisor"],
        route="TJ-PPJ-DUS",
        limit_date="2026-12-01",
        previous_documents=[{"type": "NMRN", "reference": "26TJPPJ000000117R6"}],
        documents=[paper],
        additional_references=[{"type": "Y901", "number": "1"}],
        guarantees=[{"type": "B", "grn": grn(), "access_code": ACCESS_CODE, "amount": "1.00", "currency": "TJS"}],
        ucr="UCR-1",
        declaration_type="TIR",
    )
    body["transport"].update(
        vehicle=means,
        trailer={**means, "plate": "1234PA01"},
        border_transport={"identity": "Ferry", "country": "TJ"},
        expected_arrival="2026-11-30T06:00:00Z",
    )
    body["equipment"] = [{"container": "MSKU1234565", "seals": ["TJ-1"], "goods": [1, 2]}]
    (house,) = body["house_consignments"]
    house.update(consignor=who, consignee=who, documents=[paper])
    house["items"][0].update(
        supplementary={"unit": "NAR", "quantity": "5"},
        documents=[paper],
        previous_documents=[{"type": "N830", "reference": "1"}],
        dangerous="1202",
        cus="0010001-6",
    )
    return body
