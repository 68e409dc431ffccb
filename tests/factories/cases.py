"""Declarations brought to the state a test begins in, through the verbs."""

from __future__ import annotations

from typing import Any

from app.core import db
from app.core.actors import SYSTEM, Actor
from app.declarations import queries
from app.declarations.commands import Decide
from app.declarations.models import Declaration
from app.flows import deciding, inspecting
from app.inspections.commands import AddFinding, Conclude
from app.risk.operations import DefineProfile, define, set_random_share
from tests.factories import declarations
from tests.factories.actors import inspector, officer

SEEN = AddFinding(control="40", conform=True, found="as declared", item=1)


def no_chance() -> None:
    """No stops by chance: lanes come from the profiles alone."""
    with db.transaction() as session:
        set_random_share(session, "*", "0", "yellow", by=SYSTEM)


def asks_nothing(*codes: str) -> None:
    """These profiles hit nothing any more: what lanes ask for is not what is tested."""
    words = {"en": "Nothing"}
    with db.transaction() as session:
        for code in codes:
            define(
                session, DefineProfile(code, "false", "yellow", words, words, "test", kinds=("movement",)), by=SYSTEM
            )


def lodged(body: dict[str, Any] | None = None) -> Declaration:
    with db.transaction() as session:
        return declarations.lodged(session, body).declaration


def red() -> Declaration:
    """Waiting for its goods to be inspected."""
    return lodged(declarations.red())


def yellow() -> Declaration:
    """Waiting for its papers to be looked at."""
    return lodged(declarations.yellow())


def inspected(declaration: Declaration, conclusion: str = "conform", *, by: Actor | None = None) -> Declaration:
    """One finding, and the inspection concluded."""
    who = by or inspector()
    with db.transaction() as session:
        inspecting.add_finding(session, declaration.reference, SEEN, None, by=who)
    with db.transaction() as session:
        return inspecting.conclude(session, declaration.reference, Conclude(conclusion, "seen"), None, by=who)[0]


def decided(declaration: Declaration, decision: str = "release", *, by: Actor | None = None) -> Declaration:
    with db.transaction() as session:
        command = Decide(declaration.reference, decision, "the papers agree", version=None)
        return deciding.decide(session, command, by=by or officer())


def released() -> Declaration:
    return decided(yellow())


def again(declaration: Declaration) -> Declaration:
    """The declaration as it is now."""
    with db.reading() as session:
        return queries.find(session, declaration.reference, by=officer(declaration.post))
