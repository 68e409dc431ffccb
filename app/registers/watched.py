"""What of a consignment is held against watch lists: every name, number and address in it, with the place it stands at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.text import ascii_digits
from app.declarations.commands import Declared
from app.declarations.models import Declaration
from app.transit.declared import Declared as Moved
from app.transit.models import Movement
from app.watchlists.commands import Seen
from app.watchlists.lifecycle import Kind
from app.watchlists.rules.things import value_of

_NAME = (Kind.PERSON, Kind.COMPANY)
_PAPER = (Kind.DOCUMENT,)
_PHONE = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){8,14}")
#: Numbers that every second consignment has (CMR-1) say nothing; what is shorter is not looked for.
_SHORTEST_NUMBER = 4

_PARTIES = ("consignor", "consignee", "declarant", "financial", "principal", "holder")


def in_declaration(declared: Declared) -> list[Seen]:
    """What is declared, each name and number once for each place."""
    header = declared.header
    firm = _firm(header)
    found = [*_parties(header, firm), *_transport(header["transport"], firm)]
    found += _many((Kind.CONTAINER,), "container", header["transport"].get("containers"))
    found += _numbers("document", declared.documents)
    found += _number("invoice", header["invoice"])
    for item in declared.items:
        found += _papers_of(item)
    return _once(found)


def in_movement(words: Moved) -> list[Seen]:
    """What a movement declares, its houses and items too."""
    header = words.header
    firm = _firm(header)
    found = [*_parties(header, firm), *_transport(header["transport"], firm)]
    found += _many((Kind.CONTAINER,), "container", words.containers)
    found += _number("carnet", header.get("carnet"))
    for holder in (header, *words.houses, *(item.words for item in words.items)):
        found += _papers_of(holder)
    for house in words.houses:
        found += _parties(house, firm)
    return _once(found)


def _firm(header: Mapping[str, Any]) -> str:
    """The firm that names are told by which come without a paper: whoever declares, else whoever sends."""
    for role in ("declarant", "holder", "principal", "consignor"):
        party = header.get(role)
        if isinstance(party, Mapping) and (mark := _mark(party, "")):
            return mark
    return ""


def _mark(party: Mapping[str, Any], firm: str) -> str:
    """What tells a person or firm from others of the name: the number that it is known by, else the firm it came with."""
    number = value_of(Kind.DOCUMENT, str(party.get("id") or party.get("tir_id") or ""))
    return number or (f"with:{firm.removeprefix('with:')}" if firm else "")


def _parties(holder: Mapping[str, Any], firm: str) -> Iterator[Seen]:
    for role in _PARTIES:
        party = holder.get(role)
        if isinstance(party, Mapping):
            yield from _party(role, party, firm)
    agent = holder.get("representative")
    if isinstance(agent, Mapping):
        yield from _party("representative", agent, firm)
    else:
        yield from _one(_NAME, "representative", agent, _mark({}, firm))


def _party(role: str, party: Mapping[str, Any], firm: str) -> Iterator[Seen]:
    mark = _mark(party, firm)
    yield from _one(_NAME, role, party.get("name"), mark)
    yield from _one(_NAME, role, party.get("representative"), mark)
    yield from _one(_PAPER, role, party.get("id"))
    yield from _one(_PAPER, role, party.get("tir_id"))
    address = party.get("address")
    yield from _one((Kind.ADDRESS,), role, address)
    yield from _one((Kind.PHONE,), role, party.get("phone"))
    for phone in _PHONE.findall(ascii_digits(address or "")):
        yield Seen((Kind.PHONE,), role, phone)


def _transport(transport: Mapping[str, Any], firm: str) -> Iterator[Seen]:
    for role in ("vehicle", "trailer"):
        means = transport.get(role) or {}
        yield from _one((Kind.PLATE,), role, means.get("plate"))
        yield from _one(_PAPER, role, means.get("vin"))
    yield from _one((Kind.PLATE,), "border_transport", (transport.get("border_transport") or {}).get("identity"))
    driver = transport.get("driver") or {}
    mark = _mark({"id": (driver.get("document") or {}).get("number")}, firm)
    yield from _one(_NAME, "driver", driver.get("name"), mark)
    yield from _number("driver", driver.get("document"))


def _papers_of(holder: Mapping[str, Any]) -> Iterator[Seen]:
    for role, name in (
        ("document", "documents"),
        ("previous_document", "previous_documents"),
        ("transport_document", "transport_documents"),
    ):
        yield from _numbers(role, holder.get(name))
    yield from _number("licence", holder.get("licence"))


def _numbers(role: str, papers: Iterable[Mapping[str, Any]] | None) -> Iterator[Seen]:
    for paper in papers or ():
        yield from _number(role, paper)


def _number(role: str, paper: Mapping[str, Any] | None) -> Iterator[Seen]:
    number = str((paper or {}).get("number") or "")
    if len(number) >= _SHORTEST_NUMBER:
        yield Seen(_PAPER, role, number)


def _many(kinds: tuple[Kind, ...], role: str, texts: Iterable[str] | None) -> Iterator[Seen]:
    for text in texts or ():
        yield from _one(kinds, role, text)


def _one(kinds: tuple[Kind, ...], role: str, text: object, mark: str = "") -> Iterator[Seen]:
    if isinstance(text, str) and text.strip():
        yield Seen(kinds, role, text, mark)


def _once(found: Iterable[Seen]) -> list[Seen]:
    return list(dict.fromkeys(found))


def references(session: Session, subjects: Collection[UUID]) -> dict[UUID, str]:
    """What the consignments of matches are called: their MRN where they have one, else their reference."""
    if not subjects:
        return {}
    wanted = list(subjects)
    found: dict[UUID, str] = {}
    for table in (Declaration, Movement):
        rows = session.execute(select(table.id, table.mrn, table.reference).where(table.id.in_(wanted)))
        found.update({row[0]: row[1] or row[2] for row in rows})
    return found
