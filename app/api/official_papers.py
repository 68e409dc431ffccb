"""Official papers: assessment notice, receipt, exit note, print of what is declared; and the papers of transit."""

from __future__ import annotations

import base64
from typing import Any

import marshmallow as ma
from flask import Response, current_app, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api.body import words
from app.api.control import identified
from app.api.deeds import Reply, deed, reply
from app.api.documentation import described
from app.api.permits import pdf
from app.api.presenters import instant, printed
from app.clearance import queries as papers
from app.clearance.commands import Kind
from app.clearance.operations.papers import LONGEST_REASON, PrintedPaper, PrintedSad
from app.core import db
from app.core.fields import Words, listed
from app.core.messages import T
from app.declarations import queries
from app.edge.locale import understood
from app.edge.tokens import current_actor
from app.flows import papers as flow
from app.flows.movements import papers as transit
from app.flows.papers import Ask
from app.registers import papers as register
from app.registers.papers import Line, Printable

blueprint = Blueprint(
    "official_papers",
    __name__,
    url_prefix="/api/v1",
    description="Assessment notices, receipts, exit notes, SAD, papers of transit",
)

_GIVES = (
    "The paper and its print; its PDF is in `pdf_base64`. With `Accept: application/pdf` the answer is the PDF itself."
)


class CopySchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    languages = listed(Words(10), 2, 2, metadata={"label": T("Languages")})
    reason = Words(LONGEST_REASON, allow_none=True, metadata={"label": T("Reason for the copy")})


class PaperSchema(CopySchema):
    kind = Words(20, required=True, metadata={"label": T("Kind of paper"), "enum": list(flow.KINDS)})
    of = Words(60, allow_none=True, metadata={"label": T("What the paper tells of")})


class TransitPaperSchema(CopySchema):
    kind = Words(20, required=True, metadata={"label": T("Kind of paper"), "enum": list(transit.KINDS)})
    of = Words(60, allow_none=True, metadata={"label": T("What the paper tells of")})


def _languages(given: dict[str, Any]) -> tuple[str, ...]:
    return tuple(understood(tag) or tag for tag in given.get("languages") or ())


@blueprint.get("/declarations/<reference>/papers")
@described(
    blueprint,
    gives="What a paper can be had of, oldest first: `of` names it in a request, `paper` is there once it is issued.",
)
def of_declaration(reference: str) -> Response:
    """The official papers of a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        official = queries.sees_lane(actor, record.post)
        items = [_printable(each) for each in register.of_declaration(session, record, official=official)]
    return reply({"items": items})


def _printable(each: Printable) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "of": each.of,
        "at": instant(each.at),
        "paper": _line(each.issued) if each.issued else None,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "issued_at": instant(line.issued_at),
        "issued_by": line.issued_name,
        "languages": line.languages,
        "sha256": line.sha256,
        "key_id": line.key_id,
        "copies": line.copies,
        "superseded": line.superseded,
        "revoked": line.revoked,
        "pdf": f"/api/v1/papers/{line.number}.pdf",
    }


@blueprint.post("/declarations/<reference>/papers")
@described(blueprint, body=PaperSchema, answers=201, gives=_GIVES, key=True, refusals=(403, 422))
def issued(reference: str) -> Response:
    """Issue a paper, or print a copy of the one that is issued."""
    given, actor = words(PaperSchema), current_actor()
    ask = Ask(reference, given["kind"], given.get("of") or "", _languages(given), given.get("reason") or "")

    def act(session: Session) -> Reply:
        return _told(session, flow.print_paper(session, ask, current_app.extensions["guzar_keys"], by=actor))

    return deed(act)


@blueprint.get("/transit-movements/<reference>/papers")
@described(
    blueprint,
    gives="What a paper can be had of: `of` names it in a request, `paper` is there once it is issued. Where `changed`, the"
    " goods travel otherwise than the last document says, and the next print is a new one.",
)
def of_movement(reference: str) -> Response:
    """The papers of a transit movement."""
    actor = current_actor()
    with db.reading() as session:
        _movement, offered = transit.offered(session, reference, by=actor)
        items = [{**_printable(each.line), "changed": each.line.changed} for each in offered]
    return reply({"items": items})


@blueprint.post("/transit-movements/<reference>/papers")
@described(blueprint, body=TransitPaperSchema, answers=201, gives=_GIVES, key=True, refusals=(403, 422))
def issued_for_transit(reference: str) -> Response:
    """Issue a paper of a transit movement, or print a copy of the one that is issued."""
    given, actor = words(TransitPaperSchema), current_actor()
    ask = Ask(reference, given["kind"], given.get("of") or "", _languages(given), given.get("reason") or "")

    def act(session: Session) -> Reply:
        return _told(session, transit.print_paper(session, ask, current_app.extensions["guzar_keys"], by=actor))

    return deed(act)


@blueprint.post("/payments/<identifier>/receipt")
@described(blueprint, body=CopySchema, answers=201, gives=_GIVES, key=True, refusals=(403, 422))
def receipt(identifier: str) -> Response:
    """Issue the receipt of a payment, or print a copy of it; for deposits, too."""
    given, actor = words(CopySchema) if request.get_data(cache=True) else {}, current_actor()

    def act(session: Session) -> Reply:
        done = flow.print_receipt(
            session,
            identified(identifier),
            _languages(given),
            given.get("reason") or "",
            current_app.extensions["guzar_keys"],
            by=actor,
        )
        return _told(session, done)

    return deed(act)


def _told(session: Session, done: PrintedPaper | PrintedSad) -> Reply:
    if request.accept_mimetypes.best_match(["application/json", "application/pdf"]) == "application/pdf":
        return Reply(done.pdf, 201, {"Content-Type": "application/pdf", **_located(done)})
    return Reply({**_body(session, done), "pdf_base64": base64.b64encode(done.pdf).decode()}, 201, _located(done))


def _located(done: PrintedPaper | PrintedSad) -> dict[str, str]:
    return {} if isinstance(done, PrintedSad) else {"Location": f"/api/v1/papers/{done.paper.number}.pdf"}


def _body(session: Session, done: PrintedPaper | PrintedSad) -> dict[str, Any]:
    if isinstance(done, PrintedSad):
        return {"kind": Kind.SAD.value, "mrn": done.mrn or None, "version": done.version, "print_sha256": done.sha256}
    paper = done.paper
    return {
        "kind": paper.kind,
        "number": paper.number,
        "mrn": paper.mrn or None,
        "reference": paper.reference or None,
        "post": paper.post,
        "form": f"{paper.form}/{paper.form_version}",
        "languages": paper.languages,
        "issued_at": instant(paper.issued_at),
        "issued_by": paper.issued_name,
        "key_id": paper.key_id,
        "sha256": paper.sha256,
        "content": paper.content,
        "copy": done.copy,
        "print_sha256": done.sha256,
        "prints": [printed(each) for each in papers.paper_prints(session, paper)],
    }


@blueprint.get("/papers/<number>.pdf")
@described(blueprint, gives="The signed original.", media="application/pdf")
def document(number: str) -> Response:
    """The PDF of a paper, as issued."""
    with db.reading() as session:
        paper = flow.original(session, number, by=current_actor())
        return pdf(paper.pdf, f"{paper.number}.pdf")
