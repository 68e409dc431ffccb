"""Registering firms."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.actors import SYSTEM_PERSON, Actor
from app.core.errors import Invalid
from app.core.text import normal
from app.parties.commands import RegisterParty
from app.parties.models import Party
from app.parties.rules import findings

_WHO = ("administrator",)


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
