"""The assessment: customs values, then every tax in its legal order on its own base, then fees.

The same declaration on the same day, with the same codes in force, has the same assessment, whatever the order of its
items. What cannot be known is never taken for nothing: the assessment is `incomplete` then, without a total, and what
is missing stands among its warnings.
"""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from app.core.errors import pointer
from app.core.text import _, excerpt
from app.tariff import charging, fees, goods, hours, portions, valuing
from app.tariff.book import SUSPENDED_REGIME, DayTariff, Tariff
from app.tariff.findings import Findings
from app.tariff.goods import Goods
from app.tariff.portions import Stretch
from app.tariff.results import (
    PAYABLE,
    SUSPENDED,
    ZERO,
    Assessment,
    BuildUp,
    Cover,
    Exemption,
    Fee,
    ItemAssessment,
    Line,
    Part,
    Rounding,
    Status,
)
from app.tariff.rows import EXACT

NO_EXEMPTIONS: Final[Mapping[int, Sequence[Exemption]]] = MappingProxyType({})
NO_COVERS: Final[Mapping[int, Sequence[Cover]]] = MappingProxyType({})


def assess(
    header: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    tariff: Tariff,
    *,
    administration: str,
    at: dt.datetime,
    day: dt.date,
    exemptions: Mapping[int, Sequence[Exemption]] = NO_EXEMPTIONS,
    covers: Mapping[int, Sequence[Cover]] = NO_COVERS,
) -> Assessment:
    """What is due on a declaration whose words the schema has accepted.

    `day` is the legal day: its rates hold. `at`, a moment with its zone, says whether the post works (fees).
    `exemptions` are by item number, in the order in which they are used up. `covers`, by item number too, say how far a
    preference holds that the item claims (without one: wholly) and a quota (without one: not at all). Raises nothing for what the words or the
    codes lack: see `Assessment.incomplete`.
    """
    of_day = tariff.on(administration, day)
    with decimal.localcontext(EXACT):
        findings = Findings(of_day)
        _tell_faults(of_day, findings)
        read = goods.read(items)
        valued = valuing.invoiced(header, read, of_day, findings)
        assessed = [
            _item(item, value, parts, of_day, exemptions.get(item.number, ()), covers.get(item.number, ()), findings)
            for item, (value, parts) in zip(read, valued, strict=True)
        ]
        values = [item.customs_value for item in assessed]
        working = hours.works(tariff, administration, str(header.get("post") or ""), at)
        charged = fees.due(fees.Consignment(header, read, values, working), of_day, findings)
        return _result(of_day, tuple(assessed), charged, findings)


def _item(
    item: Goods,
    value: Decimal | None,
    parts: tuple[Part, ...],
    day: DayTariff,
    exemptions: Sequence[Exemption],
    covers: Sequence[Cover],
    findings: Findings,
) -> ItemAssessment:
    stretches = portions.stretches(item, covers, day)
    plan = stretches[-1].plan
    for problem in portions.problems(stretches, item):
        findings.problem(pointer("items", item.place), problem)
    if value is None:
        if any(stretch.plan.levies for stretch in stretches):
            findings.lack()
        return ItemAssessment(item.number, None, BuildUp(parts), (), tuple(covers))
    value, minimum = valuing.least(value, item, plan.minimum, findings)
    status = SUSPENDED if plan.regime == SUSPENDED_REGIME else PAYABLE
    taxed = (
        portions.taxed(stretches, value, item, status, exemptions, findings)
        if exemptions or len(stretches) > 1
        else _taxed(stretches[0], value, item, status, findings)
    )
    return ItemAssessment(item.number, value, BuildUp(parts, minimum), tuple(taxed), tuple(covers))


def _taxed(whole: Stretch, value: Decimal, item: Goods, status: Status, findings: Findings) -> list[Line]:
    """The lines of every tax of an item that has the same rates throughout, and of which nothing is exempt."""
    due: dict[str, Decimal] = {}
    lines: list[Line] = []
    for levy in whole.plan.levies:
        base = value
        for before in levy.tax.on:
            base += due.get(before, ZERO)
        charge = charging.charge(levy, base, item, findings)
        if charge is not None:
            due[levy.tax.name] = charge.exact
            lines.append(charging.line(levy, charge, status, whole.reason(levy) if whole.under else None))
    return lines


def _tell_faults(day: DayTariff, findings: Findings) -> None:
    """Rows that cannot be read, and an administration without taxes: no amount could be trusted."""
    for entry, fault in day.faults:
        message = _(
            "The row “{code}” of the list “{list}” cannot be used: {fault}. Have an administrator correct it.",
            code=excerpt(entry.code),
            list=entry.list,
            fault=fault,
        )
        findings.tell("", "tariff.row", message, missing=True)
    if not day.taxes:
        message = _(
            "No taxes of the administration {administration} are known on {day}. Have an administrator enter them.",
            administration=excerpt(day.administration),
            day=day.day.isoformat(),
        )
        findings.tell("", "tariff.none", message, missing=True)


def _result(
    day: DayTariff, items: tuple[ItemAssessment, ...], charged: tuple[Fee, ...], findings: Findings
) -> Assessment:
    total, suspended = ZERO, ZERO
    used = set()
    for item in items:
        for line in item.lines:
            used.add(line.tax)
            if line.status == PAYABLE:
                total += line.amount
            elif line.status == SUSPENDED:
                suspended += line.amount
    for fee in charged:
        total += fee.amount
    if day.taxes:
        nothing = day.taxes[0].rounder.nothing
        total, suspended = total + nothing, suspended + nothing
    known = not findings.incomplete
    return Assessment(
        currency=day.currency,
        day=day.day,
        known_total=total if known else None,
        known_suspended=suspended if known else None,
        fees=charged,
        items=items,
        rates=findings.rates,
        warnings=tuple(findings.warnings),
        rounding=tuple(
            Rounding(
                tax.name,
                tax.currency,
                tax.rounder.digits,
                tax.rounder.mode,
                tax.entry.code,
                str(tax.entry.attributes.get("rounding_source") or tax.entry.source),
            )
            for tax in day.taxes
            if tax.name in used
        ),
        incomplete=findings.incomplete,
    )
