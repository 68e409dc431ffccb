"""Names that papers carry: of posts, of taxes and fees in every language, of firms, and of who issues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.errors import Finding, Invalid
from app.core.text import _
from app.parties import queries as parties
from app.reference.codebook import Codebook, Entry
from forms.clearance_permit.v1_content import Party, Post, Vehicle

FEE = "fee:"


def post_of(codes: Codebook, code: str) -> Post:
    """The post as it calls itself now; `Invalid` where the reference data do not know it."""
    post = codes.post(code)
    if post is None:
        raise Invalid(
            findings=[Finding("", "post.unknown", _("The post {post} is not in the reference data.", post=code))]
        )
    return Post(code=post.code, names=dict(post.names), country=post.country, time_zone=post.time_zone)


def day_at(post: Post, at: dt.datetime) -> dt.date:
    """The calendar day at the post."""
    return at.astimezone(ZoneInfo(post.time_zone)).date()


class Levies:
    """Taxes and fees of an administration on a day, by the keys that assessments use: "vat", "fee:clearance"."""

    def __init__(self, codes: Codebook, administration: str, day: dt.date) -> None:
        self._known: dict[str, Entry] = {}
        for name, prefix in (("tax", ""), ("fee", FEE)):
            # What held on the day comes last and wins; a code that has ended keeps its last name.
            for entry in (*reversed(codes.entries(name)), *codes.entries(name, day)):
                if entry.attributes.get("administration") == administration:
                    self._known[f"{prefix}{entry.attributes.get(name)}"] = entry

    def names(self, key: str) -> dict[str, str]:
        """By language; nothing where no list knows the key."""
        entry = self._known.get(key)
        return dict(entry.names) if entry else {}

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """Taxes in the legal order, then fees; what no list knows comes last."""
        return sorted(keys, key=lambda key: (self._place(key), key))

    def _place(self, key: str) -> tuple[int, int]:
        entry = self._known.get(key)
        if entry is None:
            return 2, 0
        order = str(entry.attributes.get("order") or "")
        return (0, int(order)) if order.isdigit() else (1, 0)

    def base(self, key: str) -> tuple[str, ...]:
        """What the base of a tax is the sum of: "value" and other taxes."""
        entry = self._known.get(key)
        return tuple(str(entry.attributes.get("base") or "").split("+")) if entry else ()


def firm(session: Session, code: str) -> Party:
    """A firm as it is registered; without its name where it is not."""
    found = parties.find(session, code)
    return Party(code) if found is None else Party(code, found.name, found.address or "", found.country or "")


def party(words: Mapping[str, Any] | None) -> Party:
    """A party as it was declared."""
    words = words or {}
    return Party(**{name: str(words.get(name) or "") for name in ("id", "name", "address", "country")})


def vehicle(words: Mapping[str, Any] | None) -> Vehicle:
    """A truck or trailer as it was declared."""
    words = words or {}
    return Vehicle(str(words.get("plate") or ""), str(words.get("country") or ""))


def office(post: Post) -> str:
    """Who issues where no person of the post had a hand in it."""
    return f"{post.name('en')} ({post.code})"


def decimal(text: str | None) -> Decimal | None:
    """A decimal of the contract's JSON."""
    return None if text is None else Decimal(text)


def date(text: str | None) -> dt.date | None:
    """A day of the contract's JSON."""
    return dt.date.fromisoformat(text) if text else None
