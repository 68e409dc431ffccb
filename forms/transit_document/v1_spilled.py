"""What found no room in the boxes of the first page, in full after the list of items."""

from __future__ import annotations

from collections.abc import Sequence

from forms.kit import fitting
from forms.kit.canvas import MM
from forms.kit.flow import Strip, gap, lowered
from forms.kit.fonts import regular
from forms.kit.paper import Paper
from forms.kit.spill import Entry
from forms.kit.table import CODE, Cell, Column, Table

_COLUMNS = (
    Column("sad_line", 12, 16, CODE),
    Column("sad_box", 28, 18, CODE),
    Column("sad_text", 46, 152),
)
_ROW, _SIZE = 4.2, 7.0


def strips(sheet: Paper, entries: Sequence[Entry]) -> list[Strip]:
    """A table of the entries; nothing where all found room."""
    if not entries:
        return []
    table = Table(sheet, _COLUMNS, _ROW)
    rows = [table.row(cells) for entry in entries for cells in _cells(entry)]
    drawn = [gap(3), sheet.section("sad_list", "sad_list_text"), table.head, *rows]
    return [lowered(sheet.page, strip) for strip in drawn]  # as the list of items before it


def _cells(entry: Entry) -> list[list[Cell]]:
    names = [Cell(entry.mark, strong=True), Cell(entry.box)]
    rows = []
    width = (_COLUMNS[-1].width - 3) * MM
    for part in entry.parts:
        for line in fitting.wrapped(part, regular(), width, _SIZE, 600, fitting.direction(part)):
            rows.append([*names, Cell(line)])
            names = [Cell(""), Cell("")]
    return rows
