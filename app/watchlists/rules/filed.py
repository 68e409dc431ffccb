"""Entries of a watch list from a table: CSV, or the first sheet of a workbook. Pure.

Columns: kind, name, aliases (parted by |), source, reason, valid_from, valid_to. What a row does not say of source, reason
and last day is what was said for the whole file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.core.errors import Finding, Invalid, pointer
from app.core.text import Text, _, excerpt
from app.reference import sheets, workbooks
from app.reference.sheets import Line
from app.watchlists.commands import AddEntry
from app.watchlists.lifecycle import Kind
from app.watchlists.rules import wanted

COLUMNS = ("kind", "name", "aliases", "source", "reason", "valid_from", "valid_to")
NEEDED = ("kind", "name")
#: Of a file of nonsense the first rows say enough.
MOST_TOLD = 100
_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class ForAll:
    """What is said for every row of a file that does not say it itself."""

    source: str
    reason: str
    valid_to: dt.date | None = None


def read(data: bytes, for_all: ForAll, today: dt.date) -> list[tuple[int, AddEntry]]:
    """The entries of a file, each with its line. One bad row, and nothing is read.

    Raises `Invalid` with a finding for each bad row (pointer `/lines/<line>/<column>`), `Malformed`, `TooLarge`.
    """
    text = workbooks.as_csv(data) if workbooks.is_workbook(data) else data
    lines, faults = sheets.table(text, COLUMNS, NEEDED)
    found: list[tuple[int, AddEntry]] = []
    told = list(faults)
    for line in lines:
        command, wrong = _entry(line, for_all, today)
        told += wrong
        if command is not None:
            found.append((line.number, command))
    if told:
        raise Invalid(sheets.NOT_TAKEN, findings=sorted(told, key=_place)[:MOST_TOLD])
    if not found:
        raise Invalid(findings=[Finding("/file", "watchlist.file-empty", _("There is no row in this file."))])
    return found


def _place(finding: Finding) -> int:
    number = finding.pointer.split("/")[2]
    return int(number) if number.isdigit() else 0


def _entry(line: Line, for_all: ForAll, today: dt.date) -> tuple[AddEntry | None, list[Finding]]:
    cells, wrong = line.cells, []
    kind = cells.get("kind", "").strip().lower()
    if kind not in tuple(Kind):
        told = _(
            "“{kind}” is nothing that is looked for. Write one of: {known}.",
            kind=excerpt(kind, 30),
            known=", ".join(Kind),
        )
        wrong.append(_at(line, "kind", "watchlist.kind", told))
    days: dict[str, dt.date | None] = {"valid_from": None, "valid_to": for_all.valid_to}
    for column in tuple(days):
        cell = cells.get(column, "").strip()
        if cell:
            days[column] = _day(cell)
            if days[column] is None:
                told = _("“{day}” is no day. Write year-month-day, such as 2027-01-01.", day=excerpt(cell, 30))
                wrong.append(_at(line, column, "watchlist.day", told))
    if wrong:
        return None, wrong
    command = AddEntry(
        kind=Kind(kind),
        name=cells.get("name", ""),
        source=cells.get("source", "").strip() or for_all.source,
        reason=cells.get("reason", "").strip() or for_all.reason,
        aliases=tuple(part.strip() for part in cells.get("aliases", "").split("|") if part.strip()),
        **days,
    )
    found = wanted.entry_findings(command, today)
    return command, [_at(line, f.pointer.strip("/").split("/")[0], f.rule, f.message) for f in found]


def _day(cell: str) -> dt.date | None:
    """A day as it is written; in a workbook as its number."""
    if cell.isascii() and cell.isdigit() and len(cell) == 5:
        return _EPOCH + dt.timedelta(days=int(cell))
    return sheets.day_of(cell)


def _at(line: Line, column: str, rule: str, message: Text) -> Finding:
    told = sheets.at_line(line.number, column, rule, message)
    return Finding(pointer("lines", line.number, column), rule, told.message)
