"""People at the pages of officials: what is on a form is read from the page it stands on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.declarations.models import Declaration
from tests.factories.accounts import send, sign_in
from tests.factories.seed import PASSWORD

_VERSION = re.compile(r'name="version" value="(\d+)"')
_ONCE = re.compile(r'name="once" value="([0-9a-f]{32})"')


@dataclass(frozen=True)
class Desk:
    """A browser in which somebody has signed in."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def text(self, path: str) -> str:
        """A page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return answer.text

    def deed(self, page: str, action: str, **fields: Any) -> TestResponse:
        """Sends a form with the version and the word for once that stand on its page, unless others are given."""
        shown = self.client.get(page).text
        for name, pattern in (("version", _VERSION), ("once", _ONCE)):
            found = pattern.search(shown)
            if name not in fields and found:
                fields[name] = found[1]
        return send(self.client, action, page, **fields)


def desk(app: Flask, login: str) -> Desk:
    client = app.test_client()
    assert sign_in(client, login, PASSWORD).status_code == 302
    return Desk(client)


def file_of(declaration: Declaration) -> str:
    return f"/officer/declarations/{declaration.reference}"
