"""Detentions, seizure records and acts of ends: the same addresses below a declaration and below a transit movement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import offence_facts as facts
from app.api.body import nothing, seen_version, words
from app.api.control import identified
from app.api.declarations import asked_limit, headers
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.papers import file_sent
from app.attachments.sniffing import KINDS, PDF
from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, NotFound
from app.core.text import _, fault_in, normal
from app.declarations import queries as declared
from app.declarations.models import Declaration
from app.edge.tokens import current_actor
from app.flows import offending, offering, terms
from app.flows.offending import Concerned
from app.inspections.rules import photographs
from app.offences import queries, schemas
from app.offences.models import Seizure
from app.transit import queries as moved

blueprint = Blueprint(
    "offences", __name__, url_prefix="/api/v1", description="Goods that are held, seized, sent back or destroyed"
)

#: Where these addresses stand.
ABOVE: Final = {"declarations": "of_declaration", "transit-movements": "of_movement"}


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed at `…/<path>`: its words, the flow that does it and how it answers. `seen`: the version that was seen must be
    told."""

    path: str
    schema: type[ma.Schema] | None
    flow: Callable[..., tuple[Concerned, Any]]
    answer: Callable[[Any], dict[str, Any]]
    says: str
    seen: bool = False
    status: int = 201


def _detain(
    session: Session, at: dict[str, str], given: dict[str, Any], version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    return offending.detain(session, at["reference"], schemas.detain(given), version, by=by)


def _extend(
    session: Session, at: dict[str, str], given: dict[str, Any], version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    return offending.extend(session, at["reference"], schemas.extend(given), version, by=by)


def _seize(
    session: Session, at: dict[str, str], given: dict[str, Any], version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    record, made = offending.seize(session, at["reference"], schemas.seize(given), version, by=by)
    return record, _whole(session, made)


def _end(
    session: Session, at: dict[str, str], given: dict[str, Any], version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    return offending.end_goods(session, at["reference"], schemas.end_goods(given), version, by=by)


def _correct(
    session: Session, at: dict[str, str], given: dict[str, Any], _version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    serial = _number(at["serial"])
    piece, id = schemas.piece(given), identified(at["identifier"])
    return offending.correct(session, at["reference"], id, serial, piece, given["reason"], by=by)


def _person(
    session: Session, at: dict[str, str], given: dict[str, Any], _version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    who = schemas.involved(given)
    return offending.add_person(session, at["reference"], identified(at["identifier"]), who, by=by)


def _hand(
    session: Session, at: dict[str, str], given: dict[str, Any], _version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    wanted = schemas.hand_over(given)
    return offending.hand_over(session, at["reference"], identified(at["identifier"]), wanted, by=by)


def _confirm(
    session: Session, at: dict[str, str], _given: dict[str, Any], _version: int, *, by: Actor
) -> tuple[Concerned, Any]:
    return offending.confirm(session, at["reference"], identified(at["identifier"]), _number(at["serial"]), by=by)


def _number(text: str) -> int:
    """An evidence number, or that of a hand-over, in an address."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise NotFound()
    return int(text)


def _as_is(body: dict[str, Any]) -> dict[str, Any]:
    return body


_RECORD = "seizures/<identifier>"
DEEDS: Final = (
    Deed("detention", schemas.DetentionSchema, _detain, facts.detention, "Hold the goods for a term.", seen=True),
    Deed("detention/extension", schemas.DetentionExtensionSchema, _extend, facts.detention, "Hold them longer, once, as a second person.", seen=True, status=200),
    Deed("seizures", schemas.SeizureSchema, _seize, _as_is, "Draw a seizure record up.", seen=True),
    Deed("ends", schemas.GoodsEndSchema, _end, facts.end, "Draw the act of a refusal, a return or a destruction up.", seen=True),
    Deed(f"{_RECORD}/pieces/<serial>/corrections", schemas.CorrectedPieceSchema, _correct, facts.piece, "Correct a piece by another revision."),
    Deed(f"{_RECORD}/persons", schemas.InvolvedSchema, _person, facts.person, "Add somebody whom it concerns."),
    Deed(f"{_RECORD}/handovers", schemas.HandOverSchema, _hand, facts.move, "Hand pieces over."),
    Deed(f"{_RECORD}/handovers/<serial>/confirmation", None, _confirm, facts.move, "Confirm, as another person, that they came.", status=200),
)  # fmt: skip


def _act(row: Deed, at: dict[str, str]) -> Response:
    if row.schema is None:
        nothing()
    given, actor = words(row.schema) if row.schema else {}, current_actor()
    version = seen_version() if row.seen else 0

    def act(session: Session) -> Reply:
        record, made = row.flow(session, at, given, version, by=actor)
        session.flush()
        return Reply(row.answer(made), row.status, {"ETag": record.etag})

    return deed(act)


def _enter(above: str, row: Deed) -> None:
    name = f"{ABOVE[above]}_{row.path.replace('/', '_').replace('<', '').replace('>', '')}"

    def view(**at: str) -> Response:
        return _act(row, at)

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
    blueprint.post(f"/{above}/<reference>/{row.path}", endpoint=name)(document(view))


def is_official(session: Session, record: Concerned, *, by: Actor) -> bool:
    """Whether somebody is told as an official, or as the firm."""
    if isinstance(record, Declaration):
        return declared.sees_lane(by, record.post)
    return moved.is_official(by, record, [row.office for row in moved.offices(session, record)])


def _whole(session: Session, row: Seizure, *, official: bool = True) -> dict[str, Any]:
    return _wholes(session, [row], official=official)[0]


def _wholes(session: Session, rows: list[Seizure], *, official: bool) -> list[dict[str, Any]]:
    pieces, persons = queries.pieces(session, rows), queries.persons(session, rows)
    photos, moves = queries.photos(session, rows), queries.moves(session, rows)
    return [
        facts.seizure(row, pieces[row.id], persons[row.id], photos[row.id], moves[row.id], official=official)
        for row in rows
    ]


def _seizures(reference: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        record, subject = offending.seen(session, reference, by=actor)
        official = is_official(session, record, by=actor)
        body = {"items": _wholes(session, queries.seizures(session, subject), official=official)}
    return reply(body, {"ETag": record.etag})


def _detentions(reference: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        record, subject = offending.seen(session, reference, by=actor)
        official = is_official(session, record, by=actor)
        body = {"items": [facts.detention(row, official=official) for row in queries.detentions(session, subject)]}
    return reply(body, {"ETag": record.etag})


def _ends(reference: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        record, subject = offending.seen(session, reference, by=actor)
        official = is_official(session, record, by=actor)
        body = {"items": [facts.end(row, official=official) for row in queries.ends(session, subject)]}
    return reply(body, {"ETag": record.etag})


def _photo_added(reference: str, identifier: str) -> Response:
    actor, id = current_actor(), identified(identifier)
    serial, caption = request.args.get("serial", ""), _caption()
    photographs.must_be_bounded(request.content_length or 0)
    name, content = file_sent()
    number = _number(serial) if serial else None

    def act(session: Session) -> Reply:
        record, made = offending.add_photo(session, reference, id, name, content, number, caption, by=actor)
        return Reply(facts.photo(made), 201, {"ETag": record.etag})

    return deed(act)


def _caption() -> str:
    said = normal(request.args.get("caption", ""))
    fault = fault_in(said)
    if fault is None and len(said) > 300:
        fault = _("Too long: at most {most} characters.", most=300)
    if fault is not None:
        raise Invalid(findings=[Finding("/caption", "text.characters", fault)])
    return said


def _photo(reference: str, identifier: str, photo: str) -> Response:
    actor = current_actor()
    with db.reading() as session:
        opened = offending.opened_photo(session, reference, identified(identifier), identified(photo), by=actor)
    response = Response(opened.content)
    response.headers.update(opened.headers)
    return response


_READS: Final = (
    ("seizures", _seizures, "Seizure records, newest first, with their pieces as they stand.", "Seizure records."),
    (
        "detention",
        _detentions,
        "Detentions, newest first; one runs at the most.",
        "Terms for which the goods are held.",
    ),
    ("ends", _ends, "Acts of refusal, return and destruction, newest first.", "How the goods ended."),
)


def _enter_reads(above: str) -> None:
    for path, read, gives, says in _READS:
        _one_read(above, path, read, gives, says)
    kinds = tuple(kind.media_type for kind in KINDS if kind is not PDF)
    about = (("serial", "the evidence number it shows"), ("caption", "what it shows"), ("name", "the file's name"))
    document = described(
        blueprint,
        files=kinds,
        answers=201,
        gives="The photo as it is kept.",
        key=True,
        refusals=(403, 413, 415, 422),
        query=about,
    )

    def added(reference: str, identifier: str) -> Response:
        """Add a photo to a seizure record."""
        return _photo_added(reference, identifier)

    def photo(reference: str, identifier: str, photo: str) -> Response:
        """A photo of a seizure record."""
        return _photo(reference, identifier, photo)

    where = f"/{above}/<reference>/{_RECORD}/photos"
    blueprint.post(where, endpoint=f"{ABOVE[above]}_photo_added")(document(added))
    shown = described(blueprint, gives="The photo, to be saved.", media="image/jpeg", refusals=(403,))
    blueprint.get(f"{where}/<photo>", endpoint=f"{ABOVE[above]}_photo")(shown(photo))


def _one_read(above: str, path: str, read: Callable[[str], Response], gives: str, says: str) -> None:
    def view(reference: str) -> Response:
        return read(reference)

    view.__name__, view.__doc__ = f"{ABOVE[above]}_{path}_shown", says
    blueprint.get(f"/{above}/<reference>/{path}", endpoint=view.__name__)(described(blueprint, gives=gives)(view))


for _place in ABOVE:
    _enter_reads(_place)
    for _row in DEEDS:
        _enter(_place, _row)


@blueprint.get("/declarations/<reference>/decision")
@described(blueprint, gives="Each decision: allowed or why not, and what the inspector recommends.", refusals=(403,))
def offered(reference: str) -> Response:
    """What may be decided, by you, now."""
    actor = current_actor()
    with db.reading() as session:
        record = declared.find(session, reference, by=actor)
        if not declared.sees_lane(actor, record.post):
            raise Forbidden()
        body = facts.offered(offering.offered(session, record, by=actor))
    return reply(body, headers(record))


@blueprint.get("/detentions")
@described(
    blueprint,
    gives="Detentions at your posts that run out within the days of warning, the first to run out first.",
    refusals=(403, 422),
    query=(("limit", "1 to 200"),),
)
def running_out() -> Response:
    """Terms that run out."""
    actor, limit = current_actor(), asked_limit()
    with db.reading() as session:
        rows = terms.running_out(session, by=actor)[:limit]
        body = {"items": [facts.detention_line(row) for row in rows], "next": None}
    return reply(body)
