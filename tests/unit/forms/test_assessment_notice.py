"""The assessment notice: every figure on it can be found by hand."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from forms.assessment_notice import v1
from forms.assessment_notice.v1_content import AssessmentNotice, ExchangeRate, Minimum, Sum
from forms.kit.numbers import amount
from tests.unit.forms.papers import many_pages_of, pages_of, plain, printed, text_of

SAMPLE = v1.SAMPLE
CENT = Decimal("0.01")


def notice(content: AssessmentNotice = SAMPLE, **options: Any) -> str:
    return plain(text_of(printed(v1, content, **options)))


def shown(figure: Decimal) -> str:
    return plain(amount(figure))


def many_items(count: int) -> AssessmentNotice:
    items = tuple(replace(SAMPLE.items[n % 3], number=n + 1, description=f"goods {n + 1} end") for n in range(count))
    return replace(SAMPLE, items=items)


def rounded(figure: Decimal) -> Decimal:
    return figure.quantize(CENT, ROUND_HALF_UP)


def test_the_sample_adds_up() -> None:
    """What a reader with a pencil finds."""
    payable: dict[str, Decimal] = {}
    for item in SAMPLE.items:
        for cost in item.costs:
            assert cost.rate is not None
            assert rounded(cost.share * cost.rate) == cost.result
            if cost.basis:
                part, whole = (Decimal(each.replace(" ", "")) for each in cost.basis.split("/"))
                assert rounded(cost.amount * part / whole) == cost.share
        assert sum(cost.result for cost in item.costs) == item.customs_value
        for line in item.lines:
            exact = line.base * Decimal(line.rate.removesuffix(" %")) / 100
            assert rounded(exact) == line.amount + line.relieved
            if line.status == "payable":
                payable[line.tax] = payable.get(line.tax, Decimal(0)) + line.amount
    payable |= {fee.fee: fee.amount for fee in SAMPLE.fees}
    assert {each.tax: each.payable for each in SAMPLE.sums} == payable
    assert SAMPLE.payable == sum(payable.values())
    assert SAMPLE.due == SAMPLE.payable - SAMPLE.paid
    assert SAMPLE.previous is not None and SAMPLE.previous.payable == sum(each.previous or 0 for each in SAMPLE.sums)


def test_every_figure_and_its_grounds_are_printed() -> None:
    text = notice()
    figures = [SAMPLE.payable, SAMPLE.suspended, SAMPLE.paid, SAMPLE.due, SAMPLE.exempt]
    for item in SAMPLE.items:
        figures += [
            item.customs_value,
            *(figure for cost in item.costs for figure in (cost.amount, cost.share, cost.result)),
        ]
        figures += [figure for line in item.lines for figure in (line.base, line.amount)]
        for line in item.lines:
            assert line.rule in text and line.source in text and line.period in text and line.rate in text
    for figure in figures:
        assert shown(figure) in text, figure
    for words in ("27 000.00 / 39 600.00", "× 10.6543", "301 613.53 + 15 080.68", "(2 010.76)", "EX-2026-0041"):
        assert words in text, words


def test_the_rate_of_exchange_has_its_day_and_source() -> None:
    text = notice()
    assert "1 USD = 10.6543 TJS" in text and "National Bank of Tajikistan" in text
    monthly = ExchangeRate("RUB", Decimal("1.2"), Decimal(10), date(2026, 11, 6), date(2026, 12, 5), stale=True)
    text = notice(replace(SAMPLE, rates=(monthly,)))
    assert "10 RUB = 1.2 TJS" in text and "06.11.2026 – 05.12.2026" in text
    assert "the last one known" in text and "old rate" not in text
    text = notice(replace(SAMPLE, rates=(replace(monthly, stale=False, old=True),)))
    assert "old rate" in text and "the last one known" not in text
    assert "the last one known · old rate" in notice(replace(SAMPLE, rates=(replace(monthly, old=True),)))


def test_an_account_that_nobody_has_confirmed_is_marked() -> None:
    lines = tuple(replace(item, lines=tuple(replace(x, verified=True) for x in item.lines)) for item in SAMPLE.items)
    fees = tuple(replace(fee, verified=True) for fee in SAMPLE.fees)
    sound = replace(SAMPLE, items=lines, fees=fees)
    doubtful = replace(sound, how_to_pay=replace(SAMPLE.how_to_pay, unverified=("account",)))
    text = notice(doubtful)
    assert "20202972 3151 0000 0017 †" in text and "Душанбе †" not in text
    assert "Not confirmed by the administration yet" in text
    assert "†" not in notice(replace(doubtful, paid=Decimal("90000.00"), due=Decimal(0))), "nothing is to be paid"


def test_an_unverified_rate_is_marked_and_said_on_each_page() -> None:
    pages = pages_of(printed(v1))
    assert SAMPLE.unverified
    assert (
        "10.00 % †" in pages[1]
        and "2 × 50.00 TJS †" in pages[0]
        and "5.00 % †" not in pages[1].replace("10.00 % †", "")
    )
    assert all("Not confirmed by the administration yet" in page for page in pages)
    lines = tuple(replace(item, lines=tuple(replace(x, verified=True) for x in item.lines)) for item in SAMPLE.items)
    fees = tuple(replace(fee, verified=True) for fee in SAMPLE.fees)
    sound = replace(SAMPLE, items=lines, fees=fees)
    assert not sound.unverified
    assert "†" not in notice(sound)
    assert replace(sound, rates=(replace(SAMPLE.rates[0], verified=False),)).unverified


def test_a_reassessment_names_the_one_before_and_the_difference() -> None:
    text = notice()
    assert "Notice of re-assessment" in text and "TJPPJ-2026-AN-000944" in text
    assert "+2 014.41" in text and "-281.51" in text and "+1 732.90" in text
    first = replace(SAMPLE, previous=None, sums=tuple(replace(each, previous=None) for each in SAMPLE.sums))
    text = notice(first)
    assert "Assessment notice" in text and "re-assessment" not in text and "Difference" not in text


def test_what_was_paid_too_much_is_to_be_refunded() -> None:
    text = notice(replace(SAMPLE, paid=Decimal("90000.00"), due=Decimal("-4945.53")))
    assert "TO BE REFUNDED" in text and "4 945.53 TJS" in text
    assert "How to pay" not in text
    text = notice()
    assert "TO PAY" in text and "35 054.47 TJS" in text and "How to pay" in text and "07.12.2026" in text
    assert "20202972 3151 0000 0017" in text


def test_provisional_or_final() -> None:
    assert "FINAL" in notice() and "PROVISIONAL" not in notice()
    assert "PROVISIONAL" in notice(replace(SAMPLE, final=False))


def test_a_least_value_takes_the_place_of_the_declared_one() -> None:
    least = Minimum(
        Decimal("400000.00"), Decimal("301613.53"), "4.17 USD/kg", Decimal("9000.000"), "kg", verified=False
    )
    item = replace(SAMPLE.items[0], customs_value=least.value, minimum=least)
    text = notice(replace(SAMPLE, items=(item,)))
    assert "Minimum value" in text and "4.17 USD/kg †" in text and "9 000.000 kg" in text and "400 000.00" in text


def test_included_costs_and_exact_amounts() -> None:
    item = SAMPLE.items[0]
    costs = (*item.costs[:1], replace(item.costs[1], included=True))
    lines = (replace(item.lines[0], exact=Decimal("15080.6765")),)
    text = notice(replace(SAMPLE, items=(replace(item, costs=costs, lines=lines),)))
    assert "in the price" in text and "13 075.70" not in text
    assert "15 080.6765" in text


def test_words_that_are_not_known_are_printed_as_they_are() -> None:
    item = SAMPLE.items[0]
    costs = (replace(item.costs[0], kind="assists", basis="gross"),)
    content = replace(SAMPLE, items=(replace(item, costs=costs),), sums=(Sum("brt", Decimal("4.00")), *SAMPLE.sums))
    text = notice(content)
    assert "assists" in text and "brt" in text and "by gross weight" in text


@pytest.mark.parametrize("count", [1, 4, 60, 999])
def test_items_go_on_over_pages(count: int) -> None:
    pages = many_pages_of(printed(v1, many_items(count)))
    # Four items of three costs and two taxes to a page.
    assert len(pages) == 1 + -(-count // 4)
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert SAMPLE.number in text and SAMPLE.mrn in text
    everything = "\n".join(pages)
    assert all(f"goods {number} end" in everything for number in range(1, count + 1))


def test_an_item_stands_on_one_page_or_is_named_again_on_the_next() -> None:
    long = replace(SAMPLE.items[0], costs=SAMPLE.items[0].costs * 6, lines=SAMPLE.items[0].lines * 15)
    pages = pages_of(printed(v1, replace(SAMPLE, items=(SAMPLE.items[1], long, SAMPLE.items[2]))))
    assert ["570110" in page for page in pages] == [False, True, False, False]
    assert ["080620" in page for page in pages] == [False, False, True, True]
    assert ["080212" in page for page in pages] == [False, False, False, True]


def test_999_items_take_seconds() -> None:
    content = many_items(999)
    begun = time.process_time()
    printed(v1, content)
    assert time.process_time() - begun < 4


def test_no_items_or_too_many_are_refused() -> None:
    for items in ((), SAMPLE.items * 334):
        with pytest.raises(ValueError, match="999"):
            replace(SAMPLE, items=items)
