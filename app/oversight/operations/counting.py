"""Counting trucks at the gate, apart from the papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.text import _, fault_in, normal
from app.oversight.commands import CountTrucks
from app.oversight.lifecycle import Direction, Source
from app.oversight.models import GateCount

#: A guard writes down what he counted; a camera comes with a token of the role “system”.
COUNTING = {Source.GUARD: ("inspector", "officer", "supervisor"), Source.CAMERA: ("system",)}
#: How many days later a count may still be told.
OLDEST = 14
MOST, LONGEST_NOTE = 99_999, 500


def count_trucks(session: Session, command: CountTrucks, today: dt.date, *, by: Actor) -> GateCount:
    """Keeps how many trucks passed on a day of the post (`today` is its day now). Another count of the same day, way and
    source takes the place of the one before, which stays on record. Raises `Forbidden`, `Invalid`."""
    by.need_scope("write")
    roles = COUNTING.get(Source(command.source)) if command.source in set(Source) else ("supervisor",)
    grant = by.need(roles or (), command.post)
    note = normal(command.note)
    found = list(_wrong(command, note, today))
    if found:
        raise Invalid(findings=found)
    row = GateCount(
        post=command.post, id=uuid7(), day=command.day, direction=command.direction, source=command.source,
        trucks=command.trucks, note=note, person=by.person, name=by.name, at=now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    journal.record(
        session, by=by, event="oversight.trucks-counted", kind="gate", subject=row.id, post=row.post,
        after={name: getattr(row, name) for name in ("day", "direction", "source", "trucks")}, reason=note, role=grant.role,
    )  # fmt: skip
    return row


def _wrong(command: CountTrucks, note: str, today: dt.date) -> Iterator[Finding]:
    if command.direction not in set(Direction):
        yield Finding("/direction", "gate.direction", _("Say which way: in or out."))
    if command.source not in set(Source):
        yield Finding("/source", "gate.source", _("Say who counted: guard or camera."))
    if not 0 <= command.trucks <= MOST:
        yield Finding("/trucks", "gate.trucks", _("Write a whole number from 0 to {most}.", most=MOST))
    if command.day > today:
        yield Finding(
            "/day", "gate.future", _("This day is still to come. Write down what was counted today or before.")
        )
    if command.day < today - dt.timedelta(days=OLDEST):
        yield Finding("/day", "gate.old", _("This is more than {days} days ago. Tell the auditor.", days=OLDEST))
    fault = fault_in(note)
    if fault is not None or len(note) > LONGEST_NOTE:
        yield Finding("/note", "gate.note", fault or _("Too long: at most {most} characters.", most=LONGEST_NOTE))
