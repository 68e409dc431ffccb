"""Many at once, really committed: failures are counted one by one, and of several sign-ins one is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app import create_app
from app.accounts import queries
from app.accounts.models import SignIn
from app.core import db
from app.core.journal import JournalEntry, verify
from tests.factories.accounts import PASSWORD, account, csrf
from tests.journeys.test_signin import who


@pytest.fixture
def served(own_database, settings):
    app = create_app(replace(settings, database_url=None))
    app.testing = True
    with db.transaction() as session:
        account(session, login="bahrom")
    return app


def sign_in_together(app, passwords):
    ready = [(client, csrf(client), password) for client, password in ((app.test_client(), p) for p in passwords)]

    def go(prepared):
        client, token, password = prepared
        return client, client.post("/login", data={"csrf_token": token, "login": "bahrom", "password": password}).status_code

    with ThreadPoolExecutor(len(ready)) as pool:
        return list(pool.map(go, ready))


def count(event):
    with db.reading() as session:
        return session.execute(select(func.count()).where(JournalEntry.event == event)).scalar_one()


def test_guesses_at_the_same_moment_get_five_tries_together(served):
    """Whatever the order in which they arrive, the sixth guess finds the account closed, and so does the right password."""
    answers = sign_in_together(served, [f"wrong guess {n}" for n in range(12)])
    assert {status for _, status in answers} == {200}
    assert count("account.sign_in_failed") == 5 and count("account.locked") == 1
    assert [status for _, status in sign_in_together(served, [PASSWORD] * 4)] == [200] * 4


def test_of_several_sign_ins_at_once_one_is_left(served):
    answers = sign_in_together(served, [PASSWORD] * 6)
    assert [status for _, status in answers] == [302] * 6
    assert [who(client) for client, _ in answers].count("bahrom") == 1
    with db.reading() as session:
        assert session.execute(select(func.count()).select_from(SignIn)).scalar_one() == 1
        number, breaks = verify(session, "TJPPJ")
        assert number and not breaks
        assert queries.find(session, "bahrom").failed == 0
