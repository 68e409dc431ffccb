"""Who sits at the trader's pages: the firms acted for, and the code lists in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from app.core import db
from app.core.actors import Actor
from app.edge.signin import current_actor
from app.flows.lodging import own_posts
from app.parties import queries as parties
from app.web.declaring.rewriting import Writer
from app.web.lists import lists_of

ROLE = "trader"
#: What a form begins with at a crossing of the road (box 25).
_ROAD = "3"

blueprint = Blueprint("trader", __name__, url_prefix="/trader")


def trader() -> Actor:
    """Who asks, as a trader and nothing else: a second role must not open other firms' declarations or lanes here."""
    actor = current_actor()
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.role == ROLE))


class Desk(Writer):
    """What every page of the declaration form needs beside the form."""

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
