"""The blueprint of oversight, and what its pages share."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, url_for

from app.core import db
from app.core.actors import ANY_POST
from app.edge.signin import current_actor
from app.reference.queries import codebook

blueprint = Blueprint("oversight", __name__, url_prefix="/oversight")


def own_post() -> str:
    """The post the reader works at; the node's own for who works everywhere."""
    posts = sorted({g.post for g in current_actor().grants if g.post != ANY_POST})
    return posts[0] if posts else db.node_post()


def zone_of(post: str) -> ZoneInfo:
    """The clock of a post."""
    with db.reading() as session:
        known = codebook(session).post(post)
    return ZoneInfo(known.time_zone if known is not None else "UTC")


def day(value: str) -> dt.date | None:
    """A day as it was typed, or None."""
    try:
        return dt.date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def link_of(kind: str, subject: str, reference: str) -> str | None:
    """Where a thing can be looked at; None for things without a page."""
    if kind in ("declaration", "transit") and reference:
        return url_for("officer.file" if kind == "declaration" else "transit_office.file", reference=reference)
    if kind == "permit":
        return url_for("supervisor.permit", number=reference)
    if kind == "integrity":
        return url_for("oversight.differences")
    if kind == "gate":
        return url_for("oversight.gate")
    if kind == "person" and _is_key(subject) and current_actor().grant(("auditor",), own_post()) is not None:
        return url_for("oversight.journal", who=reference)
    return None


def _is_key(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
