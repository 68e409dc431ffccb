"""Every page of officers at the gate, cashiers and those who grant reliefs, full of life, looked at by axe."""

from __future__ import annotations

import datetime as dt
import os
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.attachments import operations as attachments
from app.core import db
from app.declarations.commands import AddDocument, Answer, PartlyRelease
from app.declarations.operations import add_document
from app.exemptions import operations as exemptions
from app.exemptions.commands import RegisterCertificate
from app.flows import asking, leaving, paying
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments.commands import CloseDay, Counted, Deposit, Pay, ProposeRefund, Receipt
from app.reference.queries import codebook
from tests.browser.conftest import VIEWS
from tests.factories import actors, cases, lives, scans
from tests.factories.actors import PARTY, POST
from tests.factories.permitting import with_permit


def aside(act):
    """Runs deeds in a thread of their own: the test's thread belongs to the browser."""
    results = []
    worker = threading.Thread(target=lambda: results.append(act()))
    worker.start()
    worker.join()
    assert results, "the deed failed"
    return results[0]


def certificate(number, *, approved):
    command = RegisterCertificate(
        POST, number, "Вазорати молия", "Decree 112 of 2024, art. 4", PARTY, "net_kg", Decimal("5000.500"),
        dt.date(2026, 1, 1), dt.date(2099, 12, 31), ("6203", "0806"), ("duty", "vat"),
    )  # fmt: skip
    with db.transaction() as session:
        id = exemptions.register(session, command, by=actors.officer()).id
    if approved:
        with db.transaction() as session:
            exemptions.settle(session, id, approved=True, reason="", by=actors.supervisor())
    return id


def full():
    """A declaration with a bit of everything, another one amended, and money in every state."""
    lives.alone()
    certificate("EX-2026-7", approved=True)
    waiting = certificate("EX-2026-8", approved=False)
    body = lives.lane("yellow", lives.due(3))
    body["costs"] = [
        {"kind": "freight", "amount": "1250.01", "currency": "USD", "included": False},
        {"kind": "insurance", "amount": "80.00", "currency": "EUR", "included": False},
    ]
    body["items"][0]["documents"].append({"type": "911", "number": "EX-2026-7"})
    body["items"][1].update(commodity="220421", description="Шароби сурх, хушк, дар шишаҳои 0,75 л", net_kg="2000.000",
                            supplementary={"unit": "LTR", "quantity": "1800.000"})  # fmt: skip
    body["items"][2]["description"] = "پتلون نخی مردانه، در کارتن‌های صد دانه‌یی"
    everything = lives.lodged(body)
    with db.transaction() as session:
        scan = attachments.upload(session, post=POST, party=PARTY, name="گواهی منشأ.png", content=scans.picture("PNG"),
                                  by=actors.trader())  # fmt: skip
        paper = {
            "type": "861",
            "number": "CO-5513",
            "date": "2026-11-20",
            "expires": "2026-11-21",
            "attachment": str(scan.id),
        }
        add_document(session, AddDocument(everything.reference, paper, 1), codebook(session), by=actors.trader())
    asked = lives.question(
        everything, "Where is the certificate of origin of item 2? The number on the CMR differs.", item=2
    )
    with db.transaction() as session:
        asking.answer(session, Answer(everything.reference, asked.id, "اصل سند نزد راننده است"), by=actors.trader())
    lives.question(everything, "Please send the price list of the consignor.")
    lives.asked_to_amend(everything, lambda b: (b["items"][2].update(gross_kg="2451.000"),
                                                b["transport"]["vehicle"].update(plate="KBL 77123")))  # fmt: skip
    with db.transaction() as session:
        paying.claim_receipt(session, everything.reference, Pay(Decimal("1000.00"), "TJS", Receipt("Амонатбонк", "77-1")),
                             by=actors.trader())  # fmt: skip
    amended = cases.decided(lives.paid(lives.lodged(lives.lane("yellow", lives.due(2)))))
    lives.asked_to_amend(amended, lambda b: b["items"][0].update(net_kg="2200.000", description="Trousers of linen"),
                         by=actors.officer(login="third"))  # fmt: skip
    cleared = lives.lodged(lives.due())
    with db.transaction() as session:
        paying.record_receipt(session, cleared.reference, Pay(Decimal("500.00"), "TJS", None), by=actors.officer())
    over = lives.lodged(lives.due())
    with db.transaction() as session:
        paying.record_receipt(session, over.reference, Pay(Decimal("90000.00"), "TJS", Receipt("Eskhata", "E-1")),
                              by=actors.officer())  # fmt: skip
    with db.transaction() as session:
        command = ProposeRefund(Decimal("100.00"), "TJS", "bank", "paid twice", "Eskhata", "20206")
        paying.propose_refund(session, over.reference, command, by=actors.officer(login="third"))
    return everything, amended, cleared, over, waiting


def gone():
    """The gate: one that may go in part, one that went; goods under suspense; what waits for an audit; a closed day."""
    parts = lives.paid(lives.lodged(lives.lane("yellow", lives.due(3))))
    with db.transaction() as session:
        leaving.partly_release(session, PartlyRelease(parts.reference, (1, 2), "perishable"), by=actors.officer())
    lives.gone(parts, items=(1,))
    lives.gone(lives.lodged(lives.free()), remark="other seals", seals=("X-1",))
    lives.lodged(lives.lane("blue", lives.free()))
    kept = lives.due()
    kept["items"][0].update(procedure="5300")
    suspended = lives.lodged(kept)
    return parts, suspended


def closed():
    with db.reading() as session:
        till = owed.till(session, POST, by=actors.officer())
    counted = [Counted(t.method, t.currency, t.total) for t in till if t.method in ("cash", "receipt")]
    with db.transaction() as session:
        made = payments.close_day(session, CloseDay(POST, counted, ""), by=actors.supervisor(login="third"))
    with db.transaction() as session:
        payments.deposit(session, Deposit(POST, PARTY, Decimal("10.00"), "TJS", None), by=actors.officer())
    return made.number


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_axe_finds_nothing_and_nothing_is_cut_off(person, site, lang, width):
    everything, amended, cleared, over, waiting = aside(full)
    parts, suspended = aside(gone)
    closing = aside(closed)
    complaints = []

    def look(page, name):
        if folder := os.environ.get("GUZAR_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{lang}-{width}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        complaints.extend((name, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append((name, "wider than the screen"))

    pages = {
        "file-full": f"/officer/declarations/{everything.reference}",
        "file-amended": f"/officer/declarations/{amended.reference}",
        "file-amending": f"/officer/declarations/{everything.reference}/amendment",
        "file-cleared": f"/officer/declarations/{cleared.reference}",
        "file-parts": f"/officer/declarations/{parts.reference}",
        "unpaid": "/officer/worklist/unpaid",
        "requests": "/officer/worklist/requests",
        "gate": "/officer/gate",
        "gate-parts": f"/officer/gate/{parts.reference}",
        "gate-no": f"/officer/gate/{cleared.reference}",
        "audits": "/officer/audits",
        "exemptions": "/officer/exemptions",
        "exemption": f"/officer/exemptions/{waiting}",
        "exemption-new": "/officer/exemptions/new",
        "suspense": "/officer/suspense",
        "proposals-all": "/supervisor/proposals",
        "cashier": "/cashier/",
        "cashier-due": f"/cashier/declarations/{cleared.reference}",
        "cashier-over": f"/cashier/declarations/{over.reference}",
        "cashier-suspended": f"/cashier/declarations/{suspended.reference}",
        "accounts": "/cashier/accounts",
        "account": f"/cashier/accounts/{PARTY}",
        "closing": "/cashier/closing",
        "closings": "/cashier/closings",
        "closing-one": f"/cashier/closings/{closing}",
    }
    page = person("supervisor", lang=lang, width=width)
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        look(page, name)
    page.goto(f"/cashier/declarations/{cleared.reference}")
    page.locator("#pay-form .form-actions button").click()
    page.click("#confirm button[value=yes]")
    page.locator("#error-summary").wait_for()
    look(page, "cashier-refused")
    assert not complaints, complaints


@pytest.mark.parametrize("script", [True, False])
def test_money_and_gate_with_and_without_scripts(person, site, script):
    """From the question at the window to the open gate: cash is taken, the goods are free, the truck leaves."""

    def cleared():
        lives.alone()
        return lives.lodged(lives.due())

    declaration = aside(cleared)
    page = person("officer", script=script)

    def sure():
        if script:
            page.click("#confirm button[value=yes]")

    page.goto("/cashier/")
    page.fill("#scan", declaration.mrn)
    page.press("#scan", "Enter")
    page.wait_for_url(f"**/cashier/declarations/{declaration.reference}")
    page.locator("#pay-form input[value=cash]").check()
    page.click("#pay-form .form-actions button")
    sure()
    page.get_by_text("the goods are released").wait_for()
    page.goto(f"/officer/gate/{declaration.reference}")
    page.get_by_text("No permit has been issued").wait_for()
    aside(lambda: with_permit(declaration))
    page.goto("/officer/gate")
    page.fill("#scan", declaration.mrn)
    page.press("#scan", "Enter")
    page.wait_for_url(f"**/officer/gate/{declaration.reference}")
    page.fill("#f-plate", "WRONG 1")
    page.click("#exit-form .form-actions button")
    sure()
    page.locator("#error-summary").get_by_text("Do not let this truck go").wait_for()
    page.fill("#f-plate", page.locator(".plate-large").inner_text())
    page.click("#exit-form .form-actions button")
    sure()
    page.get_by_text("The truck may go.").wait_for()
    assert page.locator("h1").inner_text() == "This truck has left already"
