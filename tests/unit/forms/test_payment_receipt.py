"""The payment receipt, the refund note, and receipts of a deposit and a security."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from forms.payment_receipt import v1
from forms.payment_receipt.v1_content import KINDS, PaymentReceipt
from tests.unit.forms.papers import pages_of, plain, printed, text_of

SAMPLE = v1.SAMPLE


def receipt(content: PaymentReceipt = SAMPLE, **options: Any) -> str:
    return plain(text_of(printed(v1, content, **options)))


def test_it_says_who_paid_what_how_and_to_whom() -> None:
    text = receipt()
    for words in (
        "Payment receipt",
        "AMOUNT RECEIVED",
        "30 000.00 TJS",
        "TJPPJ-2026-PR-000388",
        "TJPPJ-2026-AN-000951",
        "By receipt of a bank",
        "Амонатбонк",
        "AB-2026-7714023",
        "26.11.2026",
        "Сафарова Мадина",
        "TJ-510012345",
        "27.11.2026 13:47 (UTC+5)",
    ):
        assert words in text, words


def test_the_sample_adds_up_and_shows_what_remains() -> None:
    for each in SAMPLE.allocation:
        assert each.assessed - each.before - each.by_this == each.remaining
    assert sum(each.by_this for each in SAMPLE.allocation) == SAMPLE.amount
    assert SAMPLE.assessed - SAMPLE.before - SAMPLE.amount == SAMPLE.remaining
    text = receipt()
    for figure in ("85 054.47", "50 000.00", "2 014.41", "27 985.59", "5 054.47"):
        assert figure in text, figure


def test_totals_stand_without_an_allocation() -> None:
    text = receipt(replace(SAMPLE, allocation=()))
    assert "85 054.47" in text and "5 054.47" in text and "27 985.59" not in text


def test_what_is_overpaid_is_not_counted_as_paid() -> None:
    more = replace(
        SAMPLE, amount=Decimal("36000.00"), remaining=Decimal("0.00"), overpaid=Decimal("945.53"), allocation=()
    )
    text = receipt(more)
    assert "945.53 TJS" in text and "35 054.47" in text


def test_a_refund_note_says_why_and_where_to() -> None:
    refund = replace(
        SAMPLE,
        kind="refund",
        amount=Decimal("1200.50"),
        method="bank",
        reason="Amended after release: certificate of origin accepted",
        assessed=Decimal("85054.47"),
        before=Decimal("86254.97"),
        remaining=Decimal("0.00"),
        allocation=(),
    )
    text = receipt(refund)
    assert "Refund note" in text and "AMOUNT REFUNDED" in text and "1 200.50 TJS" in text
    assert "certificate of origin accepted" in text and "To a bank account" in text
    assert "-1 200.50" in text
    assert "Payment receipt" not in text


def test_a_deposit_needs_no_mrn_and_shows_the_balance() -> None:
    deposit = replace(
        SAMPLE,
        kind="deposit",
        mrn="",
        reference="",
        method="cash",
        account="TJ-510012345",
        balance=Decimal("41000.00"),
        allocation=(),
    )
    text = receipt(deposit)
    assert "Receipt of deposit" in text and "AMOUNT DEPOSITED" in text and "41 000.00 TJS" in text and "Cash" in text
    assert "What the amount is for" not in text
    assert SAMPLE.mrn not in text


def test_a_security() -> None:
    text = receipt(replace(SAMPLE, kind="security", method="guarantee"))
    assert "Receipt of security" in text and "AMOUNT SECURED" in text and "Guarantee" in text


def test_a_method_that_is_not_known_is_printed_as_it_is() -> None:
    assert "mobile wallet" in receipt(replace(SAMPLE, method="mobile wallet"))


def test_another_kind_is_refused() -> None:
    assert KINDS == ("payment", "refund", "deposit", "security")
    with pytest.raises(ValueError, match="gift"):
        replace(SAMPLE, kind="gift")


def test_many_taxes_go_on_over_pages() -> None:
    many = replace(SAMPLE, allocation=SAMPLE.allocation * 20)
    pages = pages_of(printed(v1, many))
    assert len(pages) == 3
    assert all(f"Page {number} of 3" in text for number, text in enumerate(pages, 1))
    assert "Assessed" in pages[1], "the head of the table stands on each page"
    assert "Total" in pages[-1]


def test_a_total_never_stands_alone_on_a_page() -> None:
    for count in range(5, 12):
        many = tuple(replace(SAMPLE.allocation[0], tax=f"x{n}", names={"en": f"tax {n} end"}) for n in range(count))
        pages = pages_of(printed(v1, replace(SAMPLE, allocation=many)))
        assert f"tax {count - 1} end" in pages[-1], count
