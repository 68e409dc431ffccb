"""A code list as a CSV file: what an administration takes out, changes and brings back. Pure.

UTF-8, the columns of the release's files: `code`, names by locale, `valid_from`, `valid_to`, `source`, `verified`, and
the list's attributes. A column that is missing leaves what is there; an empty cell empties it. Rows that are missing
stay as they are: a code is closed by its last day, never by being left out.

Spreadsheets run what begins with `=`; so such cells are refused, and those that are written get an apostrophe before
them, which is taken off again when they come back.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Finding, Invalid, Malformed, TooLarge, pointer
from app.core.text import Text, _, ascii_digits, excerpt, fault_in, normal
from app.reference import shapes
from app.reference.codebook import LOCALES, Entry

LARGEST = 4_000_000
MOST_ROWS = 20_000
LONGEST_CELL = 2_000
MOST_FINDINGS = 50

NOT_TAKEN = _("The file was not taken over. Nothing is changed.")

_BEFORE = ("code", *LOCALES)
_AFTER = ("valid_from", "valid_to", "source", "verified")
_COMMON = (*_BEFORE, *_AFTER)
_NEEDED = ("code", "valid_from")
_BETWEEN = " | "
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
#: +992 93 555 11 22, +992 (93) 555-11-22: at least seven digits, and nothing that names a cell or a function.
_PHONE = re.compile(r"\+(?=(?:[ ()-]*[0-9]){7,15}[ ()-]*$)[0-9 ()-]+")
#: Also in the wide forms, which some programs read as the narrow ones.
_RUN = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
_GUARDED = re.compile(f"'+[{re.escape(_RUN)}]")
_YES_NO = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its line, and the cells of the columns that the file has."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that could be read, and what is wrong with the others."""

    list: str
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Findings:
    """Gathers findings up to a bound: of a file of nonsense the first ones say enough."""

    found: list[Finding] = field(default_factory=list)

    def add(self, line: int, column: str, rule: str, message: Text) -> None:
        self.found.append(at_line(line, column, rule, message))

    @property
    def full(self) -> bool:
        return len(self.found) >= MOST_FINDINGS


def at_line(line: int, column: str, rule: str, message: Text) -> Finding:
    """A finding told at the line and column of a file."""
    told = _("Line {line}, column {column}: {problem}", line=line, column=excerpt(column), problem=message)
    return Finding(pointer("lines", line, column), rule, told)


def columns(list_name: str, entries: Iterable[Entry] = ()) -> list[str]:
    """The columns of a list's file; of a list that takes any attributes, those that its entries have."""
    known = list(shapes.attributes_of(list_name))
    if shapes.is_open(list_name):
        known = list(dict.fromkeys(name for entry in entries for name in entry.attributes))
    return [*_BEFORE, *known, *_AFTER]


def written(list_name: str, entries: Iterable[Entry]) -> str:
    """The entries as CSV text, each cell safe to be opened in a spreadsheet."""
    rows = list(entries)
    header = columns(list_name, rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for entry in rows:
        cells = cells_of(entry)
        writer.writerow([guarded(cells.get(column, "")) for column in header])
    return out.getvalue()


def cells_of(entry: Entry) -> dict[str, str]:
    """The entry as the texts of its columns."""
    attributes = {name: _joined(value) for name, value in entry.attributes.items()}
    return {
        "code": entry.code,
        **entry.names,
        **attributes,
        "valid_from": entry.valid_from.isoformat(),
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else "",
        "source": entry.source,
        "verified": "true" if entry.verified else "false",
    }


def _joined(value: Any) -> str:
    return _BETWEEN.join(value) if isinstance(value, list) else str(value)


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return f"'{cell}" if is_formula(cell) or _GUARDED.match(cell) else cell


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run the cell; plain numbers with a sign and telephone numbers are none."""
    return bool(cell) and cell[0] in _RUN and not _NUMBER.fullmatch(cell) and not _PHONE.fullmatch(cell)


def read(list_name: str, data: bytes) -> Sheet:
    """The rows of a file. Raises `TooLarge`, `Malformed`, or `Invalid` where the columns are not those of the list."""
    reader = _reader(_text(data))
    found = _Findings()
    try:
        header = _header(list_name, reader, found)
        if found.found:
            raise Invalid(NOT_TAKEN, findings=found.found[:MOST_FINDINGS])
        lines = tuple(_lines(reader, header, found, lambda: reader.line_num, once=True))
    except csv.Error as fault:
        raise Malformed(
            _(
                "Line {line} is no CSV: {fault}. Save the table as CSV once more.",
                line=reader.line_num,
                fault=str(fault),
            )
        ) from None
    return Sheet(list_name, lines, tuple(found.found[:MOST_FINDINGS]))


def table(data: bytes, known: Sequence[str], needed: Sequence[str]) -> tuple[tuple[Line, ...], tuple[Finding, ...]]:
    """The rows of any table with these columns, and what is wrong with the others. Columns may be missing but those
    `needed`; a row may end early.

    Raises `TooLarge`, `Malformed`, or `Invalid` where the columns are not those known.
    """
    reader, found = _reader(_text(data)), _Findings()
    try:
        header = [normal(cell) for cell in next(reader, [])]
        while header and not header[-1]:
            header.pop()
        _check_columns(header, known, needed, found)
        if found.found:
            raise Invalid(NOT_TAKEN, findings=found.found[:MOST_FINDINGS])
        rows = (
            [*row[: len(header)], *[""] * (len(header) - len(row)), *filter(None, row[len(header) :])] for row in reader
        )
        lines = tuple(_lines(rows, header, found, lambda: reader.line_num))
    except csv.Error as fault:
        raise Malformed(
            _(
                "Line {line} is no CSV: {fault}. Save the table as CSV once more.",
                line=reader.line_num,
                fault=str(fault),
            )
        ) from None
    return lines, tuple(found.found[:MOST_FINDINGS])


def _check_columns(header: list[str], known: Sequence[str], needed: Sequence[str], found: _Findings) -> None:
    for place, column in enumerate(header[:MOST_FINDINGS]):
        if column in header[:place]:
            found.add(1, column, "csv.column-twice", _("This column stands twice. Remove one."))
        elif column not in known:
            told = _("There is no such column. The columns are: {known}.", known=", ".join(known))
            found.add(1, column, "csv.column-unknown", told)
    for column in needed:
        if column not in header:
            told = _("This column is missing. Add it; the first line names the columns.")
            found.add(1, column, "csv.column-missing", told)


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise TooLarge(
            _("The file is larger than {most} million bytes. Send the rows that change, in several files.", most=4)
        )
    if b"\0" in data:
        raise Malformed(_("The file holds a zero byte. Save the table as CSV in UTF-8, not as a workbook."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Malformed(
            _("The file is not UTF-8 (byte {place}). Save the table as “CSV UTF-8”.", place=fault.start)
        ) from None


def _reader(text: str) -> Any:
    """Spreadsheets of several countries part the cells with semicolons."""
    first = text[:2000].partition("\n")[0]
    return csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",", strict=True
    )


def _header(list_name: str, reader: Any, found: _Findings) -> list[str]:
    header = [normal(cell) for cell in next(reader, [])]
    known = {*_COMMON, *shapes.attributes_of(list_name)}
    for place, column in enumerate(header):
        if column in header[:place]:
            found.add(1, column, "csv.column-twice", _("This column stands twice. Remove one."))
        elif not (column in known or (shapes.is_open(list_name) and _COLUMN.fullmatch(column))):
            found.add(
                1,
                column,
                "csv.column-unknown",
                _("There is no such column. The columns are: {known}.", known=", ".join(columns(list_name))),
            )
        if found.full:
            break
    for column in _NEEDED:
        if column not in header:
            found.add(
                1, column, "csv.column-missing", _("This column is missing. Add it; the first line names the columns.")
            )
    return header


def _lines(
    rows: Iterable[list[str]], header: list[str], found: _Findings, at: Callable[[], int], *, once: bool = False
) -> Iterator[Line]:
    seen: dict[tuple[str, str], int] = {}
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise TooLarge(
                _("The file has more than {most} rows. Send the rows that change, in several files.", most=MOST_ROWS)
            )
        if not any(row):
            continue
        number = at()
        told = len(found.found)
        cells = _cells(row, header, number, found)
        if len(found.found) == told:
            if once:
                _once(cells, number, seen, found)
            yield Line(number, cells)
        if found.full:
            return


def _cells(row: list[str], header: list[str], number: int, found: _Findings) -> dict[str, str]:
    if len(row) == len(header):
        return {column: _cell(cell, number, column, found) for column, cell in zip(header, row, strict=True)}
    found.add(
        number,
        header[min(len(row), len(header)) - 1],
        "csv.cells",
        _(
            "The row has {found} cells, the first line {expected}. Add or remove cells.",
            found=len(row),
            expected=len(header),
        ),
    )
    return {}


def _cell(cell: str, number: int, column: str, found: _Findings) -> str:
    """The cell's text; with a finding, nothing."""
    text = normal(cell[: LONGEST_CELL + 1])
    fault = _fault(cell, text)
    if fault is not None:
        found.add(number, column, *fault)
        return ""
    text = text.replace("\r\n", "\n")  # forms of browsers send every line break so
    return text[1:] if _GUARDED.match(text) else text


def _fault(cell: str, text: str) -> tuple[str, Text] | None:
    if len(cell) > LONGEST_CELL:
        return "csv.cell-long", _("The cell has more than {most} characters. Shorten it.", most=LONGEST_CELL)
    if is_formula(text) or is_formula(cell):
        return "csv.formula", _(
            "“{cell}” is a formula to a spreadsheet. Write the value itself.", cell=excerpt(text, 30)
        )
    fault = fault_in(cell)
    return None if fault is None else ("csv.text-faulty", fault)


def _once(cells: Mapping[str, str], number: int, seen: dict[tuple[str, str], int], found: _Findings) -> None:
    key = (cells["code"], cells["valid_from"])
    if key in seen:
        found.add(
            number,
            "code",
            "csv.row-twice",
            _("The code stands with the same first day in line {line} too. Remove one.", line=seen[key]),
        )
    seen.setdefault(key, number)


def entry(list_name: str, line: Line, base: Entry | None) -> tuple[Entry | None, list[Finding]]:
    """What a row says. Columns that the file lacks are those of `base`, if there is one."""
    cells = {**(cells_of(base) if base else {}), **line.cells}
    found = _Findings()
    since = _day(cells.get("valid_from", ""), line.number, "valid_from", found)
    until = _day(cells["valid_to"], line.number, "valid_to", found) if cells.get("valid_to") else None
    verified = _YES_NO.get(cells.get("verified", "false").lower())
    if verified is None:
        found.add(line.number, "verified", "csv.verified", _("Write “true” or “false”."))
    if not cells.get("source"):
        found.add(
            line.number, "source", "csv.source-missing", _("Say where it comes from: the order, letter or address.")
        )
    if found.found or since is None:
        return None, found.found
    return (
        Entry(
            list_name,
            cells["code"],
            since,
            until,
            {locale: cells[locale] for locale in LOCALES if cells.get(locale)},
            _attributes(list_name, cells),
            cells["source"],
            bool(verified),
        ),
        [],
    )


def _attributes(list_name: str, cells: Mapping[str, str]) -> dict[str, Any]:
    known = shapes.attributes_of(list_name)
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in _COMMON or not cell:
            continue
        many = name in known and known[name].many
        values[name] = [part.strip() for part in cell.split(_BETWEEN.strip()) if part.strip()] if many else cell
    return values


def day_of(cell: str) -> dt.date | None:
    """The day that a cell says as year-month-day, in digits of any script; nothing if it says none."""
    text = ascii_digits(cell)
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _day(cell: str, number: int, column: str, found: _Findings) -> dt.date | None:
    day = day_of(cell)
    if day is None:
        found.add(
            number,
            column,
            "csv.day",
            _("“{day}” is no day. Write year-month-day, such as 2027-01-01.", day=excerpt(cell, 30)),
        )
    return day
