"""Notice of decision, version 1: what was decided about goods, why, what the firm may do now and how it may appeal.

`render` turns a frozen `DecisionNotice` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from forms.decision_notice.v1_content import SAMPLE, DecisionNotice, Item
from forms.kit import flow, paper, prose, signature
from forms.kit.canvas import Box
from forms.kit.fonts import bold
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import LINE, NAVY, PALE, RED, WHITE, Sheet
from forms.kit.table import CODE, FIGURE, Cell, Column, Table

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "DecisionNotice", "render"]

VERSION = 1

_FORM = Form("Guzar DN-1", "DecisionNotice", "Notice of decision")

# Geometry in millimetres from the top left, for a page that reads from the left.
_ISSUED = Box(12, 69, 46, 18)
_DECIDED = Box(58, 69, 46, 18)
_UNTIL = Box(104, 69, 50, 18)
_DECISION = Box(12, 89, 186, 12)
_FIRM = Box(12, 103, 93, 26)
_CONSIGNEE = Box(105, 103, 93, 26)
_VEHICLE = Box(12, 129, 46, 13)
_TRAILER = Box(58, 129, 46, 13)
_BASIS = Box(104, 129, 94, 13)
_TEXT = Box(12, 238, 186, 11)
_FIRST = flow.Room(144, 236)

_GOODS = (
    Column("number", 12, 10, CODE),
    Column("commodity", 22, 24, CODE),
    Column("description", 46, 104),
    Column("packages", 150, 22, FIGURE),
    Column("gross_kg", 172, 26, FIGURE),
)


def render(
    content: DecisionNotice,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a notice.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("of_decision_notice", content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    sheet.begin("first")
    sheet.head(content.reference)
    _decided(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    sheet.strips(_strips(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say("of_decision_notice"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(
        languages,
        {"first": _fixed_first, "following": lambda sheet: paper.fixed_following(sheet, "of_decision_notice")},
    )


def _fixed_first(sheet: Sheet) -> None:
    paper.fixed_head(sheet, "of_decision_notice", "notice_number")
    for box, key in (
        (_ISSUED, "issued_at"),
        (_DECIDED, "of_decided_at"),
        (_UNTIL, "of_appeal_until"),
        (_FIRM, "of_addressee"),
        (_CONSIGNEE, "consignee"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_BASIS, "of_basis"),
    ):
        sheet.box(box, key)
    sheet.page.fill(sheet.at(_DECISION), NAVY)
    sheet.page.fill(_TEXT, PALE)
    sheet.page.frame(_TEXT, LINE)
    sheet.columns(_TEXT, 4.2, "of_notice_text", 6.8, 2)
    paper.fixed_foot(sheet, "issued_by")


def _decided(sheet: Paper, content: DecisionNotice) -> None:
    sheet.day(_ISSUED, content.issued_at)
    sheet.day(_DECIDED, content.decided_at)
    sheet.day(_UNTIL, content.appeal_until, strong=RED)
    sheet.both(sheet.at(_DECISION), _DECISION.y + 7.8, f"of_{content.decision}", 12, colour=WHITE)
    sheet.party(_FIRM, content.firm)
    sheet.party(_CONSIGNEE, content.consignee)
    for box, vehicle in ((_VEHICLE, content.vehicle), (_TRAILER, content.trailer)):
        at = sheet.at(box)
        sheet.line(sheet.start(at), at.y + 9.6, vehicle.plate or "—", 27, 12, face=bold())
        sheet.country(at, 9.6, vehicle.country, 16)
    first, second = sheet.words(content.basis, "—")
    sheet.lines(_BASIS, 7.0, first, 7, 1, smallest=5)
    sheet.lines(_BASIS, 10.8, second, 6.4, 1, smallest=4.6)


def _strips(sheet: Paper, content: DecisionNotice) -> list[flow.Strip]:
    strips = [sheet.section("of_reason"), *prose.text(sheet, content.reason)]
    strips += [sheet.section("of_remedy"), prose.columns(sheet, f"of_remedy_{content.decision}", 4)]
    strips += [sheet.section("of_way"), prose.columns(sheet, "of_how", 4), _body(sheet, content)]
    rows = [_item(item) for item in content.items]
    if rows:
        strips += [flow.gap(1.6), sheet.section("of_goods"), *Table(sheet, _GOODS, 6.2).rows(rows)]
    return strips


def _body(sheet: Paper, content: DecisionNotice) -> flow.Strip:
    """To whom one appeals, in both languages."""
    texts = sheet.words(content.body, "—")
    return flow.Strip(5.4, lambda y: sheet.pair(Box(12, y, 186, 5), y + 3.4, texts, 7.2))


def _item(item: Item) -> list[Cell]:
    return [
        Cell(amount(item.number)),
        Cell(item.commodity, strong=True),
        Cell(item.description),
        Cell(amount(item.packages)),
        Cell(amount(item.gross_kg)),
    ]
