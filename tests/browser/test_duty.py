"""A roster written without scripts on a telephone, and the pages of accounts and duty as axe reads them."""

from __future__ import annotations

import datetime as dt

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE

LEVELS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PAGES = {
    "supervisor": ("/duty", "/duty/people", "/duty/shifts/new", "/duty/mine"),
    "administrator": ("/administrator/accounts", "/administrator/accounts/officer", "/administrator/postings"),
}


def test_a_roster_is_written_on_a_telephone_and_axe_reads_all_pages(person):
    page = person("supervisor", width=NARROW, script=False)
    page.goto("/duty/shifts/new")
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).date().isoformat()
    page.select_option("#f-login", "officer")
    page.fill("#f-starts_at", f"{day} 08:00")
    page.fill("#f-ends_at", f"{day} 20:00")
    page.fill("#f-place", "gate")
    page.get_by_role("button", name="Write it on the roster").click()
    assert page.locator("a.piece").inner_text().split() == ["08:00–20:00", "gate"]
    for login, lang, width in (("supervisor", "fa_AF", NARROW), ("administrator", "en", WIDE)):
        page = person(login, lang=lang, width=width)
        for path in PAGES[login]:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            assert Axe().run(page, options=LEVELS).response["violations"] == [], path
