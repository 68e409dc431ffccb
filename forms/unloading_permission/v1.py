"""Unloading permission, version 1: what may be unloaded at the destination, with room for what was found.

`render` turns a frozen `UnloadingPermission` into the bytes of a PDF: A4, two languages side by side, signed, with its
data inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial

from forms.kit import fitting, flow, paper, signature
from forms.kit.canvas import Box
from forms.kit.fonts import bold
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import INK, LABEL, LINE, PALE, Sheet
from forms.kit.table import CODE, FIGURE, Cell, Column, Table
from forms.unloading_permission.v1_content import SAMPLE, Item, UnloadingPermission

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "UnloadingPermission", "render"]

VERSION = 1

_FORM = Form("Guzar UP-1", "UnloadingPermission", "Unloading permission")

# Geometry in millimetres from the top left, for a page that reads from the left.
_PERMITTED = Box(12, 69, 52, 18)
_ARRIVED = Box(64, 69, 52, 18)
_NTH = Box(116, 69, 38, 18)
_HOLDER = Box(12, 89, 93, 22)
_NOTIFIER = Box(105, 89, 93, 11)
_PLACE = Box(105, 100, 93, 11)
_VEHICLE = Box(12, 111, 46, 12)
_TRAILER = Box(58, 111, 46, 12)
_CONTAINERS = Box(104, 111, 94, 12)
_TEXT = Box(12, 236, 186, 12.6)
_FIRST = flow.Room(125, 234)
_REMARKS = 40.2

_GOODS = (
    Column("number", 12, 10, CODE),
    Column("commodity", 22, 22, CODE),
    Column("description", 44, 62),
    Column("up_declared", 106, 24, FIGURE),
    Column("gross_kg", 130, 22, FIGURE),
    Column("up_unloaded", 152, 20),
    Column("remarks", 172, 26),
)
_SEALS = (
    Column("seal", 12, 50),
    Column("td_container", 62, 40),
    Column("seal_state", 102, 36),
    Column("remarks", 138, 60),
)
#: As many letters as find room in two lines.
_MOST_LETTERS = 80
#: Of the remarks: their boxes from the top of the strip.
_DAY = Box(12, 0, 40, 14)
_ANSWERS = (
    ("up_complete", Box(52, 0, 49, 14)),
    ("up_conform", Box(101, 0, 48, 14)),
    ("up_seals_ok", Box(149, 0, 49, 14)),
)
_WRITTEN = Box(12, 14, 120, 26)
_SIGNED = Box(132, 14, 66, 26)


def render(
    content: UnloadingPermission,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a permission.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("unloading_permission", content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    sheet.begin("first")
    sheet.head(content.reference)
    _permission(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    sheet.strips(_strips(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say("unloading_permission"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(
        languages,
        {"first": _fixed_first, "following": lambda sheet: paper.fixed_following(sheet, "unloading_permission")},
    )


def _fixed_first(sheet: Sheet) -> None:
    paper.fixed_head(sheet, "unloading_permission", "permit_number")
    for box, key in (
        (_PERMITTED, "up_permitted"),
        (_ARRIVED, "ar_arrived"),
        (_NTH, "number"),
        (_HOLDER, "td_holder"),
        (_NOTIFIER, "up_notifier"),
        (_PLACE, "td_location"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_CONTAINERS, "containers"),
    ):
        sheet.box(box, key)
    sheet.page.fill(_TEXT, PALE)
    sheet.page.frame(_TEXT, LINE)
    sheet.columns(_TEXT, 4, "up_text", 6.8, 4)
    paper.fixed_foot(sheet, "issued_by")


def _permission(sheet: Paper, content: UnloadingPermission) -> None:
    sheet.day(_PERMITTED, content.permitted_at)
    sheet.day(_ARRIVED, content.arrived_at)
    sheet.value(_NTH, 11.4, str(content.nth), 14)
    sheet.party(_HOLDER, content.holder)
    sheet.lines(_NOTIFIER, 7.4, content.notifier or "—", 8.5, 2, smallest=6, strong=True)
    sheet.lines(_PLACE, 7.4, content.place or "—", 8.5, 2, smallest=6, strong=True)
    for box, vehicle in ((_VEHICLE, content.vehicle), (_TRAILER, content.trailer)):
        at = sheet.at(box)
        sheet.line(sheet.start(at), at.y + 9, vehicle.plate or "—", 27, 11, face=bold())
        sheet.country(at, 9, vehicle.country, 16)
    shown = ", ".join(content.containers) or "—"
    sheet.lines(_CONTAINERS, 7.2 if len(shown) > 50 else 9, shown, 8.5, 2, smallest=5.4, strong=True)


def _strips(sheet: Paper, content: UnloadingPermission) -> list[flow.Strip]:
    goods = Table(sheet, _GOODS, 7)
    rows = [goods.row(_item(item), *_whole(item)) for item in content.items]
    strips = [goods.head, *rows, goods.total(_total(sheet, content)), flow.gap(2.4), sheet.section("up_seals")]
    seals = Table(sheet, _SEALS, 6.6)
    if content.seals:
        strips += seals.rows(
            [[Cell(each.number, strong=True), Cell(each.on or "—"), *_blank(2)] for each in content.seals]
        )
    else:
        strips += seals.rows([[Cell(sheet.first.say("no_seals"), sheet.second.say("no_seals")), *_blank(3)]])
    return [*strips, flow.gap(2.4), sheet.section("up_remarks"), flow.Strip(_REMARKS, partial(_remarks, sheet))]


def _item(item: Item) -> list[Cell]:
    return [
        Cell(str(item.number)),
        Cell(item.commodity, strong=True),
        Cell(item.description),
        Cell(item.packages, strong=True),
        Cell(amount(item.gross_kg)),
        *_blank(2),
    ]


def _whole(item: Item) -> tuple[str, ...]:
    """A description that finds no room in its cell is told below."""
    described = fitting.clean(item.description)
    return (described,) if len(described) > _MOST_LETTERS else ()


def _blank(count: int) -> list[Cell]:
    return [Cell("")] * count


def _total(sheet: Paper, content: UnloadingPermission) -> list[Cell]:
    name = Cell(sheet.first.say("total"), sheet.second.say("total"), strong=True)
    totals = content.totals
    figures = (Cell(amount(totals.packages), strong=True), Cell(amount(totals.gross_kg), strong=True))
    return [*_blank(2), name, *figures, *_blank(2)]


def _remarks(sheet: Paper, y: float) -> None:
    """Boxes to be filled in by hand: when, complete, conform, seals, what differs, who says so."""
    _box(sheet, _DAY, y, "up_day")
    for key, box in _ANSWERS:
        placed = _box(sheet, box, y, key)
        for place, answer in enumerate(("up_yes", "up_no")):
            square = Box(box.x + 3 + place * 24, y + 6.4, 4, 4)
            at = sheet.at(square)
            sheet.page.frame(at, INK, 0.8)
            side = sheet.start(sheet.at(Box(square.x + 3.6, placed.y, 20, 4)))
            said = f"{sheet.first.say(answer)} · {sheet.second.say(answer)}"
            sheet.line(side, y + 9.6, said, 17, 7.4, colour=LABEL, base=sheet.first.base)
    _box(sheet, _WRITTEN, y, "remarks")
    _box(sheet, _SIGNED, y, "up_signature")


def _box(sheet: Paper, box: Box, y: float, key: str) -> Box:
    moved = box._replace(y=y + box.y)
    sheet.box(moved, key)
    return sheet.at(moved)
