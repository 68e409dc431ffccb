"""What an unloading permission says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import Party, Post, Totals, Vehicle
from forms.kit.plain import Plain, aware
from forms.transit_document.v1_content import MOST_ITEMS
from forms.transit_document.v1_sample import SAMPLE as DOCUMENT


@dataclass(frozen=True)
class Item:
    """What is to be unloaded of an item, as declared: `packages` are "count kind"."""

    number: int
    commodity: str
    description: str
    packages: str
    gross_kg: Decimal


@dataclass(frozen=True)
class Seal:
    """A seal to be looked at before it is taken off, and what it is on."""

    number: str
    on: str = ""


@dataclass(frozen=True)
class UnloadingPermission(Plain):
    """A permission as given at an office of destination. `nth` counts the permissions of a movement: unloading over
    several days takes several. `notifier` told the arrival; `place` is where the goods are."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    nth: int
    permitted_at: datetime
    arrived_at: datetime
    holder: Party
    vehicle: Vehicle
    items: tuple[Item, ...]
    totals: Totals
    notifier: str = ""
    place: str = ""
    trailer: Vehicle = field(default_factory=Vehicle)
    containers: tuple[str, ...] = ()
    seals: tuple[Seal, ...] = ()

    def __post_init__(self) -> None:
        for name in ("issued_at", "permitted_at", "arrived_at"):
            aware(getattr(self, name), name)
        if not 1 <= len(self.items) <= MOST_ITEMS:
            raise ValueError(f"A movement has 1 to {MOST_ITEMS} items, not {len(self.items)}")


SAMPLE = UnloadingPermission(
    number=f"{DOCUMENT.mrn}-U1",
    mrn=DOCUMENT.mrn,
    reference=DOCUMENT.reference,
    post=DOCUMENT.post,
    issued_at=datetime(2026, 11, 27, 9, 41, tzinfo=UTC),
    issued_by="Сафарова Нигина",
    key_id=DOCUMENT.key_id,
    nth=1,
    permitted_at=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
    arrived_at=datetime(2026, 11, 27, 8, 5, tzinfo=UTC),
    holder=DOCUMENT.holder,
    notifier="ҶДММ «Сомон Транс» · TJ-510012345",
    place="Terminal 3, хиёбони Борбад",
    vehicle=DOCUMENT.vehicle,
    trailer=DOCUMENT.trailer,
    containers=("MSKU1234565",),
    seals=(Seal("TJK0000009", "MSKU1234565"), Seal("TJ0482213", "7777AB01")),
    items=(
        Item(1, "080620", "Raisins, dried, in cartons of 10 kg", "900 CT", Decimal("9450.000")),
        Item(2, "570110", "قالین پشمی دستباف", "60 RO", Decimal("1520.000")),
    ),
    totals=Totals(items=2, packages=960, gross_kg=Decimal("10970.000"), net_kg=Decimal(0)),
)
