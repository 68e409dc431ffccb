"""At the truck, in a real browser: a shift without a network, a killed tab, answers that are lost, and a stolen telephone."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from app.core import db
from app.inspections import queries as inspected
from tests.factories import cases, declarations
from tests.factories.actors import supervisor
from tests.factories.fielding import given_to
from tests.factories.seed import PASSWORD

CODE = "drum-7781"
CONSIGNEE = "Сомон"


def apart(act: Callable[[], Any]) -> Any:
    """Does something on the server; the test's thread belongs to the browser."""
    made: list[Any] = []
    worker = threading.Thread(target=lambda: made.append(act()))
    worker.start()
    worker.join()
    assert made, "it failed, see above"
    return made[0]


def ordered() -> Any:
    """A red declaration whose inspection is the inspector's."""

    def act() -> Any:
        with db.transaction() as session:
            case = declarations.lodged(session, declarations.red()).declaration
        return given_to(case, "inspector")

    return apart(act)


def result(case) -> Any:
    def act() -> Any:
        with db.reading() as session:
            look = inspected.of_declaration(session, case.post, case.id)[0]
            return look, inspected.records(session, [look])[look.id]

    return apart(act)


class Phone:
    """A telephone of the inspector: pages of one browser that keeps what it keeps."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.violations: list[str] = []
        self.page = self.open()

    def open(self) -> Any:
        """A new tab; the old one, if there is one, is gone without having been told."""
        page = self.page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.violations.append(str(error)))
        page.on("console", lambda said: self.violations.append(said.text) if "Security Policy" in said.text else None)
        page.goto("/field/")
        return page

    def register(self) -> None:
        page = self.page
        page.locator("#page a[href^='/login']").click()
        page.fill("#f-login", "inspector")
        page.fill("#f-password", PASSWORD)
        page.click("#sign-in button.btn-primary")
        page.fill("#code", CODE)
        page.fill("#again", CODE)
        page.click("button[type=submit]")
        page.locator(".card").first.wait_for()
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.wait_for_function("caches.keys().then((names) => names.length > 0)")

    def unlock(self, code: str = CODE) -> None:
        self.page.fill("#code", code)
        self.page.click("button[type=submit]")

    def unsent(self, count: int) -> None:
        self.page.wait_for_selector(f"#unsent[data-count='{count}']")

    def form(self, kind: str) -> None:
        self.page.locator(".bar button", has_text=kind).click()

    def save(self) -> None:
        self.page.click("button[type=submit]")
        self.page.locator("#page form").wait_for(state="detached")

    def finding(self, found: str) -> None:
        self.form("Finding")
        self.page.locator("input[name=conform][value=true]").check()
        self.page.fill("#f-found", found)
        self.save()

    def stored(self) -> str:
        """All that the browser keeps of this site in its database, as one text: bytes as letters, in two ways of reading."""
        return self.page.evaluate(_RAW)


_RAW = """async () => {
  const database = await new Promise((done) => { const asked = indexedDB.open("guzar-field"); asked.onsuccess = () => done(asked.result); });
  const told = [];
  const tell = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer ?? value);
      told.push(new TextDecoder("utf-8").decode(bytes), new TextDecoder("utf-16le").decode(bytes));
    } else if (value instanceof CryptoKey) told.push("extractable:" + value.extractable);
    else if (value && typeof value === "object") Object.entries(value).forEach(([name, inner]) => { told.push(name); tell(inner); });
    else told.push(String(value));
  };
  for (const name of database.objectStoreNames) {
    const store = database.transaction(name).objectStore(name);
    for (const way of ["getAllKeys", "getAll"]) tell(await new Promise((done) => { const asked = store[way](); asked.onsuccess = () => done(asked.result); }));
  }
  database.close();
  return told.join("\\n") + "\\n" + JSON.stringify(localStorage);
}"""


@pytest.fixture
def phone(browser, site) -> Iterator[Phone]:
    context = browser.new_context(
        base_url=site, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="en"
    )
    made = Phone(context)
    yield made
    context.close()
    assert not made.violations, made.violations


#: What is touched with gloves.
_SMALL = """() => [...document.querySelectorAll("button, a, select, textarea, summary, .pick, input[type=text], input[type=password]")]
  .filter((each) => each.checkVisibility() && (each.offsetHeight < 48 || each.offsetWidth < 48)).map((each) => each.outerHTML.slice(0, 200))"""


def clean(page: Any) -> None:
    """Open to everybody, large enough for gloves, and not wider than the screen."""
    accessible(page)
    small = page.evaluate(_SMALL)
    assert not small, small
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], "it does not fit"


def accessible(page: Any) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, json.dumps([(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found], indent=1)


def photograph() -> bytes:
    """As large as a telephone's: noise cannot be packed, so that it must be made smaller."""
    noise = np.random.default_rng(7).integers(0, 255, (1500, 2000, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG", quality=90)
    return out.getvalue()


def test_a_shift_without_a_network(phone):
    case = ordered()
    phone.register()
    clean(phone.page)
    phone.context.set_offline(True)
    phone.page.locator(".card").click()
    for theme in ("light", "dark", "sun"):
        phone.page.evaluate("(name) => (document.documentElement.dataset.theme = name)", theme)
        clean(phone.page)
    phone.form("Finding")
    phone.page.select_option("#f-item", "1")
    phone.page.locator("input[name=conform][value=true]").check()
    phone.page.fill("#f-found", "Forty drums, all labelled")
    phone.page.wait_for_timeout(700)  # as long as it takes to keep what is typed

    phone.page.close()  # killed in the middle of the form
    page = phone.open()
    clean(page)
    phone.unlock("drum-0000")
    page.get_by_text("The code is not right. Tries left: 4.").wait_for()
    phone.unlock()
    page.locator(".card").click()
    phone.form("Finding")
    assert page.input_value("#f-found") == "Forty drums, all labelled"
    assert page.locator("#declared").inner_text().count("2\u202f450.000") == 1
    clean(page)
    phone.save()
    phone.unsent(1)

    phone.form("Photo")
    page.set_input_files("#f-photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    page.locator(".picture").wait_for()
    page.fill("#f-caption", "Drum 7")
    phone.save()
    phone.form("Conclude")
    page.locator("input[name=conclusion][value=conform]").check()
    page.fill("#f-summary", "Opened and counted")
    phone.save()
    phone.unsent(3)
    assert page.locator(".net").inner_text() == "Offline"

    raw = phone.stored()
    assert "extractable:false" in raw and "extractable:true" not in raw
    for secret in (CONSIGNEE, "Forty drums", "Opened and counted", "Acetic", CODE, "gzf_"):
        assert secret not in raw, f"{secret} can be read in the browser's storage"

    phone.context.set_offline(False)
    phone.unsent(0)
    page.get_by_text("Connected").wait_for()
    look, kept = result(case)
    assert (look.conclusion, look.summary, look.status) == ("conform", "Opened and counted", "concluded")
    assert [f.found for f in kept.findings] == ["Forty drums, all labelled"]
    assert [p.caption for p in kept.photos] == ["Drum 7"] and kept.photos[0].size <= 400_000


def test_a_code_that_was_forgotten(phone):
    case = ordered()
    phone.register()
    phone.context.set_offline(True)
    phone.page.locator(".card").click()
    phone.finding("Nothing is lost")
    page = phone.open()
    for left in (4, 3, 2, 1):
        phone.unlock(f"wrong{left}")
        page.get_by_text(f"Tries left: {left}.").wait_for()
    phone.unlock("wrong0")
    page.get_by_text("Too many wrong codes. What was not sent is still there.").wait_for()
    phone.unlock()  # the right one comes too late
    page.get_by_text("Too many wrong codes. What was not sent is still there.").wait_for()
    phone.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="Code forgotten").click()
    page.get_by_role("heading", name="Choose a new code").wait_for()
    page.fill("#code", "lamp-4419")
    page.fill("#again", "lamp-4419")
    page.click("button[type=submit]")
    page.locator(".card").wait_for()
    phone.unsent(0)
    assert [f.found for f in result(case)[1].findings] == ["Nothing is lost"]

    page = phone.open()
    for n in range(4):
        phone.unlock(f"wrong{n}")
        page.get_by_text(f"Tries left: {4 - n}.").wait_for()
    phone.unlock("wrong4")
    page.get_by_role("heading", name="Register this device").wait_for()
    assert "orders" not in phone.stored() and "device" not in phone.stored(), "all was sent, so nothing is left"


def test_an_answer_that_is_lost_and_one_that_is_asked_again(phone):
    case = ordered()
    phone.register()
    sent: list[Any] = []

    def lose(route: Any) -> None:
        sent.append(route.request)
        if len(sent) == 1:  # the server does it, the answer never comes
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/field/records", lose)
    phone.page.locator(".card").click()
    phone.finding("Counted twice")
    phone.unsent(0)
    assert len(sent) == 2 and sent[0].post_data_json["id"] == sent[1].post_data_json["id"]
    again = phone.page.evaluate(
        "([headers, body]) => fetch('/field/records', {method: 'POST', headers, body}).then((answer) => answer.json())",
        [{n: v for n, v in sent[1].headers.items() if n.startswith("x-") or n == "content-type"}, sent[1].post_data],
    )
    assert again["outcome"] == "applied" and again["again"]
    other = sent[1].post_data.replace("Counted twice", "Counted once")
    headers = {n: v for n, v in sent[1].headers.items() if n.startswith("x-") or n == "content-type"}
    refused = phone.page.request.post("/field/records", data=other, headers=headers)
    assert (refused.status, refused.json()["code"]) == (422, "record-reused")
    assert [f.found for f in result(case)[1].findings] == ["Counted twice"]


def test_both_sides_of_a_conflict_and_a_stolen_telephone(phone, person):
    case = ordered()
    phone.register()
    phone.context.set_offline(True)
    phone.page.locator(".card").click()
    phone.finding("Two drums more")
    phone.unsent(1)
    apart(lambda: cases.decided(case, "seize", by=supervisor()))
    phone.context.set_offline(False)
    phone.page.locator("#conflicts").wait_for()
    phone.page.goto("/field/#/conflicts")
    sides = phone.page.locator(".sides")
    sides.wait_for()
    told = sides.inner_text()
    for part in ("Two drums more", "Seized", "the papers agree", "declaration is decided"):
        assert part in told, (part, told)
    clean(phone.page)

    desk = person("supervisor")
    desk.goto("/devices/conflicts")
    assert "Two drums more" in desk.locator("article").inner_text()
    accessible(desk)
    desk.locator("article textarea").fill("Seen before the seizure")
    desk.get_by_role("button", name="Add it late").click()
    desk.get_by_text("It is added late.").wait_for()
    desk.goto("/devices")
    accessible(desk)
    desk.get_by_text("Lost or stolen: lock it out").click()
    desk.locator("article textarea").fill("Taken from the car")
    desk.get_by_role("button", name="Lock it out").click()
    desk.get_by_text("The device is locked out. It is told nothing more").wait_for()

    phone.context.set_offline(True)
    phone.page.goto("/field/#/")
    phone.context.set_offline(False)
    phone.page.get_by_role("heading", name="This device is locked out").wait_for()
    assert (
        phone.page.evaluate(
            "new Promise((done) => { const asked = indexedDB.open('guzar-field'); asked.onsuccess = () => { const rows = "
            "asked.result.transaction('orders').objectStore('orders').count(); rows.onsuccess = () => done(rows.result); }; })"
        )
        == 0
    )
    page = phone.open()
    page.get_by_role("heading", name="This device is locked out").wait_for()
    assert page.locator("#code").count() == 0
    clean(page)

    desk.locator("summary", has_text="Release it").click()
    desk.locator("article textarea").fill("Found in the car")
    desk.get_by_role("button", name="Release it").click()
    desk.get_by_text("The device works again.").wait_for()
    phone.context.set_offline(True)
    phone.context.set_offline(False)
    page.locator("#code").wait_for()
    phone.unlock()
    page.get_by_role("heading", name="Orders").wait_for()
