"""What one tax of one item comes to: the rate applied to its base, exemptions taken off, the rest rounded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Final, NamedTuple

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


class Charge(NamedTuple):
    """A tax before it is rounded: money for a rate in per cent, else a quantity, is the base of the exact amount.
    `made_of` are the amounts that make up the base of a part of an item, by name."""

    base: Decimal
    exact: Decimal
    quantity: Decimal | None = None
    unit: str | None = None
    made_of: tuple[tuple[str, Decimal], ...] = ()


def charge(levy: Levy, base: Decimal, goods: Goods, findings: Findings, share: Decimal = _ONE) -> Charge | None:
    """The tax on goods with this base; None where it cannot be known, which is told. `share` is how much of the item
    the base belongs to: quantities and least amounts count in proportion.

    A rate in two parts whose quantity is not declared is charged by its percentage alone, which is told too.
    """
    rate = levy.rate
    if rate.specific is None:
        return _at_least(levy, Charge(base, base * rate.factor), goods, findings, share)
    by_quantity = _by_quantity(levy, rate.specific, goods, findings, share)
    if rate.percent is None:
        return None if by_quantity is None else _at_least(levy, by_quantity, goods, findings, share)
    by_value = base * rate.factor
    if by_quantity is None:
        return _at_least(levy, Charge(base, by_value), goods, findings, share)
    exact = by_value + by_quantity.exact if rate.add else max(by_value, by_quantity.exact)
    return _at_least(levy, Charge(base, exact, by_quantity.quantity, by_quantity.unit), goods, findings, share)


def line(levy: Levy, charged: Charge, status: Status, under: str | None = None) -> Line:
    """The line of a charge of which nothing is exempt. `under` is what the rate holds by."""
    return _line(levy, charged, levy.tax.rounder(charged.exact), status, under=under)


def lines(
    levy: Levy,
    due: Charge | None,
    status: Status,
    relieved: Sequence[tuple[Exemption, Charge]],
    under: str | None = None,
) -> list[Line]:
    """The lines of a tax of which a part is exempt: what is due, and a line for each exemption. `under` is what the rate
    holds by.

    What is due and what is relieved add up to the whole, rounded once.
    """
    nothing = levy.tax.rounder.nothing
    left = sum((charge.exact for _exemption, charge in relieved), ZERO if due is None else due.exact)
    before, made = levy.tax.rounder(left), []
    for exemption, charged in relieved:
        left -= charged.exact
        after = levy.tax.rounder(left)
        made.append(_line(levy, charged, nothing, EXEMPT, exemption.certificate, before - after, under))
        before = after
    return made if due is None else [_line(levy, due, before, status, under=under), *made]


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


def _by_quantity(levy: Levy, specific: Specific, goods: Goods, findings: Findings, share: Decimal) -> Charge | None:
    quantity = goods.quantity(specific.unit, gross=specific.gross)
    if quantity is None:
        _tell_no_quantity(levy, specific, goods, findings)
        return None
    money = findings.rate(specific.currency, pointer("items", goods.place, "commodity"))
    if money is None:
        findings.lack()
        return None
    quantity *= share
    return Charge(quantity, quantity * specific.each * money, quantity, specific.unit)


def _at_least(levy: Levy, charged: Charge, goods: Goods, findings: Findings, share: Decimal) -> Charge | None:
    """The charge, raised to the rate's own minimum; None where that is in a currency without a rate."""
    rate = levy.rate
    if rate.minimum is None:
        return charged
    currency = rate.minimum_currency or levy.tax.currency
    money = findings.rate(currency, pointer("items", goods.place, "commodity"))
    if money is None:
        findings.lack()
        return None
    smallest = rate.minimum * money * share
    return charged if charged.exact >= smallest else Charge(charged.base, smallest, charged.quantity, charged.unit)


def _line(
    levy: Levy,
    charged: Charge,
    amount: Decimal,
    status: Status,
    exemption: str | None = None,
    relieved: Decimal | None = None,
    under: str | None = None,
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
        under,
        charged.made_of,
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
