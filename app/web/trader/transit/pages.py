"""The blueprints of the trader's pages about transit, and what every one of them needs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from app.transit.lifecycle import Kind
from app.web.trader.desk import ROLE, Desk, trader

blueprint = Blueprint("trader_transit", __name__, url_prefix="/trader/transit")
#: Of its own, so that the navigation can tell where one is.
pledged = Blueprint("trader_transit_guarantees", __name__, url_prefix="/trader/guarantees")

#: What a movement of the road begins with (modes of transport).
_ROAD = "3"

__all__ = ["ROLE", "MovementDesk", "blueprint", "pledged", "trader"]


class MovementDesk(Desk):
    """Who writes a movement: the firms that may answer for it, the offices where it may begin."""

    @classmethod
    def of(cls, session: Session) -> MovementDesk:
        found = super().of(session)
        return cls(found.actor, found.lists, found.firms)

    def begin_with(self, firm: object = None) -> dict[str, Any]:
        """The words a new movement begins with, as far as they can be known."""
        words: dict[str, Any] = {
            "kind": Kind.NATIONAL.value,
            "additional_type": "A",
            "transport": {"border_mode": _ROAD, "inland_mode": _ROAD},
        }
        posts = self.posts()
        if posts:
            words["post"] = posts[0][0]
        chosen = self.firm(firm) or (self.firms[0] if self.firms else None)
        if chosen is not None:
            words["holder"] = self.declarant(chosen)
        return words

    def offices(self) -> list[tuple[str, str]]:
        """The offices of this administration with their names, for suggestions; offices abroad are typed."""
        lists = self.lists
        return [(post.code, post.name(lists.locale)) for post in lists.book.posts() if post.holds(lists.on)]
