"""Clearance permit, version 1: released, never edited. A4, two languages side by side, signed, with its data inside.

`render` turns a frozen `ClearancePermit` into the bytes of a PDF; the same input gives the same bytes, apart from the
signature itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from forms.clearance_permit import v1_goods as goods
from forms.clearance_permit.v1_content import (
    SAMPLE,
    ClearancePermit,
    Item,
    Party,
    Post,
    Totals,
    Vehicle,
)
from forms.kit import barcodes, dates, embed, fitting, signature
from forms.kit.canvas import MM, PAGE_HEIGHT, Box, Drawing, Page
from forms.kit.fonts import Face, GlyphCodes, bold, regular
from forms.kit.numbers import amount
from forms.kit.sheet import BLUSH, GREEN, INK, LABEL, LINE, NAVY, PALE, RED, TINT, WHITE, Sheet
from forms.kit.words import Language

__all__ = [
    "DATA_FILE",
    "QR_FILE",
    "SAMPLE",
    "ClearancePermit",
    "Item",
    "Party",
    "Post",
    "Totals",
    "Vehicle",
    "render",
]

#: Names of the files inside the document.
DATA_FILE, QR_FILE = "permit.json", "permit.qr"

_FORM = "Guzar CP-1"
_FIELD = "Permit"

# Geometry in millimetres from the top left, for a page that reads from the left.
_BAND = Box(12, 10, 186, 21)
_STATUS = Box(12, 31, 186, 9)
_MRN = Box(12, 42, 100, 27)
_NUMBER = Box(112, 42, 42, 13.5)
_REFERENCE = Box(112, 55.5, 42, 13.5)
_QR = Box(154, 42, 44, 45)
_ISSUED = Box(12, 69, 44, 18)
_VALID = Box(56, 69, 36, 18)
_DECISION = Box(92, 69, 62, 9)
_TYPE = Box(92, 78, 20, 9)
_PROCEDURE = Box(112, 78, 42, 9)
_CONSIGNOR = Box(12, 89, 62, 29)
_CONSIGNEE = Box(74, 89, 62, 29)
_DECLARANT = Box(136, 89, 62, 29)
_VEHICLE = Box(12, 118, 42, 12)
_TRAILER = Box(54, 118, 42, 12)
_CONTAINERS = Box(96, 118, 54, 12)
_DRIVER = Box(150, 118, 48, 12)
_DELIVERY = Box(12, 130, 44, 12)
_INVOICE = Box(56, 130, 44, 12)
_ITEMS = Box(100, 130, 18, 12)
_PACKAGES = Box(118, 130, 22, 12)
_GROSS = Box(140, 130, 29, 12)
_NET = Box(169, 130, 29, 12)
_GOODS_TOP = 144
_CONDITIONS = Box(12, 232.5, 186, 14.5)
_OFFICER = Box(12, 249, 50, 28)
_SIGNATURE = Box(62, 249, 74, 28)
_STAMP = Box(136, 249, 62, 28)
_FOOTER = 285

_QR_SIDE = 35
_BARCODE_HEIGHT = 15
#: Millimetres of the thinnest bar: never below what cheap readers resolve, wider while the MRN leaves room.
_THINNEST_BAR, _WIDEST_BAR = 0.24, 0.36

_ROWS_FIRST = 11
_NEXT_BAND = Box(12, 10, 186, 15)
_NEXT_TOP = 27
_ROWS_NEXT = 36


@dataclass(frozen=True)
class _Print:
    """One print of a permit: the content and what this copy adds to it."""

    content: ClearancePermit
    languages: tuple[str, str]
    qr_text: str
    data: bytes
    copy: int
    copy_reason: str
    printed_at: datetime
    signer: signature.Signer | None

    @property
    def signed(self) -> bool:
        return self.signer is not None


@dataclass(frozen=True)
class _Template:
    """The fixed parts of both kinds of page in one pair of languages, and the glyph codes they rely on."""

    first: Drawing
    following: Drawing
    codes: dict[Face, GlyphCodes]


def render(
    content: ClearancePermit,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a permit.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `permit.qr`; `data` is kept as `permit.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    if languages[0] == languages[1]:
        raise ValueError("The two languages of a permit differ")
    moment = printed_at or content.issued_at
    printed = _Print(content, languages, qr_text, data, copy, copy_reason, moment, signer)
    template = _template(languages)
    page = Page(template.codes)
    sheet = Sheet(page, languages)
    following = _pages_of(content.items[_ROWS_FIRST:], _ROWS_NEXT)
    pages = 1 + len(following)
    _first_page(sheet, template, printed, pages)
    for number, items in enumerate(following, 2):
        page.showPage()
        _following_page(sheet, template, printed, items, number, pages)
    embed.describe(
        page,
        title=f"{sheet.first.say('clearance_permit')} {fitting.clean(content.number)}",
        author=f"{sheet.first.say('customs_service')} {fitting.clean(content.post.country)}",
        language=sheet.first.tag,
        moment=moment,
        attachments=(
            embed.Attachment(DATA_FILE, "application/json", data, "data of this permit"),
            embed.Attachment(QR_FILE, "text/plain", qr_text.encode(), "text of the QR code"),
        ),
    )
    pdf = page.finish()
    return signature.seal(pdf, signer) if signer else pdf


def _pages_of(items: Sequence[Item], rows: int) -> list[Sequence[Item]]:
    return [items[i : i + rows] for i in range(0, len(items), rows)]


# --- fixed parts -----------------------------------------------------------------------------------------------------


@lru_cache(32)
def _template(languages: tuple[str, str]) -> _Template:
    page = Page()
    sheet = Sheet(page, languages)
    first = page.record(lambda: _fixed_first(sheet))
    following = page.record(lambda: _fixed_following(sheet))
    return _Template(first, following, page.glyph_codes())


def _fixed_first(sheet: Sheet) -> None:
    sheet.page.fill(_BAND, NAVY)
    sheet.both(sheet.at(_BAND), _BAND.y + 12.6, "clearance_permit", 15, colour=WHITE)
    for box, key in (
        (_MRN, "mrn"),
        (_NUMBER, "permit_number"),
        (_REFERENCE, "reference"),
        (_ISSUED, "issued_at"),
        (_VALID, "valid_until"),
        (_DECISION, "decision"),
        (_TYPE, "declaration_type"),
        (_PROCEDURE, "procedure"),
        (_CONSIGNOR, "consignor"),
        (_CONSIGNEE, "consignee"),
        (_DECLARANT, "declarant"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_CONTAINERS, "containers"),
        (_DRIVER, "driver"),
        (_DELIVERY, "delivery_terms"),
        (_INVOICE, "invoice_total"),
        (_OFFICER, "issued_by"),
        (_SIGNATURE, "electronic_signature"),
        (_STAMP, "signature_and_stamp"),
    ):
        sheet.box(box, key)
    for box, key in ((_ITEMS, "items"), (_PACKAGES, "packages"), (_GROSS, "gross_kg"), (_NET, "net_kg")):
        sheet.box(box, key, stacked=True)
    sheet.page.frame(sheet.at(_QR), LINE)
    sheet.label(sheet.at(Box(_QR.x, _QR.y + _QR.height - 3.9, _QR.width, 4)), "scan")
    goods.frame(sheet, _GOODS_TOP, _ROWS_FIRST)
    sheet.page.fill(_CONDITIONS, PALE)
    sheet.page.frame(_CONDITIONS, LINE)
    sheet.columns(_CONDITIONS, 3.3, "conditions", 6.4, 5)
    _footer_rule(sheet)


def _fixed_following(sheet: Sheet) -> None:
    sheet.page.fill(_NEXT_BAND, NAVY)
    sheet.both(sheet.at(_NEXT_BAND), _NEXT_BAND.y + 6.4, "clearance_permit", 11, colour=WHITE)
    goods.frame(sheet, _NEXT_TOP, _ROWS_NEXT)
    _footer_rule(sheet)


def _footer_rule(sheet: Sheet) -> None:
    sheet.page.rule(12, _FOOTER - 4, 198, _FOOTER - 4, NAVY, 0.8)


# --- the first page --------------------------------------------------------------------------------------------------


def _first_page(sheet: Sheet, template: _Template, printed: _Print, pages: int) -> None:
    content = printed.content
    _watermark(sheet, printed)
    sheet.page.put(template.first)
    _heading(sheet, content)
    _status(sheet, printed)
    _identification(sheet, printed)
    _parties(sheet, content)
    _transport(sheet, content)
    _terms(sheet, content)
    shown = content.items[:_ROWS_FIRST]
    goods.fill(sheet, shown, _GOODS_TOP, _ROWS_FIRST, content.totals, next_page=2 if pages > 1 else 0)
    _seals(sheet, printed)
    _footer(sheet, printed, 1, pages)


def _watermark(sheet: Sheet, printed: _Print) -> None:
    if printed.copy:
        sheet.page.watermark(sheet.first.say("copy", copy=printed.copy), 130, BLUSH, sheet.first.base)
    elif not printed.signed:
        sheet.page.watermark(sheet.first.say("unsigned"), 58, BLUSH, sheet.first.base)


def _heading(sheet: Sheet, content: ClearancePermit) -> None:
    placed = sheet.at(_BAND)
    room = _BAND.width / 2 - 4
    for speech, side in ((sheet.first, sheet.start(placed)), (sheet.second, sheet.end(placed))):
        country = fitting.clean(speech.country(content.post.country), 60)
        service = f"{speech.say('customs_service')} · {country}"
        post = f"{speech.say('crossing_point')}: {fitting.clean(content.post.name(speech.locale), 80)}"
        sheet.line(side, _BAND.y + 5.2, service, room, 8, colour=WHITE, base=speech.base)
        sheet.line(side, _BAND.y + 18.2, post, room, 8, colour=WHITE, base=speech.base)
    sheet.page.text(105, _BAND.y + 18.2, fitting.clean(content.post.code, 12), 8, face=bold(), align=0.5, colour=WHITE)


def _status(sheet: Sheet, printed: _Print) -> None:
    placed = sheet.at(_STATUS)
    if not printed.copy:
        sheet.page.fill(_STATUS, TINT)
        sheet.both(placed, _STATUS.y + 5.9, "original" if printed.signed else "unsigned", 10, colour=NAVY)
        return
    sheet.page.fill(_STATUS, RED)
    sheet.both(placed, _STATUS.y + 6.6, "copy", 16, colour=WHITE, copy=printed.copy)
    said = f"{sheet.first.say('reason')}: {fitting.clean(printed.copy_reason)}"
    reason = fitting.block(said, regular(), 82 * MM, 6.5, 5, 2, sheet.first.base)
    for row, text in enumerate(reason.lines):
        y = _STATUS.y + (3.1 if len(reason.lines) > 1 else 4.3) + row * 2.5
        sheet.page.text(105, y, text, reason.size, align=0.5, base=reason.base, colour=WHITE)
    printed_at = dates.clock(dates.local(printed.printed_at, printed.content.post.time_zone))
    sheet.page.text(105, _STATUS.y + 8.2, printed_at, 5.5, align=0.5, colour=WHITE)


def _identification(sheet: Sheet, printed: _Print) -> None:
    content = printed.content
    _mrn(sheet, content.mrn)
    sheet.value(_NUMBER, 9.6, content.number, 11, colour=NAVY)
    sheet.value(_REFERENCE, 9.4, content.reference, 9)
    qr = sheet.at(_QR)
    left, top = qr.x + (qr.width - _QR_SIDE) / 2, qr.y + 3.2
    sheet.page.operators(barcodes.qr(printed.qr_text, left * MM, PAGE_HEIGHT - (top + _QR_SIDE) * MM, _QR_SIDE * MM))
    zone = content.post.time_zone
    issued = dates.local(content.issued_at, zone)
    until = content.valid_until
    until = dates.local(until, zone) if isinstance(until, datetime) else until
    _day(sheet, _ISSUED, dates.clock(issued), issued)
    _day(sheet, _VALID, dates.clock(until) if isinstance(until, datetime) else dates.gregorian(until), until)
    key = f"decision_{content.decision}"
    known = sheet.first.knows(key)
    words = [
        speech.say(key) if known else fitting.clean(content.decision, 40) for speech in (sheet.first, sheet.second)
    ]
    sheet.pair(sheet.at(_DECISION), _DECISION.y + 7.3, (words[0], words[1]), 9, colour=GREEN)
    sheet.value(_TYPE, 7.3, content.declaration_type, 8.5)
    sheet.value(_PROCEDURE, 7.3, content.procedure, 8.5)


def _mrn(sheet: Sheet, mrn: str) -> None:
    placed = sheet.at(_MRN)
    modules = barcodes.code128_width(mrn)
    room = placed.width - 4
    bar = min(_WIDEST_BAR, room / (modules + 2 * barcodes.CODE128_QUIET))
    if bar < _THINNEST_BAR:
        raise ValueError(f"The MRN {mrn!r} is too long for its barcode")
    left = placed.x + (placed.width - modules * bar) / 2
    bottom = PAGE_HEIGHT - (placed.y + 4.8 + _BARCODE_HEIGHT) * MM
    sheet.page.operators(barcodes.code128(mrn, left * MM, bottom, bar * MM, _BARCODE_HEIGHT * MM))
    sheet.page.text(placed.x + placed.width / 2, placed.y + 24.6, mrn, 12, face=bold(), align=0.5, colour=INK)


def _day(sheet: Sheet, box: Box, gregorian: str, day: date) -> None:
    """A date, and below it the solar hijri date of each language that uses it."""
    placed = sheet.at(box)
    sheet.value(box, 8.2, gregorian, 9)
    y = 12.2
    for speech, side in ((sheet.first, sheet.start(placed)), (sheet.second, sheet.end(placed))):
        if dates.has_solar_hijri(speech.locale):
            hijri = dates.solar_hijri(day, speech.locale)
            sheet.line(side, placed.y + y, hijri, placed.width - 3, 7.5, base=speech.base)
            y += 3.6


def _parties(sheet: Sheet, content: ClearancePermit) -> None:
    for box, party in (
        (_CONSIGNOR, content.consignor),
        (_CONSIGNEE, content.consignee),
        (_DECLARANT, content.declarant),
    ):
        below = sheet.lines(box, 7.8, party.name, 9, 3, smallest=6.5, strong=True)
        sheet.lines(box, below, party.address, 7, 2)
        placed = sheet.at(box)
        sheet.line(sheet.start(placed), placed.y + 27.2, party.id, 34, 7.5, face=bold(), colour=NAVY)
        _country(sheet, placed, 27.2, party.country, 24)


def _country(sheet: Sheet, placed: Box, y: float, code: str, room: float) -> None:
    if code:
        name = sheet.first.country(code)
        sheet.line(
            sheet.end(placed), placed.y + y, code if name == code else f"{name} · {code}", room, 6.5, colour=LABEL
        )


def _transport(sheet: Sheet, content: ClearancePermit) -> None:
    for box, vehicle in ((_VEHICLE, content.vehicle), (_TRAILER, content.trailer)):
        placed = sheet.at(box)
        sheet.line(sheet.start(placed), placed.y + 9, vehicle.plate or "—", 25, 11, face=bold())
        _country(sheet, placed, 9, vehicle.country, 16)
    containers = fitting.clean(", ".join(content.containers)) or "—"
    sheet.lines(_CONTAINERS, 7 if len(containers) > 34 else 9, containers, 8.5, 2, smallest=5.5, strong=True)
    sheet.value(_DRIVER, 9, content.driver or "—", 9)


def _terms(sheet: Sheet, content: ClearancePermit) -> None:
    sheet.value(_DELIVERY, 9, content.delivery_terms or "—", 8.5)
    invoice = "—" if content.invoice_total is None else f"{amount(content.invoice_total)} {content.currency}"
    sheet.value(_INVOICE, 9, invoice, 9)
    totals = content.totals
    sheet.value(_ITEMS, 10.2, amount(totals.items), 9)
    sheet.value(_PACKAGES, 10.2, amount(totals.packages), 9)
    sheet.value(_GROSS, 10.2, amount(totals.gross_kg), 9)
    sheet.value(_NET, 10.2, amount(totals.net_kg), 9)


def _seals(sheet: Sheet, printed: _Print) -> None:
    content = printed.content
    sheet.lines(_OFFICER, 9, content.issued_by, 9.5, 3, strong=True)
    placed = sheet.at(_SIGNATURE)
    start, room = sheet.start(placed), placed.width - 3
    if printed.signer is None:
        sheet.both(placed, placed.y + 14, "unsigned", 9, colour=RED)
        return
    moment = dates.clock(dates.local(printed.printed_at, content.post.time_zone))
    # The key is the post's: a copy may be printed by another person than the one who issued.
    seal = f"{content.post.name(sheet.first.locale)} · {content.post.code}"
    sheet.line(start, placed.y + 8.4, seal, room, 8.5, face=bold(), base=sheet.first.base)
    sheet.line(start, placed.y + 12.2, moment, room, 7.5)
    sheet.line(
        start,
        placed.y + 16.4,
        f"{sheet.first.say('key')} {printed.signer.key_id or content.key_id}",
        room,
        6.5,
        colour=LABEL,
    )
    digest = sha256(printed.data).hexdigest()
    for row, part in enumerate((digest[:32], digest[32:])):
        text = f"SHA-256 {part}" if row == 0 else part
        sheet.line(start, placed.y + 20.4 + row * 3.1, text, room, 6, colour=LABEL)
    field = placed.inside(0.4)
    signature.place(
        sheet.page,
        field,
        printed.signer,
        name=_FIELD,
        reason=f"Clearance permit {fitting.clean(content.number, 60)}"
        + (f", copy {printed.copy}" if printed.copy else ""),
        location=fitting.clean(content.post.code, 20),
        moment=printed.printed_at,
    )


# --- goods, following pages, footer ----------------------------------------------------------------------------------


def _following_page(
    sheet: Sheet, template: _Template, printed: _Print, items: Sequence[Item], number: int, pages: int
) -> None:
    content = printed.content
    _watermark(sheet, printed)
    sheet.page.put(template.following)
    placed = sheet.at(_NEXT_BAND)
    sheet.line(sheet.start(placed), placed.y + 12.2, content.number, 80, 9, face=bold(), colour=WHITE)
    sheet.line(sheet.end(placed), placed.y + 12.2, f"MRN {content.mrn}", 80, 9, face=bold(), colour=WHITE)
    if printed.copy:
        copy = sheet.first.say("copy", copy=printed.copy)
        sheet.page.text(105, placed.y + 12.2, copy, 9, face=bold(), align=0.5, base=sheet.first.base, colour=WHITE)
    goods.fill(sheet, items, _NEXT_TOP, _ROWS_NEXT, content.totals, next_page=number + 1 if number < pages else 0)
    _footer(sheet, printed, number, pages)


def _footer(sheet: Sheet, printed: _Print, number: int, pages: int) -> None:
    whole = Box(12, _FOOTER, 186, 4)
    start, end = sheet.start(whole, 0), sheet.end(whole, 0)

    def of_pages(speech: Language) -> str:
        return speech.say("page", page=number, pages=pages)

    for speech, side in ((sheet.first, start), (sheet.second, end)):
        sheet.page.text(side.x, _FOOTER, of_pages(speech), 7, align=side.align, base=speech.base, colour=LABEL)
    mark = f"{fitting.clean(printed.content.number, 60)}  ·  {_FORM}"
    sheet.page.text(105, _FOOTER, mark, 7, align=0.5, colour=LABEL)
