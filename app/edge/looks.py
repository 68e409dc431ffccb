"""Officials' look-ups are journaled: every page and answer about one thing, and every search, once an hour for each person
and thing.

What counts as a thing is told by the address: the part before its first variable names the kind (`/declarations/<reference>`
is a declaration). So a new page is covered without anybody thinking of it. Lists without words to search for are not
look-ups: they are what everybody at the post works from.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g, request
from werkzeug.routing import Rule

from app.core import db
from app.core.actors import Actor
from app.core.text import excerpt
from app.oversight.operations.looking import looked
from config.settings import Settings

#: First parts of addresses that say nothing about a thing of somebody's: code lists, files of the site, proofs for all.
_COMMON = frozenset(
    {"assets", "fs-static", "codes", "rules", "problems", "verify", "lang", "field", "static", "live", "posts"}
)
#: Where somebody signs in, or looks at what is his own.
_OWN = frozenset({"security", "account", "metrics"})
#: What parts of addresses are called as kinds of things; others are called as the part is.
_KINDS = {
    "declarations": "declaration",
    "of": "declaration",
    "gate": "declaration",
    "recomputed": "declaration",
    "transit": "transit",
    "transit-movements": "transit",
    "movements": "transit",
    "permits": "permit",
    "guarantees": "guarantee",
    "seals": "seal",
    "serial": "seal",
    "payments": "payment",
    "accounts": "account",
    "mandates": "mandate",
    "papers": "paper",
    "proposals": "proposal",
    "inspections": "inspection",
    "exemptions": "exemption",
    "receipts": "receipt",
    "devices": "device",
}
#: What searches are asked by.
_WORDS = ("q", "plate", "mrn", "reference", "party", "container", "serial", "number", "login", "name", "driver", "code",
          "who", "thing")  # fmt: skip
_LONGEST_KIND = 20
#: Words beyond this, and signs that no table keeps, are typed by accident or to do harm: they are not journaled.
_LONGEST_WORDS = 120
_OUTSIDE = frozenset({"trader"})
_SEEN = (200, 304)
_MOST_KEPT = 50_000


class _Hour:
    """What this process has journaled within the hour, so that a page that is drawn again costs nothing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._hour = -1
        self._known: set[tuple[str, str, str]] = set()

    def is_new(self, person: str, kind: str, subject: str) -> bool:
        with self._guard:
            hour = int(time.time()) // 3600
            if hour != self._hour or len(self._known) > _MOST_KEPT:
                self._hour, self._known = hour, set()
            return (person, kind, subject) not in self._known

    def note(self, person: str, kind: str, subject: str) -> None:
        with self._guard:
            self._known.add((person, kind, subject))


def init_app(app: Flask, _settings: Settings) -> None:
    """Wraps the views that can be asked for a thing or with words; called when all of them are known."""
    hour = app.extensions["guzar.looks"] = _Hour()
    kinds = {rule.endpoint: kind for rule in app.url_map.iter_rules() if (kind := kind_of(rule)) is not None}
    for endpoint, view in app.view_functions.items():
        if endpoint.partition(".")[0] not in _OWN:
            app.view_functions[endpoint] = _watched(view, kinds.get(endpoint), hour)


def kind_of(rule: Rule) -> str | None:
    """What a page shows one of, by its address; None for pages about nothing in particular."""
    parts = [part for part in rule.rule.split("/") if part]
    if "GET" not in (rule.methods or ()) or not rule.arguments or parts[0] in _COMMON:
        return None
    before = ""
    for part in parts:
        if "<" in part:
            break
        before = part
    if not before or before in _COMMON:
        return None
    return _KINDS.get(before, before)[:_LONGEST_KIND]


def _watched(view: Callable[..., Any], kind: str | None, hour: _Hour) -> Callable[..., Any]:
    @wraps(view)
    def watched(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        actor: Actor | None = g.get("actor")
        if request.method == "GET" and actor is not None and not actor.roles() <= _OUTSIDE and _is_shown(answer):
            _note(kind, kwargs, hour, actor)
        return answer

    return watched


def _is_shown(answer: Any) -> bool:
    status = answer[1] if isinstance(answer, tuple) and len(answer) > 1 else getattr(answer, "status_code", 200)
    return status in _SEEN


def _note(kind: str | None, things: dict[str, Any], hour: _Hour, actor: Actor) -> None:
    found = []
    if kind is not None and things:
        found.append((kind, str(next(iter(things.values())))))
    asked = {name: excerpt(request.args.get(name, "").strip(), _LONGEST_WORDS) for name in _WORDS}
    words = {name: value for name, value in asked.items() if value}
    if words:
        found.append(("search", " ".join(words.values())))
    fresh = [(k, subject) for k, subject in found if hour.is_new(str(actor.person), k, subject)]
    if not fresh:
        return
    with db.transaction() as session:
        for k, subject in fresh:
            looked(session, k, subject, by=actor, asked=words if k == "search" else None)
    for k, subject in fresh:
        hour.note(str(actor.person), k, subject)
