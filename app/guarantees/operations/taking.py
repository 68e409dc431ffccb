"""What movements take of guarantees: reserved at the release, held while goods are looked for, given back or claimed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.guarantees import queries, rules
from app.guarantees.commands import Subject
from app.guarantees.lifecycle import Take, Taken
from app.guarantees.models import Guarantee, GuaranteeReservation
from app.guarantees.operations.noting import (
    APPROVING,
    CENT,
    CLAIMED,
    HELD,
    RELEASE,
    RESERVED,
    must_not_be_his,
    note_taken,
    post_transfer,
)

_NOTHING = Decimal("0.00")
_STANDS = {Taken.RESERVED: RESERVED, Taken.HELD: HELD}
#: Where each step posts the whole amount to; None is the account of the guarantee itself.
_GOES: dict[Take, str | None] = {Take.HOLD: HELD, Take.UNHOLD: RESERVED, Take.CREDIT: None}


def reserve(
    session: Session, subject: Subject, wanted: Mapping[str, Decimal], places: Mapping[str, int], *, by: Actor
) -> list[GuaranteeReservation]:
    """Takes amounts (in each guarantee's own currency, by GRN) for a movement that is released. The rows are locked in
    the order of the numbers, so movements that name the same guarantees wait for each other and never cross.

    Raises `Invalid` (G09) where less is left; then nothing is taken.
    """
    known = queries.by_grn(session, wanted.keys())
    guarantees = queries.locked_by_id(session, [each.id for each in known.values()])
    found, taken = [], []
    for guarantee in guarantees:
        amount = wanted[guarantee.grn].quantize(CENT)
        left = queries.left(session, guarantee, lock=True)
        if amount > left:
            found.append(rules.not_enough(places.get(guarantee.grn, 0), amount, left, guarantee.currency))
        elif amount > 0:
            taken.append((guarantee, amount))
    if found:
        raise Invalid(findings=found)
    return [_take(session, subject, guarantee, amount, by=by) for guarantee, amount in taken]


def _take(
    session: Session, subject: Subject, guarantee: Guarantee, amount: Decimal, *, by: Actor
) -> GuaranteeReservation:
    reservation = GuaranteeReservation(
        post=guarantee.post,
        id=uuid7(),
        guarantee_id=guarantee.id,
        movement_post=subject.post,
        movement_id=subject.id,
        mrn=subject.mrn,
        amount=amount,
        currency=guarantee.currency,
        status=Taken.RESERVED.value,
        reserved_at=now(session),
        reserved_by=by.person,
    )
    session.add(reservation)
    session.flush()
    post_transfer(session, guarantee, reservation, guarantee.account, RESERVED, amount, "reserve", by=by)
    note_taken(session, guarantee, reservation, "reserved", by=by)
    return reservation


def hold(session: Session, subject: Subject, *, by: Actor) -> list[GuaranteeReservation]:
    """While goods are looked for nothing is given back, not even by hand."""
    return _step(session, subject, Take.HOLD, by=by)


def unhold(session: Session, subject: Subject, *, by: Actor) -> list[GuaranteeReservation]:
    """The goods are still under way after all."""
    return _step(session, subject, Take.UNHOLD, by=by)


def credit(session: Session, subject: Subject, *, by: Actor) -> list[GuaranteeReservation]:
    """The movement ended as it should: what it took is left again."""
    return _step(session, subject, Take.CREDIT, by=by)


def claim(
    session: Session, subject: Subject, amounts: Mapping[str, Decimal], *, by: Actor
) -> list[GuaranteeReservation]:
    """The guarantors pay these amounts (in each guarantee's own currency, by GRN) of what the movement took; all the
    rest is given back. An amount that is more than was taken claims the whole of it."""
    done = []
    for reservation, guarantee in queries.taken_now(session, subject.id):
        part = min(amounts.get(guarantee.grn, _NOTHING).quantize(CENT), reservation.amount)
        if part > 0:
            _claimed(session, reservation, guarantee, part, by=by)
        else:
            _moved(session, reservation, guarantee, Take.CREDIT, by=by)
        done.append(reservation)
    return done


def _claimed(
    session: Session, reservation: GuaranteeReservation, guarantee: Guarantee, part: Decimal, *, by: Actor
) -> None:
    """A part of what was taken goes to the claims, and the rest back to the guarantee."""
    stands, rest, at = _STANDS[Taken(reservation.status)], reservation.amount - part, now(session)
    if rest > 0:
        queries.left(session, guarantee, lock=True)
    reservation.move(Take.CLAIM)
    reservation.claimed, reservation.ended_at = part, at
    session.flush()
    post_transfer(session, guarantee, reservation, stands, CLAIMED, part, "claim", by=by)
    if rest > 0:
        post_transfer(session, guarantee, reservation, stands, guarantee.account, rest, "credit", by=by)
    note_taken(session, guarantee, reservation, "claimed", by=by)


def _step(session: Session, subject: Subject, take: Take, *, by: Actor) -> list[GuaranteeReservation]:
    rows = queries.taken_now(session, subject.id)
    return [reservation for reservation, of in rows if _moved(session, reservation, of, take, by=by)]


def _moved(session: Session, reservation: GuaranteeReservation, guarantee: Guarantee, take: Take, *, by: Actor) -> bool:
    """The whole of an open amount takes a step; False where it stands there already."""
    at, stands, goes = now(session), _STANDS[Taken(reservation.status)], _GOES[take] or guarantee.account
    if stands == goes:
        return False
    if goes == guarantee.account:
        queries.left(session, guarantee, lock=True)
    reservation.move(take)
    if take is Take.CREDIT:
        reservation.ended_at = at
    session.flush()
    post_transfer(session, guarantee, reservation, stands, goes, reservation.amount, take.value, by=by)
    note_taken(session, guarantee, reservation, reservation.status, by=by)
    return True


def propose_release(session: Session, grn: str, movement_id: UUID, reason: str, *, by: Actor) -> Proposal:
    """Asks a second person to give back by hand what a movement took."""
    by.need_scope("decide")
    guarantee = queries.locked(session, grn, by=by)
    role = by.need(APPROVING, guarantee.post).role
    reservation = _open_one(session, guarantee, movement_id)
    payload = {
        "grn": guarantee.grn,
        "movement": str(movement_id),
        "mrn": reservation.mrn,
        "amount": f"{reservation.amount:f}",
        "currency": reservation.currency,
    }
    wish = approvals.Propose(guarantee.post, RELEASE, reservation.id, guarantee.grn, payload, reason)
    return approvals.propose(session, wish, by=by, role=role)


def _open_one(session: Session, guarantee: Guarantee, movement_id: UUID) -> GuaranteeReservation:
    reservation = queries.open_of(session, guarantee, movement_id)
    if reservation is None:
        raise NotFound()
    if reservation.status == Taken.HELD.value:
        raise WrongState(_("The goods are looked for: nothing is given back until the enquiry ends."))
    return reservation


def enact_release(session: Session, proposal: Proposal, *, by: Actor) -> GuaranteeReservation:
    """What an approved release by hand does; the database refuses one by a single person."""
    guarantee = queries.locked(session, str(proposal.payload["grn"]), by=by)
    must_not_be_his(guarantee, by)
    reservation = _open_one(session, guarantee, UUID(str(proposal.payload["movement"])))
    queries.left(session, guarantee, lock=True)
    at = now(session)
    reservation.released_wish_by, reservation.released_by = proposal.proposed_by, by.person
    reservation.released_reason = proposal.reason
    reservation.move(Take.CREDIT)
    reservation.ended_at = at
    session.flush()
    post_transfer(session, guarantee, reservation, RESERVED, guarantee.account, reservation.amount, "credit", by=by)
    note_taken(session, guarantee, reservation, "released-by-hand", by=by, reason=proposal.reason)
    return reservation
