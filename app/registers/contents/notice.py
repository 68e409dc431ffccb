"""What an assessment notice says: the stored assessment, line by line, and how the declaration stands with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.declarations.commands import Declared
from app.payments.models import Assessment
from app.payments.rules import Standing
from app.reference.codebook import Codebook
from app.registers import how_to_pay
from app.registers.contents import figures
from app.registers.contents.naming import FEE, Levies, day_at, decimal, party
from forms.assessment_notice.v1_content import (
    AssessmentNotice,
    Cost,
    ExchangeRate,
    Fee,
    HowToPay,
    Item,
    Line,
    Minimum,
    Previous,
    Rounding,
    Sum,
    Tax,
)
from forms.clearance_permit.v1_content import Party, Post

#: What a cost was shared out by, in the words of an item; kilograms say so.
_WEIGHTS = {"value": ("invoice_value", ""), "gross_kg": ("gross_kg", " kg"), "net_kg": ("net_kg", " kg")}


@dataclass(frozen=True, slots=True)
class Issue:
    """The act of issuing: number, time, who, key."""

    number: str
    at: dt.datetime
    name: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A stored assessment with the one before it, and how the declaration stands when the notice is issued."""

    mrn: str
    reference: str
    made: Assessment
    before: Assessment | None
    standing: Standing
    final: bool


def number_of(mrn: str, number: int) -> str:
    """An assessment's notice is numbered by the declaration and the assessment's place in it."""
    return f"{mrn}-{number}"


def content(
    issue: Issue, assessed: Assessed, declared: Declared, payer: Party, post: Post, codes: Codebook
) -> AssessmentNotice:
    """The frozen content of the notice."""
    result, standing = assessed.made.result, assessed.standing
    levies = Levies(codes, post.country, day_at(post, assessed.made.made_at))
    sums = _sums(result, assessed.before, levies)
    return AssessmentNotice(
        number=issue.number,
        mrn=assessed.mrn,
        reference=assessed.reference,
        post=post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        payer=payer,
        declarant=party(declared.header.get("declarant")),
        currency=assessed.made.currency,
        payable=assessed.made.total,
        suspended=assessed.made.suspended,
        exempt=figures.total(each.exempt for each in sums),
        paid=standing.paid,
        due=standing.due - standing.overpaid,
        taxes=tuple(Tax(each.tax, levies.names(each.tax)) for each in sums),
        sums=sums,
        items=_items(result, declared, levies),
        rates=tuple(_rate(each) for each in result.get("rates") or ()),
        fees=tuple(_fee(each, assessed.made.currency, result) for each in result["fees"]),
        version=assessed.made.content,
        final=assessed.final,
        previous=_previous(assessed),
        how_to_pay=_how_to_pay(issue.number, codes, post, day_at(post, issue.at)),
        rounding=_rounding(result),
    )


def _sums(result: Mapping[str, Any], before: Assessment | None, levies: Levies) -> tuple[Sum, ...]:
    found, earlier = figures.sums(result), figures.sums(before.result) if before else {}
    for tax in earlier:
        found.setdefault(tax, figures.Sums())
    previous = {tax: each.payable for tax, each in earlier.items()}
    return tuple(
        Sum(
            tax,
            found[tax].payable,
            found[tax].suspended,
            found[tax].exempt,
            previous.get(tax, figures.ZERO) if before else None,
        )
        for tax in levies.in_order(found)
    )


def _previous(assessed: Assessed) -> Previous | None:
    before = assessed.before
    if before is None:
        return None
    return Previous(number_of(assessed.mrn, before.number), before.made_at, before.total, before.suspended)


# --- items -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Whole:
    """What all items have in common: money, rates of exchange for one unit, and the sums that costs are shared by."""

    currency: str
    per_one: Mapping[str, Decimal]
    weights: Mapping[str, Decimal]
    count: int
    levies: Levies


def _items(result: Mapping[str, Any], declared: Declared, levies: Levies) -> tuple[Item, ...]:
    """Every declared item; where everything was taken back (the goods do not enter), none has a value or a line."""
    known = {each["number"]: each for each in result["items"]}
    items = declared.items
    weights = {word: figures.total(Decimal(item.get(word) or 0) for item in items) for word, _ in _WEIGHTS.values()}
    per_one = figures.per_one(result.get("rates") or ())
    whole = _Whole(result["currency"], per_one, weights, len(items), levies)
    return tuple(_item(words, known.get(words["number"]), whole) for words in items)


def _item(words: Mapping[str, Any], assessed: Mapping[str, Any] | None, whole: _Whole) -> Item:
    value = Decimal((assessed or {}).get("customs_value") or figures.ZERO)
    built = (assessed or {}).get("build_up") or {"parts": (), "minimum": None}
    least = built["minimum"]
    return Item(
        number=words["number"],
        commodity=words["commodity"],
        description=words["description"],
        origin=words["origin"],
        procedure=words["procedure"],
        customs_value=value,
        costs=tuple(_cost(part, words, whole) for part in built["parts"]),
        lines=_lines((assessed or {}).get("lines") or (), value, whole),
        minimum=_minimum(least) if least else None,
    )


def _cost(part: Mapping[str, Any], words: Mapping[str, Any], whole: _Whole) -> Cost:
    share = Decimal(part["amount"])
    amount = decimal(part.get("whole"))
    return Cost(
        kind=part["kind"],
        amount=share if amount is None else amount,
        currency=part["currency"],
        share=share,
        result=Decimal(part["converted"] or 0),
        rate=whole.per_one.get(part["currency"]),
        basis=_basis(part.get("by"), words, whole),
    )


def _basis(by: str | None, words: Mapping[str, Any], whole: _Whole) -> str:
    """The figures a cost was shared out by: "27 000.00 / 39 600.00", "1 520.000 / 9 800.000 kg", "1 / 4"."""
    if by is None or whole.count == 1:
        return ""
    if by not in _WEIGHTS:
        return f"1 / {whole.count}"
    word, unit = _WEIGHTS[by]
    return f"{figures.grouped(Decimal(words[word]))} / {figures.grouped(whole.weights[word])}{unit}"


def _minimum(least: Mapping[str, Any]) -> Minimum:
    return Minimum(
        value=Decimal(least["value"]),
        declared=Decimal(least["declared"]),
        rate=least["rate"],
        quantity=Decimal(least["quantity"]),
        unit=least["unit"],
        rule=least["rule"],
        source=least["source"],
        verified=least["verified"],
    )


def _lines(lines: Iterable[Mapping[str, Any]], value: Decimal, whole: _Whole) -> tuple[Line, ...]:
    made: list[Line] = []
    amounts: dict[str, Decimal] = {"value": value}
    for line in lines:
        base = Decimal(line["base"])
        of_money = line["unit"] is None or line["quantity"] is None or Decimal(line["quantity"]) != base
        made.append(
            Line(
                tax=line["tax"],
                base=base,
                rate=figures.rate_text(line["rate"]),
                amount=Decimal(line["amount"]),
                status=line["status"],
                base_of=_base_of(whole.levies.base(line["tax"]), amounts, base) if of_money else "",
                rule=line["rule"],
                source=line["source"],
                period=figures.period(line["period"]),
                exemption=line["exemption"] or line.get("under") or "",
                verified=line["verified"],
                unit="" if of_money else line["unit"],
                exact=Decimal(line["exact"]) if line["status"] != figures.EXEMPT else None,
                relieved=Decimal(line["relieved"]),
                working=figures.working(line, whole.currency, whole.per_one),
            )
        )
        if line["status"] != figures.EXEMPT:
            amounts[line["tax"]] = amounts.get(line["tax"], figures.ZERO) + Decimal(line["exact"])
    return tuple(made)


def _base_of(parts: tuple[str, ...], amounts: Mapping[str, Decimal], base: Decimal) -> str:
    """What a base is the sum of, each before it was rounded, where the figures that stand on the paper do come to it."""
    known = [amounts[part] for part in parts if amounts.get(part)]
    if len(known) < 2 or figures.total(known) != base:
        return ""
    return " + ".join(map(figures.grouped, known))


def _rate(rate: Mapping[str, Any]) -> ExchangeRate:
    return ExchangeRate(
        currency=rate["currency"],
        rate=Decimal(rate["rate"]),
        units=Decimal(rate["units"]),
        day=dt.date.fromisoformat(rate["date"]),
        until=dt.date.fromisoformat(rate["until"]) if rate["until"] else None,
        source=rate["source"],
        verified=rate["verified"],
        stale=rate["stale"],
        old=rate.get("old", False),
    )


def _fee(fee: Mapping[str, Any], currency: str, result: Mapping[str, Any]) -> Fee:
    return Fee(
        fee=FEE + fee["fee"],
        amount=Decimal(fee["amount"]),
        rate=_fee_rate(fee, currency, figures.per_one(result.get("rates") or ())),
        rule=fee["rule"],
        source=fee["source"],
        period=figures.period(fee["period"]),
        verified=fee["verified"],
    )


def _fee_rate(fee: Mapping[str, Any], currency: str, per_one: Mapping[str, Decimal]) -> str:
    """Factors of a fee ("2 × 50.00 TJS", "0.15 % × 90 000.00"), and the limit that holds where they pass it."""
    factors = [str(each) for each in (fee["quantity"], fee["factor"]) if Decimal(each) != 1]
    factors.append(figures.rate_text(fee["rate"]))
    if fee.get("base"):
        base, exact = Decimal(fee["base"]), Decimal(fee["exact"])
        reached = base * Decimal(fee["rate"]) / 100 * Decimal(fee["factor"])
        limit = f" {'<' if reached < exact else '>'} {figures.grouped(exact)}" if reached != exact else ""
        return " × ".join([*factors, figures.grouped(base)]) + limit
    of = fee["rate"].rpartition(" ")[2]
    if of != currency and of in per_one:
        factors.append(figures.grouped(per_one[of]))
    return " × ".join(factors)


def _rounding(result: Mapping[str, Any]) -> tuple[Rounding, ...]:
    """Taxes that are rounded alike stand together."""
    alike: dict[tuple[int, str, str], list[str]] = {}
    for each in result.get("rounding") or ():
        alike.setdefault((each["digits"], each["mode"], each["source"]), []).append(each["tax"])
    return tuple(
        Rounding(tuple(taxes), Decimal(1).scaleb(-digits), mode, source)
        for (digits, mode, source), taxes in alike.items()
    )


def _how_to_pay(number: str, codes: Codebook, post: Post, day: dt.date) -> HowToPay:
    told = how_to_pay.of(codes, post.country, day)
    words = {"beneficiary": told.beneficiary, "bank": told.bank, "account": told.account}
    return HowToPay(
        beneficiary=told.beneficiary.value,
        bank=told.bank.value,
        account=told.account.value,
        purpose=number,
        unverified=tuple(name for name, each in words.items() if each.value and not each.verified),
    )
