"""Where the boxes of the Single Administrative Document stand, and what is printed once: frames, numbers, titles.

The boxes follow each other as on the form of the United Nations' layout key. All is in millimetres from the top left,
for a page that reads from the left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from forms.kit import fitting
from forms.kit.canvas import MM, Box
from forms.kit.fonts import bold, regular
from forms.kit.sheet import INK, LABEL, LINE, NAVY, TINT, WHITE, Sheet

BAND = Box(12, 7, 186, 7.6)
LEFT, RIGHT, TOP, BOTTOM = 12, 198, 15.6, 283
#: Remarks, why a copy was printed, and the foot of the page.
NOTE, REASON, FOOTER = 285.7, 288.3, 291.4
QR = Box(88, 242.8, 42, 40.2)
SIGNATURE = Box(12, 260.4, 76, 22.4)
_TITLE, _TITLE_TOGETHER, _TITLE_SMALLEST = 4.9, 4.4, 3.7
#: Boxes lower than this have room for one line of titles only.
_LOW = 7.5
_INSET = 0.9


class Spot(NamedTuple):
    """A box of the form: its number, the key of its title, its place, and where its parts are divided (x)."""

    number: str
    title: str
    box: Box
    divided: tuple[float, ...] = ()


class Column(NamedTuple):
    """A column of box 47: the key of its title, left edge and width from the left edge of the table."""

    title: str
    x: float
    width: float


class Taxes(NamedTuple):
    """A table of box 47: its columns, the top of its first row, and how many rows it has."""

    columns: tuple[Column, ...]
    x: float
    top: float
    rows: int
    row: float
    head: float

    @property
    def width(self) -> float:
        return self.columns[-1].x + self.columns[-1].width

    @property
    def end(self) -> float:
        """Where the rows end and the total begins."""
        return self.top + self.rows * self.row


HEADER = (
    Spot("2", "sad_2", Box(12, 15.6, 78, 30.8)),
    Spot("1", "sad_1", Box(90, 15.6, 40, 11.2), (103.3, 116.6)),
    Spot("A", "sad_a", Box(130, 15.6, 68, 22.4)),
    Spot("3", "sad_3", Box(90, 26.8, 20, 11.2), (100,)),
    Spot("4", "sad_4", Box(110, 26.8, 20, 11.2)),
    Spot("5", "sad_5", Box(90, 38, 14, 8.4)),
    Spot("6", "sad_6", Box(104, 38, 26, 8.4)),
    Spot("7", "sad_7", Box(130, 38, 68, 8.4)),
    Spot("8", "sad_8", Box(12, 46.4, 78, 20.8)),
    Spot("9", "sad_9", Box(90, 46.4, 108, 12.4)),
    Spot("10", "sad_10", Box(90, 58.8, 29, 8.4)),
    Spot("11", "sad_11", Box(119, 58.8, 25, 8.4)),
    Spot("12", "sad_12", Box(144, 58.8, 37, 8.4)),
    Spot("13", "sad_13", Box(181, 58.8, 17, 8.4)),
    Spot("14", "sad_14", Box(12, 67.2, 78, 16.8)),
    Spot("15", "sad_15", Box(90, 67.2, 54, 8.4)),
    Spot("15", "sad_15a", Box(144, 67.2, 27, 8.4), (157.5,)),
    Spot("17", "sad_17a", Box(171, 67.2, 27, 8.4), (184.5,)),
    Spot("16", "sad_16", Box(90, 75.6, 54, 8.4)),
    Spot("17", "sad_17", Box(144, 75.6, 54, 8.4)),
    Spot("18", "sad_18", Box(12, 84, 65, 8.4), (68,)),
    Spot("19", "sad_19", Box(77, 84, 13, 8.4)),
    Spot("20", "sad_20", Box(90, 84, 108, 8.4), (104, 176)),
    Spot("21", "sad_21", Box(12, 92.4, 78, 8.4), (81,)),
    Spot("22", "sad_22", Box(90, 92.4, 52, 8.4), (104,)),
    Spot("23", "sad_23", Box(142, 92.4, 28, 8.4)),
    Spot("24", "sad_24", Box(170, 92.4, 28, 8.4)),
    Spot("25", "sad_25", Box(12, 100.8, 21, 8.4)),
    Spot("26", "sad_26", Box(33, 100.8, 21, 8.4)),
    Spot("27", "sad_27", Box(54, 100.8, 36, 8.4)),
    Spot("28", "sad_28", Box(90, 100.8, 108, 16.8)),
    Spot("29", "sad_29", Box(12, 109.2, 39, 8.4)),
    Spot("30", "sad_30", Box(51, 109.2, 39, 8.4)),
)
FOOT = (
    Spot("48", "sad_48", Box(130, 179.6, 34, 8.4)),
    Spot("49", "sad_49", Box(164, 179.6, 34, 8.4)),
    Spot("B", "sad_b", Box(130, 188, 68, 29.4)),
    Spot("50", "sad_50", Box(12, 217.4, 118, 10.6)),
    Spot("C", "sad_c", Box(130, 217.4, 68, 10.6)),
    Spot("51", "sad_51", Box(12, 228, 186, 7.4), (43, 74, 105, 136, 167)),
    Spot("52", "sad_52", Box(12, 235.4, 106, 7.4)),
    Spot("52", "sad_code", Box(118, 235.4, 12, 7.4)),
    Spot("53", "sad_53", Box(130, 235.4, 68, 7.4)),
    Spot("D/J", "sad_d", Box(12, 242.8, 76, 40.2)),
    Spot("54", "sad_54", Box(130, 242.8, 68, 40.2)),
)
#: The head of a continuation sheet.
HEADER_BIS = (
    Spot("2/8", "sad_2_8", Box(12, 15.6, 78, 22.4)),
    Spot("1", "sad_1", Box(90, 15.6, 40, 11.2), (103.3, 116.6)),
    Spot("3", "sad_3", Box(90, 26.8, 40, 11.2), (110,)),
    Spot("A", "sad_a", Box(130, 15.6, 68, 22.4)),
)

ITEMS_PER_BIS = 3
_FIRST_ITEM, _ROW, _TAIL = 117.6, 8.4, 20.0
_BIS_ITEMS, _BIS_ROW, _BIS_TAIL = 38.0, 8.0, 13.2
_BIS_TAXES, _QUARTER = 197.6, 42.7

TAXES = Taxes(
    (
        Column("sad_47_type", 0, 13),
        Column("sad_47_base", 13, 27),
        Column("sad_47_rate", 40, 29),
        Column("sad_47_amount", 69, 23),
        Column("sad_47_mp", 92, 8),
    ),
    30,
    184.8,
    6,
    4.5,
    5.2,
)
_BIS_COLUMNS = (
    Column("sad_47_type", 0, 12),
    Column("sad_47_base", 12, 25),
    Column("sad_47_rate", 37, 27),
    Column("sad_47_amount", 64, 22),
    Column("sad_47_mp", 86, 7),
)


def item_top(place: int) -> tuple[float, float, float]:
    """Top of an item's boxes, height of their rows, height of box 44: place 0 is the main sheet, 1 to 3 a BIS's."""
    if place == 0:
        return _FIRST_ITEM, _ROW, _TAIL
    return _BIS_ITEMS + (place - 1) * (5 * _BIS_ROW + _BIS_TAIL), _BIS_ROW, _BIS_TAIL


def item_boxes(place: int) -> dict[str, Spot]:
    """Boxes 31 to 46 of an item, by number; "44c" is the code beside box 44."""
    top, row, tail = item_top(place)
    end = top + 5 * row

    def spot(number: str, column: tuple[float, float], line: int, divided: tuple[float, ...] = ()) -> Spot:
        return Spot(number, f"sad_{number}", Box(column[0], top + line * row, column[1] - column[0], row), divided)

    half = tail / 2
    spots = (
        Spot("31", "sad_31_marks", Box(30, top, 88, 5 * row)),
        spot("32", (118, 132), 0),
        spot("33", (132, 198), 0, (164, 173, 182, 190)),
        spot("34", (118, 144), 1, (131,)),
        spot("35", (144, 172), 1),
        spot("36", (172, 198), 1),
        spot("37", (118, 144), 2, (133,)),
        spot("38", (144, 172), 2),
        spot("39", (172, 198), 2),
        spot("40", (118, 198), 3),
        spot("41", (118, 146), 4),
        spot("42", (146, 180), 4),
        spot("43", (180, 198), 4),
        Spot("44c", "sad_44_code", Box(142, end, 16, tail)),
        Spot("45", "sad_45", Box(158, end, 40, half)),
        Spot("46", "sad_46", Box(158, end + half, 40, half)),
    )
    return {each.number: each for each in spots}


def documents_box(place: int) -> Box:
    """Box 44 without its title, which stands in the column on the left."""
    top, row, tail = item_top(place)
    return Box(30, top + 5 * row, 112, tail)


def bis_taxes(quarter: int) -> Taxes:
    """Box 47 of the first, second or third item of a BIS (0 to 2), or its summary (3)."""
    box = quarter_box(quarter)
    return Taxes(_BIS_COLUMNS, box.x, box.y + 9.2, 7, 4.1, 5)


def quarter_box(quarter: int) -> Box:
    """A quarter of the foot of a continuation sheet."""
    return Box(LEFT + 93 * (quarter % 2), _BIS_TAXES + _QUARTER * (quarter // 2), 93, _QUARTER)


# --- what is printed once --------------------------------------------------------------------------------------------


def main_sheet(sheet: Sheet) -> None:
    """Frames and titles of the main sheet."""
    _band(sheet, "sad")
    for spot in (*HEADER, *FOOT):
        _spot(sheet, spot)
    _item(sheet, 0)
    _title_column(sheet, "47", "sad_47", Box(LEFT, 179.6, 18, 37.8))
    _legend(sheet, Box(LEFT, 198, 18, 18))
    _tax_table(sheet, TAXES)
    sheet.page.frame(sheet.at(QR), NAVY, 0.4)
    heavy = (46.4, 67.2, 84, 117.6, 159.6, 179.6, 217.4, 228, 242.8)
    _heavy(sheet, heavy, ((90, TOP, 117.6), (118, 117.6, 159.6), (130, 179.6, 228)))


def bis_sheet(sheet: Sheet) -> None:
    """Frames and titles of a continuation sheet."""
    _band(sheet, "sad_bis")
    for spot in HEADER_BIS:
        _spot(sheet, spot)
    for place in range(1, ITEMS_PER_BIS + 1):
        _item(sheet, place)
    for quarter in range(4):
        taxes = bis_taxes(quarter)
        box = quarter_box(quarter)
        sheet.page.frame(sheet.at(box), NAVY, 0.4)
        if quarter < ITEMS_PER_BIS:
            title(sheet, sheet.at(box), "47", "sad_47", 3)
            _tax_table(sheet, taxes)
        else:
            title(sheet, sheet.at(box), "47", "sad_summary", 3)
            _legend(sheet, Box(box.x, box.y + box.height - 8, box.width, 8))
    tops = [item_top(place)[0] for place in range(1, ITEMS_PER_BIS + 1)]
    _heavy(sheet, (*tops, _BIS_TAXES, _BIS_TAXES + _QUARTER), ((90, TOP, 38), (105, _BIS_TAXES, BOTTOM)))


def list_sheet(sheet: Sheet) -> None:
    """The band of the continuation list."""
    _band(sheet, "sad_list")


def _band(sheet: Sheet, key: str) -> None:
    sheet.page.fill(BAND, NAVY)
    room = 61 * MM
    for speech, side in ((sheet.first, sheet.start(BAND)), (sheet.second, sheet.end(BAND))):
        shown, size = fitting.one_line(speech.say(key), bold(), room, 11.5, 7)
        sheet.page.text(
            side.x, BAND.y + 5.1, shown, size, face=bold(), align=side.align, base=speech.base, colour=WHITE
        )


def _heavy(sheet: Sheet, across: Iterable[float], upright: Iterable[tuple[float, float, float]]) -> None:
    for y in across:
        sheet.page.rule(LEFT, y, RIGHT, y, NAVY, 1)
    for x, y1, y2 in upright:
        edge = 210 - x if sheet.mirrored else x
        sheet.page.rule(edge, y1, edge, y2, NAVY, 1)
    sheet.page.frame(Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP), NAVY, 1.2)


def _spot(sheet: Sheet, spot: Spot) -> None:
    placed = sheet.at(spot.box)
    sheet.page.frame(placed, NAVY, 0.4)
    title(sheet, placed, spot.number.removesuffix("c"), spot.title)
    if spot.divided:
        edges = [210 - x if sheet.mirrored else x for x in spot.divided]
        bottom = placed.y + placed.height
        sheet.page.uprights(edges, bottom - 3.6, bottom, LINE, 0.4)


def title(sheet: Sheet, placed: Box, number: str, key: str, y: float = 2.3) -> None:
    """Number and title of a box: both languages on one line if they fit, else one below the other."""
    start, end = sheet.start(placed, _INSET), sheet.end(placed, _INSET)
    page, towards = sheet.page, -1 if sheet.mirrored else 1
    page.text(start.x, placed.y + y, number, _TITLE + 0.6, face=bold(), align=start.align, base=0, colour=INK)
    taken = bold().width(number, _TITLE + 0.6, 0) / MM + 0.9
    room = (placed.width - 2 * _INSET) * MM
    first, second = sheet.first.say(key), sheet.second.say(key)
    wide = regular().width(first, 1, sheet.first.base) + regular().width(second, 1, sheet.second.base)
    size = min(_TITLE, (room - (taken + 1.6) * MM) / wide)
    together = size >= (_TITLE_SMALLEST if placed.height < _LOW else _TITLE_TOGETHER)
    if not together:
        size = _TITLE
    x = start.x + towards * taken
    shown, fitted = fitting.one_line(first, regular(), room - taken * MM, size, _TITLE_SMALLEST)
    page.text(x, placed.y + y, shown, fitted, align=start.align, base=sheet.first.base, colour=LABEL)
    below = placed.y + y + (0 if together else 1.95)
    shown, fitted = fitting.one_line(second, regular(), room, min(size, 4.6), _TITLE_SMALLEST)
    page.text(end.x, below, shown, fitted, align=end.align, base=sheet.second.base, colour=LABEL)


def _item(sheet: Sheet, place: int) -> None:
    top, row, tail = item_top(place)
    for spot in item_boxes(place).values():
        _spot(sheet, spot)
    sheet.page.frame(sheet.at(documents_box(place)), NAVY, 0.4)
    _title_column(sheet, "31", "sad_31", Box(LEFT, top, 18, 5 * row))
    _title_column(sheet, "44", "sad_44" if place == 0 else "sad_44_short", Box(LEFT, top + 5 * row, 18, tail))


def _legend(sheet: Sheet, box: Box) -> None:
    """What the signs of a method of payment mean."""
    placed = sheet.at(box)
    y = placed.y + 2
    for speech, side in ((sheet.first, sheet.start(placed, _INSET)), (sheet.second, sheet.end(placed, _INSET))):
        room = (placed.width - 2 * _INSET) * MM
        fitted = fitting.block(speech.say("sad_47_marks"), regular(), room, 4.4, 4, 4, speech.base)
        for text in fitted.lines:
            sheet.page.text(side.x, y, text, fitted.size, align=side.align, base=fitted.base, colour=LABEL)
            y += 1.9
        y += 0.5


def _title_column(sheet: Sheet, number: str, key: str, box: Box) -> None:
    """The title of a wide box in a column of its own, one language below the other."""
    placed = sheet.at(box)
    sheet.page.fill(placed, TINT)
    sheet.page.frame(placed, NAVY, 0.4)
    start, end = sheet.start(placed, _INSET), sheet.end(placed, _INSET)
    sheet.page.text(start.x, placed.y + 2.8, number, 6.5, face=bold(), align=start.align, base=0, colour=INK)
    room = (placed.width - 2 * _INSET) * MM
    y = placed.y + 5.2
    for speech, side in ((sheet.first, start), (sheet.second, end)):
        fitted = fitting.block(speech.say(key), regular(), room, _TITLE, 4, 5, speech.base)
        for text in fitted.lines:
            sheet.page.text(side.x, y, text, fitted.size, align=side.align, base=fitted.base, colour=LABEL)
            y += 1.95
        y += 0.3


def _tax_table(sheet: Sheet, taxes: Taxes) -> None:
    """Head, rows and place of the total of a box 47."""
    page = sheet.page
    whole = sheet.at(Box(taxes.x, 0, taxes.width, 0))
    head = taxes.top - taxes.head
    page.fill(Box(whole.x, head, whole.width, taxes.head), TINT)
    for column in taxes.columns:
        placed = sheet.at(Box(taxes.x + column.x, head, column.width, taxes.head))
        _stacked(sheet, placed, column.title)
    edges = [taxes.x + each.x for each in taxes.columns] + [taxes.x + taxes.width]
    placed_edges = [210 - x if sheet.mirrored else x for x in edges]
    page.uprights(placed_edges, head, taxes.end, NAVY, 0.4)
    for number in range(taxes.rows + 1):
        y = taxes.top + number * taxes.row
        page.rule(whole.x, y, whole.x + whole.width, y, LINE if 0 < number < taxes.rows else NAVY, 0.4)
    page.rule(whole.x, head, whole.x + whole.width, head, NAVY, 0.4)


def _stacked(sheet: Sheet, placed: Box, key: str) -> None:
    room = (placed.width - 2 * _INSET) * MM
    for speech, side, y in (
        (sheet.first, sheet.start(placed, _INSET), 2.1),
        (sheet.second, sheet.end(placed, _INSET), 4.2),
    ):
        shown, size = fitting.one_line(speech.say(key), regular(), room, _TITLE, _TITLE_SMALLEST)
        sheet.page.text(side.x, placed.y + y, shown, size, align=side.align, base=speech.base, colour=LABEL)
