"""Bearer tokens: the only way into /api. Cookies are not looked at there, so no other site's form can act for anybody.

A process remembers for a few seconds who a token stands for, so that a burst of requests does not repeat the query; a
token revoked or a grant ended is dead everywhere within that time.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from flask import Flask, current_app, g, request

from app.accounts import queries, sign_ins
from app.accounts.tokens import digest
from app.core import db
from app.core.actors import Actor
from app.core.errors import Forbidden, NotSignedIn
from app.core.text import _
from app.edge import limits
from config.settings import Settings

#: How long a process believes what the database said about a token.
REMEMBERED = 5.0

#: What contract names open to everybody: the description of the API, the check of a permit, and the neighbour's signed messages.
OPEN = ("/api/v1/openapi.json", "/api/v1/docs", "/api/v1/verify", "/api/v1/exchange/messages")

#: Devices show keys of their own to the two addresses that are theirs.
_DEVICE = re.compile(r"/api/v1/devices/[^/]{1,60}/(?:events|images)", re.ASCII)
_BEARER = re.compile(r"[Bb]earer (gz_[0-9a-f]{32}_[A-Za-z0-9_-]{43})", re.ASCII)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Memory:
    """Actors by the hash of their token, for `seconds`; the oldest leave when there are too many."""

    def __init__(
        self, seconds: float = REMEMBERED, *, clock: Callable[[], float] = time.monotonic, most: int = 5_000
    ) -> None:
        self.seconds, self.clock = seconds, clock
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()

    def get(self, key: bytes) -> Actor | None:
        with self._lock:
            since, actor = self._known.get(key, (None, None))
            if since is None or self.clock() - since >= self.seconds:
                self._known.pop(key, None)
                return None
            return actor

    def put(self, key: bytes, actor: Actor) -> None:
        with self._lock:
            self._known[key] = (self.clock(), actor)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


def init_app(app: Flask, settings: Settings) -> None:
    """Guards every address below /api: without a token only what is open to all is answered."""
    app.extensions["guzar_tokens"] = Memory()
    app.before_request(_guard)


def _guard() -> None:
    if not request.path.startswith("/api/") or _is_open(request.path):
        return
    if _DEVICE.fullmatch(request.path):
        limits.limits().bad_token.check(limits.network())
        return
    actor = _authenticated()
    assert actor.token is not None
    limits.of_token(actor.token)
    g.actor = actor
    _allow_method(actor)


def wrong_key() -> None:
    """Counts a device's key that was not accepted, as a bad token is."""
    limits.limits().bad_token.hit(limits.network())


def _is_open(path: str) -> bool:
    return any(path == prefix or path.startswith(prefix + "/") for prefix in OPEN)


def _allow_method(actor: Actor) -> None:
    """What a token may do at all; the verbs ask for `decide` where it counts."""
    if request.method in _READING:
        actor.need_scope("read")
    elif actor.scopes.isdisjoint({"write", "decide"}):
        raise Forbidden(_("This token may only read. Make one with the scope “write”."))


def _authenticated() -> Actor:
    header = request.headers.get("Authorization")
    if header is None:
        raise NotSignedIn(_("Send a token: Authorization: Bearer gz_…"))
    found = _BEARER.fullmatch(header)
    actor = _actor(found[1]) if found else None
    if actor is None:
        limits.limits().bad_token.hit(limits.network())
        raise NotSignedIn(
            _("The token is not accepted: it is mistyped, revoked or expired, or its login holds no grant at present.")
        )
    return replace(actor, request_id=g.get("request_id", ""), address=request.remote_addr or "")


def _actor(text: str) -> Actor | None:
    memory: Memory = current_app.extensions["guzar_tokens"]
    key = digest(text)
    known = memory.get(key)
    if known is not None:
        return known
    limits.limits().bad_token.check(limits.network())
    with db.reading() as session:
        bearer = queries.bearer_of(session, text)
    if bearer is None:
        return None
    memory.put(key, bearer.actor)
    if bearer.unnoted:
        with db.transaction() as session:
            sign_ins.token_seen(session, bearer.token)
    return bearer.actor


def current_actor() -> Actor:
    """Who asks, from the token (or, on pages, the sign-in) alone. Raises `NotSignedIn`."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise NotSignedIn()
    return actor
