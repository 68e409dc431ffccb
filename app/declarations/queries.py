"""Reads of declarations. Who may see what is part of every query: what one may not see is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from app.attachments.queries import not_of_firm
from app.core.actors import ANY_POST, Actor
from app.core.errors import Finding, NotFound, pointer
from app.core.numbering import is_mrn
from app.declarations.commands import Declared
from app.declarations.lifecycle import AmendmentStatus
from app.declarations.models import (
    Amendment,
    Audit,
    Decision,
    Declaration,
    DeclarationContent,
    DeclarationDocument,
    DeclarationDraft,
    DeclarationExit,
    DeclarationItem,
    DeclarationQuery,
    ExitItem,
    PresentedDocument,
    ReleasedItem,
    Template,
)

#: Roles that see every lodged declaration of their post, with its lane.
OFFICIAL = ("officer", "inspector", "supervisor", "analyst", "auditor")


def visible(by: Actor) -> ColumnElement[bool]:
    """The declarations open to this person: a firm's own, and what is lodged at the posts of an official role."""
    alternatives: list[ColumnElement[bool]] = []
    everywhere = by.parties(ANY_POST)
    if everywhere:
        alternatives.append(Declaration.party.in_(everywhere))
    single = sorted({g.post for g in by.grants if g.role == "trader"} - {ANY_POST})
    alternatives += [and_(Declaration.post == post, Declaration.party.in_(by.parties(post))) for post in single]
    posts = {g.post for g in by.grants if g.role in OFFICIAL}
    if ANY_POST in posts:
        alternatives.append(Declaration.status != "draft")
    elif posts:
        alternatives.append(and_(Declaration.post.in_(posts), Declaration.status != "draft"))
    return or_(*alternatives) if alternatives else Declaration.post.is_(None)


def sees_lane(by: Actor, post: str) -> bool:
    """Traders never see lane, filter or reasons; not even of a post where they hold another role for another firm."""
    return by.grant(OFFICIAL, post) is not None


def _named(reference: str) -> ColumnElement[bool]:
    return Declaration.mrn == reference if is_mrn(reference) else Declaration.reference == reference


def find(session: Session, reference: str, *, by: Actor) -> Declaration:
    """A declaration by its reference or MRN, or `NotFound`."""
    found = session.execute(select(Declaration).where(_named(reference), visible(by))).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def locked(session: Session, reference: str, *, by: Actor) -> Declaration:
    """The same, with the row locked until the transaction ends."""
    query = select(Declaration).where(_named(reference), visible(by)).with_for_update()
    found = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def references(session: Session, post: str, ids: Collection[UUID], *, by: Actor) -> dict[UUID, tuple[str, str | None]]:
    """Reference and MRN of those of the declarations that are open to this person, by their id."""
    if not ids:
        return {}
    rows = select(Declaration.id, Declaration.reference, Declaration.mrn).where(
        Declaration.post == post, Declaration.id.in_(ids), visible(by)
    )
    return {id: (reference, mrn) for id, reference, mrn in session.execute(rows)}


def lock_by_mrn(session: Session, mrns: Collection[str]) -> list[Declaration]:
    """Locks the declarations with these MRNs, in the order of their keys, for verbs that act on what belongs to them."""
    if not mrns:
        return []
    return _all_locked(session, Declaration.mrn.in_(sorted(mrns)))


def lock_by_reference(session: Session, reference: str) -> Declaration:
    """Locks one of them, for what time does."""
    rows = select(Declaration).where(Declaration.reference == reference).with_for_update()
    return session.execute(rows, execution_options={"populate_existing": True}).scalar_one()


def lock_by_key(session: Session, keys: Collection[tuple[str, UUID]]) -> list[Declaration]:
    """The same by post and id."""
    if not keys:
        return []
    return _all_locked(session, tuple_(Declaration.post, Declaration.id).in_(sorted(keys)))


def lock_together(session: Session, keys: Collection[tuple[str, UUID]], mrns: Collection[str]) -> list[Declaration]:
    """The same for keys and MRNs at once: one order for all of them."""
    which = tuple_(Declaration.post, Declaration.id).in_(sorted(keys))
    return _all_locked(session, or_(which, Declaration.mrn.in_(sorted(mrns))) if mrns else which)


def _all_locked(session: Session, which: ColumnElement[bool]) -> list[Declaration]:
    rows = select(Declaration).where(which).order_by(Declaration.post, Declaration.id).with_for_update()
    return list(session.execute(rows, execution_options={"populate_existing": True}).scalars())


def draft(session: Session, declaration: Declaration) -> DeclarationDraft:
    found = session.get(DeclarationDraft, (declaration.post, declaration.id))
    if found is None:
        raise NotFound()
    return found


def content(session: Session, declaration: Declaration, number: int | None = None) -> DeclarationContent:
    """The header row of a content number, by default the one in force."""
    found = session.get(DeclarationContent, (declaration.post, declaration.id, number or declaration.content))
    if found is None:
        raise NotFound()
    return found


def _rows(model: Any, declaration: Declaration, number: int | None) -> Select[Any]:
    return select(model).where(
        model.post == declaration.post,
        model.declaration_id == declaration.id,
        model.content == (number or declaration.content),
    )


def declared(session: Session, declaration: Declaration, number: int | None = None) -> Declared:
    """What was declared, put together again from its rows; three queries, however many items."""
    header = content(session, declaration, number)
    items = (
        session.execute(_rows(DeclarationItem, declaration, number).order_by(DeclarationItem.number)).scalars().all()
    )
    documents = (
        session.execute(
            _rows(DeclarationDocument, declaration, number).order_by(
                DeclarationDocument.item, DeclarationDocument.place
            )
        )
        .scalars()
        .all()
    )
    papers: dict[int, list[dict[str, Any]]] = {}
    for paper in documents:
        papers.setdefault(paper.item, []).append(_paper(paper))
    return Declared(dict(header.header), [_item(i, papers.get(i.number, [])) for i in items], papers.get(0, []))


def _paper(row: DeclarationDocument | PresentedDocument) -> dict[str, Any]:
    """The words of a document; those that were not given are not there."""
    words = {
        "type": row.type,
        "number": row.number,
        "date": row.date.isoformat() if row.date else None,
        "issuer": row.issuer,
        "issue_place": row.issue_place,
        "expires": row.expires.isoformat() if row.expires else None,
        "attachment": str(row.attachment) if row.attachment else None,
    }
    return {name: value for name, value in words.items() if value is not None}


def _item(row: DeclarationItem, papers: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": row.number,
        "commodity": row.commodity,
        "description": row.description,
        "origin": row.origin,
        "procedure": row.procedure,
        "gross_kg": format(row.gross_kg, "f"),
        "net_kg": format(row.net_kg, "f"),
        "invoice_value": format(row.invoice_value, "f"),
        "documents": papers,
        **row.more,
    }


def presented(session: Session, declaration: Declaration) -> list[PresentedDocument]:
    """The documents handed in after lodging, in the order they came."""
    rows = select(PresentedDocument).where(_about(PresentedDocument, declaration))
    return list(session.execute(rows.order_by(PresentedDocument.id)).scalars())


def with_presented(said: Declared, later: Sequence[PresentedDocument]) -> Declared:
    """What was declared together with the documents handed in later, for the rules that ask whether one is there."""
    if not later:
        return said
    added: dict[int, list[dict[str, Any]]] = {}
    for row in later:
        added.setdefault(row.item, []).append(_paper(row))
    items = [{**i, "documents": [*i["documents"], *added.get(i["number"], [])]} for i in said.items]
    return Declared(said.header, items, [*said.documents, *added.get(0, [])])


def foreign_files(session: Session, said: Declared) -> list[Finding]:
    """A finding for every document that names a scan which is not one of the declarant's firm at this post."""
    return not_of_firm(session, said.post, dict(_declared_files(said)), said.declarant)


def _declared_files(said: Declared) -> Iterator[tuple[str, str]]:
    for place, paper in enumerate(said.documents):
        if paper.get("attachment"):
            yield pointer("documents", place, "attachment"), paper["attachment"]
    for at, item in enumerate(said.items):
        for place, paper in enumerate(item["documents"]):
            if paper.get("attachment"):
                yield pointer("items", at, "documents", place, "attachment"), paper["attachment"]


def files(session: Session, declaration: Declaration) -> frozenset[UUID]:
    """The ids of the scans that belong to a declaration: named in any version of it, in its draft, or handed in later."""
    if declaration.status == "draft":
        return frozenset(_named_files(draft(session, declaration).body))
    named = select(DeclarationDocument.attachment).where(_about(DeclarationDocument, declaration))
    later = select(PresentedDocument.attachment).where(_about(PresentedDocument, declaration))
    return frozenset(id for id in session.execute(named.union(later)).scalars() if id is not None)


def _named_files(body: dict[str, Any]) -> Iterator[UUID]:
    """Draft words may be of any shape."""
    items = body.get("items")
    holders = [body, *(items if isinstance(items, list) else [])]
    lists = [holder.get("documents") for holder in holders if isinstance(holder, dict)]
    for paper in [paper for papers in lists if isinstance(papers, list) for paper in papers]:
        try:
            yield UUID(paper["attachment"])
        except (KeyError, TypeError, ValueError, AttributeError):
            continue


def decisions(session: Session, declaration: Declaration) -> list[Decision]:
    """Decisions on a declaration, oldest first."""
    rows = select(Decision).where(Decision.post == declaration.post, Decision.declaration_id == declaration.id)
    return list(session.execute(rows.order_by(Decision.at, Decision.id)).scalars())


def body(session: Session, declaration: Declaration) -> dict[str, Any]:
    """The contract's JSON of what is declared, or of what is written so far."""
    if declaration.status == "draft":
        return dict(draft(session, declaration).body)
    said = declared(session, declaration)
    return {**said.header, "items": said.items, "documents": said.documents}


def item_numbers(session: Session, declaration: Declaration) -> frozenset[int]:
    """The numbers of the items in force."""
    rows = select(DeclarationItem.number).where(
        DeclarationItem.post == declaration.post,
        DeclarationItem.declaration_id == declaration.id,
        DeclarationItem.content == declaration.content,
    )
    return frozenset(session.execute(rows).scalars())


def _about(model: Any, declaration: Declaration) -> ColumnElement[bool]:
    return and_(model.post == declaration.post, model.declaration_id == declaration.id)


def released_items(session: Session, declaration: Declaration) -> frozenset[int]:
    """The items let go one by one, before the whole was."""
    return frozenset(session.execute(select(ReleasedItem.item).where(_about(ReleasedItem, declaration))).scalars())


def exited_items(session: Session, declaration: Declaration) -> frozenset[int]:
    """The items that have left."""
    return frozenset(session.execute(select(ExitItem.item).where(_about(ExitItem, declaration))).scalars())


def exits(session: Session, declaration: Declaration) -> list[tuple[DeclarationExit, list[int]]]:
    """Every truck that left, oldest first, with the items it took."""
    rows = select(DeclarationExit).where(_about(DeclarationExit, declaration))
    found = list(session.execute(rows.order_by(DeclarationExit.at, DeclarationExit.id)).scalars())
    items = session.execute(
        select(ExitItem.exit_id, ExitItem.item).where(_about(ExitItem, declaration)).order_by(ExitItem.item)
    )
    taken: dict[UUID, list[int]] = {}
    for exit_id, item in items:
        taken.setdefault(exit_id, []).append(item)
    return [(gone, taken.get(gone.id, [])) for gone in found]


def questions(session: Session, declaration: Declaration) -> list[DeclarationQuery]:
    """Questions about a declaration, oldest first, answered or not."""
    rows = select(DeclarationQuery).where(_about(DeclarationQuery, declaration))
    return list(session.execute(rows.order_by(DeclarationQuery.id)).scalars())


def open_questions(session: Session, declaration: Declaration) -> list[DeclarationQuery]:
    return [query for query in questions(session, declaration) if query.is_open]


def question(session: Session, declaration: Declaration, id: UUID) -> DeclarationQuery | None:
    rows = select(DeclarationQuery).where(_about(DeclarationQuery, declaration), DeclarationQuery.id == id)
    return session.execute(rows).scalar_one_or_none()


def requests(session: Session, declaration: Declaration, *, by: Actor) -> list[Amendment]:
    """Requests to amend or invalidate a declaration, oldest first; of officials' own, a trader is told of those that
    have changed something, and not before."""
    rows = select(Amendment).where(_about(Amendment, declaration), _told(declaration, by))
    return list(session.execute(rows.order_by(Amendment.id)).scalars())


def _told(declaration: Declaration, by: Actor) -> ColumnElement[bool]:
    if by.is_node or sees_lane(by, declaration.post):
        return true()
    return or_(Amendment.requested_role == "trader", Amendment.status == AmendmentStatus.ACCEPTED.value)


def waiting_requests(session: Session, declaration: Declaration) -> list[Amendment]:
    rows = select(Amendment).where(_about(Amendment, declaration), Amendment.status.in_(("requested", "endorsed")))
    return list(session.execute(rows.order_by(Amendment.id)).scalars())


def request(session: Session, declaration: Declaration, id: UUID, *, by: Actor) -> Amendment | None:
    """One of them, or None where this person is not told of it."""
    rows = select(Amendment).where(_about(Amendment, declaration), Amendment.id == id, _told(declaration, by))
    return session.execute(rows).scalar_one_or_none()


def audits(session: Session, declaration: Declaration) -> list[Audit]:
    """What came out afterwards, oldest first."""
    rows = select(Audit).where(_about(Audit, declaration))
    return list(session.execute(rows.order_by(Audit.at, Audit.id)).scalars())


def _own_templates(by: Actor) -> ColumnElement[bool]:
    """A firm's templates, for those who act for it at their post."""
    single = sorted({g.post for g in by.grants if g.role == "trader"} - {ANY_POST})
    alternatives = [and_(Template.post == post, Template.party.in_(by.parties(post))) for post in single]
    everywhere = by.parties(ANY_POST)
    if everywhere:
        alternatives.append(Template.party.in_(everywhere))
    return or_(*alternatives) if alternatives else Template.post.is_(None)


def templates(session: Session, *, by: Actor) -> list[Template]:
    """The templates of the firms acted for, by name; at most a few hundred a firm."""
    rows = select(Template).where(_own_templates(by))
    return list(session.execute(rows.order_by(Template.party, Template.name)).scalars())


def template(session: Session, id: UUID, *, by: Actor) -> Template:
    """One template of a firm acted for, or `NotFound`."""
    found = session.execute(select(Template).where(Template.id == id, _own_templates(by))).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def has_template(session: Session, post: str, party: str, name: str) -> bool:
    rows = select(Template.id).where(Template.post == post, Template.party == party, Template.name == name)
    return session.execute(rows).first() is not None


def count_templates(session: Session, post: str, party: str) -> int:
    rows = select(func.count()).select_from(Template).where(Template.post == post, Template.party == party)
    return session.execute(rows).scalar_one()
