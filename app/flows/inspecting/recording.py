"""What is recorded at the truck. Findings from the field never conflict with each other; what comes when the look is over or
the declaration decided is told so, with who ended it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.tables import Base
from app.core.text import _
from app.flows.inspecting import sealing
from app.flows.inspecting.subjects import Inspected, Subject, locked, must_have_open, must_inspect
from app.flows.movements.travelling import tolerance
from app.inspections import operations as inspections
from app.inspections import queries
from app.inspections.commands import (
    AddFinding,
    AddMeasure,
    AddPerson,
    AddPhoto,
    CorrectFinding,
    EndStep,
    MoveSample,
    NoteSeal,
    Recorded,
    ResultOfSample,
    StartStep,
    TakeSample,
)
from app.inspections.models import (
    Inspection,
    InspectionFinding,
    InspectionMeasure,
    InspectionPhoto,
    InspectionPresence,
    InspectionSample,
    InspectionSampleMove,
    InspectionSeal,
    InspectionStep,
)
from app.inspections.rules import facts, photographs
from app.reference.queries import codebook

R = TypeVar("R", bound=Base)
#: What is done with the open inspection of a subject that may still be looked at.
Deed = Callable[[Subject, Inspection], R]


def _record(
    session: Session,
    reference: str,
    version: int | None,
    model: type[R] | None,
    deed: Deed[R],
    *,
    by: Actor,
    recorded: Recorded | None,
) -> tuple[Inspected, R]:
    """Does it once: what came under this id before is answered as then, whatever has happened since."""
    subject = locked(session, reference, by=by)
    before = None if model is None else queries.known(session, model, subject.post, recorded)
    if before is not None:
        _must_be_of(session, subject, before, by=by)
        return subject.record, before
    subject.check(session, version, by=by)
    made = deed(subject, must_have_open(session, subject))
    subject.touch(session, by=by)
    return subject.record, made


def _must_be_of(session: Session, subject: Subject, row: Any, *, by: Actor) -> None:
    if row.person != by.person or row.inspection_id not in {look.id for look in subject.looks(session)}:
        message = _("This id was used for another record. Make a new one for each record.")
        raise Invalid(findings=[Finding("/recorded/id", "recorded.id-used", message)])


def start_step(
    session: Session,
    reference: str,
    command: StartStep,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionStep]:
    """Somebody has begun to look in one way."""

    def deed(_subject: Subject, inspection: Inspection) -> InspectionStep:
        return inspections.start_step(session, inspection, command, by=by, recorded=recorded)

    return _record(session, reference, version, None, deed, by=by, recorded=recorded)


def end_step(
    session: Session,
    reference: str,
    command: EndStep,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionStep]:
    """It is done, or waived with a reason."""

    def deed(_subject: Subject, inspection: Inspection) -> InspectionStep:
        return inspections.end_step(session, inspection, command, by=by, recorded=recorded)

    return _record(session, reference, version, None, deed, by=by, recorded=recorded)


def add_finding(
    session: Session,
    reference: str,
    command: AddFinding,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionFinding]:
    """Records a finding; with the first one the declaration is under control. What is declared is put beside it."""

    def deed(subject: Subject, inspection: Inspection) -> InspectionFinding:
        _must_be_codes(session, subject.post, command)
        return inspections.add_finding(
            session,
            inspection,
            command,
            by=by,
            items=subject.item_count(session),
            declared=subject.facts(session, command.item),
            recorded=recorded,
        )

    return _record(session, reference, version, InspectionFinding, deed, by=by, recorded=recorded)


def correct_finding(
    session: Session,
    reference: str,
    command: CorrectFinding,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionFinding]:
    """Another finding takes the place of one that was wrong; both stay to be read."""

    def deed(subject: Subject, inspection: Inspection) -> InspectionFinding:
        _must_be_codes(session, subject.post, command.finding)
        return inspections.correct_finding(
            session,
            inspection,
            command,
            by=by,
            items=subject.item_count(session),
            declared=subject.facts(session, command.finding.item),
            recorded=recorded,
        )

    return _record(session, reference, version, InspectionFinding, deed, by=by, recorded=recorded)


def _must_be_codes(session: Session, post: str, command: AddFinding) -> None:
    """Raises `Invalid` for codes that are in none of the lists today."""
    codes = codebook(session)
    today = codes.day_at(post, now(session))
    told = {f"/facts/{name}": (facts.LISTED[name], str(command.facts[name]))
            for name in facts.LISTED if command.facts.get(name)}  # fmt: skip
    wanted = {"/control": ("control_type", command.control), **told}
    wrong = [
        Finding(at, f"code.{of}", _("“{code}” is not in the list “{list}” today.", code=code[:40], list=of))
        for at, (of, code) in wanted.items()
        if not codes.has(of, code, today)
    ]
    if wrong:
        raise Invalid(findings=wrong)


def add_photo(
    session: Session,
    reference: str,
    command: AddPhoto,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionPhoto]:
    """Keeps a photo. It is made ready before anything is locked, and not at all where it came before."""
    must_inspect(session, reference, by=by)
    came = recorded is not None and recorded.id is not None and queries.photo_known(session, recorded.id)
    ready = None if came else photographs.prepared(command.content)

    def deed(subject: Subject, inspection: Inspection) -> InspectionPhoto:
        photo = ready or photographs.prepared(command.content)
        items = subject.item_count(session)
        return inspections.add_photo(session, inspection, command, photo, by=by, items=items, recorded=recorded)

    return _record(session, reference, version, InspectionPhoto, deed, by=by, recorded=recorded)


def add_measure(
    session: Session,
    reference: str,
    command: AddMeasure,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionMeasure]:
    """A weight, a radiation level or a scan that somebody read off."""

    def deed(subject: Subject, inspection: Inspection) -> InspectionMeasure:
        codes = codebook(session)
        return inspections.add_measure(
            session,
            inspection,
            command,
            by=by,
            declared_kg=subject.gross_kg(session),
            per_mille=tolerance(codes, subject.post, now(session)),
            recorded=recorded,
        )

    return _record(session, reference, version, InspectionMeasure, deed, by=by, recorded=recorded)


def take_sample(
    session: Session,
    reference: str,
    command: TakeSample,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionSample]:
    """Takes a sample; its custody begins."""

    def deed(subject: Subject, inspection: Inspection) -> InspectionSample:
        items = subject.item_count(session)
        return inspections.take_sample(session, inspection, command, by=by, items=items, recorded=recorded)

    return _record(session, reference, version, InspectionSample, deed, by=by, recorded=recorded)


def move_sample(
    session: Session,
    reference: str,
    command: MoveSample,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionSampleMove]:
    """The next link of a sample's custody, whatever has been decided since."""
    subject, inspection = _of_sample(session, reference, command.sample, by=by)
    return subject.record, inspections.move_sample(session, inspection, command, by=by, recorded=recorded)


def result_of_sample(
    session: Session,
    reference: str,
    command: ResultOfSample,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionSampleMove]:
    """What the laboratory found, whatever has been decided since."""
    subject, inspection = _of_sample(session, reference, command.sample, by=by)
    return subject.record, inspections.result_of_sample(session, inspection, command, by=by, recorded=recorded)


def _of_sample(session: Session, reference: str, id: UUID, *, by: Actor) -> tuple[Subject, Inspection]:
    subject = locked(session, reference, by=by)
    return subject, queries.with_sample(session, subject.looks(session), id)


def add_person(
    session: Session,
    reference: str,
    command: AddPerson,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionPresence]:
    """Writes down who is there."""

    def deed(_subject: Subject, inspection: Inspection) -> InspectionPresence:
        return inspections.add_person(session, inspection, command, by=by, recorded=recorded)

    return _record(session, reference, version, InspectionPresence, deed, by=by, recorded=recorded)


def note_seal(
    session: Session,
    reference: str,
    command: NoteSeal,
    version: int | None,
    *,
    by: Actor,
    recorded: Recorded | None = None,
) -> tuple[Inspected, InspectionSeal]:
    """A seal is seen, taken off or put on; what was done with it is done to the seal itself, too."""

    def deed(subject: Subject, inspection: Inspection) -> InspectionSeal:
        row = inspections.note_seal(session, inspection, command, by=by, recorded=recorded)
        sealing.enact(session, subject, row, by=by)
        return row

    return _record(session, reference, version, InspectionSeal, deed, by=by, recorded=recorded)
