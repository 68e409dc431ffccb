"""Checkpoints of the chains: signed, kept in files, and put before the other administration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Forbidden
from app.core.journal import ChainHead
from app.core.text import _
from app.oversight.models import Checkpoint
from app.oversight.queries.checkpoints import contradicted, latest
from app.oversight.rules.marks import Mark

TOPIC = "journal.checkpoint"

#: Gives the id of a post's key set and its signature of some bytes.
Sign = Callable[[str, bytes], tuple[str, bytes]]


def mark(session: Session, post: str, sign: Sign, *, by: Actor) -> Mark | None:
    """Signs what the post's chain is now, if it has grown since the last checkpoint and still agrees with that one.

    A chain that contradicts its last checkpoint gets no new one: that would vouch for the forgery.
    """
    if not by.is_node:
        raise Forbidden(_("Checkpoints are made by the node itself."))
    head = session.get(ChainHead, post, populate_existing=True)
    before = latest(session, post)
    if head is None or head.number == 0 or (before is not None and before.number >= head.number):
        return None
    if before is not None and any(contradicted(session, [before])):
        return None
    plain = Mark(post, head.number, head.hash, now(session))
    key, signature = sign(post, plain.signed_bytes())
    made = replace(plain, key=key, signature=signature)
    row = {
        "post": post, "number": made.number, "hash": made.hash, "at": made.at, "key_id": key, "signature": signature,
    }  # fmt: skip
    session.execute(insert(Checkpoint).values(row).on_conflict_do_nothing())
    outbox.put(session, post=post, topic=TOPIC, subject=post, payload=made.as_json(), at=made.at)
    return made
