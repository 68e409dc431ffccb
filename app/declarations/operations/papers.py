"""Supporting documents: those declared with their scans, and those handed in after lodging."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.attachments.operations import Opened
from app.attachments.queries import not_of_firm
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.declarations import queries, rules
from app.declarations.commands import AddDocument
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration, PresentedDocument
from app.declarations.operations.contents import paper_columns
from app.declarations.operations.deciding import touch
from app.declarations.operations.noting import expect_seen, expect_version

#: More papers than this are not added to one declaration.
MOST_ADDED = 200
#: Nothing more is looked at in these.
_CLOSED = (Status.REJECTED, Status.INVALIDATED, Status.RETURNED, Status.DESTROYED)
_MAY_ADD = ("trader", "officer", "inspector", "supervisor")


def add_document(session: Session, command: AddDocument, codes: rules.Codes, *, by: Actor) -> PresentedDocument:
    """Adds a document to a lodged declaration, with its scan or without: a trader of the firm may, and an official.

    What was declared stays as it was; the document stands beside it with who handed it in and when, and the declaration
    gets a new version. Raises `WrongState` for drafts and what is closed, `Invalid` for an unknown type, an item that is
    not there, a scan of another firm, or the same document again.
    """
    by.need_scope("write")
    declaration = queries.locked(session, command.reference, by=by)
    role = _role(declaration, by)
    _must_take(declaration)
    if role == "trader":
        expect_seen(declaration, command.version)
    else:
        expect_version(session, declaration, command.version)
    at = now(session)
    columns = paper_columns(command.document)
    found = [*_wrong(session, declaration, command, codes)]
    if found:
        raise Invalid(findings=found)
    added = PresentedDocument(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        item=command.item,
        **columns,
        person=by.person,
        login=by.login,
        name=by.name,
        role=role,
        at=at,
    )
    session.add(added)
    words = {"item": command.item, **{name: value for name, value in columns.items() if value is not None}}
    told = {"document": str(added.id), "added": words}
    touch(session, declaration, "declaration.document-added", at, by=by, role=role, **told)
    session.refresh(added)  # days and ids in the form that the database gives
    return added


def opened_file(session: Session, reference: str, file: UUID, *, by: Actor) -> Opened:
    """A scan that belongs to a declaration, with its bytes and the headers it is handed out with.

    `NotFound` where the declaration is not open to one, or the file is not one of its papers.
    """
    declaration = queries.find(session, reference, by=by)
    if file not in queries.files(session, declaration):
        raise NotFound()
    return attachments.opened(session, declaration.post, file, by=by)


def _role(declaration: Declaration, by: Actor) -> str:
    """In which role: as the firm's trader, or as an official of the post."""
    if declaration.party in by.parties(declaration.post):
        return "trader"
    held = by.grant(_MAY_ADD[1:], declaration.post)
    if held is None:
        raise Forbidden()
    return held.role


def _must_take(declaration: Declaration) -> None:
    if declaration.status == Status.DRAFT:
        raise WrongState(
            _("This declaration is not lodged yet. Add the document to the draft."), facts={"state": declaration.status}
        )
    if declaration.status in _CLOSED:
        raise WrongState(
            _("This declaration is closed. Nothing is added to it any more."), facts={"state": declaration.status}
        )


def _wrong(session: Session, declaration: Declaration, command: AddDocument, codes: rules.Codes) -> Iterator[Finding]:
    words = command.document
    if not codes.has("document_type", words["type"], now(session).date()):
        message = _("This type of document is not known. Choose one of the list.")
        yield Finding("/type", "code.document_type", message)
    if command.item and command.item not in queries.item_numbers(session, declaration):
        message = _(
            "There is no item {number}. Name an item that is declared, or 0 for the whole.", number=command.item
        )
        yield Finding("/item", "document.item", message)
    files = {"/attachment": words["attachment"]} if words.get("attachment") else {}
    yield from not_of_firm(session, declaration.post, files, declaration.party)
    later = queries.presented(session, declaration)
    if len(later) >= MOST_ADDED:
        message = _("{most} documents were added already. Put several pages into one file.", most=MOST_ADDED)
        yield Finding("", "document.most", message)
    same = (command.item, words["type"], words["number"], words.get("attachment"))
    if same in [(p.item, p.type, p.number, str(p.attachment) if p.attachment else None) for p in later]:
        yield Finding("/number", "document.again", _("This document was added already."))
