"""Roles given and dormant accounts opened by two persons: one proposes, another one approves, neither for himself.

A role that is held at one post and decides about goods is approved by another administrator or by the supervisor of the
post. One that rules over others (supervisor, administrator, analyst, auditor), that holds at every post, or that acts for a
firm or another administration, is approved by an administrator only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.accounts import queries, rules
from app.accounts.commands import GiveGrant
from app.accounts.models import User
from app.accounts.roles import Role
from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import ANY_POST, Actor
from app.core.canonical import instant
from app.core.db import node_post, now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState, pointer
from app.core.text import _, excerpt, normal
from app.parties import queries as parties
from app.reference.queries import codebook

GRANT, SENIOR, UNLOCK = "account.grant", "account.grant-senior", "account.unlock"
#: Roles that a supervisor may agree to at his own post.
JUNIOR = frozenset({Role.OFFICER, Role.INSPECTOR, Role.LIAISON})
ADMINISTRATORS = ("administrator",)
CHIEFS = ("administrator", "supervisor")
#: Who is told that such a proposal waits.
SEEING = ("administrator", "supervisor", "auditor")
SEEING_SENIOR = ("administrator", "auditor")


@dataclass(frozen=True, slots=True)
class ProposeGrant:
    """A role for somebody, and why. `valid_from` None is the moment of the approval."""

    login: str
    role: str
    post: str
    reason: str
    party: str | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None


def propose_grant(session: Session, command: ProposeGrant, *, by: Actor) -> Proposal:
    """Puts a grant before a second person.

    Raises `Forbidden` (who is no administrator there, or means himself), `Invalid`, `NotFound`, or `WrongState` if the person
    holds it already or another proposal about him waits.
    """
    return propose_grants(session, [command], command.reason, by=by)


def propose_grants(
    session: Session,
    commands: Sequence[ProposeGrant],
    reason: str,
    *,
    by: Actor,
    subject: UUID | None = None,
    reference: str = "",
) -> Proposal:
    """Several grants in one proposal: all of one post and one kind (see `kind_of`), approved or rejected together."""
    first = commands[0]
    kind, post = kind_of(first.role, first.post), post_of(first.post)
    role = by.need(ADMINISTRATORS, first.post if kind == SENIOR else post).role
    by.need_scope("decide")
    payload = {"grants": [_wanted(session, command, by) for command in commands]}
    account = UUID(payload["grants"][0]["account"])
    made = approvals.Propose(post, kind, subject or account, (reference or first.login)[:35], payload, normal(reason))
    return approvals.propose(session, made, by=by, role=role)


def kind_of(role: str, post: str) -> str:
    """Which kind of proposal a grant takes."""
    return GRANT if role in JUNIOR and post != ANY_POST else SENIOR


def post_of(post: str) -> str:
    """The post at which the proposal waits: that of the grant, or the node's own for every post."""
    return node_post() if post == ANY_POST else post


def enact(session: Session, proposal: Proposal, /, *, by: Actor) -> None:
    """What an approved proposal does: every grant in it is given.

    Raises `WrongState` where one of them is held by now: another proposal gave it while this one waited.
    """
    for wanted in proposal.payload["grants"]:
        command = GiveGrant(
            wanted["login"], wanted["role"], wanted["post"], wanted["party"],
            _moment(wanted["valid_from"]), _moment(wanted["valid_to"]),
        )  # fmt: skip
        _not_held(session, _account(session, command.login, locked=True), command)
        accounts.grant_approved(session, command, (proposal.post, proposal.id), proposal.proposed_by, by=by)


def propose_unlock(session: Session, login: str, reason: str, *, by: Actor) -> Proposal:
    """Puts the unlocking of a dormant account before a second administrator. Raises `Forbidden`, `NotFound`, `Invalid`, or
    `WrongState` for an account that is not dormant."""
    role = by.need(ADMINISTRATORS, node_post()).role
    by.need_scope("decide")
    user = _account(session, login)
    _not_himself(user, by)
    accounts.must_be_dormant(user)
    command = approvals.Propose(
        node_post(), UNLOCK, user.id, user.login[:35], {"login": user.login, "account": str(user.id)}, normal(reason)
    )
    return approvals.propose(session, command, by=by, role=role)


def enact_unlock(session: Session, proposal: Proposal, /, *, by: Actor) -> None:
    """What an approved unlocking does."""
    login = str(proposal.payload["login"])
    accounts.unlock_approved(session, login, proposal.reason, proposal.proposed_by, by=by)


def _wanted(session: Session, command: ProposeGrant, by: Actor) -> dict[str, Any]:
    """The grant as the proposal keeps it, and as the database compares it with what is given."""
    found = rules.of_grant(command.role, command.post, command.party)
    found += [] if found else _unknown(session, command)
    if command.valid_to is not None and command.valid_to <= max(command.valid_from or now(session), now(session)):
        told = _("The grant ends before it begins. Correct one of the dates.")
        found.append(Finding(pointer("valid_to"), "grant-dates", told))
    if found:
        raise Invalid(findings=found)
    user = _account(session, command.login)
    _not_himself(user, by)
    if not user.active:
        raise WrongState(_("The account “{login}” is closed.", login=user.login))
    _not_held(session, user, command)
    return {
        "account": str(user.id),
        "login": user.login,
        "name": user.person.name,
        "role": command.role,
        "post": command.post,
        "party": command.party,
        "valid_from": instant(command.valid_from) if command.valid_from else None,
        "valid_to": instant(command.valid_to) if command.valid_to else None,
    }


def _unknown(session: Session, command: ProposeGrant) -> list[Finding]:
    found = []
    if command.post != ANY_POST and codebook(session).post(command.post) is None:
        told = _("There is no post “{post}”.", post=excerpt(command.post))
        found.append(Finding(pointer("post"), "post-known", told))
    if command.party and parties.find(session, command.party) is None:
        told = _("There is no firm {party}. Register it first, or correct its number.", party=excerpt(command.party))
        found.append(Finding(pointer("party"), "party-known", told))
    return found


def _not_held(session: Session, user: User, command: ProposeGrant | GiveGrant) -> None:
    if _holds(session, user, command):
        raise WrongState(
            _("“{login}” is {role} at {post} already.", login=user.login, role=command.role, post=command.post)
        )


def _holds(session: Session, user: User, command: ProposeGrant | GiveGrant) -> bool:
    """Whether the account holds the same already at the moment from which it is asked."""
    start = max(command.valid_from or now(session), now(session))
    for held in queries.coming_grants(session, user.id):
        same = (held.role, held.post, held.party) == (command.role, command.post, command.party)
        if same and held.valid_from <= start and (held.valid_to is None or held.valid_to > start):
            return True
    return False


def _account(session: Session, login: str, *, locked: bool = False) -> User:
    user = queries.find_for_change(session, login) if locked else queries.find(session, login)
    if user is None:
        raise NotFound(_("There is no login “{login}”.", login=excerpt(login)))
    return user


def _not_himself(user: User, by: Actor) -> None:
    if user.person_id == by.person:
        raise Forbidden(_("Nobody proposes something for himself here. Ask another administrator."))


def _moment(kept: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(kept) if kept else None
