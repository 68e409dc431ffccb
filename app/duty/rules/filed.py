"""A roster from a table: CSV, or the first sheet of a workbook. Pure.

Columns: login, from, to (moments at the post: 2026-11-23 08:00), agency, place, lane. The post is chosen for the file.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from app.core.errors import Finding, Invalid, pointer
from app.core.text import Text, _, ascii_digits, excerpt
from app.duty.commands import PlanShift
from app.reference import sheets, workbooks
from app.reference.sheets import Line

COLUMNS = ("login", "from", "to", "agency", "place", "lane")
NEEDED = ("login", "from", "to")
#: Of a file of nonsense the first rows say enough.
MOST_TOLD = 100
MOST_ROWS = 2_000
#: Which column a fault of a shift is told at.
_TOLD_AT = {"starts_at": "from", "ends_at": "to"}
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(?::00)?", re.ASCII)


def read(data: bytes, post: str, zone: ZoneInfo) -> list[tuple[int, PlanShift]]:
    """The shifts of a file, each with its line. One bad row, and nothing is read.

    Raises `Invalid` with a finding for each bad row (pointer `/lines/<line>/<column>`), `Malformed`, `TooLarge`.
    """
    text = workbooks.as_csv(data) if workbooks.is_workbook(data) else data
    lines, faults = sheets.table(text, COLUMNS, NEEDED)
    if len(lines) > MOST_ROWS:
        raise Invalid(_("A file holds {most} shifts at most. Send them in several files.", most=MOST_ROWS))
    told, found = list(faults), list[tuple[int, PlanShift]]()
    for line in lines:
        command, wrong = _shift(line, post, zone)
        told += wrong
        if command is not None:
            found.append((line.number, command))
    refuse(told)
    if not found:
        raise Invalid(findings=[Finding("/file", "roster-empty", _("There is no row in this file."))])
    return found


def at_line(line: int, fault: Finding) -> Finding:
    """A fault of a shift, told at its line and column of the file."""
    name = fault.pointer.strip("/")
    return _at(line, _TOLD_AT.get(name, name), fault.rule, fault.message)


def refuse(told: list[Finding]) -> None:
    """Raises `Invalid` with the faults in the order of the lines, if there are any."""
    if told:
        raise Invalid(sheets.NOT_TAKEN, findings=sorted(told, key=_place)[:MOST_TOLD])


def moment(cell: str, zone: ZoneInfo) -> dt.datetime | None:
    """A moment at the post, in UTC, or None for what is none."""
    found = _MOMENT.fullmatch(ascii_digits(cell).strip())
    if found is None:
        return None
    try:
        local = dt.datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(dt.UTC) if 1990 <= local.year < 2200 else None


def _shift(line: Line, post: str, zone: ZoneInfo) -> tuple[PlanShift | None, list[Finding]]:
    moments, wrong = {}, []
    for column in ("from", "to"):
        cell = line.cells.get(column, "")
        at = moment(cell, zone)
        if at is None:
            told = _("“{time}” is no moment. Write day and time, such as 2026-11-23 08:00.", time=excerpt(cell, 30))
            wrong.append(_at(line.number, column, "roster-moment", told))
        else:
            moments[column] = at
    if wrong:
        return None, wrong
    cells = {name: line.cells.get(name, "").strip() for name in ("login", "agency", "place", "lane")}
    agency = cells["agency"].lower() or "customs"
    return PlanShift(cells["login"], post, moments["from"], moments["to"], agency, cells["place"], cells["lane"]), []


def _place(finding: Finding) -> int:
    parts = finding.pointer.split("/")
    return int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else 0


def _at(line: int, column: str, rule: str, message: Text) -> Finding:
    told = sheets.at_line(line, column, rule, message)
    return Finding(pointer("lines", line, column), rule, told.message)
