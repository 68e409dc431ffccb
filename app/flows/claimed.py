"""Who works on a declaration or a movement: claimed, given back, taken over. The reference says which it is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.claims import operations as claims
from app.claims.commands import Work
from app.claims.lifecycle import About
from app.claims.models import WorkClaim
from app.claims.operations import WORKING
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Forbidden, NotFound, WrongState
from app.core.text import _
from app.declarations import queries as declared
from app.declarations.lifecycle import OPEN
from app.flows import parameters
from app.reference.queries import codebook
from app.transit import queries as moved
from app.transit.models import Movement

#: A claim without a deed goes by itself after so many minutes: `claim-minutes` of the parameters, or this.
IDLE = "claim-minutes"
MINUTES = 45


def claim(session: Session, reference: str, *, by: Actor) -> WorkClaim:
    """“I work on this.” Raises `WrongState` naming who does already, `Forbidden` for who works on nothing there."""
    work = _work(session, reference, by=by)
    return claims.claim(session, work, minutes(session, work.post), by=by)


def release(session: Session, reference: str, *, by: Actor) -> None:
    """One's own claim is given back."""
    work = _work(session, reference, by=by)
    claims.release(session, work.post, work.subject, by=by)


def take_over(session: Session, reference: str, reason: str, *, by: Actor) -> WorkClaim:
    """Another one works on it from now on, and says why."""
    work = _work(session, reference, by=by)
    return claims.take_over(session, work, reason, minutes(session, work.post), by=by)


def renew(session: Session, reference: str, *, by: Actor) -> None:
    """A deed of his shows that he still works on it. Said after the deed; where he claims nothing, nothing happens."""
    try:
        work = _work(session, reference, by=by)
    except (Forbidden, NotFound, WrongState):
        return
    claims.renew(session, work.post, work.subject, minutes(session, work.post), by=by)


def minutes(session: Session, post: str) -> int:
    """After how many minutes without a deed a claim goes by itself at a post."""
    codes = codebook(session)
    set_ = parameters.at_post(codes, IDLE, post, codes.day_at(post, now(session)))
    return set_.value if set_ else MINUTES


def _work(session: Session, reference: str, *, by: Actor) -> Work:
    by.need_scope("write")
    try:
        declaration = declared.find(session, reference, by=by)
    except NotFound:
        return _of_movement(session, reference, by=by)
    by.need(WORKING, declaration.post)
    if declaration.status not in {state.value for state in OPEN}:
        raise WrongState(_("Nothing waits for an officer here any more."), facts={"state": declaration.status})
    return Work(declaration.post, About.DECLARATION.value, declaration.id, declaration.reference)


def _of_movement(session: Session, reference: str, *, by: Actor) -> Work:
    movement = moved.find(session, reference, by=by)
    office = _office(session, movement, by=by)
    if office is None:
        raise Forbidden(_("Your role does not allow this at {post}.", post=movement.post))
    if movement.ended_at is not None:
        raise WrongState(_("Nothing waits for an officer here any more."), facts={"state": movement.status})
    return Work(office, About.MOVEMENT.value, movement.id, movement.reference)


def _office(session: Session, movement: Movement, *, by: Actor) -> str | None:
    """Which of his offices he works on it at: the node's own, if it is one of them."""
    offices = [movement.post, *(row.office for row in moved.offices(session, movement))]
    mine = [office for office in dict.fromkeys(offices) if by.grant(WORKING, office)]
    return node_post() if node_post() in mine else next(iter(mine), None)
