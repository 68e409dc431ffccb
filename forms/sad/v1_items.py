"""What stands in boxes 31 to 47 of an item, and in the summary of all taxes, version 1."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from forms.kit import dates, fitting
from forms.kit.canvas import MM, Box, Colour
from forms.kit.fonts import bold, regular
from forms.kit.numbers import amount
from forms.kit.paper import Paper
from forms.kit.sheet import INK, LABEL, LINE, NAVY, RED
from forms.sad.v1_boxes import UNVERIFIED, Boxes
from forms.sad.v1_content import Document, Item, Package, Sad, Tax, TaxTotal
from forms.sad.v1_layout import TAXES, Spot, Taxes, bis_taxes, documents_box, item_boxes, item_top, quarter_box

_INSET = 1.0
#: Smallest size of a rate on one line, and the largest and smallest of one in two.
_RATE_ALONE, _RATE_IN_TWO, _RATE_SMALLEST = 5.4, 5.2, 4.0
#: Method of payment where none is given, by status.
_METHODS = {"suspended": "S", "exempt": "E"}


def item(boxes: Boxes, declared: Item, place: int) -> None:
    """Boxes 31 to 46 of an item, on the main sheet (place 0) or a continuation sheet (1 to 3)."""
    spots = item_boxes(place)
    _goods(boxes, declared, spots["31"])
    for number, parts in _parts(declared).items():
        for part, text in enumerate(parts):
            boxes.cell(spots[number], part, text, item=declared.number)
    for number, text in _figures(declared).items():
        _figure(boxes, spots[number], text, declared.number)
    _supplementary(boxes, declared, spots["41"])
    _documents(boxes, declared, place)
    _values(boxes.sheet, declared, spots["45"])
    codes = ", ".join(declared.information_codes)
    placed = boxes.sheet.at(spots["44c"].box)
    room = Box(placed.x + _INSET, placed.y + 5, placed.width - 2 * _INSET, 0)
    boxes.spill.text(room, (codes,), 7, 3 if place == 0 else 2, box="44", item=declared.number)


def struck(boxes: Boxes, place: int) -> None:
    """The boxes of an item that is not there, struck out so that nothing can be added."""
    top, row, tail = item_top(place)
    page = boxes.sheet.page
    page.rule(14, top + 5 * row + tail - 2, 196, top + 2, LINE, 0.8)
    box = boxes.sheet.at(quarter_box(place - 1))
    page.rule(box.x + 2, box.y + box.height - 2, box.x + box.width - 2, box.y + 10, LINE, 0.8)


def _goods(boxes: Boxes, declared: Item, spot: Spot) -> None:
    """Box 31: packages and marks, containers, and the description."""
    placed = boxes.sheet.at(spot.box)
    tall = placed.height > 40
    room = Box(placed.x + _INSET, placed.y + 5, placed.width - 2 * _INSET, 0)
    packages = [_package(each) for each in declared.packages]
    below = boxes.spill.text(room, packages, 7, 3 if tall else 2, box="31", item=declared.number, listed=True)
    containers = list(declared.containers)
    below = boxes.spill.text(
        room._replace(y=below + 0.5), containers, 7, 2, box="31", item=declared.number, between=", ", strong=True
    )
    words = [declared.description, f"UN {declared.un_number}" if declared.un_number else ""]
    left = placed.y + placed.height - below - 1.4
    most = max(2, int(left / 3.1))
    boxes.spill.text(room._replace(y=below + 0.8), words, 7.6, most, box="31", item=declared.number, smallest=5.6)


def _package(each: Package) -> str:
    return " ".join(filter(None, (amount(each.count), each.kind, each.marks)))


def _parts(declared: Item) -> dict[str, tuple[str, ...]]:
    """Texts of the boxes by their parts."""
    codes = declared.additional_codes
    if len(codes) > 4:
        codes = (*codes[:3], " ".join(codes[3:]))
    previous = "; ".join(map(_document, declared.previous_documents[:20]))
    return {
        "32": (amount(declared.number),),
        "33": (declared.commodity, *codes),
        "34": (declared.origin, declared.origin_region),
        "36": (declared.preference,),
        "37": (declared.procedure[:4], declared.procedure[4:]),
        "39": (declared.quota,),
        "40": (previous,),
        "43": (declared.valuation_method,),
    }


def _figures(declared: Item) -> dict[str, str]:
    figures = {
        "35": declared.gross_kg,
        "38": declared.net_kg,
        "42": declared.invoice_value,
        "46": declared.statistical_value,
    }
    return {number: "" if value is None else amount(value) for number, value in figures.items()}


def _figure(boxes: Boxes, spot: Spot, text: str, number: int) -> None:
    placed = boxes.sheet.at(spot.box)
    side = boxes.sheet.end(placed, _INSET)
    y, room = placed.y + placed.height - 0.95, placed.width - 2 * _INSET
    boxes.spill.line(side, y, room, text, 7.6, box=spot.number, item=number, face=bold(), base=0)


def _supplementary(boxes: Boxes, declared: Item, spot: Spot) -> None:
    if declared.supplementary_quantity is None:
        return
    text = f"{amount(declared.supplementary_quantity)} {declared.supplementary_unit}".strip()
    _figure(boxes, spot, text, declared.number)


def _values(sheet: Paper, declared: Item, spot: Spot) -> None:
    """Box 45: the adjustment, and the customs value that it leads to."""
    placed = sheet.at(spot.box)
    y = placed.y + placed.height - 0.95
    if declared.adjustment is not None:
        sheet.line(sheet.start(placed, _INSET), y, amount(declared.adjustment), 13, 6.6)
    if declared.customs_value is not None:
        text = amount(declared.customs_value)
        sheet.line(sheet.end(placed, _INSET), y, text, 24, 7.6, face=bold(), base=0)


def _document(each: Document) -> str:
    """380 INV-881 10.11.2026, issuer, – 10.12.2026"""
    day = dates.gregorian(each.day) if each.day else ""
    item_number = f"({each.item})" if each.item is not None else ""
    head = " ".join(filter(None, (each.type, each.number, item_number, day)))
    until = f"– {dates.gregorian(each.expires)}" if each.expires else ""
    return ", ".join(filter(None, (head, each.issuer, until)))


def _documents(boxes: Boxes, declared: Item, place: int) -> None:
    """Box 44: documents of the item, on the main sheet also those of the whole declaration, licence and remarks."""
    content, placed = boxes.content, boxes.sheet.at(documents_box(place))
    room = Box(placed.x + _INSET, placed.y + 1, placed.width - 2 * _INSET, 0)
    words = [_document(each) for each in declared.documents]
    words += [declared.licence, declared.additional_information]
    if place == 0:
        words = [*map(_document, content.documents), content.additional_information, *words]
    most = int((placed.height - 1.6) / 2.9)
    boxes.spill.text(room, words, 7, most, box="44", item=declared.number, listed=True)


# --- box 47 ----------------------------------------------------------------------------------------------------------


def taxes(boxes: Boxes, declared: Item, quarter: int | None) -> None:
    """Box 47 of an item: on the main sheet, or in a quarter of a continuation sheet (0 to 2)."""
    table = TAXES if quarter is None else bis_taxes(quarter)
    sheet, lines = boxes.sheet, declared.taxes
    if quarter is not None:
        _number(sheet, table, declared.number)
    shown = lines if len(lines) <= table.rows else lines[: table.rows - 1]
    y = table.top
    for line in shown:
        _tax(boxes, table, y, line, declared.number)
        y += table.row
    if len(shown) < len(lines):
        mark = boxes.spill.keep("47", declared.number, [_in_words(line) for line in lines[len(shown) :]])
        _cell(sheet, table, 0, y, f"… {mark}", strong=True, colour=RED)
    # What is not payable counts as nothing, with the decimals of its currency.
    due = sum((line.amount * (line.status == "payable") for line in lines), start=Decimal(0))
    _total(boxes, table, due if lines else None)


def _in_words(line: Tax) -> str:
    base = f"{amount(line.base)} {line.unit}".strip()
    figure = f"{line.tax}: {base} × {line.rate}{'' if line.verified else ' ' + UNVERIFIED} = {amount(line.amount)}"
    return f"{figure} {_method(line)}".strip()


def _method(line: Tax) -> str:
    return line.method or _METHODS.get(line.status, "")


def _number(sheet: Paper, table: Taxes, number: int) -> None:
    placed = sheet.at(Box(table.x, table.top - 9.2, table.width, 4))
    middle = placed.x + placed.width / 2
    sheet.page.text(middle, placed.y + 3.1, amount(number), 8, face=bold(), align=0.5, colour=NAVY)


def _tax(boxes: Boxes, table: Taxes, y: float, line: Tax, number: int) -> None:
    sheet, payable = boxes.sheet, line.status == "payable"
    _cell(sheet, table, 0, y, line.tax, strong=True)
    _cell(sheet, table, 1, y, f"{amount(line.base)} {line.unit}".strip(), figure=True)
    _rate(boxes, table, y, line, number)
    _cell(sheet, table, 3, y, amount(line.amount), figure=True, strong=payable, colour=INK if payable else LABEL)
    _cell(sheet, table, 4, y, _method(line))


def _rate(boxes: Boxes, table: Taxes, y: float, line: Tax, number: int) -> None:
    """The rate; one of two parts that is too long for its column stands in two lines, and in the list if even they
    have no room for it."""
    sheet = boxes.sheet
    rate = fitting.clean(line.rate if line.verified else f"{line.rate} {UNVERIFIED}")
    colour = INK if line.verified else RED
    _, x, width = table.columns[2]
    room = (width - 1.6) * MM
    if regular().width(rate, _RATE_ALONE, 0) <= room:
        _cell(sheet, table, 2, y, rate, figure=True, colour=colour)
        return
    parts = rate.replace(", ", ",\n").replace(" + ", "\n+ ").split("\n", 1)
    fitted = [fitting.one_line(part, regular(), room, _RATE_IN_TWO, _RATE_SMALLEST) for part in parts]
    if [shown for shown, _ in fitted] != parts:
        fitted[-1] = (f"… {boxes.spill.keep('47', number, [_in_words(line)])}", _RATE_IN_TWO)
    placed = sheet.at(Box(table.x + x, y, width, table.row))
    right, baseline = placed.x + placed.width - 0.8, y + (1.85 if len(parts) > 1 else 2.9)
    for shown, size in fitted:
        sheet.page.text(right, baseline, shown, size, face=regular(), align=1, base=0, colour=colour)
        baseline += 1.95


def _cell(
    sheet: Paper,
    table: Taxes,
    column: int,
    y: float,
    text: str,
    *,
    figure: bool = False,
    strong: bool = False,
    colour: Colour = INK,
) -> None:
    _, x, width = table.columns[column]
    placed = sheet.at(Box(table.x + x, y, width, table.row))
    face = bold() if strong else regular()
    shown, size = fitting.one_line(fitting.clean(text), face, (width - 1.6) * MM, 7, 4.2)
    x, align = (placed.x + placed.width - 0.8, 1.0) if figure else sheet.start(placed, 0.8)
    base = 0 if figure else fitting.direction(shown)
    sheet.page.text(x, y + 3.2, shown, size, face=face, align=align, base=base, colour=colour)


def _total(boxes: Boxes, table: Taxes, due: Decimal | None) -> None:
    """The total below the rows, in the currency of the taxes."""
    sheet = boxes.sheet
    placed = sheet.at(Box(table.x, table.end, table.width, 5))
    sheet.label(
        placed._replace(
            y=placed.y + 0.9, width=placed.width / 2, x=placed.x + (placed.width / 2 if sheet.mirrored else 0)
        ),
        "total",
    )
    if due is not None:
        _, x, width = table.columns[3]
        column = sheet.at(Box(table.x + x, 0, width, 0))
        text = fitting.clean(f"{amount(due)} {boxes.content.tax_currency}")
        shown, size = fitting.one_line(text, bold(), table.width * 0.45 * MM, 7.8, 4.2)
        right = column.x + column.width - 0.8
        sheet.page.text(right, placed.y + 3.6, shown, size, face=bold(), align=1, base=0, colour=NAVY)


def accounting(boxes: Boxes) -> None:
    """Box B of the main sheet: the totals of all items, and what the office noted of payments."""
    content, sheet = boxes.content, boxes.sheet
    placed = sheet.at(Box(130, 188, 68, 29.4))
    y = _summary(sheet, content, placed, placed.y + 5.6, 5)
    room = Box(placed.x + _INSET, y + 0.4, placed.width - 2 * _INSET, 0)
    most = max(1, int((placed.y + placed.height - room.y - 0.6) / 2.7))
    boxes.spill.text(room, content.accounting, 6.2, most, box="B", smallest=5, listed=True)


def summary(boxes: Boxes, page: int, last: int) -> None:
    """The last quarter of a continuation sheet: totals on the last sheet, on the others where they are."""
    sheet = boxes.sheet
    placed = sheet.at(quarter_box(3))
    if page == last:
        _summary(sheet, boxes.content, placed, placed.y + 8, 9)
        return
    for speech, side, y in ((sheet.first, sheet.start(placed), 20), (sheet.second, sheet.end(placed), 25)):
        text = speech.say("sad_summary_on", page=last)
        sheet.line(side, placed.y + y, text, placed.width - 4, 7.5, colour=LABEL, base=speech.base)


def _summary(sheet: Paper, content: Sad, placed: Box, y: float, most: int) -> float:
    """Totals by tax and of all, payable, with what is secured; the y below the last line."""
    totals: Sequence[TaxTotal] = content.totals[:most]
    if len(content.totals) > most:
        totals = content.totals[: most - 1]
    for each in totals:
        name = sheet.words(each.names, each.tax)[0]
        secured = f" (S {amount(each.suspended)})" if each.suspended else ""
        figure, colour = amount(each.payable), INK
        if not each.verified:
            figure, colour = f"{figure} {UNVERIFIED}", RED
        _sum(sheet, placed, y, name + secured, figure, colour=colour)
        y += 3.4
    if content.total is not None:
        secured = f" (S {amount(content.total_suspended)})" if content.total_suspended else ""
        text = f"{amount(content.total)} {content.tax_currency}".strip()
        sheet.page.rule(placed.x + 1, y - 2.3, placed.x + placed.width - 1, y - 2.3, NAVY, 0.4)
        _sum(sheet, placed, y + 0.4, sheet.first.say("total") + secured, text, strong=True)
        y += 3.8
    return y - 2.4


def _sum(
    sheet: Paper, placed: Box, y: float, name: str, figure: str, *, strong: bool = False, colour: Colour = INK
) -> None:
    face = bold() if strong else regular()
    half = placed.width / 2
    sheet.line(sheet.start(placed, _INSET), y, name, half + 4, 6.6, face=face, base=sheet.first.base)
    sheet.line(sheet.end(placed, _INSET), y, figure, half - 8, 7, face=bold(), base=0, colour=colour)
