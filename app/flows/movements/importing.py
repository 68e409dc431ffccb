"""A message with a movement becomes a draft; nothing of it is lost but access codes, which are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.errors import Invalid
from app.flows.importing import Message
from app.flows.lodging import own_posts
from app.reference.queries import codebook
from app.transit import operations as transit
from app.transit import rules
from app.transit.commands import SaveDraft
from app.transit.models import Movement


def items_of(document: Mapping[str, Any]) -> int:
    """How many items the words hold, whatever their shape."""
    houses = document.get("house_consignments")
    lists = [house.get("items") for house in houses if isinstance(house, dict)] if isinstance(houses, list) else []
    return sum(len(items) for items in lists if isinstance(items, list))


def keep(session: Session, message: Message, post: str, *, by: Actor) -> Movement:
    """Keeps the message as it came and opens a draft with what was understood of it. Raises `Invalid` for a post that
    is not one of this administration."""
    by.need_scope("write")
    by.need(("trader",), post)
    posts = own_posts(codebook(session))
    if post not in posts:
        raise Invalid(findings=[rules.unknown_post(post, posts)])
    kept = attachments.keep(
        session,
        post=post,
        kind=message.kind,
        name=message.name,
        media_type=message.media_type,
        content=message.content,
        by=by,
    )
    session.flush()
    command = SaveDraft(post=post, body=message.document, source=kept.id, unread=message.unread)
    return transit.save_draft(session, command, by=by)
