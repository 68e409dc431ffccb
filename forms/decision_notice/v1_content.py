"""What a notice of decision says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.clearance_permit.v1_content import Party, Post, Vehicle
from forms.kit.plain import Plain, aware

#: Decisions against the goods.
DECISIONS = ("hold", "refuse", "seize", "return", "destroy", "reject")
MOST_ITEMS = 999


@dataclass(frozen=True)
class Item:
    """An item that the decision concerns. Masses in kilograms."""

    number: int
    commodity: str
    description: str
    packages: int
    gross_kg: Decimal


@dataclass(frozen=True)
class DecisionNotice(Plain):
    """A notice as issued. `reason` is what the official wrote for the firm; `basis` the legal basis and `body` the body of
    appeal, by locale. `appeal_until` is the last moment for an appeal."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    firm: Party
    decision: str
    decided_at: datetime
    reason: str
    appeal_until: datetime
    items: tuple[Item, ...]
    basis: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    consignee: Party = field(default_factory=Party)
    vehicle: Vehicle = field(default_factory=Vehicle)
    trailer: Vehicle = field(default_factory=Vehicle)

    def __post_init__(self) -> None:
        for name in ("issued_at", "decided_at", "appeal_until"):
            aware(getattr(self, name), name)
        if self.decision not in DECISIONS:
            raise ValueError(f"A notice is of one of {', '.join(DECISIONS)}, not {self.decision!r}")
        if len(self.items) > MOST_ITEMS:
            raise ValueError(f"A notice names {MOST_ITEMS} items at most, not {len(self.items)}")


BASIS = {
    "en": "Customs Code of the Republic of Tajikistan: seizure of goods",
    "tg": "Кодекси гумруки Ҷумҳурии Тоҷикистон: мусодираи мол",
    "ru": "Таможенный кодекс Республики Таджикистан: изъятие товаров",
    "fa_AF": "قانون گمرکی جمهوری تاجیکستان: ضبط اموال",
    "ps": "د تاجکستان جمهوریت ګمرکي قانون: د مالونو ضبط",
}
BODY = {
    "en": "Customs Service under the Government of the Republic of Tajikistan, appeals commission",
    "tg": "Хадамоти гумруки назди Ҳукумати Ҷумҳурии Тоҷикистон, комиссияи шикоятҳо",
    "ru": "Таможенная служба при Правительстве Республики Таджикистан, комиссия по жалобам",
    "fa_AF": "خدمات گمرکی حکومت جمهوری تاجیکستان، کمیسیون شکایات",
    "ps": "د تاجکستان جمهوریت حکومت ګمرکي خدمت، د شکایتونو کمېسیون",
}
SAMPLE = DecisionNotice(
    number="TJPPJ-2026-DN-000021",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 10, 5, tzinfo=UTC),
    issued_by="Назаров Фирдавс",
    key_id=PERMIT.key_id,
    firm=PERMIT.declarant,
    consignee=PERMIT.consignee,
    vehicle=PERMIT.vehicle,
    trailer=PERMIT.trailer,
    decision="seize",
    decided_at=datetime(2026, 11, 27, 9, 58, tzinfo=UTC),
    reason="Дар ҷои пинҳон 4,250 кг тарёк ёфт шуд.\nچهار کیلو و ۲۵۰ گرام تریاک در پشت پنل یافت شد.",
    basis=BASIS,
    appeal_until=datetime(2026, 12, 27, 9, 58, tzinfo=UTC),
    body=BODY,
    items=(
        Item(1, "080620", "Raisins, dried, in cartons of 10 kg", 900, Decimal("9450.000")),
        Item(2, "570110", "قالین پشمی دستباف", 60, Decimal("1520.000")),
    ),
)
