"""Firms, drivers and trucks of the crossing, all invented, written as they would be written there."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Firm:
    """A firm by its number, name, address and country."""

    id: str
    name: str
    address: str
    country: str

    def words(self) -> dict[str, str]:
        return {"id": self.id, "name": self.name, "address": self.address, "country": self.country}


AFGHAN = (
    Firm("AF-9001234567", "شرکت تجارتی کابل ستاره", "سرک ۴، شهر نو، کابل", "AF"),
    Firm("AF-9002310455", "شرکت میوهٔ خشک کندز", "بندر امام صاحب، کندز", "AF"),
    Firm("AF-9003478120", "تجارتی برادران رحیمی لمتد", "جادهٔ ولایت، کندز", "AF"),
    Firm("AF-9004129983", "شرکت قالین بلخ", "درب روضه، مزار شریف", "AF"),
    Firm("AF-9005567012", "نورزی صادرات و واردات", "سرک هرات، کندهار", "AF"),
    Firm("AF-9006890341", "شرکت ترانسپورتی پنجشیر", "کارتهٔ پروان، کابل", "AF"),
    Firm("AF-9007245618", "شرکت مواد ساختمانی بغلان", "پل خمری، بغلان", "AF"),
    Firm("AF-9008331276", "د ننګرهار سوداګریز شرکت", "جلال اباد، ننګرهار", "AF"),
    Firm("AF-9009017754", "شرکت دواسازی آریانا", "سرای شهزاده، کابل", "AF"),
)
TAJIK = (
    Firm("TJ-510012345", "ҶДММ «Сомон»", "кӯчаи Айнӣ 24, Душанбе", "TJ"),
    Firm("TJ-510067890", "ҶДММ «Вахш Логистик»", "кӯчаи Борбад 11, Бохтар", "TJ"),
    Firm("TJ-510023871", "ҶДММ «Меваи Хатлон»", "кӯчаи Ленин 3, н. Дӯстӣ", "TJ"),
    Firm("TJ-510034412", "ҶСП «Сементи Ёвон»", "н. Ёвон, Хатлон", "TJ"),
    Firm("TJ-510045190", "ҶДММ «Орди Сафед»", "кӯчаи Н. Қаробоев 58, Душанбе", "TJ"),
    Firm("TJ-510056023", "ҶДММ «Нафт-Сервис»", "шоҳроҳи Рӯдакӣ 120, Душанбе", "TJ"),
    Firm("TJ-510078334", "ҶДММ «Нассоҷии Тоҷик»", "кӯчаи Саноатӣ 7, Бохтар", "TJ"),
    Firm("TJ-510089551", "ҶДММ «Доруи Шифо»", "кӯчаи Шамсӣ 12, Душанбе", "TJ"),
    Firm("TJ-510091207", "ҶДММ «Автоимпорт Кӯлоб»", "кӯчаи Исмоили Сомонӣ 41, Кӯлоб", "TJ"),
)
#: In the register of firms, though they never declare themselves: one of them is proposed as a trusted trader.
TRUSTABLE = TAJIK[2:5]
CENTRAL_ASIAN = (
    Firm("UZ-302114567", "MChJ «Termiz Agro Savdo»", "At-Termiziy ko‘chasi 9, Termiz", "UZ"),
    Firm("KZ-980540001122", "ТОО «Костанай Мука»", "пр. Аль-Фараби 115, Костанай", "KZ"),
    Firm("CN-91650100MA7755TJ4K", "乌鲁木齐丝路贸易有限公司", "乌鲁木齐市新华北路165号", "CN"),
    Firm("IR-10101234567", "شرکت بازرگانی خراسان", "بلوار وکیل‌آباد، مشهد", "IR"),
)

_AFGHAN_DRIVERS = (
    "احمد نوری",
    "محمد نعیم رحیمی",
    "غلام سخی",
    "عبدالواحد کندزی",
    "نجیب‌الله صافی",
    "شیرآقا امیری",
    "ګل محمد ستانکزی",
)
_TAJIK_DRIVERS = (
    "Саидов Фаррух",
    "Назаров Умед",
    "Қаландаров Шариф",
    "Мирзоев Далер",
    "Раҷабов Исмоил",
    "Холов Сӯҳроб",
    "Ғуломов Парвиз",
)
#: Of a hundred drivers so many come for the first time; so many of the others have the same name.
_STRANGERS, _NAMESAKES = 3, 2
_AFGHAN_PLATES, _TAJIK_REGIONS = ("KBL", "KDZ", "BLH", "BGL", "TKR"), ("01", "02", "03", "05")
_CONTAINER_OWNERS = ("MSKU", "TCLU", "GESU", "CMAU", "OOLU")


def transport(random: Random, country: str, *, in_container: bool) -> dict[str, Any]:
    """A truck of the country with its driver, now and then with a trailer."""
    made: dict[str, Any] = {
        "border_mode": "3",
        "inland_mode": "3",
        "vehicle": {"plate": _plate(random, country), "country": country},
        "driver": _driver(random, country),
    }
    if in_container:
        made["containers"] = [_container(random)]
    elif random.random() < 0.55:
        made["trailer"] = {"plate": _plate(random, country), "country": country}
    return made


def _plate(random: Random, country: str) -> str:
    if country == "AF":
        return f"{random.choice(_AFGHAN_PLATES)}{random.randrange(10_000, 99_999)}"
    letters = "".join(random.choice("ABCEHKMOPTX") for _ in range(2))
    return f"{random.randrange(1000, 9999)}{letters}{random.choice(_TAJIK_REGIONS)}"


def _driver(random: Random, country: str) -> dict[str, Any]:
    """As a rule one of those who come again and again, now and then somebody new."""
    names = _AFGHAN_DRIVERS if country == "AF" else _TAJIK_DRIVERS
    name, drawn = random.choice(names), random.randrange(1_000_000, 9_999_999)
    if drawn % 100 >= _STRANGERS:
        drawn = 2_140_077 + 10_007 * names.index(name) + 1_204_003 * (drawn % _NAMESAKES)
    number = f"{'P0' if country == 'AF' else '40'}{drawn}"
    return {"name": name, "document": {"type": "passport", "number": number, "country": country}}


def _container(random: Random) -> str:
    """A container number with its right check digit (ISO 6346)."""
    body = f"{random.choice(_CONTAINER_OWNERS)}{random.randrange(100_000, 999_999)}"
    total = sum(_value(sign) * 2**place for place, sign in enumerate(body))
    return f"{body}{total % 11 % 10}"


def _value(sign: str) -> int:
    """0 to 9 for digits; from A on 10, 12 to 20, 22 to 30, 32 to 38: multiples of eleven are left out."""
    if sign.isdigit():
        return int(sign)
    place = ord(sign) - ord("A") + 10
    return place + sum(place + skipped >= edge for skipped, edge in ((0, 11), (1, 22), (2, 33)))
