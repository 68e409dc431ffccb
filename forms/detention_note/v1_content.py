"""What a detention note says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.clearance_permit.v1_content import Party, Post, Vehicle
from forms.decision_notice.v1_content import BODY, Item
from forms.kit.plain import Plain, aware

MOST_ITEMS = 999


@dataclass(frozen=True)
class DetentionNote(Plain):
    """A note as issued. `until` is when the term ends, made longer or not; `whole` says that all goods are held, else
    `items` are those. `basis` and `body` are names by locale. `mrn` may be "" where nothing is lodged."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    firm: Party
    held_at: datetime
    until: datetime
    reason: str
    appeal_until: datetime
    items: tuple[Item, ...] = ()
    whole: bool = True
    extended: bool = False
    extended_reason: str = ""
    place: str = ""
    basis: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    vehicle: Vehicle = field(default_factory=Vehicle)
    trailer: Vehicle = field(default_factory=Vehicle)

    def __post_init__(self) -> None:
        for name in ("issued_at", "held_at", "until", "appeal_until"):
            aware(getattr(self, name), name)
        if len(self.items) > MOST_ITEMS:
            raise ValueError(f"A note names {MOST_ITEMS} items at most, not {len(self.items)}")


SAMPLE = DetentionNote(
    number="TJPPJ-DT-2026-000007",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 10, 5, tzinfo=UTC),
    issued_by="Назаров Фирдавс",
    key_id=PERMIT.key_id,
    firm=PERMIT.declarant,
    vehicle=PERMIT.vehicle,
    trailer=PERMIT.trailer,
    held_at=datetime(2026, 11, 27, 9, 58, tzinfo=UTC),
    until=datetime(2026, 12, 7, 9, 58, tzinfo=UTC),
    reason="Сертификати фитосанитарӣ шубҳанок аст; аз идора пурсида шуд.",
    basis={
        "en": "Customs Code of the Republic of Tajikistan: detention of goods and documents",
        "tg": "Кодекси гумруки Ҷумҳурии Тоҷикистон: нигоҳдории мол ва ҳуҷҷатҳо",
        "ru": "Таможенный кодекс Республики Таджикистан: задержание товаров и документов",
        "fa_AF": "قانون گمرکی جمهوری تاجیکستان: توقیف اموال و اسناد",
        "ps": "د تاجکستان جمهوریت ګمرکي قانون: د مالونو او سندونو توقیف",
    },
    appeal_until=datetime(2026, 12, 27, 9, 58, tzinfo=UTC),
    body=BODY,
    place="Анбори муваққатии №2",
    whole=False,
    items=(Item(1, "080620", "Raisins, dried, in cartons of 10 kg", 900, Decimal("9450.000")),),
)
