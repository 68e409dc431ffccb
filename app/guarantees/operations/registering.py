"""A guarantee is registered and approved by two persons, suspended, resumed, revoked; two persons change its amount."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import numbering
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.guarantees import queries, rules
from app.guarantees.commands import ChangeLimit, RegisterGuarantee, SettleGuarantee
from app.guarantees.lifecycle import Action, Status, Type
from app.guarantees.models import Guarantee
from app.guarantees.operations.noting import (
    APPROVING,
    CENT,
    CHANGE,
    PLEDGED,
    REGISTERING,
    SERIES,
    must_not_be_his,
    note,
    post_transfer,
    words,
)
from app.reference.queries import codebook


def register(session: Session, command: RegisterGuarantee, *, by: Actor) -> Guarantee:
    """Enters a guarantee; it is good for nothing until a second person has approved it."""
    by.need_scope("decide")
    role = by.need(REGISTERING, command.post).role
    found = rules.findings(command)
    if command.type == Type.VOUCHER:
        found += _not_of_voucher(session, command.post, command.amount, command.currency)
    if found:
        raise Invalid(findings=found)
    number = command.grn or _number(session, command.post)
    guarantee = made(session, command, number, Status.WAITING, by=by)
    note(session, guarantee, "registered", by=by, role=role, after=words(guarantee))
    return guarantee


def _not_of_voucher(session: Session, post: str, amount: Decimal, currency: str) -> list[Finding]:
    """Whether a voucher is for the sum that the country sets today."""
    codes = codebook(session)
    day = codes.day_at(post, now(session))
    entry = codes.find("voucher_amount", post[:2], day) or codes.find("voucher_amount", "any", day)
    if entry is None:
        return []
    of_country = Decimal(str(entry.attributes["amount"])), str(entry.attributes["currency"])
    finding = rules.not_of_voucher(amount, currency, *of_country)
    return [finding] if finding else []


def settle(session: Session, command: SettleGuarantee, *, by: Actor) -> Guarantee:
    """A second person puts a guarantee in force, or refuses it. Raises `Forbidden` for who registered it."""
    by.need_scope("decide")
    guarantee = queries.locked(session, command.grn, by=by)
    role = by.need(APPROVING, guarantee.post).role
    must_not_be_his(guarantee, by)
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
        post_transfer(session, guarantee, None, PLEDGED, guarantee.account, guarantee.amount, "pledge", by=by)
    note(
        session, guarantee, "approved" if command.approve else "refused", by=by, role=role, before=before, reason=reason
    )
    return guarantee


def _number(session: Session, post: str) -> str:
    year, number, _at = numbering.draw(session, post, SERIES)
    return rules.grn(post[:2], year, f"{post[2:]}{number:09d}")


def made(
    session: Session, command: RegisterGuarantee, number: str, status: Status, *, by: Actor, **decided: Any
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
        amount=command.amount.quantize(CENT),
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
        post_transfer(session, guarantee, None, guarantee.account, PLEDGED, left, "revoke", by=by)
    return guarantee


def _moved(session: Session, grn: str, action: Action, reason: str, event: str, by: Actor) -> Guarantee:
    by.need_scope("decide")
    guarantee = queries.locked(session, grn, by=by)
    role = by.need(APPROVING, guarantee.post).role
    must_not_be_his(guarantee, by)
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "guarantee.reason", _("Say why."))])
    before = {"status": guarantee.status}
    guarantee.move(action)
    session.flush()
    note(session, guarantee, event, by=by, role=role, before=before, reason=reason.strip())
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
    found = (
        _not_of_voucher(session, guarantee.post, amount, guarantee.currency) if guarantee.type == Type.VOUCHER else []
    )
    if found:
        raise Invalid(findings=found)
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
    must_not_be_his(guarantee, by)
    _must_be_in_force(guarantee)
    amount = Decimal(str(proposal.payload["amount"])).quantize(CENT)
    _check_limit(session, guarantee, amount)
    before, change = {"amount": guarantee.amount}, amount - guarantee.amount
    guarantee.amount = amount
    session.flush()
    if change > 0:
        post_transfer(session, guarantee, None, PLEDGED, guarantee.account, change, "pledge", by=by)
    elif change < 0:
        post_transfer(session, guarantee, None, guarantee.account, PLEDGED, -change, "lower", by=by)
    note(
        session, guarantee, "limit-changed", by=by, role="supervisor", before=before,
        after={"amount": amount}, reason=proposal.reason,
    )  # fmt: skip
    return guarantee
