"""What an arrival receipt says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from forms.clearance_permit.v1_content import Party, Post, Totals, Vehicle
from forms.exit_note.v1_content import Seal
from forms.kit.plain import Plain, aware
from forms.transit_document.v1_sample import SAMPLE as DOCUMENT


@dataclass(frozen=True)
class ArrivalReceipt(Plain):
    """An arrival as it was told at an office of destination. `arrived_at` is when the goods came, `notified_at` when it
    was told, by `notifier` ("" for an officer who wrote it down); `procedure` is normal or simplified, `late` whether the
    limit was past. `place` is where the goods are. A seal's state is that of its last check at the office: intact,
    broken, or unchecked."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    arrived_at: datetime
    notified_at: datetime
    limit_at: datetime
    holder: Party
    vehicle: Vehicle
    totals: Totals
    notifier: str = ""
    procedure: str = "normal"
    late: bool = False
    place: str = ""
    trailer: Vehicle = field(default_factory=Vehicle)
    containers: tuple[str, ...] = ()
    seals: tuple[Seal, ...] = ()

    def __post_init__(self) -> None:
        for name in ("issued_at", "arrived_at", "notified_at", "limit_at"):
            aware(getattr(self, name), name)


SAMPLE = ArrivalReceipt(
    number=f"{DOCUMENT.mrn}-A1",
    mrn=DOCUMENT.mrn,
    reference=DOCUMENT.reference,
    post=DOCUMENT.post,
    issued_at=datetime(2026, 11, 27, 9, 41, tzinfo=UTC),
    issued_by="Сафарова Нигина",
    key_id=DOCUMENT.key_id,
    arrived_at=datetime(2026, 11, 27, 8, 5, tzinfo=UTC),
    notified_at=datetime(2026, 11, 27, 8, 20, tzinfo=UTC),
    limit_at=DOCUMENT.limit_at,
    holder=DOCUMENT.holder,
    notifier="ҶДММ «Сомон Транс» · TJ-510012345",
    procedure="simplified",
    place="Terminal 3, хиёбони Борбад",
    vehicle=DOCUMENT.vehicle,
    trailer=DOCUMENT.trailer,
    containers=("MSKU1234565",),
    totals=DOCUMENT.totals,
    seals=(
        Seal("TJK0000009"),
        Seal("TJ0482213", "broken", "سیم پلمب بریده است"),
        Seal("TJK0000010", "unchecked"),
    ),
)
