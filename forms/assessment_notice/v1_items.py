"""The items of an assessment notice, version 1: the build-up of each customs value, and each tax with its grounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from forms.assessment_notice.v1_content import AssessmentNotice, Cost, Item, Line, Minimum
from forms.kit import fitting
from forms.kit.canvas import Box
from forms.kit.flow import Strip, gap
from forms.kit.fonts import bold
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
    Column("base", 57, 32, FIGURE),
    Column("rate", 89, 18, FIGURE),
    Column("amount", 107, 24, FIGURE),
    Column("tax_status", 131, 22),
    Column("rule_source_period", 153, 45),
)
_HEADING = 6.6
#: Ways of sharing out that have a word of their own.
_BASES = ("value", "gross")


def marked(cell: Cell, verified: bool) -> Cell:
    """The cell of a rate, with the sign of an unverified one."""
    return cell if verified else cell._replace(text=f"{cell.text} {UNVERIFIED}", colour=RED)


def grounds(rule: str, source: str, period: str) -> Cell:
    """Rule, and below it source and period."""
    below = " · ".join(filter(None, (source, period)))
    return Cell(rule or below or "—", below=below if rule else "")


def strips(sheet: Paper, content: AssessmentNotice) -> list[Strip]:
    """The strips of all items, each with a heading of its own."""
    costs, lines = Table(sheet, _COSTS, 4.8), Table(sheet, _LINES, 7)
    names = {tax.code: sheet.words(tax.names, tax.code) for tax in content.taxes}
    drawn: list[Strip] = []
    for item in content.items:
        heading = Strip(_HEADING, partial(_heading, sheet, item, content.currency))
        built = [_cost(sheet, cost, content.currency) for cost in item.costs]
        built += [_minimum(sheet, item.minimum)] if item.minimum else []
        value = [*costs.rows(built), costs.total(_value(sheet, item))]
        taxes = lines.rows([_line(sheet, line, names) for line in item.lines])
        rows = [*_named_again(heading, costs.head, value), *_named_again(heading, lines.head, taxes)]
        # An item stands on one page if it can; where it cannot, each page says which item it is.
        drawn += [heading._replace(keep=len(rows)), *rows, gap(2.6)]
    first = sheet.section("value_and_taxes")
    return [first._replace(keep=1 + drawn[0].keep), *drawn]


def _named_again(heading: Strip, head: Strip, rows: Sequence[Strip]) -> list[Strip]:
    """The rows of an item's table, with the heading of the item above a head that is drawn again."""

    def both(y: float) -> None:
        heading.draw(y)
        head.draw(y + heading.height)

    again = Strip(heading.height + head.height, both)
    return [row._replace(head=again) if row.head else row for row in rows]


def _heading(sheet: Paper, item: Item, currency: str, y: float) -> None:
    box = Box(12, y, 186, _HEADING)
    sheet.page.fill(box, PALE)
    sheet.page.frame(box, LINE)
    placed, baseline = sheet.at(box), y + 4.4
    number = f"{sheet.first.say('item')} {amount(item.number)}"
    sheet.line(sheet.start(placed), baseline, number, 20, 8.5, face=bold(), colour=NAVY)
    code = sheet.at(Box(34, y, 24, _HEADING))
    sheet.line(sheet.start(code), baseline, item.commodity, 22, 8, face=bold())
    words = sheet.at(Box(58, y, 98, _HEADING))
    sheet.line(sheet.start(words), baseline, item.description, 95, 7.5)
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


def _minimum(sheet: Paper, least: Minimum) -> list[Cell]:
    """What the administration takes instead: rate by quantity, beside what was declared."""
    first, second = sheet.said("cost_minimum", "minimum")
    quantity = f"× {amount(least.quantity)} {fitting.clean(least.unit, 12)}"
    return [
        Cell(first, second),
        Cell(amount(least.declared)),
        marked(Cell(least.rate), least.verified),
        Cell(quantity),
        Cell(""),
        Cell(amount(least.value), strong=True),
    ]


def _value(sheet: Paper, item: Item) -> list[Cell]:
    first, second = sheet.first.say("customs_value"), sheet.second.say("customs_value")
    value = Cell(amount(item.customs_value), strong=True, colour=INK)
    return [Cell(first, second, strong=True), Cell(""), Cell(""), Cell(""), Cell(""), value]


def _line(sheet: Paper, line: Line, names: Mapping[str, tuple[str, str]]) -> list[Cell]:
    first, second = names.get(line.tax, (fitting.clean(line.tax, 60), ""))
    status = Cell(*sheet.said(f"status_{line.status}", line.status))
    if line.exemption:
        status = Cell(status.text, below=fitting.clean(line.exemption, 60))
    base = f"{amount(line.base)} {fitting.clean(line.unit, 12)}".strip()
    return [
        Cell(first, second),
        Cell(base, below=line.base_of),
        marked(Cell(line.rate), line.verified),
        Cell(amount(line.amount), below=_below(line), strong=line.status == "payable"),
        status,
        grounds(line.rule, line.source, line.period),
    ]


def _below(line: Line) -> str:
    """Under an amount: what an exemption takes away, or the amount before it was rounded."""
    if line.relieved:
        return f"({amount(line.relieved)})"
    return "" if line.exact is None or line.exact == line.amount else amount(line.exact)
