"""What an exit note says: what the gate saw, beside what was declared of the items that left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from app.core.text import compact
from app.declarations.commands import Declared
from app.declarations.models import Declaration, DeclarationExit
from app.registers.contents.naming import party, vehicle
from forms.clearance_permit.v1_content import Post, Totals, Vehicle
from forms.exit_note.v1_content import ExitNote, Item, Seal


def content(
    gone: DeclarationExit,
    items: Iterable[int],
    declaration: Declaration,
    declared: Declared,
    post: Post,
    key_id: str,
) -> ExitNote:
    """The frozen content of the note of one exit. Items leave whole."""
    header, transport = declared.header, declared.header["transport"]
    left = tuple(_item(words) for words in declared.items if words["number"] in set(items))
    truck, trailer = _vehicles(gone.plate or "", transport)
    return ExitNote(
        number=gone.number,
        mrn=declaration.mrn or "",
        reference=declaration.reference,
        post=post,
        issued_at=gone.at,
        issued_by=gone.name,
        key_id=key_id,
        vehicle=truck,
        trailer=trailer,
        items=left,
        totals=_totals(left),
        whole=gone.whole,
        permit=gone.permit or "",
        consignor=party(header.get("consignor")),
        consignee=party(header.get("consignee")),
        containers=tuple(transport.get("containers") or ()),
        driver=str((transport.get("driver") or {}).get("name") or ""),
        seals=_seals(gone, header.get("seals") or ()),
        remarks=" · ".join(filter(None, (gone.remark, gone.without_permit))),
    )


def _vehicles(seen: str, transport: Mapping[str, Any]) -> tuple[Vehicle, Vehicle]:
    """The truck with the plate that was seen, and the declared trailer; the gate may have read the trailer's plate."""
    truck, trailer = vehicle(transport.get("vehicle")), vehicle(transport.get("trailer"))
    if not seen or compact(seen) in (compact(truck.plate), compact(trailer.plate)):
        return truck, trailer
    return Vehicle(seen), trailer


def _item(words: Mapping[str, Any]) -> Item:
    packages = sum(each["count"] for each in words["packages"])
    return Item(
        number=words["number"],
        commodity=words["commodity"],
        description=words["description"],
        packages=packages,
        declared=packages,
        gross_kg=Decimal(words["gross_kg"]),
        net_kg=Decimal(words["net_kg"]),
    )


def _totals(items: tuple[Item, ...]) -> Totals:
    return Totals(
        items=len(items),
        packages=sum(each.packages for each in items),
        gross_kg=sum((each.gross_kg for each in items), Decimal(0)),
        net_kg=sum((each.net_kg for each in items), Decimal(0)),
    )


def _seals(gone: DeclarationExit, declared: Iterable[str]) -> tuple[Seal, ...]:
    """Those seen, then those declared that were not there. Why they differ is the remark of the whole exit."""
    known = {compact(seal): seal for seal in declared}
    seen = {compact(seal): seal for seal in gone.seals}
    missing = [seal for key, seal in known.items() if key not in seen]
    other = "replaced" if missing else "undeclared"
    found = [Seal(seal, "intact" if key in known else other) for key, seal in seen.items()]
    return (*found, *(Seal(seal, "missing") for seal in missing))
