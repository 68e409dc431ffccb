"""Control and decision: lanes, the officer's look, what he decides, and what the system does of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.text import _
from app.declarations import queries
from app.declarations.commands import Decide
from app.declarations.lifecycle import DECISIONS, FREEING, Action, Status
from app.declarations.models import Decision, Declaration, ReleasedItem
from app.declarations.operations.amending import overtake_requests
from app.declarations.operations.asking import withdraw_all
from app.declarations.operations.lodging import Lodged
from app.declarations.operations.noting import note


def select_for_control(session: Session, lodged: Lodged, lane: str, *, by: Actor) -> None:
    """Yellow and red wait for an officer."""
    declaration = lodged.declaration
    declaration.lane = lane
    declaration.move(Action.SELECT, lodged.at)
    session.flush()
    note(session, declaration, "declaration.selected", by=by, after={"lane": lane}, role="system")


def select(
    session: Session, declaration: Declaration, lane: str, reason: str, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """Brings what is lodged or cleared before an officer (again), in the lane given; it must not be a lower one."""
    before = {"status": declaration.status, "lane": declaration.lane}
    declaration.lane = lane
    declaration.move(Action.SELECT, at)
    session.flush()
    note(
        session,
        declaration,
        "declaration.selected",
        by=by,
        before=before,
        after={"lane": lane},
        reason=reason,
        role=role,
    )


def release_by_system(session: Session, declaration: Declaration, lane: str, at: dt.datetime, *, by: Actor) -> None:
    """Green and blue go without an officer; blue is looked at afterwards."""
    before = {"status": declaration.status, "lane": declaration.lane}
    declaration.lane = lane
    declaration.move(Action.RELEASE, at)
    session.flush()
    note(session, declaration, "declaration.released", by=by, before=before, after={"lane": lane}, role="system")


def assess(
    session: Session,
    declaration: Declaration,
    at: dt.datetime,
    *,
    by: Actor,
    lane: str | None = None,
    facts: dict[str, Any] | None = None,
    role: str = "system",
) -> None:
    """Nobody has to look at the goods (any more), and something is due: they wait for the money.

    `lane` is given with the first assessment of green and blue; `facts` go into the journal as they are.
    """
    before: dict[str, Any] = {"status": declaration.status}
    told = dict(facts or {})
    if lane is not None:
        before["lane"], told["lane"] = declaration.lane, lane
        declaration.lane = lane
    declaration.move(Action.ASSESS, at)
    session.flush()
    note(session, declaration, "declaration.assessed", by=by, before=before, after=told, role=role)


def pay(
    session: Session,
    declaration: Declaration,
    at: dt.datetime,
    *,
    by: Actor,
    facts: dict[str, Any] | None = None,
    role: str = "system",
) -> None:
    """Everything that is due is paid or secured."""
    before = {"status": declaration.status}
    declaration.move(Action.PAY, at)
    session.flush()
    note(session, declaration, "declaration.paid", by=by, before=before, after=facts, role=role)


def release(session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor) -> None:
    """Lets cleared goods go as nothing is due (any more); the system's own deed, never an officer's."""
    before = {"status": declaration.status}
    declaration.move(Action.RELEASE, at)
    session.flush()
    note(session, declaration, "declaration.released", by=by, before=before, role="system")


def change_lane(
    session: Session, declaration: Declaration, lane: str, reason: str, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """Puts an open declaration into another lane; who may, and with whom, is decided by the caller's verb."""
    before = {"lane": declaration.lane}
    declaration.lane = lane
    declaration.changed_at = at
    session.flush()
    note(
        session,
        declaration,
        "declaration.rerouted",
        by=by,
        before=before,
        after={"lane": lane},
        reason=reason,
        role=role,
    )


def start_control(session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor, role: str) -> None:
    """The goods are being looked at."""
    before = {"status": declaration.status}
    declaration.move(Action.START_CONTROL, at)
    session.flush()
    started = before["status"] != declaration.status
    event = "declaration.control-started" if started else "declaration.control-continued"
    note(session, declaration, event, by=by, before=before if started else None, role=role)


def touch(
    session: Session, declaration: Declaration, event: str, at: dt.datetime, *, by: Actor, role: str, **told: Any
) -> None:
    """Something about a declaration was written down that does not move it: a new version, so that nobody acts on
    an older file. `told` goes into the journal."""
    declaration.changed_at = at
    session.flush()
    note(session, declaration, event, by=by, after=told, role=role)


def decide(
    session: Session, declaration: Declaration, command: Decide, at: dt.datetime, *, by: Actor, role: str
) -> Decision:
    """Moves a locked declaration by an officer's decision and keeps its reason."""
    action = _decision_of(command)
    return _decided(session, declaration, command, action, f"declaration.{_PAST[action]}", at, by=by, role=role)


def clear(
    session: Session, declaration: Declaration, command: Decide, at: dt.datetime, *, by: Actor, role: str
) -> Decision:
    """An officer's release while something is due: the goods are cleared, settlement lets them go.

    The decision is kept as it was made (release or release-with-correction).
    """
    if _decision_of(command) not in FREEING:
        raise ValueError(f"{command.decision} clears nothing")
    return _decided(session, declaration, command, Action.ASSESS, "declaration.cleared", at, by=by, role=role)


def reject(
    session: Session, declaration: Declaration, command: Decide, at: dt.datetime, *, by: Actor, role: str
) -> Decision:
    """An officer does not take what was lodged: it says something that cannot be, and is lodged anew."""
    return _decided(session, declaration, command, Action.REJECT, "declaration.rejected", at, by=by, role=role)


def destroy(
    session: Session, declaration: Declaration, command: Decide, at: dt.datetime, *, by: Actor, role: str
) -> Decision:
    """The goods were destroyed under customs' eyes; the note says how and before whom."""
    return _decided(session, declaration, command, Action.DESTROY, "declaration.destroyed", at, by=by, role=role)


def reconsider(
    session: Session, declaration: Declaration, reason: str, at: dt.datetime, *, by: Actor, role: str, **told: Any
) -> None:
    """A decision against the goods is taken back: they are held, or wait for an officer, as before it."""
    before = {"status": declaration.status}
    declaration.move(Action.RECONSIDER, at)
    session.flush()
    note(
        session, declaration, "declaration.reconsidered", by=by, before=before, after=told, reason=reason, role=role
    )


def partly_release(
    session: Session,
    declaration: Declaration,
    command: Decide,
    items: Collection[int],
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
) -> Decision:
    """Lets some items go, with the last of them the whole declaration.

    Raises `Invalid` for items that are not declared or already let go.
    """
    declared = queries.item_numbers(session, declaration)
    gone = queries.released_items(session, declaration)
    wanted = _released_items(items, declared, gone)
    whole = gone | wanted == declared
    action = Action.RELEASE if whole else Action.PARTLY_RELEASE
    event = "declaration.released" if whole else "declaration.partly-released"
    decision = _decided(session, declaration, command, action, event, at, by=by, role=role, items=sorted(wanted))
    session.add_all(
        ReleasedItem(post=declaration.post, declaration_id=declaration.id, item=item, decision_id=decision.id)
        for item in sorted(wanted)
    )
    session.flush()
    return decision


def _released_items(items: Collection[int], declared: frozenset[int], gone: frozenset[int]) -> frozenset[int]:
    wanted = frozenset(items)
    problem = None
    if not wanted:
        problem = _("Choose the items that may go.")
    elif wanted - declared:
        unknown = ", ".join(map(str, sorted(wanted - declared)))
        problem = _("There are no items {items}. Choose among those declared.", items=unknown)
    elif wanted & gone:
        twice = ", ".join(map(str, sorted(wanted & gone)))
        problem = _("The items {items} are released already. Choose among the others.", items=twice)
    if problem is not None:
        raise Invalid(findings=[Finding("/items", "release.items", problem)])
    return wanted


def _decision_of(command: Decide) -> Action:
    known = {a.value: a for a in DECISIONS}
    action = known.get(command.decision)
    if action is None:
        choices = _("Choose one of: {choices}.", choices=", ".join(known))
        raise Invalid(findings=[Finding("/decision", "decision.unknown", choices)])
    return action


def _decided(
    session: Session,
    declaration: Declaration,
    command: Decide,
    action: Action,
    event: str,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    **told: Any,
) -> Decision:
    if not command.reason.strip():
        raise Invalid(findings=[Finding("/reason", "decision.reason", _("Give the reason for the decision."))])
    before = {"status": declaration.status}
    declaration.move(action, at)
    decision = Decision(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        decision=command.decision,
        reason=command.reason,
        note=command.note,
        person=by.person,
        login=by.login,
        name=by.name,
        at=at,
    )
    session.add(decision)
    session.flush()
    note(
        session,
        declaration,
        event,
        by=by,
        before=before,
        after={"decision": command.decision, **told},
        reason=command.reason,
        role=role,
    )
    if before["status"] == Status.QUERIED:
        withdraw_all(session, declaration, command.reason, at, by=by, role=role)
    if action not in FREEING:
        overtake_requests(session, declaration, at, by=by)
    return decision


_PAST = {
    Action.RELEASE: "released",
    Action.RELEASE_WITH_CORRECTION: "released",
    Action.HOLD: "detained",
    Action.REFUSE: "refused",
    Action.SEIZE: "seized",
    Action.RETURN: "returned",
}
