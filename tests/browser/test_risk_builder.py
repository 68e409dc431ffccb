"""An analyst builds a profile at a browser, and another person approves it; wide and narrow, in both directions of writing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core.actors import SYSTEM
from app.flows import profiling
from tests.browser.conftest import VIEWS
from tests.factories import cases, declarations

FIRST, SECOND = "#f-any-0-all-0", "#f-any-0-all-1"


def looked_at(page, name):
    """Nothing is cut off, and axe has no complaint; kept for people to look at where GUZAR_SCREENSHOTS names a folder."""
    folder = os.environ.get("GUZAR_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def comes_for_a_reason(person, login, lang, width):
    page = person(login, lang=lang, width=width)
    page.goto("/analyst/profiles")
    page.fill("#f-reason", "the review of the autumn")
    page.click("#purpose-form .btn-primary")
    page.wait_for_url("**/analyst/profiles")
    return page


def choose(page, line, fact, op):
    """A fact and how it is compared; each draws the line anew."""
    page.select_option(f"{line}-fact", fact)
    page.wait_for_selector(f"{line}-op")
    page.select_option(f"{line}-op", op)
    page.wait_for_selector(f"{line}-value")


def build(page, lang, mark):
    """Two conditions, one by searching its fact; refused once."""
    page.goto("/analyst/profiles/new")
    # What is looked for is all that the list still offers.
    page.locator(".finder-box").first.fill("gross_kg")
    left = page.locator(f"{FIRST}-fact option:not([hidden])")
    assert left.evaluate_all("all => all.map(o => o.value)") == ["", "gross_kg"]
    page.press(".finder-box", "Enter")
    page.wait_for_selector(f"{FIRST}-op")
    page.select_option(f"{FIRST}-op", "more-than")
    page.wait_for_selector(f"{FIRST}-value")
    page.fill(f"{FIRST}-value", "3 000")
    page.click("button[name=add][value='any.0.all']")
    page.wait_for_selector(f"{SECOND}-fact")
    assert page.input_value(f"{FIRST}-value") == "3000"
    choose(page, SECOND, "dispatch", "none-of")
    page.fill(f"{SECOND}-value", "us; DE")
    page.press(f"{SECOND}-value", "Enter")
    page.wait_for_selector(".tried strong")
    assert page.locator(".chips li").count() == 2
    page.fill("#f-names-" + lang, "Heavy")
    page.click(".form-actions .btn-primary")
    page.wait_for_selector("#error-summary")
    looked_at(page, f"risk-profile-edit-{mark}")
    page.fill("#f-code", "heavy")
    page.check("input[name=lane][value=red]")
    page.fill(f"#f-reason-{lang}", "Heavy loads hide more")
    page.fill(f"#f-instruction-{lang}", "Weigh it")
    page.click(".form-actions .btn-primary")
    page.wait_for_url("**/analyst/profiles/heavy/1")


def replayed(page, mark):
    """In the shadow, and run over the past."""
    page.click("#deed-shadow button")
    page.wait_for_selector("#deed-proposal")
    page.click("#deed-replay button")
    page.wait_for_url("**/analyst/replays/*")
    while profiling.replay(by=SYSTEM):
        pass
    # The page asks by itself how far it is, and shows what came of it.
    page.wait_for_selector("#progress .status-good")
    page.wait_for_selector(".figures")
    looked_at(page, f"risk-replay-{mark}")


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_a_profile_is_built_and_approved(person, lang, width):
    mark = f"{lang}-{width}"
    cases.lodged()
    cases.lodged()
    cases.lodged(declarations.words(items=2))
    page = comes_for_a_reason(person, "analyst", lang, width)
    looked_at(page, f"risk-profiles-{mark}")
    build(page, lang, mark)
    replayed(page, mark)
    page.goto("/analyst/profiles/heavy/1")
    looked_at(page, f"risk-profile-{mark}")
    page.fill("#reason-proposal", "as the letter says")
    page.click("#deed-proposal button")
    page.wait_for_url("**/analyst/proposals/*")
    second = comes_for_a_reason(person, "supervisor", lang, width)
    second.goto(page.url)
    looked_at(second, f"risk-proposal-{mark}")
    second.click("button[value=approve]")
    second.click("#confirm button[value=yes]")
    second.wait_for_url("**/analyst/profiles/heavy/1")
    assert cases.lodged(declarations.words(items=2)).lane == "red"
