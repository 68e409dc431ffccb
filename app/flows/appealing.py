"""A firm appeals, somebody who had no hand in it answers, and what was decided is taken back by two persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.appeals import operations as appeals
from app.appeals import queries
from app.appeals.commands import Admit, Answer, Lodge, Subject, Target
from app.appeals.lifecycle import Against
from app.appeals.models import Appeal
from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries as declared
from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Declaration
from app.flows import detaining, holding, settling
from app.flows.parameters import at_post
from app.inspections import queries as inspected
from app.inspections.models import Inspection
from app.offences import queries as offences
from app.offences.commands import Detain
from app.offences.commands import Subject as Goods
from app.offences.lifecycle import How
from app.payments import queries as owed
from app.reference.queries import codebook
from app.transit import queries as moved
from app.transit.models import Movement

RECONSIDER = "decision.reconsider"
#: Decisions that are against the firm.
ADVERSE = ("hold", "refuse", "seize", "return", "destroy", "reject", "release-with-correction")
#: Where the parameters are not set.
TERM_DAYS = 30
#: Nobody has decided yet, of declarations and of movements.
_UNDECIDED = frozenset(("prelodged", "lodged", "selected", "under_control", "queried", "arrived", "unloading"))
Concerned = Declaration | Movement


@dataclass(frozen=True, slots=True)
class Of:
    """What is appealed about, with its goods as offences see them."""

    record: Concerned
    subject: Subject
    goods: Goods


def about(session: Session, reference: str, *, by: Actor, lock: bool = False) -> Of:
    """The declaration or movement of this reference, for who may see it; `NotFound` for others."""
    try:
        found = (declared.locked if lock else declared.find)(session, reference, by=by)
    except NotFound:
        return _of_movement((moved.locked if lock else moved.find)(session, reference, by=by))
    subject = Subject(found.post, found.reference, found.mrn or "", found.party, declaration_id=found.id)
    return Of(found, subject, detaining.subject_of(session, found))


def _of_movement(found: Movement) -> Of:
    subject = Subject(found.post, found.reference, found.mrn or "", found.party, movement_id=found.id)
    goods = Goods(
        found.post, found.reference, found.mrn or "", found.party, movement_post=found.post, movement_id=found.id
    )
    return Of(found, subject, goods)


def term(session: Session, post: str, name: str, at: dt.datetime) -> dt.timedelta:
    """A term as its parameter had it on the day."""
    codes = codebook(session)
    said = at_post(codes, name, post, codes.day_at(post, at))
    return dt.timedelta(days=said.value if said else TERM_DAYS)


def targets(session: Session, of: Of) -> list[Target]:
    """Everything that may be appealed against, newest first; the term runs from its day, by the parameter of that day."""
    found = [*_held(session, of), *_found(session, of)]
    if isinstance(of.record, Declaration):
        found += _decided(session, of.record)
    made = [
        Target(against, id, at, at + term(session, of.subject.post, "appeal-days", at)) for against, id, at in found
    ]
    return sorted(made, key=lambda target: target.at, reverse=True)


Made = tuple[str, UUID, dt.datetime]


def _held(session: Session, of: Of) -> Iterable[Made]:
    yield from ((Against.DETENTION.value, row.id, row.at) for row in offences.detentions(session, of.goods))
    yield from ((Against.SEIZURE.value, row.id, row.at) for row in offences.seizures(session, of.goods))


def _found(session: Session, of: Of) -> Iterable[Made]:
    """Findings, once something was decided upon them: before that the firm is not told of them."""
    if of.record.status in _UNDECIDED:
        return
    for look in _looks(session, of):
        if look.concluded_at is not None and look.conclusion not in (None, "conform"):
            yield Against.FINDINGS.value, look.id, look.concluded_at


def _looks(session: Session, of: Of) -> list[Inspection]:
    if isinstance(of.record, Declaration):
        return inspected.of_declaration(session, of.record.post, of.record.id)
    return inspected.of_movement(session, of.record.post, of.record.id)


def _decided(session: Session, declaration: Declaration) -> Iterable[Made]:
    for decision in declared.decisions(session, declaration):
        if decision.decision in ADVERSE:
            yield Against.DECISION.value, decision.id, decision.at
    for made in owed.assessments(session, declaration.post, declaration.id):
        yield Against.ASSESSMENT.value, made.id, made.made_at


def lodge(session: Session, reference: str, command: Lodge, *, by: Actor) -> Appeal:
    """The firm appeals against the newest of a kind, or the one that is named."""
    by.need_scope("write")
    of = about(session, reference, by=by, lock=True)
    if of.subject.party not in by.parties(of.subject.post):
        raise Forbidden(_("You do not act for {party}.", party=of.subject.party))
    known = [target for target in targets(session, of) if target.against == command.against]
    wanted = [target for target in known if command.of in ("", str(target.id))]
    if not wanted:
        message = _("There is nothing of this kind to appeal against here.")
        raise Invalid(findings=[Finding("/of" if command.of else "/against", "appeal.target", message)])
    at = now(session)
    due = at + term(session, of.subject.post, "appeal-answer-days", at)
    return appeals.lodge(session, of.subject, wanted[0], command, at, due, by=by)


def withdraw(session: Session, id: UUID, *, by: Actor) -> Appeal:
    """The firm takes its appeal back."""
    by.need_scope("write")
    appeal, _of = _opened(session, id, by=by)
    return appeals.withdraw(session, appeal, now(session), by=by)


def admit(session: Session, id: UUID, command: Admit, *, by: Actor) -> Appeal:
    """Whether it is looked into."""
    by.need_scope("decide")
    appeal, of = _opened(session, id, by=by)
    return appeals.admit(session, appeal, command, involved(session, of), now(session), by=by)


def answer(session: Session, id: UUID, command: Answer, *, by: Actor) -> Appeal:
    """Answers it; where the decision shall be taken back, that is proposed to a second person at once."""
    by.need_scope("decide")
    appeal, of = _opened(session, id, by=by)
    at = now(session)
    if command.reconsider:
        _must_be_taken_back(of)
    appeals.answer(session, appeal, command, involved(session, of), at, by=by)
    if command.reconsider:
        payload = {"appeal": str(appeal.id), "number": appeal.number, "from": of.record.status}
        wish = approvals.Propose(
            of.subject.post, RECONSIDER, of.record.id, of.subject.reference, payload, command.answer
        )
        proposal = approvals.propose(session, wish, by=by, role="supervisor")
        appeals.asked_back(session, appeal, proposal.id, at, by=by)
    return appeal


def _must_be_taken_back(of: Of) -> None:
    record = of.record
    if isinstance(record, Declaration) and LIFE.allows(Status(record.status), Action.RECONSIDER):
        return
    message = _("There is no decision that can be taken back now. Answer without it, and say what is done instead.")
    raise Invalid(findings=[Finding("/reconsider", "appeal.reconsider", message)])


def _opened(session: Session, id: UUID, *, by: Actor) -> tuple[Appeal, Of]:
    """The appeal with what it is about, that locked first."""
    seen = queries.find(session, id, by=by)
    of = about(session, seen.reference, by=by, lock=True)
    return queries.find(session, id, by=by, lock=True), of


def involved(session: Session, of: Of) -> frozenset[UUID]:
    """Everybody who inspected, decided, held or seized."""
    found: set[UUID | None] = {look.concluded_by for look in _looks(session, of)}
    found |= {row.person for row in offences.seizures(session, of.goods)}
    for row in offences.detentions(session, of.goods):
        found |= {row.person, row.extended_by}
    if isinstance(of.record, Declaration):
        found |= {decision.person for decision in declared.decisions(session, of.record)}
    return frozenset(person for person in found if person is not None)


def enact(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved reconsideration does: what was seized or refused is held again, what was held waits for an officer;
    what is owed for it is calculated anew. The second person had no hand in the decision either."""
    said = approvals.must_be_approved(proposal, RECONSIDER, by=by)
    of = about(session, declaration.reference, by=by)
    if by.person in involved(session, of):
        raise Forbidden(
            _("You inspected or decided yourself what this appeal is against. Another person must answer it.")
        )
    at, before = now(session), declaration.status
    if before != said["from"]:
        raise Invalid(findings=[Finding("", "appeal.overtaken", _("Something else was decided after the proposal."))])
    declarations.reconsider(
        session, declaration, proposal.reason, at, by=by, role="supervisor", appeal=said["number"], proposal=proposal.id
    )
    if before == Status.DETAINED:
        detaining.ended(session, declaration, How.APPEAL, at, by=by, role="supervisor")
        return
    holding.lock_earlier(session, [declaration])
    settling.reassess(session, declaration, at, by=SYSTEM)
    detaining.begun(session, of.goods, Detain(proposal.reason), at, by=by)
