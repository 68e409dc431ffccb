"""What a seizure record must say: kinds with their units, persons that are no goods, numbers that can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from app.core.errors import Finding, pointer
from app.core.text import Text, _
from app.offences.commands import Involved, Piece, Seize
from app.offences.lifecycle import PERSONS, Role
from app.reference.codebook import Codebook

#: The lists of kinds of what is seized (attribute `units`), and of legal bases (attribute `act`).
KINDS = "seizure_kind"
BASES = "legal_basis"
#: The unit of money in the list of kinds: then it is a currency.
MONEY = "money"
#: Persons, in Recommendation 20.
PERSON = "IE"


def units_of(codes: Codebook, kind: str, on: dt.date) -> tuple[str, ...] | None:
    """The units in which a kind is told; None for a kind of no list."""
    entry = codes.find(KINDS, kind, on)
    return None if entry is None else tuple(str(entry.attributes.get("units") or "").split())


def piece_findings(piece: Piece, at: str, codes: Codebook, on: dt.date, items: int) -> Iterator[Finding]:
    """What is wrong with a piece; `at` is the JSON pointer of it."""
    units = units_of(codes, piece.kind, on)
    if units is None:
        yield _one(
            at,
            "kind",
            "seizure.kind",
            _("“{code}” is not in the list “{list}” today.", code=piece.kind[:40], list=KINDS),
        )
        return
    if piece.kind == PERSONS:
        yield from _persons(piece, at)
    elif units == (MONEY,):
        if not codes.has("currency", piece.unit, on):
            yield _one(at, "unit", "seizure.unit", _("Money is told in its currency, such as USD or AFN."))
    elif piece.unit not in units:
        told = _("This kind is told in {units}.", units=", ".join(units))
        yield _one(at, "unit", "seizure.unit", told)
    if piece.item is not None and not 1 <= piece.item <= items:
        message = _("There is no item {item}: the declaration has {items}.", item=piece.item, items=items)
        yield _one(at, "item", "seizure.item", message)
    if piece.value is not None and not codes.has("currency", piece.currency, on):
        yield _one(at, "currency", "seizure.currency", _("Give the currency of the value, such as TJS."))


def _persons(piece: Piece, at: str) -> Iterator[Finding]:
    if piece.unit != PERSON or piece.quantity != piece.quantity.to_integral_value():
        yield _one(at, "unit", "seizure.persons", _("Persons are counted: give a whole number and the unit IE."))
    if piece.value is not None or piece.item is not None or piece.packages is not None:
        message = _("Persons are no goods: they have no value, no packages and no declared item. Leave these empty.")
        yield _one(at, "kind", "seizure.persons", message)


def record_findings(command: Seize, codes: Codebook, on: dt.date, items: int) -> list[Finding]:
    """Everything that is wrong with a record before it is drawn up."""
    found = []
    if not command.circumstances.strip():
        found.append(Finding("/circumstances", "required", _("Tell how it was found.")))
    if not command.pieces:
        found.append(Finding("/pieces", "seizure.nothing", _("Name at least one thing that was seized.")))
    for place, piece in enumerate(command.pieces):
        found += piece_findings(piece, f"/pieces/{place}", codes, on, items)
    for place, who in enumerate(command.persons):
        found += _involved(who, f"/persons/{place}")
    return found


def _involved(who: Involved, at: str) -> Iterator[Finding]:
    if who.role not in {role.value for role in Role}:
        choices = ", ".join(role.value for role in Role)
        yield _one(at, "role", "seizure.role", _("Choose one of: {choices}.", choices=choices))
    if not who.signs and not who.remark.strip():
        yield _one(at, "remark", "seizure.unsigned", _("Write what he says, or that he says nothing."))


def _one(at: str, name: str, rule: str, message: Text) -> Finding:
    return Finding(f"{at}{pointer(name)}", rule, message)
