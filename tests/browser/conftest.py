"""People at browsers: the application on a database of its own, and pages that complain about anything unusual."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.core import db
from app.core.actors import SYSTEM
from app.edge.assets import asset
from app.risk.operations import set_random_share
from tests.conftest import chromium
from tests.factories.seed import PASSWORD

WIDE, NARROW = 1280, 390
#: Each language and each width once; the other two pairs, which found nothing these did not, in the long run.
VIEWS = [
    ("en", WIDE),
    ("fa_AF", NARROW),
    pytest.param("en", NARROW, marks=pytest.mark.long),
    pytest.param("fa_AF", WIDE, marks=pytest.mark.long),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped, saying how to get one."""
    if chromium() is not None:
        return
    reason = "no Chromium: install it with `apt-get install chromium`, or name it in CHROMIUM"
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def site(own_database, settings) -> Iterator[str]:
    """The address of a running application that really commits; no consignment is stopped by chance."""
    app = create_app(replace(settings, database_url=None))
    with db.transaction() as session:
        set_random_share(session, "*", "0", "yellow", by=SYSTEM)
    _cut_letters(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()


def _cut_letters(app: Flask) -> None:
    """Has the fonts made before anybody waits for a page; once in a run."""
    with app.test_request_context():
        addresses = [asset(name) for name in ("firago-regular.woff2", "firago-bold.woff2")]
    for address in addresses:
        assert app.test_client().get(address).status_code == 200


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Our own Chromium; a module at a time, because Playwright runs once in a thread."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        opened = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def person(browser, site) -> Iterator[Callable[..., Any]]:
    """person("officer", lang="fa_AF", width=390) is the page of somebody who has signed in; person() of a stranger.

    At the end of the test nothing may stand on any console, and nothing may have been asked of another host.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def comes(login: str | None = None, *, lang: str = "en", width: int = WIDE, script: bool = True) -> Any:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": 900}, java_script_enabled=script, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # other tests may run beside these on the same two cores
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type in ("error", "warning") and not _expected(said) else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if _elsewhere(request.url, site) else None)
        page.goto(f"/login?lang={lang}" if login else f"/?lang={lang}")
        if login:
            page.fill("#f-login", login)
            page.fill("#f-password", PASSWORD)
            page.click("#sign-in button.btn-primary")
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield comes
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _expected(said: Any) -> bool:
    """A refused form is answered with 4xx, which Chromium notes for the page itself."""
    return "Failed to load resource" in said.text and any(f" {status} " in said.text for status in (401, 409, 412, 422))


def _elsewhere(url: str, site: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(site).netloc
