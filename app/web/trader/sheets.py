"""Items out of a spreadsheet: pasted cells, or a text with commas, become rows of the declaration. Pure.

Columns are told by their header, in any language the site speaks, or, where there is none, by their order (`ORDER`).
A cell that a spreadsheet would run is refused; everything else that is wrong is told by row and column, and may be
taken over to be corrected on the item's page.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma

from app.core.errors import Finding
from app.core.fields import Words
from app.core.text import Text, _, excerpt, fault_in
from app.declarations.schemas import ItemSchema, findings
from app.web.typed import prepared, whole_number, without_blanks

MOST_ROWS = 999
MOST_CELLS = 40
LONGEST = 2_000_000
LONGEST_CELL = 4_000

#: Dotted names of an item's words, in the order in which columns stand where no header names them.
ORDER = (
    "commodity",
    "description",
    "origin",
    "procedure",
    "packages.0.kind",
    "packages.0.count",
    "gross_kg",
    "net_kg",
    "invoice_value",
    "supplementary.unit",
    "supplementary.quantity",
    "packages.0.marks",
    "preference",
)
#: Further columns a header may name.
MORE = (
    "origin_region",
    "un_number",
    "containers",
    "additional_codes",
    "valuation_method",
    "quota",
    "additional_information",
    "documents.0.type",
    "documents.0.number",
    "documents.0.date",
    "previous_documents.0.type",
    "previous_documents.0.number",
    "previous_documents.0.item",
)
#: What people write above columns, beside the labels of the form and the box numbers.
_ALSO = {
    "commodity": ("commodity", "hs", "hs code", "code", "tariff", "tnved", "тн вэд", "код", "33"),
    "description": ("description", "goods", "name of goods", "наименование", "товар", "мол", "شرح", "31"),
    "origin": ("origin", "country", "страна", "кишвар", "کشور", "34"),
    "procedure": ("procedure", "cpc", "процедура", "37"),
    "packages.0.kind": ("package", "packages kind", "kind", "kind of package", "упаковка"),
    "packages.0.count": ("packages", "number of packages", "count", "colli", "мест", "кол-во мест"),
    "packages.0.marks": ("marks", "marks and numbers"),
    "gross_kg": ("gross", "gross kg", "gross weight", "gross mass", "брутто", "35"),
    "net_kg": ("net", "net kg", "net weight", "net mass", "нетто", "38"),
    "invoice_value": ("value", "price", "amount", "item price", "invoice value", "стоимость", "цена", "42"),
    "supplementary.unit": ("unit", "supplementary unit", "ед", "ед. изм."),
    "supplementary.quantity": ("quantity", "qty", "supplementary quantity", "количество", "41"),
    "preference": ("preference", "преференция", "36"),
    "containers": ("container", "containers"),
    "un_number": ("un number", "un"),
    "documents.0.type": ("document type",),
    "documents.0.number": ("document", "document number", "44"),
    "documents.0.date": ("document date",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """What a row of the table may say: the words of an item, the order of the columns where no header names them,
    further words, and what people write above them beside the labels of the form."""

    schema: type[ma.Schema]
    order: tuple[str, ...]
    more: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]
    most: int

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.order, *self.more)


#: The items of a declaration.
ITEMS = Columns(ItemSchema, ORDER, MORE, _ALSO, MOST_ROWS)
#: Columns that say nothing about the goods.
_IGNORED = frozenset({"no", "no.", "№", "number", "item", "item number", "nr", "32", "#"})
_SPACES = re.compile(r"\s+")
_PLAIN = Words(LONGEST_CELL)


class Unreadable(ValueError):
    """The text cannot be taken for a table; `said` tells why."""

    def __init__(self, said: Text) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a cell, or with a row (`column` None). `refused` ones must be gone before anything is kept."""

    row: int
    column: int | None
    message: Text
    refused: bool = False


@dataclass
class Sheet:
    """A table read: the names of its columns (None: left out), the cells as they stood, and the items they make."""

    columns: list[str | None]
    by_header: bool
    cells: list[list[str]]
    items: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    _index: dict[int, list[Problem]] | None = None

    def add(self, found: Iterable[Problem]) -> None:
        """More problems, found by who knows the lists of codes."""
        self.problems += found
        self._index = None

    @property
    def refused(self) -> bool:
        return any(problem.refused for problem in self.problems)

    def at(self, row: int, column: int | None) -> list[Problem]:
        """What is said about a cell (rows and columns from 0), or about a row as a whole."""
        return [p for p in self._by_row().get(row, []) if p.column == column]

    def _by_row(self) -> dict[int, list[Problem]]:
        if self._index is None:
            self._index = {}
            for problem in self.problems:
                self._index.setdefault(problem.row, []).append(problem)
        return self._index


def read(text: str, labels: Mapping[str, Iterable[str]], columns: Columns = ITEMS) -> Sheet:
    """The table in a text; `labels` are further headers by the name of the word, in the reader's languages.

    Raises `Unreadable` for what is empty, too long or no table at all.
    """
    rows = _rows(text)
    header = _header(rows[0], labels, columns)
    sheet = Sheet(header or _in_order(rows, columns.order), header is not None, rows[1:] if header else rows)
    if header:
        sheet.unknown = [
            cell for cell, name in zip(rows[0], header, strict=False)
            if name is None and cell.strip() and _key(cell) not in _IGNORED
        ]  # fmt: skip
    if not sheet.cells:
        raise Unreadable(_("There is only a header. Paste the rows of goods beneath it as well."))
    if len(sheet.cells) > columns.most:
        raise Unreadable(_("There are {count} rows; a declaration has at most {most} items.", count=len(sheet.cells), most=columns.most))  # fmt: skip
    schema = columns.schema()
    for number, cells in enumerate(sheet.cells):
        sheet.items.append(_item(sheet, schema, number, cells))
    return sheet


def _rows(text: str) -> list[list[str]]:
    if not text.strip():
        raise Unreadable(_("Paste the rows of your spreadsheet into the box first."))
    if len(text) > LONGEST:
        raise Unreadable(_("This is too much at once. Paste fewer rows."))
    clean = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        found = list(csv.reader(io.StringIO(clean), delimiter=_delimiter(clean), strict=False))
    except csv.Error:
        raise Unreadable(_("This cannot be read as a table. Copy the cells of the spreadsheet again.")) from None
    rows = [row for row in found if any(cell.strip() for cell in row)]
    if not rows:
        raise Unreadable(_("Paste the rows of your spreadsheet into the box first."))
    if max(map(len, rows)) > MOST_CELLS:
        raise Unreadable(_("A row has more than {most} columns. Paste only those of the goods.", most=MOST_CELLS))
    return rows


def _delimiter(text: str) -> str:
    """Spreadsheets copy with tabs; files have semicolons where the comma is the decimal sign, else commas."""
    first = next(line for line in text.split("\n") if line.strip())
    return next((sign for sign in ("\t", ";", ",") if sign in first), "\t")


def _header(cells: Sequence[str], labels: Mapping[str, Iterable[str]], columns: Columns) -> list[str | None] | None:
    """The names of the columns, if the first row names at least two of them; each name once."""
    known = _titles(labels, columns)
    names: list[str | None] = []
    for cell in cells:
        name = known.get(_key(cell))
        names.append(name if name not in names else None)
    return names if sum(name is not None for name in names) >= 2 and not _has_code(cells) else None


def _has_code(cells: Sequence[str]) -> bool:
    """A row with a commodity code is a row of goods, whatever else stands in it."""
    return any(len(cell.strip()) >= 6 and cell.strip().isdecimal() for cell in cells)


def _titles(labels: Mapping[str, Iterable[str]], columns: Columns) -> dict[str, str]:
    known: dict[str, str] = {}
    for name in columns.known:
        for title in (name, *columns.also.get(name, ()), *labels.get(name, ())):
            known.setdefault(_key(title), name)
    return known


def _key(title: str) -> str:
    return _SPACES.sub(" ", title.replace("_", " ").strip().strip(":*").casefold())


def _in_order(rows: Sequence[Sequence[str]], order: Sequence[str]) -> list[str | None]:
    """Columns by their order; a first column that only counts the rows is left out."""
    counted = [whole_number(row[0]) for row in rows]
    skip = 1 if counted == list(range(1, len(rows) + 1)) and len(rows[0]) > 1 else 0
    wide = max(map(len, rows))
    names: list[str | None] = [None] * skip
    names += [order[n] if n < len(order) else None for n in range(wide - skip)]
    return names


def _item(sheet: Sheet, schema: ma.Schema, number: int, cells: Sequence[str]) -> dict[str, Any]:
    words: dict[str, Any] = {"number": number + 1}
    refused: set[int | None] = set()
    for column, cell in enumerate(cells):
        name = sheet.columns[column] if column < len(sheet.columns) else None
        value = cell.strip()
        if name is None or not value:
            continue
        fault = _fault(value)
        if fault is not None:
            sheet.problems.append(Problem(number, column, fault, refused=True))
            refused.add(column)
            continue
        _plant(words, name.split("."), value)
    plain = _plain(without_blanks(prepared(schema, words)))
    sheet.problems += [problem for problem in _wrong(sheet, schema, number, plain) if problem.column not in refused]
    return plain


def _fault(value: str) -> Text | None:
    """Why a cell must not be kept at all: hidden characters, or a formula."""
    if len(value) > LONGEST_CELL:
        return _("Too long: at most {most} characters.", most=LONGEST_CELL)
    hidden = fault_in(value)
    if hidden is not None:
        return hidden
    try:
        _PLAIN.deserialize(value)
    except ma.ValidationError:
        return _("The cell holds a formula ({text}). Paste its value instead.", text=excerpt(value, 30))
    return None


def _plant(words: dict[str, Any], path: list[str], value: str) -> None:
    here: Any = words
    for part, following in itertools.pairwise(path):
        here = here[0] if part == "0" else here.setdefault(part, [{}] if following == "0" else {})
    here[path[-1]] = value


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """Numbers of packages as JSON has them."""
    for package in item.get("packages", []):
        count = whole_number(str(package.get("count", "")))
        if count is not None:
            package["count"] = count
    for before in item.get("previous_documents", []):
        at = whole_number(str(before.get("item", "")))
        if at is not None:
            before["item"] = at
    return item


def _wrong(sheet: Sheet, schema: ma.Schema, number: int, item: Mapping[str, Any]) -> list[Problem]:
    """What the schema says of a row, at its columns; what is missing and has no column is said of the row."""
    try:
        schema.load(item)
    except ma.ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        return [_problem(sheet, number, finding) for finding in findings(messages)]
    return []


def _problem(sheet: Sheet, number: int, finding: Finding) -> Problem:
    name = finding.pointer[1:].replace("/", ".")
    for column, known in enumerate(sheet.columns):
        if known is not None and (known == name or known.startswith(name + ".") or name.startswith(known + ".")):
            return Problem(number, column, finding.message)
    return Problem(number, None, Text("{name}: {message}", {"name": name, "message": finding.message}))
