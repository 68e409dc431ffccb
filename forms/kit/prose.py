"""Long texts as strips: a text as it was written over the whole width, or a sentence in two columns of two languages."""

from __future__ import annotations

from functools import partial

from forms.kit import fitting
from forms.kit.canvas import MM, Box
from forms.kit.flow import Strip
from forms.kit.fonts import regular
from forms.kit.paper import Paper

_WIDTH, _LEFT = 186.0, 12.0
_SIZE, _LINE = 8.0, 3.7
#: More letters than this are cut; more lines than this, too.
LONGEST, _MOST = 4_000, 120


def text(sheet: Paper, words: str) -> list[Strip]:
    """What somebody wrote, line by line, in the direction of its own writing; a dash where he wrote nothing."""
    lines: list[tuple[str, int]] = []
    for part in (words or "—").splitlines():
        said = fitting.clean(part, LONGEST)
        base = fitting.direction(said)
        if said:
            lines += [(line, base) for line in fitting.wrapped(said, regular(), (_WIDTH - 3) * MM, _SIZE, _MOST, base)]
    drawn = [Strip(_LINE, partial(_draw, sheet, line, base)) for line, base in lines[:_MOST]]
    return [*drawn, Strip(1.2, lambda _y: None)]


def _draw(sheet: Paper, line: str, base: int, y: float) -> None:
    placed = Box(_LEFT, y, _WIDTH, _LINE)
    side = sheet.end(placed) if bool(base) != sheet.mirrored else sheet.start(placed)
    sheet.page.text(side.x, y + 2.9, line, _SIZE, align=side.align, base=base)


def columns(sheet: Paper, key: str, lines: int = 4) -> Strip:
    """A sentence of the words in both languages, each in its column."""
    height = lines * 3.2 + 1.6
    return Strip(height, lambda y: sheet.columns(Box(_LEFT, y, _WIDTH, height), 3.2, key, 7.4, lines))
