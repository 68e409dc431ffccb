"""What every verb of an inspection does beside its own deed: who may, what came twice, the claimed time, the journal."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.tables import Base
from app.core.text import Text, _
from app.inspections.commands import Recorded
from app.inspections.lifecycle import Action, Agency, Type
from app.inspections.models import Inspection

KIND = "inspection"
INSPECTING = ("inspector", "officer", "supervisor")
SENIOR = ("supervisor",)
#: A claimed time that is later than ours by more is marked, and so is one from before anybody was without network.
CLOCK_OFF = dt.timedelta(minutes=15)
OFFLINE = dt.timedelta(days=3)
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(2199, 12, 31, tzinfo=dt.UTC)

R = TypeVar("R", bound=Base)


def refuse(pointer: str, rule: str, message: Text) -> Invalid:
    """A refusal at one field."""
    return Invalid(findings=[Finding(pointer, rule, message)])


def must_be_open(inspection: Inspection) -> None:
    """Raises `WrongState` with who ended it and how, where nothing is recorded any more."""
    if inspection.is_open:
        return
    facts = {"state": inspection.status, "inspection": str(inspection.id)}
    if inspection.concluded_at is not None:
        facts |= {
            "concluded_by": str(inspection.concluded_name),
            "concluded_at": inspection.concluded_at.isoformat(),
            "conclusion": str(inspection.conclusion),
        }
    raise WrongState(_("This inspection is over: nothing is added to it. Have another look ordered."), facts=facts)


def must_be_same(row: Any, inspection: Inspection, *, by: Actor) -> None:
    """Raises `Invalid` for an id under which another person, or another inspection, has something else."""
    owner = getattr(row, "inspection_id", inspection.id)
    if owner != inspection.id or row.person != by.person:
        message = _("This id was used for another record. Make a new one for each record.")
        raise refuse("/recorded/id", "recorded.id-used", message)


def noted(recorded: Recorded | None, at: dt.datetime, *, by: Actor) -> dict[str, Any]:
    """The columns that say who, when, and what the device claims; a new id where the client gave none."""
    claimed = sane(recorded.noted_at) if recorded else None
    return {
        "id": (recorded.id if recorded else None) or uuid7(),
        "person": by.person,
        "name": by.name,
        "at": at,
        "device": recorded.device if recorded else None,
        "noted_at": claimed,
        "clock_off": is_off(recorded, at),
    }


def sane(moment: dt.datetime | None) -> dt.datetime | None:
    """The claimed time, or None for one that no calendar of ours holds; that it was claimed is marked."""
    return moment if moment is not None and _EARLIEST <= moment <= _LATEST else None


def is_off(recorded: Recorded | None, at: dt.datetime) -> bool:
    """Whether the claimed time cannot be. Devices record without network for a shift and longer, so that a time before ours
    says nothing against their clock until it is days."""
    if recorded is None or recorded.noted_at is None:
        return False
    return not at - OFFLINE <= recorded.noted_at <= at + CLOCK_OFF


def begin(inspection: Inspection, at: dt.datetime) -> dict[str, Any]:
    """Somebody looks: the inspection is under way from now on. Gives what it was before, for the journal."""
    before = {"status": inspection.status}
    inspection.move(Action.START)
    inspection.started_at = inspection.started_at or at
    return before


#: Columns that the journal tells by other means, or that say where a row belongs.
_LEFT_OUT = frozenset({"post", "id", "inspection_id", "name", "at"})


def told(row: Base) -> dict[str, Any]:
    """A row as the journal keeps it."""
    return {c.key: getattr(row, c.key) for c in row.__mapper__.columns if c.key not in _LEFT_OUT}


def note(
    session: Session,
    inspection: Inspection,
    event: str,
    *,
    by: Actor,
    role: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Journals what was done with an inspection."""
    journal.record(
        session,
        by=by,
        event=f"inspection.{event}",
        kind=KIND,
        subject=inspection.id,
        post=inspection.post,
        before=before,
        after={"status": inspection.status, "version": inspection.version, **(after or {})},
        reason=reason,
        role=role,
    )


def keep(
    session: Session,
    inspection: Inspection,
    row: R,
    name: str,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> R:
    """Writes a row of an inspection and journals it whole under its name, or as `after` tells it."""
    session.add(row)
    session.flush()
    words = {name: row.id, **(told(row) if after is None else after)}  # type: ignore[attr-defined]
    note(session, inspection, event, by=by, role=role, before=before, after=words)
    return row


def of_enumeration(value: str | None, pointer: str, rule: str, choices: type[Any]) -> None:
    """Raises `Invalid` for a word that is not one of the enumeration's; None is none."""
    if value is not None and value not in {each.value for each in choices}:
        message = _("Choose one of: {choices}.", choices=", ".join(each.value for each in choices))
        raise refuse(pointer, rule, message)


def must_be_agency(agency: str) -> None:
    of_enumeration(agency, "/agency", "inspection.agency", Agency)


def must_be_type(type: str | None) -> None:
    of_enumeration(type, "/type", "inspection.type", Type)


def must_be_declared(item: int | None, items: int) -> None:
    """Raises `Invalid` for an item that is not declared."""
    if item is not None and not 1 <= item <= items:
        message = _("There is no item {item}: the declaration has {items}.", item=item, items=items)
        raise refuse("/item", "finding.item", message)


def said(text: str, pointer: str, rule: str, message: Text) -> str:
    """The text without blanks around it; raises `Invalid` where nothing is said."""
    if not text.strip():
        raise refuse(pointer, rule, message)
    return text.strip()


def found_in(rows: list[Any], id: UUID | None, pointer: str, rule: str, message: Text) -> Any:
    """The row of this id among those of an inspection; None for none asked, `Invalid` for one that is not there."""
    if id is None:
        return None
    for row in rows:
        if row.id == id:
            return row
    raise refuse(pointer, rule, message)
