"""Inspections that are a certain person's, whoever the draw named."""

from __future__ import annotations

from app.accounts import queries as accounts
from app.core import db
from app.core.actors import Actor
from app.declarations.models import Declaration
from app.flows import inspecting
from app.inspections import queries
from app.inspections.commands import Reassign
from tests.factories.actors import supervisor


def given_to(case: Declaration, who: Actor | str) -> Declaration:
    """The inspection of the declaration is this person's (an actor, or the login of an account)."""
    with db.transaction() as session:
        person = accounts.actor_of_login(session, who) if isinstance(who, str) else who
        assert person is not None
        look = queries.open_one(session, case.post, case.id)
        assert look is not None
        if look.assigned_to != person.person:
            command = Reassign(person.person, person.name, "on duty at the gate")
            inspecting.reassign(session, case.reference, command, None, by=supervisor())
    return case
