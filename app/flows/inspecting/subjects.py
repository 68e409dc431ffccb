"""What an inspection is about: a declaration or a movement, locked and still open to be looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import versions
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Forbidden, NotFound, WrongState
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries as declared
from app.declarations.lifecycle import OPEN
from app.declarations.models import Declaration
from app.flows import drawing
from app.inspections import queries
from app.inspections.models import Inspection
from app.inspections.operations import INSPECTING
from app.inspections.rules import facts
from app.transit import operations as transit
from app.transit import queries as moved
from app.transit.models import Movement


class Inspected(Protocol):
    """What a declaration and a movement have in common for whoever looks at them."""

    @property
    def post(self) -> str: ...
    @property
    def id(self) -> UUID: ...
    @property
    def reference(self) -> str: ...
    @property
    def mrn(self) -> str | None: ...
    @property
    def status(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def etag(self) -> str: ...


class Subject(Protocol):
    """A locked declaration or movement, with its open inspection."""

    #: Where it is looked at.
    post: str

    @property
    def record(self) -> Inspected: ...

    def looks(self, session: Session) -> list[Inspection]:
        """All inspections, newest first."""
        ...

    def check(self, session: Session, version: int | None, *, by: Actor) -> None:
        """Raises `ChangedMeanwhile` on an old screen, `WrongState` where nothing is looked at any more."""
        ...

    def open(self, session: Session) -> Inspection | None:
        """The open inspection, locked."""
        ...

    def touch(self, session: Session, *, by: Actor) -> None:
        """The file has changed, so whoever looks at an older one must look again."""
        ...

    def item_count(self, session: Session) -> int: ...

    def facts(self, session: Session, item: int | None) -> Mapping[str, Any]:
        """What is declared of an item, in columns."""
        ...

    def gross_kg(self, session: Session) -> Decimal | None:
        """The declared gross mass of all."""
        ...

    def firms(self, session: Session) -> frozenset[str]:
        """The firms concerned, by number and name."""
        ...

    def not_to_look(self, session: Session) -> frozenset[UUID]:
        """Who lodged it."""
        ...


@dataclass(slots=True)
class OfDeclaration:
    """A declaration at its post."""

    declaration: Declaration
    post: str

    @property
    def record(self) -> Declaration:
        return self.declaration

    def looks(self, session: Session) -> list[Inspection]:
        return queries.of_declaration(session, self.declaration.post, self.declaration.id)

    def check(self, session: Session, version: int | None, *, by: Actor) -> None:
        declarations.expect_version(session, self.declaration, version)
        if self.declaration.status in {s.value for s in OPEN}:
            return
        told: dict[str, Any] = {"state": self.declaration.status}
        decisions = declared.decisions(session, self.declaration)
        if decisions:
            last = max(decisions, key=lambda d: d.at)
            told |= {"decision": last.decision, "decided_by": last.name, "decided_at": last.at.isoformat()}
        raise WrongState(_("Nothing is inspected any more: the declaration is decided."), facts=told)

    def open(self, session: Session) -> Inspection | None:
        return queries.open_one(session, self.declaration.post, self.declaration.id, lock=True)

    def touch(self, session: Session, *, by: Actor) -> None:
        role = by.need(INSPECTING, self.declaration.post).role
        declarations.start_control(session, self.declaration, now(session), by=by, role=role)

    def item_count(self, session: Session) -> int:
        return declared.content(session, self.declaration).item_count

    def facts(self, session: Session, item: int | None) -> Mapping[str, Any]:
        words = declared.declared(session, self.declaration) if item is not None else None
        for each in words.items if words else ():
            if each["number"] == item:
                currency = (words.header.get("invoice") or {}).get("currency") if words else None
                return facts.of_item({**each, "currency": currency})
        return {}

    def gross_kg(self, session: Session) -> Decimal | None:
        return declared.content(session, self.declaration).gross_kg

    def firms(self, session: Session) -> frozenset[str]:
        header = declared.content(session, self.declaration).header
        return drawing.firms(header, self.declaration.party)

    def not_to_look(self, session: Session) -> frozenset[UUID]:
        return frozenset({declared.content(session, self.declaration).made_by})


@dataclass(slots=True)
class OfMovement:
    """A movement at an office that looks at it."""

    movement: Movement
    post: str

    @property
    def record(self) -> Movement:
        return self.movement

    def looks(self, session: Session) -> list[Inspection]:
        return queries.of_movement(session, self.movement.post, self.movement.id)

    def check(self, session: Session, version: int | None, *, by: Actor) -> None:
        versions.expect_version(session, transit.KIND, self.movement, version)

    def open(self, session: Session) -> Inspection | None:
        return queries.open_of_movement(session, self.movement.post, self.movement.id, [self.post], lock=True)

    def touch(self, session: Session, *, by: Actor) -> None:
        self.movement.changed_at = max(now(session), self.movement.changed_at + dt.timedelta(microseconds=1))
        session.flush()
        role = "system" if by.is_node else by.need(INSPECTING, self.post).role
        transit.note(session, self.movement, "looked-at", by=by, office=self.post, role=role)

    def item_count(self, session: Session) -> int:
        return moved.content(session, self.movement).item_count

    def facts(self, session: Session, item: int | None) -> Mapping[str, Any]:
        if item is None:
            return {}
        items = moved.declared(session, self.movement).items
        return next((facts.of_item(each.words) for each in items if each.words["number"] == item), {})

    def gross_kg(self, session: Session) -> Decimal | None:
        return moved.content(session, self.movement).gross_kg

    def firms(self, session: Session) -> frozenset[str]:
        return drawing.firms(moved.content(session, self.movement).header, self.movement.party)

    def not_to_look(self, session: Session) -> frozenset[UUID]:
        return frozenset({moved.content(session, self.movement).made_by})


def locked(session: Session, reference: str, *, by: Actor) -> OfDeclaration | OfMovement:
    """The declaration or movement of this reference, locked, for who inspects at a place where it is looked at.

    Raises `NotFound` for what one may not see, `Forbidden` for who does not inspect there.
    """
    by.need_scope("decide")
    try:
        declaration = declared.locked(session, reference, by=by)
    except NotFound:
        return _movement(session, reference, by=by)
    by.need(INSPECTING, declaration.post)
    if declaration.party in by.parties(declaration.post):
        raise Forbidden(_("You act for {party} yourself. Another person must do this.", party=declaration.party))
    return OfDeclaration(declaration, declaration.post)


def must_inspect(session: Session, reference: str, *, by: Actor) -> None:
    """The same question before anything is locked. Raises as `locked`."""
    by.need_scope("decide")
    try:
        by.need(INSPECTING, declared.find(session, reference, by=by).post)
    except NotFound:
        found = moved.find(session, reference, by=by)
        if not any(by.grant(INSPECTING, office) for office in _offices(session, found)):
            raise Forbidden(_("Your role does not allow this at {post}.", post=found.post)) from None


def _movement(session: Session, reference: str, *, by: Actor) -> OfMovement:
    """The office is the one of somebody's that looks, or looked last, at the movement."""
    found = moved.find(session, reference, by=by)
    mine = [office for office in _offices(session, found) if by.grant(INSPECTING, office)]
    if not mine:
        raise Forbidden(_("Your role does not allow this at {post}.", post=found.post))
    looks = queries.of_movement(session, found.post, found.id)
    office = next((i.post for i in looks if i.is_open and i.post in mine), None)
    office = office or next((i.post for i in looks if i.post in mine), mine[0])
    movement, _role = transit.at_office(session, reference, office, None, by=by, roles=INSPECTING)
    return OfMovement(movement, office)


def _offices(session: Session, movement: Movement) -> list[str]:
    return list(dict.fromkeys([movement.post, *(row.office for row in moved.offices(session, movement))]))


def must_have_open(session: Session, subject: Subject) -> Inspection:
    """The open inspection, locked. Raises `WrongState` where none is, with who concluded the last one."""
    inspection = subject.open(session)
    if inspection is not None:
        return inspection
    told: dict[str, Any] = {}
    for last in subject.looks(session)[:1]:
        told = {"inspection": last.status, "conclusion": last.conclusion, "concluded_by": last.concluded_name}
        told |= {"concluded_at": last.concluded_at.isoformat() if last.concluded_at else None}
    raise WrongState(_("No inspection is open for this declaration."), facts=told)
