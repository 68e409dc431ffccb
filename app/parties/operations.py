"""The verbs of firms: registering them, and the mandates they give."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import db, journal, outbox
from app.core.actors import SYSTEM_PERSON, Actor
from app.core.errors import Forbidden, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, normal
from app.parties import queries, rules
from app.parties.commands import GiveMandate, RegisterParty, Scope
from app.parties.models import Mandate, Party
from app.parties.rules import findings

_WHO = ("administrator",)
#: Officials who register a mandate from its paper, and revoke it on a paper.
REGISTERING = ("supervisor", "administrator")
MANDATE = "mandate"


def register(session: Session, command: RegisterParty, *, by: Actor) -> Party:
    """Enters a firm, or brings its name and address up to date. Raises `Forbidden` or `Invalid`."""
    if by.person != SYSTEM_PERSON:
        by.need(_WHO, db.node_post())
    found = findings(command)
    if found:
        raise Invalid(findings=found)
    after = {"name": normal(command.name), "address": normal(command.address), "country": command.country}
    party = session.get(Party, command.code, with_for_update=True)
    if party is None:
        party = Party(code=command.code, **after)
        session.add(party)
        session.flush()
        _journal(session, party, "party.registered", None, after, by)
        return party
    before = {field: getattr(party, field) for field in after}
    if before != after:
        for field, value in after.items():
            setattr(party, field, value)
        _journal(session, party, "party.changed", before, after, by)
    return party


def _journal(
    session: Session, party: Party, event: str, before: dict[str, str] | None, after: dict[str, str], by: Actor
) -> None:
    journal.record(
        session, by=by, event=event, kind="party", subject=party.code, post=db.node_post(), before=before, after=after
    )


def give_mandate(session: Session, command: GiveMandate, today: dt.date, *, by: Actor) -> Mandate:
    """A trader of the principal authorises another firm, or an official registers such a paper. `today` is the day at
    the post. Raises `Forbidden` for everybody else and for who acts for the declarant himself, `Invalid` for what
    cannot be."""
    role = _giving(command, by=by)
    codes = {command.principal, command.declarant}
    known = {code for code in codes if queries.find(session, code) is not None}
    found = rules.mandate_findings(command, known, today, from_paper=role != "trader")
    if found:
        raise Invalid(findings=found)
    mandate = Mandate(
        post=command.post,
        id=uuid7(),
        principal=command.principal,
        declarant=command.declarant,
        scopes=[scope.value for scope in Scope if scope.value in command.scopes],
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        paper="" if role == "trader" else normal(command.paper),
        given_by=by.person,
        given_name=by.name,
        given_role=role,
        given_at=db.now(session),
    )
    session.add(mandate)
    session.flush()
    after = {
        "principal": mandate.principal,
        "declarant": mandate.declarant,
        "scopes": mandate.scopes,
        "valid_from": mandate.valid_from,
        "valid_to": mandate.valid_to,
        "paper": mandate.paper,
        "revoked": False,
    }
    _tell(session, mandate, "mandate.given", after, by=by, role=role)
    return mandate


def revoke_mandate(session: Session, id: UUID, reason: str, *, by: Actor) -> Mandate:
    """Ends a mandate at once: by a trader of the principal, or by an official. What was written off under it stays so.

    Raises `NotFound` for a mandate one may not see, `WrongState` for one that is revoked.
    """
    mandate = queries.mandate(session, id, by=by, lock=True)
    role = _acting(mandate.post, mandate.principal, by=by)
    if mandate.revoked_at is not None:
        raise WrongState(_("This mandate is revoked already."))
    found = rules.reason_findings(reason)
    if found:
        raise Invalid(findings=found)
    mandate.revoked_at, mandate.revoked_reason = db.now(session), normal(reason)
    mandate.revoked_by, mandate.revoked_name, mandate.revoked_role = by.person, by.name, role
    session.flush()
    before = {"revoked": False}
    _tell(session, mandate, "mandate.revoked", {"revoked": True}, by=by, role=role, before=before, reason=reason)
    return mandate


def _giving(command: GiveMandate, *, by: Actor) -> str:
    role = _acting(command.post, command.principal, by=by)
    if role != "trader" and command.declarant in by.parties():
        raise Forbidden(
            _("You act for {party} yourself. Another official must register this.", party=command.declarant)
        )
    return role


def _acting(post: str, principal: str, *, by: Actor) -> str:
    """The role in which somebody gives or ends a mandate of the principal: its trader, or an official."""
    if principal in by.parties(post):
        by.need_scope("write")
        return "trader"
    by.need_scope("decide")
    return by.need(REGISTERING, post).role


def _tell(
    session: Session,
    mandate: Mandate,
    event: str,
    after: dict[str, Any],
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    journal.record(
        session, by=by, event=event, kind=MANDATE, subject=mandate.id, post=mandate.post, before=before, after=after,
        reason=reason, role=role,
    )  # fmt: skip
    firms = {"principal": mandate.principal, "declarant": mandate.declarant}
    at = db.now(session)
    outbox.put(session, post=mandate.post, topic=event, subject=mandate.id, payload={**firms, **after}, at=at)
