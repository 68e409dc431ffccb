"""Declarations that are valid, and ways to bend them."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations import schemas
from app.declarations.commands import LodgeDeclaration
from app.declarations.operations import Lodged
from app.flows.lodging import lodge
from tests.factories.actors import PARTY, POST, trader

_numbers = itertools.count(1)

ITEM: dict[str, Any] = {
    "number": 1,
    "commodity": "620342",
    "description": "Trousers of cotton, men's",
    "origin": "CN",
    "procedure": "4000",
    "packages": [{"kind": "CT", "count": 120, "marks": "KOH 1-120"}],
    "gross_kg": "2450.000",
    "net_kg": "2300.000",
    "invoice_value": "9200.00",
    "documents": [{"type": "861", "number": "CO-5512", "date": "2026-11-09"}],
}


def words(items: int = 1, party: str = PARTY, **changes: Any) -> dict[str, Any]:
    """The contract's JSON of a declaration no profile stops; `changes` replace top-level names."""
    number = next(_numbers)
    body: dict[str, Any] = {
        "local_reference": f"T-{number:06d}",
        "post": POST,
        "declaration_type": "IM",
        "general_procedure": "4",
        "consignor": {
            "id": "AF-9001234567",
            "name": "شرکت تجارتی کابل ستاره",
            "address": "سرک ۴، کابل",
            "country": "AF",
        },
        "consignee": {"id": party, "name": "ҶДММ «Сомон»", "address": "хиёбони Рӯдакӣ 14, Душанбе", "country": "TJ"},
        "declarant": {"id": party, "name": "ҶДММ «Сомон»", "country": "TJ"},
        "countries": {"dispatch": "AF", "destination": "TJ", "trading": "AF"},
        "transport": {
            "border_mode": "3",
            "vehicle": {"plate": f"KBL{number:05d}", "country": "AF"},
            "containers": ["MSKU1234565"],
            "driver": {"name": "احمد نوری", "document": {"type": "passport", "number": "P01234567", "country": "AF"}},
        },
        "delivery_terms": {"code": "CPT", "place": "Dushanbe"},
        "invoice": {"number": f"INV-{number}", "date": "2026-11-10", "currency": "USD", "total": f"{9200 * items}.00"},
        "costs": [],
        "items": [{**copy.deepcopy(ITEM), "number": n + 1} for n in range(items)],
        "documents": [
            {"type": "380", "number": f"INV-{number}", "date": "2026-11-10"},
            {"type": "730", "number": "CMR-1"},
        ],
    }
    return {**body, **changes}


def red(items: int = 1, party: str = PARTY) -> dict[str, Any]:
    """Acetic anhydride with its import licence: a precursor, red by the shipped profiles."""
    body = words(items, party)
    body["items"][0].update(commodity="291524", description="Acetic anhydride in drums")
    body["items"][0]["documents"].append({"type": "911", "number": "PREC-17", "date": "2026-11-01"})
    return body


def yellow(items: int = 1, party: str = PARTY) -> dict[str, Any]:
    """Raisins that weigh far less than their cartons: yellow by the shipped profiles."""
    body = words(items, party)
    body["items"][0].update(commodity="080620", description="Raisins", net_kg="500.000")
    body["items"][0]["documents"] = [{"type": "851", "number": "PH-220", "date": "2026-11-09"}]
    return body


def uncertified(party: str = PARTY) -> dict[str, Any]:
    """Raisins without a phytosanitary certificate: yellow, and not released before it is shown."""
    body = words(1, party)
    body["items"][0].update(commodity="080620", description="Raisins", documents=[])
    return body


def lodged(session: Session, body: dict[str, Any] | None = None, *, by: Actor | None = None) -> Lodged:
    """A lodged declaration, through the verbs; without random stops the lane is that of the profiles."""
    return lodge(session, LodgeDeclaration(schemas.read(body or words())), by=by or trader())
