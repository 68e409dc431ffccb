"""The main job as three people at three browsers do it, and a fourth who only holds the paper."""

from __future__ import annotations

from tests.browser.test_trader import write


def test_whole_journey(person, tmp_path):  # noqa: PLR0915 - one story, told in one piece
    trader, officer, supervisor = person("trader"), person("officer", lang="fa_AF", width=390), person("supervisor")
    for page, address in ((officer, "/officer/worklist"), (supervisor, "/supervisor/print-queue")):
        page.goto(address)
        page.locator("[data-live-state]:not(.is-off):not(:empty)").wait_for()
        page.evaluate("document.activeElement.blur()")
        page.mouse.move(3, 3)

    # The trader writes and lodges a precursor; he is told that it is looked at, not why.
    write(trader)
    trader.fill("#f-items-0-commodity", "291524")
    trader.fill("#f-items-0-description", "Acetic anhydride in drums")
    trader.click("button[name=add][value='items.0.documents']")
    trader.fill("#f-items-0-documents-0-type", "911")
    trader.fill("#f-items-0-documents-0-number", "PREC-17")
    trader.click("button[value=lodge]")
    trader.click("#confirm button[value=yes]")
    trader.get_by_text("The declaration is lodged.").wait_for()
    reference = trader.url.split("#")[0].split("?")[0].rstrip("/").rpartition("/")[2]
    seen = trader.locator("main").inner_text()
    assert "Red lane" not in seen and "Precursor" not in seen

    # It appears in the officer's list by itself; red goods are looked at before anything is released.
    row = officer.locator(f"#row-{reference}")
    row.wait_for(timeout=20_000)
    row.locator("a").click()
    assert officer.locator(".file-head .lane-red").count() == 1
    assert officer.locator("#decision-form input[value=release]").count() == 0
    inspector = person("inspector")
    inspector.goto(officer.url)
    inspector.check("#finding-form input[value=true]")
    inspector.select_option("#f-finding-control", "40")
    inspector.fill("#f-finding-found", "بشکه‌ها مطابق اظهارنامه، نمونه گرفته شد")
    inspector.click("#finding-form .form-actions button")
    inspector.locator("#conclude-form input[value=conform]").check()
    inspector.fill("#f-conclude-summary", "مطابق")
    inspector.click("#conclude-form .form-actions button")
    inspector.click("#confirm button[value=yes]")
    inspector.get_by_text("The inspection is concluded.").wait_for()
    officer.reload()  # what one has inspected another decides
    officer.locator("#decision-form input[value=release]").check()
    officer.fill("#f-decide-reason", "مطابق اظهارنامه")
    officer.click("#decision-form .form-actions button")
    officer.click("#confirm button[value=yes]")
    officer.locator(".file-head .status-good").wait_for()

    # It waits in the supervisor's queue by itself; one click makes the permit.
    row = supervisor.locator(f"#row-{reference}")
    row.wait_for(timeout=20_000)
    row.get_by_role("button", name="Issue the permit").click()
    supervisor.wait_for_url("**/supervisor/permits/*")
    number = supervisor.locator("h1").inner_text()

    # The trader fetches it; whoever is shown it finds it valid.
    trader.reload()
    assert "Released" in trader.locator("main").inner_text()
    with trader.expect_download() as download:
        trader.locator("a[href$='permit.pdf']").first.click()
    paper = tmp_path / "permit.pdf"
    download.value.save_as(paper)
    stranger = person(lang="tg")
    stranger.goto("/verify")
    stranger.set_input_files("#file", paper)
    stranger.click("#verify-form button.btn-primary")
    stranger.locator(".verdict-good").wait_for()
    assert number in stranger.locator("main").inner_text() and "KBL48213" in stranger.locator("main").inner_text()
