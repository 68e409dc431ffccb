"""What a seizure record says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.clearance_permit.v1_content import Party, Post, Vehicle
from forms.decision_notice.v1_content import BASIS
from forms.kit.plain import Plain, aware

MOST_PIECES = 999


@dataclass(frozen=True)
class Piece:
    """A piece of evidence as it stands; `kind` are names by locale, `unit` is printed as it is, `item` 0 was not declared.
    Persons have neither value nor item."""

    evidence: str
    kind: Mapping[str, str]
    description: str
    quantity: Decimal
    unit: str
    item: int = 0
    packages: int | None = None
    packaging: str = ""
    hidden: str = ""
    value: Decimal | None = None
    currency: str = ""
    person: bool = False


@dataclass(frozen=True)
class Involved:
    """Somebody whom it concerns; `role` is driver, passenger, owner, declarant, carrier, suspect, witness, found or other."""

    name: str
    role: str
    document: str = ""
    nationality: str = ""
    explanation: str = ""
    signs: bool = True
    remark: str = ""


@dataclass(frozen=True)
class Link:
    """A link of the way from hand to hand; without `received_by` nobody has confirmed yet that it came."""

    number: int
    giver: str
    taker: str
    receipt: str
    handed_by: str
    handed_at: datetime
    received_by: str = ""
    received_at: datetime | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Photo:
    """A photo that is kept with the record, by its SHA-256."""

    number: int
    sha256: str
    caption: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class SeizureRecord(Plain):
    """A record as issued; `mrn` may be "" where nothing is lodged, `act` is the number of the act of inspection."""

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    seized_at: datetime
    firm: Party
    circumstances: str
    pieces: tuple[Piece, ...]
    hidden: str = ""
    basis: Mapping[str, str] = field(default_factory=dict)
    act: str = ""
    vehicle: Vehicle = field(default_factory=Vehicle)
    trailer: str = ""
    container: str = ""
    vin: str = ""
    persons: tuple[Involved, ...] = ()
    links: tuple[Link, ...] = ()
    photos: tuple[Photo, ...] = ()

    def __post_init__(self) -> None:
        aware(self.issued_at, "issued_at")
        aware(self.seized_at, "seized_at")
        if not 1 <= len(self.pieces) <= MOST_PIECES:
            raise ValueError(f"A record has 1 to {MOST_PIECES} pieces, not {len(self.pieces)}")


_NARCOTICS = {
    "en": "Narcotic drugs",
    "tg": "Воситаҳои нашъадор",
    "ru": "Наркотические средства",
    "fa_AF": "مواد مخدر",
    "ps": "نشه‌يي توکي",
}
_CASH = {
    "en": "Cash and bearer instruments",
    "tg": "Пули нақд ва коғазҳои қиматнок",
    "ru": "Наличные деньги и ценные бумаги на предъявителя",
    "fa_AF": "پول نقد و اسناد حامل",
    "ps": "نغدې پیسې او حامل سندونه",
}
_PERSONS = {
    "en": "Persons found (trafficked or hidden)",
    "tg": "Шахсони ёфтшуда (қурбонии савдо ё пинҳоншуда)",
    "ru": "Обнаруженные лица (жертвы торговли или укрытые)",
    "fa_AF": "اشخاص یافت‌شده (قاچاق‌شده یا پنهان)",
    "ps": "موندل شوي کسان (قاچاق شوي یا پټ)",
}
SAMPLE = SeizureRecord(
    number="TJPPJ-SZ-2026-000003",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 10, 5, tzinfo=UTC),
    issued_by="Раҷабов Сӯҳроб",
    key_id=PERMIT.key_id,
    seized_at=datetime(2026, 11, 27, 9, 41, tzinfo=UTC),
    firm=PERMIT.declarant,
    circumstances="Саги хидматӣ дар назди девори ақиби кузов нишон дод. Баъди кушодани панел шаш банди часпонидашуда ёфт шуд.",
    hidden="Дар паси панели ақиби кузов",
    basis=BASIS,
    act="TJPPJ-IA-2026-000041",
    vehicle=PERMIT.vehicle,
    trailer=PERMIT.trailer.plate,
    container="MSKU1234565",
    pieces=(
        Piece("01", _NARCOTICS, "Opium in resin, brown, six bundles in tape", Decimal("4250.500"), "g", 0, 6,
              "taped bundles", "behind the rear panel", Decimal("38000.00"), "TJS"),
        Piece("02", _CASH, "Notes of 100", Decimal("12400.000"), "USD", hidden="زیر چوکی راننده"),
        Piece("03", _PERSONS, "Two minors without papers", Decimal(2), "", hidden="behind the load", person=True),
    ),
    persons=(
        Involved("Karim Rahimov", "driver", "AF P 1234567", "AF", "می‌گوید از آن خبر نداشت.", signs=False, remark="refuses"),
        Involved("Зарипова Мавзуна", "witness", "TJ A 0456789", "TJ"),
    ),
    links=(
        Link(1, "TJPPJ", "Drug Control Agency", "DCA-2026-77", "Раҷабов Сӯҳроб",
             datetime(2026, 11, 27, 11, 20, tzinfo=UTC), "Назаров Фирдавс", datetime(2026, 11, 27, 11, 31, tzinfo=UTC), "01"),
        Link(2, "TJPPJ", "Анбори далелҳо", "A-118", "Раҷабов Сӯҳроб", datetime(2026, 11, 27, 11, 40, tzinfo=UTC), evidence="02"),
    ),
    photos=(
        Photo(1, "6f1d0c2b7a9e4f5d8c3b2a1908f7e6d5c4b3a29180f7e6d5c4b3a2918a7b6c5d", "Bundles behind the panel", "01"),
    ),
)  # fmt: skip
