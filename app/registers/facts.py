"""The facts about a consignment: the vocabulary of risk profiles.

Everything is JSON-ready; numbers that criteria compare are whole numbers or decimals turned into doubles only here, at
the border of the expression language, which knows no other kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from app.core.text import ascii_digits
from app.declarations.commands import Declared
from app.reference.codebook import Codebook


def of_declaration(
    declared: Declared, codes: Codebook, at: dt.datetime, *, missing: Iterable[str] = ()
) -> dict[str, Any]:
    """Facts of what is declared, flat enough to be read aloud: `"precursor" in controlled && gross_kg > 1000.0`.

    `missing` are the rules by which the release waits for a paper.
    """
    header, items = declared.header, declared.items
    transport = header["transport"]
    vehicle, trailer = transport.get("vehicle") or {}, transport.get("trailer") or {}
    gross = sum((Decimal(i["gross_kg"]) for i in items), Decimal(0))
    net = sum((Decimal(i["net_kg"]) for i in items), Decimal(0))
    value = Decimal(header["invoice"]["total"])
    controlled = {entry for item in items for entry in _groups(codes, item["commodity"], at.date())}
    documents = sorted({p["type"] for p in declared.documents} | {p["type"] for i in items for p in i["documents"]})
    return {
        "post": declared.post,
        "declaration_type": header["declaration_type"],
        "declarant": declared.declarant,
        "consignor": header["consignor"].get("id") or "",
        "consignee": header["consignee"].get("id") or "",
        "dispatch": header["countries"].get("dispatch") or "",
        "destination": header["countries"].get("destination") or "",
        "origins": sorted({i["origin"] for i in items}),
        "commodities": [i["commodity"] for i in items],
        "chapters": sorted({i["commodity"][:2] for i in items}),
        "procedures": sorted({i["procedure"] for i in items}),
        "controlled": sorted(controlled),
        "documents": documents,
        "missing": sorted(set(missing)),
        "item_count": len(items),
        "packages": sum(p["count"] for i in items for p in i["packages"]),
        "gross_kg": float(gross),
        "net_kg": float(net),
        "currency": header["invoice"]["currency"],
        "invoice_total": float(value),
        "value_per_kg": float(value / net) if net else 0.0,
        "plate": ascii_digits(vehicle.get("plate") or ""),
        "plate_country": vehicle.get("country") or "",
        "trailer": ascii_digits(trailer.get("plate") or ""),
        "container_count": len(transport.get("containers") or []),
        "has_driver": transport.get("driver") is not None,
        "hour": at.hour,
    }


def _groups(codes: Codebook, commodity: str, on: dt.date) -> Iterable[str]:
    for entry in codes.controlled(commodity, on):
        yield str(entry.attributes.get("group", entry.code))


#: Turning the decimals of the facts into text again for storing: JSON columns and the journal hold no fractions.
def storable(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they are kept: doubles as text."""
    return {name: repr(value) if isinstance(value, float) else value for name, value in facts.items()}
