"""What papers of a transit movement say of the goods as they travel now, or as they travelled at a moment: wheels,
containers, seals, offices, incidents, limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.core.text import compact
from app.reference.codebook import Codebook
from app.registers.contents.naming import vehicle
from app.seals import queries as sealed
from app.seals.models import Seal
from app.seals.queries import ACTIVE
from app.transit import queries
from app.transit.commands import Declared
from app.transit.lifecycle import IncidentOutcome
from app.transit.models import Movement, TransitIncident
from app.transit.operations import KIND
from forms.clearance_permit.v1_content import Totals, Vehicle
from forms.kit.plain import Plain
from forms.transit_document.v1_content import Equipment, Incident, Office


@dataclass(frozen=True)
class Moving(Plain):
    """What may change on the way, and for which the accompanying document is issued again."""

    limit_at: dt.datetime | None
    vehicle: Vehicle
    trailer: Vehicle
    equipment: tuple[Equipment, ...]
    incidents: tuple[Incident, ...]

    def differs(self, content: Mapping[str, Any]) -> bool:
        """Whether the frozen content of a document says something else."""
        return any(content.get(name) != said for name, said in self.as_json().items())


def moving(session: Session, movement: Movement, header: Mapping[str, Any], then: dt.datetime | None = None) -> Moving:
    """The goods as they travel now: endorsed incidents may have brought another vehicle, container or seals. `then` is the
    moment of a deed; what was decided, put on, taken off or given after it is left out."""
    rows = [row for row in queries.incidents(session, movement) if row.outcome is not None]
    decided = [row for row in rows if then is None or (row.decided_at is not None and row.decided_at <= then)]
    endorsed = [row.means for row in decided if row.outcome == IncidentOutcome.ENDORSED and row.means]
    on = queries.means_now(header, decided)
    truck, trailer = vehicle(on["vehicle"]), vehicle(on["trailer"])
    return Moving(
        limit_at=movement.limit_at if then is None else _limit(session, movement, then),
        vehicle=truck,
        trailer=trailer,
        equipment=_equipment(header.get("equipment") or (), endorsed, borne(session, movement, then), truck.plate),
        incidents=tuple(_incident(row) for row in decided if row.outcome != IncidentOutcome.DISMISSED),
    )


def borne(session: Session, movement: Movement, then: dt.datetime | None = None) -> list[Seal]:
    """The seals on the goods, now or at a moment, in the order of their serials."""
    known = sealed.of_movement(session, movement.id)
    if then is None:
        return [seal for seal in known if seal.status in ACTIVE]
    put_on: set[object] = set()
    gone: set[object] = set()
    for link in sealed.events(session, known):
        if link.event in ("applied", "adopted") and link.at <= then:
            put_on.add(link.seal_id)
        elif link.event == "removed" and link.at < then:
            gone.add(link.seal_id)
    return [seal for seal in known if seal.id in put_on - gone]


def _limit(session: Session, movement: Movement, then: dt.datetime) -> dt.datetime | None:
    """The limit that held at a moment: what was given later is taken back, entry by entry of the journal."""
    limit = movement.limit_at
    for entry in reversed(journal.history(session, movement.post, KIND, str(movement.id))):
        if entry.at <= then:
            break
        before = (entry.before or {}).get("limit_at")
        limit = dt.datetime.fromisoformat(before) if before else limit
    return limit


def _equipment(
    parts: Sequence[Mapping[str, Any]], endorsed: Sequence[Mapping[str, Any]], bearing: Sequence[Seal], plate: str
) -> tuple[Equipment, ...]:
    """A row for each container and each load with the seals that are on it now; seals of the wheels stand with the load,
    or in a row of their own. A container that took over takes the place of the one there was, or is added."""
    rows = [(str(part.get("container") or ""), ranges(part.get("goods") or ())) for part in parts]
    for means in endorsed:
        if means.get("container"):
            alone = [number for number, (container, _goods) in enumerate(rows) if container]
            row = (str(means["container"]), "" if len(alone) != 1 else rows[alone[0]][1])
            rows = [row if [number] == alone else each for number, each in enumerate(rows)]
            rows += [] if len(alone) == 1 else [row]
    boxes = {compact(container) for container, _goods in rows if container}
    on_wheels = [seal for seal in bearing if (seal.container or "") not in boxes]
    made, placed = [], False
    for container, goods in rows:
        if container:
            on = [seal.serial for seal in bearing if seal.container == compact(container)]
            made.append(Equipment(container, tuple(on), goods))
        else:
            made.append(Equipment(plate, () if placed else tuple(seal.serial for seal in on_wheels), goods))
            placed = True
    if on_wheels and not placed:
        made.append(Equipment(plate, tuple(seal.serial for seal in on_wheels)))
    return tuple(made)


def _incident(row: TransitIncident) -> Incident:
    means = row.means or {}
    named = [(means.get(part) or {}).get("plate") for part in ("vehicle", "trailer")]
    return Incident(
        code=row.code,
        at=row.happened_at,
        place=", ".join(filter(None, (row.place, row.country))),
        office=row.office or "",
        text=row.text,
        means=", ".join(str(each) for each in (*named, means.get("container")) if each),
        seals=tuple(row.seals),
    )


def ranges(numbers: Iterable[int]) -> str:
    """1-3, 7 of 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def office_of(codes: Codebook, code: str) -> Office:
    """An office with its names where it is known."""
    post = codes.post(code)
    return Office(code, dict(post.names) if post else {})


def totals(declared: Declared) -> Totals:
    """Sums over all items; the net mass only where every item has one."""
    items = [item.words for item in declared.items]
    net = [Decimal(item["net_kg"]) for item in items if item.get("net_kg")]
    return Totals(
        items=len(items),
        packages=sum(count(item) for item in items),
        gross_kg=declared.gross_kg,
        net_kg=sum(net, Decimal(0)) if len(net) == len(items) else Decimal(0),
    )


def count(item: Mapping[str, Any]) -> int:
    """The packages of an item; bulk has none."""
    return sum(each.get("count") or 0 for each in item["packages"])


def packages(item: Mapping[str, Any]) -> str:
    """2 CT, 5 BG"""
    named = (f"{each['count']} {each['kind']}" if each.get("count") else each["kind"] for each in item["packages"])
    return ", ".join(named)
