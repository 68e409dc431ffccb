"""The result of a look. The decision is another deed, by another person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.flows import drawing
from app.flows.inspecting.subjects import Inspected, OfMovement, Subject, locked, must_have_open
from app.flows.movements import looking
from app.inspections import operations as inspections
from app.inspections.commands import Conclude, Recorded
from app.inspections.models import Inspection


def conclude(
    session: Session,
    reference: str,
    command: Conclude,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, Inspection]:
    """Ends the inspection with a result and a recommendation; of a movement, its control with it."""
    subject = locked(session, reference, by=by)
    before = _concluded_so(session, subject, recorded, by=by)
    if before is not None:
        return subject.record, before
    subject.check(session, version, by=by)
    _must_have_no_interest(session, subject, by=by)
    inspection = must_have_open(session, subject)
    if isinstance(subject, OfMovement):
        looking.conclude_control(session, subject.movement, inspection, command, by=by)
    subject.touch(session, by=by)
    return subject.record, inspections.conclude(session, inspection, command, by=by, recorded=recorded)


def _must_have_no_interest(session: Session, subject: Subject, *, by: Actor) -> None:
    """Who declared an interest in a firm of the consignment gives no result of it."""
    if drawing.interested(session, [by.person], subject.firms(session)):
        raise Forbidden(_("You have an interest in this consignment. Another person must conclude it."))


def _concluded_so(session: Session, subject: Subject, recorded: Recorded | None, *, by: Actor) -> Inspection | None:
    if recorded is None or recorded.id is None:
        return None
    mine = (look for look in subject.looks(session) if look.concluded_by == by.person)
    return next((look for look in mine if look.concluded_record == recorded.id), None)
