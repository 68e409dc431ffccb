"""A look is ordered, appointed and given to somebody."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.rows import write_staged
from app.core.text import _
from app.declarations.models import Declaration
from app.flows import drawing, parameters
from app.flows.inspecting.subjects import Inspected, OfDeclaration, OfMovement, Subject, locked, must_have_open
from app.flows.movements import looking
from app.inspections import operations as inspections
from app.inspections import queries
from app.inspections.commands import Appoint, Assign, Order, Reassign
from app.inspections.models import Inspection, InspectionAssignment
from app.inspections.operations import INSPECTING, Ordered
from app.inspections.operations.ordering import checked
from app.inspections.rules import steps as ways
from app.reference.codebook import Codebook
from app.reference.queries import codebook

#: How many stand at a place at a time, where the list of places does not say.
CAPACITY = "inspection-capacity"
PLACES = "inspection_place"


def start(session: Session, reference: str, version: int | None, *, by: Actor) -> Declaration:
    """Somebody has begun to look: the declaration is under control from now on, before anything is found."""
    subject = locked(session, reference, by=by)
    subject.check(session, version, by=by)
    if not isinstance(subject, OfDeclaration):
        raise WrongState(_("A movement is under control from the order on."))
    subject.touch(session, by=by)
    return subject.declaration


def order(
    session: Session, reference: str, command: Order, version: int | None, *, by: Actor
) -> tuple[Inspected, Inspection]:
    """Orders a look, or widens the one that is open; whoever is needed is drawn at once."""
    subject = locked(session, reference, by=by)
    subject.check(session, version, by=by)
    steps = checked(command)
    inspection = subject.open(session)
    if inspection is not None:
        fresh = inspections.extend(session, inspection, command, by=by)
        _draw_missing(session, subject, inspection, tuple((s.agency, s.type) for s in fresh), by=by)
    elif isinstance(subject, OfMovement):
        looking.order_by_hand(session, subject.movement, subject.post, steps, command, by=by)
    else:
        _order(session, subject, steps, command, by=by)
    subject.touch(session, by=by)
    session.flush()
    return subject.record, _newest(session, subject)


def _order(
    session: Session, subject: OfDeclaration, steps: tuple[ways.Step, ...], command: Order, *, by: Actor
) -> None:
    if not command.reason_words.strip():
        message = _("Say why it is to be looked at.")
        raise Invalid(findings=[Finding("/reason_words", "inspection.reason", message)])
    at = now(session)
    instruction = {by.locale: command.instruction.strip()} if command.instruction.strip() else {}
    asked = Ordered(
        steps, command.reason, command.reason_words.strip(), (), instruction, command.extent, command.due_at
    )
    chosen = _drawn(session, subject, asked.id, steps, by=by)
    role = by.need(INSPECTING, subject.post).role
    inspections.order(
        session,
        subject.post,
        subject.declaration.id,
        ways.kind_of(steps),
        at,
        by=by,
        ordered=asked.with_chosen(chosen),
        role=role,
    )
    write_staged(session)


def _newest(session: Session, subject: Subject) -> Inspection:
    return subject.looks(session)[0]


def _drawn(
    session: Session, subject: Subject, id: UUID, steps: tuple[ways.Step, ...], *, by: Actor, before: int = 0
) -> list[inspections.Chosen]:
    return drawing.chosen(
        session,
        subject.post,
        id,
        steps,
        now(session),
        firms=subject.firms(session),
        excluding=subject.not_to_look(session),
        by=by,
        drawn_before=before,
    )


def _draw_missing(
    session: Session, subject: Subject, inspection: Inspection, fresh: tuple[ways.Step, ...], *, by: Actor
) -> None:
    """Agencies that come to a look get somebody, too."""
    told = queries.assignments(session, [inspection]).get(inspection.id, [])
    has = {row.agency for row in told if row.person is not None}
    wanted = tuple(step for step in fresh if step[0] not in has)
    for chosen in _drawn(session, subject, inspection.id, wanted, by=by, before=len(told)):
        inspections.assign(session, inspection, chosen, by=by)


def assign(
    session: Session, reference: str, command: Assign, version: int | None, *, by: Actor
) -> tuple[Inspected, InspectionAssignment]:
    """Draws somebody for an agency for which nobody could be drawn before."""
    subject = locked(session, reference, by=by)
    subject.check(session, version, by=by)
    inspection = must_have_open(session, subject)
    told = queries.assignments(session, [inspection]).get(inspection.id, [])
    steps = queries.steps(session, [inspection]).get(inspection.id, [])
    wanted = tuple((s.agency, s.type) for s in steps if s.agency == command.agency)
    if not wanted:
        message = _("Nothing is ordered from this agency. Order it first.")
        raise Invalid(findings=[Finding("/agency", "assignment.agency", message)])
    inspections.must_be_unassigned(told, command.agency)
    chosen = _drawn(session, subject, inspection.id, wanted, by=by, before=len(told))
    row = inspections.assign(session, inspection, chosen[0], by=by)
    subject.touch(session, by=by)
    return subject.record, row


def reassign(
    session: Session, reference: str, command: Reassign, version: int | None, *, by: Actor
) -> tuple[Inspected, InspectionAssignment]:
    """A supervisor names another person of the post, who has no interest in it, and says why."""
    subject = locked(session, reference, by=by)
    by.need(inspections.SENIOR, subject.post)
    subject.check(session, version, by=by)
    inspection = must_have_open(session, subject)
    able = {h.person: h.name for h in accounts.holders(session, subject.post, INSPECTING)}
    if command.person not in able:
        message = _("This person does not inspect at {post}. Choose another.", post=subject.post)
        raise Invalid(findings=[Finding("/person", "assignment.person", message)])
    barred = drawing.interested(session, [command.person], subject.firms(session)) | subject.not_to_look(session)
    if command.person in barred:
        message = _("{name} has an interest in this consignment. Choose another.", name=able[command.person])
        raise Invalid(findings=[Finding("/person", "assignment.interest", message)])
    row = inspections.reassign(session, inspection, replace(command, name=able[command.person]), by=by)
    subject.touch(session, by=by)
    return subject.record, row


def appoint(
    session: Session, reference: str, command: Appoint, version: int | None, *, by: Actor
) -> tuple[Inspected, Inspection]:
    """All agencies of the open look get one time and one place."""
    subject = locked(session, reference, by=by)
    subject.check(session, version, by=by)
    inspection = must_have_open(session, subject)
    subject.touch(session, by=by)
    capacity = _capacity(session, codebook(session), subject.post, command.place)
    return subject.record, inspections.appoint(session, inspection, command, capacity, by=by)


def _capacity(session: Session, codes: Codebook, post: str, place: str) -> int:
    """How many stand there at a time: by the list of places; where the post has none in it, by the parameter, else one.

    Raises `Invalid` for a place that is not in the post's own list, naming those that are.
    """
    today = codes.day_at(post, now(session))
    places = [e for e in codes.entries(PLACES, today) if e.attributes.get("post") == post]
    if not places:
        set_ = parameters.at_post(codes, CAPACITY, post, today)
        return set_.value if set_ else 1
    wanted = place.strip().casefold()
    for entry in places:
        if wanted in {entry.code.casefold(), *(name.casefold() for name in entry.names.values())}:
            return int(entry.attributes.get("capacity") or 1)
    known = ", ".join(sorted(entry.code for entry in places))
    raise Invalid(
        findings=[Finding("/place", "appointment.place", _("Choose a place of the list: {places}.", places=known))]
    )
