"""A conflict as the desk shows it: what was recorded at the truck beside how things stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.text import Text
from app.field.models import FieldDevice, FieldRecord, FieldSettlement
from app.field.queries import Conflict
from app.flows.field import receiving
from app.web.field.texts import LISTS, SENTENCES

#: Which list a word of a record is named in.
_NAMED = {
    "type": "type", "agency": "agency", "kind": "finding", "conclusion": "conclusion", "role": "presence",
    "recommendation": "recommendation", "condition": "seal",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a conflict, in words."""

    record: FieldRecord
    device: FieldDevice
    settlement: FieldSettlement | None
    kind: Text
    mine: list[tuple[Text, Text | str]]
    theirs: Mapping[str, Any]
    why: list[Text]


def sides(found: Conflict) -> Sides:
    record = found.record
    flat = {**record.body, **(record.body.get("facts") or {})}
    mine = [(_label(name), _said(name, value)) for name, value in flat.items() if not isinstance(value, dict)]
    return Sides(
        record, found.device, found.settlement, SENTENCES[f"form.{record.kind}"], mine,
        record.answer.get("theirs") or {}, receiving.said(record.answer),
    )  # fmt: skip


def _label(name: str) -> Text:
    return SENTENCES.get(f"field.{name}") or SENTENCES.get(f"fact.{name}") or LABELS.get(name) or Text(name)


#: Words of records that forms ask for by another name.
LABELS: Mapping[str, Text] = {"type": SENTENCES["part.steps"], "agency": SENTENCES["field.of"]}


def _said(name: str, value: Any) -> Text | str:
    if isinstance(value, bool):
        return SENTENCES["yes" if value else "no"]
    return LISTS.get(_NAMED.get(name, ""), {}).get(str(value)) or str(value)
