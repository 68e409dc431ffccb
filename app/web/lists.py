"""The code lists as pages need them: codes with their names in the reader's language, as of today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.core import db
from app.edge.locale import current
from app.reference.codebook import COMMODITY, Codebook
from app.reference.queries import codebook


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
        return entry.marked(self.locale) if entry is not None else ""

    def path(self, code: object) -> list[tuple[str, str]]:
        """Chapter, heading and subheading of a commodity code with their names, as far as they are known."""
        if not isinstance(code, str) or not code.isascii() or not code.isdigit():
            return []
        steps = [code[:length] for length in (2, 4, 6) if len(code) >= length]
        return [(step, name) for step in steps if (name := self.meaning(COMMODITY, step))]

    def post_name(self, code: str) -> str:
        post = self.book.post(code)
        return post.name(self.locale) if post is not None else code


def lists_of(session: Session) -> Lists:
    return Lists(codebook(session), db.now(session).date(), current())
