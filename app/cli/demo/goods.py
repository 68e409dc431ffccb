"""What crosses the bridge: per kind of goods its code, packing, weights, prices and papers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any


@dataclass(frozen=True)
class Goods:
    """One kind of goods: `pack` is (kind of package, kilograms each), `load` kilograms a truck, `price` USD per kg.

    `unit` is (supplementary unit, so many of it in so many kilograms); `tare` the gross mass of 100 kg of the goods.
    """

    commodity: str
    description: str
    pack: tuple[str, int]
    load: tuple[int, int]
    price: str
    origin: str
    papers: tuple[str, ...] = ()
    marks: str = "no marks"
    unit: tuple[str, int, int] | None = None
    un: str | None = None
    tare: tuple[int, int] = (102, 105)


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
        ("MTK", 1, 3),
    ),
    Goods("252620", "Talc, ground, in big bags", ("BG", 1000), (22_000, 26_000), "0.14", "AF"),
    Goods("620342", "Trousers of cotton, men's", ("CT", 20), (5_000, 9_500), "4.10", "CN", ("861",)),
    Goods(
        "640299",
        "Footwear with outer soles of plastics",
        ("CT", 14),
        (4_500, 8_000),
        "3.60",
        "CN",
        ("861",),
        unit=("PR", 5, 4),
    ),
    Goods("392410", "Tableware of plastics", ("CT", 12), (5_500, 9_000), "1.70", "IR", ("861",)),
    Goods("340120", "Soap, in flakes", ("BG", 25), (14_000, 20_000), "0.88", "IR", ("861",)),
)
#: Out of Tajikistan.
EXPORTS = (
    Goods("252329", "Portland cement M-400, bagged", ("BG", 50), (22_000, 27_500), "0.07", "TJ", ("862",), "YOVON"),
    Goods(
        "270112", "Bituminous coal of Fon-Yaghnob, in big bags", ("BG", 1000), (22_000, 27_000), "0.11", "TJ", ("862",)
    ),
    Goods("520512", "Cotton yarn, single, uncombed", ("CT", 45), (14_000, 19_500), "2.75", "TJ", ("861",), "RESANDA"),
    Goods("520100", "Cotton, not carded or combed", ("BL", 220), (18_000, 23_000), "1.62", "TJ", ("851", "861")),
    Goods("760110", "Aluminium, not alloyed, in ingots", ("PP", 25), (20_000, 24_000), "2.30", "TJ", ("862",), "ALU"),
    Goods("481910", "Boxes of corrugated paper", ("BL", 30), (6_000, 9_500), "0.94", "TJ"),
    Goods("730890", "Structures of iron, greenhouse frames", ("PP", 80), (12_000, 20_000), "1.45", "TJ"),
    Goods(
        "220210",
        "Mineral water with sugar",
        ("CT", 9),
        (17_000, 21_000),
        "0.41",
        "TJ",
        ("852",),
        "SHOHAMBARI",
        ("LTR", 1, 1),
    ),
)
#: From others, through Tajikistan.
TRANSITS = (
    Goods(
        "870323",
        "Used car Toyota Corolla, left-hand drive",
        ("NE", 1350),
        (1_350, 5_400),
        "4.80",
        "AE",
        unit=("NAR", 1, 1350),
    ),
    Goods("850440", "Static converters for solar plants", ("CT", 18), (3_500, 8_000), "9.20", "CN", ("861",)),
    Goods("691110", "Tableware of porcelain", ("CT", 22), (9_000, 14_000), "1.35", "CN", ("861",)),
    Goods(
        "540752",
        "Woven fabrics of polyester, dyed",
        ("RO", 35),
        (11_000, 17_000),
        "3.05",
        "CN",
        ("861",),
        unit=("MTK", 6, 1),
    ),
    Goods("110100", "Wheat flour, first grade", ("BG", 50), (20_000, 25_000), "0.36", "KZ", ("851",), "KOSTANAY"),
    Goods(
        "271019",
        "Diesel fuel, in tank truck",
        ("TY", 24_000),
        (21_000, 27_000),
        "0.82",
        "RU",
        ("862", "890"),
        un="1202",
    ),
)
#: What the profiles stop for an opening.
PRECURSORS = (
    Goods(
        "280700",
        "Sulphuric acid, technical, 92 %",
        ("DR", 300),
        (9_000, 15_000),
        "0.45",
        "UZ",
        ("911", "890"),
        un="1830",
    ),
    Goods("291411", "Acetone, technical", ("DR", 165), (4_000, 8_000), "1.20", "RU", ("911", "890"), un="1090"),
    Goods("280610", "Hydrochloric acid, 31 %", ("JY", 35), (3_000, 7_000), "0.38", "UZ", ("911", "890"), un="1789"),
    Goods("291524", "Acetic anhydride", ("DR", 215), (2_100, 4_300), "1.85", "CN", ("890",), un="1715"),
)
MEDICINES = (
    Goods("300490", "Medicines: diazepam 5 mg, tablets", ("CT", 6), (1_600, 3_600), "18.00", "IN", ("911", "852")),
    Goods(
        "300490",
        "Medicines: paracetamol, amoxicillin, in blister packs",
        ("CT", 8),
        (2_400, 6_000),
        "9.50",
        "PK",
        ("911", "852"),
    ),
)
#: What the profiles want to see papers of.
WATCHED = (
    Goods("710399", "Lapis lazuli, rough sorted", ("BX", 20), (400, 1_600), "38.00", "AF", unit=("CTM", 5_000, 1)),
    Goods("310210", "Urea, granulated, 46 % N", ("BG", 50), (20_000, 25_000), "0.42", "UZ", ("862",)),
    Goods("283620", "Disodium carbonate (soda ash)", ("BG", 50), (19_000, 24_000), "0.33", "UZ", ("862",)),
    Goods("852589", "Cameras with thermal imaging", ("CT", 9), (300, 900), "95.00", "CN"),
)
#: Nearly all of what is weighed is packing: the profiles want the truck weighed again.
BULKY = (
    Goods("701090", "Carboys of glass, in crates", ("CR", 12), (1_900, 3_100), "1.10", "IR", ("861",), tare=(360, 420)),
    Goods(
        "940511",
        "Lamps for ceilings, in crates of wood",
        ("CR", 9),
        (1_500, 2_600),
        "6.40",
        "CN",
        ("861",),
        tare=(350, 410),
    ),
    Goods(
        "691090",
        "Wash basins of ceramics, in crates",
        ("CR", 16),
        (2_200, 3_600),
        "1.90",
        "IR",
        ("861",),
        tare=(345, 390),
    ),
)
#: For investments that a certificate frees from duty and tax.
PROJECT = (
    Goods("854143", "Photovoltaic modules, 550 W", ("PX", 28), (9_000, 14_000), "3.90", "CN", ("861",), "GRANT 117"),
)
#: What waits in a warehouse for its buyers.
STORED = (
    Goods("340120", "Soap, in flakes", ("BG", 25), (14_000, 20_000), "0.88", "IR", ("861",)),
    Goods("392410", "Tableware of plastics", ("CT", 12), (5_500, 9_000), "1.70", "IR", ("861",)),
)
TOBACCO = (
    Goods(
        "240220",
        "Cigarettes with filter",
        ("CT", 11),
        (3_000, 7_000),
        "7.20",
        "TJ",
        ("861",),
        "POMIR",
        ("NAR", 1_300, 1),
    ),
)


def item(random: Random, goods: Goods, number: int, share: int, day: str) -> dict[str, Any]:
    """An item of about a `share`-th of a truck's load; `day` is the date of its papers."""
    kind, each = goods.pack
    load = random.randrange(goods.load[0], goods.load[1] + 1) // share
    count = max(1, round(load / each))
    if kind in ("TY", "NE"):
        count = max(1, load // max(each, 1))
    net = load if kind == "TY" else count * each
    gross = net if kind in ("TY", "NE") else net * random.randrange(*goods.tare) // 100 + count
    price = Decimal(goods.price) * Decimal(random.randrange(92, 109)) / 100
    packages = {"kind": kind, "count": count, "marks": _marks(goods, number, count)}
    made: dict[str, Any] = {
        "number": number,
        "commodity": goods.commodity,
        "description": _description(random, goods, count),
        "origin": goods.origin,
        "packages": [packages],
        "gross_kg": f"{gross}.000",
        "net_kg": f"{net}.000",
        "invoice_value": f"{(net * price).quantize(Decimal('0.01'))}",
        "documents": [{"type": paper, "number": _paper(random, paper), "date": day} for paper in goods.papers],
    }
    if goods.unit:
        unit, so_many, kilograms = goods.unit
        made["supplementary"] = {"unit": unit, "quantity": f"{max(1, net * so_many // kilograms)}.000"}
    if goods.un:
        made["un_number"] = goods.un
    return made


def _marks(goods: Goods, number: int, count: int) -> str:
    return goods.marks if goods.marks == "no marks" else f"{goods.marks} {number}/1-{count}"


def _description(random: Random, goods: Goods, count: int) -> str:
    """Vehicles have their chassis numbers with them."""
    if not goods.commodity.startswith("87"):
        return goods.description
    numbers = (f"JTDBR32E{random.randrange(100_000_000, 1_000_000_000)}" for _vehicle in range(count))
    return f"{goods.description}, VIN {', '.join(numbers)}"


_PREFIXES = {"851": "FC", "852": "SC", "853": "VC", "861": "CO", "911": "IL", "862": "DO", "890": "DG"}


def _paper(random: Random, kind: str) -> str:
    return f"{_PREFIXES.get(kind, 'D')}-{random.randrange(1_000, 99_999)}"
