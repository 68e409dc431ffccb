"""What an exit note says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.clearance_permit.v1_content import Party, Post, Totals, Vehicle
from forms.kit.plain import Plain, aware

MOST_ITEMS = 999


@dataclass(frozen=True)
class Item:
    """An item, or the part of it, that leaves. Masses in kilograms; `declared` is the number of packages declared.

    `whole` says that nothing of the item remains after this exit.
    """

    number: int
    commodity: str
    description: str
    packages: int
    declared: int
    gross_kg: Decimal
    net_kg: Decimal
    whole: bool = True


@dataclass(frozen=True)
class Seal:
    """A seal as the officer at the gate saw it; `state` is intact, broken, missing, replaced
    or undeclared."""

    number: str
    state: str = "intact"
    remark: str = ""


@dataclass(frozen=True)
class ExitNote(Plain):
    """A note as issued at the gate. `whole` says that nothing of the declaration remains in the customs control zone.

    `issued_at` is the time of the exit, `issued_by` the officer at the gate, `permit` the clearance permit's number.
    """

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    vehicle: Vehicle
    items: tuple[Item, ...]
    totals: Totals
    whole: bool = True
    permit: str = ""
    consignor: Party = field(default_factory=Party)
    consignee: Party = field(default_factory=Party)
    trailer: Vehicle = field(default_factory=Vehicle)
    containers: tuple[str, ...] = ()
    driver: str = ""
    seals: tuple[Seal, ...] = ()
    remarks: str = ""

    def __post_init__(self) -> None:
        aware(self.issued_at, "issued_at")
        if not 1 <= len(self.items) <= MOST_ITEMS:
            raise ValueError(f"An exit has 1 to {MOST_ITEMS} items, not {len(self.items)}")


SAMPLE = ExitNote(
    number="TJPPJ-2026-EX-000402",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 9, 41, tzinfo=UTC),
    issued_by="Назаров Фирдавс",
    key_id=PERMIT.key_id,
    vehicle=PERMIT.vehicle,
    trailer=PERMIT.trailer,
    containers=PERMIT.containers,
    driver=PERMIT.driver,
    permit=PERMIT.number,
    consignor=PERMIT.consignor,
    consignee=PERMIT.consignee,
    whole=False,
    items=(
        Item(1, "080620", "Raisins, dried, in cartons of 10 kg", 900, 900, Decimal("9450.000"), Decimal("9000.000")),
        Item(2, "570110", "قالین پشمی دستباف", 40, 60, Decimal("1013.333"), Decimal("987.000"), whole=False),
    ),
    totals=Totals(items=2, packages=940, gross_kg=Decimal("10463.333"), net_kg=Decimal("9987.000")),
    seals=(
        Seal("TJ-0482213"),
        Seal("AF-77120", "replaced", "پلمب در گذرگاه عوض شد: TJ-0482214"),
    ),
    remarks="20 бастаи қолин дар анбори муваққатӣ монд.",
)
