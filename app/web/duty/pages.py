"""The blueprint that the pages of duty belong to, and what they share: the post looked at, its people, its clock."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.queries import Holder
from app.core.actors import ANY_POST, Actor
from app.core.db import node_post
from app.core.errors import NotFound
from app.duty.operations import KEEPING, ON_ROSTER
from app.duty.queries import PERSONAL, ROSTERED, posts_of
from app.duty.schemas import AGENCIES, RELATIONS, TYPES
from app.edge.locale import current
from app.reference.queries import codebook

blueprint = Blueprint("duty", __name__, url_prefix="/duty")
blueprint.context_processor(lambda: {"agency_words": AGENCIES, "type_words": TYPES, "relation_words": RELATIONS})


@dataclass(frozen=True, slots=True)
class Place:
    """The post that is looked at, those one may look at, and what one may do here."""

    post: str
    name: str
    zone: ZoneInfo
    choices: tuple[tuple[str, str], ...]
    keeps: bool
    sees_people: bool


def place(session: Session, by: Actor) -> Place:
    """The post of `?post=`, else one's own. Raises `NotFound` for one whose roster is not open to the person."""
    book, held = codebook(session), posts_of(by, ROSTERED)
    known = {p.code: p for p in book.posts() if ANY_POST in held or p.code in held}
    asked = request.values.get("post", "")[:5]
    post = asked or (node_post() if node_post() in known else min(known, default=""))
    if post not in known:
        raise NotFound()
    offered = accounts.posts_in_use(session) if ANY_POST in held else held
    return Place(
        post,
        known[post].name(current()),
        ZoneInfo(known[post].time_zone),
        tuple(
            (code, f"{code} – {one.name(current())}") for code, one in known.items() if code in offered or code == post
        ),
        by.grant(KEEPING, post) is not None,
        by.grant(PERSONAL, post) is not None,
    )


def colleagues(session: Session, post: str) -> list[Holder]:
    """Who can be on the roster of a post."""
    return accounts.holders(session, post, ON_ROSTER)


def person_choices(session: Session, post: str) -> list[tuple[str, str]]:
    """The same as (login, name) for a select."""
    return [(h.login, f"{h.name} ({h.login})") for h in colleagues(session, post)]
