"""What one tax of one item comes to: the rate applied to its base, exemptions taken off, the rest rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from app.core.errors import pointer
from app.core.text import _, excerpt
from app.tariff.book import Levy
from app.tariff.findings import Findings
from app.tariff.goods import Goods
from app.tariff.results import EXEMPT, ZERO, Exemption, Line, Status
from app.tariff.rows import ROUND, Specific

#: How finely the share of an item that an exemption covers is known; what is finer is not covered.
FINEST_SHARE: Final = Decimal("0.000000000001")
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Charge:
    """A tax before it is rounded: money for a rate in per cent, else a quantity, is the base of the exact amount."""

    base: Decimal
    exact: Decimal
    quantity: Decimal | None = None
    unit: str | None = None


def charge(levy: Levy, base: Decimal, goods: Goods, findings: Findings) -> Charge | None:
    """The tax on goods with this base; None where it cannot be known, which is told.

    A rate in two parts whose quantity is not declared is charged by its percentage alone, which is told too.
    """
    rate = levy.rate
    if rate.specific is None:
        return _at_least(levy, Charge(base, base * rate.factor), goods, findings)
    by_quantity = _by_quantity(levy, rate.specific, goods, findings)
    if rate.percent is None:
        return None if by_quantity is None else _at_least(levy, by_quantity, goods, findings)
    by_value = base * rate.factor
    if by_quantity is None:
        return _at_least(levy, Charge(base, by_value), goods, findings)
    exact = by_value + by_quantity.exact if rate.add else max(by_value, by_quantity.exact)
    return _at_least(levy, Charge(base, exact, by_quantity.quantity, by_quantity.unit), goods, findings)


def lines(
    levy: Levy, charged: Charge, status: Status, covered: Sequence[tuple[Exemption, Decimal]]
) -> tuple[Decimal, list[Line]]:
    """The lines of a charge, and what is due of it before rounding.

    Each exemption has its own line; it takes its share of base and amount. What is due and what is relieved add up to
    the whole, rounded once.
    """
    if not covered:
        return charged.exact, [_line(levy, charged, levy.tax.rounder(charged.exact), status)]
    nothing = levy.tax.rounder.nothing
    left, made = _ONE, []
    before = levy.tax.rounder(charged.exact)
    for exemption, share in covered:
        taken = min(share, left)
        left -= taken
        after = levy.tax.rounder(charged.exact * left)
        part = _part(charged, taken)
        made.append(_line(levy, part, nothing, EXEMPT, exemption.certificate, before - after))
        before = after
    if left:
        made.insert(0, _line(levy, _part(charged, left), before, status))
    return charged.exact * left, made


def coverage(
    exemptions: Sequence[Exemption], tax: str, goods: Goods, findings: Findings
) -> list[tuple[Exemption, Decimal]]:
    """The exemptions that cover some of the tax on the item, with the share of it they cover."""
    found = []
    for exemption in exemptions:
        if exemption.taxes and tax not in exemption.taxes:
            continue
        share = _share(exemption, goods)
        if share is None:
            _tell_undeclared(exemption, goods, findings)
        elif share > 0:
            found.append((exemption, share))
    return found


def _share(exemption: Exemption, goods: Goods) -> Decimal | None:
    share = min(max(exemption.share, ZERO), _ONE)
    if exemption.quantity is not None:
        whole = goods.quantity(exemption.unit or "KGM")
        if whole is None:
            return None
        if exemption.quantity < whole:
            share = min(share, ROUND.divide(exemption.quantity, whole))
    return share.quantize(FINEST_SHARE, ROUND_DOWN, ROUND)


def _by_quantity(levy: Levy, specific: Specific, goods: Goods, findings: Findings) -> Charge | None:
    quantity = goods.quantity(specific.unit, gross=specific.gross)
    if quantity is None:
        _tell_no_quantity(levy, specific, goods, findings)
        return None
    money = findings.rate(specific.currency, pointer("items", goods.place, "commodity"))
    if money is None:
        findings.lack()
        return None
    return Charge(quantity, quantity * specific.each * money, quantity, specific.unit)


def _at_least(levy: Levy, charged: Charge, goods: Goods, findings: Findings) -> Charge | None:
    """The charge, raised to the rate's own minimum; None where that is in a currency without a rate."""
    rate = levy.rate
    if rate.minimum is None:
        return charged
    currency = rate.minimum_currency or levy.tax.currency
    money = findings.rate(currency, pointer("items", goods.place, "commodity"))
    if money is None:
        findings.lack()
        return None
    smallest = rate.minimum * money
    return charged if charged.exact >= smallest else Charge(charged.base, smallest, charged.quantity, charged.unit)


def _part(charged: Charge, share: Decimal) -> Charge:
    quantity = None if charged.quantity is None else charged.quantity * share
    return Charge(charged.base * share, charged.exact * share, quantity, charged.unit)


def _line(
    levy: Levy,
    charged: Charge,
    amount: Decimal,
    status: Status,
    exemption: str | None = None,
    relieved: Decimal | None = None,
) -> Line:
    entry = levy.rate.entry
    return Line(
        levy.tax.name,
        charged.base,
        levy.rate.text,
        amount,
        entry.code,
        entry.source,
        (entry.valid_from, entry.valid_to),
        levy.verified,
        status,
        exemption,
        charged.exact,
        levy.tax.rounder.nothing if relieved is None else relieved,
        charged.quantity,
        charged.unit,
    )


def _tell_no_quantity(levy: Levy, specific: Specific, goods: Goods, findings: Findings) -> None:
    alone = levy.rate.percent is None
    findings.tell(
        pointer("items", goods.place, "supplementary"),
        "rate.quantity",
        _(
            "The tax “{tax}” is {rate}, and no quantity in {unit} is declared. Give it in the supplementary units.",
            tax=levy.tax.name,
            rate=specific.text,
            unit=specific.unit,
        )
        if alone
        else _(
            "The tax “{tax}” goes by {rate} too, and no quantity in {unit} is declared: only the percentage was "
            "charged. Give the quantity in the supplementary units.",
            tax=levy.tax.name,
            rate=specific.text,
            unit=specific.unit,
        ),
        missing=alone,
    )


def _tell_undeclared(exemption: Exemption, goods: Goods, findings: Findings) -> None:
    findings.tell(
        pointer("items", goods.place, "supplementary"),
        "exemption.quantity",
        _(
            "The certificate {certificate} counts in {unit}, and no quantity in it is declared: nothing was exempted. "
            "Give the quantity in the supplementary units.",
            certificate=excerpt(exemption.certificate),
            unit=exemption.unit or "KGM",
        ),
    )
