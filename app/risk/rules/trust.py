"""By which criteria a trader is trusted. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import Finding, pointer
from app.core.text import Text, _, excerpt, fault_in, normal

LONGEST_EVIDENCE = 1000
LEAST_EVIDENCE = 10
#: What the system finds by itself. Of the first two the limit is the least, of the others the most.
AT_LEAST = ("known-days", "consignments")
AT_MOST = ("findings", "debts")
_TOLD: Mapping[str, Text] = {
    "known-days": _("It has been known for {figure} days; {limit} or more are asked for."),
    "consignments": _("It had {figure} consignments in the last 12 months; {limit} or more are asked for."),
    "findings": _("There were {figure} findings in the last 24 months; at most {limit} are allowed."),
    "debts": _("{figure} debts are open; at most {limit} are allowed."),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the dated list `trusted_criterion`. With a `measure` the system finds by itself whether it is met; without
    one somebody writes down what shows it."""

    code: str
    measure: str = ""
    limit: int = 0

    def is_met(self, figures: Mapping[str, int]) -> bool:
        figure = figures[self.measure]
        return figure >= self.limit if self.measure in AT_LEAST else figure <= self.limit

    def told(self, figures: Mapping[str, int]) -> Text:
        """How it stands with a measured one."""
        return Text(_TOLD[self.measure].msgid, {"figure": str(figures[self.measure]), "limit": str(self.limit)})


def criteria_of(entries: Iterable[Any]) -> list[Criterion]:
    """The criteria of the code book's entries, in their order."""
    return [
        Criterion(e.code, str(e.attributes.get("measure") or ""), int(e.attributes.get("limit") or 0)) for e in entries
    ]


def weigh(
    criteria: Sequence[Criterion], evidence: Mapping[str, str], figures: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[Finding]]:
    """What is kept of each criterion (code, evidence, whether the system found it), and a finding for each that is not
    met or not shown, for each that was written down and is found by the system, and for each that is none."""
    found = list(_strange(criteria, evidence))
    if not criteria:
        message = _("The list of criteria is empty. Enter the criteria before anybody is trusted.")
        found.append(Finding(pointer("criteria"), "trusted.no-criteria", message))
    kept: list[dict[str, Any]] = []
    for criterion in criteria:
        if criterion.measure:
            found += _unmet(criterion, figures)
            kept.append(
                {
                    "code": criterion.code,
                    "computed": True,
                    "measure": criterion.measure,
                    "figure": str(figures[criterion.measure]),
                    "limit": str(criterion.limit),
                }
            )
            continue
        words = normal(evidence.get(criterion.code, ""))
        found += _unshown(criterion, words)
        kept.append({"code": criterion.code, "computed": False, "evidence": words})
    return kept, found


def _strange(criteria: Sequence[Criterion], evidence: Mapping[str, str]) -> Iterator[Finding]:
    known = {c.code: c for c in criteria}
    for code, words in evidence.items():
        where = pointer("criteria", code)
        if code not in known:
            message = _(
                "There is no criterion “{code}”. There are: {known}.", code=excerpt(code, 40), known=", ".join(known)
            )
            yield Finding(where, "trusted.criterion", message)
        elif known[code].measure and normal(words):
            message = _("The system finds this by itself; nobody writes it down. Leave it empty.")
            yield Finding(where, "trusted.by-hand", message)


def _unmet(criterion: Criterion, figures: Mapping[str, int]) -> Iterator[Finding]:
    if not criterion.is_met(figures):
        yield Finding(pointer("criteria", criterion.code), "trusted.unmet", criterion.told(figures))


def _unshown(criterion: Criterion, words: str) -> Iterator[Finding]:
    fault = fault_in(words)
    if fault is None and len(words) < LEAST_EVIDENCE:
        fault = _("Write what shows that this criterion is met: the document, its number and day, who looked.")
    if fault is None and len(words) > LONGEST_EVIDENCE:
        fault = _("Too long: at most {most} characters.", most=LONGEST_EVIDENCE)
    if fault is not None:
        yield Finding(pointer("criteria", criterion.code), "trusted.not-shown", fault)


def answering(facts: Mapping[str, Any]) -> frozenset[str]:
    """The firms of a consignment that must all be trusted for it to count as a trusted trader's: who declares it and whose
    goods they are (who sends what leaves, who gets what comes), of a movement its holder. One of them without a number
    is nobody."""
    if facts["kind"] == "movement":
        return frozenset({str(facts["holder"])})
    owner = "consignor" if str(facts["declaration_type"]).startswith("EX") else "consignee"
    return frozenset({str(facts["declarant"]), str(facts[owner])})


def wrong_end(valid_to: dt.date | None, today: dt.date, years: int) -> Iterator[Finding]:
    """Trust has an end, and not a far one."""
    if valid_to is None:
        yield Finding("/valid_to", "trusted.no-end", _("Say until when the trader is trusted."))
        return
    latest = _years_later(today, years)
    if not today < valid_to <= latest:
        message = _("Choose a day after today, at most {years} years from now: {latest} at the latest.",
                    years=years, latest=latest.isoformat())  # fmt: skip
        yield Finding("/valid_to", "trusted.end", message)


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)
