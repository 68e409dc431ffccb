"""Arrival receipt, version 1: who presented what, when and where, and how the seals were.

`render` turns a frozen `ArrivalReceipt` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from forms.arrival_receipt.v1_content import SAMPLE, ArrivalReceipt
from forms.exit_note.v1_content import Seal
from forms.kit import flow, paper, signature
from forms.kit.canvas import Box
from forms.kit.fonts import bold
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import GREEN, INK, LINE, PALE, RED, Sheet
from forms.kit.table import Cell, Column, Table

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "ArrivalReceipt", "render"]

VERSION = 1

_FORM = Form("Guzar AR-1", "ArrivalReceipt", "Arrival receipt")

# Geometry in millimetres from the top left, for a page that reads from the left.
_ARRIVED = Box(12, 69, 50, 18)
_NOTIFIED = Box(62, 69, 50, 18)
_IN_TIME = Box(112, 69, 42, 18)
_OFFICE = Box(12, 89, 62, 24)
_NOTIFIER = Box(74, 89, 62, 24)
_HOLDER = Box(136, 89, 62, 24)
_LIMIT = Box(12, 113, 52, 18)
_PROCEDURE = Box(64, 113, 52, 18)
_PLACE = Box(116, 113, 82, 18)
_VEHICLE = Box(12, 131, 46, 13)
_TRAILER = Box(58, 131, 46, 13)
_ITEMS = Box(104, 131, 22, 13)
_PACKAGES = Box(126, 131, 30, 13)
_GROSS = Box(156, 131, 42, 13)
_CONTAINERS = Box(12, 144, 186, 11)
_TEXT = Box(12, 238, 186, 11)
_FIRST = flow.Room(158, 236)
_SEALS = (Column("seal", 12, 50), Column("seal_state", 62, 46), Column("remarks", 108, 90))
_COLOURS = {"intact": GREEN, "unchecked": INK}


def render(
    content: ArrivalReceipt,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a receipt.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("arrival_receipt", content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    sheet.begin("first")
    sheet.head(content.reference)
    _arrival(sheet, content)
    _goods(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    sheet.strips(_strips(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say("arrival_receipt"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(
        languages,
        {"first": _fixed_first, "following": lambda sheet: paper.fixed_following(sheet, "arrival_receipt")},
    )


def _fixed_first(sheet: Sheet) -> None:
    paper.fixed_head(sheet, "arrival_receipt", "receipt_number")
    for box, key in (
        (_ARRIVED, "ar_arrived"),
        (_NOTIFIED, "ar_notified"),
        (_IN_TIME, "tax_status"),
        (_OFFICE, "ar_office"),
        (_NOTIFIER, "up_notifier"),
        (_HOLDER, "td_holder"),
        (_LIMIT, "td_limit"),
        (_PROCEDURE, "ar_procedure"),
        (_PLACE, "td_location"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_ITEMS, "items"),
        (_PACKAGES, "packages"),
        (_GROSS, "gross_kg"),
        (_CONTAINERS, "containers"),
    ):
        sheet.box(box, key)
    sheet.page.fill(_TEXT, PALE)
    sheet.page.frame(_TEXT, LINE)
    sheet.columns(_TEXT, 3.8, "ar_text", 6.8, 3)
    paper.fixed_foot(sheet, "issued_by")


def _arrival(sheet: Paper, content: ArrivalReceipt) -> None:
    sheet.day(_ARRIVED, content.arrived_at)
    sheet.day(_NOTIFIED, content.notified_at)
    sheet.day(_LIMIT, content.limit_at)
    key, colour = ("ar_late", RED) if content.late else ("ar_in_time", GREEN)
    placed = sheet.at(_IN_TIME)
    for speech, side, y in ((sheet.first, sheet.start(placed), 9), (sheet.second, sheet.end(placed), 14.4)):
        said = speech.say(key)
        sheet.line(side, placed.y + y, said, placed.width - 3, 9.5, face=bold(), colour=colour, base=speech.base)
    office = sheet.at(_OFFICE)
    sheet.value(_OFFICE, 10.4, content.post.code, 13)
    for speech, side, y in ((sheet.first, sheet.start(office), 15.6), (sheet.second, sheet.end(office), 20.2)):
        sheet.line(side, office.y + y, content.post.name(speech.locale), office.width - 3, 8.5, base=speech.base)
    if content.notifier:
        sheet.lines(_NOTIFIER, 8.4, content.notifier, 9, 3, smallest=6.5, strong=True)
    else:
        placed = sheet.at(_NOTIFIER)
        for speech, side, y in ((sheet.first, sheet.start(placed), 9), (sheet.second, sheet.end(placed), 14)):
            sheet.line(side, placed.y + y, speech.say("ar_officer"), placed.width - 3, 8.5, base=speech.base)
    sheet.party(_HOLDER, content.holder)
    placed = sheet.at(_PROCEDURE)
    first, second = sheet.said(f"ar_{content.procedure}", content.procedure)
    for speech, side, said, y in (
        (sheet.first, sheet.start(placed), first, 9),
        (sheet.second, sheet.end(placed), second, 14),
    ):
        sheet.line(side, placed.y + y, said, placed.width - 3, 8.5, face=bold(), base=speech.base)
    sheet.lines(_PLACE, 8.4, content.place or "—", 9, 3, smallest=6, strong=True)


def _goods(sheet: Paper, content: ArrivalReceipt) -> None:
    for box, vehicle in ((_VEHICLE, content.vehicle), (_TRAILER, content.trailer)):
        at = sheet.at(box)
        sheet.line(sheet.start(at), at.y + 9.6, vehicle.plate or "—", 27, 12, face=bold())
        sheet.country(at, 9.6, vehicle.country, 16)
    totals = content.totals
    for box, figure in ((_ITEMS, totals.items), (_PACKAGES, totals.packages), (_GROSS, totals.gross_kg)):
        sheet.figure(box, 9.6, amount(figure), 10)
    shown = ", ".join(content.containers) or "—"
    sheet.lines(_CONTAINERS, 7.2 if len(shown) > 100 else 8.4, shown, 8.5, 2, smallest=5.4, strong=True)


def _strips(sheet: Paper, content: ArrivalReceipt) -> list[flow.Strip]:
    table = Table(sheet, _SEALS, 6.6)
    none = [[Cell(sheet.first.say("no_seals"), sheet.second.say("no_seals")), Cell("—"), Cell("—")]]
    return [sheet.section("ar_seals"), *table.rows([_seal(sheet, each) for each in content.seals] or none)]


def _seal(sheet: Paper, seal: Seal) -> list[Cell]:
    first, second = sheet.said(f"seal_{seal.state}", seal.state)
    state = Cell(first, second, strong=seal.state != "intact", colour=_COLOURS.get(seal.state, RED))
    return [Cell(seal.number, strong=True), state, Cell(seal.remark or "—")]
