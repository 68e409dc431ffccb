"""Who acts: a person with the grants that hold at this moment.

An `Actor` is made at the edge from a sign-in or a token, never from a request body. The verbs ask it what it may do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from app.core.errors import Forbidden, FreshSignInNeeded, NotFound
from app.core.text import _

ANY_POST = "*"
SYSTEM_PERSON = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a post between two moments. `party` is the firm a trader acts for; post "*" is every post of the
    node."""

    role: str
    post: str
    party: str | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None

    def covers(self, post: str) -> bool:
        return self.post in (post, ANY_POST)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, his live grants and how he came in.

    `scopes` bound a token (read, write, decide); a person at a page has all three. `fresh` says that the sign-in is
    recent enough for a decision.
    """

    person: UUID
    login: str
    name: str
    grants: tuple[Grant, ...]
    scopes: frozenset[str] = frozenset({"read", "write", "decide"})
    fresh: bool = True
    via: str = "page"
    request_id: str = ""
    address: str = ""
    locale: str = "en"
    #: Tokens are rate-limited and journaled by this id; None at a page.
    token: UUID | None = field(default=None)
    #: The browser he sits at, by a hash of what it keeps; None for programs and for the node.
    device: UUID | None = None
    #: The node was set up so that two persons may decide at one device.
    shares_device: bool = False

    def roles(self, post: str | None = None) -> frozenset[str]:
        """The roles held at a post, or anywhere."""
        return frozenset(g.role for g in self.grants if post is None or g.covers(post))

    def grant(self, roles: Iterable[str], post: str) -> Grant | None:
        """The first grant of one of the roles that covers the post, in the order the roles are named."""
        for role in roles:
            for held in self.grants:
                if held.role == role and held.covers(post):
                    return held
        return None

    def need(self, roles: Iterable[str], post: str) -> Grant:
        """The grant that lets the actor do this at the post, or `Forbidden`."""
        held = self.grant(roles, post)
        if held is None:
            raise Forbidden(_("Your role does not allow this at {post}.", post=post))
        return held

    @property
    def is_node(self) -> bool:
        """Whether the node itself acts (not another administration's system, which has a grant of that name)."""
        return self.person == SYSTEM_PERSON

    def need_scope(self, scope: str) -> None:
        """A token may do less than its person."""
        if scope not in self.scopes:
            raise Forbidden(_("This token does not have the scope “{scope}”.", scope=scope))
        if scope == "decide" and not self.fresh:
            raise FreshSignInNeeded()

    def parties(self, post: str | None = None) -> frozenset[str]:
        """The firms a trader acts for at a post, or anywhere."""
        held = (g for g in self.grants if g.role == "trader" and (post is None or g.covers(post)))
        return frozenset(g.party for g in held if g.party)


def not_found() -> NotFound:
    return NotFound()


#: The node itself: releases of green lanes, due tasks, the loading of reference data.
SYSTEM = Actor(person=SYSTEM_PERSON, login="system", name="System", grants=(Grant("system", ANY_POST),), via="node")
