"""Goods that did not arrive: enquiry, answers, recovery."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.flows.movements import claiming, evidence, securing
from app.guarantees import operations as guarantees
from app.transit import operations as transit
from app.transit.commands import AnswerEnquiry, CloseEnquiry, OpenEnquiry, SettleRecovery, StartRecovery
from app.transit.lifecycle import EnquiryOutcome, Office
from app.transit.models import Movement, TransitAnswer, TransitEnquiry, TransitRecovery

_DEPARTURE = (Office.DEPARTURE,)


def open_enquiry(session: Session, command: OpenEnquiry, *, by: Actor) -> tuple[Movement, TransitEnquiry]:
    """Begins the search; from now on nothing of the guarantee is given back, not even by hand."""
    movement, role = _opened(session, command, by=by)
    enquiry = transit.open_enquiry(session, movement, command, now(session), by=by, role=role)
    guarantees.hold(session, securing.subject(movement), by=by)
    return movement, enquiry


def answer_enquiry(session: Session, command: AnswerEnquiry, *, by: Actor) -> tuple[Movement, TransitAnswer]:
    """The holder answers, or an office that had a part in the movement."""
    at = now(session)
    if command.office is None:
        movement, role = transit.for_holder(session, command.reference, command.version, by=by), "trader"
        answered_for = movement.party
    else:
        movement, role = transit.at_office(
            session, command.reference, command.office, command.version, by=by, roles=transit.WATCHING
        )
        answered_for = command.office
    evidence.must_be_there(session, movement, command.office, command.evidence)
    answer = transit.answer_enquiry(session, movement, command, at, by=by, role=role, answered_for=answered_for)
    return movement, answer


def close_enquiry(session: Session, command: CloseEnquiry, *, by: Actor) -> tuple[Movement, TransitEnquiry]:
    """Ends the search. Goods that are still under way keep their guarantee held no longer."""
    movement, role = _opened(session, command, by=by)
    enquiry = transit.close_enquiry(session, movement, command, now(session), by=by, role=role)
    if command.outcome == EnquiryOutcome.UNDER_WAY:
        guarantees.unhold(session, securing.subject(movement), by=by)
    return movement, enquiry


def start_recovery(session: Session, command: StartRecovery, *, by: Actor) -> tuple[Movement, TransitRecovery]:
    """What is asked of holder and guarantor; by the office of departure, or of destination for what it found."""
    movement, role = transit.at_office(
        session,
        command.reference,
        command.office,
        command.version,
        by=by,
        parts=(Office.DEPARTURE, Office.DESTINATION),
    )
    recovery = transit.start_recovery(session, movement, command, now(session), by=by, role=role)
    guarantees.hold(session, securing.subject(movement), by=by)
    return movement, recovery


def settle_recovery(session: Session, command: SettleRecovery, *, by: Actor) -> tuple[Movement, TransitRecovery]:
    """It was paid: by the guarantors, then what they paid of what the movement took does not come back and the rest does
    at once; or by the holder, then all of it comes back when the movement is discharged."""
    movement, role = _opened(session, command, by=by)
    at, recovery = now(session), transit.recovery_to_settle(session, movement, by=by)
    paid = claiming.claim(session, movement, recovery, at, by=by) if command.by_guarantor else None
    recovery = transit.settle_recovery(session, movement, command, at, by=by, role=role, by_guarantor=paid)
    return movement, recovery


def _opened(session: Session, command: Any, *, by: Actor) -> tuple[Movement, str]:
    return transit.at_office(session, command.reference, command.office, command.version, by=by, parts=_DEPARTURE)
