"""Goods are held, seized, handed over and ended: of declarations and of movements alike, the reference says which."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries as declared
from app.declarations.commands import Decide
from app.declarations.lifecycle import HELD, Action, Status
from app.declarations.models import Declaration
from app.flows import deciding, detaining, holding, leaving
from app.flows.inspecting import subjects
from app.flows.inspecting.subjects import OfDeclaration, OfMovement
from app.inspections.rules import photographs
from app.offences import operations as offences
from app.offences import queries
from app.offences.commands import Detain, EndGoods, Extend, HandOver, Involved, Photo, Piece, Seize, Subject
from app.offences.lifecycle import End
from app.offences.models import (
    Detention,
    GoodsEnd,
    Seizure,
    SeizureMove,
    SeizurePerson,
    SeizurePhoto,
    SeizurePiece,
)
from app.reference.queries import codebook
from app.transit import queries as moved
from app.transit.models import Movement

Concerned = Declaration | Movement
R = TypeVar("R")
#: Goods that are there to be seized: held at the post, taken or refused, or let go and not yet gone.
_THERE = frozenset(s.value for s in (*HELD, Status.PARTLY_RELEASED, Status.RELEASED, Status.SEIZED, Status.REFUSED))
_ENDED = {End.REFUSAL.value: Status.REFUSED, End.RETURN.value: Status.RETURNED, End.DESTRUCTION.value: Status.DESTROYED}
_DECIDED = {End.REFUSAL.value: Action.REFUSE, End.RETURN.value: Action.RETURN}


def seen(session: Session, reference: str, *, by: Actor) -> tuple[Concerned, Subject]:
    """The declaration or movement of this reference, as offences see it, for who may see it; `NotFound` for others."""
    try:
        declaration = declared.find(session, reference, by=by)
    except NotFound:
        movement = moved.find(session, reference, by=by)
        return movement, of_movement(movement, movement.post)
    return declaration, detaining.subject_of(session, declaration)


def of_movement(movement: Movement, office: str, items: int = 0) -> Subject:
    """A movement at an office."""
    return Subject(
        office,
        movement.reference,
        movement.mrn or "",
        movement.party,
        movement_post=movement.post,
        movement_id=movement.id,
        items=items,
    )


def _locked(session: Session, reference: str, *, by: Actor) -> tuple[OfDeclaration | OfMovement, Subject]:
    held = subjects.locked(session, reference, by=by)
    if isinstance(held, OfDeclaration):
        return held, detaining.subject_of(session, held.declaration)
    return held, of_movement(held.movement, held.post, held.item_count(session))


def _locked_whole(session: Session, reference: str, *, by: Actor) -> tuple[OfDeclaration | OfMovement, Subject]:
    """The same for a deed that decides: with the earlier declarations whose goods it has taken, in the order of all locks."""
    by.need_scope("decide")
    with suppress(NotFound):
        holding.locked(session, reference, by=by)
    return _locked(session, reference, by=by)


def _checked(session: Session, held: OfDeclaration | OfMovement, version: int | None, *, by: Actor) -> None:
    if isinstance(held, OfMovement):
        held.check(session, version, by=by)
        return
    declarations.expect_version(session, held.declaration, version)
    if held.declaration.status not in _THERE:
        raise WrongState(
            _("These goods are not here any more, so they cannot be held or seized."),
            facts={"state": held.declaration.status},
        )


def _touched(session: Session, held: OfDeclaration | OfMovement, event: str, *, by: Actor, **told: object) -> None:
    """The file has changed, so whoever looks at an older one must look again."""
    if isinstance(held, OfMovement):
        held.touch(session, by=by)
        return
    role = by.need(offences.HOLDING, held.post).role
    declarations.touch(session, held.declaration, f"declaration.{event}", now(session), by=by, role=role, **told)


def detain(
    session: Session, reference: str, command: Detain, version: int | None, *, by: Actor
) -> tuple[Concerned, Detention]:
    """Holds goods for a term: of a declaration that is not held yet this is its decision; of a movement it stands beside."""
    held, subject = _locked_whole(session, reference, by=by)
    if isinstance(held, OfDeclaration):
        by.need(deciding.DECIDING, held.post)
    _checked(session, held, version, by=by)
    at = now(session)
    if isinstance(held, OfDeclaration) and held.declaration.status != Status.DETAINED:
        decide = Decide(reference, Action.HOLD.value, command.reason, version=version)
        declaration = deciding.decide(session, decide, by=by, term=command)
        running = queries.running(session, subject)
        if running is None:
            raise AssertionError("a hold has a term")
        return declaration, running
    codes = codebook(session)
    days = detaining.longest(codes, subject.post, at)
    made = offences.detain(session, subject, command, codes, at, days, by=by)
    _touched(session, held, "detention-begun", by=by, detention=made.number)
    return held.record, made


def extend(
    session: Session, reference: str, command: Extend, version: int | None, *, by: Actor
) -> tuple[Concerned, Detention]:
    """A second, senior person makes the term longer, once."""
    held, subject = _locked(session, reference, by=by)
    by.need(offences.SENIOR, held.post)
    _expect(session, held, version, by=by)
    running, at = _running(session, subject), now(session)
    made = offences.extend(session, running, command, at, detaining.longer(codebook(session), subject.post, at), by=by)
    _touched(session, held, "detention-extended", by=by, detention=made.number)
    return held.record, made


def _running(session: Session, subject: Subject) -> Detention:
    running = queries.running(session, subject, lock=True)
    if running is None:
        raise WrongState(_("No detention runs here."))
    return running


def _expect(session: Session, held: OfDeclaration | OfMovement, version: int | None, *, by: Actor) -> None:
    if isinstance(held, OfMovement):
        held.check(session, version, by=by)
    else:
        declarations.expect_version(session, held.declaration, version)


def seize(
    session: Session, reference: str, command: Seize, version: int | None, *, by: Actor
) -> tuple[Concerned, Seizure]:
    """Draws a seizure record up. Whether the declaration as a whole is seized is decided beside it, by another person."""
    held, subject = _locked(session, reference, by=by)
    _checked(session, held, version, by=by)
    looks = {look.id for look in held.looks(session)}
    if command.inspection is not None and command.inspection not in looks:
        message = _("There is no such inspection of these goods.")
        raise Invalid(findings=[Finding("/inspection", "seizure.inspection", message)])
    made = offences.seize(session, subject, command, codebook(session), now(session), by=by)
    _touched(session, held, "seizure-recorded", by=by, seizure=made.number)
    return held.record, made


def _with_record(
    session: Session, reference: str, id: UUID, deed: Callable[[Subject, Seizure], R], *, by: Actor
) -> tuple[Concerned, R]:
    """A deed with one record, whatever has been decided since."""
    held, subject = _locked(session, reference, by=by)
    return held.record, deed(subject, queries.seizure(session, subject, id))


def correct(
    session: Session, reference: str, id: UUID, serial: int, piece: Piece, reason: str, *, by: Actor
) -> tuple[Concerned, SeizurePiece]:
    """Adds a correction of a piece; what was written first stays to be read."""

    def deed(subject: Subject, row: Seizure) -> SeizurePiece:
        codes, at = codebook(session), now(session)
        return offences.correct(session, row, serial, piece, reason, codes, at, subject.items, by=by)

    return _with_record(session, reference, id, deed, by=by)


def add_person(
    session: Session, reference: str, id: UUID, who: Involved, *, by: Actor
) -> tuple[Concerned, SeizurePerson]:
    """Somebody else whom it concerns, or more of what somebody says."""

    def deed(_subject: Subject, row: Seizure) -> SeizurePerson:
        return offences.add_person(session, row, who, now(session), by=by)

    return _with_record(session, reference, id, deed, by=by)


def add_photo(
    session: Session,
    reference: str,
    id: UUID,
    name: str,
    content: bytes,
    serial: int | None = None,
    caption: str = "",
    *,
    by: Actor,
) -> tuple[Concerned, SeizurePhoto]:
    """Keeps a photo, upright and without what the camera wrote into it. It is made ready before anything is locked."""
    by.need_scope("decide")
    _must_hold_somewhere(session, seen(session, reference, by=by)[0], by=by)
    ready = photographs.prepared(content)
    photo = Photo(name, ready.content, ready.sha256, ready.given_sha256, serial, caption)

    def deed(_subject: Subject, row: Seizure) -> SeizurePhoto:
        return offences.add_photo(session, row, photo, now(session), by=by)

    return _with_record(session, reference, id, deed, by=by)


def _must_hold_somewhere(session: Session, record: Concerned, *, by: Actor) -> None:
    """Raises `Forbidden` for who holds and seizes at none of the offices, before anything costly is done."""
    posts = [record.post]
    if isinstance(record, Movement):
        posts += [row.office for row in moved.offices(session, record)]
    if not any(by.grant(offences.HOLDING, post) for post in posts):
        raise Forbidden(_("Your role does not allow this at {post}.", post=record.post))


def opened_photo(session: Session, reference: str, id: UUID, photo: UUID, *, by: Actor) -> attachments.Opened:
    """A photo of a record, for officials who see what it is about; `Forbidden` for the firm."""
    record, subject = seen(session, reference, by=by)
    if by.grant(queries.SEEING, record.post) is None and isinstance(record, Declaration):
        raise Forbidden()
    if isinstance(record, Movement):
        offices = [row.office for row in moved.offices(session, record)]
        if not moved.is_official(by, record, offices):
            raise Forbidden()
    row = queries.seizure(session, subject, id)
    found = next((each for each in queries.photos(session, [row])[row.id] if each.id == photo), None)
    if found is None:
        raise NotFound()
    content = attachments.content(session, row.post, found.attachment)
    return attachments.Opened(f"{row.number}.jpg", "image/jpeg", len(content), found.sha256, content)


def hand_over(
    session: Session, reference: str, id: UUID, command: HandOver, *, by: Actor
) -> tuple[Concerned, SeizureMove]:
    """What was seized goes to a store or an authority; another person confirms that it came."""

    def deed(_subject: Subject, row: Seizure) -> SeizureMove:
        return offences.hand_over(session, row, command, now(session), by=by)

    return _with_record(session, reference, id, deed, by=by)


def confirm(session: Session, reference: str, id: UUID, number: int, *, by: Actor) -> tuple[Concerned, SeizureMove]:
    """The other person's word."""

    def deed(_subject: Subject, row: Seizure) -> SeizureMove:
        return offences.confirm(session, row, number, now(session), by=by)

    return _with_record(session, reference, id, deed, by=by)


def end_goods(
    session: Session, reference: str, command: EndGoods, version: int | None, *, by: Actor
) -> tuple[Concerned, GoodsEnd]:
    """The act of a refusal, a return or a destruction. Of a whole declaration that is not decided so yet, this decides it;
    of seized pieces, of some items and of movements the act stands alone."""
    held, subject = _locked_whole(session, reference, by=by)
    by.need(offences.SENIOR if command.kind == End.DESTRUCTION else offences.HOLDING, held.post)
    _expect(session, held, version, by=by)
    if command.seizure is not None:
        queries.seizure(session, subject, command.seizure)
    if not command.items and command.seizure is None:
        _once(session, subject, command)
        if isinstance(held, OfDeclaration):
            _decided(session, held.declaration, command, by=by)
    made = offences.end_goods(session, subject, command, codebook(session), now(session), by=by)
    _touched(session, held, "end-recorded", by=by, act=made.number, end=made.kind)
    return held.record, made


def _once(session: Session, subject: Subject, command: EndGoods) -> None:
    """Raises `WrongState` where the act about all of it is drawn up already."""
    for act in queries.ends(session, subject):
        if act.kind == command.kind and act.items is None and act.seizure_id is None:
            raise WrongState(_("Act {number} says that already.", number=act.number), facts={"number": act.number})


def _decided(session: Session, declaration: Declaration, command: EndGoods, *, by: Actor) -> None:
    if command.kind not in _ENDED or declaration.status == _ENDED[command.kind]:
        return
    if command.kind == End.DESTRUCTION:
        wrong = offences.destruction_findings(command)
        if wrong:
            raise Invalid(findings=wrong)
        leaving.destroy(session, declaration.reference, command.reason, command.manner, None, by=by)
        return
    decide = Decide(declaration.reference, _DECIDED[command.kind].value, command.reason)
    deciding.decide(session, decide, by=by)
