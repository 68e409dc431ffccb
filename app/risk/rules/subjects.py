"""Whom and what selectivity remembers: the firms, the driver, the wheels and the boxes of a consignment, each in its
role and under the key it is recognised by. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.text import ascii_digits, compact

ROLES = ("declarant", "consignor", "consignee", "holder", "driver", "vehicle", "trailer", "container")
#: Longer keys are cut: a number has at most 40 characters, a name 200.
LONGEST = 220

Subjects = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """An entry of the journal that tells something of subjects: they came, or something was `found` at a consignment of
    theirs. `kind` and `id` name the consignment; `chapters` are those it brought."""

    number: int
    at: dt.datetime
    event: str
    kind: str
    id: UUID
    subjects: Subjects
    found: bool = False
    chapters: frozenset[str] = frozenset()


_APART = re.compile(r"[\W_]+")


def of_declaration(header: Mapping[str, Any]) -> Subjects:
    """The subjects of a declaration by their roles, each key once, sorted; a role that nobody has is left out."""
    transport = header.get("transport") or {}
    named: dict[str, Iterable[str]] = {
        "declarant": _parties(header.get("declarant")),
        "consignor": _parties(header.get("consignor")),
        "consignee": _parties(header.get("consignee")),
        "container": _numbers(transport.get("containers") or ()),
        **_on_wheels(transport),
    }
    return _sorted(named)


def of_movement(header: Mapping[str, Any]) -> Subjects:
    """The same of a movement: those of all its house consignments together."""
    houses = header.get("house_consignments") or ()
    named: dict[str, Iterable[str]] = {
        "holder": _parties(header.get("holder")),
        "consignor": _parties(*(house.get("consignor") for house in houses)),
        "consignee": _parties(*(house.get("consignee") for house in houses)),
        "container": _numbers(part.get("container") for part in header.get("equipment") or ()),
        **_on_wheels(header.get("transport") or {}),
    }
    return _sorted(named)


def party_key(party: Mapping[str, Any]) -> str:
    """A firm by its number, else by its name, which a sign before it tells apart from numbers."""
    number = compact(str(party.get("id") or ""))
    return number[:LONGEST] if number else name_key(str(party.get("name") or ""))


def driver_key(driver: Mapping[str, Any]) -> str:
    """A driver by country and number of his document, else by his name."""
    document = driver.get("document") or {}
    number = compact(str(document.get("number") or ""))
    return f"{document.get('country') or ''}:{number}" if number else name_key(str(driver.get("name") or ""))


def name_key(name: str) -> str:
    """A name without case, signs and repeated blanks: "ҶДММ «Сомон»" and "ҷдмм  Сомон" are one."""
    folded = unicodedata.normalize("NFKC", ascii_digits(name)).casefold()
    words = _APART.sub(" ", folded).strip()
    return f"={words}"[:LONGEST] if words else ""


def _on_wheels(transport: Mapping[str, Any]) -> dict[str, Iterable[str]]:
    driver, vehicle, trailer = (transport.get(name) or {} for name in ("driver", "vehicle", "trailer"))
    return {
        "driver": (driver_key(driver),),
        "vehicle": _numbers((vehicle.get("plate"),)),
        "trailer": _numbers((trailer.get("plate"),)),
    }


def _parties(*parties: Mapping[str, Any] | None) -> Iterator[str]:
    return (party_key(party) for party in parties if party)


def _numbers(numbers: Iterable[Any]) -> Iterator[str]:
    return (compact(str(number)) for number in numbers if number)


def _sorted(named: Mapping[str, Iterable[str]]) -> Subjects:
    keys = {role: sorted({key for key in found if key}) for role, found in named.items()}
    return {role: found for role, found in keys.items() if found}
