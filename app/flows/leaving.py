"""Goods go in part, leave through the gate, or come to another end; and what is looked at after they went."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.claims import operations as claims
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.commands import ConfirmExit, Decide, PartlyRelease, RecordAudit
from app.declarations.lifecycle import Action, Status
from app.declarations.models import Audit, Decision, Declaration, DeclarationExit
from app.flows import detaining, holding, permits, settling
from app.flows.deciding import DECIDING, LOWER_LANE, SENIOR, as_declared, may_be_freed, must_be_another
from app.inspections import operations as inspections
from app.inspections.operations import INSPECTING
from app.offences.lifecycle import How

#: Who may look at what was released: an auditor first, or an official who had no hand in it.
AUDITING = ("auditor", "officer", "supervisor")


def partly_release(session: Session, command: PartlyRelease, *, by: Actor) -> tuple[Declaration, Decision]:
    """Lets some items go before the others. Everything that is due must be paid or secured before, because a part of
    the goods answers for the whole amount."""
    declaration, role = _opened(session, command.reference, command.version, DECIDING, by=by)
    must_be_another(session, declaration, by=by)
    declarations.must_allow(declaration, Action.PARTLY_RELEASE)
    may_be_freed(session, declaration)
    as_declared(session, declaration, command.items)
    settling.hold(session, declaration)
    at = now(session)
    settling.collected(session, declaration, at, by=SYSTEM)
    settling.must_be_settled(session, declaration)
    decision = Decide(command.reference, Action.PARTLY_RELEASE.value, command.reason, command.note)
    made = declarations.partly_release(session, declaration, decision, command.items, at, by=by, role=role)
    settling.released(session, declaration, queries.declared(session, declaration), at, by=SYSTEM)
    if declaration.status == Status.RELEASED:
        _nothing_waits(session, declaration, command.reason, by=by)
        detaining.ended(session, declaration, How.RELEASE, at, by=by, role=role)
    return declaration, made


def confirm_exit(session: Session, command: ConfirmExit, *, by: Actor) -> tuple[Declaration, DeclarationExit]:
    """The gate has seen the truck leave under its permit. What became due after the release (an amendment, a false
    receipt) is paid before the goods are gone."""
    declaration, role = _opened(session, command.reference, command.version, INSPECTING, by=by)
    declarations.must_allow(declaration, Action.EXIT_PART)
    settling.must_be_settled(session, declaration)
    shown = permits.pass_of(session, declaration, permits.shown(session, declaration, lock=True))
    return declaration, declarations.confirm_exit(session, declaration, command, shown, by=by, role=role)


def reject(session: Session, reference: str, reason: str, version: int | None, *, by: Actor) -> Declaration:
    """An officer does not take what was lodged; nothing is owed for it."""
    declaration, role = _opened(session, reference, version, DECIDING, by=by)
    must_be_another(session, declaration, by=by)
    at = now(session)
    declarations.reject(session, declaration, Decide(reference, Action.REJECT.value, reason), at, by=by, role=role)
    _nothing_waits(session, declaration, reason, by=by)
    settling.annul(session, declaration, reason, at, by=by)
    return declaration


def destroy(session: Session, reference: str, reason: str, note: str, version: int | None, *, by: Actor) -> Declaration:
    """The goods were destroyed under customs' eyes; a supervisor decides it. `note` says how; the act with its commission
    and witness is drawn up by `offending.end_goods`, which alone calls this."""
    declaration, role = _opened(session, reference, version, SENIOR, by=by)
    must_be_another(session, declaration, by=by)
    at, owes = now(session), declaration.status == Status.DETAINED
    command = Decide(reference, Action.DESTROY.value, reason, note)
    declarations.destroy(session, declaration, command, at, by=by, role=role)
    _nothing_waits(session, declaration, reason, by=by)
    if owes:  # what was seized or refused owes nothing any more
        settling.annul(session, declaration, reason, at, by=by)
    detaining.ended(session, declaration, How.DESTRUCTION, at, by=by, role=role)
    return declaration


def record_audit(session: Session, command: RecordAudit, *, by: Actor) -> tuple[Declaration, Audit]:
    """Somebody who had no hand in the release says what came out afterwards."""
    declaration, role = _opened(session, command.reference, command.version, AUDITING, by=by)
    return declaration, declarations.record_audit(session, declaration, command, now(session), by=by, role=role)


def _opened(
    session: Session, reference: str, version: int | None, roles: tuple[str, ...], *, by: Actor
) -> tuple[Declaration, str]:
    by.need_scope("decide")
    declaration = holding.locked(session, reference, by=by)
    role = by.need(roles, declaration.post).role
    declarations.expect_version(session, declaration, version)
    return declaration, role


def _nothing_waits(session: Session, declaration: Declaration, reason: str, *, by: Actor) -> None:
    inspections.cancel(session, declaration.post, declaration.id, reason, by=by)
    approvals.overtake(session, declaration.post, declaration.id, kinds=(LOWER_LANE,), by=by)
    claims.decided(session, declaration.id, post=declaration.post, by=by)
