"""What every verb of a seal writes beside its own deed: the link in the custody of the seal, and the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import Text
from app.seals import queries
from app.seals.commands import CheckSeal
from app.seals.models import Seal, SealEvent

KIND = "seal"
#: Who puts seals on, looks at them and takes them off.
APPLYING = ("officer", "inspector", "supervisor")
#: Stands for the maker of a seal that came on the goods.
FOREIGN = "?"


def refuse(pointer: str, rule: str, message: Text) -> Invalid:
    """A refusal at one field."""
    return Invalid(findings=[Finding(pointer, rule, message)])


def chain(
    session: Session,
    seals: Sequence[Seal],
    event: str,
    office: str,
    at: dt.datetime,
    *,
    by: Actor,
    movement: UUID | None = None,
    remarks: str | None = None,
    photos: Mapping[UUID, UUID | None] = MappingProxyType({}),
    checked: CheckSeal | None = None,
) -> None:
    """Adds a link to the custody of each of these seals, whose rows are locked or new."""
    last = queries.last_links(session, seals)
    for seal in seals:
        photo = photos.get(seal.id)
        session.add(
            SealEvent(
                post=seal.post,
                seal_id=seal.id,
                number=last.get(seal.id, 0) + 1,
                event=event,
                at=at,
                office=office,
                person=by.person,
                person_name=by.name,
                movement_id=movement,
                viewed=checked and checked.view,
                verified=checked and checked.verify,
                tugged=checked and checked.tug,
                twisted=checked and checked.twist,
                remarks=remarks,
                photo_post=office if photo else None,
                photo=photo,
            )
        )
    session.flush()


def note(
    session: Session,
    post: str,
    event: str,
    serials: Sequence[str],
    facts: dict[str, Any],
    *,
    by: Actor,
    role: str,
    subject: UUID | None = None,
    reason: str = "",
) -> None:
    """Journals what was done with seals of a post; `subject` is the movement that bears them, else the first serial."""
    journal.record(
        session,
        by=by,
        event=f"seal.{event}",
        kind=KIND,
        subject=subject or serials[0],
        post=post,
        after={"serials": list(serials), **facts},
        reason=reason.strip(),
        role=role,
    )
