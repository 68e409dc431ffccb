"""A trader at a browser with the list of tasks: saving by itself, looking codes up by keys, pasting, and clean pages."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core import db
from app.declarations import operations, queries
from app.declarations.commands import SaveDraft, SaveTemplate
from tests.browser.test_trader import done, draft, look
from tests.factories import declarations, lives
from tests.factories.actors import PARTY, POST, trader
from tests.factories.fullest import fullest

ROWS = "commodity\tdescription\torigin\tgross\tnet\tprice\n620342\tTrousers\tCN\t20.5\t20\t100\n999999\tNothing\tCN\t1\t2\t3"


def body_of(reference):
    def act():
        with db.reading() as session:
            return queries.draft(session, queries.find(session, reference, by=trader())).body

    return done(act)


def journeys():
    """One declaration in every state a trader has something to do in, by the name of the state."""

    def act():
        lives.alone()
        stopped = lives.lodged(lives.lane("yellow", lives.due(2)))
        lives.question(stopped)
        amended = lives.lodged(lives.lane("yellow", lives.due()))
        wanted = lives.asked_to_amend(amended, lambda body: body["invoice"].update(number="X-2"))
        full = fullest(2)
        with db.transaction() as session:
            draft_of_all = operations.save_draft(session, SaveDraft(POST, full), by=trader())
            operations.save_template(session, SaveTemplate(POST, "Carpets", full), by=trader())
        return {
            "assessed": lives.lodged(lives.due(2)).reference,
            "queried": stopped.reference,
            "early": lives.lodged(lives.early(lives.due())).reference,
            "amended": amended.reference,
            "request": f"{amended.reference}/requests/{wanted.amendment.id}",
            "blocked": lives.lodged(declarations.uncertified()).reference,
            "full": draft_of_all.reference,
        }

    return done(act)


def test_what_is_typed_is_saved_by_itself(person):
    reference = draft()
    page = person("trader")
    page.goto(f"/trader/declarations/{reference}/sections/terms")
    before = page.input_value("input[name=version] >> nth=0")
    page.fill("#f-invoice-number", "TYPED-1")
    page.locator(".autosave-good:has-text('Saved at')").wait_for()
    assert body_of(reference)["invoice"]["number"] == "TYPED-1"
    assert int(page.input_value("input[name=version] >> nth=0")) == int(before) + 1
    page.fill("#f-invoice-number", "TYPED-2")
    page.keyboard.press("Control+s")
    page.locator("#notices:has-text('Saved')").wait_for()
    assert body_of(reference)["invoice"]["number"] == "TYPED-2", "the saved form follows its own versions"


def test_a_change_made_elsewhere_is_told_and_not_overwritten(person):
    reference = draft()
    page = person("trader")
    page.goto(f"/trader/declarations/{reference}/items/1")

    def elsewhere():
        with db.transaction() as session:
            body = queries.draft(session, queries.find(session, reference, by=trader())).body
            words = SaveDraft(POST, {**body, "local_reference": "ELSE"}, reference=reference)
            operations.save_draft(session, words, by=trader())

    done(elsewhere)
    page.fill("#f-items-0-description", "Lost?")
    page.locator(".autosave-bad:has-text('changed elsewhere')").wait_for()
    assert body_of(reference)["local_reference"] == "ELSE" and body_of(reference)["items"][0]["description"] != "Lost?"
    assert page.input_value("#f-items-0-description") == "Lost?", "what was typed stays"


def test_a_failed_save_is_told_and_tried_again(person):
    reference = draft()
    page = person("trader")
    page.goto(f"/trader/declarations/{reference}/sections/terms")
    page.route("**/sections/terms", lambda route: route.fulfill(status=409, body="not the site"))
    page.fill("#f-invoice-number", "AGAIN")
    page.locator(".autosave-bad:has-text('Not saved')").wait_for()
    page.unroute("**/sections/terms")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.locator(".autosave-good").wait_for()
    assert body_of(reference)["invoice"]["number"] == "AGAIN"


def test_a_button_pressed_while_saving_waits_for_it(person):
    reference = draft()
    page = person("trader")
    page.goto(f"/trader/declarations/{reference}/sections/terms")

    def slowly(route):
        if "autosave" in (route.request.post_data or ""):
            page.wait_for_timeout(700)
        route.continue_()

    page.route("**/sections/terms", slowly)
    page.fill("#f-invoice-number", "WAITED")
    page.locator(".autosave:has-text('Saving')").wait_for()
    page.click("button[name=action][value=tasks]")
    page.wait_for_url(f"**/trader/declarations/{reference}")
    assert body_of(reference)["invoice"]["number"] == "WAITED"


def test_a_code_is_looked_up_with_keys_alone(person):
    reference = draft()
    page = person("trader")
    page.goto(f"/trader/declarations/{reference}/items/1")
    box = page.locator("#f-items-0-commodity")
    assert box.get_attribute("role") == "combobox" and box.get_attribute("aria-expanded") == "false"
    box.fill("")
    box.press_sequentially("grapes")
    page.locator(".combo-list [role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    look(page, "open list", True)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true" and "0806" in chosen.inner_text()
    page.keyboard.press("Enter")
    assert box.input_value() == "080620" and page.locator("#f-items-0-commodity-path").inner_text().count("\n") == 2
    assert box.get_attribute("aria-expanded") == "false" and box.get_attribute("aria-activedescendant") is None
    box.fill("")
    box.press_sequentially("gra")
    page.locator(".combo-list [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".combo-list").is_hidden() and box.input_value() == "gra", "closing takes nothing over"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "f-items-0-commodity", "the box holds nobody"


def test_the_task_list_is_walked_with_keys(person):
    page = person("trader")
    page.goto(f"/trader/declarations/{draft()}")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Header and type"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sections/parties*")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sections/transport")


def test_rows_of_a_spreadsheet_are_pasted(person):
    reference = draft()
    page = person("trader")
    page.goto(f"/trader/declarations/{reference}/items/paste")
    assert page.evaluate("document.activeElement.id") == "cells"
    page.fill("#cells", ROWS)
    page.click("button[value=preview]")
    assert page.locator(".cell-wrong").count() >= 2 and page.get_by_text("Row 3, Commodity code").is_visible()
    look(page, "preview", True)
    page.click("button[value=append]")
    assert page.get_by_text("Items taken over: 2").is_visible()
    assert len(body_of(reference)["items"]) == 3


@pytest.mark.parametrize(
    ("lang", "width", "axe"), [("en", 1280, True), ("fa_AF", 390, True), ("en", 390, False), ("fa_AF", 1280, False)]
)
def test_every_page_is_free_of_faults(person, lang, width, axe):
    at = journeys()
    page = person("trader", lang=lang, width=width)
    of_draft = ("", "/sections/header", "/sections/parties?check=1", "/sections/transport", "/sections/terms",
                "/sections/documents", "/items", "/items/1?check=1", "/items/3", "/items/paste", "/check")  # fmt: skip
    of_lodged = ("", "/assessment", "/questions", "/documents", "/amendment", "/invalidation", "/versions")
    paths = [f"/trader/declarations/{at['full']}{tail}" for tail in of_draft]
    paths += [f"/trader/declarations/{at['queried']}{tail}" for tail in of_lodged]
    paths += [f"/trader/declarations/{at[name]}" for name in ("assessed", "early", "amended", "request", "blocked")]
    paths += [f"/trader/declarations/{at['assessed']}/assessment"]
    paths += [
        "/trader/templates",
        "/trader/accounts",
        f"/trader/accounts/{POST}/{PARTY}",
        "/trader/certificates",
        "/trader/suspense",
    ]
    for path in paths:
        answer = page.goto(path)
        assert answer.status == 200, path
        look(page, path, axe)


def test_999_items_are_pasted_and_checked_in_time(person):
    reference = draft()
    page = person("trader", script=False)
    page.goto(f"/trader/declarations/{reference}/items/paste")
    row = "620342\tTrousers\tCN\t4000\tCT\t1\t2.5\t2\t9.20"
    page.fill("#cells", "\n".join([row] * 999))
    page.click("button[value=preview]")
    page.click("button[value=replace]")
    assert page.get_by_text("Items taken over: 999").is_visible()
    page.goto(f"/trader/declarations/{reference}/check")
    spent = page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")
    assert spent < 5_000 and page.get_by_text("Total to pay").first.is_visible()

    def counted():
        with db.reading() as session:
            query = text("SELECT jsonb_array_length(body -> 'items') FROM declaration_draft")
            return session.execute(query).scalars().all()

    assert 999 in done(counted)
