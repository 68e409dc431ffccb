"""Payment receipt, version 1: money received for a declaration, given back, or laid into a prepayment account.

`render` turns a frozen `PaymentReceipt` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from forms.kit import flow, paper, signature
from forms.kit.canvas import Box
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import GREEN, LINE, NAVY, PALE, RED, WHITE, Sheet
from forms.kit.table import FIGURE, Cell, Column, Table
from forms.payment_receipt.v1_content import SAMPLE, Allocation, PaymentReceipt

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "PaymentReceipt", "render"]

VERSION = 1

_FORM = Form("Guzar PR-1", "PaymentReceipt", "Payment receipt")
#: Keys of the title and of the amount, by kind.
_TITLES = {
    "payment": ("payment_receipt", "received", "receipt_text"),
    "refund": ("refund_note", "refunded", "refund_text"),
    "deposit": ("deposit_receipt", "deposited", "receipt_text"),
    "security": ("security_receipt", "secured", "receipt_text"),
}

# Geometry in millimetres from the top left, for a page that reads from the left.
_ISSUED = Box(12, 69, 44, 18)
_PAID_ON = Box(56, 69, 38, 18)
_NOTICE = Box(94, 69, 60, 18)
_PAYER = Box(12, 89, 93, 27)
_DECLARANT = Box(105, 89, 93, 27)
_AMOUNT = Box(12, 118, 93, 24)
_METHOD = Box(105, 118, 46.5, 12)
_REFERENCE = Box(151.5, 118, 46.5, 12)
_BANK = Box(105, 130, 93, 12)
_ACCOUNT = Box(12, 144, 62, 12)
_BALANCE = Box(74, 144, 62, 12)
_OVERPAID = Box(136, 144, 62, 12)
_REASON = Box(12, 158, 186, 13)
_TEXT = Box(12, 238, 186, 11)
_FIRST = flow.Room(173, 236)

_ALLOCATION = (
    Column("tax", 12, 66),
    Column("assessed", 78, 30, FIGURE),
    Column("paid_before", 108, 30, FIGURE),
    Column("by_this", 138, 30, FIGURE),
    Column("remaining", 168, 30, FIGURE),
)


def render(
    content: PaymentReceipt,
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
    title = _TITLES[content.kind][0]
    named = Named(title, content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages, content.kind))
    sheet.begin("first")
    sheet.head(content.reference)
    _who_and_when(sheet, content)
    _money(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    sheet.strips(_allocation(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say(title))


@lru_cache(64)
def _template(languages: tuple[str, str], kind: str) -> paper.Template:
    return paper.template(
        languages,
        {
            "first": lambda sheet: _fixed_first(sheet, kind),
            "following": lambda sheet: paper.fixed_following(sheet, _TITLES[kind][0]),
        },
    )


def _fixed_first(sheet: Sheet, kind: str) -> None:
    title, received, text = _TITLES[kind]
    paper.fixed_head(sheet, title, "note_number" if kind == "refund" else "receipt_number")
    for box, key in (
        (_ISSUED, "time_of_receipt" if kind != "refund" else "issued_at"),
        (_PAID_ON, "paid_on"),
        (_NOTICE, "notice"),
        (_PAYER, "payer" if kind != "refund" else "beneficiary"),
        (_DECLARANT, "declarant"),
        (_METHOD, "method"),
        (_REFERENCE, "bank_reference"),
        (_BANK, "bank"),
        (_ACCOUNT, "prepayment_account"),
        (_BALANCE, "balance"),
        (_OVERPAID, "overpaid"),
        (_REASON, "reason" if kind == "refund" else "remarks"),
    ):
        sheet.box(box, key)
    placed = sheet.at(_AMOUNT)
    sheet.page.fill(placed, NAVY)
    sheet.both(placed, placed.y + 5.4, received, 8, colour=WHITE)
    sheet.page.fill(_TEXT, PALE)
    sheet.page.frame(_TEXT, LINE)
    sheet.columns(_TEXT, 4.2, text, 6.8, 2)
    paper.fixed_foot(sheet, "cashier")


def _who_and_when(sheet: Paper, content: PaymentReceipt) -> None:
    sheet.day(_ISSUED, content.issued_at)
    sheet.day(_PAID_ON, content.paid_on)
    sheet.value(_NOTICE, 8.2, content.notice or "—", 9)
    sheet.party(_PAYER, content.payer)
    sheet.party(_DECLARANT, content.declarant)


def _money(sheet: Paper, content: PaymentReceipt) -> None:
    sheet.figure(_AMOUNT, 18, f"{amount(content.amount)} {content.currency}", 24, colour=WHITE)
    first, second = sheet.said(f"method_{content.method}", content.method)
    for number, (box, text) in enumerate(
        ((_METHOD, first), (_REFERENCE, content.bank_reference), (_BANK, content.bank))
    ):
        sheet.value(box, 7.6 if number == 0 and second else 9, text or "—", 8.5)
    placed = sheet.at(_METHOD)
    sheet.line(sheet.end(placed), placed.y + 10.9, second, placed.width - 3, 6.8, base=sheet.second.base)
    sheet.value(_ACCOUNT, 9, content.account or "—", 9)
    balance = "—" if content.balance is None else f"{amount(content.balance)} {content.currency}"
    sheet.figure(_BALANCE, 9, balance, 9.5)
    sheet.figure(_OVERPAID, 9, f"{amount(content.overpaid)} {content.currency}" if content.overpaid else "—", 9.5)
    sheet.lines(_REASON, 7.6, content.reason or "—", 8.5, 2, smallest=6)


def _allocation(sheet: Paper, content: PaymentReceipt) -> list[flow.Strip]:
    """What the amount is for by tax, as far as it is told, and the totals of the declaration."""
    if not content.mrn:
        return []
    table = Table(sheet, _ALLOCATION, 6.2)
    rows = [table.row(_row(sheet, each)) for each in content.allocation]
    if rows:
        # The total never stands alone on a page.
        rows[-1] = rows[-1]._replace(keep=1)
    first, second = sheet.first.say("total"), sheet.second.say("total")
    left = Cell(amount(content.remaining), strong=True, colour=RED if content.remaining > 0 else GREEN)
    by_this = content.assessed - content.before - content.remaining
    sums = (Cell(amount(each), strong=True) for each in (content.assessed, content.before, by_this))
    total = table.total([Cell(first, second, strong=True), *sums, left])
    return [sheet.section("allocation"), table.head, *rows, total]


def _row(sheet: Paper, each: Allocation) -> list[Cell]:
    first, second = sheet.words(each.names, each.tax)
    return [
        Cell(first, second),
        Cell(amount(each.assessed)),
        Cell(amount(each.before)),
        Cell(amount(each.by_this), strong=True),
        Cell(amount(each.remaining)),
    ]
