"""The trader's form on a database that really commits, with two clicks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import func, select

from app import create_app
from app.core import db
from app.declarations.models import Declaration
from tests.factories.accounts import sign_in
from tests.factories.seed import PASSWORD
from tests.journeys.test_pages_trader import HEADER, Visitor, item


def test_two_clicks_at_the_same_moment_are_one_declaration(own_database, settings):
    app = create_app(replace(settings, database_url=None))
    client = app.test_client()
    sign_in(client, "trader", PASSWORD)
    visitor = Visitor(client).open("/trader/declarations/new")
    data = {**visitor.values(), **HEADER, **item(0), "action": "lodge"}
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])

    def click(_n):
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        return browser.post("/trader/declarations/new", data=data)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert [a.status_code for a in answers] == [303] * 4
    assert len({a.location for a in answers}) == 1
    with db.reading() as session:
        assert session.execute(select(func.count()).select_from(Declaration)).scalar_one() == 1
