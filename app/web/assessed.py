"""An assessment for the eyes: each figure beside what it was made of, so that anybody can check it by hand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from markupsafe import Markup

from app.core.errors import Finding
from app.core.text import Text, _
from app.edge import fmt
from app.edge.locale import translate
from app.reference.codebook import Codebook

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)

#: 5.00 + 0.50 EUR/KGM, or the larger of the two.
_COMBINED = re.compile(r"[+(]")
_HIGHER = re.compile(r"max\(([^,]+), (.+)\)")
_SUM = re.compile(r"([^+]+) \+ (.+)")
#: Customs values have so many; a product of shares has thirty.
_DECIMALS = 8

PARTS: dict[str, Text] = {
    "invoice": _("Price on the invoice"),
    "freight": _("Freight"),
    "internal_freight": _("Freight inside the country"),
    "insurance": _("Insurance"),
    "other": _("Other costs"),
    "deduction": _("Deduction"),
}
SHARED_BY: dict[str, Text] = {
    "value": _("by value"),
    "gross_kg": _("by gross mass"),
    "net_kg": _("by net mass"),
    "equal": _("in equal parts"),
}
STATES: dict[str, tuple[Text, str]] = {
    "suspended": (_("Suspended: secured, not paid"), "working"),
    "exempt": (_("Exempt"), "good"),
}


class Calculated(Protocol):
    """What was calculated: `flows.dues.Due`, or the outlook of what nobody has lodged. `result` has the shape of
    `tariff.Assessment.as_json`; without a `number` nothing is posted."""

    @property
    def result(self) -> Mapping[str, Any]: ...
    @property
    def provisional(self) -> bool: ...
    @property
    def number(self) -> int | None: ...
    @property
    def made_at(self) -> dt.datetime | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def warnings(self) -> tuple[Finding, ...]: ...


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of a customs value: what it is, how it was shared out, in its own currency and in national money."""

    name: str
    share: Markup | str
    amount: Markup
    converted: Markup


@dataclass(frozen=True, slots=True)
class LineShown:
    """A tax or a fee: base × rate = amount, with the rule it comes from. `state` is (word, tone) where it is not to be
    paid; `relieved` is what would have been due without the certificate. `made_of` says what the base is the sum of,
    where that is more than the customs value, and `unrounded` is the amount that later bases are calculated with. `under` is
    the proof of origin or the quota by which the rate holds."""

    name: str
    base: Markup | str
    rate: Markup | str
    amount: Markup
    rule: str
    source: str
    since: str
    until: str | None
    verified: bool
    state: tuple[Text, str] | None = None
    certificate: str | None = None
    relieved: Markup | str = ""
    made_of: Markup | str = ""
    unrounded: Markup | str = ""
    rule_name: str = ""
    under: str | None = None


@dataclass(frozen=True, slots=True)
class CoverShown:
    """How far an item has the preference or the quota it claims: the proof or the quota with its legal source, what was
    written off, and how many per cent of the item that is. `tone` is that of the mark `state`."""

    name: Text
    number: str
    source: str
    written_off: Markup | str
    share: Markup | str
    state: Text
    tone: str


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item with what its rates depend on: commodity, origin, procedure and the preference that is claimed."""

    number: int
    commodity: str
    origin: str
    procedure: str
    preference: str
    value: Markup | None
    parts: list[PartShown]
    minimum: Mapping[str, Any] | None
    lines: list[LineShown]
    covers: list[CoverShown]


@dataclass(frozen=True, slots=True)
class Sum:
    """What is to be paid of one tax or fee over the whole declaration, and what of it is suspended ("" if nothing)."""

    name: str
    amount: Markup
    suspended: Markup | str = ""


@dataclass(frozen=True, slots=True)
class Assessed:
    """The whole: items with their lines, fees, sums by tax, and the rates of exchange that were used."""

    currency: str
    number: int | None
    made_at: dt.datetime | None
    reason: str
    provisional: bool
    incomplete: bool
    total: Markup | None
    suspended: Markup | None
    items: list[ItemShown]
    fees: list[LineShown]
    by_tax: list[Sum]
    rates: list[dict[str, Any]]
    rounding: list[dict[str, Any]]
    unverified: bool
    warnings: tuple[Finding, ...]

    @property
    def outlook(self) -> bool:
        """Whether nothing is posted: it says what would be due."""
        return self.number is None


def shown(due: Calculated, codes: Codebook, locale: str, items: Iterable[Mapping[str, Any]]) -> Assessed:
    """The assessment that holds, or what it would be, with every name in the reader's language. Only the given items are
    shown line by line; the sums are those of all."""
    result, currency = due.result, str(due.result.get("currency") or "")
    naming = _Naming(codes, locale, currency, str(result.get("day") or ""), _invoiced(result))
    goods = {item["number"]: item for item in items}
    found = [naming.item(i, goods[i["number"]]) for i in result.get("items", ()) if i["number"] in goods]
    fees = [naming.fee(fee) for fee in result.get("fees", ())]
    lines = [line for item in result.get("items", ()) for line in item["lines"]]
    every = [*lines, *result.get("fees", ()), *result.get("rates", ())]
    return Assessed(
        currency=currency,
        number=due.number,
        made_at=due.made_at,
        reason=due.reason,
        provisional=due.provisional,
        incomplete=bool(result.get("incomplete")),
        total=naming.money(result.get("total")),
        suspended=naming.money(result["suspended"]) if Decimal(result.get("suspended") or 0) else None,
        items=found,
        fees=fees,
        by_tax=naming.sums(result),
        rates=list(result.get("rates", ())),
        rounding=[{**r, "name": naming.tax(r)} for r in result.get("rounding", ())],
        unverified=any(not row["verified"] for row in every),
        warnings=due.warnings,
    )


def _invoiced(result: Mapping[str, Any]) -> Decimal:
    """The price of all items together, by which costs are shared out."""
    parts = (part for item in result.get("items", ()) for part in (item.get("build_up") or {}).get("parts", ()))
    return sum((Decimal(part["amount"]) for part in parts if part["kind"] == "invoice"), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Naming:
    """`day` is that of the assessment, `invoiced` the price of all its items."""

    codes: Codebook
    locale: str
    currency: str
    day: str
    invoiced: Decimal

    def money(self, value: str | None) -> Markup | None:
        return None if value is None else fmt.amount(value, self.currency)

    def tax(self, line: Mapping[str, Any]) -> str:
        """The name of a tax in this administration; its word where the list has none."""
        return self._named("tax", str(line["tax"]))

    def _named(self, list_name: str, word: str) -> str:
        return self._meaning(list_name, self._code(list_name, word)) or word

    def _code(self, list_name: str, word: str) -> str:
        inner = "fee." if list_name == "fee" else ""
        country = {"TJS": "TJ", "AFN": "AF"}.get(self.currency, "")
        return f"{country}.{inner}{word}"

    def _meaning(self, list_name: str, code: str) -> str:
        """The name of a code, "" for one that the list does not have."""
        name = self.codes.name(list_name, code, self.locale) if code else ""
        return "" if name == code else name

    def sums(self, result: Mapping[str, Any]) -> list[Sum]:
        """What is due by tax, in the order of the lines; then the fees."""
        due: dict[str, list[Decimal]] = {}
        for item in result.get("items", ()):
            for line in item["lines"]:
                both = due.setdefault(self.tax(line), [Decimal(0), Decimal(0)])
                if line["status"] != "exempt":
                    both[line["status"] == "suspended"] += Decimal(line["amount"])
        for fee in result.get("fees", ()):
            due.setdefault(self._named("fee", fee["fee"]), [Decimal(0), Decimal(0)])[0] += Decimal(fee["amount"])
        return [self._sum(name, amount, suspended) for name, (amount, suspended) in due.items()]

    def _sum(self, name: str, amount: Decimal, suspended: Decimal) -> Sum:
        held_back = fmt.amount(suspended, self.currency) if suspended else ""
        return Sum(name, fmt.amount(amount, self.currency), held_back)

    def item(self, item: Mapping[str, Any], declared: Mapping[str, Any]) -> ItemShown:
        parts = (item.get("build_up") or {}).get("parts", ())
        price = next((part["amount"] for part in parts if part["kind"] == "invoice"), "0")
        value, origin = item.get("customs_value"), str(declared.get("origin") or "")
        return ItemShown(
            number=item["number"],
            commodity=str(declared.get("commodity") or ""),
            origin=self._meaning("country", origin) or origin,
            procedure=str(declared.get("procedure") or ""),
            preference=self._meaning("preference", str(declared.get("preference") or "")),
            value=None if value is None else exact(value, self.currency),
            parts=[self._part(part, price) for part in parts],
            minimum=(item.get("build_up") or {}).get("minimum"),
            lines=[self._line(line, item) for line in item["lines"]],
            covers=[_cover(cover) for cover in item.get("covers") or ()],
        )

    def _part(self, part: Mapping[str, Any], price: str) -> PartShown:
        share: Markup | str = ""
        if part.get("whole"):
            whole = exact(part["whole"], part["currency"])
            by = SHARED_BY.get(part.get("by") or "", Text(part.get("by") or ""))
            share = translate(_("of {whole}, {by}", whole=whole, by=by))
            if part.get("by") == "value":
                share += Markup(" ({} ÷ {})").format(exact(price, None), exact(f"{self.invoiced:f}", None))
        converted = part.get("converted")
        return PartShown(
            translate(PARTS.get(part["kind"], Text(part["kind"]))),
            share,
            exact(part["amount"], part["currency"]),
            Markup("–") if converted is None else exact(converted, self.currency),
        )

    def _line(self, line: Mapping[str, Any], item: Mapping[str, Any]) -> LineShown:
        relieved = Decimal(line.get("relieved") or 0)
        is_rounded = line["status"] != "exempt" and Decimal(line.get("exact") or 0) not in (0, Decimal(line["amount"]))
        return LineShown(
            name=self.tax(line),
            base=self._base(line),
            rate=self._rate(line),
            amount=fmt.amount(line["amount"], self.currency),
            rule=line["rule"],
            source=line["source"],
            since=line["period"]["from"],
            until=line["period"]["to"],
            verified=line["verified"],
            state=STATES.get(line["status"]),
            certificate=line.get("exemption"),
            relieved=fmt.amount(relieved, self.currency) if relieved else "",
            made_of=self._made_of(line, item),
            unrounded=nearly(line["exact"], None) if is_rounded else "",
            rule_name=self._meaning("tax_rate", line["rule"]),
            under=line.get("under"),
        )

    def _made_of(self, line: Mapping[str, Any], item: Mapping[str, Any]) -> Markup | str:
        """What the base is the sum of, or a part of where a certificate covers the rest; nothing where that is the whole
        customs value alone, or where it cannot be told."""
        if line.get("made_of"):
            parts = [(self._part_of(part["of"]), Decimal(part["amount"])) for part in line["made_of"]]
            return "" if Decimal(line["base"]) == Decimal(item["customs_value"]) else self._sum_of(parts)
        summed = self._summed(line["tax"], item)
        whole, base = sum((amount for _name, amount in summed), Decimal(0)), Decimal(line["base"])
        if line.get("quantity") is not None and not _COMBINED.search(line["rate"]):
            return ""
        said = self._sum_of(summed)
        if base == whole:
            return said if len(summed) > 1 else ""
        others = (Decimal(other["base"]) for other in item["lines"] if other["tax"] == line["tax"])
        if not whole or sum(others) != whole:
            return ""
        return translate(_("{share} of {sum}", share=nearly(f"{(base / whole * 100).normalize():f}", "%"), sum=said))

    def _part_of(self, name: str) -> str:
        return translate(_("Customs value")) if name == "value" else self._named("tax", name)

    @staticmethod
    def _sum_of(summed: Iterable[tuple[str, Decimal]]) -> Markup:
        return Markup(" + ").join(Markup("{} {}").format(name, nearly(f"{amount:f}", None)) for name, amount in summed)

    def _summed(self, tax: str, item: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
        """The customs value and those taxes that belonged to the base of a tax on the day of the assessment."""
        entry = self.codes.find("tax", self._code("tax", tax), dt.date.fromisoformat(self.day)) if self.day else None
        if entry is None or item.get("customs_value") is None:
            return []
        due: dict[str, Decimal] = {}
        for line in item["lines"]:
            if line["status"] != "exempt":
                due[line["tax"]] = due.get(line["tax"], Decimal(0)) + Decimal(line.get("exact") or 0)
        named = [part.strip() for part in str(entry.attributes.get("base") or "").split("+")][1:]
        before = [(self._named("tax", one), due[one]) for one in named if due.get(one)]
        return [(translate(_("Customs value")), Decimal(item["customs_value"])), *before]

    def _rate(self, line: Mapping[str, Any]) -> Markup | str:
        """The rate, and what is due at least where the row of the tariff says so."""
        day = dt.date.fromisoformat(self.day) if self.day else None
        entry = self.codes.find("tax_rate", line["rule"], day) if day else None
        least = str(entry.attributes.get("minimum") or "") if entry is not None else ""
        if not least:
            return rate(line["rate"])
        currency = str(entry.attributes.get("currency") or self.currency) if entry is not None else self.currency
        return translate(_("{rate}, at least {least}", rate=rate(line["rate"]), least=exact(least, currency)))

    def _base(self, line: Mapping[str, Any]) -> Markup:
        """What the rate is applied to: money for a percentage, a quantity for a specific rate, both for a combined one."""
        money = nearly(line["base"], self.currency)
        if line.get("quantity") is None or not line.get("unit") or _PLAIN.fullmatch(line["rate"]):
            return money
        quantity = nearly(line["quantity"], line["unit"])
        return Markup("{} · {}").format(money, quantity) if _COMBINED.search(line["rate"]) else quantity

    def fee(self, fee: Mapping[str, Any]) -> LineShown:
        return LineShown(
            name=self._named("fee", fee["fee"]),
            base=_per(fee, self.currency),
            rate=rate(fee["rate"]),
            amount=fmt.amount(fee["amount"], self.currency),
            rule=fee["rule"],
            source=fee["source"],
            since=fee["period"]["from"],
            until=fee["period"]["to"],
            verified=fee["verified"],
        )


COVERS: dict[str, Text] = {"preference": _("Proof of origin"), "quota": _("Quota")}


def _cover(cover: Mapping[str, Any]) -> CoverShown:
    share, counted = Decimal(cover["share"]), ""
    if cover.get("wanted"):
        taken, whole = exact(cover["quantity"], None), exact(cover["wanted"], cover["unit"])
        counted = translate(_("{quantity} of {whole} written off", quantity=taken, whole=whole))
    state, tone = _("Covered in part"), "caution"
    if not cover["kept"]:
        state, tone = _("Quantity not kept"), "quiet"
    elif share == 1:
        state, tone = _("Covered"), "good"
    elif not share:
        state, tone = _("Not covered"), "bad"
    percent = nearly(f"{(share * 100).normalize():f}", "%") if cover["kept"] else ""
    name = COVERS.get(cover["kind"], Text(cover["kind"]))
    return CoverShown(name, cover["number"], cover["source"], counted, percent, state, tone)


_PER: dict[str, Text] = {
    "declaration": _("for the declaration"),
    "item": _("for each item"),
    "vehicle": _("for each vehicle"),
    "truck": _("for each truck"),
    "tonne": _("for each tonne"),
}


def _per(fee: Mapping[str, Any], currency: str) -> Markup | str:
    """What a fee is multiplied by: 3 × for each item; a share of a value; doubled out of hours."""
    if fee.get("base"):
        said: Any = exact(fee["base"], currency)
    else:
        said = translate(_PER.get(fee["per"], Text(fee["per"])))
        if fee.get("quantity", 1) != 1:
            said = Markup("{} × {}").format(fmt.number(fee["quantity"]), said)
    factor = Decimal(fee.get("factor") or 1)
    return translate(_("{fee}, × {factor} out of hours", fee=said, factor=fmt.number(factor))) if factor != 1 else said


def exact(value: str, unit: str | None) -> Markup:
    """A number with all its decimals, as it is calculated with."""
    return fmt.code(f"{fmt.grouped(value)}\u00a0{unit}" if unit else fmt.grouped(value))


def nearly(value: str, unit: str | None) -> Markup:
    """The same, but with eight decimals where a share has more than anybody writes down."""
    whole, _point, decimals = value.partition(".")
    if len(decimals) <= _DECIMALS:
        return exact(value, unit)
    decimals = decimals.rstrip("0")
    if len(decimals) <= _DECIMALS:
        return exact(f"{whole}.{decimals}" if decimals else whole, unit)
    rounded = fmt.grouped(f"{Decimal(value):.{_DECIMALS}f}")
    return fmt.code(f"≈\u00a0{rounded}\u00a0{unit}" if unit else f"≈\u00a0{rounded}")


def rate(text: str) -> Markup | str:
    """15 % where the rate is a bare number, in words where it has two parts, otherwise as the tariff writes it."""
    if _PLAIN.fullmatch(text):
        return fmt.code(f"{fmt.grouped(text)}\u00a0%")
    both = _HIGHER.fullmatch(text)
    if both:
        return translate(_("{rate}, at least {least}", rate=rate(both[1]), least=rate(both[2])))
    both = _SUM.fullmatch(text)
    if both:
        return Markup("{} + {}").format(rate(both[1]), rate(both[2]))
    return fmt.code(text)
