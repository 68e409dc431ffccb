"""Where to pay, the receipt of a deposit and what is still owed, in a browser: wide and narrow, in both directions."""

from __future__ import annotations

import os
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core import db
from app.payments import operations as payments
from app.payments.commands import Deposit, Receipt
from tests.browser.conftest import VIEWS
from tests.factories import actors, lives, warehouses
from tests.factories.actors import PARTY, POST


def _aside(act):
    """Runs a deed in a thread of its own: the test's thread belongs to the browser."""
    results = []
    worker = threading.Thread(target=lambda: results.append(act()))
    worker.start()
    worker.join()
    assert results, "the deed failed"
    return results[0]


def _dearer(body):
    body["items"][0]["invoice_value"] = body["invoice"]["total"] = "18400.00"


def _lives():
    """One that waits for its money, two that went and owe, a deposit that counts, and one that is named."""
    lives.alone()
    waiting = lives.lodged(lives.due())
    for _n in range(2):
        warehouses.amended(lives.paid(lives.lodged(lives.due())), _dearer)
    with db.transaction() as session:
        command = Deposit(POST, PARTY, Decimal(75), "TJS", Receipt("ESKHATA", "DEP-1"))
        made = payments.deposit(session, command, by=actors.officer(login="cashier"))
    with db.transaction() as session:
        command = Deposit(POST, PARTY, Decimal(80), "TJS", Receipt("TREASURY-TJ", "DEP-2"))
        payments.claim_deposit(session, command, by=actors.trader())
    return waiting, made


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_axe_finds_nothing_and_nothing_is_cut_off(person, lang, width):
    waiting, made = _aside(_lives)
    complaints = []
    pages = {
        "officer": {
            "desk": "/cashier/",
            "debts": "/cashier/debts",
            "window": f"/cashier/declarations/{waiting.reference}",
            "deposit": "/cashier/accounts",
            "statement": f"/cashier/accounts/{PARTY}",
            "receipt": f"/papers/receipts/{made.id}",
        },
        "trader": {
            "assessment": f"/trader/declarations/{waiting.reference}/assessment",
            "account": f"/trader/accounts/{POST}/{PARTY}",
            "trader-receipt": f"/papers/receipts/{made.id}",
        },
    }
    for login, addresses in pages.items():
        page = person(login, lang=lang, width=width)
        for name, address in addresses.items():
            assert page.goto(address).status == 200, name
            for details in page.locator("main details").all():
                details.evaluate("one => one.open = true")
            if folder := os.environ.get("GUZAR_SCREENSHOTS"):
                page.screenshot(path=Path(folder) / f"money-{name}-{lang}-{width}.png", full_page=True)
            violations = Axe().run(page).response["violations"]
            complaints += [(name, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                complaints.append((name, "wider than the screen"))
    assert not complaints, complaints


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_receipt_of_a_deposit_from_the_statement_to_the_paper(person, script):
    _waiting, made = _aside(_lives)
    page = person("trader", script=script)
    page.goto(f"/trader/accounts/{POST}/{PARTY}")
    page.locator(f'a[href="/papers/receipts/{made.id}"]').click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Issue Receipt").click()
    assert download.value.suggested_filename == f"{made.number}.pdf"
    page.goto(f"/papers/receipts/{made.id}")
    page.get_by_text("In force").wait_for()
