"""An officer at work, in a real browser: the live list, the file, the decision."""

from __future__ import annotations

import threading

import pytest

from app.core import db
from app.edge import live
from tests.factories import declarations


def lodge(body=None):
    """Lodges in a thread of its own: the test's thread belongs to the browser."""
    made = []

    def act():
        with db.transaction() as session:
            made.append(declarations.lodged(session, body or declarations.red()).declaration)

    worker = threading.Thread(target=act)
    worker.start()
    worker.join()
    return made[0]


def test_a_new_truck_appears_by_itself_and_is_released(person):
    page = person("officer")
    page.goto("/officer/worklist")
    page.wait_for_selector("[data-live-state]:not(.is-off):has-text('refreshes by itself')")
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    declaration = lodge()
    row = page.locator(f"#row-{declaration.reference}")
    row.wait_for(timeout=20_000)
    assert page.locator("#count-red").inner_text() == "1"
    row.locator("a").click()
    assert page.locator("#decision").get_by_text("Release is not possible yet").is_visible()
    assert page.locator("input[value=release]").count() == 0
    truck = person("inspector")
    truck.goto(page.url)
    truck.get_by_label("As declared", exact=True).first.check()
    truck.select_option("#f-finding-control", "40")
    truck.fill("#f-finding-found", "Forty drums, seals whole, labels agree")
    truck.click("#finding-form .form-actions button")
    truck.get_by_text("The finding is recorded.").wait_for()
    truck.locator("#conclude-form").get_by_label("As declared").check()
    truck.fill("#f-conclude-summary", "All as declared")
    truck.click("#conclude-form .form-actions button")
    truck.click("#confirm button[value=yes]")
    truck.get_by_text("The inspection is concluded.").wait_for()
    page.reload()
    page.locator("#decision-form input[value=release]").check()
    page.fill("#f-decide-reason", "Conform after examination")
    page.click("#decision-form .form-actions button")
    page.click("#confirm button[value=yes]")
    page.get_by_text("Decided: Release.").wait_for()
    assert page.locator(".file-head .status").inner_text() == "Released"
    assert page.locator("#history").get_by_text("Decision: Release").is_visible()
    page.goto("/officer/worklist")
    assert page.locator(f"#row-{declaration.reference}").count() == 0


def test_rows_do_not_move_under_the_pointer(person):
    first = lodge()
    page = person("officer")
    page.goto("/officer/worklist?order=newest")
    page.wait_for_selector("[data-live-state]:has-text('refreshes by itself')")
    page.locator(f"#row-{first.reference}").hover()
    second = lodge()
    page.locator("[data-live-news]").wait_for(state="visible", timeout=20_000)
    assert page.locator(f"#row-{second.reference}").count() == 0
    page.keyboard.press("Escape")
    page.locator("[data-live-news]").click()
    page.locator(f"#row-{second.reference}").wait_for()


def test_the_scan_box_opens_the_single_hit(person):
    body = declarations.red()
    declaration = lodge(body)
    page = person("officer")
    page.goto("/officer/worklist")
    assert page.evaluate("document.activeElement.id") == "scan"
    page.keyboard.type(body["transport"]["vehicle"]["plate"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/officer/declarations/{declaration.reference}")
    page.goto("/officer/search?q=NOTHING99")
    assert page.get_by_role("alert").inner_text().strip().startswith("Nothing found")


def test_rows_by_keyboard(person):
    first, second = lodge(), lodge()
    page = person("officer")
    page.goto("/officer/worklist")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/officer/declarations/{second.reference}")
    assert first.reference not in page.url


@pytest.mark.parametrize("script", [True, False])
def test_two_officers_at_once(person, script):
    declaration = lodge(declarations.yellow())
    first, second = person("officer", script=script), person("officer2", script=script)
    for page in (first, second):
        page.goto(f"/officer/declarations/{declaration.reference}")
        page.locator("#decision-form input[value=hold]").check()
    for page, reason in ((first, "papers missing"), (second, "looks odd")):
        page.fill("#f-decide-reason", reason)
        page.click("#decision-form .form-actions button")
        if script:
            page.click("#confirm button[value=yes]")
            page.wait_for_selector("#notices .notice-good, .error-summary")
    told = second.locator(".error-summary").inner_text()
    assert "Nothing was recorded" in told and "Баҳром Назаров" in told and "papers missing" in told
    assert second.input_value("#f-decide-reason") == "looks odd"


def test_the_stream_ends_with_the_sign_in(person, site, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT", 0.5)
    page = person("officer")
    page.goto("/officer/worklist")
    page.wait_for_selector("[data-live-state]:has-text('refreshes by itself')")
    other = person("officer")  # one live sign-in a person: the first has ended
    page.wait_for_selector("[data-live-state].is-off", timeout=15_000)
    other.goto("/officer/worklist")
    other.wait_for_selector("[data-live-state]:not(.is-off):has-text('refreshes by itself')")
