"""A small law of two countries, written out here so that amounts can be worked out by hand, and goods to tax by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from app.reference.codebook import Codebook, Entry, Post
from app.tariff import Assessment, Cover, Exemption, assess, tariff

DAY = dt.date(2026, 12, 1)  # a Tuesday
#: Noon in Dushanbe.
NOON = dt.datetime(2026, 12, 1, 7, tzinfo=dt.UTC)
LONG_AGO = dt.date(2000, 1, 1)


def row(
    list_name: str,
    code: str,
    *,
    since: dt.date = LONG_AGO,
    until: dt.date | None = None,
    verified: bool = True,
    **attributes: str,
) -> Entry:
    return Entry(list_name, code, since, until, {"en": code}, attributes, f"law of {code}", verified)


def tax(name: str, order: str, base: str = "value", administration: str = "TJ", **more: str) -> Entry:
    said = {"currency": "TJS", "digits": "2", "rounding": "half-up", "needed": "yes", **more}
    return row(
        "tax", f"{administration}.{name}", administration=administration, tax=name, order=order, base=base, **said
    )


def rate(code: str, percent: str | None = None, *, tax: str = "duty", administration: str = "TJ", **more: Any) -> Entry:
    said = {"kind": "ad-valorem" if "amount" not in more else "specific", **more}
    if percent is not None:
        said["percent"] = percent
    return row("tax_rate", code, administration=administration, tax=tax, **said)


def money(
    currency: str,
    rate: str,
    *,
    since: dt.date = DAY,
    until: dt.date | None = DAY,
    administration: str = "TJ",
    **more: Any,
) -> Entry:
    return row(
        "exchange_rate",
        f"{administration}.{currency}",
        since=since,
        until=until,
        administration=administration,
        currency=currency,
        rate=rate,
        **more,
    )


def fee(name: str, **more: Any) -> Entry:
    said = {"per": "declaration", "currency": "TJS", "digits": "2", "rounding": "half-up", **more}
    return row("fee", f"TJ.fee.{name}", administration="TJ", fee=name, **said)


def procedure(code: str, regime: str) -> Entry:
    return row("procedure", code, regime=regime)


PROCEDURES = (
    procedure("4000", "payable"), procedure("5000", "suspended"), procedure("1000", "free"),
    procedure("40", "payable"), procedure("70", "suspended"),
)  # fmt: skip
TAJIK = (
    tax("duty", "10"),
    tax("excise", "20", needed=""),
    tax("vat", "30", "value+duty+excise"),
    rate("TJ.vat", "14", tax="vat"),
    rate("TJ.duty", "5"),
    money("USD", "10.0000"),
    money("EUR", "11.0000"),
    *PROCEDURES,
)
AFGHAN = (
    tax("duty", "10", administration="AF", currency="AFN", digits="0"),
    tax("brt", "20", "value+duty", administration="AF", currency="AFN", digits="0"),
    tax("income", "30", "value+duty", administration="AF", currency="AFN", digits="0"),
    rate("AF.duty", "2.5", administration="AF"),
    rate("AF.brt", "4", tax="brt", administration="AF"),
    rate("AF.income", "2", tax="income", administration="AF"),
    rate("AF.income.no-licence", "3", tax="income", administration="AF", preference="NOLIC"),
    money("USD", "70", administration="AF"),
    row("preference", "NOLIC", basis="none"),
    *PROCEDURES,
)  # fmt: skip

DUSHANBE = Post(
    "TJPPJ", "TJ", "AFSKB", "post", "Asia/Dushanbe", "", {"en": "Panji Poyon"}, None, None, "", None, "", {}, LONG_AGO, None,
)  # fmt: skip


def book(*entries: Entry, law: Sequence[Entry] = TAJIK) -> Codebook:
    """The law with more rows; a row replaces one of the same code and first day."""
    replaced = {(entry.list, entry.code, entry.valid_from) for entry in entries}
    kept = [entry for entry in law if (entry.list, entry.code, entry.valid_from) not in replaced]
    return Codebook.of([*kept, *entries], [DUSHANBE])


def item(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "commodity": "620342",
        "description": "Trousers",
        "origin": "CN",
        "procedure": "4000",
        "packages": [{"kind": "CT", "count": 1}],
        "gross_kg": "110.000",
        "net_kg": "100.000",
        "invoice_value": "1000.00",
        **changes,
    }


def litres(quantity: str) -> dict[str, str]:
    return {"unit": "LTR", "quantity": quantity}


def header(*costs: dict[str, Any], currency: str = "USD", **changes: Any) -> dict[str, Any]:
    return {
        "post": "TJPPJ",
        "invoice": {"number": "I-1", "currency": currency, "total": "0"},
        "transport": {"border_mode": "3", "vehicle": {"plate": "KBL1"}},
        "costs": list(costs),
        **changes,
    }


def cost(kind: str, amount: str, currency: str = "USD", *, included: bool = False) -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "currency": currency, "included": included}


def assessed(
    codes: Codebook,
    *items: dict[str, Any],
    head: dict[str, Any] | None = None,
    administration: str = "TJ",
    day: dt.date = DAY,
    at: dt.datetime = NOON,
    exemptions: dict[int, list[Exemption]] | None = None,
    covers: dict[int, list[Cover]] | None = None,
) -> Assessment:
    goods = list(items) or [item()]
    return assess(
        head if head is not None else header(), goods, tariff(codes),
        administration=administration, at=at, day=day, exemptions=exemptions or {}, covers=covers or {},
    )  # fmt: skip


def amounts(result: Assessment, number: int = 1) -> dict[str, str]:
    """The amounts of an item by tax, as written."""
    one = next(one for one in result.items if one.number == number)
    return {line.tax: str(line.amount) for line in one.lines}


def told(result: Assessment) -> list[tuple[str, str]]:
    return [(found.rule, found.pointer) for found in result.warnings]
