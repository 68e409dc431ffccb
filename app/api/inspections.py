"""What is ordered and seen at the truck: the same addresses below a declaration and below a transit movement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import inspection_facts as facts
from app.api.body import seen_version, seen_version_or_none, words
from app.api.control import identified
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.papers import file_sent
from app.attachments.sniffing import KINDS, PDF
from app.core import db
from app.core.errors import Invalid
from app.declarations.schemas import findings
from app.edge.tokens import current_actor
from app.flows import inspecting, instruments
from app.flows.inspecting import Inspected
from app.inspections import queries, schemas
from app.inspections.commands import Reassign
from app.inspections.rules import photographs
from app.inspections.schemas import commands
from app.inspections.schemas.fields import identifier, recorded_of

blueprint = Blueprint(
    "inspections", __name__, url_prefix="/api/v1", description="Inspections of declarations and movements"
)

#: Where these addresses stand.
_ABOVE: Final = {"declarations": "of_declaration", "transit-movements": "of_movement"}


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed at `…/inspection/<path>`: its words, the command they make, the flow that does it and how it answers.

    `seen`: whether the version that was seen must be told. What is recorded at the truck needs none, because records never
    conflict with each other.
    """

    path: str
    schema: type[ma.Schema]
    command: Callable[[dict[str, Any]], Any]
    flow: Callable[..., tuple[Inspected, Any]]
    answer: Callable[[Any], dict[str, Any]]
    says: str
    seen: bool = False
    status: int = 201
    records: bool = True


def _reassign(given: dict[str, Any]) -> Reassign:
    person = identifier(given["person"])
    assert person is not None
    return Reassign(person, "", given["reason"], given["agency"])


DEEDS: Final = (
    Deed("orders", schemas.OrderSchema, commands.order, inspecting.order, facts.headline, "Order a look, or widen the one that is open.", seen=True, records=False),
    Deed("appointment", schemas.AppointmentSchema, commands.appoint, inspecting.appoint, facts.headline, "Time and place for all agencies.", seen=True, status=200, records=False),
    Deed("assignment", schemas.AssignmentSchema, commands.assign, inspecting.assign, facts.assignment, "Draw an officer for an agency.", seen=True, records=False),
    Deed("reassignment", schemas.ReassignmentSchema, _reassign, inspecting.reassign, facts.assignment, "Name another officer, with the reason.", seen=True, records=False),
    Deed("steps/start", schemas.StepSchema, commands.start_step, inspecting.start_step, facts.step, "Begin to look in one way.", status=200),
    Deed("steps/end", schemas.StepEndSchema, commands.end_step, inspecting.end_step, facts.step, "End one way of looking, or waive it.", status=200),
    Deed("findings", schemas.FindingInFullSchema, commands.finding, inspecting.add_finding, facts.finding, "Record a finding.", seen=True),
    Deed("corrections", schemas.CorrectionSchema, commands.correction, inspecting.correct_finding, facts.finding, "Correct a finding by another one."),
    Deed("measures", schemas.MeasureSchema, commands.measure, inspecting.add_measure, facts.measure, "Record a weight, a radiation level or a scan."),
    Deed("readings", schemas.ReadingSchema, commands.reading, instruments.link, facts.measure, "Say that a reading of an instrument belongs here.", records=False),
    Deed("samples", schemas.SampleSchema, commands.sample, inspecting.take_sample, lambda row: facts.sample(row, []), "Take a sample."),
    Deed("persons", schemas.PersonSchema, commands.person, inspecting.add_person, facts.presence, "Write down who is there."),
    Deed("seals", schemas.SealSchema, commands.seal, inspecting.note_seal, facts.seal, "A seal seen, taken off or put on."),
    Deed("conclusion", schemas.ConclusionInFullSchema, commands.conclusion, inspecting.conclude, facts.headline, "Conclude the inspection.", seen=True, status=200),
)  # fmt: skip


def _headers(record: Inspected) -> dict[str, str]:
    return {"ETag": record.etag}


def _act(row: Deed, reference: str) -> Response:
    given, actor = words(row.schema), current_actor()
    version = seen_version() if row.seen else seen_version_or_none()
    command = row.command(given)
    more = {"recorded": recorded_of(given)} if row.records else {}

    def act(session: Session) -> Reply:
        record, made = row.flow(session, reference, command, version, by=actor, **more)
        session.flush()
        body = _concluded(session, made) if row.path == "conclusion" else row.answer(made)
        return Reply(body, row.status, _headers(record))

    return deed(act)


def _concluded(session: Session, made: Any) -> dict[str, Any]:
    return facts.inspection(made, queries.records(session, [made])[made.id])


def _enter(above: str, row: Deed) -> None:
    name = f"{_ABOVE[above]}_{row.path.replace('/', '_')}"

    def view(reference: str) -> Response:
        return _act(row, reference)

    view.__name__, view.__doc__ = name, row.says
    document = described(
        blueprint,
        body=row.schema,
        answers=row.status,
        gives="What was recorded." if row.status == 201 else "As it is now.",
        key=True,
        match=row.seen,
        refusals=(403, 422),
    )
    blueprint.post(f"/{above}/<reference>/inspection/{row.path}", endpoint=name)(document(view))


def _seen(reference: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        record, looks = inspecting.seen(session, reference, by=actor)
        told = queries.records(session, looks)
        body = {"items": [facts.inspection(look, told[look.id]) for look in looks]}
    return reply(body, _headers(record))


def _photo(reference: str) -> Response:
    given, actor = _said_of_photo(), current_actor()
    photographs.must_be_bounded(request.content_length or 0)
    name, content = file_sent()
    command, recorded = commands.photo(given, name, content), recorded_of(given)

    def act(session: Session) -> Reply:
        record, made = inspecting.add_photo(
            session, reference, command, seen_version_or_none(), by=actor, recorded=recorded
        )
        return Reply(facts.photo(made), 201, _headers(record))

    return deed(act)


#: What is said beside a photo stands in the address, as the body is the photo.
_BESIDE: Final = ("caption", "item", "type", "finding")
_RECORDED: Final = ("id", "device", "noted_at")


def _said_of_photo() -> dict[str, Any]:
    asked = {name: request.args[name] for name in _BESIDE if request.args.get(name)}
    recorded = {name: request.args[name] for name in _RECORDED if request.args.get(name)}
    try:
        loaded: dict[str, Any] = schemas.PhotoWordsSchema().load(
            {**asked, **({"recorded": recorded} if recorded else {})}
        )
    except ma.ValidationError as error:
        raise Invalid(findings=findings(error.normalized_messages())) from None
    return loaded


def _opened(reference: str, identifier: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        file = inspecting.opened_photo(session, reference, identified(identifier), by=actor)
    return Response(file.content, headers=file.headers)


def _image(reference: str, identifier: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        file = inspecting.opened_image(session, reference, identified(identifier), by=actor)
    return Response(file.content, headers=file.headers)


def _moved(reference: str, identifier: str) -> Response:
    given, actor = words(schemas.SampleMoveSchema), current_actor()
    command, recorded = commands.sample_move(given, identified(identifier)), recorded_of(given)

    def act(session: Session) -> Reply:
        record, made = inspecting.move_sample(session, reference, command, None, by=actor, recorded=recorded)
        return Reply(facts.sample_move(made), 201, _headers(record))

    return deed(act)


def _answered(reference: str, identifier: str) -> Response:
    given, actor = words(schemas.SampleResultSchema), current_actor()
    command, recorded = commands.sample_result(given, identified(identifier)), recorded_of(given)

    def act(session: Session) -> Reply:
        record, made = inspecting.result_of_sample(session, reference, command, None, by=actor, recorded=recorded)
        return Reply(facts.sample_move(made), 201, _headers(record))

    return deed(act)


_PHOTO_QUERY: Final = (
    ("name", "the file's name, where the body is the file itself"),
    ("caption", "what it shows"),
    ("item", "item number"),
    ("type", "way of looking"),
    ("finding", "id of the finding that it shows"),
    ("id", "your own id of the photo: sent again with it, it is answered as before"),
    ("device", "id of the device"),
    ("noted_at", "when the device's clock says it was taken"),
)


def _stand(above: str) -> None:
    """The addresses that are no plain deeds."""
    where, name = f"/{above}/<reference>/inspection", _ABOVE[above]
    kinds = tuple(kind.media_type for kind in KINDS if kind is not PDF)
    gives = "Inspections with all that was recorded, newest first."
    _route("get", where, f"{name}_seen", _seen, described(blueprint, gives=gives, refusals=(403,)))
    document = described(
        blueprint, files=kinds, answers=201, gives="What is kept of the photo.", key=True,
        refusals=(403, 413, 415, 422), query=_PHOTO_QUERY,
    )  # fmt: skip
    _route("post", f"{where}/photos", f"{name}_photo", _photo, document)
    document = described(blueprint, gives="The photo, to be saved.", media="image/jpeg", refusals=(403, 409))
    _route("get", f"{where}/photos/<identifier>", f"{name}_opened", _opened, document)
    document = described(blueprint, gives="The image, to be saved.", media="image/png", refusals=(403, 409))
    _route("get", f"{where}/measures/<identifier>/image", f"{name}_image", _image, document)
    for path, view, schema in (
        ("moves", _moved, schemas.SampleMoveSchema),
        ("result", _answered, schemas.SampleResultSchema),
    ):
        document = described(
            blueprint, body=schema, answers=201, gives="The link of its custody.", key=True, refusals=(403, 422)
        )
        _route("post", f"{where}/samples/<identifier>/{path}", f"{name}_sample_{path}", view, document)


_SAYS: Final[dict[Callable[..., Response], str]] = {
    _seen: "What was looked at and found.",
    _photo: "Add a photo.",
    _opened: "One photo.",
    _image: "The image of a scan.",
    _moved: "Hand a sample on.",
    _answered: "What the laboratory found.",
}


def _route(method: str, path: str, name: str, act: Callable[..., Response], document: Callable[..., Any]) -> None:
    def view(**named: str) -> Response:
        return act(**named)

    view.__name__, view.__doc__ = name, _SAYS[act]
    register = blueprint.get if method == "get" else blueprint.post
    register(path, endpoint=name)(document(view))


for _above in _ABOVE:
    _stand(_above)
    for _row in DEEDS:
        _enter(_above, _row)
