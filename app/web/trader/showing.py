"""One declaration as its trader sees it: a draft as its tasks; what is lodged by where it stands and what to do now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from flask import Response, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app.attachments import operations as attachments
from app.clearance import queries as permits
from app.clearance.models import Permit
from app.clearance.operations.papers import JOURNAL_KIND as PAPERS
from app.core import db, journal
from app.core.canonical import scalar
from app.core.errors import Finding, NotFound
from app.declarations import operations, queries, rules
from app.declarations.models import Amendment, Declaration, DeclarationQuery, PresentedDocument
from app.declarations.operations import KIND
from app.edge.signin import signed_in
from app.exemptions.rules import BLOCKING
from app.flows import lodging, remedies
from app.flows.remedies import Against
from app.payments.rules import Standing
from app.registers.papers import told_to_firms
from app.web import declared
from app.web.assessed import Assessed
from app.web.declared import ITEMS_ON_PAGE, currency_in, first_item
from app.web.declaring.scans import Scan, scans_of
from app.web.declaring.sections import SECTIONS
from app.web.downloads import attachment
from app.web.lists import Lists, lists_of
from app.web.trader import drafts, dues, tasks
from app.web.trader.checking import boxed
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.trader.plain import happenings, told
from app.web.trader.possible import Possible, possible


@dataclass
class _File:
    """What there is to know of a lodged declaration; `unread` are the values of a message that had no place."""

    record: Declaration
    words: dict[str, Any]
    findings: list[Finding]
    permit: Permit | None
    withdrawn: bool
    history: list[journal.JournalEntry]
    standing: Standing
    assessed: Assessed | None
    questions: list[DeclarationQuery]
    requests: list[Amendment]
    presented: list[PresentedDocument]
    files: dict[str, Scan]
    let_go: frozenset[int]
    gone: frozenset[int]
    against: Against | None = None
    may_appeal: bool = False
    source: Any = None
    unread: list[dict[str, Any]] = field(default_factory=list)

    @property
    def open_questions(self) -> list[DeclarationQuery]:
        return [question for question in self.questions if question.is_open]

    @property
    def waiting(self) -> list[Amendment]:
        return [request for request in self.requests if request.status in ("requested", "endorsed")]


@blueprint.get("/declarations/<reference>")
@signed_in(ROLE)
def show(reference: str) -> str | AnyResponse:
    """The declaration's page: the list of tasks of a draft, else where it stands."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        if record.status == "draft":
            at = drafts.opened(session, reference, check=True)
            return at if isinstance(at, AnyResponse) else tasks.task_list(session, at)
        lists = lists_of(session)
        file = _file(session, record, lists)
    return _lodged_page(file, lists)


def _lodged_page(file: _File, lists: Lists) -> str:
    permit, record = file.permit, file.record
    first = first_item(len(file.words["items"]))
    blocking, doubts = _told_apart(file)
    can: Possible = possible(record, file.standing, file.waiting)
    return render_template(
        "trader/show.html",
        file=file,
        record=record,
        local=file.words.get("local_reference") or "",
        told=told(record.status),
        can=can,
        parts=declared.sections(file.words, lists, SECTIONS),
        items=declared.items(file.words["items"][first : first + ITEMS_ON_PAGE], lists, first + 1),
        count=len(file.words["items"]),
        first=first,
        currency=currency_in(file.words),
        permit=permit,
        lists=lists,
        files=file.files,
        post_name=lists.post_name(record.post),
        happenings=happenings(file.history, permit.issued_at if permit is not None else None),
        blocking=[(boxed(finding), None) for finding in blocking],
        doubts=[(boxed(finding), None) for finding in doubts],
    )


def _told_apart(file: _File) -> tuple[list[Finding], list[Finding]]:
    """What is still needed before the goods may go, licences that do not cover them among it, and the other doubts."""
    blocking = rules.blocking(file.findings)
    exceeded = [found for found in (file.assessed.warnings if file.assessed else ()) if found.rule in BLOCKING]
    return [*blocking, *exceeded], [finding for finding in file.findings if finding not in blocking]


@blueprint.get("/declarations/<reference>/declaration.json")
@signed_in(ROLE)
def as_json(reference: str) -> Response:
    """The declaration in the contract's JSON, to be saved."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        words = queries.body(session, record)
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


@blueprint.get("/declarations/<reference>/files/<uuid:file>")
@signed_in(ROLE)
def file(reference: str, file: UUID) -> Response:
    """A scan that belongs to the declaration; always to be saved, never shown within our pages."""
    with db.reading() as session:
        opened = operations.opened_file(session, reference, file, by=trader())
    return Response(opened.content, headers=opened.headers)


def _file(session: Session, record: Declaration, lists: Lists) -> _File:
    actor = trader()
    content = queries.content(session, record)
    whole = queries.declared(session, record)
    presented = queries.presented(session, record)
    words = {**whole.header, "items": whole.items, "documents": whole.documents}
    named = {"documents": [*_papers(words), *({"attachment": row.attachment} for row in presented)]}
    issued = permits.in_force(session, record.post, record.id)
    assessed, standing = dues.of_lodged(session, record, lists, (), by=actor)
    let_go = queries.released_items(session, record) if record.status == "partly_released" else frozenset()
    gone = queries.exited_items(session, record) if record.status in ("released", "partly_released") else frozenset()
    return _File(
        record,
        words,
        lodging.warnings(session, queries.with_presented(whole, presented), record),
        issued,
        issued is None and permits.last_revoked(session, record.post, record.id) is not None,
        [
            *journal.history(session, record.post, KIND, str(record.id)),
            *_papers_told(session, record),
        ],
        standing,
        assessed,
        queries.questions(session, record),
        queries.requests(session, record, by=actor),
        presented,
        scans_of(session, record, {**words, **named}),
        let_go,
        gone,
        remedies.standing(session, record),
        record.lodged_at is not None,
        content.source,
        content.unread,
    )


def _papers_told(session: Session, record: Declaration) -> list[journal.JournalEntry]:
    """What was issued and printed, but for papers that are not for the firm yet."""
    entries = journal.history(session, record.post, PAPERS, str(record.id))
    return [entry for entry in entries if told_to_firms(str((entry.after or {}).get("kind") or ""), record)]


def _papers(words: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents of the whole and of the items."""
    return [*words["documents"], *(paper for item in words["items"] for paper in item["documents"])]


def _source(session: Session, record: Declaration) -> Any:
    if record.status == "draft":
        return queries.draft(session, record).source
    return queries.content(session, record).source
