"""The file of one declaration: everything an officer looks at before he decides, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.approvals.models import Proposal
from app.attachments.models import Attachment
from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.journal import JournalEntry
from app.declarations import queries
from app.declarations.commands import Declared
from app.declarations.models import (
    Amendment,
    Audit,
    Declaration,
    DeclarationContent,
    DeclarationExit,
    DeclarationQuery,
    PresentedDocument,
)
from app.exemptions import queries as exemptions
from app.inspections import queries as inspected
from app.inspections.models import Inspection, InspectionFinding
from app.inspections.queries import Doubt, doubts
from app.payments import queries as money
from app.payments.models import Assessment, Payment, Refund, Security
from app.registers import permits, reasons
from app.registers.movements import links
from app.registers.movements.links import Link
from app.risk.queries import waiting as waits
from app.risk.rules import Lane
from app.suspense import queries as stocks
from app.suspense.models import Stock


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history: the journal's entry, and the name of who did it ("" for the system itself)."""

    entry: JournalEntry
    name: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What is known of the scan of a paper without opening it; `size` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Money:
    """What was assessed, paid, secured and given back; each list oldest first."""

    assessments: list[Assessment]
    payments: list[Payment]
    securities: list[Security]
    refunds: list[Refund]


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a declaration; lists are newest first, the history, questions and requests oldest first."""

    declaration: Declaration
    content: DeclarationContent
    declared: Declared
    presented: list[PresentedDocument]
    scans: dict[UUID, Scan]
    why: reasons.Why
    inspections: list[Inspection]
    findings: dict[UUID, list[InspectionFinding]]
    questions: list[DeclarationQuery]
    requests: list[Amendment]
    proposals: list[Proposal]
    permits: list[permits.Line]
    money: Money
    released_items: frozenset[int]
    exits: list[tuple[DeclarationExit, list[int]]]
    audits: list[Audit]
    stocks: list[Stock]
    #: The transit movements with these goods.
    went_on: list[Link]
    events: list[Event]
    #: Until when clean goods wait before the system lets them go; None where they do not.
    until: dt.datetime | None = None

    @property
    def open_inspection(self) -> Inspection | None:
        """The look that is ordered or under way."""
        return next((i for i in self.inspections if i.status in ("ordered", "started")), None)

    @property
    def waiting(self) -> Proposal | None:
        """The proposal that waits for a second person."""
        return next((p for p in self.proposals if p.status == "waiting"), None)

    @property
    def open_requests(self) -> list[Amendment]:
        """Requests to amend or to invalidate that nobody has settled."""
        return [r for r in self.requests if r.status in ("requested", "endorsed")]

    @property
    def exited_items(self) -> frozenset[int]:
        """The items that have left."""
        return frozenset(item for _gone, items in self.exits for item in items)

    @property
    def hand(self) -> Event | None:
        """What a person said when he chose the lane that holds; None where the system chose it."""
        events = [e for e in self.events if e.entry.kind == "declaration"]
        entry = reasons.by_hand(e.entry for e in events)
        return next((e for e in events if e.entry is entry), None)

    @property
    def doubts(self) -> list[Doubt]:
        """What was found to be otherwise than declared, and not amended since; the flow asks the same."""
        amended_at = self.content.made_at if self.declaration.content > 1 else None
        return doubts(self.inspections, self.findings, amended_at)

    @property
    def needs_inspection(self) -> bool:
        """Whether it cannot be released yet, because no look at the goods is concluded; the flow asks the same."""
        looked_at = any(i.kind == "goods" and i.status == "concluded" for i in self.inspections)
        return self.declaration.lane == Lane.RED and not looked_at and not self.is_waived

    @property
    def is_waived(self) -> bool:
        """Whether two persons have agreed to do without the look at the goods that was ordered last."""
        last = next((str(i.id) for i in self.inspections if i.kind == "goods"), None)
        waivers = (p for p in self.proposals if p.kind == "inspection.waive" and p.status == "approved")
        return any(p.payload["inspection"] == last for p in waivers)


def of(session: Session, reference: str, *, by: Actor, locale: str) -> File:
    """The file of a lodged declaration, for officials of its post; `NotFound` for everybody else."""
    declaration = queries.find(session, reference, by=by)
    if not queries.sees_lane(by, declaration.post) or declaration.status == "draft":
        raise NotFound()
    post, id = declaration.post, declaration.id
    content = queries.content(session, declaration)
    declared, presented = queries.declared(session, declaration), queries.presented(session, declaration)
    looks = inspected.of_declaration(session, post, id)
    requests = queries.requests(session, declaration, by=by)
    proposals = _proposals(session, declaration, requests)
    issued = permits.of_declaration(session, post, id)
    known = _money(session, post, id)
    placed = stocks.of_declaration(session, post, id)
    subjects = [id, *_ids(looks, proposals, issued, known.assessments, known.payments, known.securities, known.refunds)]
    return File(
        declaration=declaration,
        content=content,
        declared=declared,
        presented=presented,
        scans=_scans(session, declaration, declared, presented),
        why=reasons.of_declaration(session, declaration, locale, by=by),
        inspections=looks,
        findings=inspected.findings(session, looks),
        questions=queries.questions(session, declaration),
        requests=requests,
        proposals=proposals,
        permits=issued,
        money=known,
        released_items=queries.released_items(session, declaration),
        exits=queries.exits(session, declaration),
        audits=queries.audits(session, declaration),
        stocks=placed,
        went_on=links.after(session, declaration.mrn, by=by),
        events=_events(session, declaration, subjects, placed),
        until=waits.until(session, post, id),
    )


def _ids(*lists: Iterable[Any]) -> list[UUID]:
    return [one.id for of_kind in lists for one in of_kind]


def _money(session: Session, post: str, id: UUID) -> Money:
    return Money(
        money.assessments(session, post, id),
        money.payments(session, post, id),
        money.securities(session, post, id),
        money.refunds(session, post, id),
    )


def _proposals(session: Session, declaration: Declaration, requests: list[Amendment]) -> list[Proposal]:
    """Those about the declaration itself, and those about a request to amend or to invalidate it."""
    subjects = [declaration.id, *(r.id for r in requests)]
    rows = select(Proposal).where(Proposal.post == declaration.post, Proposal.subject.in_(subjects))
    return list(session.execute(rows.order_by(Proposal.proposed_at.desc())).scalars())


def _scans(
    session: Session, declaration: Declaration, declared: Declared, presented: list[PresentedDocument]
) -> dict[UUID, Scan]:
    """The scans of what is declared now and of what was handed in later, without their bytes."""
    papers = [*declared.documents, *(p for item in declared.items for p in item["documents"])]
    wanted = {UUID(p["attachment"]) for p in papers if p.get("attachment")}
    wanted |= {p.attachment for p in presented if p.attachment}
    if not wanted:
        return {}
    columns = (Attachment.id, Attachment.name, Attachment.media_type, Attachment.size, Attachment.sha256)
    rows = select(*columns).where(Attachment.post == declaration.post, Attachment.id.in_(wanted))
    return {row.id: Scan(*row) for row in session.execute(rows)}


#: Kinds of which every entry about the subjects belongs to the file.
_KINDS = (
    "declaration",
    "inspection",
    "proposal",
    "permit",
    "paper",
    "assessment",
    "payment",
    "security",
    "refund",
    "claim",
)
#: Kinds whose things outlive a declaration and serve many: only what this one did to them is told here.
_SHARED = ("exemption", "suspense")
#: Told of every payment of a day when it is closed, or of who sits over a file: nobody looks for it there.
_LEFT_OUT = ("payment.closed", "refund.closed", "claim.claimed", "claim.released", "claim.idle", "claim.decided")


def _events(session: Session, declaration: Declaration, subjects: list[UUID], placed: list[Stock]) -> list[Event]:
    post, id = declaration.post, declaration.id
    shared = {w.certificate_id for w in exemptions.written_off(session, post, id)}
    shared |= {w.stock_id for w in stocks.written_off(session, post, id)} - {s.id for s in placed}
    about = [str(subject) for subject in (*subjects, *(s.id for s in placed))]
    ours = or_(JournalEntry.subject.in_(about), JournalEntry.after["declaration"].astext == str(id))
    entries = session.execute(
        select(JournalEntry, Person.name)
        .outerjoin(Person, Person.id == JournalEntry.person)
        .where(
            JournalEntry.post == post,
            JournalEntry.kind.in_((*_KINDS, *_SHARED)),
            JournalEntry.subject.in_([*about, *map(str, sorted(shared))]),
            JournalEntry.event.not_in(_LEFT_OUT),
            ours,
        )
        .order_by(JournalEntry.number)
    )
    return [Event(entry, name or "") for entry, name in entries]
