"""An administrator brings a code list up to date, a supervisor approves it; with and without JavaScript, wide and narrow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE

HEADER = "code,en,valid_from,valid_to,source,verified,value\n"
CHANGES = (
    "draft-days,Days a draft is kept,2000-01-01,,Order 12 of 2026-11-20,true,90\n"
    "query-days,Days a trader has to answer a question of the post,2027-01-01,,Order 12 of 2026-11-20,true,5\n"
    "market-days,Days of the border market,2027-01-01,,Order 12 of 2026-11-20,true,1\n"
    "rate-age-days,Days after which an exchange rate is marked as old,2000-01-01,2026-12-31,"
    '"Guzar\'s proposal, to be set by the administration",false,31\n'
)
WRONG = "draft-days,Draft,2027-01-01,,Order 12,true,many\nquery-days,=1+1,2027-02-30,,,true,5\n"


def picture(page, name):
    """Kept for people to look at where GUZAR_SCREENSHOTS names a folder."""
    folder = os.environ.get("GUZAR_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def no_overflow(page):
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


def accessible(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def upload(page, text):
    page.goto("/administrator/codes/parameter/update")
    page.set_input_files("#file", {"name": "parameter.csv", "mimeType": "text/csv", "buffer": (HEADER + text).encode()})
    page.click("form.panel button.btn-primary")


@pytest.mark.parametrize(
    ("lang", "width", "script"),
    [("en", WIDE, True), ("fa_AF", NARROW, False), ("fa_AF", WIDE, True), ("en", NARROW, True)],
)
def test_from_a_file_to_a_changed_list(person, lang, width, script):
    mark = f"{lang}-{width}"
    page = person("administrator", lang=lang, width=width, script=script)

    def seen(name):
        no_overflow(page)
        if script:
            accessible(page)
        picture(page, f"{name}-{mark}")

    page.goto("/administrator/codes")
    seen("codes")
    page.goto("/administrator/codes/required_document")
    seen("list")
    page.goto("/administrator/codes/commodity?q=0806")
    seen("commodity")
    page.goto("/administrator/codes/parameter/update")
    seen("update")
    upload(page, WRONG)
    page.locator(".error-summary li").first.wait_for()
    seen("refused")
    upload(page, CHANGES)
    page.locator(".change").nth(3).wait_for()
    assert page.locator(".change").count() == 4
    seen("difference")
    page.fill("#reason", "Order 12 of the Customs Service")
    page.click("form.panel button.btn-primary")
    page.wait_for_url("**/administrator/proposals/*")
    assert page.locator("button[value=approve]").count() == 0
    seen("proposed")
    address = page.url
    page = person("supervisor", lang=lang, width=width, script=script)
    page.goto("/supervisor/proposals")
    no_overflow(page)
    picture(page, f"waiting-{mark}")
    page.click("article.proposal a.btn")
    page.wait_for_url(address)
    seen("to-approve")
    page.click("button[value=approve]")
    if script:
        page.click("#confirm button[value=yes]")
    page.locator(".notice-good").wait_for()
    seen("approved")
    page.goto("/administrator/codes/parameter?q=draft-days")
    assert "90" in page.locator("table").inner_text()
    seen("changed")
