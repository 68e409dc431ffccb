"""What every page shares: who reads it, at which post, where they can go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g, request, url_for
from werkzeug.routing import BuildError

from app.core.actors import ANY_POST, Actor
from app.core.text import Text
from app.edge.locale import current, translate
from app.web import once, words
from config.settings import Settings

_EXTENSION = "guzar.layout"


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to a page in the navigation, for those who hold one of the roles; no roles means everybody, signed in or not.

    `section` is a prefix of endpoints during which the entry is marked as the present one; by default its own endpoint.
    `badge` is the endpoint that says how many wait there, asked by the page itself once it is drawn.
    """

    label: Text
    endpoint: str
    roles: tuple[str, ...] = ()
    icon: str = ""
    order: int = 50
    section: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template draws it."""

    label: str
    url: str
    icon: str
    current: bool
    badge: str = ""


@dataclass
class _Layout:
    post: str
    entries: list[Entry] = field(default_factory=list)
    post_name: Callable[[str, str], str] = lambda post, locale: ""


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the context of base.html and the words for states, lanes and roles."""
    app.extensions[_EXTENSION] = _Layout(settings.post)
    app.context_processor(_context)
    app.jinja_env.globals.update(
        status_word=words.status,
        lane_word=words.lane,
        lane_meaning=lambda code: words.LANE_MEANINGS.get(code, Text("")),
        role_word=words.role,
        decision_word=words.decision,
        once_word=once.word,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def add_entries(app: Flask, *entries: Entry) -> None:
    """Adds ways to the navigation; each part of the site calls this for its own pages."""
    layout: _Layout = app.extensions[_EXTENSION]
    layout.entries = sorted([*layout.entries, *entries], key=lambda entry: entry.order)


def name_posts(app: Flask, post_name: Callable[[str, str], str]) -> None:
    """Sets how a post's name is found: (code, locale) → name, "" if unknown."""
    app.extensions[_EXTENSION].post_name = post_name


def nav(actor: Actor | None) -> list[Link]:
    """The entries this person may follow, in order; those whose page does not exist are left out."""
    layout: _Layout = current_app.extensions[_EXTENSION]
    roles = actor.roles() if actor is not None else frozenset()
    return [link for entry in layout.entries if _may(entry, roles) and (link := _link(entry)) is not None]


def _may(entry: Entry, roles: frozenset[str]) -> bool:
    return not entry.roles or not roles.isdisjoint(entry.roles)


def _link(entry: Entry) -> Link | None:
    try:
        url = url_for(entry.endpoint)
    except BuildError:
        return None
    here = request.endpoint or ""
    current = here.startswith(entry.section) if entry.section else here == entry.endpoint
    return Link(translate(entry.label), url, entry.icon, current, url_for(entry.badge) if entry.badge else "")


def _context() -> dict[str, Any]:
    actor = g.get("actor")
    layout: _Layout = current_app.extensions[_EXTENSION]
    post = str(g.get("post") or _own_post(actor) or layout.post)
    return {
        "actor": actor,
        "post": post,
        "post_name": layout.post_name(post, current()),
        "navigation": nav(actor),
        "roles": [translate(words.role(role)) for role in sorted(actor.roles())] if actor is not None else [],
        "sign_in_url": _url("GUZAR_SIGN_IN_ENDPOINT", "security.login"),
        "sign_out_url": _url("GUZAR_SIGN_OUT_ENDPOINT", "security.logout"),
        "account_url": _url("GUZAR_ACCOUNT_ENDPOINT", "account.show"),
    }


def _own_post(actor: Actor | None) -> str | None:
    """The one office this person works at; None for who works at several, or everywhere."""
    posts = {grant.post for grant in actor.grants} if actor is not None else set()
    return next(iter(posts)) if len(posts) == 1 and ANY_POST not in posts else None


def _url(setting: str, default: str) -> str | None:
    try:
        return url_for(current_app.config.get(setting, default))
    except BuildError:
        return None
