"""/declarations: lodge, list, read, draft, submit, decide."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api import figures, offence_facts, presenters
from app.api.body import json_object, nothing, seen_version
from app.api.deeds import Reply, change, deed, reply
from app.api.documentation import described
from app.core import db, journal
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.fields import Moment
from app.core.text import _, fault_in, normal
from app.declarations import operations, queries, schemas
from app.declarations.commands import Declared, DeleteDraft, LodgeDeclaration, SaveDraft
from app.declarations.models import Declaration
from app.declarations.operations import KIND, Lodged
from app.edge.tokens import current_actor
from app.flows import importing, lodging, remedies
from app.payments import queries as owed
from app.reference.queries import codebook
from app.registers import declarations as register

blueprint = Blueprint("declarations", __name__, url_prefix="/api/v1", description="Customs declarations")


def headers(record: Declaration) -> dict[str, str]:
    return {"ETag": record.etag}


def located(record: Declaration) -> dict[str, str]:
    return {"Location": f"/api/v1/declarations/{record.reference}", **headers(record)}


@blueprint.post("/declarations")
@described(
    blueprint,
    body=schemas.DeclarationSchema,
    answers=201,
    gives="Lodged (or, with draft=true, kept as a draft).",
    answer=("LodgedDeclaration", "Draft"),
    key=True,
    refusals=(403, 413, 415, 422),
    query=(("draft", "true: keep it as a draft instead of lodging it"),),
)
def lodge() -> Response:
    """Lodge a declaration, or keep a draft."""
    body, actor = json_object(), current_actor()
    if _is_draft():
        words = schemas.draft_words(body)
        return deed(lambda session: _saved(session, _draft(words, None, None), by=actor))
    command = LodgeDeclaration(schemas.read(body))
    return deed(lambda session: _lodged(session, lodging.lodge(session, command, by=actor), actor))


def _is_draft() -> bool:
    value = request.args.get("draft", "false")
    if value not in ("true", "false"):
        raise Invalid(findings=[Finding("/draft", "draft.flag", _("Write draft=true or draft=false."))])
    return value == "true"


def _draft(words: dict[str, Any], reference: str | None, version: int | None) -> SaveDraft:
    post = words.get("post")
    return SaveDraft(post if isinstance(post, str) else db.node_post(), words, reference=reference, version=version)


def _lodged(session: Session, lodged: Lodged, actor: Actor) -> Reply:
    body = _body(session, lodged.declaration, lodged.declared, lodged.warnings, actor)
    return Reply(body, 201, located(lodged.declaration))


def _saved(session: Session, command: SaveDraft, *, by: Actor) -> Reply:
    if command.post not in lodging.own_posts(codebook(session)):  # its writer is told so; meanwhile it lies with us
        command = replace(command, post=db.node_post())
    record = operations.save_draft(session, command, by=by)
    return Reply(draft_body(session, record, by), 201 if command.reference is None else 200, located(record))


def draft_body(session: Session, record: Declaration, actor: Actor) -> dict[str, Any]:
    """A draft with everything that stands between it and lodging."""
    kept = queries.draft(session, record)
    return presenters.draft(record, kept, [*lodging.check(session, kept.body, by=actor), *importing.problems_of(kept)])


@blueprint.get("/declarations")
@described(
    blueprint,
    gives="A page of the declarations you may see, newest first.",
    answer="DeclarationPage",
    refusals=(403, 422),
    query=(
        ("post", "code of the crossing point"),
        ("status", "state"),
        ("lane", "green, blue, yellow or red (officers)"),
        ("declarant", "firm"),
        ("plate", "registration number or a piece of it"),
        ("container", "container number"),
        ("commodity", "first digits"),
        ("since", "lodged at or after, with zone"),
        ("q", "reference, MRN, plate, container"),
        ("limit", "1 to 200"),
        ("after", "next of the page before"),
    ),
)
def listed() -> Response:
    """List declarations."""
    actor = current_actor()
    filters, limit, after = _filters(), asked_limit(), request.args.get("after")
    official = bool(actor.roles() & set(queries.OFFICIAL))
    with db.reading(search=True) as session:
        page = register.page(session, filters, by=actor, limit=limit, after=after)
    rows = [presenters.line(row, with_lane=official) for row in page.lines]
    return reply({"items": rows, "next": page.next})


def asked_limit() -> int:
    """How many rows a page of a list shall have."""
    value = request.args.get("limit", "50")
    if not re.fullmatch("[0-9]{1,4}", value) or not 1 <= int(value) <= register.LARGEST_PAGE:
        raise Invalid(findings=[Finding("/limit", "page.limit", _("Give a number from 1 to 200."))])
    return int(value)


_PLAIN = ("post", "status", "lane", "declarant", "plate", "container", "commodity", "q")


def _filters() -> register.Filters:
    given: dict[str, Any] = {}
    for name in _PLAIN:
        value = request.args.get(name)
        if value:
            given[name] = _query_text(name, value)
    since = request.args.get("since")
    return register.Filters(**given, since=_moment(since) if since else None)


def _query_text(name: str, value: str) -> str:
    fault = fault_in(value)
    if fault is not None or len(value) > 100:
        raise Invalid(
            findings=[Finding(f"/{name}", "filter.text", fault or _("Too long: at most {most} characters.", most=100))]
        )
    return normal(value)


def _moment(value: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(Moment().deserialize(value, "since"))
    except ma.ValidationError as error:
        raise Invalid(findings=schemas.findings({"since": error.messages})) from None


@blueprint.get("/declarations/<reference>")
@described(blueprint, gives="The declaration.", answer=("LodgedDeclaration", "Draft"))
def shown(reference: str) -> Response:
    """Read a declaration by its reference or MRN."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if request.if_none_match.contains(str(record.version)):
            return Response(status=304, headers=headers(record))
        told = draft_body if record.status == "draft" else lodged_body
        body = told(session, record, actor)
    return reply(body, headers(record))


def lodged_body(session: Session, record: Declaration, actor: Actor) -> dict[str, Any]:
    declared = queries.declared(session, record)
    handed_in = queries.with_presented(declared, queries.presented(session, record))
    warnings = lodging.warnings(session, handed_in, record)
    return _body(session, record, declared, warnings, actor)


def _body(
    session: Session, record: Declaration, declared: Declared, warnings: list[Finding], actor: Actor
) -> dict[str, Any]:
    body = presenters.declaration(record, declared, warnings, with_lane=queries.sees_lane(actor, record.post))
    body["assessment"] = figures.summary(record, owed.standing(session, record.post, record.id))
    body["decision"] = offence_facts.against(remedies.standing(session, record))
    return body


@blueprint.put("/declarations/<reference>")
@described(
    blueprint,
    body=schemas.DeclarationSchema,
    gives="The draft as kept.",
    answer="Draft",
    match=True,
    refusals=(403, 409, 413, 415, 422),
)
def rewritten(reference: str) -> Response:
    """Write a draft anew."""
    words, actor, version = schemas.draft_words(json_object()), current_actor(), seen_version()
    return change(lambda session: _saved(session, _draft(words, reference, version), by=actor))


@blueprint.delete("/declarations/<reference>")
@described(blueprint, answers=204, gives="Thrown away.", match=True, refusals=(403, 409))
def discarded(reference: str) -> Response:
    """Throw a draft away."""
    actor, version = current_actor(), seen_version()

    def act(session: Session) -> Reply:
        operations.delete_draft(session, DeleteDraft(reference, version), by=actor)
        return Reply(None, 204)

    return change(act)


@blueprint.post("/declarations/<reference>/submission")
@described(
    blueprint, answers=201, gives="Lodged.", answer="LodgedDeclaration", key=True, match=True, refusals=(403, 422)
)
def submitted(reference: str) -> Response:
    """Lodge a draft."""
    nothing()
    actor, version = current_actor(), seen_version()
    return deed(lambda session: _lodged(session, lodging.submit(session, reference, version, by=actor), actor))


@blueprint.get("/declarations/<reference>/history")
@described(blueprint, gives="What happened, oldest first; for traders without names, lane and reasons.")
def history(reference: str) -> Response:
    """What happened to a declaration."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        entries = journal.history(session, record.post, KIND, str(record.id))
    official = queries.sees_lane(actor, record.post)
    told = [e for e in entries if official or e.event not in _NOT_FOR_TRADERS]
    return reply({"items": [_entry(e, official) for e in told]}, headers(record))


#: That the lane was changed, the papers audited, or that officials agree on something among themselves, would tell a
#: trader who looks at what, and when.
_NOT_FOR_TRADERS = frozenset(
    {
        "declaration.rerouted",
        "declaration.audited",
        "declaration.amendment-proposed",
        "declaration.amendment-endorsed",
        "declaration.invalidation-proposed",
        "declaration.invalidation-endorsed",
    }
)


def _entry(entry: journal.JournalEntry, official: bool) -> dict[str, Any]:
    after = entry.after or {}
    words = {"event": entry.event, "at": presenters.instant(entry.at), "status": after.get("status")}
    if not official:
        return words
    return {
        **words,
        "by": entry.login,
        "role": entry.role,
        "reason": entry.reason,
        "before": entry.before,
        "after": after,
    }
