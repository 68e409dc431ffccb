"""The papers of a declaration in a browser: issued, copied, checked; wide and narrow, in both directions, without scripts."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE
from tests.factories import lives


def _aside(act):
    """Runs a deed in a thread of its own: the test's thread belongs to the browser."""
    results = []
    worker = threading.Thread(target=lambda: results.append(act()))
    worker.start()
    worker.join()
    assert results, "the deed failed"
    return results[0]


def _paid():
    def act():
        lives.alone()
        return lives.paid(lives.lodged(lives.due(2)))

    return _aside(act)


def _shot(page, name):
    """A picture for whoever wants to look: GUZAR_SHOTS names the folder."""
    if folder := os.environ.get("GUZAR_SHOTS"):
        page.screenshot(path=Path(folder) / f"papers-{name}.png", full_page=True)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_trader_has_a_notice_issued_and_copied_and_anybody_checks_it(person, tmp_path, script):
    record = _paid()
    page = person("trader", script=script)
    page.goto(f"/papers/of/{record.reference}")
    page.select_option("#papers-first", "tg")
    page.select_option("#papers-second", "ru")
    with page.expect_download() as original:
        page.get_by_role("button", name="Issue Assessment notice").click()
    assert original.value.suggested_filename == f"{record.mrn}-1.pdf"
    page.goto(f"/papers/of/{record.reference}")
    assert page.input_value("#papers-first") == "tg", "the languages are remembered"
    page.fill("#papers-reason", "for the bank")
    with page.expect_download() as copy:
        page.get_by_role("button", name="Print a copy Assessment notice").click()
    assert copy.value.suggested_filename == f"{record.mrn}-1-copy-1.pdf"
    stranger = person(script=script)
    stranger.goto("/verify")
    for download in (original, copy):
        saved = tmp_path / "notice.pdf"
        download.value.save_as(saved)
        stranger.set_input_files("#file", saved)
        stranger.click("#verify-form button.btn-primary")
        stranger.locator(".verdict-good").wait_for()
        said = stranger.locator("main").inner_text()
        assert "Assessment notice" in said and record.mrn in said and "not a clearance permit" in said


@pytest.mark.parametrize(
    ("lang", "width"), [("en", WIDE), ("fa_AF", WIDE), ("ru", NARROW), ("ps", NARROW), ("tg", WIDE)]
)
def test_axe_finds_nothing_and_nothing_runs_over(person, lang, width):
    record = _paid()
    page = person("officer", lang=lang, width=width)
    page.goto(f"/papers/of/{record.reference}")
    with page.expect_download():
        page.locator('button[value^="assessment-notice"]').click()
    page.goto(f"/papers/of/{record.reference}")
    _shot(page, f"{lang}-{width}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator('button[value^="assessment-notice"]').click()  # without a reason
    page.locator(".error-summary").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
