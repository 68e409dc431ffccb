"""The verbs of a guarantee: registered and approved by two persons, reserved, held, given back, claimed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal, numbering, outbox
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.guarantees import queries, rules
from app.guarantees.commands import (
    AddAccessCode,
    ChangeLimit,
    Named,
    RegisterGuarantee,
    RevokeAccessCode,
    SettleGuarantee,
    Subject,
    Use,
)
from app.guarantees.lifecycle import OPEN, Action, Status, Take, Taken, Type
from app.guarantees.models import Guarantee, GuaranteeAccessCode, GuaranteeReservation
from app.ledger import operations as ledger
from app.ledger.commands import Transfer

KIND = "guarantee"
SERIES = "GRN"
#: Who enters a guarantee, and who approves one.
REGISTERING = ("officer", "supervisor", "administrator")
APPROVING = ("supervisor", "administrator")
CHANGE, RELEASE = "guarantee.change-limit", "guarantee.release"
PLEDGED, RESERVED, HELD, CLAIMED = "transit:pledged", "transit:reserved", "transit:held", "transit:claimed"
_STANDS = {Taken.RESERVED: RESERVED, Taken.HELD: HELD}
_CENT = Decimal("0.01")


def register(session: Session, command: RegisterGuarantee, *, by: Actor) -> Guarantee:
    """Enters a guarantee; it is good for nothing until a second person has approved it."""
    by.need_scope("decide")
    role = by.need(REGISTERING, command.post).role
    found = rules.findings(command)
    if found:
        raise Invalid(findings=found)
    number = command.grn or _number(session, command.post)
    guarantee = _made(session, command, number, Status.WAITING, by)
    _note(session, guarantee, "registered", by=by, role=role, after=_words(guarantee))
    return guarantee


def _number(session: Session, post: str) -> str:
    year, number, _at = numbering.draw(session, post, SERIES)
    return rules.grn(post[:2], year, f"{post[2:]}{number:09d}")


def _made(
    session: Session, command: RegisterGuarantee, number: str, status: Status, by: Actor, **decided: Any
) -> Guarantee:
    guarantee = Guarantee(
        post=command.post,
        id=uuid7(),
        grn=number,
        type=command.type,
        level=command.level,
        holder=command.holder.strip(),
        guarantor=command.guarantor.strip(),
        guarantor_name=command.guarantor_name.strip(),
        amount=command.amount.quantize(_CENT),
        currency=command.currency,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        not_valid_for=list(command.not_valid_for),
        commodities=list(command.commodities),
        source=command.source.strip(),
        status=status.value,
        version=1,
        registered_by=by.person,
        registered_name=by.name,
        registered_at=now(session),
        **decided,
    )
    try:
        with session.begin_nested():
            session.add(guarantee)
    except IntegrityError as error:
        message = _("A guarantee with the number {grn} is registered already.", grn=number)
        raise Invalid(findings=[Finding("/grn", "guarantee.known", message)]) from error
    return guarantee


def settle(session: Session, command: SettleGuarantee, *, by: Actor) -> Guarantee:
    """A second person puts a guarantee in force, or refuses it. Raises `Forbidden` for who registered it."""
    by.need_scope("decide")
    guarantee = queries.locked(session, command.grn, by=by)
    role = by.need(APPROVING, guarantee.post).role
    if guarantee.registered_by == by.person:
        raise Forbidden(_("You registered this guarantee yourself. Another person must approve it."))
    reason = command.reason.strip()
    if not command.approve and not reason:
        raise Invalid(findings=[Finding("/reason", "guarantee.reason", _("Say why."))])
    before, at = {"status": guarantee.status}, now(session)
    guarantee.move(Action.APPROVE if command.approve else Action.REFUSE)
    guarantee.decided_by, guarantee.decided_name, guarantee.decided_at = by.person, by.name, at
    session.flush()
    if command.approve:
        _post(session, guarantee, None, PLEDGED, guarantee.account, guarantee.amount, "pledge", by=by)
    _note(
        session, guarantee, "approved" if command.approve else "refused", by=by, role=role, before=before, reason=reason
    )
    return guarantee


def suspend(session: Session, grn: str, reason: str, *, by: Actor) -> Guarantee:
    """Nothing more is taken of it until it is resumed; what was taken stays taken."""
    return _moved(session, grn, Action.SUSPEND, reason, "suspended", by)


def resume(session: Session, grn: str, reason: str, *, by: Actor) -> Guarantee:
    return _moved(session, grn, Action.RESUME, reason, "resumed", by)


def revoke(session: Session, grn: str, reason: str, *, by: Actor) -> Guarantee:
    """Ends it for good. What is left goes off the books; what was taken before it still answers for."""
    guarantee = _moved(session, grn, Action.REVOKE, reason, "revoked", by)
    left = queries.left(session, guarantee, lock=True)
    if left > 0:
        _post(session, guarantee, None, guarantee.account, PLEDGED, left, "revoke", by=by)
    return guarantee


def _moved(session: Session, grn: str, action: Action, reason: str, event: str, by: Actor) -> Guarantee:
    by.need_scope("decide")
    guarantee = queries.locked(session, grn, by=by)
    role = by.need(APPROVING, guarantee.post).role
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "guarantee.reason", _("Say why."))])
    before = {"status": guarantee.status}
    guarantee.move(action)
    session.flush()
    _note(session, guarantee, event, by=by, role=role, before=before, reason=reason.strip())
    return guarantee


def propose_limit(session: Session, command: ChangeLimit, *, by: Actor) -> Proposal:
    """Asks a second person to change the reference amount."""
    by.need_scope("decide")
    guarantee = queries.locked(session, command.grn, by=by)
    role = by.need(REGISTERING, guarantee.post).role
    _must_be_in_force(guarantee)
    _check_limit(session, guarantee, command.amount)
    payload = {"grn": guarantee.grn, "amount": f"{command.amount:f}", "currency": guarantee.currency}
    wish = approvals.Propose(guarantee.post, CHANGE, guarantee.id, guarantee.grn, payload, command.reason)
    return approvals.propose(session, wish, by=by, role=role)


def _check_limit(session: Session, guarantee: Guarantee, amount: Decimal) -> None:
    if not rules.is_amount(amount):
        message = _("Give an amount of more than 0 with at most two decimals.")
        raise Invalid(findings=[Finding("/amount", "guarantee.amount", message)])
    taken = guarantee.amount - queries.left(session, guarantee, lock=True)
    if amount < taken:
        message = _(
            "{taken} {currency} are taken by movements. The amount cannot be less.",
            taken=f"{taken:f}",
            currency=guarantee.currency,
        )
        raise Invalid(findings=[Finding("/amount", "guarantee.taken", message)])


def _must_be_in_force(guarantee: Guarantee) -> None:
    if guarantee.status != Status.IN_FORCE.value:
        raise WrongState(
            _("This guarantee is not in force: {status}.", status=guarantee.status), facts={"state": guarantee.status}
        )


def enact_limit(session: Session, proposal: Proposal, *, by: Actor) -> Guarantee:
    """What an approved proposal does: the reference amount changes, and what is left with it."""
    guarantee = queries.locked(session, str(proposal.payload["grn"]), by=by)
    _must_be_in_force(guarantee)
    amount = Decimal(str(proposal.payload["amount"])).quantize(_CENT)
    _check_limit(session, guarantee, amount)
    before, change = {"amount": guarantee.amount}, amount - guarantee.amount
    guarantee.amount = amount
    session.flush()
    if change > 0:
        _post(session, guarantee, None, PLEDGED, guarantee.account, change, "pledge", by=by)
    elif change < 0:
        _post(session, guarantee, None, guarantee.account, PLEDGED, -change, "lower", by=by)
    _note(
        session, guarantee, "limit-changed", by=by, role="supervisor", before=before,
        after={"amount": amount}, reason=proposal.reason,
    )  # fmt: skip
    return guarantee


def add_access_code(session: Session, command: AddAccessCode, *, by: Actor) -> GuaranteeAccessCode:
    """A further code for the holder's people; only its hash is kept. The holder makes his own, an official for him."""
    guarantee = queries.locked(session, command.grn, by=by)
    role = _may_key(guarantee, by)
    found = []
    if not rules.SHORTEST_CODE <= len(command.code.strip()) <= 40:
        found.append(Finding("/code", "guarantee.code", _("An access code has 4 to 40 characters.")))
    if not command.label.strip():
        found.append(Finding("/label", "guarantee.label", _("Say whose code it is.")))
    if found:
        raise Invalid(findings=found)
    code = GuaranteeAccessCode(
        post=guarantee.post,
        id=uuid7(),
        guarantee_id=guarantee.id,
        label=command.label.strip(),
        hash=passwords.hashed(command.code.strip()),
        made_by=by.person,
        made_name=by.name,
        made_at=now(session),
    )
    session.add(code)
    session.flush()
    _note(session, guarantee, "access-code-added", by=by, role=role, after={"code": code.id, "label": code.label})
    return code


def revoke_access_code(session: Session, command: RevokeAccessCode, *, by: Actor) -> GuaranteeAccessCode:
    """The code opens nothing any more."""
    guarantee = queries.locked(session, command.grn, by=by)
    role = _may_key(guarantee, by)
    code = next((each for each in queries.access_codes(session, guarantee) if each.id == command.id), None)
    if code is None:
        raise NotFound()
    if code.revoked_at is not None:
        raise WrongState(_("This access code is revoked already."))
    code.revoked_by, code.revoked_at = by.person, now(session)
    session.flush()
    after = {"code": code.id, "label": code.label}
    _note(session, guarantee, "access-code-revoked", by=by, role=role, after=after, reason=command.reason.strip())
    return code


def _may_key(guarantee: Guarantee, by: Actor) -> str:
    by.need_scope("write")
    if guarantee.holder in by.parties(guarantee.post):
        return "trader"
    by.need_scope("decide")
    return by.need(REGISTERING, guarantee.post).role


def check(
    session: Session, named: Sequence[Named], use: Use, *, but: UUID | None = None, with_codes: bool = True, by: Actor
) -> list[Finding]:
    """Why the guarantees that a movement names do not do, one reason each; nothing where they do.

    Access codes are asked at lodging (`with_codes`), where the trader gives them. `but` is the movement itself, which
    may have used a single guarantee already.
    """
    known = queries.by_grn(session, {each.grn for each in named})
    found = [_why_not(session, each, known.get(each.grn), use, but, with_codes, by) for each in named]
    return [finding for finding in found if finding is not None]


def _why_not(
    session: Session,
    named: Named,
    guarantee: Guarantee | None,
    use: Use,
    but: UUID | None,
    with_codes: bool,
    by: Actor,
) -> Finding | None:
    if guarantee is None:
        return rules.invalid(named, None, use, True)
    mine = guarantee.holder == use.holder
    facts = rules.Facts(
        guarantee.type,
        guarantee.status,
        guarantee.holder,
        guarantee.valid_from,
        guarantee.valid_to,
        guarantee.not_valid_for,
        guarantee.commodities,
        mine and queries.is_used(session, guarantee, but),
    )
    # Codes are tried only on the holder's own guarantees: nobody guesses those of others here.
    fits = not (mine and with_codes) or opens(session, guarantee, named.access_code or "", by=by)
    return rules.invalid(named, facts, use, fits)


def opens(session: Session, guarantee: Guarantee, code: str, *, by: Actor) -> bool:
    """Whether the code is one of the guarantee's; a guarantee without codes opens for its holder's own people."""
    live = queries.access_codes(session, guarantee, live=True)
    if not live:
        return by.is_node or guarantee.holder in by.parties(guarantee.post)
    return any(_is(each.hash, passwords.normal(code.strip())) for each in live)


def _is(kept: str, code: str) -> bool:
    try:
        return PasswordHasher().verify(kept, code)
    except (VerificationError, InvalidHashError):
        return False


def of_carnet(
    session: Session,
    post: str,
    carnet: str,
    holder: str,
    guarantor: str,
    ceiling: Decimal,
    currency: str,
    valid_to: dt.date,
    *,
    by: Actor,
) -> Guarantee:
    """The guarantee that a TIR carnet is, with the country's ceiling of the day: made when the carnet is first used
    here, raised or lowered to the day's ceiling while nothing is taken of it."""
    grn = f"TIR-{carnet}"
    known = queries.by_grn(session, [grn]).get(grn)
    if known is not None:
        return known
    at = now(session)
    command = RegisterGuarantee(
        post=post, type=Type.TIR.value, holder=holder, guarantor=guarantor, amount=ceiling, currency=currency,
        valid_from=at.date(), valid_to=max(valid_to, at.date()), grn=grn, source="TIR Convention, article 8",
    )  # fmt: skip
    guarantee = _made(
        session, command, grn, Status.IN_FORCE, by, decided_by=by.person, decided_name=by.name, decided_at=at
    )
    _post(session, guarantee, None, PLEDGED, guarantee.account, guarantee.amount, "pledge", by=by, at_once=True)
    _note(session, guarantee, "registered", by=by, role="system", after=_words(guarantee))
    return guarantee


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
        amount = wanted[guarantee.grn].quantize(_CENT)
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
    _post(session, guarantee, reservation, guarantee.account, RESERVED, amount, "reserve", by=by)
    _note_taken(session, guarantee, reservation, "reserved", by=by)
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


def claim(session: Session, subject: Subject, *, by: Actor) -> list[GuaranteeReservation]:
    """The guarantor pays: what the movement took does not come back."""
    return _step(session, subject, Take.CLAIM, by=by)


#: Where each step posts to; None is the account of the guarantee itself.
_GOES: dict[Take, str | None] = {Take.HOLD: HELD, Take.UNHOLD: RESERVED, Take.CREDIT: None, Take.CLAIM: CLAIMED}


def _step(session: Session, subject: Subject, take: Take, *, by: Actor) -> list[GuaranteeReservation]:
    rows = [(r, g) for r, g in queries.of_movement(session, subject.id) if Taken(r.status) in OPEN]
    queries.locked_by_id(session, [g.id for _r, g in rows])
    done, at = [], now(session)
    for reservation, guarantee in rows:
        stands = _STANDS[Taken(reservation.status)]
        goes = _GOES[take] or guarantee.account
        if stands == goes:
            continue
        if goes == guarantee.account:
            queries.left(session, guarantee, lock=True)
        reservation.move(take)
        if take in (Take.CREDIT, Take.CLAIM):
            reservation.ended_at = at
        session.flush()
        _post(session, guarantee, reservation, stands, goes, reservation.amount, take.value, by=by)
        _note_taken(session, guarantee, reservation, reservation.status, by=by)
        done.append(reservation)
    return done


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
    for reservation in queries.reservations(session, guarantee, only_open=True):
        if reservation.movement_id == movement_id:
            if reservation.status == Taken.HELD.value:
                raise WrongState(_("The goods are looked for: nothing is given back until the enquiry ends."))
            return reservation
    raise NotFound()


def enact_release(session: Session, proposal: Proposal, *, by: Actor) -> GuaranteeReservation:
    """What an approved release by hand does; the database refuses one by a single person."""
    guarantee = queries.locked(session, str(proposal.payload["grn"]), by=by)
    reservation = _open_one(session, guarantee, UUID(str(proposal.payload["movement"])))
    queries.left(session, guarantee, lock=True)
    at = now(session)
    reservation.released_wish_by, reservation.released_by = proposal.proposed_by, by.person
    reservation.released_reason = proposal.reason
    reservation.move(Take.CREDIT)
    reservation.ended_at = at
    session.flush()
    _post(session, guarantee, reservation, RESERVED, guarantee.account, reservation.amount, "credit", by=by)
    _note_taken(session, guarantee, reservation, "released-by-hand", by=by, reason=proposal.reason)
    return reservation


def _post(
    session: Session,
    guarantee: Guarantee,
    reservation: GuaranteeReservation | None,
    debit: str,
    credit: str,
    amount: Decimal,
    kind: str,
    *,
    by: Actor,
    at_once: bool = False,
) -> None:
    ledger.book(
        session,
        guarantee.post,
        guarantee.currency,
        [Transfer(debit, credit, amount, kind)],
        entry=reservation.id if reservation else guarantee.id,
        subject=reservation.movement_id if reservation else None,
        at=now(session),
        by=by,
        at_once=at_once,
    )


def _words(guarantee: Guarantee) -> dict[str, Any]:
    names = ("type", "level", "holder", "guarantor", "amount", "currency", "valid_from", "valid_to", "not_valid_for")
    return {name: getattr(guarantee, name) for name in names}


def _note(
    session: Session,
    guarantee: Guarantee,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    state = {"grn": guarantee.grn, "status": guarantee.status, "version": guarantee.version, **(after or {})}
    journal.record(
        session,
        by=by,
        event=f"guarantee.{event}",
        kind=KIND,
        subject=guarantee.id,
        post=guarantee.post,
        before=before,
        after=state,
        reason=reason,
        role=role,
    )
    payload = {"grn": guarantee.grn, "status": guarantee.status}
    outbox.put(
        session,
        post=guarantee.post,
        topic=f"guarantee.{event}",
        subject=guarantee.id,
        payload=payload,
        at=now(session),
    )


def _note_taken(
    session: Session,
    guarantee: Guarantee,
    reservation: GuaranteeReservation,
    event: str,
    *,
    by: Actor,
    reason: str = "",
) -> None:
    after = {"mrn": reservation.mrn, "amount": reservation.amount, "currency": reservation.currency}
    role = "system" if by.is_node else ""
    _note(session, guarantee, event, by=by, role=role, after=after, reason=reason)


def currency_of(session: Session, grn: str) -> str | None:
    """The currency of a guarantee, for those who reckon an amount into it."""
    known = queries.by_grn(session, [grn]).get(grn)
    return known.currency if known else None


def is_open(rows: Collection[GuaranteeReservation]) -> bool:
    """Whether any of these is still counted against its guarantee."""
    return any(Taken(row.status) in OPEN for row in rows)
