"""The page of rules at a desk and on a telephone, also where one writes from the right: nothing sticks out, axe is content."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE


def test_rules_are_found_without_scripts(person):
    page = person("trader", width=NARROW, script=False)
    page.goto("/rules")
    everything = page.locator("tr[data-row]").count()
    assert everything > 100
    page.fill("#q", "49")
    page.locator("main form button").click()
    assert 0 < page.locator("tr[data-row]").count() < everything
    assert page.locator("[id='warehouse.missing']").is_visible()


@pytest.mark.parametrize(("lang", "width"), [("en", WIDE), ("fa_AF", NARROW)])
def test_the_page_of_rules_is_open_to_everybody(person, lang, width):
    page = person("trader", lang=lang, width=width)
    page.goto("/rules")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert result.response["violations"] == []
