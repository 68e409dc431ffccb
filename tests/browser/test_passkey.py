"""Passkeys with a real browser and its built-in virtual authenticator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from app.accounts.models import User, WebAuthn
from app.core import db, journal
from tests.conftest import chromium
from tests.factories.accounts import PASSWORD, account

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium: install it with `apt-get install chromium`, or name it in CHROMIUM"
)


@pytest.fixture
def site(own_database, settings) -> Iterator[str]:
    """The application on a database of its own, at an address a browser can go to."""
    app = create_app(replace(settings, database_url=None))
    with db.transaction() as session:
        account(session, login="bahrom")
        account(session, login="mallory")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


class Person:
    """A browser with a security key in it."""

    def __init__(self, browser, site: str) -> None:
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.site = site
        self.key = self.context.new_cdp_session(self.page)
        self.key.send("WebAuthn.enable")
        self.authenticator = self.key.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }})["authenticatorId"]  # fmt: skip

    def go(self, path: str) -> None:
        self.page.goto(self.site + path)

    def sign_in(self, login: str) -> None:
        self.go("/login")
        self.page.fill("#f-login", login)
        self.page.fill("#f-password", PASSWORD)
        self.page.click("#sign-in button")

    def sign_out(self) -> None:
        self.go("/account")
        self.page.click(".menu-person >> xpath=../summary")
        self.page.click("form[action='/logout'] button")

    def signed_in_as(self) -> str | None:
        self.go("/account")
        if "/login" in self.page.url:
            return None
        return self.page.locator(".menu-person .code").text_content()

    def add_passkey(self, name: str, *, alone: bool) -> None:
        self.go("/wan-register")
        self.page.fill("#f-name", name)
        self.page.check("#f-usage-1" if alone else "#f-usage-2")
        self.page.click("#passkey-new button")
        self.page.wait_for_url("**/account")

    def keys(self) -> list[dict]:
        return self.key.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})["credentials"]


@pytest.fixture
def person(browser, site):
    made = Person(browser, site)
    yield made
    made.context.close()
    assert not [c for c in made.complaints if "Content Security Policy" in c]


def stored() -> list[WebAuthn]:
    with db.reading() as session:
        return list(session.execute(select(WebAuthn)).scalars())


def events(login: str) -> list[str]:
    with db.reading() as session:
        key = session.execute(select(User.id).where(User.login == login)).scalar_one()
        rows = select(journal.JournalEntry.event).where(journal.JournalEntry.subject == str(key))
        return list(session.execute(rows.order_by(journal.JournalEntry.number)).scalars())


def test_a_passkey_signs_in_instead_of_the_password(person):
    person.sign_in("bahrom")
    person.add_passkey("blue key", alone=True)
    assert [k.name for k in stored()] == ["blue key"] and "account.second_factor_added" in events("bahrom")
    person.sign_out()
    assert person.signed_in_as() is None
    person.page.click("form[action='/wan-signin'] button")
    person.page.wait_for_url(lambda url: "/wan-signin" not in url)
    assert person.signed_in_as() == "bahrom"
    assert stored()[0].sign_count > 0


def test_a_passkey_is_the_second_step_after_the_password(person):
    person.sign_in("bahrom")
    person.add_passkey("red key", alone=False)
    person.sign_out()
    person.sign_in("bahrom")
    assert "/wan-signin" in person.page.url
    assert person.signed_in_as() is None
    person.sign_in("bahrom")
    person.page.click("form[action='/wan-signin'] button")
    person.page.wait_for_url(lambda url: "/wan-signin" not in url)
    assert person.signed_in_as() == "bahrom"


def test_a_passkey_confirms_that_it_is_the_same_person(person):
    person.sign_in("bahrom")
    person.add_passkey("blue key", alone=True)
    person.go("/verify-password?next=/account")
    person.page.click("form[action^='/wan-verify'] button")
    person.page.wait_for_url(lambda url: urlsplit(url).path == "/account")
    assert events("bahrom")[-1] == "account.verified_again"


def test_a_removed_passkey_opens_nothing(person):
    person.sign_in("bahrom")
    person.add_passkey("blue key", alone=True)
    person.go("/wan-register")
    person.page.click("form[action='/wan-delete'] button")
    if person.page.locator("#confirm[open]").count():
        person.page.click("#confirm button[value='yes']")
    person.page.wait_for_url("**/wan-register")
    person.page.wait_for_selector("form[action='/wan-delete']", state="detached")
    assert stored() == [] and "account.second_factor_dropped" in events("bahrom")
    person.sign_out()
    person.go("/login")
    with person.page.expect_response(lambda answer: "/wan-signin/" in answer.url):
        person.page.click("form[action='/wan-signin'] button")
    person.page.wait_for_selector("form[action='/wan-signin'] button")
    assert person.signed_in_as() is None


def test_somebody_elses_key_is_not_the_second_step(person, browser, site):
    """Mallory knows Bahrom's password and has a key of his own: the key is known, but it is not Bahrom's."""
    mallory = Person(browser, site)
    mallory.sign_in("mallory")
    mallory.add_passkey("my key", alone=False)
    mallory.sign_out()
    person.sign_in("bahrom")
    person.add_passkey("red key", alone=False)
    person.sign_out()
    [credential] = mallory.keys()
    mallory.page.route("**/wan-signin", lambda route: _with_credential(route, credential["credentialId"]))
    mallory.sign_in("bahrom")
    with mallory.page.expect_response(lambda answer: "/wan-signin/" in answer.url):
        mallory.page.click("form[action='/wan-signin'] button")
    mallory.page.wait_for_selector("form[action='/wan-signin'] button")
    mallory.page.unroute("**/wan-signin")
    assert mallory.signed_in_as() is None
    mallory.context.close()


def _with_credential(route, credential: str) -> None:
    """What a hostile browser does: it asks its own key although the server named another."""
    import base64
    import re

    answer = route.fetch()
    wanted = base64.urlsafe_b64encode(base64.b64decode(credential)).decode().rstrip("=")
    body = answer.text()
    changed = re.sub(r'(allowCredentials\\":[^\]]*?\\"id\\": ?\\")[^"\\]+', lambda m: m[1] + wanted, body)
    assert route.request.method == "GET" or changed != body
    route.fulfill(response=answer, body=changed)


@pytest.mark.parametrize("credential", ["", "x", "{}", '{"id": 1}', '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}'])  # fmt: skip
def test_hostile_answers_of_a_key_are_refused_plainly(client, session, credential):
    import re

    from tests.factories.accounts import csrf, sign_in

    account(session, login="bahrom")
    page = client.post("/wan-signin", data={"csrf_token": csrf(client)}).get_data(as_text=True)
    url = re.search(r'action="(/wan-signin/[^"]+)"', page)[1]
    assert client.post(url, data={"csrf_token": csrf(client), "credential": credential}).location == "/wan-signin"
    sign_in(client, "bahrom")
    page = client.post("/wan-register", data={"csrf_token": csrf(client, "/account"), "name": "k", "usage": "first"}).get_data(as_text=True)
    url = re.search(r'action="(/wan-register/[^"]+)"', page)[1]
    answer = client.post(url, data={"csrf_token": csrf(client, "/account"), "credential": credential})
    assert answer.status_code == 302
