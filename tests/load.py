"""A program that talks to a served node: a connection kept open, an Idempotency-Key on every deed, and the patience to ask
again, with the same key, until the node has answered."""

from __future__ import annotations

import http.client
import json
import random
import time
import uuid
from dataclasses import dataclass
from typing import Any

#: Seconds after which a request is given up as unanswered, however often it was sent.
PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """What the node said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        return self.headers["etag"]

    @property
    def is_passing(self) -> bool:
        """Whether the same request may be answered otherwise in a moment."""
        return self.status in (429, 503) or (self.status == 409 and b'"in-flight"' in self.body)


class Unanswered(Exception):
    """The node did not come back in time."""


class Caller:
    """One connection, opened again when it breaks. Not for several threads."""

    def __init__(self, port: int, *, seed: int = 0, timeout: float = 20.0) -> None:
        self.port, self.timeout = port, timeout
        self.retries = 0
        self.defects: list[str] = []
        self._random = random.Random(seed)
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, secret: str = "", body: Any = None, **headers: str) -> Answer:
        """One request, one answer; raises OSError or HTTPException when the connection breaks. Names of headers: Idempotency_Key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if secret:
            named["Authorization"] = f"Bearer {secret}"
        raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if raw is not None:
            named.setdefault("Content-Type", "application/json")
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self._connection.request(method, path, raw, named)
            answer = self._connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except BaseException:
            self.close()
            raise

    def until_answered(self, method: str, path: str, secret: str, body: Any = None, **headers: str) -> Answer:
        """The answer that stays, sent again after a broken connection or a passing refusal; raises `Unanswered`.

        Each attempt names itself in X-Request-ID by the key and a number, so that the journal tells which one did the deed.
        """
        key, attempt, deadline = headers.get("Idempotency_Key", uuid.uuid4().hex), 0, time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            attempt += 1
            try:
                answer = self.send(
                    method, path, secret, body, X_Request_ID=f"{key}-{attempt}-{uuid.uuid4().hex[:6]}", **headers
                )
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and not answer.is_passing:
                if answer.status < 500:
                    return answer
                self.defects.append(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
            self.retries += 1
            time.sleep(self._random.uniform(0.02, 0.3))
        raise Unanswered(f"{method} {path}")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
