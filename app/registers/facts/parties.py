"""Who takes part, and the wheels: words that declarations and movements have in common."""

from __future__ import annotations

from typing import Any

from app.registers.facts.moments import Moment
from app.registers.facts.reading import Words, folded, number, said


def party(role: str, words: Words | None) -> dict[str, Any]:
    """The facts of a firm in a role; empty where nobody is named."""
    return {
        role: said(words, "id"),
        f"{role}_name": folded(words, "name"),
        f"{role}_address": folded(words, "address"),
        f"{role}_country": said(words, "country"),
    }


def whereabouts(role: str, words: Words | None) -> dict[str, Any]:
    """A firm by its number, else by its name in small letters, and where it is."""
    return {
        role: said(words, "id") or folded(words, "name"),
        f"{role}_address": folded(words, "address"),
        f"{role}_country": said(words, "country"),
    }


def on_wheels(transport: Words, moment: Moment) -> dict[str, Any]:
    """Vehicle, trailer, the means of transport at the border, and the driver."""
    vehicle, trailer, border, driver = (
        transport.get(name) for name in ("vehicle", "trailer", "border_transport", "driver")
    )
    document = driver.get("document") if driver else None
    return {
        "border_mode": said(transport, "border_mode"),
        "inland_mode": said(transport, "inland_mode"),
        "plate": number(vehicle, "plate"),
        "plate_country": said(vehicle, "country"),
        "vin": number(vehicle, "vin"),
        "trailer": number(trailer, "plate"),
        "trailer_country": said(trailer, "country"),
        "trailer_vin": number(trailer, "vin"),
        "border_transport": said(border, "identity"),
        "border_transport_country": said(border, "country"),
        "has_driver": driver is not None,
        "driver_name": folded(driver, "name"),
        "driver_document_type": folded(document, "type"),
        "driver_document": number(document, "number"),
        "driver_country": said(document, "country"),
        "hours_to_arrival": moment.until(transport, "expected_arrival"),
    }
