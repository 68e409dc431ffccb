"""Seizure record, version 1: what was taken, from where and from whom, under which evidence numbers, and its way from hand to
hand.

`render` turns a frozen `SeizureRecord` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from forms.kit import dates, flow, paper, prose, signature
from forms.kit.canvas import Box
from forms.kit.fonts import bold
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import LINE, PALE, RED, Sheet
from forms.kit.table import CODE, FIGURE, Cell, Column, Table
from forms.seizure_record.v1_content import SAMPLE, Involved, Link, Photo, Piece, SeizureRecord

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "SeizureRecord", "render"]

VERSION = 1

_FORM = Form("Guzar SZ-1", "SeizureRecord", "Seizure record")

# Geometry in millimetres from the top left, for a page that reads from the left.
_SEIZED = Box(12, 69, 46, 18)
_ACT = Box(58, 69, 50, 18)
_PIECES = Box(108, 69, 46, 18)
_FIRM = Box(12, 89, 93, 26)
_VEHICLE = Box(105, 89, 46.5, 13)
_TRAILER = Box(151.5, 89, 46.5, 13)
_CONTAINER = Box(105, 102, 93, 13)
_HIDDEN = Box(12, 115, 93, 13)
_BASIS = Box(105, 115, 93, 13)
_TEXT = Box(12, 238, 186, 11)
_FIRST = flow.Room(131, 236)

_EVIDENCE = (
    Column("of_evidence", 12, 16, CODE),
    Column("of_kind", 28, 44),
    Column("description", 72, 56),
    Column("of_quantity", 128, 26, FIGURE),
    Column("of_packing", 154, 20, CODE),
    Column("of_value", 174, 24, FIGURE),
)
_PERSONS = (
    Column("of_name", 12, 56),
    Column("of_role", 68, 36),
    Column("of_document", 104, 46),
    Column("of_signature", 150, 48),
)
_LINKS = (
    Column("number", 12, 10, CODE),
    Column("of_evidence", 22, 16, CODE),
    Column("of_from_to", 38, 58),
    Column("of_receipt", 96, 26, CODE),
    Column("of_handed", 122, 38),
    Column("of_received", 160, 38),
)
_PHOTOS = (
    Column("number", 12, 10, CODE),
    Column("of_evidence", 22, 16, CODE),
    Column("of_caption", 38, 72),
    Column("of_sha256", 110, 88, CODE),
)


def render(
    content: SeizureRecord,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a record.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("of_seizure_record", content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    sheet.begin("first")
    sheet.head(content.reference)
    _seized(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    sheet.strips(_strips(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say("of_seizure_record"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(
        languages,
        {"first": _fixed_first, "following": lambda sheet: paper.fixed_following(sheet, "of_seizure_record")},
    )


def _fixed_first(sheet: Sheet) -> None:
    paper.fixed_head(sheet, "of_seizure_record", "of_record_number")
    for box, key in (
        (_SEIZED, "of_seized_at"),
        (_ACT, "of_inspection_act"),
        (_PIECES, "of_pieces"),
        (_FIRM, "of_addressee"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_CONTAINER, "containers"),
        (_HIDDEN, "of_hidden"),
        (_BASIS, "of_basis"),
    ):
        sheet.box(box, key)
    sheet.page.fill(_TEXT, PALE)
    sheet.page.frame(_TEXT, LINE)
    sheet.columns(_TEXT, 4.2, "of_record_text", 6.4, 2)
    paper.fixed_foot(sheet, "of_officer")


def _seized(sheet: Paper, content: SeizureRecord) -> None:
    sheet.day(_SEIZED, content.seized_at)
    sheet.value(_ACT, 8.2, content.act or "—", 8.5)
    sheet.figure(_PIECES, 12, amount(len(content.pieces)), 16)
    sheet.party(_FIRM, content.firm)
    at = sheet.at(_VEHICLE)
    sheet.line(sheet.start(at), at.y + 9.6, content.vehicle.plate or "—", 27, 12, face=bold())
    sheet.country(at, 9.6, content.vehicle.country, 16)
    sheet.value(_TRAILER, 9.6, content.trailer or "—", 12)
    sheet.value(_CONTAINER, 9, " · ".join(filter(None, (content.container, content.vin))) or "—", 9)
    sheet.lines(_HIDDEN, 7.6, content.hidden or "—", 8, 2, smallest=6)
    first, second = sheet.words(content.basis, "—")
    sheet.lines(_BASIS, 7.0, first, 7, 1, smallest=5)
    sheet.lines(_BASIS, 10.8, second, 6.4, 1, smallest=4.6)


def _strips(sheet: Paper, content: SeizureRecord) -> list[flow.Strip]:
    strips = [sheet.section("of_circumstances"), *prose.text(sheet, content.circumstances), sheet.section("of_pieces")]
    evidence = Table(sheet, _EVIDENCE, 7.4)
    strips.append(evidence.head)
    strips += [evidence.row(_piece(sheet, piece), piece.hidden) for piece in content.pieces]
    if content.persons:
        table = Table(sheet, _PERSONS, 9)
        strips += [flow.gap(2), sheet.section("of_persons"), table.head]
        strips += [table.row(_person(sheet, who), who.explanation) for who in content.persons]
    if content.links:
        rows = [_link(sheet, link) for link in content.links]
        strips += [flow.gap(2), sheet.section("of_handovers"), *Table(sheet, _LINKS, 7.4).rows(rows)]
    if content.photos:
        shown = [_photo(photo) for photo in content.photos]
        strips += [flow.gap(2), sheet.section("of_photos"), *Table(sheet, _PHOTOS, 5.8).rows(shown)]
    return strips


def _piece(sheet: Paper, piece: Piece) -> list[Cell]:
    first, second = sheet.words(piece.kind, "—")
    if piece.person:
        declared = ""
    else:
        declared = f"{sheet.first.say('of_item')} {piece.item}" if piece.item else sheet.first.say("of_undeclared")
    value = "—" if piece.value is None else f"{amount(piece.value)} {piece.currency}"
    return [
        Cell(piece.evidence, strong=True),
        Cell(first, second),
        Cell(piece.description, below=declared),
        Cell(
            f"{amount(piece.quantity.normalize() if piece.person else piece.quantity)} {piece.unit}".strip(),
            strong=True,
        ),
        Cell("—" if piece.packages is None else amount(piece.packages), below=piece.packaging),
        Cell(value),
    ]


def _person(sheet: Paper, who: Involved) -> list[Cell]:
    first, second = sheet.said(f"of_{who.role}", who.role)
    signature = Cell("") if who.signs else Cell(sheet.first.say("of_refuses"), below=who.remark, colour=RED)
    return [
        Cell(who.name, strong=True),
        Cell(first, second),
        Cell(" · ".join(filter(None, (who.document, who.nationality))) or "—"),
        signature,
    ]


def _link(sheet: Paper, link: Link) -> list[Cell]:
    handed = dates.clock(dates.local(link.handed_at, sheet.zone))
    received = dates.clock(dates.local(link.received_at, sheet.zone)) if link.received_at else ""
    return [
        Cell(amount(link.number)),
        Cell(link.evidence or "—"),
        Cell(f"{link.giver} · {link.taker}"),
        Cell(link.receipt),
        Cell(link.handed_by, below=handed),
        Cell(link.received_by, below=received) if received else Cell(sheet.first.say("of_not_received"), colour=RED),
    ]


def _photo(photo: Photo) -> list[Cell]:
    return [Cell(amount(photo.number)), Cell(photo.evidence or "—"), Cell(photo.caption or "—"), Cell(photo.sha256)]
