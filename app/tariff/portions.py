"""The taxes of an item of which a part is exempt, has a preference, or the rates of a quota.

The item is cut into portions, so that each tax is either due on the whole of a portion or on nothing of it. A tax whose
base holds another one (VAT on value and duty) then counts the duty of its own portion, as it would if the portions were
declared as items of their own. What a proof of origin or a quota covers lies at the end of the item, what is exempt at
its beginning: the same kilogram is freed and preferred only where both together are more than the item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from app.core.text import _, excerpt
from app.tariff import charging
from app.tariff.book import DayTariff, Levy, Plan, Problem
from app.tariff.charging import Charge
from app.tariff.findings import Findings
from app.tariff.goods import Goods
from app.tariff.results import ZERO, Cover, Exemption, Line, Status
from app.tariff.rows import ROUND

_ONE = Decimal(1)
#: From where to where of the item (0 to 1) an exemption covers a tax.
Spans = list[tuple[Decimal, Decimal, Exemption]]


PREFERENCE, QUOTA = "preference", "quota"
#: What the first part of a base is called.
VALUE = "value"


class Stretch(NamedTuple):
    """A part of the item, from `start` to `end` (0 to 1), that has the same rates; `under` is what it has them by, by kind
    of cover."""

    start: Decimal
    end: Decimal
    plan: Plan
    under: Mapping[str, str]

    def reason(self, levy: Levy) -> str | None:
        """The quota or the proof of origin by which a rate holds; None for an ordinary one."""
        if levy.rate.quota:
            return self.under.get(QUOTA)
        return self.under.get(PREFERENCE) if levy.rate.preference else None


@dataclass(slots=True)
class Portion:
    """A part of the item: how much of it, at which rates, who need not pay which tax on it, and what is due on it."""

    share: Decimal
    stretch: Stretch
    levies: Mapping[str, Levy]
    freed: dict[str, Exemption]
    due: dict[str, Decimal] = field(default_factory=dict)


def stretches(item: Goods, covers: Sequence[Cover], day: DayTariff) -> list[Stretch]:
    """The item cut where what covers it begins, in its order: what is covered most comes last."""
    words = item.words
    goods = (words["commodity"], words["origin"], words["procedure"])
    claimed = words.get("preference")
    if not covers:
        return [Stretch(ZERO, _ONE, day.plan(*goods, claimed), {})]
    begins = {cover.kind: _ONE - _share(cover) for cover in covers}
    numbers = {cover.kind: cover.number for cover in covers}
    quota = next((cover.number for cover in covers if cover.kind == QUOTA), None)
    ends = sorted({*begins.values(), _ONE} - {ZERO})
    found, start = [], ZERO
    for end in ends:
        preferred = begins.get(PREFERENCE, ZERO) <= start
        of_quota = begins.get(QUOTA, _ONE) <= start
        plan = day.plan(*goods, claimed if preferred else None, quota if of_quota else None)
        found.append(Stretch(start, end, plan, numbers))
        start = end
    return found


def _share(cover: Cover) -> Decimal:
    return min(max(cover.share, ZERO), _ONE).quantize(charging.FINEST_SHARE, ROUND_DOWN, ROUND)


def problems(cut: Sequence[Stretch], item: Goods) -> Sequence[Problem]:
    """What is doubtful about the rates of any part, each once, and a quota that nothing is granted of."""
    if len(cut) == 1 and not item.words.get("quota"):
        return cut[0].plan.problems
    found: list[Problem] = []
    for stretch in cut:
        found += [problem for problem in stretch.plan.problems if problem not in found]
    quota = item.words.get("quota")
    if quota and QUOTA not in cut[-1].under:
        found.append(_without_rates(item, quota))
    return found


def _without_rates(item: Goods, quota: str) -> Problem:
    message = _(
        "No rate within the quota {quota} is known for {commodity} of origin {origin}; the ordinary rates are used. Check "
        "the number of the quota.",
        quota=excerpt(quota),
        commodity=item.words["commodity"],
        origin=item.words["origin"],
    )
    return Problem("/quota", "quota.not-granted", message)


def taxed(
    cut: Sequence[Stretch],
    value: Decimal,
    item: Goods,
    status: Status,
    exemptions: Sequence[Exemption],
    findings: Findings,
) -> list[Line]:
    """The lines of every tax of the item, in the order of the taxes; of one tax those of a preference or a quota first."""
    levies = {levy.tax.name: levy for stretch in cut for levy in stretch.plan.levies}
    taxes = sorted(levies.values(), key=lambda levy: (levy.tax.order, levy.tax.name))
    portions = _cut(cut, taxes, item, exemptions, findings)
    made: list[Line] = []
    for tax in (levy.tax.name for levy in taxes):
        levied = [portion for portion in portions if tax in portion.levies]
        found = [(portion, _charged(portion.levies[tax], value, portion, item, findings)) for portion in levied]
        if any(charge is None for _portion, charge in found):
            continue
        for alike in _by_rate(tax, found):
            first = alike[0][0]
            levy = first.levies[tax]
            made += _lines(levy, alike, status, first.stretch.reason(levy))
    return made


def _by_rate(tax: str, found: Sequence[tuple[Portion, Charge | None]]) -> Iterator[list[tuple[Portion, Charge | None]]]:
    """The portions that have the same rate of a tax, together; ordinary rates last."""
    groups: dict[int, list[tuple[Portion, Charge | None]]] = {}
    for portion, charge in found:
        groups.setdefault(id(portion.levies[tax].rate), []).append((portion, charge))
    yield from reversed(groups.values())


def _charged(levy: Levy, value: Decimal, portion: Portion, item: Goods, findings: Findings) -> Charge | None:
    before = {name: portion.due[name] for name in levy.tax.on if portion.due.get(name)}
    made_of = {VALUE: value * portion.share, **before}
    charge = charging.charge(levy, sum(made_of.values(), ZERO), item, findings, portion.share)
    if charge is None:
        return None
    portion.due[levy.tax.name] = ZERO if levy.tax.name in portion.freed else charge.exact
    return charge if levy.rate.percent is None or not levy.tax.on else charge._replace(made_of=tuple(made_of.items()))


def _lines(levy: Levy, found: Sequence[tuple[Portion, Charge | None]], status: Status, under: str | None) -> list[Line]:
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
    return charging.lines(levy, due, status, relieved, under)


def _sum(one: Charge, other: Charge) -> Charge:
    quantity = None if one.quantity is None or other.quantity is None else one.quantity + other.quantity
    made_of = dict(one.made_of)
    for name, amount in other.made_of:
        made_of[name] = made_of.get(name, ZERO) + amount
    return Charge(one.base + other.base, one.exact + other.exact, quantity, one.unit, tuple(made_of.items()))


def _cut(
    cut: Sequence[Stretch], levies: Sequence[Levy], item: Goods, exemptions: Sequence[Exemption], findings: Findings
) -> list[Portion]:
    """Portions from the beginning of the item to its end; of each tax the exemptions cover one after the other."""
    spans = {levy.tax.name: list(_spans(exemptions, levy.tax.name, item, findings)) for levy in levies}
    ends = {stretch.end for stretch in cut}
    ends.update(end for of_tax in spans.values() for _start, end, _exemption in of_tax)
    levied = [(stretch, {levy.tax.name: levy for levy in stretch.plan.levies}) for stretch in cut]
    portions, start = [], ZERO
    for end in sorted(ends):
        stretch, its = next(each for each in levied if each[0].start <= start < each[0].end)
        freed = {
            tax: exemption for tax, of_tax in spans.items() for a, b, exemption in of_tax if a <= start and end <= b
        }
        portions.append(Portion(end - start, stretch, its, freed))
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
