"""The list of items of a transit accompanying document, version 1: house by house over as many pages as needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from forms.clearance_permit.v1_content import Party
from forms.kit import fitting
from forms.kit.canvas import MM, Box, Colour
from forms.kit.flow import Strip, gap, lowered
from forms.kit.fonts import bold, regular
from forms.kit.numbers import amount
from forms.kit.paper import Paper
from forms.kit.sheet import INK, LABEL, LINE, NAVY, PALE
from forms.kit.table import CODE, FIGURE, Cell, Column, Table
from forms.transit_document.v1_content import House, Item, TransitDocument

_COLUMNS = (
    Column("number", 12, 10, CODE),
    Column("commodity", 22, 21, CODE),
    Column("description", 43, 70),
    Column("td_packages", 113, 41),
    Column("gross_kg", 154, 22, FIGURE),
    Column("net_kg", 176, 22, FIGURE),
)
#: A row whose texts take one line each, and one of two lines.
_LOW, _TALL = 4.8, 6.6
_BASELINE = _LOW / 2 + 0.95
_HOUSE, _AGAIN = 12.6, 4.6
#: Where the parties stand in the heading of a house.
_CONSIGNOR, _CONSIGNEE = Box(56, 0, 71, _HOUSE), Box(127, 0, 71, _HOUSE)
#: Of texts in their cells, as `Table` draws them.
_SIZE, _SMALLEST, _PADDING = 7.4, 5.6, 2.4
_LONGEST = 590
#: A house of more items than this stands on three pages or more.
_ON_A_PAGE = 90


def strips(sheet: Paper, content: TransitDocument) -> list[Strip]:
    """The heading of the list, each house with its items, and the totals."""
    low, tall = _Low(sheet, _COLUMNS, _LOW), _Items(sheet, _COLUMNS, _TALL)
    fixed = Table(sheet, _COLUMNS, _LOW).head
    head = fixed._replace(draw=partial(_shared_head, sheet, fixed))
    drawn: list[Strip] = [sheet.section("td_list")]
    for house in content.houses:
        rows = [_row(item, low, tall) for item in house.items]
        heading = Strip(_HOUSE, partial(_heading, sheet, house), keep=2)
        drawn += [heading, *_documents(sheet, house), head, *_named_again(sheet, house, head, rows), gap(2.4)]
    drawn.append(tall.total(_totals(sheet, content)))
    return [lowered(sheet.page, strip) for strip in drawn]


class _Items(Table):
    """A table whose rows are drawn as lowered, at 0, without kerns. Their frames are kept once in the document."""

    def _frame(self, y: float, height: float, below: Colour) -> None:
        self.sheet.page.shared(f"frame-{height:g}", partial(super()._frame, y, height, below))

    def _frame_noted(self, y: float, height: float) -> None:
        """Of two rows of one height, the columns of the taller one are longer."""
        name = f"noted-{self.row_height:g}-{height:g}"
        self.sheet.page.shared(name, partial(super()._frame_noted, y, height))

    def _draw_cells(self, cells: Sequence[Cell], y: float) -> None:
        self.sheet.page.kerned = False
        super()._draw_cells(cells, y)
        self.sheet.page.kerned = True


class _Low(_Items):
    """Rows of one line, whose texts are known to find room."""

    def _draw_text(self, placed: Box, cell: Cell) -> None:
        text, side = cell.text, self.sheet.start(placed, _PADDING / 2)
        base = fitting.direction(text)
        self.sheet.page.text(side.x, _BASELINE, text, _SIZE, align=side.align, base=base, colour=cell.colour)

    def _draw_figure(self, placed: Box, kind: str, cell: Cell) -> None:
        face, text = bold() if cell.strong else regular(), fitting.clean(cell.text)
        wide = face.line(text, 0, False).width * _SIZE / 1000 > (placed.width - _PADDING) * MM
        if wide or not text.isascii():
            super()._draw_figure(placed, kind, cell)
            return
        x = placed.x + (placed.width / 2 if kind == CODE else placed.width - _PADDING / 2)
        align = 0.5 if kind == CODE else 1.0
        self.sheet.page.text(x, _BASELINE, text, _SIZE, face=face, align=align, base=0, colour=cell.colour)


def _shared_head(sheet: Paper, head: Strip, y: float) -> None:
    """The same head on every page, kept once in the document; the second one below the name of its house."""
    sheet.page.shared(f"head-{y:g}", partial(head.draw, y))


def _row(item: Item, low: Table, tall: Table) -> Strip:
    """An item, in one line of each cell where that is enough; what finds no room in two is told in full below them."""
    described, packages = fitting.clean(item.description), fitting.joined((item.packages, item.marks), ": ")
    rooms = ((described, _room(2)), (packages, _room(3)))
    table = low if all(_width(text) <= room for text, room in rooms) else tall
    names = ("[18 05]", "[18 06]")
    told = (
        f"{name} {text}"[:_LONGEST]
        for name, (text, room) in zip(names, rooms, strict=True)
        if table is tall and fitting.is_cut(fitting.block(text, regular(), room, _SIZE, _SMALLEST, 2).lines, text)
    )
    cells = [
        Cell(str(item.number)),
        Cell(item.commodity, strong=True),
        Cell(described),
        Cell(packages),
        Cell(amount(item.gross_kg)),
        Cell("—" if item.net_kg is None else amount(item.net_kg)),
    ]
    return table.row(cells, *told, fitting.joined(item.notes, " · "))


def _room(column: int) -> float:
    """Points of a line in a column."""
    return (_COLUMNS[column].width - _PADDING) * MM


def _width(text: str) -> float:
    """Of a line in a low row, in points."""
    return regular().line(text, fitting.direction(text), False).width * _SIZE / 1000


def _named_again(sheet: Paper, house: House, head: Strip, rows: list[Strip]) -> list[Strip]:
    """The rows, with the house named above the head where a page begins among them."""

    def both(y: float) -> None:
        named = partial(_small_heading, sheet, house, y)
        if len(house.items) > _ON_A_PAGE:
            sheet.page.shared(f"house-{house.number}", named)
        else:
            named()
        head.draw(y + _AGAIN)

    again = Strip(_AGAIN + head.height, both)  # drawn as lowered, so at 0
    return [row._replace(head=again) for row in rows]


def _heading(sheet: Paper, house: House, y: float) -> None:
    """Number and mass of a house beside its two parties."""
    sheet.page.shared("house", partial(_fixed_heading, sheet, y))
    own = sheet.at(Box(12, y, 44, _HOUSE))
    for speech, side, line in ((sheet.first, sheet.start(own), 4.2), (sheet.second, sheet.start(own), 8)):
        said = speech.say("td_house", number=house.number)
        size, colour = (8.2, NAVY) if line < 5 else (6.4, LABEL)
        sheet.line(side, y + line, said, 41, size, face=bold(), colour=colour, base=speech.base)
    if house.gross_kg is not None:
        sheet.line(sheet.start(own), y + 11.4, f"{amount(house.gross_kg)} kg", 41, 7.2, base=0)
    _party(sheet, _CONSIGNOR._replace(y=y), house.consignor)
    _party(sheet, _CONSIGNEE._replace(y=y), house.consignee)


def _fixed_heading(sheet: Paper, y: float) -> None:
    """What is alike in the headings of all houses, which are drawn as lowered; kept once in the document."""
    box = Box(12, y, 186, _HOUSE)
    sheet.page.fill(box, PALE)
    sheet.page.frame(box, LINE)
    sheet.label(sheet.at(_CONSIGNOR._replace(y=y)), "consignor")
    sheet.label(sheet.at(_CONSIGNEE._replace(y=y)), "consignee")


def _party(sheet: Paper, box: Box, party: Party) -> None:
    placed = sheet.at(box)
    sheet.line(sheet.start(placed), placed.y + 6.4, party.name or "—", 68, 7.8, face=bold())
    where = fitting.joined((party.address, party.country, party.id), " · ")
    shown = fitting.block(where, regular(), 68 * MM, 6.2, 5, 2)
    side, line = sheet.start(placed), placed.y + 9.3
    for text in shown.lines:
        sheet.page.text(side.x, line, text, shown.size, align=side.align, base=shown.base, colour=INK)
        line += 2.4


def _small_heading(sheet: Paper, house: House, y: float) -> None:
    box = Box(12, y, 186, _AGAIN)
    sheet.page.fill(box, PALE)
    placed = sheet.at(box)
    said = sheet.first.say("td_house", number=house.number)
    sheet.line(sheet.start(placed), y + 3.3, said, 60, 7, face=bold(), colour=NAVY, base=sheet.first.base)
    whom = fitting.joined((house.consignor.name, house.consignee.name), " → ")
    sheet.line(sheet.end(placed), y + 3.3, whom, 118, 6.6, colour=LABEL)


def _documents(sheet: Paper, house: House) -> list[Strip]:
    if not house.documents:
        return []
    told = fitting.joined(("[12 03]", *house.documents), "  ")
    lines = fitting.wrapped(told, regular(), 183 * MM, 6.4, 40, 0)

    def draw(y: float) -> None:
        side = sheet.start(sheet.at(Box(12, y, 186, 3)))
        for number, text in enumerate(lines):
            sheet.page.text(side.x, y + 2.9 + 2.8 * number, text, 6.4, align=side.align, base=0, colour=LABEL)

    return [Strip(1.4 + 2.8 * len(lines), draw, keep=2)]


def _totals(sheet: Paper, content: TransitDocument) -> list[Cell]:
    name = Cell(sheet.first.say("total"), sheet.second.say("total"), strong=True)
    packages = Cell(amount(content.totals.packages), strong=True)
    net = content.totals.net_kg
    masses = (amount(content.totals.gross_kg), amount(net) if net else "—")
    return [
        Cell(str(content.item_count), strong=True), Cell(""), name, packages,
        *(Cell(mass, strong=True) for mass in masses),
    ]  # fmt: skip
