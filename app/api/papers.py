"""Supporting documents and their scans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.api import lives
from app.api.body import UnsupportedMediaType, json_object, seen_version
from app.api.control import identified
from app.api.declarations import headers
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.presenters import state
from app.attachments import operations as attachments
from app.attachments.queries import facts
from app.attachments.sniffing import KINDS
from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _, fault_in
from app.declarations import operations, queries, schemas
from app.declarations.commands import AddDocument, Declared
from app.declarations.lifecycle import Status
from app.edge.tokens import current_actor
from app.reference.queries import codebook, must_be_own

blueprint = Blueprint("papers", __name__, url_prefix="/api/v1", description="Supporting documents and their scans")

_MULTIPART = "multipart/form-data"
_RAW = frozenset({kind.media_type for kind in KINDS} | {"application/octet-stream"})
_POST = re.compile("[A-Z]{2}[A-Z0-9]{3}", re.ASCII)


@blueprint.post("/attachments")
@described(
    blueprint,
    files=tuple(kind.media_type for kind in KINDS),
    answers=201,
    gives="The file's id, to be named by a document, with its size and SHA-256. What it is is told by its bytes.",
    key=True,
    refusals=(403, 413, 415, 422),
    query=(
        ("name", "the file's name, where the body is the file itself"),
        ("post", "crossing point; the node's own without it"),
        ("party", "firm it belongs to; without it the one you act for"),
    ),
)
def uploaded() -> Response:
    """Upload the scan of a paper."""
    actor, post = current_actor(), _post()
    name, content = file_sent()
    party = _party(post, by=actor)

    def act(session: Session) -> Reply:
        must_be_own(session, post)
        made = attachments.upload(session, post=post, party=party, name=name, content=content, by=actor)
        return Reply({**lives.attachment(made), "post": made.post, "party": made.party}, 201)

    return deed(act)


def file_sent() -> tuple[str, bytes]:
    """Name and bytes of the file, either the body itself or the one file of a form."""
    if request.mimetype in _RAW:
        return _asked("name", 200) or "file", request.get_data(cache=True)
    if request.mimetype != _MULTIPART:
        raise UnsupportedMediaType(
            _("Send the file itself as PDF, JPEG, PNG, TIFF or WebP, or as the one file of multipart/form-data.")
        )
    request.get_data(cache=True)  # before the form is read, because the key is held against the whole body
    files: list[FileStorage] = list(request.files.values())
    if len(files) != 1:
        message = _("Send exactly one file at a time.")
        raise Invalid(findings=[Finding("/file", "file.one", message)])
    name = files[0].filename or "file"
    fault = fault_in(name)
    if fault is not None:
        raise Invalid(findings=[Finding("/name", "text.characters", fault)])
    return name, files[0].read(attachments.LARGEST + 1)


def _post() -> str:
    asked = _asked("post", 5)
    if asked and not _POST.fullmatch(asked):
        raise Invalid(findings=[Finding("/post", "format", _("Give the code of a crossing point, for example TJPPJ."))])
    return asked or db.node_post()


def _party(post: str, *, by: Actor) -> str:
    asked, mine = _asked("party", 40), sorted(by.parties(post))
    if not asked and len(mine) != 1:
        message = _("Say which firm the file belongs to (party).")
        raise Invalid(findings=[Finding("/party", "required", message)])
    return asked or mine[0]


def _asked(name: str, most: int) -> str:
    """A text of the address."""
    value = request.args.get(name, "")
    fault = fault_in(value)
    if fault is None and len(value) > most:
        fault = _("Too long: at most {most} characters.", most=most)
    if fault is not None:
        raise Invalid(findings=[Finding(f"/{name}", "text.characters", fault)])
    return value


@blueprint.get("/declarations/<reference>/documents")
@described(
    blueprint,
    gives="What was declared, then what was handed in later, with what is known of each scan.",
    refusals=(409,),
)
def listed(reference: str) -> Response:
    """List the supporting documents of a lodged declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if record.status == Status.DRAFT:
            raise WrongState(
                _("This declaration is not lodged yet; its documents are those in the draft."), facts={"state": "draft"}
            )
        said, later = list(_said(queries.declared(session, record))), queries.presented(session, record)
        named = [words["attachment"] for _item, words in said if words.get("attachment")]
        known = facts(session, record.post, [*map(UUID, named), *(p.attachment for p in later if p.attachment)])
        official, where = queries.sees_lane(actor, record.post), lives.address(record)
    items = [lives.document(words, item, where, known) for item, words in said]
    items += [lives.presented(p, where, known, official=official) for p in later]
    return reply({"items": items}, headers(record))


def _said(declared: Declared) -> Iterator[tuple[int, dict[str, Any]]]:
    """The declared documents with the item each is for, 0 for the whole."""
    yield from ((0, words) for words in declared.documents)
    yield from ((item["number"], words) for item in declared.items for words in item["documents"])


@blueprint.post("/declarations/<reference>/documents")
@described(
    blueprint,
    body=schemas.AddedDocumentSchema,
    answers=201,
    gives="The document as it was handed in; the rules that waited for it are asked again.",
    key=True,
    match=True,
    refusals=(403, 422),
)
def handed_in(reference: str) -> Response:
    """Hand in a document after lodging."""
    item, document = schemas.read_document(json_object())
    actor, version = current_actor(), seen_version()

    def act(session: Session) -> Reply:
        command = AddDocument(reference, document, item, version)
        made = operations.add_document(session, command, codebook(session), by=actor)
        record = queries.find(session, reference, by=actor)
        known = facts(session, record.post, [made.attachment] if made.attachment else [])
        official = queries.sees_lane(actor, record.post)
        body = {
            "document": lives.presented(made, lives.address(record), known, official=official),
            "declaration": state(record, with_lane=official),
        }
        return Reply(body, 201, headers(record))

    return deed(act)


@blueprint.get("/declarations/<reference>/documents/<identifier>/file")
@described(
    blueprint,
    gives="The scan, to be saved and never to be shown inside a page; its id is that of the document's attachment.",
    media="application/octet-stream",
    refusals=(409,),
)
def file(reference: str, identifier: str) -> Response:
    """The scan of a document."""
    actor, id = current_actor(), identified(identifier)
    with db.reading() as session:
        opened = operations.opened_file(session, reference, id, by=actor)
    response = Response(opened.content)
    response.headers.update(opened.headers)
    response.headers["ETag"] = f'"{opened.sha256[:32]}"'
    return response
