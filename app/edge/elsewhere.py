"""Whoever works at one post and reaches for another one's things is refused there, and the journal tells of it.

What is asked about is known by its post: references begin with it, and forms and queries name it. The answer stays the same
403 or 404; the entry is written once a minute for each person, post and page, so that nobody fills the journal with them.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.core import db, journal
from app.core.actors import ANY_POST, Actor
from app.reference.queries import codebook
from config.settings import Settings

EVENT = "account.refused-elsewhere"
_EVERY = 60.0
_MOST = 2_000
_OF_REFERENCE = re.compile(r"\b([A-Z]{2}[A-Z0-9]{3})(?=-[A-Z0-9])", re.ASCII)
_ALONE = re.compile(r"[A-Z]{2}[A-Z0-9]{3}", re.ASCII)

_log = structlog.get_logger("guzar.elsewhere")


class Told:
    """What was told within the last minute; the oldest leave when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def first(self, key: tuple[str, ...]) -> bool:
        """Whether this is told for the first time within a minute."""
        now = time.monotonic()
        with self._lock:
            if now - self._at.get(key, -_EVERY) < _EVERY:
                return False
            self._at[key] = now
            self._at.move_to_end(key)
            while len(self._at) > _MOST:
                self._at.popitem(last=False)
            return True


def init_app(app: Flask, settings: Settings) -> None:
    """Looks at every refusal."""
    app.extensions["guzar_elsewhere"] = Told()
    app.after_request(_watched)


def _watched(response: Response) -> Response:
    actor: Actor | None = g.get("actor")
    if response.status_code not in (403, 404) or actor is None or not _bound(actor):
        return response
    for post in _asked_about():
        if not actor.roles(post) and current_app.extensions["guzar_elsewhere"].first(
            (str(actor.person), post, request.endpoint or "")
        ):
            _tell(actor, post, response.status_code)
    return response


def _bound(actor: Actor) -> bool:
    """Somebody who works at certain posts only; firms and those who serve everywhere cross no border here."""
    return all(grant.post != ANY_POST and grant.role != "trader" for grant in actor.grants)


def _asked_about() -> Iterator[str]:
    """The posts that the request names."""
    found = set(_OF_REFERENCE.findall(request.path))
    named: list[object] = [request.args.get("post"), *(request.view_args or {}).values()]
    try:
        body = request.get_json(silent=True) if request.is_json else request.form
    except (HTTPException, RecursionError):  # a body that cannot be read names nothing
        body = None
    named += [body.get("post")] if isinstance(body, Mapping) else []
    found |= {text for text in named if isinstance(text, str) and _ALONE.fullmatch(text)}
    yield from sorted(found)


def _tell(actor: Actor, post: str, status: int) -> None:
    after = {"post": post, "asked": f"{request.method} {request.url_rule or request.path}"[:200], "status": status}
    try:
        with db.transaction() as session:
            if codebook(session).post(post) is None:
                return
            journal.record(
                session, by=actor, event=EVENT, kind="access", subject=actor.login, post=db.node_post(), after=after
            )
    except SQLAlchemyError as error:  # the answer is given all the same
        _log.warning("a refusal was not journaled", why=str(error).splitlines()[0])
