"""Frames and boxes of a form in two languages.

A form's geometry is written once, for a page that reads from the left. If the first language reads from the right the
whole page is mirrored, so that boxes follow each other as its readers expect; the second language's labels stand on
the other side of each box.
"""

from __future__ import annotations

from typing import NamedTuple

from forms.kit import fitting
from forms.kit.canvas import MM, Box, Colour, Page
from forms.kit.fonts import Face, bold, regular
from forms.kit.words import Language, language

INK: Colour = (0.06, 0.09, 0.15)
NAVY: Colour = (0.07, 0.17, 0.33)
LABEL: Colour = (0.30, 0.37, 0.47)
LINE: Colour = (0.58, 0.64, 0.72)
TINT: Colour = (0.925, 0.945, 0.968)
PALE: Colour = (0.965, 0.975, 0.985)
WHITE: Colour = (1, 1, 1)
RED: Colour = (0.70, 0.09, 0.12)
BLUSH: Colour = (0.975, 0.885, 0.885)
GREEN: Colour = (0.05, 0.42, 0.25)

_PADDING = 1.4
_LABEL_SIZE = 5.8
_LABEL_SMALLEST = 4.0
#: Height of one line of labels, in millimetres.
LABEL_LINE = 3.6
_POINT = 1 / MM


class Side(NamedTuple):
    """Where a line begins: x in millimetres, and 0 (to the right of it) or 1 (to the left of it)."""

    x: float
    align: float


class Sheet:
    """A page that speaks two languages."""

    def __init__(self, page: Page, languages: tuple[str, str]) -> None:
        self.page = page
        self.first: Language = language(languages[0])
        self.second: Language = language(languages[1])
        self.mirrored = self.first.right_to_left

    def at(self, box: Box) -> Box:
        """The box where it stands on this page."""
        return box.mirrored() if self.mirrored else box

    def start(self, placed: Box, padding: float = _PADDING) -> Side:
        """The side of a placed box where the first language begins."""
        right = Side(placed.x + placed.width - padding, 1.0)
        return right if self.mirrored else Side(placed.x + padding, 0.0)

    def end(self, placed: Box, padding: float = _PADDING) -> Side:
        """The opposite side."""
        right = Side(placed.x + placed.width - padding, 1.0)
        return Side(placed.x + padding, 0.0) if self.mirrored else right

    def box(self, box: Box, key: str, *, stacked: bool = False) -> None:
        """A framed box with its label in both languages on a tinted strip: side by side, or one below the other."""
        placed = self.at(box)
        height = LABEL_LINE * (1.75 if stacked else 1)
        self.page.fill(Box(placed.x, placed.y, placed.width, height), TINT)
        self.page.frame(placed, LINE)
        self.label(placed, key, stacked=stacked)

    def label(self, placed: Box, key: str, *, stacked: bool = False, colour: Colour = LABEL) -> None:
        """The label alone; side by side both languages share one size."""
        start, end = self.start(placed), self.end(placed)
        first, second = self.first.say(key), self.second.say(key)
        room = (placed.width - 2 * _PADDING) * MM
        if stacked:
            self._short(start, placed.y + 2.6, self.first, first, room, colour)
            self._short(end, placed.y + 5.2, self.second, second, room, colour)
            return
        gap = 2 * MM
        natural = self._width(first, self.first, _LABEL_SIZE) + self._width(second, self.second, _LABEL_SIZE)
        size = _LABEL_SIZE if natural + gap <= room else max(_LABEL_SMALLEST, _LABEL_SIZE * (room - gap) / natural)
        self.page.text(start.x, placed.y + 2.6, first, size, align=start.align, base=self.first.base, colour=colour)
        self.page.text(end.x, placed.y + 2.6, second, size, align=end.align, base=self.second.base, colour=colour)

    def _short(self, side: Side, y: float, speech: Language, text: str, room: float, colour: Colour) -> None:
        shown, size = fitting.one_line(text, regular(), room, _LABEL_SIZE, _LABEL_SMALLEST)
        self.page.text(side.x, y, shown, size, align=side.align, base=speech.base, colour=colour)

    @staticmethod
    def _width(text: str, speech: Language, size: float) -> float:
        return regular().width(text, size, speech.base)

    def line(
        self,
        side: Side,
        y: float,
        text: str,
        room: float,
        size: float,
        *,
        smallest: float = 5.0,
        face: Face | None = None,
        colour: Colour = INK,
        base: int | None = None,
    ) -> None:
        """One line from a side, at most `room` millimetres long. The text is cleaned here."""
        shown, fitted = fitting.one_line(fitting.clean(text), face or regular(), room * MM, size, smallest)
        direction = fitting.direction(shown) if base is None else base
        self.page.text(side.x, y, shown, fitted, face=face, align=side.align, base=direction, colour=colour)

    def value(
        self, box: Box, y: float, text: str, size: float = 8.5, *, strong: bool = True, colour: Colour = INK
    ) -> None:
        """A value of a box on one line, with its baseline `y` millimetres below the top of the box."""
        placed = self.at(box)
        room = placed.width - 2 * _PADDING
        face = bold() if strong else regular()
        self.line(self.start(placed), placed.y + y, text, room, size, face=face, colour=colour)

    def lines(
        self, box: Box, y: float, text: str, size: float, most: int, *, smallest: float = 5.5, strong: bool = False
    ) -> float:
        """A value wrapped in the box from the baseline `y`; gives the baseline for what follows."""
        placed = self.at(box)
        face = bold() if strong else regular()
        fitted = fitting.block(fitting.clean(text), face, (placed.width - 2 * _PADDING) * MM, size, smallest, most)
        return self._draw(fitted, self.start(placed), placed.y + y, face) - placed.y

    def _draw(self, fitted: fitting.Block, side: Side, y: float, face: Face) -> float:
        for text in fitted.lines:
            self.page.text(side.x, y, text, fitted.size, face=face, align=side.align, base=fitted.base, colour=INK)
            y += fitted.size * 1.22 * _POINT
        return y

    def both(self, placed: Box, y: float, key: str, size: float, *, colour: Colour = INK, **values: object) -> None:
        """A label in both languages at the two sides of a placed box, baseline at y of the page, in bold."""
        self.pair(placed, y, (self.first.say(key, **values), self.second.say(key, **values)), size, colour=colour)

    def pair(
        self,
        placed: Box,
        y: float,
        texts: tuple[str, str],
        size: float,
        *,
        colour: Colour = INK,
        face: Face | None = None,
    ) -> None:
        """Two texts of the two languages at the two sides, in one size; in bold unless another face is given."""
        room = (placed.width / 2 - 2 * _PADDING) * MM
        used = face or bold()
        fitted = [fitting.one_line(text, used, room, size, 5.0) for text in texts]
        common = min(each for _, each in fitted)
        sides = ((self.first, self.start(placed)), (self.second, self.end(placed)))
        for (speech, side), (text, _) in zip(sides, fitted, strict=True):
            self.page.text(side.x, y, text, common, face=used, align=side.align, base=speech.base, colour=colour)

    def columns(self, box: Box, y: float, key: str, size: float, most: int) -> None:
        """A paragraph in two columns, each in its language from its own side, `y` below the top of the box."""
        placed = self.at(box)
        half = placed.width / 2
        left = Box(placed.x, placed.y, half, placed.height)
        right = Box(placed.x + half, placed.y, half, placed.height)
        columns = (right, left) if self.mirrored else (left, right)
        for speech, column in zip((self.first, self.second), columns, strict=True):
            room = (half - 2 * _PADDING - 0.6) * MM
            fitted = fitting.block(speech.say(key), regular(), room, size, 4.5, most, speech.base)
            edge = column.x + column.width - _PADDING if speech.right_to_left else column.x + _PADDING
            self._draw(fitted, Side(edge, float(speech.right_to_left)), placed.y + y, regular())
