"""The cashier's desk in a real browser: it keeps itself fresh, and never takes away what somebody is writing."""

from __future__ import annotations

from decimal import Decimal

from app.core import db
from app.flows import paying
from app.payments.commands import Pay, Receipt
from tests.browser.test_officials_pages import aside
from tests.factories import actors, lives

LIVE = "[data-live-state]:not(.is-off):has-text('refreshes by itself')"


def unpaid():
    lives.alone()
    return lives.lodged(lives.due())


def claim(declaration, number):
    command = Pay(Decimal("10.00"), "TJS", Receipt("ESKHATA", number))
    with db.transaction() as session:
        return paying.claim_receipt(session, declaration.reference, command, by=actors.trader())[1]


def take(declaration, amount):
    with db.transaction() as session:
        return paying.record_receipt(
            session, declaration.reference, Pay(Decimal(amount), "TJS", None), by=actors.officer()
        )


def idle(page):
    page.wait_for_selector(LIVE)
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")


def test_a_receipt_and_what_is_in_the_till_appear_by_themselves(person):
    declaration = aside(unpaid)
    page = person("supervisor")
    page.goto("/cashier/")
    idle(page)
    payment = aside(lambda: claim(declaration, "A-1"))
    page.locator(f"#row-{payment.id}").wait_for(timeout=20_000)
    aside(lambda: take(declaration, "25.00"))
    page.locator("#till").get_by_text("25.00").wait_for(timeout=20_000)


def test_what_is_being_written_is_not_taken_away(person):
    declaration = aside(unpaid)
    first = aside(lambda: claim(declaration, "A-1"))
    page = person("supervisor")
    page.goto("/cashier/")
    page.fill(f"#reason-{first.id}", "no such receipt")
    idle(page)
    second = aside(lambda: claim(declaration, "A-2"))
    page.locator("[data-live-news]").wait_for(state="visible", timeout=20_000)
    assert page.input_value(f"#reason-{first.id}") == "no such receipt"
    assert page.locator(f"#row-{second.id}").count() == 0


def test_the_till_counts_on_while_somebody_counts_notes(person):
    declaration = aside(unpaid)
    page = person("supervisor")
    page.goto("/cashier/closing")
    idle(page)
    aside(lambda: take(declaration, "25.00"))
    page.locator("#taken").get_by_text("25.00").wait_for(timeout=20_000)
    page.fill("#f-counted-0-amount", "31")
    idle(page)
    aside(lambda: take(declaration, "6.00"))
    page.locator("#taken").get_by_text("6.00").wait_for(timeout=20_000)
    assert page.input_value("#f-counted-0-amount") == "31"
    page.locator("#till").get_by_text("31.00").wait_for()
