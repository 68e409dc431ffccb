"""Who sits at the trader's pages: the firms acted for, and the code lists in the reader's language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.core import db
from app.core.actors import Actor
from app.edge.locale import current
from app.edge.signin import current_actor
from app.flows.lodging import own_posts
from app.parties import queries as parties
from app.parties.models import Party
from app.reference.codebook import COMMODITY, Codebook
from app.reference.queries import codebook

ROLE = "trader"
#: What a form begins with at a crossing of the road (box 25).
_ROAD = "3"

blueprint = Blueprint("trader", __name__, url_prefix="/trader")


def trader() -> Actor:
    """Who asks, as a trader and nothing else: a second role must not open other firms' declarations or lanes here."""
    actor = current_actor()
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.role == ROLE))


@dataclass
class Lists:
    """Codes with their names in the reader's language, as of one day."""

    book: Codebook
    on: dt.date
    locale: str
    _options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def names(self, name: str) -> list[tuple[str, str]]:
        """(code, name) of a list, for suggestions beneath a box."""
        if name not in self._options:
            self._options[name] = self.book.choices(name, self.on, self.locale)
        return self._options[name]

    def options(self, name: str) -> list[tuple[str, str]]:
        """(code, "code – name") of a list, for a select."""
        return [(code, f"{code} – {label}" if label != code else code) for code, label in self.names(name)]

    def meaning(self, name: str, code: object) -> str:
        """What a code means, "" if it is unknown; for a box in which a code was typed."""
        if not isinstance(code, str):
            return ""
        entry = self.book.find(name, code, self.on)
        return entry.name(self.locale) if entry is not None else ""

    def path(self, code: object) -> list[tuple[str, str]]:
        """Chapter, heading and subheading of a commodity code with their names, as far as they are known."""
        if not isinstance(code, str) or not code.isascii() or not code.isdigit():
            return []
        steps = [code[:length] for length in (2, 4, 6) if len(code) >= length]
        return [(step, name) for step in steps if (name := self.meaning(COMMODITY, step))]

    def post_name(self, code: str) -> str:
        post = self.book.post(code)
        return post.name(self.locale) if post is not None else code


@dataclass
class Desk:
    """What every page of the declaration form needs beside the form."""

    actor: Actor
    lists: Lists
    firms: list[Party]

    @classmethod
    def of(cls, session: Session) -> Desk:
        actor = trader()
        lists = lists_of(session)
        found = (parties.find(session, code) for code in sorted(actor.parties()))
        return cls(actor, lists, [firm for firm in found if firm is not None])

    def posts(self) -> list[tuple[str, str]]:
        """The crossing points where he may lodge, the node's own first."""
        own = [code for code in sorted(own_posts(self.lists.book)) if self.actor.grant((ROLE,), code)]
        own.sort(key=lambda code: code != db.node_post())
        return [(code, f"{code} – {self.lists.post_name(code)}") for code in own]

    def firm(self, code: object) -> Party | None:
        return next((firm for firm in self.firms if firm.code == code), None)

    def begin_with(self, firm: object = None) -> dict[str, Any]:
        """The words a new declaration begins with, as far as they can be known: on the road, at the first post."""
        words: dict[str, Any] = {"transport": {"border_mode": _ROAD}}
        posts = self.posts()
        if posts:
            words["post"] = posts[0][0]
        chosen = self.firm(firm) or (self.firms[0] if self.firms else None)
        if chosen is not None:
            words["declarant"] = self.declarant(chosen)
        return words

    @staticmethod
    def declarant(firm: Party) -> dict[str, str]:
        """The words of box 14 for a firm."""
        words = {"id": firm.code, "name": firm.name, "address": firm.address, "country": firm.country}
        return {name: value for name, value in words.items() if value}


def lists_of(session: Session) -> Lists:
    return Lists(codebook(session), db.now(session).date(), current())


def attachment(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """A file to be saved: never shown inside our own pages."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
