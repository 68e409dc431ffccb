"""The first sheet of a workbook (.xlsx) as CSV, so that it is read like any other table. Pure.

A workbook is a ZIP of XML files (ECMA-376). Only the cells' values are read: of a formula what it came to when the file was
saved, of a date its number of days. Everything is bounded before it is unpacked, and XML is read without entities and
network.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.core.errors import Malformed, TooLarge
from app.core.text import _

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LARGEST_PART = 60_000_000
_MOST_ROWS, _MOST_COLUMNS = 100_001, 100
_LONGEST_TEXT = 32_767  # what a cell of a spreadsheet holds
_COLUMN = re.compile("[A-Z]{1,3}")
_BLANK = re.compile(r"\s+")


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def as_csv(data: bytes) -> bytes:
    """The first sheet as CSV in UTF-8; row n of the sheet is line n. Raises `Malformed` or `TooLarge`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            shared = _shared(parts)
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\n")
            for row in _rows(_tree(parts, _first_sheet(parts)), shared):
                writer.writerow(row)
                if out.tell() > _LARGEST_PART:  # a long text is written wherever a cell names it
                    raise TooLarge(_("The workbook is too large. Send the rows that change, in several files."))
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        lzma.LZMAError,
        zlib.error,
    ):
        raise Malformed(
            _("The file is no workbook that can be read. Save the table as CSV in UTF-8, or as .xlsx once more.")
        ) from None
    return out.getvalue().encode()


def _tree(parts: zipfile.ZipFile, name: str) -> Any:
    if parts.getinfo(name).file_size > _LARGEST_PART:
        raise TooLarge(_("The workbook is too large. Send the rows that change, in several files."))
    with parts.open(name) as opened:
        content = opened.read(_LARGEST_PART + 1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    tree: Any = etree.fromstring(content, parser)
    if tree.getroottree().docinfo.doctype:
        raise ValueError("a DTD")
    return tree


def _first_sheet(parts: zipfile.ZipFile) -> str:
    sheet = _tree(parts, "xl/workbook.xml").find(f"{_NS}sheets/{_NS}sheet")
    wanted = sheet.get(_RELATION) if sheet is not None else None
    for relation in _tree(parts, "xl/_rels/workbook.xml.rels"):
        if relation.get("Id") == wanted:
            target = str(relation.get("Target"))
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError("no sheet")


def _shared(parts: zipfile.ZipFile) -> list[str]:
    """Texts that cells name by their place."""
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    return [_text(item) for item in _tree(parts, "xl/sharedStrings.xml").iterfind(f"{_NS}si")]


def _text(item: Any) -> str:
    """The text of a cell without its phonetic guide; on one line, so that lines stay rows."""
    found = "".join(t.text or "" for t in item.iter(f"{_NS}t") if t.getparent().tag != f"{_NS}rPh")
    if len(found) > _LONGEST_TEXT:
        raise ValueError("a text that no cell holds")
    return _BLANK.sub(" ", found).strip()


def _rows(sheet: Any, shared: list[str]) -> Iterator[list[str]]:
    """The rows in order; those that are missing are empty."""
    written = 0
    for row in sheet.iterfind(f"{_NS}sheetData/{_NS}row"):
        number = int(row.get("r") or written + 1)
        if number > _MOST_ROWS:
            raise TooLarge(_("The workbook is too large. Send the rows that change, in several files."))
        while written < number - 1:
            written += 1
            yield []
        written += 1
        yield _cells(row, shared)


def _cells(row: Any, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterfind(f"{_NS}c"):
        place = _place(str(cell.get("r") or ""), len(cells))
        if place < _MOST_COLUMNS:
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = _value(cell, shared)
    return cells


def _place(reference: str, next_one: int) -> int:
    letters = _COLUMN.match(reference)
    if letters is None:
        return next_one
    place = 0
    for letter in letters.group():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _value(cell: Any, shared: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_NS}v") or ""
    if kind == "s":
        return shared[int(value)] if 0 <= int(value) < len(shared) else ""
    if kind in ("str", "b", "e"):
        return _BLANK.sub(" ", value).strip()
    return value.removesuffix(".0")
