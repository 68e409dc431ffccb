"""What a clearance permit says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

MOST_ITEMS = 999


@dataclass(frozen=True)
class Party:
    """A consignor, consignee or declarant. `country` is ISO 3166-1 alpha-2."""

    id: str = ""
    name: str = ""
    address: str = ""
    country: str = ""


@dataclass(frozen=True)
class Vehicle:
    """A truck or a trailer with the country of its plates."""

    plate: str = ""
    country: str = ""


@dataclass(frozen=True)
class Item:
    """One item of the declaration. Masses in kilograms."""

    number: int
    commodity: str
    description: str
    origin: str
    packages: int
    gross_kg: Decimal
    net_kg: Decimal


@dataclass(frozen=True)
class Totals:
    """Sums over all items, as declared and accepted."""

    items: int
    packages: int
    gross_kg: Decimal
    net_kg: Decimal


@dataclass(frozen=True)
class Post:
    """The border crossing point that issues. `names` by locale; English stands in for a missing one."""

    code: str
    names: Mapping[str, str]
    country: str
    time_zone: str

    def name(self, locale: str) -> str:
        """The post's name in a language."""
        return self.names.get(locale) or self.names.get("en") or self.code


@dataclass(frozen=True)
class ClearancePermit:
    """A permit as issued. The lane is never part of it.

    `issued_at` is aware UTC; `valid_until` is a day at the post, or an aware moment. `decision` is the API's word
    (`release`, `release-with-correction`); `invoice_total` may be None where no invoice was declared.
    """

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    valid_until: date
    issued_by: str
    key_id: str
    consignor: Party
    consignee: Party
    declarant: Party
    vehicle: Vehicle
    items: tuple[Item, ...]
    totals: Totals
    trailer: Vehicle = field(default_factory=Vehicle)
    containers: tuple[str, ...] = ()
    driver: str = ""
    decision: str = "release"
    declaration_type: str = ""
    procedure: str = ""
    delivery_terms: str = ""
    invoice_total: Decimal | None = None
    currency: str = ""

    def __post_init__(self) -> None:
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at has no zone; times are UTC and aware")
        if not 1 <= len(self.items) <= MOST_ITEMS:
            raise ValueError(f"A permit has 1 to {MOST_ITEMS} items, not {len(self.items)}")

    def as_json(self) -> dict[str, Any]:
        """The content as JSON values: decimals and times are strings, times with Z."""
        plain = asdict(self)
        for name in ("containers", "items"):
            plain[name] = list(plain[name])
        plain["post"]["names"] = dict(self.post.names)
        moment = self.valid_until
        plain["issued_at"] = _instant(self.issued_at)
        plain["valid_until"] = _instant(moment) if isinstance(moment, datetime) else moment.isoformat()
        plain["invoice_total"] = None if self.invoice_total is None else str(self.invoice_total)
        for mass in (plain["totals"], *plain["items"]):
            mass["gross_kg"], mass["net_kg"] = str(mass["gross_kg"]), str(mass["net_kg"])
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> ClearancePermit:
        """The content of `as_json`; KeyError, TypeError or ValueError if it is not one."""
        until = plain["valid_until"]
        total = plain.get("invoice_total")
        built: dict[str, Any] = {
            "post": Post(**plain["post"]),
            "issued_at": datetime.fromisoformat(plain["issued_at"]),
            "valid_until": datetime.fromisoformat(until) if "T" in until else date.fromisoformat(until),
            "items": tuple(Item(**_with_masses(each)) for each in plain["items"]),
            "totals": Totals(**_with_masses(plain["totals"])),
            "containers": tuple(plain.get("containers", ())),
            "invoice_total": None if total is None else Decimal(total),
        }
        built |= {name: Party(**plain[name]) for name in ("consignor", "consignee", "declarant")}
        built |= {name: Vehicle(**plain[name]) for name in ("vehicle", "trailer") if name in plain}
        return cls(**{**plain, **built})


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _with_masses(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {**plain, "gross_kg": Decimal(plain["gross_kg"]), "net_kg": Decimal(plain["net_kg"])}


SAMPLE = ClearancePermit(
    number="TJPPJ-2026-000417",
    mrn="26TJPPJ0001234567M",
    reference="TJPPJ-26-0004172",
    post=Post(
        code="TJPPJ",
        names={
            "en": "Panji Poyon",
            "tg": "Панҷи Поён",
            "ru": "Нижний Пяндж",
            "fa_AF": "پنج پایان",
            "ps": "پنج پایان",
        },
        country="TJ",
        time_zone="Asia/Dushanbe",
    ),
    issued_at=datetime(2026, 11, 27, 9, 5, tzinfo=UTC),
    valid_until=date(2026, 11, 29),
    issued_by="Раҳимов Ҷамшед",
    key_id="9f2c41d07be85a36",
    consignor=Party("AF-9001234567", "شرکت تجارتی کابل ستاره", "سرک ۴، ناحیهٔ دهم، کابل", "AF"),
    consignee=Party("TJ-510012345", "ҶДММ «Сомон»", "хиёбони Рӯдакӣ 14, Душанбе", "TJ"),
    declarant=Party("TJ-510012345", "ҶДММ «Сомон»", "хиёбони Рӯдакӣ 14, Душанбе", "TJ"),
    vehicle=Vehicle("KBL48213", "AF"),
    trailer=Vehicle("KBL9917", "AF"),
    containers=("MSKU1234565",),
    driver="احمد نوری",
    decision="release",
    declaration_type="IM 4",
    procedure="4000",
    delivery_terms="CPT Dushanbe",
    invoice_total=Decimal("39600.00"),
    currency="USD",
    items=(
        Item(1, "080620", "Raisins, dried, in cartons of 10 kg", "AF", 900, Decimal("9450.000"), Decimal("9000.000")),
        Item(2, "570110", "قالین پشمی دستباف", "AF", 60, Decimal("1520.000"), Decimal("1480.500")),
        Item(
            3, "080212", "Мағзи бодом, хушк, дар халтаҳои 25-килоӣ", "AF", 120, Decimal("3036.000"), Decimal("3000.000")
        ),
    ),
    totals=Totals(items=3, packages=1080, gross_kg=Decimal("14006.000"), net_kg=Decimal("13480.500")),
)
