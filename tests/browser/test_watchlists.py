"""The analyst's pages of watch lists, looked at by axe: with names of three scripts beside each other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core import db
from app.watchlists import operations, queries
from app.watchlists.commands import AddEntry, MakeList
from app.watchlists.lifecycle import Kind
from tests.browser.conftest import VIEWS
from tests.browser.test_officials_pages import aside
from tests.factories import declarations, lives
from tests.factories.actors import analyst

PICTURES = os.environ.get("GUZAR_SCREENSHOTS")
NAMES = {"en": "Wanted in the fuel case", "fa_AF": "اشخاص تحت تعقیب", "ru": "Розыск"}


def filled() -> dict[str, str]:
    """A list that all analysts see, with what was found by it: a question, one that was answered, one remembered."""
    lives.alone()
    order = {"source": "Letter 5/117 of the prosecutor", "reason": "Fuel case, see the file"}
    with db.transaction() as session:
        names = MakeList("FUEL-1", NAMES, "Letter 5/117 of the prosecutor", "The fuel case", ("analyst",))
        operations.make(session, names, by=analyst())
        driver = operations.add(
            session, "FUEL-1", AddEntry(Kind.PERSON, "Раҳимов Аҳмади Нурӣ", **order, aliases=("Ahmad Noori", "Нурӣ")), by=analyst()
        )
        operations.add(session, "FUEL-1", AddEntry(Kind.COMPANY, "Kabul Star Trading Co. Ltd", **order), by=analyst())
        operations.add(session, "FUEL-1", AddEntry(Kind.PLATE, "KBL 00001", **order), by=analyst())
    queries.forget()
    made = [declarations.words() for _ in range(2)]
    with db.transaction() as session:
        lodged = [declarations.lodged(session, body) for body in made]
    with db.transaction() as session:
        first = queries.of_subject(session, lodged[0].declaration.id)
        assert {m.kind for m in first} >= {"person", "company"}, first
        operations.dismiss(session, first[0].id, "Born 1999, the one looked for 1962", by=analyst())
    with db.transaction() as session:
        body = declarations.lodged(session)
        (open_one, *_rest) = [m for m in queries.of_subject(session, body.declaration.id) if m.status == "open"]
        operations.propose_removal(session, driver.id, "the case is closed", by=analyst())
    return {
        "lists": "/analyst/watch-lists", "search": "/analyst/watch-lists?q=احمد+نوری", "list": "/analyst/watch-lists/FUEL-1",
        "new-list": "/analyst/watch-lists/new", "new-entry": "/analyst/watch-lists/FUEL-1/new",
        "import": "/analyst/watch-lists/FUEL-1/import", "entry": f"/analyst/watch-entries/{driver.id}",
        "queue": "/analyst/watch-matches", "dismissed": "/analyst/watch-matches?status=dismissed",
        "question": f"/analyst/watch-matches/{open_one.id}",
    }  # fmt: skip


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_every_page_is_free_of_barriers_and_fits(person, lang, width):
    pages = aside(filled)
    page = person("analyst", lang=lang, width=width)
    page.goto(pages["lists"])
    assert "/analyst/purpose" in page.url
    looked_at(page, "purpose", lang, width)
    page.fill("#f-reason", "case 12 of the prosecutor")
    page.click("#purpose-form button.btn-primary")
    page.wait_for_url("**/analyst/watch-lists")
    for name, path in pages.items():
        page.goto(path)
        looked_at(page, name, lang, width)
    page.goto(pages["import"])
    page.fill("#f-source", "Letter 9")
    page.fill("#f-reason", "case 13")
    page.set_input_files("#file", {"name": "l.csv", "mimeType": "text/csv", "buffer": b"kind,name\nship,Titanic\nplate,A\n"})
    page.click("#file-form button.btn-primary")
    page.wait_for_selector(".finding-list li")
    looked_at(page, "refused", lang, width)


def looked_at(page, name: str, lang: str, width: int) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}_{lang}_{width}.png", full_page=True)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{name} is {over} px wider than the screen"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
