"""Seals handed to officers, who are named by their logins."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.seals import operations as seals
from app.seals.commands import IssueSeals
from app.seals.models import Seal


def issue(session: Session, office: str, login: str, serials: Sequence[str], *, by: Actor) -> list[Seal]:
    """Hands seals of a post to an officer who puts them on. Raises `Invalid` for a login that puts on none there."""
    officer = people.actor_of_login(session, login)
    if officer is None or officer.grant(seals.APPLYING, office) is None:
        message = _("{login} puts on no seals at {office}.", login=login, office=office)
        raise Invalid(findings=[Finding("/officer", "officer.unknown", message)])
    return seals.issue(session, IssueSeals(office, tuple(serials), officer.person, officer.name), by=by)
