"""Screens that refresh by themselves: an order reaches the officer, a claim his colleagues, a proposal the second person and
the board; each page looked at by axe."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from app.flows import deciding
from tests.browser.test_supervisor import aside, lodge
from tests.factories import actors, declarations

LIVE = "[data-live-state]:not(.is-off):has-text('refreshes by itself')"


def faults(page):
    """What axe finds, and words that stand out beyond the edge of the screen."""
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return found + (["wider than the screen"] if wide else [])


def test_an_order_reaches_open_screens_by_itself(person):
    officer, colleague, wall = person("officer"), person("officer2"), person("supervisor", lang="fa_AF", width=390)
    for page, path in ((officer, "/officer/worklist"), (colleague, "/officer/worklist"), (wall, "/supervisor/board")):
        page.goto(path)
        page.wait_for_selector("[data-live-state]:not(.is-off):not(:empty)")
        page.mouse.move(0, 0)  # what is under the pointer never moves
    before = wall.locator(".board-number").first.inner_text()
    declaration = lodge(declarations.red())
    row = f"#row-{declaration.reference}"
    officer.locator(row).wait_for()  # by the event: nobody asked
    wall.wait_for_function("before => document.querySelector('.board-number').innerText !== before", arg=before)
    assert faults(wall) == []

    officer.locator(row).get_by_role("button", name="I work on this").click()
    officer.get_by_text("Others see now that you work on it.").wait_for()
    colleague.locator(f"{row} .claim").wait_for()
    colleague.locator(f"{row} .row-link").click()
    colleague.get_by_text("Speak with each other first").wait_for()
    assert faults(colleague) == []

    def propose(session):
        return deciding.change_lane(session, declaration.reference, "yellow", "Known", None, by=actors.officer())

    wall.goto("/officer/worklist?all=1")
    wall.wait_for_selector("[data-live-state]:not(.is-off):not(:empty)")
    wall.mouse.move(0, 0)
    aside(propose)
    wall.wait_for_selector(".nav-badge:not(:empty)", state="attached")
    wall.goto("/supervisor/proposals")
    wall.wait_for_selector(".beside-goods")
    assert faults(wall) == []


def test_the_page_of_an_inspection_without_any_script(person):
    declaration = lodge(declarations.red(items=2))
    plain = person("inspector", script=False)
    plain.goto(f"/officer/inspections/{declaration.reference}")
    form = plain.locator("#finding-form")
    plain.locator("#new-finding > summary").click()
    form.locator("[name='finding.conform'][value=false]").check()
    form.locator("[name='finding.control']").select_option("40")
    form.locator("[name='finding.found']").fill("Two bales more")
    form.locator("[name='finding.kind']").select_option("surplus")
    form.locator(".form-actions button").click()
    plain.get_by_text("The finding is recorded.").wait_for()
    for lang, width in (("en", 1280), ("fa_AF", 390)):
        page = person("inspector" if lang == "en" else "officer", lang=lang, width=width)
        for path in (
            f"/officer/inspections/{declaration.reference}",
            f"/officer/declarations/{declaration.reference}/beside",
        ):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert faults(page) == [], (path, lang)
    wall = person("supervisor")
    wall.set_viewport_size({"width": 1920, "height": 1080})
    wall.goto("/supervisor/board?wall=1")
    assert faults(wall) == []
    assert wall.evaluate("document.documentElement.scrollHeight") <= 1080
