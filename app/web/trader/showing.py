"""One declaration as its trader sees it: where it stands, what was declared, what is doubtful, and its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, render_template, url_for
from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.clearance import queries as permits
from app.clearance.models import Permit
from app.core import db, journal
from app.core.canonical import scalar
from app.core.errors import Finding, NotFound
from app.declarations import queries
from app.declarations.models import Declaration
from app.declarations.operations import KIND
from app.edge.signin import signed_in
from app.flows import lodging
from app.web.form import field_id
from app.web.trader import editing
from app.web.trader.checking import boxed
from app.web.trader.declared import Shown, shown
from app.web.trader.desk import ROLE, attachment, blueprint, lists_of, trader
from app.web.trader.form import ITEMS_ON_PAGE
from app.web.trader.plain import happenings, told


@dataclass
class _File:
    """What there is to know of a declaration; `unread` are the values of a message that had no place."""

    record: Declaration
    words: dict[str, Any]
    findings: list[Finding]
    permit: Permit | None
    withdrawn: bool
    history: list[journal.JournalEntry]
    source: Any = None
    unread: list[dict[str, Any]] = field(default_factory=list)


@blueprint.get("/declarations/<reference>")
@signed_in(ROLE)
def show(reference: str) -> str:
    """The declaration's page."""
    with db.reading() as session:
        file = _file(session, reference)
        lists = lists_of(session)
    permit = file.permit
    content: Shown = shown(file.words, lists)
    return render_template(
        "trader/show.html",
        file=file,
        record=file.record,
        told=told(file.record.status),
        content=content,
        permit=permit,
        post_name=lists.post_name(file.record.post),
        happenings=happenings(file.history, permit.issued_at if permit is not None else None),
        problems=[(finding, _place(file.record, finding)) for finding in file.findings],
        errors=sum(finding.severity == "error" for finding in file.findings),
    )


@blueprint.get("/declarations/<reference>/declaration.json")
@signed_in(ROLE)
def as_json(reference: str) -> Response:
    """The declaration in the contract's JSON, to be saved."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        words = editing.body_of(session, record)
    known = {"reference": record.reference, "mrn": record.mrn, "status": record.status, "lodged_at": record.lodged_at}
    content = orjson.dumps({**words, **known}, default=scalar, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return attachment(content, f"{record.reference}.json", "application/json")


@blueprint.get("/declarations/<reference>/message")
@signed_in(ROLE)
def message(reference: str) -> Response:
    """The file the declaration was read from, to the byte."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        source = _source(session, record)
        if source is None:
            raise NotFound()
        content = attachments.content(session, record.post, source)
    kind = "json" if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "xml"
    return attachment(content, f"{record.reference}-message.{kind}")


@blueprint.get("/declarations/<reference>/permit.pdf")
@signed_in(ROLE)
def permit(reference: str) -> Response:
    """The signed clearance permit in force."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        found = permits.in_force(session, record.post, record.id)
        if found is None:
            raise NotFound()
        return attachment(found.pdf, f"{found.number}.pdf", "application/pdf")


def _file(session: Session, reference: str) -> _File:
    actor = trader()
    record = queries.find(session, reference, by=actor)
    history = journal.history(session, record.post, KIND, str(record.id))
    if record.status == "draft":
        draft = queries.draft(session, record)
        found = [boxed(f) for f in editing.problems(session, draft, draft.body, by=actor)]
        return _File(record, draft.body, found, None, False, history, draft.source, draft.unread)
    content = queries.content(session, record)
    declared = queries.declared(session, record)
    words = {**declared.header, "items": declared.items, "documents": declared.documents}
    issued = permits.in_force(session, record.post, record.id)
    withdrawn = issued is None and permits.last_revoked(session, record.post, record.id) is not None
    warnings = lodging.warnings(session, declared, record)
    return _File(record, words, warnings, issued, withdrawn, history, content.source, content.unread)


def _place(record: Declaration, finding: Finding) -> str | None:
    """Where a draft's fault can be put right."""
    if record.status != "draft":
        return None
    parts = finding.pointer.split("/")[1:]
    anchor = field_id(".".join(parts)) if parts else None
    item = int(parts[1]) if parts[:1] == ["items"] and len(parts) > 1 and parts[1].isdecimal() else 0
    page: dict[str, Any] = {"from": item // ITEMS_ON_PAGE * ITEMS_ON_PAGE} if item >= ITEMS_ON_PAGE else {}
    return url_for("trader.edit", reference=record.reference, check=1, _anchor=anchor, **page)


def _source(session: Session, record: Declaration) -> Any:
    if record.status == "draft":
        return queries.draft(session, record).source
    return queries.content(session, record).source
