"""One POST, one deed: idempotency key, transaction, answer; run again when the database was only passing through
trouble."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from flask import Response, request
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.api.body import idempotency_key
from app.core import idempotency
from app.core.canonical import scalar
from app.core.db import is_passing, reading, transaction
from app.core.errors import Refusal
from app.edge.tokens import current_actor

#: A deadlock or a lost connection is tried again this often before it becomes the sender's business.
TRIES = 3
_STORED_HEADERS = ("Location", "ETag", "Content-Type")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a deed answers. `body` is JSON-ready, or the bytes of what the headers' Content-Type names."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def deed(act: Callable[[Session], Reply]) -> Response:
    """Runs `act` in one transaction under the request's Idempotency-Key and stores its answer there.

    The same key with the same body gets the stored answer; `act` is then not run.
    """
    actor, key = current_actor(), idempotency_key()
    mark = idempotency.fingerprint(
        request.method, request.full_path, request.get_data(cache=True), request.headers.get("If-Match", "")
    )
    for attempt in range(1, TRIES + 1):
        try:
            with transaction() as session:
                answer = idempotency.claim(session, actor.person, key, mark)
                if answer is None:
                    answer = _stored(act(session))
                    idempotency.keep(session, actor.person, key, mark, answer)
            return _response(answer)
        except Refusal:
            answer = _answered_meanwhile(actor.person, key, mark)
            if answer is None:
                raise
            return _response(answer)
        except DBAPIError as error:
            if attempt == TRIES or not _may_try_again(error):
                raise
            time.sleep(0.05 * attempt)
    raise AssertionError("unreachable")


def _answered_meanwhile(person: UUID, key: str, mark: bytes) -> idempotency.Answer | None:
    """The first request may have ended after this one looked at the keys and before it looked at the record: what is
    refused then is its own deed, and its answer counts."""
    with reading() as session:
        return idempotency.known(session, person, key, mark)


def _may_try_again(error: DBAPIError) -> bool:
    """Two requests that both believed to be first met at the key's row; or the server was restarting, or a deadlock."""
    if isinstance(error, IntegrityError):
        return "pk_idempotency_key" in str(error.orig)
    return is_passing(error)


def change(act: Callable[[Session], Reply]) -> Response:
    """A PUT or DELETE: guarded by its version, it needs no key."""
    with transaction() as session:
        answer = _stored(act(session))
    return _response(answer)


def reply(body: Any, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """A plain answer of a read, or of a device."""
    return _response(_stored(Reply(body, status, headers or {})))


def _stored(reply: Reply) -> idempotency.Answer:
    if reply.status == 204:
        return idempotency.Answer(204, dict(reply.headers), b"")
    if isinstance(reply.body, bytes):
        return idempotency.Answer(reply.status, dict(reply.headers), reply.body)
    body = orjson.dumps(reply.body, default=scalar, option=orjson.OPT_APPEND_NEWLINE)
    return idempotency.Answer(reply.status, {"Content-Type": "application/json", **reply.headers}, body)


def _response(answer: idempotency.Answer) -> Response:
    response = Response(answer.body, status=answer.status)
    for name in _STORED_HEADERS:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    if answer.status == 204:
        del response.headers["Content-Type"]
    return response
