"""The verbs of a proposal. What an approved proposal does is the business of the flow that made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.acts import ACTS
from app.approvals.lifecycle import Action
from app.approvals.models import Proposal
from app.approvals.queries import SEEING
from app.core import clock, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _


@dataclass(frozen=True)
class Propose:
    """What is proposed about which thing, and why.

    `noted` is what the journal says of it, where the payload is too much to be told again there.
    """

    post: str
    kind: str
    subject: UUID
    reference: str
    payload: dict[str, Any]
    reason: str
    noted: Mapping[str, Any] | None = None


def propose(session: Session, command: Propose, *, by: Actor, role: str) -> Proposal:
    """Puts an act before a second person. Only one proposal of a kind waits for a thing at a time, and none for longer than
    its act says.

    Raises `Forbidden` for a role that may not propose the act.
    """
    act = ACTS[command.kind]
    by.need(act.proposes, command.post)
    if not command.reason.strip():
        raise Invalid(findings=[Finding("/reason", "proposal.reason", _("Give the reason for the proposal."))])
    at = now(session)
    waiting = select(Proposal.proposed_name).where(
        Proposal.post == command.post,
        Proposal.kind == command.kind,
        Proposal.subject == command.subject,
        Proposal.status == "waiting",
    )
    _expire_before(session, command, at, by=by)
    other = session.execute(waiting).scalar_one_or_none()
    if other is not None:
        raise WrongState(_("A proposal by {name} already waits for a second person.", name=other))
    proposal = Proposal(
        post=command.post,
        id=uuid7(),
        kind=command.kind,
        subject=command.subject,
        reference=command.reference,
        payload=command.payload,
        reason=command.reason,
        status="waiting",
        proposed_by=by.person,
        proposed_login=by.login,
        proposed_name=by.name,
        proposed_at=at,
        proposed_device=by.device,
        expires_at=at + dt.timedelta(hours=act.hours),
        device_checked=act.other_device,
    )
    session.add(proposal)
    session.flush()
    noted = command.payload if command.noted is None else command.noted
    journal.record(
        session,
        by=by,
        event="proposal.made",
        kind="proposal",
        subject=proposal.id,
        post=proposal.post,
        after={
            "status": "waiting",
            "act": command.kind,
            "reference": command.reference,
            "expires_at": proposal.expires_at,
            **noted,
        },
        reason=command.reason,
        role=role,
    )
    return proposal


def visible(session: Session, id: UUID, *, by: Actor, roles: tuple[str, ...]) -> Proposal:
    """A proposal at a post where the actor holds one of the roles."""
    proposal = session.execute(select(Proposal).where(Proposal.id == id)).scalar_one_or_none()
    if proposal is None or by.grant(roles, proposal.post) is None:
        raise NotFound()
    return proposal


def settle(
    session: Session,
    id: UUID,
    *,
    approved: bool,
    reason: str,
    by: Actor,
    seeing: tuple[str, ...] = SEEING,
) -> Proposal:
    """Approves or rejects a waiting proposal as a second person with one of the roles that its act names, at its post.

    For those without one of the roles `seeing` it does not exist. Raises `Forbidden` for the person who proposed,
    under whatever account, and at the device at which it was proposed, whoever sits there now; `WrongState` for what is
    settled or has expired.
    """
    query = select(Proposal).where(Proposal.id == id).with_for_update()
    proposal = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if proposal is None or by.grant(seeing, proposal.post) is None:
        raise NotFound()
    act, at = ACTS[proposal.kind], now(session)
    grant = by.need(act.settles, proposal.post)
    if proposal.proposed_by == by.person:
        raise Forbidden(_("You proposed this yourself. Another person must decide it."))
    if proposal.status != "waiting":
        raise WrongState(_("This proposal is already settled: {status}.", status=proposal.status))
    if at >= proposal.expires_at:
        raise WrongState(_("This proposal has expired. Let it be proposed again, if it is still wanted."),
                         facts={"state": "expired"})  # fmt: skip
    checked = act.other_device and not (by.shares_device and clock.purpose(session) != "live")
    if checked and by.device is not None and by.device == proposal.proposed_device:
        raise Forbidden(
            _("This was proposed at this very device. Decide it at another one, with your own sign-in."),
        )
    if not approved and not reason.strip():
        raise Invalid(findings=[Finding("/reason", "proposal.reason", _("Say why you reject it."))])
    proposal.move(Action.APPROVE if approved else Action.REJECT)
    proposal.decided_by, proposal.decided_login = by.person, by.login
    proposal.decided_at, proposal.decided_reason = at, reason
    proposal.decided_device, proposal.device_checked = by.device, checked
    session.flush()
    journal.record(
        session,
        by=by,
        event=f"proposal.{proposal.status}",
        kind="proposal",
        subject=proposal.id,
        post=proposal.post,
        before={"status": "waiting"},
        after={"status": proposal.status, "proposed_by": proposal.proposed_login, "device_checked": checked},
        reason=reason,
        role=grant.role,
    )
    return proposal


def expire(session: Session, id: UUID, *, by: Actor) -> Proposal | None:
    """Closes a proposal that nobody has settled in time; None where somebody was first."""
    query = select(Proposal).where(Proposal.id == id, Proposal.status == "waiting").with_for_update()
    proposal = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if proposal is None or proposal.expires_at > now(session):
        return None
    proposal.move(Action.EXPIRE)
    session.flush()
    journal.record(
        session,
        by=by,
        event="proposal.expired",
        kind="proposal",
        subject=proposal.id,
        post=proposal.post,
        before={"status": "waiting"},
        after={"status": "expired", "proposed_by": proposal.proposed_login},
    )
    return proposal


def must_be_approved(proposal: Proposal, kind: str, *, by: Actor) -> dict[str, Any]:
    """What was proposed, for the verb that carries it out: only once a second person has approved just this."""
    if proposal.kind != kind:
        raise NotFound()
    if proposal.status != "approved":
        raise WrongState(_("A second person has not approved this."), facts={"state": proposal.status})
    if proposal.decided_by != by.person or proposal.proposed_by == by.person:
        raise Forbidden(_("You proposed this yourself. Another person must decide it."))
    return proposal.payload


def _expire_before(session: Session, command: Propose, at: dt.datetime, *, by: Actor) -> None:
    """What is over makes room for what is proposed now, also before the worker comes round."""
    over = select(Proposal.id).where(
        Proposal.post == command.post,
        Proposal.kind == command.kind,
        Proposal.subject == command.subject,
        Proposal.status == "waiting",
        Proposal.expires_at <= at,
    )
    for id in session.execute(over).scalars().all():
        expire(session, id, by=by)


def overtake(session: Session, post: str, subject: UUID, *, by: Actor, kinds: Collection[str] = ()) -> None:
    """Closes what still waits about a thing that has meanwhile been decided; with `kinds`, only such proposals."""
    query = select(Proposal).where(Proposal.post == post, Proposal.subject == subject, Proposal.status == "waiting")
    if kinds:
        query = query.where(Proposal.kind.in_(kinds))
    for proposal in session.execute(query.with_for_update()).scalars():
        proposal.move(Action.OVERTAKE)
        journal.record(
            session,
            by=by,
            event="proposal.overtaken",
            kind="proposal",
            subject=proposal.id,
            post=post,
            before={"status": "waiting"},
            after={"status": "overtaken"},
        )
