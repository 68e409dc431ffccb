"""The items of an assessment notice, version 1: the build-up of each customs value, and each tax with its grounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from forms.assessment_notice.v1_content import AssessmentNotice, Cost, Item, Line, Minimum
from forms.kit import fitting
from forms.kit.canvas import MM, Box
from forms.kit.flow import Strip, gap
from forms.kit.fonts import bold, regular
from forms.kit.numbers import amount
from forms.kit.paper import Paper
from forms.kit.sheet import INK, LINE, NAVY, PALE, RED
from forms.kit.table import CODE, FIGURE, Cell, Column, Table

#: Stands after a rate that no administration has confirmed; the foot of the page says so.
UNVERIFIED = "†"

_COSTS = (
    Column("component", 12, 45),
    Column("declared_amount", 57, 32, FIGURE),
    Column("share_basis", 89, 33, CODE),
    Column("item_share", 122, 31, FIGURE),
    Column("exchange_rate", 153, 17, FIGURE),
    Column("result", 170, 28, FIGURE),
)
_LINES = (
    Column("tax", 12, 45),
    Column("base", 57, 39, FIGURE),
    Column("rate", 96, 44, FIGURE),
    Column("amount", 140, 30, FIGURE),
    Column("tax_status", 170, 28),
)
#: Of a heading in one line, and in two.
_HEADING, _HIGH_HEADING = 6.6, 9.0
_DESCRIPTION = 95
#: As many signs of a source as leave room for rule and period.
_SOURCE = 500
#: Ways of sharing out that have a word of their own.
_BASES = ("value", "gross")


def marked(cell: Cell, verified: bool) -> Cell:
    """The cell of a rate, with the sign of an unverified one."""
    return cell if verified else cell._replace(text=f"{cell.text} {UNVERIFIED}", colour=RED)


def grounds(rule: str, source: str, period: str = "") -> str:
    """Rule, source and period, as the note of a row."""
    return fitting.joined((rule, fitting.clean(source, _SOURCE), period), " · ")


def strips(sheet: Paper, content: AssessmentNotice) -> list[Strip]:
    """The strips of all items, each with a heading of its own."""
    costs, lines = Table(sheet, _COSTS, 4.8), Table(sheet, _LINES, 6.2)
    names = {tax.code: sheet.words(tax.names, tax.code) for tax in content.taxes}
    drawn: list[Strip] = []
    for item in content.items:
        heading = _headed(sheet, item, content.currency)
        value = costs.rows([_cost(sheet, cost, content.currency) for cost in item.costs])
        value += [_minimum(sheet, costs, item.minimum)] if item.minimum else []
        value += [costs.total(_value(sheet, item))]
        taxes = [_line(sheet, lines, line, names) for line in item.lines]
        taxes = [lines.head, *taxes] if taxes else []
        rows = [*_named_again(heading, costs.head, value), *_named_again(heading, lines.head, taxes)]
        # An item stands on one page if it can; where it cannot, each page says which item it is.
        drawn += [heading._replace(keep=len(rows)), *rows, gap(2.6)]
    first = sheet.section("value_and_taxes", "below_each")
    return [first._replace(keep=1 + drawn[0].keep), *drawn]


def _named_again(heading: Strip, head: Strip, rows: Sequence[Strip]) -> list[Strip]:
    """The rows of an item's table, with the heading of the item above a head that is drawn again."""

    def both(y: float) -> None:
        heading.draw(y)
        head.draw(y + heading.height)

    again = Strip(heading.height + head.height, both)
    return [row._replace(head=again) if row.head else row for row in rows]


def _headed(sheet: Paper, item: Item, currency: str) -> Strip:
    """The heading of an item: higher where its description needs two lines."""
    words = fitting.block(fitting.clean(item.description), regular(), _DESCRIPTION * MM, 7.5, 6, 2)
    height = _HEADING if len(words.lines) < 2 else _HIGH_HEADING
    return Strip(height, partial(_heading, sheet, item, currency, words, height))


def _heading(sheet: Paper, item: Item, currency: str, words: fitting.Block, height: float, y: float) -> None:
    box = Box(12, y, 186, height)
    sheet.page.fill(box, PALE)
    sheet.page.frame(box, LINE)
    placed, baseline = sheet.at(box), y + height / 2 + 1.1
    number = f"{sheet.first.say('item')} {amount(item.number)}"
    sheet.line(sheet.start(placed), baseline, number, 20, 8.5, face=bold(), colour=NAVY)
    code = sheet.at(Box(34, y, 24, height))
    sheet.line(sheet.start(code), baseline, item.commodity, 22, 8, face=bold())
    side = sheet.start(sheet.at(Box(58, y, 98, height)))
    line = baseline if len(words.lines) < 2 else y + 3.7
    for text in words.lines:
        sheet.page.text(side.x, line, text, words.size, align=side.align, base=words.base, colour=INK)
        line += 3.2
    end = " · ".join(filter(None, map(fitting.clean, (item.origin, item.procedure, currency))))
    sheet.line(sheet.end(placed), baseline, end, 38, 7.5)


def _cost(sheet: Paper, cost: Cost, currency: str) -> list[Cell]:
    unit = fitting.clean(cost.currency, 8)
    first, second = sheet.said(f"cost_{cost.kind}", cost.kind)
    rate = "" if cost.rate is None else f"× {amount(cost.rate)}"
    if cost.included:
        known = sheet.first.say("in_price")
        return [Cell(first, second), Cell(f"{amount(cost.amount)} {unit}"), Cell(known), Cell(""), Cell(""), Cell("—")]
    basis = sheet.first.say(f"basis_{cost.basis}") if cost.basis in _BASES else cost.basis and f"× {cost.basis}"
    return [
        Cell(first, second),
        Cell(f"{amount(cost.amount)} {unit}"),
        Cell(basis or "—"),
        Cell(f"{amount(cost.share)} {unit}"),
        Cell(rate if cost.currency != currency else "—"),
        Cell(amount(cost.result)),
    ]


def _minimum(sheet: Paper, costs: Table, least: Minimum) -> Strip:
    """What the administration takes instead: rate by quantity, beside what was declared."""
    first, second = sheet.said("cost_minimum", "minimum")
    quantity = f"× {amount(least.quantity)} {fitting.clean(least.unit, 12)}"
    cells = [
        Cell(first, second),
        Cell(amount(least.declared)),
        marked(Cell(least.rate), least.verified),
        Cell(quantity),
        Cell(""),
        Cell(amount(least.value), strong=True),
    ]
    return costs.row(cells, grounds(least.rule, least.source))


def _value(sheet: Paper, item: Item) -> list[Cell]:
    first, second = sheet.first.say("customs_value"), sheet.second.say("customs_value")
    value = Cell(amount(item.customs_value), strong=True, colour=INK)
    return [Cell(first, second, strong=True), Cell(""), Cell(""), Cell(""), Cell(""), value]


def _line(sheet: Paper, lines: Table, line: Line, names: Mapping[str, tuple[str, str]]) -> Strip:
    """A tax with its base, rate and amount, and below it how the amount was found and by which rule."""
    first, second = names.get(line.tax, (fitting.clean(line.tax, 60), ""))
    status = Cell(*sheet.said(f"status_{line.status}", line.status))
    if line.exemption:
        status = Cell(status.text, below=fitting.clean(line.exemption, 60))
    base = f"{amount(line.base)} {fitting.clean(line.unit, 12)}".strip()
    cells = [
        Cell(first, second),
        Cell(base, below=line.base_of),
        marked(Cell(line.rate), line.verified),
        Cell(amount(line.amount), below=_below(line), strong=line.status == "payable"),
        status,
    ]
    return lines.row(cells, fitting.clean(line.working), grounds(line.rule, line.source, line.period))


def _below(line: Line) -> str:
    """Under an amount: what an exemption takes away, or the amount before it was rounded."""
    if line.relieved:
        return f"({amount(line.relieved)})"
    return "" if line.exact is None or line.exact == line.amount else amount(line.exact)
