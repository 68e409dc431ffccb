"""Exit note, version 1: what left the customs control zone, on which vehicle, under which seals.

`render` turns a frozen `ExitNote` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from forms.exit_note.v1_content import SAMPLE, ExitNote, Item, Seal
from forms.kit import fitting, flow, paper, signature
from forms.kit.canvas import Box
from forms.kit.fonts import bold
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import GREEN, INK, LINE, PALE, RED, Sheet
from forms.kit.table import CODE, FIGURE, Cell, Column, Table

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "ExitNote", "render"]

VERSION = 1

_FORM = Form("Guzar EN-1", "ExitNote", "Exit note")

# Geometry in millimetres from the top left, for a page that reads from the left.
_LEFT_AT = Box(12, 69, 46, 18)
_KIND = Box(58, 69, 50, 18)
_PERMIT = Box(108, 69, 46, 18)
_CONSIGNOR = Box(12, 89, 93, 26)
_CONSIGNEE = Box(105, 89, 93, 26)
_VEHICLE = Box(12, 115, 46, 13)
_TRAILER = Box(58, 115, 46, 13)
_CONTAINERS = Box(104, 115, 50, 13)
_DRIVER = Box(154, 115, 44, 13)
_REMARKS = Box(12, 130, 186, 13)
_TEXT = Box(12, 238, 186, 11)
_FIRST = flow.Room(145, 236)
_CONTAINERS_IN_BOX = 4

_GOODS = (
    Column("number", 12, 9, CODE),
    Column("commodity", 21, 21, CODE),
    Column("description", 42, 62),
    Column("extent", 104, 22, CODE),
    Column("packages", 126, 20, FIGURE),
    Column("declared_packages", 146, 16, FIGURE),
    Column("gross_kg", 162, 18, FIGURE),
    Column("net_kg", 180, 18, FIGURE),
)
_SEALS = (
    Column("seal", 12, 50),
    Column("seal_state", 62, 46),
    Column("remarks", 108, 90),
)
_CONTAINER_LIST = (Column("containers", 12, 186),)


def render(
    content: ExitNote,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of an exit note.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("exit_note", content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    sheet.begin("first")
    sheet.head(content.reference)
    _exit(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    sheet.strips(_strips(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say("exit_note"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(
        languages,
        {"first": _fixed_first, "following": lambda sheet: paper.fixed_following(sheet, "exit_note")},
    )


def _fixed_first(sheet: Sheet) -> None:
    paper.fixed_head(sheet, "exit_note", "note_number")
    for box, key in (
        (_LEFT_AT, "exit_at"),
        (_KIND, "exit_kind"),
        (_PERMIT, "permit"),
        (_CONSIGNOR, "consignor"),
        (_CONSIGNEE, "consignee"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_CONTAINERS, "containers"),
        (_DRIVER, "driver"),
        (_REMARKS, "remarks"),
    ):
        sheet.box(box, key)
    sheet.page.fill(_TEXT, PALE)
    sheet.page.frame(_TEXT, LINE)
    sheet.columns(_TEXT, 4.2, "exit_text", 6.8, 2)
    paper.fixed_foot(sheet, "gate_officer")


def _exit(sheet: Paper, content: ExitNote) -> None:
    sheet.day(_LEFT_AT, content.issued_at)
    key, colour = ("exit_whole", GREEN) if content.whole else ("exit_part", RED)
    placed = sheet.at(_KIND)
    for speech, side, y in ((sheet.first, sheet.start(placed), 9), (sheet.second, sheet.end(placed), 14.4)):
        text = speech.say(key)
        sheet.line(side, placed.y + y, text, placed.width - 3, 10, face=bold(), colour=colour, base=speech.base)
    sheet.value(_PERMIT, 8.2, content.permit or "—", 9)
    sheet.party(_CONSIGNOR, content.consignor)
    sheet.party(_CONSIGNEE, content.consignee)
    for box, vehicle in ((_VEHICLE, content.vehicle), (_TRAILER, content.trailer)):
        at = sheet.at(box)
        sheet.line(sheet.start(at), at.y + 9.6, vehicle.plate or "—", 27, 12, face=bold())
        sheet.country(at, 9.6, vehicle.country, 16)
    shown = ", ".join(content.containers) or "—"
    if len(content.containers) > _CONTAINERS_IN_BOX:
        shown = sheet.first.say("see_list")
    sheet.lines(_CONTAINERS, 7.4 if len(shown) > 26 else 9.6, shown, 8.5, 2, smallest=6, strong=True)
    sheet.value(_DRIVER, 9.6, content.driver or "—", 9)
    sheet.lines(_REMARKS, 7.4, content.remarks or "—", 8, 2, smallest=6)


def _strips(sheet: Paper, content: ExitNote) -> list[flow.Strip]:
    goods = Table(sheet, _GOODS, 7)
    strips = goods.rows([_item(sheet, item) for item in content.items])
    strips.append(goods.total(_total(sheet, content)))
    strips += [flow.gap(2.4), sheet.section("seals_seen")]
    seals = Table(sheet, _SEALS, 6.6)
    strips += seals.rows([_seal(sheet, seal) for seal in content.seals] or [_no_seals(sheet)])
    if len(content.containers) > _CONTAINERS_IN_BOX:
        rows = [[Cell(", ".join(row))] for row in _in_rows(content.containers)]
        strips += [flow.gap(2.4), *Table(sheet, _CONTAINER_LIST, 5.4).rows(rows)]
    return strips


def _in_rows(containers: tuple[str, ...], per_row: int = 8) -> list[list[str]]:
    named = [fitting.clean(each, 30) for each in containers]
    return [named[i : i + per_row] for i in range(0, len(named), per_row)]


def _item(sheet: Paper, item: Item) -> list[Cell]:
    key = "whole" if item.whole else "part"
    extent = Cell(sheet.first.say(key), below=sheet.second.say(key), colour=INK if item.whole else RED)
    return [
        Cell(amount(item.number)),
        Cell(item.commodity, strong=True),
        Cell(item.description),
        extent,
        Cell(amount(item.packages), strong=True),
        Cell(amount(item.declared)),
        Cell(amount(item.gross_kg)),
        Cell(amount(item.net_kg)),
    ]


def _total(sheet: Paper, content: ExitNote) -> list[Cell]:
    totals = content.totals
    figures = (amount(totals.packages), "", amount(totals.gross_kg), amount(totals.net_kg))
    name = Cell(sheet.first.say("total"), sheet.second.say("total"), strong=True)
    return [Cell(""), Cell(""), name, Cell(""), *(Cell(figure, strong=True) for figure in figures)]


def _seal(sheet: Paper, seal: Seal) -> list[Cell]:
    sound = seal.state == "intact"
    first, second = sheet.said(f"seal_{seal.state}", seal.state)
    state = Cell(first, second, strong=not sound, colour=GREEN if sound else RED)
    return [Cell(seal.number, strong=True), state, Cell(seal.remark or "—")]


def _no_seals(sheet: Paper) -> list[Cell]:
    return [Cell(sheet.first.say("no_seals"), sheet.second.say("no_seals")), Cell("—"), Cell("—")]
