"""What a record says, as the command that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import marshmallow as ma
from sqlalchemy.orm import Session

from app.core import reading
from app.core.actors import Actor
from app.field.commands import Incoming, Kind
from app.flows import inspecting
from app.inspections import schemas
from app.inspections.commands import Recorded
from app.inspections.schemas import commands

#: The name a photo of a device gets; its bytes say what it is.
PHOTO_NAME: Final = "photo.jpg"

Deed = Callable[..., Any]


class _Way(NamedTuple):
    """How a kind of record is read and done."""

    schema: type[ma.Schema]
    command: Callable[[Mapping[str, Any]], Any]
    verb: Deed


_WAYS: Final[Mapping[Kind, _Way]] = {
    Kind.START: _Way(schemas.StepSchema, commands.start_step, inspecting.start_step),
    Kind.END: _Way(schemas.StepEndSchema, commands.end_step, inspecting.end_step),
    Kind.FINDING: _Way(schemas.FindingInFullSchema, commands.finding, inspecting.add_finding),
    Kind.CORRECTION: _Way(schemas.CorrectionSchema, commands.correction, inspecting.correct_finding),
    Kind.MEASURE: _Way(schemas.MeasureSchema, commands.measure, inspecting.add_measure),
    Kind.SAMPLE: _Way(schemas.SampleSchema, commands.sample, inspecting.take_sample),
    Kind.PERSON: _Way(schemas.PersonSchema, commands.person, inspecting.add_person),
    Kind.SEAL: _Way(schemas.SealSchema, commands.seal, inspecting.note_seal),
    Kind.CONCLUSION: _Way(schemas.ConclusionInFullSchema, commands.conclusion, inspecting.conclude),
}


def deed(record: Incoming, recorded: Recorded) -> Callable[[Session, Actor], Any]:
    """The verb with its command: call it with the session and who acts. Raises `Invalid` for a body that its schema does
    not take."""
    if record.photo is not None:
        words = reading.load(schemas.PhotoWordsSchema(), record.body)
        command: Any = commands.photo(words, PHOTO_NAME, record.photo)
        verb: Deed = inspecting.add_photo
    else:
        way = _WAYS[Kind(record.kind)]
        command, verb = way.command(reading.load(way.schema(), record.body)), way.verb

    def act(session: Session, by: Actor) -> Any:
        return verb(session, record.reference, command, None, by=by, recorded=recorded)

    return act
