"""The file of one declaration: everything an officer looks at before he decides, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.journal import JournalEntry
from app.declarations import queries
from app.declarations.commands import Declared
from app.declarations.models import Declaration, DeclarationContent
from app.inspections import queries as inspected
from app.inspections.models import Inspection, InspectionFinding
from app.registers import permits, reasons
from app.risk.rules import Lane


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history: the journal's entry, and the name of who did it ("" for the system itself)."""

    entry: JournalEntry
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a declaration; lists are newest first, the history oldest first."""

    declaration: Declaration
    content: DeclarationContent
    declared: Declared
    reasons: list[dict[str, Any]]
    inspections: list[Inspection]
    findings: dict[UUID, list[InspectionFinding]]
    proposals: list[Proposal]
    permits: list[permits.Line]
    events: list[Event]

    @property
    def open_inspection(self) -> Inspection | None:
        """The look that is ordered or under way."""
        return next((i for i in self.inspections if i.status in ("ordered", "started")), None)

    @property
    def waiting(self) -> Proposal | None:
        """The proposal that waits for a second person."""
        return next((p for p in self.proposals if p.status == "waiting"), None)

    @property
    def needs_inspection(self) -> bool:
        """Whether it cannot be released yet, because no look at the goods is concluded; the flow asks the same."""
        looked_at = any(i.kind == "goods" and i.status == "concluded" for i in self.inspections)
        return self.declaration.lane == Lane.RED and not looked_at


def of(session: Session, reference: str, *, by: Actor, locale: str) -> File:
    """The file of a lodged declaration, for officials of its post; `NotFound` for everybody else."""
    declaration = queries.find(session, reference, by=by)
    if not queries.sees_lane(by, declaration.post) or declaration.status == "draft":
        raise NotFound()
    content = queries.content(session, declaration)
    looks = inspected.of_declaration(session, declaration.post, declaration.id)
    proposals = _proposals(session, declaration)
    issued = permits.of_declaration(session, declaration.post, declaration.id)
    subjects = [declaration.id, *(i.id for i in looks), *(p.id for p in proposals), *(p.id for p in issued)]
    return File(
        declaration=declaration,
        content=content,
        declared=queries.declared(session, declaration),
        reasons=reasons.of_lane(session, declaration, locale),
        inspections=looks,
        findings=inspected.findings(session, looks),
        proposals=proposals,
        permits=issued,
        events=_events(session, declaration.post, subjects),
    )


def _proposals(session: Session, declaration: Declaration) -> list[Proposal]:
    rows = select(Proposal).where(Proposal.post == declaration.post, Proposal.subject == declaration.id)
    return list(session.execute(rows.order_by(Proposal.proposed_at.desc())).scalars())


_KINDS = ("declaration", "inspection", "proposal", "permit")


def _events(session: Session, post: str, subjects: Iterable[UUID]) -> list[Event]:
    entries = session.execute(
        select(JournalEntry, Person.name)
        .outerjoin(Person, Person.id == JournalEntry.person)
        .where(
            JournalEntry.post == post,
            JournalEntry.kind.in_(_KINDS),
            JournalEntry.subject.in_([str(s) for s in subjects]),
        )
        .order_by(JournalEntry.number)
    )
    return [Event(entry, name or "") for entry, name in entries]
