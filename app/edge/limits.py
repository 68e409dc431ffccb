"""How often one may ask: counted per process and in memory, before anything costly is done.

The lock of an account after five failures is kept in the database (`accounts.sign_ins`); these counters only keep a flood
away from the password hash (0.15 s and 64 MiB each) and from the database.
"""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from flask import Flask, current_app, request

from app.core.errors import Invalid, TooMany, Unavailable
from config.settings import Settings


class Window:
    """At most `limit` hits per key in `seconds`. Old keys are forgotten, so that the memory is bounded."""

    def __init__(
        self, limit: int, seconds: float, *, clock: Callable[[], float] = time.monotonic, most: int = 20_000
    ) -> None:
        self.limit, self.seconds, self.clock = limit, seconds, clock
        self._most = most
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def hit(self, key: str) -> None:
        """Counts one; raises `TooMany` with the seconds to wait when the window is full."""
        with self._lock:
            start, count = self._current(key)
            if count >= self.limit:
                raise self._refusal(start)
            self._open[key] = (start, count + 1)
            while len(self._open) > self._most:
                self._open.popitem(last=False)

    def check(self, key: str) -> None:
        """Counts nothing; raises `TooMany` when the window is full."""
        with self._lock:
            start, count = self._current(key)
            if count >= self.limit:
                raise self._refusal(start)

    def _current(self, key: str) -> tuple[float, int]:
        now = self.clock()
        start, count = self._open.get(key, (now, 0))
        if now - start < self.seconds:
            return start, count
        self._open.pop(key, None)  # so that a renewed key counts as young again
        return now, 0

    def _refusal(self, start: float) -> TooMany:
        wait = max(1, round(start + self.seconds - self.clock() + 0.5))
        return TooMany(facts={"retry_after": wait})


@dataclass
class Limits:
    """The windows of one application."""

    #: A token may ask 50 times a second whatever happens; this leaves room for bursts.
    token: Window = field(default_factory=lambda: Window(200, 1))
    #: Unknown or expired tokens, per address: each costs a query.
    bad_token: Window = field(default_factory=lambda: Window(60, 60))
    #: Passwords, codes and passkeys tried from an address; a whole post may stand behind one.
    attempt: Window = field(default_factory=lambda: Window(60, 60))
    #: Those of them that failed.
    failure: Window = field(default_factory=lambda: Window(20, 60))
    #: Access codes of guarantees that did not fit, per person: whoever lodges for a firm may not know its codes.
    code: Window = field(default_factory=lambda: Window(10, 3600))
    #: What anybody may ask without signing in, such as the verification of a permit.
    public: Window = field(default_factory=lambda: Window(120, 60))
    #: Hashes computed at the same time.
    hashing: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
    )


#: NCTS: the access code is not valid.
WRONG_CODE = "guarantee.G03"
#: How long a sign-in waits for others to be hashed before it is told to come again.
HASH_WAIT = 5.0


def init_app(app: Flask, settings: Settings) -> None:
    """Gives the application its counters. Where hashes are cheap, many people sign in from one address within seconds."""
    limits = Limits()
    if settings.cheap_passwords:
        limits.attempt.limit = limits.failure.limit = limits.code.limit = 10_000
    app.extensions["guzar_limits"] = limits


def limits() -> Limits:
    """The counters of the present application."""
    made: Limits = current_app.extensions["guzar_limits"]
    return made


def of_token(token: UUID) -> None:
    """Counts a request of a token. Raises `TooMany`."""
    limits().token.hit(token.hex)


def of_public_page() -> None:
    """Counts a request that needs no sign-in but costs something, per address. Raises `TooMany`."""
    limits().public.hit(network())


def before_attempt() -> None:
    """Counts a password, code or passkey about to be tried, per address, before anything is hashed. Raises `TooMany`."""
    limits().failure.check(network())
    limits().attempt.hit(network())


def after_failure() -> None:
    """Counts one that failed. The answer to it is given as ever; only the next one is refused."""
    try:
        limits().failure.hit(network())
    except TooMany:
        return


@contextmanager
def access_codes(person: UUID) -> Iterator[None]:
    """Around whatever tries the access codes of guarantees: those that did not fit are counted, and after a few of them
    no further one is tried for a while. Raises `TooMany`."""
    limits().code.check(person.hex)
    try:
        yield
    except Invalid as refusal:
        if any(finding.rule == WRONG_CODE for finding in refusal.findings):
            with suppress(TooMany):
                limits().code.hit(person.hex)
        raise


@contextmanager
def hash_slot() -> Iterator[None]:
    """Holds one of the few places in which a password is hashed. Raises `Unavailable` when none is free in time."""
    places = limits().hashing
    if not places.acquire(timeout=HASH_WAIT):
        raise Unavailable()
    try:
        yield
    finally:
        places.release()


def network() -> str:
    """The address that asks, as far as one customer is concerned: IPv6 by its /64."""
    address = request.remote_addr or "unknown"
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address.split('%')[0]}/64", strict=False))
    except ValueError:
        return address
