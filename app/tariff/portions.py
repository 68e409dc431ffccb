"""The taxes of an item of which a part is exempt.

The item is cut into portions, so that each tax is either due on the whole of a portion or on nothing of it. A tax whose
base holds another one (VAT on value and duty) then counts the duty of its own portion, as it would if the portions were
declared as items of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.tariff import charging
from app.tariff.book import Levy
from app.tariff.charging import Charge
from app.tariff.findings import Findings
from app.tariff.goods import Goods
from app.tariff.results import ZERO, Exemption, Line, Status

_ONE = Decimal(1)
#: From where to where of the item (0 to 1) an exemption covers a tax.
Spans = list[tuple[Decimal, Decimal, Exemption]]


@dataclass(slots=True)
class Portion:
    """A part of the item: how much of it, who need not pay which tax on it, and what is due on it."""

    share: Decimal
    freed: dict[str, Exemption]
    due: dict[str, Decimal] = field(default_factory=dict)


def taxed(
    levies: Sequence[Levy],
    value: Decimal,
    item: Goods,
    status: Status,
    exemptions: Sequence[Exemption],
    findings: Findings,
) -> list[Line]:
    """The lines of every tax of the item, in the order of the taxes."""
    portions = _cut(levies, item, exemptions, findings)
    made: list[Line] = []
    for levy in levies:
        found = [_charged(levy, value, portion, item, findings) for portion in portions]
        if any(charge is None for charge in found):
            continue
        made += _lines(levy, list(zip(portions, found, strict=True)), status)
    return made


def _charged(levy: Levy, value: Decimal, portion: Portion, item: Goods, findings: Findings) -> Charge | None:
    base = value * portion.share + sum((portion.due.get(before, ZERO) for before in levy.tax.on), ZERO)
    charge = charging.charge(levy, base, item, findings, portion.share)
    if charge is not None:
        portion.due[levy.tax.name] = ZERO if levy.tax.name in portion.freed else charge.exact
    return charge


def _lines(levy: Levy, found: Sequence[tuple[Portion, Charge | None]], status: Status) -> list[Line]:
    due: Charge | None = None
    relieved: list[tuple[Exemption, Charge]] = []
    for portion, charge in found:
        assert charge is not None
        exemption = portion.freed.get(levy.tax.name)
        if exemption is None:
            due = charge if due is None else _sum(due, charge)
        elif relieved and relieved[-1][0] is exemption:
            relieved[-1] = (exemption, _sum(relieved[-1][1], charge))
        else:
            relieved.append((exemption, charge))
    return charging.lines(levy, due, status, relieved)


def _sum(one: Charge, other: Charge) -> Charge:
    quantity = None if one.quantity is None or other.quantity is None else one.quantity + other.quantity
    return Charge(one.base + other.base, one.exact + other.exact, quantity, one.unit)


def _cut(levies: Sequence[Levy], item: Goods, exemptions: Sequence[Exemption], findings: Findings) -> list[Portion]:
    """Portions from the beginning of the item to its end; of each tax the exemptions cover one after the other."""
    spans = {levy.tax.name: list(_spans(exemptions, levy.tax.name, item, findings)) for levy in levies}
    ends = sorted({_ONE, *(end for of_tax in spans.values() for _start, end, _exemption in of_tax)})
    portions, start = [], ZERO
    for end in ends:
        freed = {
            tax: exemption for tax, of_tax in spans.items() for a, b, exemption in of_tax if a <= start and end <= b
        }
        portions.append(Portion(end - start, freed))
        start = end
    return portions


def _spans(
    exemptions: Sequence[Exemption], tax: str, item: Goods, findings: Findings
) -> Iterator[tuple[Decimal, Decimal, Exemption]]:
    start = ZERO
    for exemption, share in charging.coverage(exemptions, tax, item, findings):
        end = min(start + share, _ONE)
        if end > start:
            yield start, end, exemption
        start = end
