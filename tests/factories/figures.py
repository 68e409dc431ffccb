"""Checks an assessment by hand: every figure from the figures beside it, with nothing but plain arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def check(assessment: dict[str, Any]) -> None:
    """Recomputes customs values, lines, fees, total and suspended of the API's JSON; raises `AssertionError`."""
    rates = {r["currency"]: Decimal(r["rate"]) / Decimal(r["units"]) for r in assessment["rates"]}
    rates[assessment["currency"]] = Decimal(1)
    payable, suspended = Decimal(0), Decimal(0)
    for item in assessment["items"]:
        value = sum((Decimal(p["amount"]) * rates[p["currency"]] for p in item["build_up"]["parts"]), Decimal(0))
        assert Decimal(item["customs_value"]) == value, item["number"]
        before = Decimal(0)  # what the law adds to the value before the next tax: duty, then excise
        for tax in dict.fromkeys(line["tax"] for line in item["lines"]):
            before += _tax([line for line in item["lines"] if line["tax"] == tax], value + before, rates)
        payable += _sum(item["lines"], "payable")
        suspended += _sum(item["lines"], "suspended")
    for fee in assessment["fees"]:
        amount, currency = fee["rate"].split(" ")
        exact = Decimal(amount) * rates[currency] * fee["quantity"] * Decimal(fee["factor"])
        assert Decimal(fee["amount"]) == rounded(exact)
        payable += Decimal(fee["amount"])
    assert Decimal(assessment["total"]) == payable
    assert Decimal(assessment["suspended"]) == suspended


def _sum(lines: list[dict[str, Any]], status: str) -> Decimal:
    return sum((Decimal(line["amount"]) for line in lines if line["status"] == status), Decimal(0))


def _tax(lines: list[dict[str, Any]], value: Decimal, rates: dict[str, Decimal]) -> Decimal:
    """The lines of one tax, a part of which a certificate may free; gives what it adds to the base of the next one."""
    if "/" not in lines[0]["rate"]:
        assert sum((Decimal(line["base"]) for line in lines), Decimal(0)) == value, lines
    for line in lines:
        assert Decimal(line["exact"]) == _exact(line, rates), line
        parts = [Decimal(part["amount"]) for part in line.get("made_of", ())]
        assert not parts or sum(parts) == Decimal(line["base"]), line
    for rule in {line["rule"] for line in lines}:  # a preference or a quota for a part of the goods is another rule
        alike = [line for line in lines if line["rule"] == rule]
        whole = sum((Decimal(line["exact"]) for line in alike), Decimal(0))
        said = sum((Decimal(line["amount"]) + Decimal(line["relieved"]) for line in alike), Decimal(0))
        assert said == rounded(whole), alike
    return sum((Decimal(line["exact"]) for line in lines if line["status"] != "exempt"), Decimal(0))


def _exact(line: dict[str, Any], rates: dict[str, Decimal]) -> Decimal:
    if "/" not in line["rate"]:
        return Decimal(line["base"]) * Decimal(line["rate"]) / 100
    amount, per = line["rate"].split(" ")
    return Decimal(line["quantity"]) * Decimal(amount) * rates[per.split("/")[0]]


def share(whole: str, part: str, of: str) -> Decimal:
    """A cost shared out by value, to the cent."""
    return rounded(Decimal(whole) * Decimal(part) / Decimal(of))
