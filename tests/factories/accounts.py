"""Accounts in the database, for tests that sign in or hold tokens. Passwords are hashed for next to nothing."""

from __future__ import annotations

import re
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import passwords
from app.accounts.commands import AddPerson, IssueToken
from app.accounts.models import User
from app.accounts.operations import add_person, issue_token
from app.core.actors import SYSTEM
from app.parties.commands import RegisterParty
from app.parties.operations import register
from tests.factories.actors import PARTY, POST

PASSWORD = "three wild horses"
_number = count(1)


def account(
    session: Session, role: str = "officer", post: str = POST, *, login: str | None = None, **more: str | None
) -> User:
    """An account with one live grant and the password `PASSWORD`; its login is new unless one is asked for."""
    passwords.use(passwords.CHEAP)
    party = more.pop("party", PARTY) if role == "trader" else None
    if party:
        register(session, RegisterParty(party, "ҶДММ «Сомон»", "Душанбе", "TJ"), by=SYSTEM)
    name = login or f"{role}.t{next(_number)}"
    command = AddPerson(name, name.title(), role, post, party, more.pop("password", PASSWORD), **more)  # type: ignore[arg-type]
    made = add_person(session, command, by=SYSTEM)
    session.flush()
    return made


def token(session: Session, login: str, *, days: int = 30, scopes: frozenset[str] | None = None) -> str:
    """The text of a new token for a login."""
    made = issue_token(session, IssueToken(login, days, scopes), by=SYSTEM)
    session.flush()
    return made


def csrf(client: FlaskClient, page: str = "/login") -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert found, f"{page} has no form"
    return found[1]


def send(client: FlaskClient, url: str, page: str | None = None, **fields: object) -> TestResponse:
    """Sends a form with the CSRF token of its page (or of the page at the same address)."""
    return client.post(url, data={"csrf_token": csrf(client, page or url), **fields})


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
    """Signs in by the form, as a person does."""
    return send(client, "/login", login=login, password=password)
