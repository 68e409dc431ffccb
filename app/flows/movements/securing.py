"""What the goods of a movement would cost if they were lost to customs, and who answers for it.

The reference amount is the highest duty that may be payable for the goods (Revised Kyoto Convention, specific annex E,
chapter 1; UCC implementing act 2015/2447, article 148): without preference, at the dearest rate under the code that is
declared, on the day of the release.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.guarantees import operations as guarantees
from app.guarantees.commands import Named, Subject, Use
from app.guarantees.lifecycle import Type
from app.guarantees.models import GuaranteeReservation
from app.reference.codebook import Codebook
from app.tariff import assess, tariff
from app.transit.commands import Declared
from app.transit.lifecycle import Kind
from app.transit.models import Movement

#: Import for home use: what would be owed if the goods stayed in the country.
_HOME_USE = "4000"
#: Kinds for which nothing is taken: public bodies, agreements, the journey between two offices.
_FREE = frozenset({"5", "8", "A", "J", "R"})
#: Rates under a shorter code that are tried, so that the dearest is found.
_MOST_TRIED = 24
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Needed:
    """The reference amount in the money of the administration; `unknown` are the numbers of items whose duties cannot
    be known (no value, no rate), for which the amounts that the holder names must do."""

    amount: Decimal
    currency: str
    unknown: tuple[int, ...]
    items: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Cover:
    """What is taken of one guarantee, in its own currency."""

    place: int
    grn: str
    amount: Decimal
    currency: str


def needed(codes: Codebook, declared: Declared, at: dt.datetime) -> Needed:
    """The highest duties payable for the goods in this country at that moment."""
    own = declared.post[:2]
    day = codes.day_at(declared.post, at)
    known = tariff(codes)
    items: dict[int, Decimal] = {}
    unknown: list[int] = []
    for currency, group in _by_currency(declared).items():
        if not currency:
            unknown += [item["number"] for item in group]
            continue
        for number, amount in _dearest(codes, group, currency, declared.post, at, day).items():
            if amount is None:
                unknown.append(number)
            else:
                items[number] = amount
    total = sum(items.values(), Decimal("0.00"))
    return Needed(total, known.on(own, day).currency, tuple(sorted(unknown)), items)


def _by_currency(declared: Declared) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in declared.items:
        groups[(item.words.get("currency") or "") if item.words.get("value") else ""].append(item.words)
    return groups


def _dearest(
    codes: Codebook, items: list[dict[str, Any]], currency: str, post: str, at: dt.datetime, day: dt.date
) -> dict[int, Decimal | None]:
    """For each item the largest total under any code that its own may stand for; None where none can be known."""
    tried = {item["number"]: _codes_under(codes, item["commodity"], day) for item in items}
    found: dict[int, Decimal | None] = {}
    for nth in range(max(map(len, tried.values()))):
        batch = [item for item in items if nth < len(tried[item["number"]])]
        words = [_as_import(item, tried[item["number"]][nth], place) for place, item in enumerate(batch)]
        total = sum((Decimal(word["invoice_value"]) for word in words), Decimal(0))
        header = {"post": post, "invoice": {"currency": currency, "total": f"{total:f}"}, "costs": []}
        result = assess(header, words, tariff(codes), administration=post[:2], at=at, day=day)
        for item, assessed in zip(batch, result.items, strict=True):
            if assessed.customs_value is None:
                found.setdefault(item["number"], None)
                continue
            amount = sum((line.amount for line in assessed.lines), Decimal(0))
            before = found.get(item["number"])
            found[item["number"]] = amount if before is None else max(before, amount)
    return found


def _codes_under(codes: Codebook, commodity: str, day: dt.date) -> list[str]:
    """The code itself and the longer ones that have rates of their own."""
    longer = {
        str(entry.attributes.get("commodity") or "")
        for entry in codes.entries("tax_rate", day)
        if str(entry.attributes.get("commodity") or "").startswith(commodity)
    }
    return [commodity, *sorted(longer - {commodity, ""})][:_MOST_TRIED]


def _as_import(item: dict[str, Any], commodity: str, place: int) -> dict[str, Any]:
    return {
        "number": place + 1,
        "commodity": commodity,
        "origin": item.get("origin") or "QU",
        "procedure": _HOME_USE,
        "preference": None,
        "invoice_value": item["value"],
        "gross_kg": item["gross_kg"],
        "net_kg": item.get("net_kg") or item["gross_kg"],
        "supplementary": item.get("supplementary"),
        "packages": item["packages"],
        "documents": [],
    }


def check(
    session: Session,
    declared: Declared,
    codes: Codebook,
    at: dt.datetime,
    *,
    by: Actor,
    movement: Movement | None = None,
) -> list[Finding]:
    """Why the guarantees that are named do not do, and whether the amounts named for them suffice. At lodging, where
    access codes are given."""
    found = guarantees.check(
        session,
        named(declared),
        _use(declared, codes.day_at(declared.post, at)),
        but=movement.id if movement else None,
        with_codes=declared.access_codes is not None,
        by=by,
    )
    if declared.kind == Kind.TIR and declared.carnet:
        barred = guarantees.barred_carnet(session, declared.carnet, declared.holder)
        found += [barred] if barred else []
    return found or _amounts(codes, declared, at)


def named(declared: Declared) -> list[Named]:
    """The guarantees of the movement that have a number, with their places."""
    return [
        Named(place, each["grn"], each["type"], (declared.access_codes or {}).get(place))
        for place, each in enumerate(declared.guarantees)
        if each.get("grn") and each["type"] not in _FREE and each["type"] != Type.TIR
    ]


def _use(declared: Declared, on: dt.date) -> Use:
    words = declared.header["countries"]
    offices = declared.header["offices"]
    countries = {*(words.get("routing") or ()), *(code[:2] for code in offices["destination"])}
    countries |= {code[:2] for code in offices.get("transit") or ()}
    return Use(
        holder=declared.holder,
        countries=frozenset(countries),
        commodities=frozenset(item.words["commodity"] for item in declared.items),
        on=on,
    )


def _amounts(codes: Codebook, declared: Declared, at: dt.datetime) -> list[Finding]:
    """What is too little, or not known at all."""
    try:
        covers(codes, declared, at, carnet=None)
    except Invalid as refusal:
        return list(refusal.findings)
    return []


def covers(codes: Codebook, declared: Declared, at: dt.datetime, *, carnet: str | None) -> list[Cover]:
    """What is taken of which guarantee when the movement is released. Raises `Invalid` where the amounts that the
    holder names are less than what is needed, or nothing can be calculated and nothing is named."""
    wanted = needed(codes, declared, at)
    if declared.kind == Kind.TIR:
        return _of_carnet(codes, declared, wanted, at, carnet)
    rows = [(place, each) for place, each in enumerate(declared.guarantees) if each["type"] not in _FREE]
    if not rows:
        return []
    said = [each for _place, each in rows if each.get("amount")]
    if not said and wanted.unknown:
        raise Invalid(
            findings=[
                Finding(
                    "/guarantees/0/amount",
                    "guarantee.amount-unknown",
                    _(
                        "The duties of items {items} cannot be calculated. Give their value and currency, or the amount to cover.",
                        items=", ".join(map(str, wanted.unknown[:10])),
                    ),
                )
            ]
        )
    if not said:
        place, each = rows[0]
        return [Cover(place, each["grn"], wanted.amount, wanted.currency)]
    _enough(codes, declared, said, wanted, at)
    return [
        Cover(place, each["grn"], Decimal(each["amount"]), each.get("currency") or wanted.currency)
        for place, each in rows
        if each.get("amount")
    ]


def _enough(codes: Codebook, declared: Declared, said: list[dict[str, Any]], wanted: Needed, at: dt.datetime) -> None:
    whole = sum(
        (_own_money(codes, declared, Decimal(e["amount"]), e.get("currency") or wanted.currency, at) for e in said),
        Decimal(0),
    )
    if whole < wanted.amount:
        message = _(
            "The guarantees are to cover {said} {currency}; the duties of the goods may be {needed} {currency}. "
            "Raise the amount, or name another guarantee beside it.",
            said=f"{whole:f}",
            needed=f"{wanted.amount:f}",
            currency=wanted.currency,
        )
        raise Invalid(findings=[Finding("/guarantees/0/amount", "guarantee.amount-low", message)])


def _own_money(codes: Codebook, declared: Declared, amount: Decimal, currency: str, at: dt.datetime) -> Decimal:
    return (amount * _rate(codes, declared, currency, at)).quantize(_CENT)


def in_currency(codes: Codebook, declared: Declared, amount: Decimal, currency: str, at: dt.datetime) -> Decimal:
    """An amount in the administration's money in another one, rounded up: a guarantee never covers less."""
    return (amount / _rate(codes, declared, currency, at)).quantize(_CENT, rounding=ROUND_UP)


def _rate(codes: Codebook, declared: Declared, currency: str, at: dt.datetime) -> Decimal:
    rate = rate_of_day(codes, declared, currency, at)
    if rate is None:
        message = _(
            "No rate of exchange is known for {currency}. Name the amount in {own}.",
            currency=currency,
            own=tariff(codes).on(declared.post[:2], codes.day_at(declared.post, at)).currency,
        )
        raise Invalid(findings=[Finding("/guarantees/0/currency", "guarantee.rate", message)])
    return rate


def rate_of_day(codes: Codebook, declared: Declared, currency: str, at: dt.datetime) -> Decimal | None:
    """What one unit of a currency is worth in the administration's money; None where nobody knows."""
    of_day = tariff(codes).on(declared.post[:2], codes.day_at(declared.post, at))
    if currency == of_day.currency:
        return Decimal(1)
    rate = of_day.exchange(currency)
    return rate.rate / rate.units if rate else None


def ceiling(codes: Codebook, country: str, on: dt.date) -> tuple[Decimal, str]:
    """For how much a TIR carnet answers in a country."""
    entry = codes.find("tir_ceiling", country, on) or codes.find("tir_ceiling", "any", on)
    if entry is None:
        message = _(
            "No sum is listed for which a TIR carnet answers in {country}. Tell the administration.", country=country
        )
        raise Invalid(findings=[Finding("/carnet/number", "tir.no-ceiling", message)])
    return Decimal(str(entry.attributes["amount"])), str(entry.attributes["currency"])


def _of_carnet(codes: Codebook, declared: Declared, wanted: Needed, at: dt.datetime, carnet: str | None) -> list[Cover]:
    most, currency = ceiling(codes, declared.post[:2], codes.day_at(declared.post, at))
    amount = in_currency(codes, declared, wanted.amount, currency, at)
    if amount > most:
        message = _(
            "The duties of the goods may be {needed} {currency}; a TIR carnet answers for {most} {currency} here. "
            "Divide the goods, or secure them otherwise.",
            needed=f"{amount:f}",
            most=f"{most:f}",
            currency=currency,
        )
        raise Invalid(findings=[Finding("/carnet/number", "tir.over-ceiling", message)])
    # Goods whose duties nobody can tell are covered by the whole sum.
    return [Cover(0, f"TIR-{carnet or declared.carnet}", most if wanted.unknown else amount, currency)]


def reserve(
    session: Session, movement: Movement, declared: Declared, codes: Codebook, at: dt.datetime, *, by: Actor
) -> list[GuaranteeReservation]:
    """Takes what the goods of a locked movement need of its guarantees. Raises `Invalid` with the reasons of NCTS where
    one does not do (any more) or has not enough; then nothing is taken."""
    on = codes.day_at(declared.post, at)
    if declared.kind == Kind.TIR and movement.carnet:
        _open_carnet(session, movement, declared, codes, on, by=by)
    else:
        found = guarantees.check(session, named(declared), _use(declared, on), but=movement.id, with_codes=False, by=by)
        if found:
            raise Invalid(findings=found)
    wanted = covers(codes, declared, at, carnet=movement.carnet)
    amounts = {each.grn: _in_its_money(session, codes, declared, each, at) for each in wanted}
    return guarantees.reserve(session, subject(movement), amounts, {each.grn: each.place for each in wanted}, by=by)


def _in_its_money(session: Session, codes: Codebook, declared: Declared, cover: Cover, at: dt.datetime) -> Decimal:
    currency = guarantees.currency_of(session, cover.grn) or cover.currency
    if currency == cover.currency:
        return cover.amount
    return in_currency(codes, declared, _own_money(codes, declared, cover.amount, cover.currency, at), currency, at)


def _open_carnet(
    session: Session, movement: Movement, declared: Declared, codes: Codebook, on: dt.date, *, by: Actor
) -> None:
    most, currency = ceiling(codes, declared.post[:2], on)
    carnet = declared.header["carnet"]
    guarantees.of_carnet(
        session,
        movement.post,
        movement.carnet or "",
        declared.holder,
        "IRU",
        most,
        currency,
        dt.date.fromisoformat(carnet["valid_to"]),
        by=by,
    )


def subject(movement: Movement) -> Subject:
    """The movement as its guarantees see it."""
    return Subject(movement.post, movement.id, movement.mrn or "")
