"""Goods that did not arrive: enquiry, answers, recovery."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden
from app.core.text import _
from app.transit import queries
from app.transit.commands import AnswerEnquiry, CloseEnquiry, OpenEnquiry, SettleRecovery, StartRecovery
from app.transit.course import advance
from app.transit.lifecycle import Action, EnquiryOutcome
from app.transit.models import Movement, TransitAnswer, TransitEnquiry, TransitRecovery
from app.transit.operations.noting import barred, must_allow, must_be_said, note, refuse

#: How long holder and office of destination have to answer, where nothing is said.
ANSWER_WITHIN = dt.timedelta(days=28)
ANSWERS = ("under-way", "arrived", "returned", "lost", "unknown")


def open_enquiry(
    session: Session, movement: Movement, command: OpenEnquiry, at: dt.datetime, *, by: Actor, role: str
) -> TransitEnquiry:
    """Begins the search for the goods of a locked movement; the node does it a day after the limit."""
    must_allow(movement, Action.OPEN_ENQUIRY)
    reason = must_be_said(command.reason, "/reason", "enquiry.reason", _("Say why."))
    answer_by = command.answer_by or at + ANSWER_WITHIN
    if answer_by <= at:
        raise refuse("/answer_by", "limit.past", _("This moment is past. Give time to answer."))
    enquiry = TransitEnquiry(
        post=movement.post,
        movement_id=movement.id,
        number=len(queries.enquiries(session, movement)) + 1,
        reason=reason,
        opened_by=by.person,
        opened_name=by.name,
        opened_at=at,
        answer_by=answer_by,
    )
    session.add(enquiry)
    before = advance(session, movement, Action.OPEN_ENQUIRY, at)
    after = {"number": enquiry.number, "answer_by": answer_by}
    note(
        session, movement, "enquiry-opened", by=by, office=command.office, before=before, after=after,
        reason=reason, role=role,
    )  # fmt: skip
    return enquiry


def current(session: Session, movement: Movement) -> TransitEnquiry:
    """The enquiry that is open; raises `WrongState` where there is none."""
    rows = [row for row in queries.enquiries(session, movement) if row.outcome is None]
    if not rows:
        raise barred("enquiry.none", _("No enquiry is open about this movement."))
    return rows[-1]


def answer_enquiry(
    session: Session,
    movement: Movement,
    command: AnswerEnquiry,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    answered_for: str,
) -> TransitAnswer:
    """What the holder or an office knows of goods that are looked for. `answered_for`: the firm or the office."""
    must_allow(movement, Action.ANSWER_ENQUIRY)
    enquiry = current(session, movement)
    if command.says not in ANSWERS:
        raise refuse("/says", "enquiry.says", _("Choose what you know of the goods."))
    text = must_be_said(command.text, "/text", "enquiry.text", _("Tell what you know."))
    told = [row for row in queries.answers(session, movement) if row.enquiry == enquiry.number]
    row = TransitAnswer(
        post=movement.post,
        movement_id=movement.id,
        enquiry=enquiry.number,
        place=len(told) + 1,
        says=command.says,
        text=text,
        answered_for=answered_for,
        evidence=[str(each) for each in command.evidence],
        answered_by=by.person,
        answered_name=by.name,
        answered_at=at,
    )
    session.add(row)
    before = advance(session, movement, Action.ANSWER_ENQUIRY, at)
    after = {"number": enquiry.number, "says": row.says, "for": answered_for}
    note(
        session, movement, "enquiry-answered", by=by, office=command.office or "", before=before, after=after,
        reason=text, role=role,
    )  # fmt: skip
    return row


def close_enquiry(
    session: Session, movement: Movement, command: CloseEnquiry, at: dt.datetime, *, by: Actor, role: str
) -> TransitEnquiry:
    """Ends the search. `under-way` sends the goods on; `proof-accepted` and `recovery` leave the movement where it is,
    for discharge or recovery; `arrived` waits for the arrival."""
    must_allow(movement, Action.CLOSE_ENQUIRY)
    enquiry = current(session, movement)
    if command.outcome not in tuple(EnquiryOutcome):
        raise refuse("/outcome", "enquiry.outcome", _("Choose how the enquiry ended."))
    reason = must_be_said(command.reason, "/reason", "enquiry.closing", _("Say why."))
    going_on = command.outcome == EnquiryOutcome.UNDER_WAY
    if going_on and (command.limit_at is None or command.limit_at <= at):
        raise refuse(
            "/limit_at", "limit.past", _("Give a new limit that can be kept, or the search would begin again.")
        )
    enquiry.outcome, enquiry.closing = command.outcome, reason
    enquiry.closed_by, enquiry.closed_name, enquiry.closed_at = by.person, by.name, at
    before: dict[str, Any] = {"status": movement.status}
    if going_on:
        before |= {"limit_at": movement.limit_at}
        movement.limit_at = command.limit_at
        before |= advance(session, movement, Action.CLOSE_ENQUIRY, at)
    else:
        movement.changed_at = at
        session.flush()
    after = {"number": enquiry.number, "outcome": enquiry.outcome}
    if going_on:
        after |= {"limit_at": movement.limit_at}
    note(
        session, movement, "enquiry-closed", by=by, office=command.office, before=before, after=after,
        reason=reason, role=role,
    )  # fmt: skip
    return enquiry


def end_search(
    session: Session, movement: Movement, outcome: EnquiryOutcome, closing: str, at: dt.datetime, *, by: Actor
) -> int | None:
    """A search that is still open ends with the arrival or the recovery, and its number is told: the next one, on the
    way to a further destination, is another."""
    row = next((each for each in queries.enquiries(session, movement) if each.outcome is None), None)
    if row is None:
        return None
    row.outcome, row.closing = outcome.value, closing
    row.closed_by, row.closed_name, row.closed_at = by.person, by.name, at
    return row.number


def start_recovery(
    session: Session, movement: Movement, command: StartRecovery, at: dt.datetime, *, by: Actor, role: str
) -> TransitRecovery:
    """What is asked of holder and guarantor for the goods of a locked movement."""
    must_allow(movement, Action.START_RECOVERY)
    reason = must_be_said(command.reason, "/reason", "recovery.reason", _("Say why."))
    if not command.amount.is_finite() or command.amount <= 0:
        raise refuse("/amount", "range", _("The amount must be more than 0."))
    recovery = TransitRecovery(
        post=movement.post,
        movement_id=movement.id,
        amount=command.amount,
        currency=command.currency,
        reason=reason,
        started_by=by.person,
        started_name=by.name,
        started_at=at,
    )
    session.add(recovery)
    closed = end_search(session, movement, EnquiryOutcome.RECOVERY, reason, at, by=by)
    before = advance(session, movement, Action.START_RECOVERY, at)
    after: dict[str, Any] = {"amount": command.amount, "currency": command.currency}
    if closed is not None:
        after["enquiry"] = closed
    note(
        session, movement, "recovery-started", by=by, office=command.office, before=before, after=after,
        reason=reason, role=role,
    )  # fmt: skip
    return recovery


def recovery_to_settle(session: Session, movement: Movement, *, by: Actor) -> TransitRecovery:
    """What is asked for the goods of a locked movement and not paid yet. Raises `Forbidden` for who started it."""
    recovery = queries.recovery(session, movement)
    if recovery is None:
        raise barred("recovery.none", _("No recovery was started for this movement."))
    if recovery.settled_at is not None:
        raise barred("recovery.settled", _("The recovery is settled already."))
    if recovery.started_by == by.person:
        raise Forbidden(_("You started this recovery yourself. Another person must settle it."))
    return recovery


def settle_recovery(
    session: Session,
    movement: Movement,
    command: SettleRecovery,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    by_guarantor: Decimal | None = None,
) -> TransitRecovery:
    """How the recovery of a locked movement was paid; told by another person than who started it. `by_guarantor` is what
    the guarantors paid of it, in its currency; where that is less, the holder owes the rest."""
    recovery = recovery_to_settle(session, movement, by=by)
    paid_as = must_be_said(command.paid_as, "/paid_as", "recovery.paid-as", _("Say how it was paid: receipt or claim."))
    recovery.paid_as, recovery.by_guarantor = paid_as, by_guarantor
    recovery.settled_by, recovery.settled_name, recovery.settled_at = by.person, by.name, at
    movement.changed_at = at
    session.flush()
    after: dict[str, Any] = {"paid_as": paid_as}
    if by_guarantor is not None:
        owed = recovery.still_owed
        after |= {"by_guarantor": by_guarantor, "still_owed": owed, "currency": recovery.currency}
    note(session, movement, "recovery-settled", by=by, office=command.office, after=after, role=role)
    return recovery
