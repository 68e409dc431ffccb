"""A file of shifts is taken over whole, or not at all."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid, pointer
from app.core.text import _, excerpt
from app.duty.operations import rosters
from app.duty.rules import filed
from app.reference.queries import codebook


def take(session: Session, post: str, data: bytes, *, by: Actor) -> int:
    """Writes every shift of a CSV file or workbook on the roster of a post, and gives how many.

    Raises `Forbidden`, or `Invalid` with the rows and what is wrong with them; then nothing is stored.
    """
    by.need_scope("write")
    by.need(rosters.KEEPING, post)
    known = codebook(session).post(post)
    if known is None:
        told = _("There is no post “{post}”.", post=excerpt(post))
        raise Invalid(findings=[Finding(pointer("post"), "post-known", told)])
    rows = filed.read(data, post, ZoneInfo(known.time_zone))
    filed.refuse([filed.at_line(line, fault) for line, fault in rosters.faults_of(session, rows, by=by)])
    for _line, command in rows:
        rosters.plan(session, command, by=by)
    return len(rows)
