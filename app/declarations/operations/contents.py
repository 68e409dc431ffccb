"""Writing what is declared: the rows of a content number, which never change again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical
from app.core.actors import Actor
from app.core.rows import insert_rows, stage_rows
from app.core.tables import Base
from app.core.text import compact
from app.declarations.commands import Declared
from app.declarations.models import (
    Declaration,
    DeclarationContent,
    DeclarationDocument,
    DeclarationDraft,
    DeclarationItem,
)

_ITEM_COLUMNS = ("number", "commodity", "description", "origin", "procedure", "gross_kg", "net_kg", "invoice_value")
_PAPER_COLUMNS = ("type", "number", "date", "issuer", "issue_place", "expires", "attachment")


def stage_content(
    session: Session,
    declaration: Declaration,
    declared: Declared,
    draft: DeclarationDraft | None,
    at: dt.datetime,
    *,
    by: Actor,
) -> str:
    """Keeps the rows of what is declared back until the transaction ends, and gives their digest for the journal."""
    sha256, rows = _rows(declaration, declared, draft, at, by)
    for model, some in rows.items():
        stage_rows(session, model, some)
    return sha256


def write_content(session: Session, declaration: Declaration, declared: Declared, at: dt.datetime, *, by: Actor) -> str:
    """Writes the rows at once, for those who read them in the same transaction; gives their digest."""
    sha256, rows = _rows(declaration, declared, None, at, by)
    insert_rows(session, {model: some for model, some in rows.items() if some})
    return sha256


def digest(declared: Declared) -> str:
    """SHA-256 over the canonical JSON of what is declared."""
    return canonical.digest({"header": declared.header, "items": declared.items, "documents": declared.documents})


def _rows(
    declaration: Declaration, declared: Declared, draft: DeclarationDraft | None, at: dt.datetime, by: Actor
) -> tuple[str, dict[type[Base], list[dict[str, Any]]]]:
    key = {"post": declaration.post, "declaration_id": declaration.id, "content": declaration.content}
    header, transport, invoice = declared.header, declared.header["transport"], declared.header["invoice"]
    sha256 = digest(declared)
    content = {
        **key,
        "local_reference": header["local_reference"],
        "declarant": declared.declarant,
        "plate": compact((transport.get("vehicle") or {}).get("plate") or "") or None,
        "containers": transport.get("containers") or [],
        "currency": invoice["currency"],
        "invoice_total": invoice["total"],
        "gross_kg": str(sum(Decimal(i["gross_kg"]) for i in declared.items)),
        "item_count": len(declared.items),
        "header": header,
        "sha256": sha256,
        "source": draft.source if draft else None,
        "unread": draft.unread if draft else [],
        "made_by": by.person,
        "made_at": at,
    }
    rows: dict[type[Base], list[dict[str, Any]]] = {
        DeclarationContent: [content],
        DeclarationItem: [_item_row(key, item) for item in declared.items],
        DeclarationDocument: list(_document_rows(key, declared)),
    }
    return sha256, rows


def _item_row(key: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    columns = {name: item[name] for name in _ITEM_COLUMNS}
    more = {name: value for name, value in item.items() if name not in columns and name != "documents"}
    return {**key, **columns, "more": more}


def _document_rows(key: dict[str, Any], declared: Declared) -> list[dict[str, Any]]:
    papers = [(0, place, paper) for place, paper in enumerate(declared.documents)]
    papers += [(i["number"], place, paper) for i in declared.items for place, paper in enumerate(i["documents"])]
    return [{**key, "item": item, "place": place, **paper_columns(words)} for item, place, words in papers]


def paper_columns(words: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a document; what is not given is empty."""
    return {name: words.get(name) for name in _PAPER_COLUMNS}
