"""A table of cases: for every rule one declaration that breaks it, and one close by that does not.

A case bends a sound declaration. Changes are `{pointer: value}`; a pointer that ends in `-` adds to a list, the value
`GONE` takes the name away.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.core.errors import Finding
from app.declarations import rules, schemas
from app.reference import loading
from app.reference.codebook import Codebook, Entry
from tests.factories import declarations

TODAY = dt.date(2026, 11, 27)
POSTS = frozenset({"TJPPJ", "TJDUS", "AFSKB"})
GONE = object()

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """`fails` applied to the sound declaration `of` breaks `rule` at `at`; `passes` applied to it does not."""

    rule: str
    at: str
    fails: Changes
    passes: Changes = field(default_factory=dict)
    of: str = "import"
    #: More entries of the code book, for lists an administration fills.
    entries: tuple[Entry, ...] = ()
    #: A code (list, code) that the code book does not hold.
    without: tuple[str, str] | None = None
    #: Other fields of the setting (`prelodged`, `history`).
    setting: Mapping[str, Any] = field(default_factory=dict)


def sound(kind: str = "import", items: int = 2) -> dict[str, Any]:
    """A declaration of that direction without a finding."""
    body = declarations.words(items)
    body.update(KINDS[kind](body))
    return _one_truck(body) if items > MOST_ON_A_TRUCK else body


#: The items of `words` weigh two tonnes and a half; more of them are made lighter and cheaper.
MOST_ON_A_TRUCK = 8


def _one_truck(body: dict[str, Any]) -> dict[str, Any]:
    for item in body["items"]:
        item.update(gross_kg="24.500", net_kg="23.000", invoice_value="92.00")
        item["packages"][0]["count"] = 2
    body["invoice"]["total"] = f"{92 * len(body['items'])}.00"
    return body


def _import(body: dict[str, Any]) -> dict[str, Any]:
    return {}


def _export(body: dict[str, Any]) -> dict[str, Any]:
    items = [{**item, "procedure": "1000", "origin": "TJ"} for item in body["items"]]
    sender, receiver = body["consignee"], body["consignor"]
    return {
        "declaration_type": "EX",
        "general_procedure": "1",
        "consignor": sender,
        "consignee": receiver,
        "countries": {"dispatch": "TJ", "destination": "AF", "trading": "AF"},
        "items": items,
    }


def _transit(body: dict[str, Any]) -> dict[str, Any]:
    items = [{**item, "procedure": "8000"} for item in body["items"]]
    receiver = {"id": "UZ-301234567", "name": "“Samarqand Savdo” MChJ", "address": "Samarqand", "country": "UZ"}
    return {
        "declaration_type": "TR",
        "general_procedure": "8",
        "consignee": receiver,
        "countries": {"dispatch": "AF", "destination": "UZ", "trading": "AF"},
        "principal": dict(body["declarant"]),
        "destination_office": {"code": "UZSYA", "country": "UZ"},
        "guarantees": [{"type": "1", "reference": "TJ-G-2026-0014"}],
        "items": items,
    }


KINDS = {"import": _import, "export": _export, "transit": _transit}


def bent(body: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """The declaration with the changes made."""
    made = copy.deepcopy(body)
    for pointer, value in changes.items():
        _put(made, pointer.split("/")[1:], value)
    return made


def _put(place: Any, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
    last = path[-1]
    if value is GONE:
        del place[int(last) if isinstance(place, list) else last]
    elif last == "-":
        place.append(value)
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value


@lru_cache(1)
def _bundle() -> loading.Bundle:
    return loading.bundle()


def book(entries: tuple[Entry, ...] = (), without: tuple[str, str] | None = None) -> Codebook:
    """The release's code book with more entries, or without one of its codes."""
    if not entries and without is None:
        return loading.codebook()
    read = _bundle()
    kept = [known for known in read.entries if (known.list, known.code) != without]
    return Codebook.of((*kept, *entries), read.posts)


def entry(listed: str, code: str, since: str = "2020-01-01", until: str | None = None, **attributes: str) -> Entry:
    last = dt.date.fromisoformat(until) if until else None
    return Entry(listed, code, dt.date.fromisoformat(since), last, {"en": code}, attributes, "test", True)


def findings(body: dict[str, Any], codes: rules.Codes | None = None, **setting: Any) -> list[Finding]:
    """What the rules say of the declaration, read by the schema first."""
    return rules.check(rules.Setting(schemas.read(body), codes or book(), TODAY, POSTS, **setting))


def of_case(case: Case, changes: Changes) -> list[Finding]:
    return findings(bent(sound(case.of), changes), book(case.entries, case.without), **case.setting)
