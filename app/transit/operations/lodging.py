"""Lodging: what is declared is checked and gets its number; presented where it was announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.core import numbering, versions
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid
from app.core.ids import reference, uuid7
from app.core.rows import stage
from app.core.text import _
from app.reference.ruling import errors
from app.reference.tables import Codes
from app.transit import queries, rules
from app.transit.commands import Declared, LodgeMovement
from app.transit.course import advance
from app.transit.lifecycle import Action, Status
from app.transit.models import Movement, TransitDraft
from app.transit.operations.contents import adopt, stage_content
from app.transit.operations.drafts import must_be_draft
from app.transit.operations.noting import KIND, must_act_for, must_allow, note

SERIES = "TRANSIT"
PROCEDURE = "J"


@dataclass(slots=True)
class Lodged:
    """A lodged movement with what was declared and the warnings it got."""

    movement: Movement
    declared: Declared
    at: dt.datetime
    warnings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Entering:
    """A movement that holds before the rules and waits for its number; its id is final, nothing is written yet."""

    movement: Movement
    declared: Declared
    draft: TransitDraft | None
    is_new: bool
    warnings: list[Finding]


def check_in(
    session: Session,
    command: LodgeMovement,
    codes: Codes,
    posts: frozenset[str],
    *,
    by: Actor,
    seals: Mapping[str, str] = MappingProxyType({}),
) -> Entering:
    """The first half of lodging: who may, the draft's lock and version, the rules. Raises `Invalid` with every
    finding."""
    by.need_scope("write")
    declared = command.declared
    may_declare(declared, by=by)
    draft = _draft_to_lodge(session, command, by=by)
    found = checked(session, declared, codes, posts, at=now(session), movement=draft, seals=seals)
    movement = draft or _fresh(declared)
    body = queries.draft(session, draft) if draft else None
    return Entering(movement, declared, body, draft is None, found)


def checked(
    session: Session,
    declared: Declared,
    codes: Codes,
    posts: frozenset[str],
    *,
    at: dt.datetime,
    movement: Movement | None = None,
    early: bool | None = None,
    seals: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """What the rules of the day and the other movements say; gives the warnings, raises `Invalid` for errors. `seals`
    are those of the movement that are on another one, with its reference."""
    setting = rules.Setting(
        declared,
        codes,
        codes.day_at(declared.post, at),
        posts,
        prelodged=declared.prelodged if early is None else early,
        taken=queries.taken(session, declared, movement.id if movement else None, seals),
    )
    found = rules.check(setting)
    if errors(found):
        raise Invalid(findings=found)
    return found


def enter(session: Session, entering: Entering, *, by: Actor) -> Lodged:
    """The second half: gives the MRN, writes content and journal. Takes the post's own row."""
    movement, declared = entering.movement, entering.declared
    year, number, at = numbering.draw(session, declared.post, SERIES)
    before = None if entering.is_new else {"status": movement.status}
    movement.mrn = numbering.mrn(declared.post, year, number, PROCEDURE)
    movement.content += 1
    movement.lodged_at = None if declared.prelodged else at
    adopt(movement, declared)
    movement.move(Action.PRELODGE if declared.prelodged else Action.LODGE, at)
    sha256 = stage_content(session, movement, declared, entering.draft, at, by=by)
    if entering.is_new:
        stage(session, movement)
    else:
        session.flush()
    after = {
        "mrn": movement.mrn,
        "reference": movement.reference,
        "kind": movement.kind,
        "content": movement.content,
        "sha256": sha256,
    }
    event = "prelodged" if declared.prelodged else "lodged"
    note(session, movement, event, by=by, before=before, after=after, role="trader")
    return Lodged(movement, declared, at, entering.warnings)


def present(
    session: Session,
    movement: Movement,
    codes: Codes,
    posts: frozenset[str],
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    location: str | None = None,
) -> Lodged:
    """The goods of a locked, prelodged movement are there. The rules of the day are asked once more; what does not hold
    any more is amended first."""
    must_allow(movement, Action.PRESENT)
    declared = queries.declared(session, movement)
    found = checked(session, declared, codes, posts, at=at, movement=movement, early=False)
    movement.lodged_at = at
    before = advance(session, movement, Action.PRESENT, at)
    after = {"location": location} if location else None
    note(session, movement, "presented", by=by, before=before, after=after, role=role, office=movement.post)
    return Lodged(movement, declared, at, found)


def expire(session: Session, movement: Movement, at: dt.datetime, *, by: Actor) -> None:
    """What was announced and never came counts no more."""
    before = advance(session, movement, Action.EXPIRE, at)
    note(session, movement, "expired", by=by, before=before, role="system")


def may_declare(declared: Declared, *, by: Actor) -> None:
    """Raises `Forbidden` unless a trader's grant at the post names the holder."""
    by.need(("trader",), declared.post)
    if declared.holder not in by.parties(declared.post):
        raise Forbidden(_("You do not act for {party}.", party=declared.holder))


def _draft_to_lodge(session: Session, command: LodgeMovement, *, by: Actor) -> Movement | None:
    if command.draft is None:
        return None
    movement = queries.locked(session, command.draft, by=by)
    must_act_for(movement, by=by)
    must_be_draft(movement)
    versions.expect_version(session, KIND, movement, command.version)
    if movement.post != command.declared.post:
        raise Invalid(
            findings=[
                Finding(
                    "/post",
                    "draft.post",
                    _("This draft belongs to {post}. Begin a new one for another office.", post=movement.post),
                )
            ]
        )
    return movement


def _fresh(declared: Declared) -> Movement:
    return Movement(
        post=declared.post,
        id=uuid7(),
        reference=reference(declared.post),
        kind=declared.kind,
        party=declared.holder,
        destination=declared.destination,
        carnet=declared.carnet,
        status=Status.DRAFT.value,
        content=0,
        version=1,
    )
