"""Permits: issue, read, print, verify."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import marshmallow as ma
from flask import Response, current_app, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import presenters
from app.api.body import words
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.clearance import queries as permits
from app.clearance.models import Permit
from app.clearance.operations import Printed
from app.core import db
from app.core.errors import Malformed, NotFound, TooLarge
from app.core.fields import Words, listed
from app.core.messages import T
from app.core.text import _
from app.declarations import queries
from app.edge import limits
from app.edge.locale import translate, understood
from app.edge.strict import strict_json
from app.edge.tokens import current_actor
from app.edge.verifying import verdict_on
from app.flows import permits as flow

blueprint = Blueprint("permits", __name__, url_prefix="/api/v1", description="Clearance permits")

LARGEST_PDF = 20 * 1024 * 1024


class IssueSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    languages = listed(Words(10), 2, 2, metadata={"label": T("Languages")})


class PrintSchema(IssueSchema):
    reason = Words(500, required=True, metadata={"label": T("Reason for the copy")})


def _languages(given: dict[str, Any]) -> tuple[str, ...]:
    return tuple(understood(tag) or tag for tag in given.get("languages") or ())


def _printed(session: Session, done: Printed) -> dict[str, Any]:
    body = presenters.permit(done.permit, permits.prints(session, done.permit))
    return {**body, "copy": done.copy, "print_sha256": done.sha256}


@blueprint.post("/declarations/<reference>/permit")
@described(
    blueprint,
    body=IssueSchema,
    answers=201,
    gives="The issued permit.",
    answer="PrintedPermit",
    key=True,
    refusals=(403, 422),
)
def issued(reference: str) -> Response:
    """Issue the permit of what is released and has not left; nothing may be due."""
    given, actor = words(IssueSchema) if request.get_data(cache=True) else {}, current_actor()

    def act(session: Session) -> Reply:
        done = flow.issue(session, reference, _languages(given), current_app.extensions["guzar_keys"], by=actor)
        return Reply(_printed(session, done), 201, {"Location": f"/api/v1/permits/{done.permit.number}"})

    return deed(act)


@blueprint.get("/declarations/<reference>/permit")
@described(blueprint, gives="The permit in force.", answer="Permit")
def of_declaration(reference: str) -> Response:
    """The permit of a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        permit = permits.in_force(session, record.post, record.id)
        if permit is None:
            raise NotFound(_("No permit has been issued for this declaration."))
        return reply(presenters.permit(permit, permits.prints(session, permit)))


def _visible(session: Session, number: str) -> Permit:
    permit = permits.by_number(session, number)
    queries.find(session, permit.reference, by=current_actor())
    return permit


@blueprint.get("/permits/<number>")
@described(blueprint, gives="The permit and its prints.", answer="Permit")
def shown(number: str) -> Response:
    """A permit by its number."""
    with db.reading() as session:
        permit = _visible(session, number)
        return reply(presenters.permit(permit, permits.prints(session, permit)))


@blueprint.get("/permits/<number>.pdf")
@described(blueprint, gives="The signed original.", media="application/pdf")
def document(number: str) -> Response:
    """The PDF of a permit, as issued."""
    with db.reading() as session:
        permit = _visible(session, number)
        return pdf(permit.pdf, f"{permit.number}.pdf")


def pdf(content: bytes, name: str) -> Response:
    """A PDF to be saved, never shown inside our own pages."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return response


@blueprint.post("/permits/<number>/prints")
@described(
    blueprint,
    body=PrintSchema,
    answers=201,
    gives="The print's place in the register; its PDF is in `pdf_base64`.",
    answer="PrintedPermit",
    key=True,
    refusals=(403, 422),
)
def printed(number: str) -> Response:
    """Print a copy; with `Accept: application/pdf` the answer is the PDF itself."""
    given, actor = words(PrintSchema), current_actor()

    def act(session: Session) -> Reply:
        done = flow.print_copy(
            session, number, _languages(given), given["reason"], current_app.extensions["guzar_keys"], by=actor
        )
        if _wants_pdf():
            return Reply(done.pdf, 201, {"Content-Type": "application/pdf"})
        return Reply({**_printed(session, done), "pdf_base64": base64.b64encode(done.pdf).decode()}, 201)

    return deed(act)


def _wants_pdf() -> bool:
    """Whether the sender asks for the paper itself rather than for its place in the register."""
    return request.accept_mimetypes.best_match(["application/json", "application/pdf"]) == "application/pdf"


@blueprint.post("/verify")
@described(blueprint, gives="valid, reasons[], claims{}.", refusals=(400, 413))
def verified() -> Response:
    """Check a PDF (application/pdf) or the text of a QR code (text/plain, or JSON {"qr": …}). Needs no sign-in."""
    limits.of_public_page()
    raw = _sent()
    if len(raw) > LARGEST_PDF:
        raise TooLarge()
    if not raw:
        raise Malformed(_("Send a PDF or the text of a QR code."))
    verdict = verdict_on(_asked(raw))
    sentences = [translate(sentence) for sentence in verdict.sentences]
    return reply({**verdict.as_json(), "sentences": sentences})


def _sent() -> bytes:
    """The body, or the one file of a form: what people's tools send when they upload."""
    if request.mimetype != "multipart/form-data":
        return request.get_data(cache=True)
    files = list(request.files.values())
    if len(files) == 1:
        return files[0].read(LARGEST_PDF + 1)
    return request.form.get("qr", "").encode()


def _asked(raw: bytes) -> bytes | str:
    if request.mimetype != "application/json":
        return raw
    value = strict_json(raw)
    text = value.get("qr") if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise Malformed(_("Send a JSON object with the text of the QR code in “qr”."))
    return text
