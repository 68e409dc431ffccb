"""Tables of a form: columns written once, a head in two languages, rows one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from forms.kit import fitting
from forms.kit.canvas import MM, Box, Colour
from forms.kit.flow import Strip
from forms.kit.fonts import bold, regular
from forms.kit.sheet import INK, LABEL, LINE, TINT, Sheet

TEXT, CODE, FIGURE = "text", "code", "figure"
_SIZE, _SMALLEST, _BELOW = 7.4, 5.0, 5.8
_PADDING = 1.2
HEAD = 6.6
#: Notes below a row: their size, their lines, and the space under the last of them.
_NOTE, _NOTE_LINE, _NOTE_END = 5.8, 2.5, 0.8
_MOST_LINES_OF_A_NOTE = 4


class Column(NamedTuple):
    """A column from x, so many millimetres wide, written for a page that reads from the left.

    A `text` begins where its reader begins, a `code` is centred, a `figure` ends at the right edge in every language.
    """

    key: str
    x: float
    width: float
    kind: str = TEXT


class Cell(NamedTuple):
    """What stands in a row of a column. `other` is the same in the second language, `below` a second smaller line."""

    text: str
    other: str = ""
    below: str = ""
    strong: bool = False
    colour: Colour = INK


class Table:
    """Rows of one height in the columns."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], row: float) -> None:
        self.sheet = sheet
        self.columns = columns
        self.row_height = row
        self._left = columns[0].x
        self._right = columns[-1].x + columns[-1].width
        if sheet.mirrored:
            self._left, self._right = 210 - self._right, 210 - self._left
        # Column edges where they stand on this page.
        placed = [sheet.at(Box(each.x, 0, each.width, 0)) for each in columns[1:]]
        self._edges = [each.x + each.width if sheet.mirrored else each.x for each in placed]
        self.head = Strip(HEAD, self._draw_head, keep=1)

    def rows(self, cells: Sequence[Sequence[Cell]]) -> list[Strip]:
        """The head and a strip for each row; nothing where there are none."""
        if not cells:
            return []
        return [self.head, *map(self.row, cells)]

    def row(self, cells: Sequence[Cell], *notes: str) -> Strip:
        """One row; its head is drawn before it only where a page begins with it.

        Each of the `notes` begins a line of small print across all columns below the figures; empty ones are left out.
        """
        lines = [line for note in notes if note for line in _note(note, (self._right - self._left - 2 * _PADDING) * MM)]
        if not lines:
            return Strip(self.row_height, partial(self._draw_row, cells), self.head)
        height = self.row_height + len(lines) * _NOTE_LINE + _NOTE_END
        return Strip(height, partial(self._draw_noted, cells, lines, height), self.head)

    def total(self, cells: Sequence[Cell]) -> Strip:
        """A last row on tinted ground."""
        return Strip(self.row_height, partial(self._draw_total, cells), self.head)

    def _draw_head(self, y: float) -> None:
        page = self.sheet.page
        page.fill(Box(self._left, y, self._right - self._left, HEAD), TINT)
        for column in self.columns:
            placed = self.sheet.at(Box(column.x, y, column.width, HEAD))
            self.sheet.label(placed, column.key, stacked=True)
        page.rule(self._left, y, self._right, y, LINE)
        self._frame(y, HEAD, LINE)

    def _frame(self, y: float, height: float, below: Colour) -> None:
        page = self.sheet.page
        page.uprights((self._left, *self._edges, self._right), y, y + height, LINE, 0.35)
        page.rule(self._left, y + height, self._right, y + height, below, 0.4)

    def _frame_noted(self, y: float, height: float) -> None:
        """The columns end where the notes begin."""
        page = self.sheet.page
        page.uprights(self._edges, y, y + self.row_height - 0.2, LINE, 0.35)
        page.uprights((self._left, self._right), y, y + height, LINE, 0.35)
        page.rule(self._left, y + height, self._right, y + height, LINE, 0.4)

    def _draw_noted(self, cells: Sequence[Cell], lines: Sequence[tuple[str, int]], height: float, y: float) -> None:
        self._draw_cells(cells, y)
        self._frame_noted(y, height)
        page = self.sheet.page
        side = self.sheet.start(Box(self._left, y, self._right - self._left, height), _PADDING)
        baseline = y + self.row_height + _NOTE_LINE - 0.4
        for text, base in lines:
            page.text(side.x, baseline, text, _NOTE, align=side.align, base=base, colour=LABEL)
            baseline += _NOTE_LINE

    def _draw_total(self, cells: Sequence[Cell], y: float) -> None:
        self.sheet.page.fill(Box(self._left, y, self._right - self._left, self.row_height), TINT)
        self._draw_row(cells, y)

    def _draw_row(self, cells: Sequence[Cell], y: float) -> None:
        self._draw_cells(cells, y)
        self._frame(y, self.row_height, LINE)

    def _draw_cells(self, cells: Sequence[Cell], y: float) -> None:
        for column, cell in zip(self.columns, cells, strict=True):
            if cell.text:
                self._draw_cell(column, cell, y)

    def _draw_cell(self, column: Column, cell: Cell, y: float) -> None:
        placed = self.sheet.at(Box(column.x, y, column.width, self.row_height))
        if cell.other:
            self._draw_pair(placed, cell)
        elif column.kind == TEXT:
            self._draw_text(placed, cell)
        else:
            self._draw_figure(placed, column.kind, cell)

    def _draw_text(self, placed: Box, cell: Cell) -> None:
        sheet, face = self.sheet, bold() if cell.strong else regular()
        room = (placed.width - 2 * _PADDING) * MM
        side = sheet.start(placed, _PADDING)
        most = 1 if cell.below or self.row_height < 6 else 2
        fitted = fitting.block(fitting.clean(cell.text), face, room, _SIZE, 5.6, most)
        lines = [(text, fitted.size, fitted.base, face) for text in fitted.lines]
        if cell.below:
            small, size = fitting.one_line(fitting.clean(cell.below), regular(), room, _BELOW, 4.6)
            lines.append((small, size, fitting.direction(small), regular()))
        y = placed.y + self._first_baseline(len(lines))
        for number, (text, size, base, used) in enumerate(lines):
            colour = LABEL if number and cell.below else cell.colour
            sheet.page.text(side.x, y, text, size, face=used, align=side.align, base=base, colour=colour)
            y += 2.7

    def _first_baseline(self, lines: int) -> float:
        """Of text that stands in the middle of the row."""
        return self.row_height / 2 + (0.95 if lines < 2 else -0.35)

    def _draw_pair(self, placed: Box, cell: Cell) -> None:
        """Both languages on one line if they fit, else one below the other."""
        sheet, face = self.sheet, bold() if cell.strong else regular()
        room = (placed.width - 2 * _PADDING) * MM
        first, second = fitting.clean(cell.text), fitting.clean(cell.other)
        start, end = sheet.start(placed, _PADDING), sheet.end(placed, _PADDING)
        bases = sheet.first.base, sheet.second.base
        natural = face.width(first, _SIZE, bases[0]) + regular().width(second, _SIZE - 0.6, bases[1])
        stacked = natural + 2 * MM > room and self.row_height >= 6
        sizes = (6.8, 6.2) if stacked else (_SIZE, _SIZE - 0.6)
        if not stacked and natural + 2 * MM > room:
            # Both smaller, as long as they can be read; then half of the room for each.
            smaller = (room - 2 * MM) / natural
            if smaller * sizes[1] >= _SMALLEST:
                sizes = (sizes[0] * smaller - 0.05, sizes[1] * smaller - 0.05)
            else:
                room = room / 2 - MM
        above, below = (-0.5, 2.35) if stacked else (0.95, 0.95)
        middle = placed.y + self.row_height / 2
        shown, size = fitting.one_line(first, face, room, sizes[0], _SMALLEST)
        sheet.page.text(
            start.x, middle + above, shown, size, face=face, align=start.align, base=bases[0], colour=cell.colour
        )
        shown, size = fitting.one_line(second, regular(), room, sizes[1], _SMALLEST)
        sheet.page.text(end.x, middle + below, shown, size, align=end.align, base=bases[1], colour=LABEL)

    def _draw_figure(self, placed: Box, kind: str, cell: Cell) -> None:
        face = bold() if cell.strong else regular()
        room = (placed.width - 2 * _PADDING) * MM
        y = placed.y + self._first_baseline(2 if cell.below else 1)
        sizes = ((cell.text, face, _SIZE, cell.colour), (cell.below, regular(), _BELOW, LABEL))
        for text, used, wanted, colour in sizes:
            if text:
                shown, size = fitting.one_line(fitting.clean(text), used, room, wanted, 4.2)
                x = placed.x + (placed.width / 2 if kind == CODE else placed.width - _PADDING)
                align = 0.5 if kind == CODE else 1.0
                base = 0 if kind == FIGURE else fitting.direction(shown)
                self.sheet.page.text(x, y, shown, size, face=used, align=align, base=base, colour=colour)
                y += 2.7


@lru_cache(1_024)
def _note(text: str, width: float) -> tuple[tuple[str, int], ...]:
    """The lines of a note with their direction; the same sources come again on every page."""
    fitted = fitting.block(text, regular(), width, _NOTE, _NOTE, _MOST_LINES_OF_A_NOTE)
    return tuple((line, fitted.base) for line in fitted.lines)
