"""Mandates between firms, at the browsers of a trader and a supervisor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import VIEWS
from tests.browser.test_officials_pages import aside
from tests.factories import lives, mandates
from tests.factories.actors import OTHER_PARTY, PARTY, supervisor


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_the_pages_are_as_they_should_be(person, lang, width):
    def given():
        lives.alone()
        mandates.revoked(mandates.given(scopes=("stocks",)))
        return mandates.given(PARTY, OTHER_PARTY, by=supervisor(), paper="17 of 2026-01-12")

    made = aside(given)
    complaints = []

    def look(page, name):
        if folder := os.environ.get("GUZAR_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{lang}-{width}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        complaints.extend((name, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append((name, "wider than the screen"))

    trader = person("trader", lang=lang, width=width)
    for name, path in (("mandates", "/trader/mandates"), ("mandate", f"/trader/mandates/{made.id}")):
        trader.goto(path)
        look(trader, f"trader-{name}")
    trader.goto("/trader/mandates")
    trader.fill("#f-declarant", "TJ-NOBODY")
    trader.locator("#mandate-form .btn-primary").click()
    trader.wait_for_selector("#error-summary")
    look(trader, "trader-mandates-refused")
    senior = person("supervisor", lang=lang, width=width)
    for name, path in (
        ("mandates", "/officer/mandates"),
        ("mandate-new", "/officer/mandates/new"),
        ("mandate", f"/officer/mandates/{made.id}"),
    ):
        senior.goto(path)
        look(senior, f"supervisor-{name}")
    assert not complaints, complaints


def test_it_is_given_and_revoked_without_a_script(person):
    trader = person("trader", script=False)
    trader.goto("/trader/certificates")
    trader.get_by_role("link", name="Mandates").click()
    trader.fill("#f-declarant", OTHER_PARTY)
    trader.fill("#f-valid_to", "2099-12-31")
    trader.get_by_role("button", name="Give the mandate").click()
    trader.get_by_text("The mandate is given.").wait_for()
    trader.fill("#reason-revoke", "we part")
    trader.get_by_role("button", name="Revoke").click()
    trader.get_by_text("What was written off under it stays so.").wait_for()
    assert trader.locator(".status-bad", has_text="Revoked").count() == 1
