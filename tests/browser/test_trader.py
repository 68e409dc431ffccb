"""A trader at a browser: the long form with and without scripts, files, and pages that anybody can read and use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import func, select

from app.core import db
from app.declarations.commands import SaveDraft
from app.declarations.models import Declaration
from app.declarations.operations import save_draft
from tests.factories import declarations
from tests.factories.actors import PARTY, trader

HEADER = {
    "local_reference": "B-1",
    "consignor-name": "شرکت تجارتی کابل ستاره",
    "consignee-name": "ҶДММ «Сомон»",
    "consignee-id": PARTY,
    "transport-vehicle-plate": "KBL48213",
    "transport-containers": "MSKU1234565",
    "invoice-number": "INV-1",
    "invoice-date": "۱۴۰۵/۸/۱۹",
    "invoice-total": "9200",
}
ITEM = {
    "commodity": "620342", "description": "Trousers of cotton", "origin": "CN", "procedure": "4000",
    "packages-0-kind": "CT", "packages-0-count": "120", "gross_kg": "2450", "net_kg": "2300", "invoice_value": "9200",
}  # fmt: skip


def done(act):
    """Runs it in a thread of its own: the test's thread belongs to the browser."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def draft(items=1):
    def act():
        with db.transaction() as session:
            return save_draft(session, SaveDraft("TJPPJ", declarations.words(items)), by=trader()).reference

    return done(act)


def lodged(body):
    def act():
        with db.transaction() as session:
            return declarations.lodged(session, body).declaration.reference

    return done(act)


def number_lodged():
    def act():
        with db.reading() as session:
            lodged = select(func.count()).select_from(Declaration).where(Declaration.status != "draft")
            return session.execute(lodged).scalar_one()

    return done(act)


def fill(page, words):
    for name, value in words.items():
        page.fill(f"#f-{name}", value)


def write(page):
    """The whole declaration with one item, up to the buttons."""
    page.goto("/trader/declarations/new")
    fill(page, HEADER)
    for name, value in (("declaration_type", "IM"), ("countries-dispatch", "AF"), ("invoice-currency", "USD")):
        page.select_option(f"#f-{name}", value)
    fill(page, {f"items-0-{name}": value for name, value in ITEM.items() if name != "commodity"})


def test_without_scripts_a_declaration_is_written_corrected_and_lodged(person):
    page = person("trader", script=False)
    write(page)
    page.fill("#f-items-0-commodity", "999999")
    page.click("button[name=add][value=items]")
    page.locator("#f-items-1-commodity").wait_for()
    page.locator("button[name=remove][value='items.1']").click()
    page.locator("#f-items-1-commodity").wait_for(state="detached")
    page.click("button[value=check]")
    page.wait_for_url("**/edit?check=1*")
    page.click("#error-summary a:has-text('999999')")
    assert page.url.endswith("#f-items-0-commodity")
    assert page.locator("#f-items-0-commodity").get_attribute("aria-invalid") == "true"
    page.fill("#f-items-0-commodity", "620342")
    page.click("button[value=lodge]")
    assert page.get_by_text("The declaration is lodged.").is_visible()
    assert page.locator(".standing .status").inner_text() == "Released"
    assert number_lodged() == 1


def test_with_scripts_a_code_is_looked_up_and_lodging_is_confirmed(person):
    page = person("trader")
    write(page)
    page.fill("#f-items-0-commodity", "")
    page.locator("#f-items-0-commodity").press_sequentially("620342")
    page.locator(".combo-list li").first.click()
    page.locator("#f-items-0-commodity-path li:has-text('Trousers')").first.wait_for()
    assert page.input_value("#f-items-0-commodity") == "620342"
    page.click("button[value=lodge]")
    page.click("#confirm button[value=no]")
    assert number_lodged() == 0 and page.input_value("#f-local_reference") == "B-1"
    page.click("button[value=lodge]")
    page.click("#confirm button[value=yes]")
    page.get_by_text("The declaration is lodged.").wait_for()
    assert number_lodged() == 1


def test_two_browsers_lodge_the_same_draft_once(person):
    reference = draft()
    first, second = person("trader", script=False), None
    first.goto(f"/trader/declarations/{reference}/edit")
    second = first.context.new_page()
    second.goto(f"/trader/declarations/{reference}/edit")
    first.click("button[value=lodge]")
    second.click("button[value=lodge]")
    assert second.get_by_text("is lodged already").is_visible()
    assert first.url.split("?")[0] == second.url.split("?")[0] and number_lodged() == 1


def test_a_form_of_many_items_comes_in_parts_and_leads_to_its_faults(person):
    page = person("trader")
    page.goto("/trader/declarations")
    reference = draft(100)
    page.goto(f"/trader/declarations/{reference}/edit")
    assert page.locator("details.item").count() == 50 and page.locator("details.item[open]").count() == 0
    page.click("button[name=go][value='50']")
    page.locator("#f-items-99 > summary").click()
    page.fill("#f-items-99-net_kg", "99999")
    page.click("button[value=check]")
    page.locator("#error-summary a").first.click()
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "f-items-99-net_kg"


def test_a_file_is_uploaded_and_saved_again(person, tmp_path):
    message = tmp_path / "declaration.xml"
    message.write_bytes(
        b"<ASYCUDA><SAD><Identification><Office_segment>"
        b"<Customs_clearance_office_code>AFSKB</Customs_clearance_office_code></Office_segment></Identification><Item><Goods_description><Commercial_Description>Raisins</Commercial_Description>"
        b"</Goods_description></Item></SAD></ASYCUDA>"
    )
    page = person("trader", script=False)
    page.goto("/trader/upload")
    page.set_input_files("#files", [message])
    page.click("main form button")
    assert page.get_by_text("Items read: 1.").is_visible()
    page.get_by_role("link", name="Open the draft").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="File as it was uploaded").click()
    assert saved.value.path().read_bytes() == message.read_bytes()


@pytest.mark.parametrize(
    ("lang", "width", "axe"), [("en", 1280, True), ("fa_AF", 390, True), ("en", 390, False), ("fa_AF", 1280, False)]
)
def test_the_pages_are_free_of_faults(person, lang, width, axe):
    mine, stopped = draft(3), lodged(declarations.red())
    page = person("trader", lang=lang, width=width)
    paths = (
        "/trader/declarations", "/trader/declarations?q=none", "/trader/declarations/new", "/trader/declarations/start",
        f"/trader/declarations/{mine}", f"/trader/declarations/{mine}/edit", f"/trader/declarations/{mine}/delete",
        f"/trader/declarations/{stopped}", "/trader/upload", "/trader/commodities?q=08",
    )  # fmt: skip
    for path in paths:
        page.goto(path)
        look(page, path, axe)
    page.goto("/trader/declarations/new")
    page.click("button[value=check]")
    page.wait_for_selector("#error-summary")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    look(page, "errors", axe)


def look(page, path, axe):
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, (path, "scrolls sideways")
    if not axe:
        return
    found = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in Axe().run(page).response["violations"]]
    assert not found, (path, found)
