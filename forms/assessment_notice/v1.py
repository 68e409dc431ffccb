"""Assessment notice, version 1: what is to be paid for a declaration, with each figure to be checked by hand.

`render` turns a frozen `AssessmentNotice` into the bytes of a PDF: A4, two languages side by side, signed, with its
data inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial

from forms.assessment_notice import v1_items
from forms.assessment_notice.v1_content import AssessmentNotice, ExchangeRate
from forms.assessment_notice.v1_sample import SAMPLE
from forms.kit import dates, fitting, flow, paper, signature
from forms.kit.canvas import Box
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import GREEN, LINE, NAVY, PALE, RED, WHITE, Sheet
from forms.kit.table import FIGURE, Cell, Column, Table

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "AssessmentNotice", "render"]

VERSION = 1

_FORM = Form("Guzar AN-1", "AssessmentNotice", "Assessment notice")

# Geometry in millimetres from the top left, for a page that reads from the left.
_ISSUED = Box(12, 69, 44, 18)
_UNTIL = Box(56, 69, 38, 18)
_KIND = Box(94, 69, 60, 9)
_CURRENCY = Box(94, 78, 20, 9)
_VERSION = Box(114, 78, 40, 9)
_PAYER = Box(12, 89, 93, 26)
_DECLARANT = Box(105, 89, 93, 26)
_PAYABLE = Box(12, 117, 42, 14)
_PAID = Box(54, 117, 38, 14)
_SUSPENDED = Box(92, 117, 49, 14)
_DUE = Box(141, 117, 57, 14)
_FIRST = flow.Room(133, 249)
_FOLLOWING_NOTED = flow.Room(paper.FOLLOWING.top, 276.8)

_RATES = (
    Column("exchange_rate", 12, 64),
    Column("valid", 76, 52),
    Column("source", 128, 70),
)
_SUMS = (
    Column("tax", 12, 72),
    Column("payable", 84, 38, FIGURE),
    Column("suspended", 122, 38, FIGURE),
    Column("exempt", 160, 38, FIGURE),
)
_SUMS_AGAIN = (
    Column("tax", 12, 59),
    Column("payable", 71, 27, FIGURE),
    Column("suspended", 98, 25, FIGURE),
    Column("exempt", 123, 23, FIGURE),
    Column("previously", 146, 26, FIGURE),
    Column("difference", 172, 26, FIGURE),
)
_FEES = (
    Column("fee", 12, 84),
    Column("rate", 96, 62, FIGURE),
    Column("amount", 158, 40, FIGURE),
)
_ROUNDING = (
    Column("tax", 12, 64),
    Column("rounded_to", 76, 20),
    Column("rounding", 96, 44),
    Column("source", 140, 58),
)


def render(
    content: AssessmentNotice,
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
    title = "reassessment_notice" if content.previous else "assessment_notice"
    named = Named(title, content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages, title))
    sheet.begin("first")
    sheet.head(content.reference)
    _summary(sheet, content)
    sheet.seal(content.issued_by)
    sheet.place_signature()
    noted = content.unverified
    following = _FOLLOWING_NOTED if noted else paper.FOLLOWING
    sheet.strips(_strips(sheet, content), _FIRST, following, note="unverified_note" if noted else "")
    return sheet.close(sheet.first.say(title))


@lru_cache(64)
def _template(languages: tuple[str, str], title: str) -> paper.Template:
    return paper.template(
        languages,
        {
            "first": lambda sheet: _fixed_first(sheet, title),
            "following": lambda sheet: paper.fixed_following(sheet, title),
        },
    )


def _fixed_first(sheet: Sheet, title: str) -> None:
    paper.fixed_head(sheet, title, "notice_number")
    for box, key in (
        (_ISSUED, "issued_at"),
        (_UNTIL, "pay_until"),
        (_KIND, "assessment_kind"),
        (_CURRENCY, "currency"),
        (_VERSION, "declaration_version"),
        (_PAYER, "payer"),
        (_DECLARANT, "declarant"),
        (_PAYABLE, "total_payable"),
        (_PAID, "already_paid"),
        (_SUSPENDED, "total_suspended"),
    ):
        sheet.box(box, key)
    paper.fixed_foot(sheet, "issued_by")


def _summary(sheet: Paper, content: AssessmentNotice) -> None:
    sheet.day(_ISSUED, content.issued_at)
    sheet.day(_UNTIL, content.how_to_pay.until)
    placed = sheet.at(_KIND)
    kind, colour = ("final", GREEN) if content.final else ("provisional", RED)
    sheet.both(placed, placed.y + 7.3, kind, 8.5, colour=colour)
    sheet.value(_CURRENCY, 7.3, content.currency, 8.5)
    sheet.value(_VERSION, 7.3, amount(content.version), 8.5)
    sheet.party(_PAYER, content.payer)
    sheet.party(_DECLARANT, content.declarant)
    for box, figure in ((_PAYABLE, content.payable), (_PAID, content.paid), (_SUSPENDED, content.suspended)):
        sheet.figure(box, 10.6, amount(figure), 11)
    _due(sheet, content)


def _due(sheet: Paper, content: AssessmentNotice) -> None:
    """What remains, white on navy: the one figure a payer looks for."""
    placed = sheet.at(_DUE)
    sheet.page.fill(placed, NAVY)
    sheet.label(placed, "to_refund" if content.due < 0 else "to_pay", colour=WHITE)
    shown = f"{amount(abs(content.due))} {fitting.clean(content.currency, 8)}"
    sheet.figure(_DUE, 11, shown, 15, colour=WHITE)


# --- what follows each other -----------------------------------------------------------------------------------------


def _strips(sheet: Paper, content: AssessmentNotice) -> list[flow.Strip]:
    return [
        *_sums(sheet, content),
        *_how_to_pay(sheet, content),
        *_rates(sheet, content),
        *_fees(sheet, content),
        *_rounding(sheet, content),
        *v1_items.strips(sheet, content),
    ]


def _sums(sheet: Paper, content: AssessmentNotice) -> list[flow.Strip]:
    again = content.previous is not None
    table = Table(sheet, _SUMS_AGAIN if again else _SUMS, 6.6)
    names = {tax.code: tax.names for tax in content.taxes}
    rows: list[list[Cell]] = []
    for each in content.sums:
        first, second = sheet.words(names.get(each.tax, {}), each.tax)
        row = [Cell(first, second), *map(_money, (each.payable, each.suspended, each.exempt))]
        rows.append([*row, *_compared(each.payable, each.previous or Decimal(0))] if again else row)
    first, second = sheet.first.say("total"), sheet.second.say("total")
    totals = (content.payable, content.suspended, content.exempt)
    total = [Cell(first, second, strong=True), *(_money(figure, strong=True) for figure in totals)]
    if content.previous is not None:
        total += _compared(content.payable, content.previous.payable, strong=True)
    strips = [*table.rows(rows), table.total(total)]
    if content.previous is not None:
        strips.append(flow.Strip(5, partial(_previous, sheet, content)))
    return [*strips, flow.gap(2.4)]


def _money(figure: Decimal, *, strong: bool = False) -> Cell:
    return Cell(amount(figure) if figure or strong else "—", strong=strong)


def _compared(now: Decimal, before: Decimal, *, strong: bool = False) -> list[Cell]:
    change = now - before
    sign = "+" if change > 0 else ""
    return [_money(before, strong=strong), Cell(f"{sign}{amount(change)}", strong=True)]


def _previous(sheet: Paper, content: AssessmentNotice, y: float) -> None:
    before = content.previous
    if before is not None:
        number, at = fitting.clean(before.number, 40), sheet.clock(before.at)
        sheet.both(Box(12, y, 186, 5), y + 3.5, "replaces_notice", 6.8, number=number, at=at)


def _how_to_pay(sheet: Paper, content: AssessmentNotice) -> list[flow.Strip]:
    how = content.how_to_pay
    words = (
        ("beneficiary", how.beneficiary),
        ("bank", how.bank),
        ("account", how.account),
        ("purpose", how.purpose),
    )
    if content.due <= 0 or not any(text for _, text in words):
        return []
    return [flow.Strip(25, partial(_payment_box, sheet, words, how.unverified)), flow.gap(2.4)]


def _payment_box(sheet: Paper, words: tuple[tuple[str, str], ...], unverified: tuple[str, ...], y: float) -> None:
    box = Box(12, y, 186, 25)
    sheet.page.fill(box, PALE)
    sheet.page.frame(box, LINE)
    sheet.both(box, y + 4.2, "how_to_pay", 8.2, colour=NAVY)
    for number, (key, text) in enumerate(words):
        part = Box(12 + 93 * (number % 2), y + 5.2 + 6.4 * (number // 2), 93, 6.4)
        sheet.label(sheet.at(part), key)
        told = v1_items.marked(Cell(text or "—"), key not in unverified)
        sheet.line(sheet.start(sheet.at(part)), part.y + 5.6, told.text, 89, 8, colour=told.colour)
    sheet.columns(box, 20.4, "how_to_pay_text", 6.2, 2)


def _rates(sheet: Paper, content: AssessmentNotice) -> list[flow.Strip]:
    if not content.rates:
        return []
    table = Table(sheet, _RATES, 6)
    rows = table.rows([_rate(sheet, content, each) for each in content.rates])
    return [sheet.section("exchange_rates"), *rows, flow.gap(2.4)]


def _rate(sheet: Paper, content: AssessmentNotice, rate: ExchangeRate) -> list[Cell]:
    into = fitting.clean(content.currency, 8)
    shown = f"{amount(rate.units)} {fitting.clean(rate.currency, 8)} = {amount(rate.rate)} {into}"
    return [
        v1_items.marked(Cell(shown, strong=True), rate.verified),
        Cell(_period(rate), below=_doubts(sheet, rate)),
        Cell(rate.source or "—"),
    ]


def _doubts(sheet: Paper, rate: ExchangeRate) -> str:
    said = (("rate_over", rate.stale), ("rate_old", rate.old))
    return " · ".join(sheet.first.say(key) for key, holds in said if holds)


def _period(rate: ExchangeRate) -> str:
    days = [dates.gregorian(day) for day in (rate.day, rate.until) if day]
    return " – ".join(dict.fromkeys(days)) or "—"


def _fees(sheet: Paper, content: AssessmentNotice) -> list[flow.Strip]:
    if not content.fees:
        return []
    table = Table(sheet, _FEES, 5)
    names = {tax.code: tax.names for tax in content.taxes}
    rows = []
    for fee in content.fees:
        first, second = sheet.words(names.get(fee.fee, {}), fee.fee)
        rate = v1_items.marked(Cell(fee.rate or "—"), fee.verified)
        cells = [Cell(first, second), rate, Cell(amount(fee.amount), strong=True)]
        rows.append(table.row(cells, v1_items.grounds(fee.rule, fee.source, fee.period)))
    return [sheet.section("fees", "below_each"), table.head, *rows, flow.gap(2.4)]


def _rounding(sheet: Paper, content: AssessmentNotice) -> list[flow.Strip]:
    if not content.rounding:
        return []
    table = Table(sheet, _ROUNDING, 6)
    names = {tax.code: tax.names for tax in content.taxes}
    rows = []
    for each in content.rounding:
        unit = f"{amount(each.unit)} {fitting.clean(content.currency, 8)}"
        taxes = ", ".join(sheet.words(names.get(tax, {}), tax)[0] for tax in each.taxes)
        mode = sheet.said(f"round_{each.mode}", each.mode)
        rows.append([Cell(taxes), Cell(unit), Cell(*mode), Cell(each.source or "—")])
    return [sheet.section("rounding"), *table.rows(rows), flow.gap(2.4)]
