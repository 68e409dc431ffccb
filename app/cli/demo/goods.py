"""What crosses the bridge: per kind of goods its code, packing, weights, prices and papers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any


@dataclass(frozen=True)
class Goods:
    """One kind of goods: `pack` is (kind of package, kilograms each), `load` kilograms a truck, `price` USD per kg."""

    commodity: str
    description: str
    pack: tuple[str, int]
    load: tuple[int, int]
    price: str
    origin: str
    papers: tuple[str, ...] = ()
    marks: str = ""
    unit: str | None = None


#: Into Tajikistan.
IMPORTS = (
    Goods("080620", "Raisins, green, sun-dried", ("CT", 10), (12_000, 21_000), "1.85", "AF", ("851",), "KDZ RAISIN"),
    Goods("080212", "Almonds, shelled", ("BG", 25), (6_000, 15_000), "5.40", "AF", ("851",), "MAMRA"),
    Goods("080251", "Pistachios, in shell", ("BG", 25), (4_000, 9_000), "6.90", "AF", ("851",)),
    Goods("070310", "Onions, fresh", ("SA", 30), (19_000, 24_000), "0.19", "AF", ("851",)),
    Goods("070190", "Potatoes, fresh", ("SA", 40), (18_000, 23_000), "0.22", "AF", ("851",)),
    Goods("080719", "Melons, fresh", ("CR", 20), (14_000, 19_000), "0.31", "AF", ("851",)),
    Goods("081090", "Pomegranates, fresh", ("CT", 8), (12_000, 18_000), "0.74", "AF", ("851",), "KANDAHAR"),
    Goods("071333", "Kidney beans, dried", ("BG", 50), (15_000, 22_000), "0.92", "AF", ("851",)),
    Goods(
        "570110",
        "Carpets of wool, knotted by hand",
        ("BL", 60),
        (1_800, 5_200),
        "14.50",
        "AF",
        ("861",),
        "BALKH",
        "MTK",
    ),
    Goods("252620", "Talc, ground, in big bags", ("BG", 1000), (22_000, 26_000), "0.14", "AF"),
    Goods("620342", "Trousers of cotton, men's", ("CT", 20), (5_000, 9_500), "4.10", "CN", ("861",)),
    Goods("640299", "Footwear with outer soles of plastics", ("CT", 14), (4_500, 8_000), "3.60", "CN", ("861",)),
    Goods("392410", "Tableware of plastics", ("CT", 12), (5_500, 9_000), "1.70", "IR", ("861",)),
    Goods("340120", "Soap, in flakes", ("BG", 25), (14_000, 20_000), "0.88", "IR", ("861",)),
)
#: Out of Tajikistan.
EXPORTS = (
    Goods("252329", "Portland cement M-400, bagged", ("BG", 50), (22_000, 27_500), "0.07", "TJ", ("862",), "YOVON"),
    Goods("110100", "Wheat flour, first grade", ("BG", 50), (20_000, 25_000), "0.36", "KZ", ("851",)),
    Goods("271019", "Diesel fuel, in tank truck", ("TY", 24_000), (21_000, 27_000), "0.82", "RU", ("862",)),
    Goods("520512", "Cotton yarn, single, uncombed", ("CT", 45), (14_000, 19_500), "2.75", "TJ", ("861",), "RESANDA"),
    Goods("520100", "Cotton, not carded or combed", ("BL", 220), (18_000, 23_000), "1.62", "TJ", ("851", "861")),
    Goods("760110", "Aluminium, not alloyed, in ingots", ("PP", 25), (20_000, 24_000), "2.30", "TJ", ("862",), "ALU"),
    Goods("481910", "Boxes of corrugated paper", ("BL", 30), (6_000, 9_500), "0.94", "TJ"),
    Goods("730890", "Structures of iron, greenhouse frames", ("PP", 80), (12_000, 20_000), "1.45", "TJ"),
    Goods("220210", "Mineral water with sugar", ("CT", 9), (17_000, 21_000), "0.41", "TJ", ("852",)),
)
#: From others, through Tajikistan.
TRANSITS = (
    Goods("870323", "Used car Toyota Corolla, left-hand drive", ("NE", 1350), (1_350, 5_400), "4.80", "AE"),
    Goods("850440", "Static converters for solar plants", ("CT", 18), (3_500, 8_000), "9.20", "CN", ("861",)),
    Goods("691110", "Tableware of porcelain", ("CT", 22), (9_000, 14_000), "1.35", "CN", ("861",)),
    Goods("540752", "Woven fabrics of polyester, dyed", ("RO", 35), (11_000, 17_000), "3.05", "CN", ("861",)),
)
#: What the profiles stop for an opening.
PRECURSORS = (
    Goods("280700", "Sulphuric acid, technical, 92 %", ("DR", 300), (9_000, 15_000), "0.45", "UZ", ("911",)),
    Goods("291411", "Acetone, technical", ("DR", 165), (4_000, 8_000), "1.20", "RU", ("911",)),
    Goods("280610", "Hydrochloric acid, 31 %", ("JY", 35), (3_000, 7_000), "0.38", "UZ", ("911",)),
    Goods("291524", "Acetic anhydride", ("DR", 215), (2_100, 4_300), "1.85", "CN"),
)
MEDICINES = (
    Goods("300490", "Medicines: diazepam 5 mg, tablets", ("CT", 6), (1_600, 3_600), "18.00", "IN", ("911",)),
    Goods(
        "300490",
        "Medicines: paracetamol, amoxicillin, in blister packs",
        ("CT", 8),
        (2_400, 6_000),
        "9.50",
        "PK",
        ("911",),
    ),
)
#: What the profiles want to see papers of.
WATCHED = (
    Goods("710399", "Lapis lazuli, rough sorted", ("BX", 20), (400, 1_600), "38.00", "AF"),
    Goods("310210", "Urea, granulated, 46 % N", ("BG", 50), (20_000, 25_000), "0.42", "UZ", ("862",)),
    Goods("283620", "Disodium carbonate (soda ash)", ("BG", 50), (19_000, 24_000), "0.33", "UZ", ("862",)),
    Goods("852589", "Cameras with thermal imaging", ("CT", 9), (300, 900), "95.00", "CN"),
)
TOBACCO = (Goods("240220", "Cigarettes with filter", ("CT", 11), (3_000, 7_000), "7.20", "TJ", ("861",)),)


def item(random: Random, goods: Goods, number: int, share: int, day: str) -> dict[str, Any]:
    """An item of about a `share`-th of a truck's load; `day` is the date of its papers."""
    kind, each = goods.pack
    load = random.randrange(goods.load[0], goods.load[1] + 1) // share
    count = max(1, round(load / each))
    if kind in ("TY", "NE"):
        count = max(1, load // max(each, 1))
    net = load if kind == "TY" else count * each
    gross = net if kind in ("TY", "NE") else round(net * random.uniform(1.012, 1.05))
    price = Decimal(goods.price) * Decimal(random.randrange(92, 109)) / 100
    packages: dict[str, Any] = {"kind": kind, "count": count}
    if goods.marks:
        packages["marks"] = f"{goods.marks} {number}/1-{count}"
    made: dict[str, Any] = {
        "number": number,
        "commodity": goods.commodity,
        "description": goods.description,
        "origin": goods.origin,
        "packages": [packages],
        "gross_kg": f"{gross}.000",
        "net_kg": f"{net}.000",
        "invoice_value": f"{(net * price).quantize(Decimal('0.01'))}",
        "documents": [{"type": paper, "number": _paper(random, paper), "date": day} for paper in goods.papers],
    }
    if goods.unit:
        made["supplementary"] = {"unit": goods.unit, "quantity": f"{max(1, net // 3)}.000"}
    return made


_PREFIXES = {"851": "FC", "852": "SC", "853": "VC", "861": "CO", "911": "IL", "862": "DO"}


def _paper(random: Random, kind: str) -> str:
    return f"{_PREFIXES.get(kind, 'D')}-{random.randrange(1_000, 99_999)}"
