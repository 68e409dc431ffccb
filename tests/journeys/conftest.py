"""What the journeys through the API share."""

from __future__ import annotations

import uuid

import pytest

from app.core import db
from tests.factories.accounts import token


@pytest.fixture
def call(client, session):
    """call(login, method, path, …) with a token of the login and a fresh key."""
    tokens: dict[str, str] = {}

    def calling(login, method, path, *, etag=None, key=None, **options):
        if login and login not in tokens:
            with db.transaction() as s:
                tokens[login] = token(s, login)
        headers = dict(options.pop("headers", {}))
        if login:
            headers["Authorization"] = f"Bearer {tokens[login]}"
        if method == "POST" and key is not False:
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        if etag is not None:
            headers["If-Match"] = etag
        return client.open("/api/v1" + path, method=method, headers=headers, **options)

    return calling
