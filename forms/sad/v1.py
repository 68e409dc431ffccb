"""Single Administrative Document, version 1: a declaration on the boxed form, with continuation sheets.

The first sheet holds one item, each continuation sheet (BIS) three; texts that find no room in their boxes are told in
full in a continuation list at the end. `render` turns a frozen `Sad` into the bytes of a PDF: A4, two languages side
by side, signed, with its data inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial

from forms.kit import fitting, flow, paper, signature
from forms.kit.canvas import MM, Box, Drawing
from forms.kit.fonts import regular
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import LABEL
from forms.kit.spill import Entry, Spill
from forms.kit.table import CODE, Cell, Column, Table
from forms.sad import v1_items as items
from forms.sad.v1_boxes import Boxes
from forms.sad.v1_content import Sad
from forms.sad.v1_layout import (
    FOOTER,
    ITEMS_PER_BIS,
    SIGNATURE,
    bis_sheet,
    list_sheet,
    main_sheet,
)
from forms.sad.v1_sample import SAMPLE

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "Sad", "render"]

VERSION = 1

_FORM = Form("Guzar SAD-1", "SingleAdministrativeDocument", "Single Administrative Document")
_LIST = flow.Room(22, 282)
_LIST_COLUMNS = (
    Column("sad_line", 12, 14, CODE),
    Column("sad_box", 26, 14, CODE),
    Column("item", 40, 14, CODE),
    Column("sad_text", 54, 144),
)
_LINE, _TEXT_SIZE = 4.2, 7.0


def render(
    content: Sad,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a declaration.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time; a
    declaration without MRN is printed without barcode.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("sad", content.mrn or content.reference, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    pages = _drawn(sheet, content)
    for number, (fixed, drawing) in enumerate(pages, 1):
        if number > 1:
            sheet.page.showPage()
        sheet.begin(fixed)
        sheet.page.put(drawing)
        sheet.footer(number, len(pages), y=FOOTER)
        if number == 1:
            sheet.place_signature(SIGNATURE)
    return sheet.close(sheet.first.say("sad"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(languages, {"main": main_sheet, "bis": bis_sheet, "list": list_sheet})


def _drawn(sheet: Paper, content: Sad) -> list[tuple[str, Drawing]]:
    """What changes on each page. The list comes last, when it is known what found no room."""
    boxes = Boxes(sheet, content, Spill(sheet))
    record = sheet.page.record
    pages = [("main", record(partial(_main, boxes)))]
    pages += [("bis", record(partial(_bis, boxes, number))) for number in range(2, content.forms + 1)]
    entries = boxes.spill.entries
    listed = flow.over_pages(_entries(sheet, entries), _LIST, _LIST) if entries else []
    return pages + [("list", record(partial(_listed, boxes, placed))) for placed in listed]


def _main(boxes: Boxes) -> None:
    first = boxes.content.items[0]
    boxes.main()
    items.item(boxes, first, 0)
    items.taxes(boxes, first, None)
    items.accounting(boxes)
    boxes.notes()


def _bis(boxes: Boxes, number: int) -> None:
    """A continuation sheet; `number` counts the main sheet as the first."""
    begin = 1 + (number - 2) * ITEMS_PER_BIS
    here = boxes.content.items[begin : begin + ITEMS_PER_BIS]
    boxes.continuation(number)
    for place, item in enumerate(here, 1):
        items.item(boxes, item, place)
        items.taxes(boxes, item, place - 1)
    for place in range(len(here) + 1, ITEMS_PER_BIS + 1):
        items.struck(boxes, place)
    items.summary(boxes, number, boxes.content.forms)
    boxes.notes()


# --- the continuation list -------------------------------------------------------------------------------------------


def _listed(boxes: Boxes, placed: list[flow.Placed]) -> None:
    sheet = boxes.sheet
    boxes.status()
    sheet.both(Box(12, 15, 186, 5), 19, "sad_list_text", 6.4, colour=LABEL)
    flow.draw(placed)
    boxes.notes()


def _entries(sheet: Paper, entries: list[Entry]) -> list[flow.Strip]:
    table = Table(sheet, _LIST_COLUMNS, _LINE)
    strips = [table.head]
    for entry in entries:
        names = [Cell(entry.mark, strong=True), Cell(entry.box), Cell(str(entry.item or "—"))]
        for line in _lines(entry):
            strips.append(table.row([*names, Cell(line)]))
            names = [Cell("")] * 3
    return strips


def _lines(entry: Entry) -> list[str]:
    width = (_LIST_COLUMNS[-1].width - 3) * MM
    lines: list[str] = []
    for part in entry.parts:
        base = fitting.direction(part)
        lines += fitting.wrapped(part, regular(), width, _TEXT_SIZE, 600, base)
    return lines or ["—"]
