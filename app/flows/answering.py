"""An analyst answers a question about a watch list, and what the answer means for the consignment it was asked about."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import node_post, now
from app.declarations import queries as declared
from app.declarations.lifecycle import OPEN, SETTLING
from app.declarations.models import Declaration
from app.flows import selecting
from app.flows.movements import selecting as moving
from app.flows.ordering import Why
from app.risk import operations as risk
from app.risk.rules import Hit, is_lower
from app.transit import operations as transit
from app.transit import queries as moved
from app.transit.models import Movement
from app.watchlists import operations as watchlists
from app.watchlists import queries
from app.watchlists.lifecycle import SubjectKind
from app.watchlists.models import WatchMatch
from app.watchlists.operations import ANALYSING

#: The profile whose lane a consignment gets in which something on a watch list was confirmed to stand.
PROFILE = "watch-confirmed"


def confirm(session: Session, id: UUID, reason: str, *, by: Actor) -> WatchMatch:
    """It is what is looked for. The consignment at hand is raised to the lane of the profile `watch-confirmed`, unless it
    is decided already. Its officers learn the profile; the analyst's reason stays with the match."""
    by.need_scope("decide")
    by.need(ANALYSING, node_post())
    asked, _entry, _list = queries.match(session, id, by=by)
    subject = _locked(session, asked)
    hit = None if subject is None else _profile(session, subject)
    done = watchlists.confirm(session, id, reason, by=by)
    if isinstance(subject, Declaration) and hit is not None:
        _raise_declaration(session, subject, hit, now(session))
    elif isinstance(subject, Movement) and hit is not None:
        _raise_movement(session, subject, hit, now(session))
    return done


def dismiss(session: Session, id: UUID, reason: str, *, by: Actor) -> WatchMatch:
    """It is somebody or something else. No lane is lowered by it: that takes two officers."""
    return watchlists.dismiss(session, id, reason, by=by)


def _locked(session: Session, asked: WatchMatch) -> Declaration | Movement | None:
    """The consignment with its row locked, before the match is; None where a lane is given to it no more, or not yet."""
    if asked.subject_kind == SubjectKind.MOVEMENT:
        movement = moved.locked_by_key(session, asked.post, asked.subject_id)
        return movement if moving.has_choice(movement) else None
    found = declared.lock_by_key(session, [(asked.post, asked.subject_id)])
    waiting = {s.value for s in (*OPEN, *SETTLING)}
    return next((one for one in found if one.status in waiting and one.lane is not None), None)


def _profile(session: Session, subject: Declaration | Movement) -> Hit | None:
    """The profile as it is in force at the consignment's post; None where the administration has taken it out of force."""
    kind = "declaration" if isinstance(subject, Declaration) else "movement"
    ready = risk.prepare(session, subject.post, by=SYSTEM)
    profiles = (p for p in ready.rules.profiles if p.code == PROFILE and p.applies(subject.post, kind))
    return next((Hit(p.code, p.version, p.lane) for p in profiles), None)


def _raise_declaration(session: Session, declaration: Declaration, hit: Hit, at: dt.datetime) -> None:
    """What is cleared comes before an officer again, also where it was in this lane before: he did not know it."""
    settling = declaration.status in {s.value for s in SETTLING}
    if settling or is_lower(str(declaration.lane), hit.lane.value):
        selecting.look_at(session, declaration, hit.lane, at, by=SYSTEM, why=Why([hit]), reason=_said(hit))


def _raise_movement(session: Session, movement: Movement, hit: Hit, at: dt.datetime) -> None:
    if movement.lane is None or is_lower(movement.lane, hit.lane.value):
        transit.set_lane(session, movement, hit.lane.value, at, by=SYSTEM, role="system", reason=_said(hit))


def _said(hit: Hit) -> str:
    """As the journal names what the system goes by."""
    return f"{hit.code}/{hit.version}"
