"""Accompanying documents of as many items as one likes, no two of them alike."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from forms.clearance_permit.v1_content import Party, Totals
from forms.transit_document.v1_content import House, Item, TransitDocument
from forms.transit_document.v1_sample import SAMPLE

GOODS = (
    "Raisins, dried, in cartons of 10 kg",
    "قالین پشمی دستباف، درجهٔ اول",
    "Мағзи бодом, хушк, дар халтаҳои 25-килоӣ",
    "Cotton yarn, combed, single, of 100 % cotton, on cones",
    "Портландцемент М400 в мешках по 50 кг",
    "د مڼو وچې ټوټې په کارتنونو کې",
    "Medicaments put up for retail sale, antibiotics",
    "Transformers, oil-filled, of not more than 650 kVA, with fittings and spare parts",
    "Onions, fresh",
    "Zinc-plated steel sheet in coils, 0.45 mm, for roofing",
)
_KINDS = ("CT", "BG", "RO", "DR", "PX")


def of(count: int, houses: int = 1) -> TransitDocument:
    """A document of `count` items in so many houses; codes, words, marks and masses differ from item to item."""
    items = [_item(number) for number in range(1, count + 1)]
    each = -(-count // houses)
    made = tuple(
        House(
            place,
            tuple(items[(place - 1) * each : place * each]),
            Party(f"AF-{9_001_000 + place}", f"Kabul Star {place}", "Kabul, District 10", "AF"),
            Party(f"TJ-51{place:04d}", f"ҶДММ «Сомон {place}»", "Душанбе", "TJ"),
        )
        for place in range(1, houses + 1)
    )
    totals = Totals(
        count,
        sum(int(each.packages.split()[0]) for each in items),
        sum((i.gross_kg for i in items), Decimal(0)),
        Decimal(0),
    )
    return replace(SAMPLE, houses=made, totals=totals)


def _item(number: int) -> Item:
    gross = (Decimal(100_000 + number * 7_919 % 900_000) / 100).quantize(Decimal("0.001"))
    notes = (f"[12 03] 380 INV-{number * 31 % 1000}",) if number % 5 == 0 else ()
    return Item(
        number,
        f"{number * 104_729 % 1_000_000:06d}",
        f"{GOODS[number % len(GOODS)]}, lot {number * 17 % 997}",
        f"{number * 13 % 240 + 1} {_KINDS[number % len(_KINDS)]}",
        gross,
        (gross * 19 / 20).quantize(Decimal("0.001")) if number % 3 else None,
        f"KBL {number}-{number * 3}",
        notes,
    )
