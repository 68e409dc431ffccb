"""Reads of declarations. Who may see what is part of every query: what one may not see is not there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.core.numbering import is_mrn
from app.declarations.commands import Declared
from app.declarations.models import (
    Decision,
    Declaration,
    DeclarationContent,
    DeclarationDocument,
    DeclarationDraft,
    DeclarationItem,
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


def _paper(row: DeclarationDocument) -> dict[str, Any]:
    words = {"type": row.type, "number": row.number}
    return {**words, "date": row.date.isoformat()} if row.date else words


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


def decisions(session: Session, declaration: Declaration) -> list[Decision]:
    """Decisions on a declaration, oldest first."""
    rows = select(Decision).where(Decision.post == declaration.post, Decision.declaration_id == declaration.id)
    return list(session.execute(rows.order_by(Decision.at, Decision.id)).scalars())
