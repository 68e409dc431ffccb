"""Texts that find no room in their box: cut there with the number of a line, and told in full in a list that follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from forms.kit import fitting
from forms.kit.canvas import MM, Box, Colour
from forms.kit.fonts import Face, bold, regular
from forms.kit.sheet import INK, RED, Sheet, Side

_ELLIPSIS = "…"
_TAG_SIZE = 6.0
_LINE = 1.2 / MM


class Entry(NamedTuple):
    """A line of the list: its mark (L1), the box and the item (0: the whole paper) it belongs to, its parts."""

    mark: str
    box: str
    item: int
    parts: tuple[str, ...]


class Spill:
    """Draws texts in their boxes and keeps what was cut."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.entries: list[Entry] = []
        self._marks: dict[tuple[str, int, tuple[str, ...]], str] = {}

    def keep(self, box: str, item: int, parts: Sequence[str]) -> str:
        """Adds an entry, if it is not there yet; gives its mark."""
        what = (box, item, tuple(filter(None, map(fitting.clean, parts))))
        mark = self._marks.get(what)
        if mark is None:
            mark = self._marks[what] = f"L{len(self.entries) + 1}"
            self.entries.append(Entry(mark, *what))
        return mark

    def text(
        self,
        room: Box,
        parts: Sequence[str],
        size: float,
        most: int,
        *,
        box: str,
        item: int = 0,
        smallest: float = 5.4,
        strong: bool = False,
        between: str = "; ",
        listed: bool = False,
    ) -> float:
        """Parts of a text in at most so many lines from the top of a placed room; the y below the last line.

        `listed` parts have a line each where there is room for them. What does not fit is cut, with the mark of its
        entry at the end of the last line.
        """
        face = bold() if strong else regular()
        given = [text for text in map(fitting.clean, parts) if text]
        width, mark = room.width * MM, ""
        if listed and len(given) <= most and all(face.width(each, size) <= width for each in given):
            fitted = fitting.Block(tuple(given), size, 0)
            bases = [fitting.direction(each) for each in given]
        else:
            text = fitting.joined(given, between)
            fitted = fitting.block(text, face, width, size, smallest, most)
            if len(text) == fitting.LONGEST or fitting.is_cut(fitted.lines, text):
                mark = self.keep(box, item, given)
                tag = bold().width(f" {mark}", _TAG_SIZE, 0) + 2
                fitted = fitted._replace(lines=_with_room(text, face, width, fitted, most, tag))
            bases = [fitted.base] * len(fitted.lines)
        return self._draw(room, fitted, bases, face, mark)

    def _draw(self, room: Box, fitted: fitting.Block, bases: Sequence[int], face: Face, mark: str) -> float:
        side = self.sheet.start(room, 0)
        y = room.y + fitted.size * 0.8 / MM
        for line, base in zip(fitted.lines, bases, strict=True):
            self.sheet.page.text(side.x, y, line, fitted.size, face=face, align=side.align, base=base, colour=INK)
            y += fitted.size * _LINE
        if mark:
            self._tag(self.sheet.end(room, 0), y - fitted.size * _LINE, mark)
        return y - fitted.size * 0.8 / MM

    def line(
        self,
        side: Side,
        y: float,
        width: float,
        text: str,
        size: float,
        *,
        box: str,
        item: int = 0,
        face: Face | None = None,
        smallest: float = 5.0,
        colour: Colour = INK,
        base: int | None = None,
    ) -> None:
        """One line from a side, at most `width` millimetres; what does not fit is kept."""
        shown_text = fitting.clean(text)
        used = face or regular()
        shown, fitted = fitting.one_line(shown_text, used, width * MM, size, smallest)
        direction = fitting.direction(shown) if base is None else base
        mark = ""
        if fitting.is_cut((shown,), shown_text):
            mark = self.keep(box, item, (text,))
            tag = bold().width(mark, _TAG_SIZE, 0)
            shown = fitting.cut(shown_text, used, width * MM - tag - 2, fitted)
        self.sheet.page.text(side.x, y, shown, fitted, face=used, align=side.align, base=direction, colour=colour)
        if mark:
            towards = -1 if side.align else 1
            self._tag(Side(side.x + towards * width, 1 - side.align), y, mark)

    def _tag(self, side: Side, y: float, mark: str) -> None:
        self.sheet.page.text(side.x, y, mark, _TAG_SIZE, face=bold(), align=side.align, base=0, colour=RED)


def _with_room(text: str, face: Face, width: float, fitted: fitting.Block, most: int, tag: float) -> tuple[str, ...]:
    """The lines, the last one shortened so that a mark finds room beside it."""
    lines = fitting.wrapped(text, face, width, fitted.size, most, fitted.base)
    return (*lines[:-1], fitting.cut(lines[-1].rstrip(_ELLIPSIS), face, max(1.0, width - tag), fitted.size))
