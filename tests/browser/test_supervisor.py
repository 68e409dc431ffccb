"""A supervisor at work, a stranger with a permit in his hand, and every page looked at by axe."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core import db
from app.declarations import queries
from app.declarations.commands import Decide
from app.flows import deciding, inspecting
from app.inspections.commands import AddFinding, Conclude
from tests.browser.conftest import VIEWS
from tests.factories import actors, declarations


def aside(act):
    """Runs a deed in a thread of its own: the test's thread belongs to the browser."""
    results = []

    def run():
        with db.transaction() as session:
            results.append(act(session))

    worker = threading.Thread(target=run)
    worker.start()
    worker.join()
    assert results, "the deed failed"
    return results[0]


def lodge(body=None):
    return aside(lambda session: declarations.lodged(session, body).declaration)


def test_from_the_print_queue_to_a_permit_that_anybody_can_check(person, tmp_path):
    page = person("supervisor")
    page.goto("/supervisor/print-queue")
    page.wait_for_selector("[data-live-state]:not(.is-off):has-text('refreshes by itself')")
    declaration = lodge()  # green: released at once
    row = page.locator(f"#row-{declaration.reference}")
    row.wait_for(timeout=20_000)
    page.select_option("#issue-first", "tg")
    row.get_by_role("button", name="Issue the permit").click()
    page.wait_for_url("**/supervisor/permits/*")
    number = page.locator("h1").inner_text()
    with page.expect_download() as original:
        page.get_by_role("link", name="Original as PDF").click()
    page.fill("#print-reason", "The driver lost it")
    with page.expect_download() as copy:
        page.click("#print-form button")
    assert copy.value.suggested_filename == f"{number}-copy-1.pdf"
    page.get_by_role("cell", name="The driver lost it").wait_for()  # the page comes anew by itself
    page.goto("/supervisor/print-queue")
    assert page.locator(f"#row-{declaration.reference}").count() == 0
    assert page.input_value("#issue-first") == "tg"

    stranger = person(lang="fa_AF")
    stranger.goto("/verify")
    for download, name in ((original, "original.pdf"), (copy, "copy.pdf")):
        saved = tmp_path / name
        download.value.save_as(saved)
        stranger.set_input_files("#file", saved)
        stranger.click("#verify-form button.btn-primary")
        stranger.locator(".verdict-good").wait_for()
        assert declaration.mrn in stranger.locator("main").inner_text()
    saved.write_bytes(saved.read_bytes().replace(b"/Type", b"/Typo", 1))
    stranger.set_input_files("#file", saved)
    stranger.click("#verify-form button.btn-primary")
    stranger.locator(".verdict-bad").wait_for()


def test_a_second_person_approves(person):
    declaration = lodge(declarations.red())
    page = person("supervisor2")
    page.goto("/supervisor/proposals")
    page.wait_for_selector("[data-live-state]:not(.is-off):has-text('refreshes by itself')")

    def propose(session):
        version = queries.find(session, declaration.reference, by=actors.officer()).version
        return deciding.change_lane(session, declaration.reference, "green", "Known firm", version, by=actors.officer())

    aside(propose)
    page.get_by_role("button", name="Approve").click(timeout=20_000)
    page.click("#confirm button[value=yes]")
    page.get_by_text("The proposal is approved.").wait_for()
    page.goto(f"/officer/declarations/{declaration.reference}")
    assert page.locator(".file-head .status").inner_text() == "Released"


@pytest.fixture
def busy_post(site):
    """A post in the middle of its day: something on every page."""
    long = declarations.yellow(items=3)
    long["items"][0]["description"] = "کشمش سبز خشک‌شده در سایه، در کارتن‌های ده کیلویی"
    long["items"][1]["description"] = (
        "Курага сушёная, без косточек, в картонных коробках по 5 кг, для дальнейшей переработки"
    )
    long["transport"]["trailer"] = {"plate": "KBL9917", "country": "AF"}
    for body in (declarations.yellow(), declarations.yellow(2), declarations.red(), long):
        lodge(body)
    seen, waiting, decided = lodge(declarations.red(items=4)), lodge(declarations.red()), lodge(declarations.yellow())
    released = [lodge() for _ in range(3)]

    def control(session):
        by = actors.officer()
        version = queries.find(session, seen.reference, by=by).version
        found = AddFinding("40", False, "۱۲ بشکه بیشتر از اظهارنامه", declared="40 drums", item=1)
        record, _finding = inspecting.add_finding(session, seen.reference, found, version, by=by)
        conclusion = Conclude("discrepancy", "Twelve drums more than declared")
        record, _inspection = inspecting.conclude(session, seen.reference, conclusion, record.version, by=by)
        version = queries.find(session, waiting.reference, by=by).version
        deciding.change_lane(
            session, waiting.reference, "green", "Известная фирма, те же товары каждую неделю", version, by=by
        )
        deciding.decide(session, Decide(decided.reference, "hold", "Phytosanitary certificate is missing"), by=by)
        return True

    aside(control)
    return {"seen": seen, "waiting": waiting, "released": released, "long": long}


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_axe_finds_nothing_and_nothing_is_cut_off(person, busy_post, lang, width):
    looked_at, complaints = [], []

    def look(page, name):
        looked_at.append(name)
        if folder := os.environ.get("GUZAR_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{lang}-{width}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        complaints.extend((name, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append((name, "wider than the screen"))

    page = person("supervisor", lang=lang, width=width)
    for name, address in {
        "worklist": "/officer/worklist",
        "worklist-red": "/officer/worklist?lane=red",
        "search": "/officer/search?q=KBL0",
        "search-missed": "/officer/search?q=NOTHING99",
        "file": f"/officer/declarations/{busy_post['waiting'].reference}",
        "file-inspected": f"/officer/declarations/{busy_post['seen'].reference}",
        "proposals": "/supervisor/proposals",
        "print-queue": "/supervisor/print-queue",
        "print-queue-missed": "/supervisor/print-queue?q=NOTHING99",
    }.items():
        page.goto(address)
        look(page, name)
    page.goto(f"/officer/declarations/{busy_post['waiting'].reference}")
    page.locator("#finding-form .form-actions button").click()
    page.locator("#error-summary").wait_for()
    look(page, "file-refused")
    page.goto("/supervisor/print-queue")
    page.locator(".row-action button").first.click()
    page.wait_for_url("**/supervisor/permits/*")
    page.locator("details.sub-panel summary").click()
    look(page, "permit")
    with page.expect_download() as original:
        page.locator(".file-head .btn").click()
    page.goto("/supervisor/permits")
    look(page, "permits")
    stranger = person(lang=lang, width=width)
    look(stranger, "home")
    stranger.goto("/verify")
    look(stranger, "verify")
    stranger.set_input_files("#file", original.value.path())
    stranger.click("#verify-form button.btn-primary")
    stranger.locator(".verdict-good").wait_for()
    look(stranger, "verify-valid")
    stranger.fill("#qr", "GZ1:nonsense")
    stranger.click("#verify-form button.btn-primary")
    stranger.locator(".verdict-bad").wait_for()
    look(stranger, "verify-invalid")
    assert not complaints
    assert len(looked_at) == 16
