"""The verbs of an appeal. Who is let in to answer is asked with `involved`: those who inspected, decided or seized."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.appeals.commands import Admit, Answer, Lodge, Subject, Target
from app.appeals.lifecycle import ANSWERS, OPEN, Action, Status
from app.appeals.models import Appeal
from app.attachments.models import Attachment
from app.core import journal, numbering, outbox
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import Text, _

KIND = "appeal"
SERIES = "AP"
ANSWERING = ("supervisor",)
MOST_FILES = 20


def lodge(
    session: Session,
    subject: Subject,
    target: Target,
    command: Lodge,
    at: dt.datetime,
    answer_due: dt.datetime,
    *,
    by: Actor,
) -> Appeal:
    """A firm (or who has its mandate) appeals. One that is late is taken, with the reason for it; whether it is admissible
    is decided then."""
    if subject.party not in by.parties(subject.post):
        raise Forbidden(_("You do not act for {party}.", party=subject.party))
    late = at > target.until
    _must_be_whole(command, late, target.until)
    _must_be_own(session, subject, command.attachments)
    same = select(Appeal.number).where(
        Appeal.post == subject.post,
        Appeal.against == target.against,
        Appeal.target == target.id,
        Appeal.status.in_([s.value for s in OPEN]),
    )
    waiting = session.execute(same).scalar_one_or_none()
    if waiting is not None:
        raise WrongState(
            _("Appeal {number} about this waits for its answer already.", number=waiting), facts={"number": waiting}
        )
    drawn = numbering.draw(session, subject.post, SERIES)  # the post's own row: the last lock
    row = Appeal(
        post=subject.post,
        id=uuid7(),
        declaration_id=subject.declaration_id,
        movement_id=subject.movement_id,
        reference=subject.reference,
        mrn=subject.mrn,
        party=subject.party,
        number=numbering.official_number(subject.post, drawn.year, drawn.number, SERIES),
        against=target.against,
        target=target.id,
        target_at=target.at,
        grounds=command.grounds.strip(),
        wanted=command.wanted.strip(),
        lodge_until=target.until,
        late=late,
        late_reason=command.late_reason.strip() if late else "",
        attachments=list(command.attachments),
        status=Status.LODGED.value,
        lodged_by=by.person,
        lodged_name=by.name,
        lodged_at=at,
        answer_due=answer_due,
    )
    session.add(row)
    session.flush()
    after = {
        "reference": row.reference,
        "declaration": row.declaration_id,
        "movement": row.movement_id,
        "number": row.number,
        "against": row.against,
        "target": row.target,
        "late": row.late,
        "grounds": row.grounds,
        "attachments": row.attachments,
    }
    _note(session, row, "lodged", at, by=by, role="trader", after=after, reason=row.late_reason)
    return row


def _must_be_whole(command: Lodge, late: bool, until: dt.datetime) -> None:
    found = []
    if not command.grounds.strip():
        found.append(Finding("/grounds", "appeal.grounds", _("Say why you appeal.")))
    elif len(command.grounds.strip()) > 8000:
        found.append(Finding("/grounds", "length", _("Too long: at most {most} characters.", most=8000)))
    if late and not command.late_reason.strip():
        message = _("The term ended on {day}. Say why the appeal comes late.", day=until.date().isoformat())
        found.append(Finding("/late_reason", "appeal.late", message))
    if len(command.attachments) > MOST_FILES:
        found.append(Finding("/attachments", "length", _("Name at most {most} files.", most=MOST_FILES)))
    if found:
        raise Invalid(findings=found)


def _must_be_own(session: Session, subject: Subject, files: Collection[UUID]) -> None:
    """Only what the firm itself has handed in is enclosed."""
    if not files:
        return
    rows = select(Attachment.id).where(
        Attachment.post == subject.post, Attachment.id.in_(files), Attachment.party == subject.party
    )
    if set(session.execute(rows).scalars()) != set(files):
        message = _("One of these files is not your firm's. Upload it first, and name its id.")
        raise Invalid(findings=[Finding("/attachments", "appeal.attachment", message)])


def withdraw(session: Session, row: Appeal, at: dt.datetime, *, by: Actor) -> Appeal:
    """The firm does not want it answered any more."""
    if row.party not in by.parties(row.post):
        raise Forbidden(_("You do not act for {party}.", party=row.party))
    before = {"status": row.status}
    row.move(Action.WITHDRAW)
    row.withdrawn_at = at
    session.flush()
    _note(session, row, "withdrawn", at, by=by, role="trader", before=before)
    return row


def admit(
    session: Session, row: Appeal, command: Admit, involved: Collection[UUID], at: dt.datetime, *, by: Actor
) -> Appeal:
    """Looks whether it can be answered: in time or excusably late, by the right firm. Who refuses says why."""
    role = _must_be_another(row, involved, by=by)
    if not command.accepted and not command.reason.strip():
        raise _one("/reason", "appeal.reason", _("Say why it is not admissible."))
    before = {"status": row.status}
    row.move(Action.ACCEPT if command.accepted else Action.REFUSE)
    row.admitted_by, row.admitted_name, row.admitted_at = by.person, by.name, at
    row.admitted_reason = command.reason.strip() or None
    session.flush()
    event = "accepted" if command.accepted else "refused"
    _note(session, row, event, at, by=by, role=role, before=before, reason=command.reason.strip())
    return row


def answer(
    session: Session, row: Appeal, command: Answer, involved: Collection[UUID], at: dt.datetime, *, by: Actor
) -> Appeal:
    """Answers it, with reasons, for whoever had no hand in what it is against."""
    role = _must_be_another(row, involved, by=by)
    known = {action.value: action for action in ANSWERS}
    if command.outcome not in known:
        raise _one("/outcome", "appeal.outcome", _("Choose one of: {choices}.", choices=", ".join(known)))
    if not command.answer.strip():
        raise _one("/answer", "appeal.answer", _("Answer with reasons: the firm will read it."))
    if command.reconsider and command.outcome == Action.REJECT:
        raise _one("/reconsider", "appeal.reconsider", _("An appeal that is rejected takes nothing back."))
    before = {"status": row.status}
    row.move(known[command.outcome])
    row.answered_by, row.answered_name, row.answered_at = by.person, by.name, at
    row.answer = command.answer.strip()
    session.flush()
    _note(
        session,
        row,
        "answered",
        at,
        by=by,
        role=role,
        before=before,
        after={"answer": row.answer},
        reason=row.answer[:2000],
    )
    return row


def asked_back(session: Session, row: Appeal, proposal: UUID, at: dt.datetime, *, by: Actor) -> None:
    """Keeps which proposal asks for the decision to be taken back."""
    row.proposal = proposal
    session.flush()
    _note(session, row, "reconsideration-proposed", at, by=by, role="supervisor", after={"proposal": proposal})


def _must_be_another(row: Appeal, involved: Collection[UUID], *, by: Actor) -> str:
    role = by.need(ANSWERING, row.post).role
    if by.person == row.lodged_by or row.party in by.parties(row.post):
        raise Forbidden(_("You act for {party} yourself. Another person must do this.", party=row.party))
    if by.person in involved:
        raise Forbidden(
            _("You inspected or decided yourself what this appeal is against. Another person must answer it.")
        )
    return role


def _one(pointer: str, rule: str, message: Text) -> Invalid:
    return Invalid(findings=[Finding(pointer, rule, message)])


def _note(
    session: Session,
    row: Appeal,
    event: str,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    journal.record(
        session,
        by=by,
        event=f"{KIND}.{event}",
        kind=KIND,
        subject=row.id,
        post=row.post,
        before=before,
        after={"status": row.status, "version": row.version, **(after or {})},
        reason=reason,
        role=role,
    )
    payload = {
        "reference": row.reference,
        "mrn": row.mrn,
        "number": row.number,
        "status": row.status,
        "party": row.party,
    }
    outbox.put(session, post=row.post, topic=f"{KIND}.{event}", subject=row.id, payload=payload, at=at)
