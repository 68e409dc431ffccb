"""The table of goods on a clearance permit, version 1."""

from __future__ import annotations

from collections.abc import Sequence

from forms.clearance_permit.v1_content import Item, Totals
from forms.kit import fitting
from forms.kit.canvas import MM, Box
from forms.kit.fonts import Face, bold, regular
from forms.kit.numbers import amount
from forms.kit.sheet import INK, LINE, NAVY, TINT, Sheet

#: Key of the label, left edge, width (millimetres).
_COLUMNS = (
    ("number", 12, 9),
    ("commodity", 21, 21),
    ("description", 42, 78),
    ("origin", 120, 14),
    ("packages", 134, 18),
    ("gross_kg", 152, 23),
    ("net_kg", 175, 23),
)
_HEAD, _ROW, _TOTAL = 7.6, 6.6, 6.2


def frame(sheet: Sheet, top: float, rows: int) -> None:
    """The empty table from `top` (millimetres), with room for that many items."""
    height = _HEAD + rows * _ROW
    whole = Box(12, top, 186, height + _TOTAL)
    page = sheet.page
    page.fill(Box(12, top, 186, _HEAD), TINT)
    for row in range(1, rows):
        # Rules, not stripes: a copy's watermark stays whole behind them.
        page.rule(12, top + _HEAD + row * _ROW, 198, top + _HEAD + row * _ROW, TINT, 0.6)
    page.fill(Box(12, top + height, 186, _TOTAL), TINT)
    for key, x, width in _COLUMNS:
        placed = sheet.at(Box(x, top, width, height))
        sheet.label(placed, key, stacked=True)
        if x > 12:
            edge = placed.x + placed.width if sheet.mirrored else placed.x
            page.rule(edge, top, edge, top + height, LINE, 0.35)
    page.rule(12, top + _HEAD, 198, top + _HEAD, LINE)
    page.rule(12, top + height, 198, top + height, LINE)
    page.frame(whole, LINE)


def fill(sheet: Sheet, items: Sequence[Item], top: float, rows: int, totals: Totals, *, next_page: int) -> None:
    """The items, and below them the totals or where the list goes on (0: nowhere)."""
    y = top + _HEAD
    for item in items:
        _row(sheet, item, y)
        y += _ROW
    bottom = top + _HEAD + rows * _ROW
    if len(items) < rows:
        # Unused rows are struck out, so that nothing can be added.
        inset = 2.0
        sheet.page.rule(12 + inset, bottom - inset / 2, 198 - inset, y + inset / 2, LINE, 0.7)
    baseline = bottom + _TOTAL - 2.0
    if next_page:
        sheet.both(Box(12, bottom, 186, _TOTAL), baseline, "continued", 7.5, colour=NAVY, page=next_page)
        return
    placed = sheet.at(Box(12, bottom, 122, _TOTAL))
    sheet.both(placed, baseline, "total", 8, colour=NAVY)
    figures = (amount(totals.packages), amount(totals.gross_kg), amount(totals.net_kg))
    for (_, x, width), figure in zip(_COLUMNS[4:], figures, strict=True):
        _figure(sheet, x, width, baseline, figure, bold())


def _row(sheet: Sheet, item: Item, y: float) -> None:
    middle = y + 4.2
    figures = (
        amount(item.number),
        item.commodity,
        None,
        item.origin,
        amount(item.packages),
        amount(item.gross_kg),
        amount(item.net_kg),
    )
    for (_, x, width), figure in zip(_COLUMNS, figures, strict=True):
        if figure is not None:
            _figure(sheet, x, width, middle, figure, bold() if x == 21 else regular())
    _, x, width = _COLUMNS[2]
    box = Box(x, y, width, _ROW)
    fitted = fitting.block(fitting.clean(item.description), regular(), (width - 2.8) * MM, 7.5, 6, 2)
    placed = sheet.at(box)
    side = sheet.start(placed)
    line = middle if len(fitted.lines) == 1 else y + 2.9
    for text in fitted.lines:
        sheet.page.text(side.x, line, text, fitted.size, align=side.align, base=fitted.base, colour=INK)
        line += 2.75


def _figure(sheet: Sheet, x: float, width: float, y: float, figure: str, face: Face) -> None:
    """Codes are centred; quantities end at the right edge, where their decimals stand below each other."""
    placed = sheet.at(Box(x, y, width, 0))
    shown, size = fitting.one_line(fitting.clean(figure), face, (width - 2.4) * MM, 7.8, 5)
    if x < 134:
        sheet.page.text(placed.x + width / 2, y, shown, size, face=face, align=0.5, colour=INK)
    else:
        sheet.page.text(placed.x + width - 1.4, y, shown, size, face=face, align=1, base=0, colour=INK)
