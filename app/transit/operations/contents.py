"""Writing what is declared: the rows of a content number, which never change again, and the offices of the route."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core import canonical
from app.core.actors import Actor
from app.core.rows import insert_rows, stage_rows
from app.core.tables import Base
from app.transit.commands import Declared
from app.transit.lifecycle import Office, Status, stage
from app.transit.models import Movement, TransitContent, TransitDraft, TransitItem, TransitOffice

_COLUMNS = ("number", "commodity", "description")
Rows = dict[type[Base], list[dict[str, Any]]]


def stage_content(
    session: Session, movement: Movement, declared: Declared, draft: TransitDraft | None, at: dt.datetime, *, by: Actor
) -> str:
    """Keeps the rows of what is declared back until the transaction ends, and gives their digest for the journal."""
    sha256, rows = _rows(movement, declared, draft, at, by)
    rows[TransitOffice] = _offices(movement, declared)
    for model, some in rows.items():
        stage_rows(session, model, some)
    return sha256


def write_content(session: Session, movement: Movement, declared: Declared, at: dt.datetime, *, by: Actor) -> str:
    """Writes the rows of a further content at once, with its offices in place of those before; gives their digest."""
    sha256, rows = _rows(movement, declared, None, at, by)
    table = TransitOffice
    session.execute(delete(table).where(table.post == movement.post, table.movement_id == movement.id))
    session.expire_all()
    rows[TransitOffice] = _offices(movement, declared)
    insert_rows(session, {model: some for model, some in rows.items() if some})
    return sha256


def digest(declared: Declared) -> str:
    """SHA-256 over the canonical JSON of what is declared."""
    return canonical.digest(declared.body())


def adopt(movement: Movement, declared: Declared) -> None:
    """The columns of the movement that follow what is declared."""
    movement.kind = declared.kind
    movement.party = declared.holder
    movement.destination = declared.destination
    movement.carnet = declared.carnet


def _rows(
    movement: Movement, declared: Declared, draft: TransitDraft | None, at: dt.datetime, by: Actor
) -> tuple[str, Rows]:
    key = {"post": movement.post, "movement_id": movement.id, "content": movement.content}
    sha256 = digest(declared)
    content = {
        **key,
        "local_reference": declared.header["local_reference"],
        "holder": declared.holder,
        "plates": declared.plates,
        "containers": declared.containers,
        "seals": declared.seals,
        "gross_kg": declared.header["gross_kg"],
        "item_count": len(declared.items),
        "header": declared.header,
        "sha256": sha256,
        "source": draft.source if draft else None,
        "unread": draft.unread if draft else [],
        "made_by": by.person,
        "made_at": at,
    }
    return sha256, {TransitContent: [content], TransitItem: [_item(key, *item) for item in declared.items]}


def _item(key: dict[str, Any], house: int, words: dict[str, Any]) -> dict[str, Any]:
    return {
        **key,
        **{name: words[name] for name in _COLUMNS},
        "house": house,
        "gross_kg": words["gross_kg"],
        "net_kg": words.get("net_kg"),
        "packages": sum(packages["count"] or 0 for packages in words["packages"]),
        "more": {name: value for name, value in words.items() if name not in _COLUMNS},
    }


def _offices(movement: Movement, declared: Declared) -> list[dict[str, Any]]:
    status = Status(movement.status)
    return [
        {
            "post": movement.post,
            "movement_id": movement.id,
            "place": place,
            "office": office,
            "role": role.value,
            "stage": stage(Office(role), status).value,
            "due_at": movement.lodged_at or movement.changed_at,
            "visited_at": None,
            "on_road": False,
        }
        for place, (role, office) in enumerate(declared.offices())
    ]
