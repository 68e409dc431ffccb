"""What stands of what was found: corrections, later looks, and doubts that nobody has answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.inspections.lifecycle import Conclusion, Status
from app.inspections.models import Inspection, InspectionFinding


@dataclass(frozen=True, slots=True)
class Doubt:
    """An inspection that did not find the goods as declared: what was found, in words, and the items it concerns (none:
    all of them)."""

    found: str
    items: frozenset[int]

    def concerns(self, items: Iterable[int]) -> bool:
        return not self.items or bool(self.items & frozenset(items))


def standing(findings: Iterable[InspectionFinding]) -> list[InspectionFinding]:
    """The findings (oldest first) that no other one corrects."""
    told = list(findings)
    corrected = {finding.corrects for finding in told if finding.corrects}
    return [finding for finding in told if finding.id not in corrected]


def not_as_declared(findings: Iterable[InspectionFinding]) -> list[InspectionFinding]:
    """The findings that say so and stand: a later look with the same control by the same agency at the same item that found
    it as declared counts, and so does a later word of the same kind."""
    wrong: dict[tuple[str, str, int | None], dict[str, InspectionFinding]] = {}
    for finding in standing(findings):
        looked = wrong.setdefault((finding.agency, finding.control, finding.item), {})
        if finding.conform:
            looked.clear()
        else:
            looked[finding.kind] = finding
    return [finding for looked in wrong.values() for finding in looked.values()]


def doubts(
    inspections: Sequence[Inspection],
    findings: Mapping[UUID, Sequence[InspectionFinding]],
    amended_at: dt.datetime | None = None,
) -> list[Doubt]:
    """What the last look at the papers and the last look at the goods (newest first) found to be otherwise than declared,
    and no amendment has answered since. A look that was cancelled counts for what was seen until then, if anything was."""
    last: dict[str, Inspection] = {}
    for inspection in inspections:
        if inspection.status != Status.CANCELLED or findings.get(inspection.id):
            last.setdefault(inspection.kind, inspection)
    each = (_doubt(inspection, findings.get(inspection.id, ()), amended_at) for inspection in last.values())
    return [doubt for doubt in each if doubt is not None]


def _doubt(
    inspection: Inspection, findings: Sequence[InspectionFinding], amended_at: dt.datetime | None
) -> Doubt | None:
    wrong = not_as_declared(findings)
    concluded = inspection.conclusion not in (None, Conclusion.CONFORM.value)
    if not wrong and not concluded:
        return None
    last = max((moment for moment in (inspection.concluded_at, *(f.at for f in wrong)) if moment), default=None)
    if amended_at is not None and last is not None and last < amended_at:
        return None
    found = "; ".join(finding.found for finding in wrong) or str(inspection.summary)
    everywhere = not wrong or any(finding.item is None for finding in wrong)
    return Doubt(found, frozenset() if everywhere else frozenset(f.item for f in wrong if f.item is not None))
