"""Which movements are looked at: each gets a lane where it is lodged, changed and where it arrives, and what is looked at
is not let go before somebody has looked."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import Text, _
from app.flows import watching
from app.flows.selecting import LOOKED_AT, Known, rated
from app.reference.codebook import Codebook
from app.registers import facts
from app.risk import operations as risk
from app.risk.rules import Lane, is_lower
from app.transit import operations as transit
from app.transit import queries
from app.transit.commands import ChangeLane, Declared
from app.transit.lifecycle import OPEN, Status
from app.transit.models import Movement, TransitControl

#: The kind of proposal by which the lane of a movement is lowered.
LOWER_LANE = "transit.lower-lane"
#: A movement has a lane while somebody may still look at it.
_CHOOSING = (Status.LODGED, Status.UNDER_CONTROL, *OPEN)


def known(
    session: Session,
    movement: Movement,
    declared: Declared,
    codes: Codebook,
    at: dt.datetime,
    *,
    stage: str,
    office: str = "",
    by: Actor,
) -> Known:
    """What is known of a movement: its facts, watch lists, trust, score. `office` is where it is, by default that of
    departure. To be called before the transaction takes a number."""
    post = office or movement.post
    risk.prepare(session, post, by=by)
    gathered = facts.of_movement(session, movement, declared, codes, at, stage=stage)
    watched = watching.in_movement(session, declared, codes, at, movement.id, by=by)
    return rated(session, {**gathered, **watched}, codes, post, at)


def give(session: Session, movement: Movement, known: Known, at: dt.datetime, *, office: str = "", by: Actor) -> None:
    """Gives the lane, or a higher one than it has; never a lower one. While a question about a watch list waits it is
    looked at, whatever the profiles say."""
    post = office or movement.post
    subject = risk.Subject(post, known.facts["stage"], movement=(movement.post, movement.id))
    assessed = risk.assess(session, subject, known.facts, at, trusted=known.trusted, score=known.score)
    lane = Lane.YELLOW if known.must_be_looked_at and assessed.lane not in LOOKED_AT else assessed.lane
    if movement.lane is None or is_lower(movement.lane, lane.value):
        transit.set_lane(session, movement, lane.value, at, by=by, role="system", office=post)


def look_again(
    session: Session, movement: Movement, codes: Codebook, at: dt.datetime, *, stage: str, office: str = "", by: Actor
) -> None:
    """Assesses a locked movement as it is now: presented, changed, or arrived at an office."""
    if not has_choice(movement):
        return
    session.flush()
    declared = queries.declared(session, movement)
    asked = known(session, movement, declared, codes, at, stage=stage, office=office, by=by)
    give(session, movement, asked, at, office=office, by=by)


def has_choice(movement: Movement) -> bool:
    """Whether somebody may still look at it, so that its lane can be another."""
    return Status(movement.status) in _CHOOSING


def must_be_looked_at(session: Session, movement: Movement, office: str, codes: Codebook, at: dt.datetime) -> None:
    """Raises `WrongState` for a movement that somebody has to look at and nobody has, at this office: yellow by any control,
    red by one of the goods. A control that was waived is none: who finds it needless has the lane lowered by two. Nor do the
    goods go while a question about a watch list waits."""
    if watching.is_asked(session, movement.id):
        asked = watching.unanswered()
        raise WrongState(
            asked, facts={"state": movement.status}, findings=[Finding("", "release.watch-question", asked)]
        )
    message = still_to_look(session, movement, office, codes, at)
    if message is not None:
        raise WrongState(
            message, facts={"state": movement.status}, findings=[Finding("", "lane.not-controlled", message)]
        )


def still_to_look(session: Session, movement: Movement, office: str, codes: Codebook, at: dt.datetime) -> Text | None:
    """What has to be done at an office because of the lane before the goods go on from there; None where nothing."""
    if movement.lane is None or Lane(movement.lane) not in LOOKED_AT:
        return None
    needed = goods_controls(codes, codes.day_at(office, at)) if movement.lane == Lane.RED else None
    done = any(_counts(row, office, needed) for row in queries.controls(session, movement))
    return None if done else unseen(movement.lane)


def unseen(lane: str) -> Text:
    """What has to be done first, in a sentence for officers."""
    if lane == Lane.RED:
        return _(
            "This movement is red: order a control of the goods (40 to 45) here and conclude it first, or have the lane "
            "lowered by two persons."
        )
    return _(
        "This movement is yellow: order a control here and conclude it first, or have the lane lowered by two persons."
    )


def goods_controls(codes: Codebook, on: dt.date) -> frozenset[str]:
    """The kinds of control in which the goods themselves are looked at."""
    return frozenset(e.code for e in codes.entries("control_type", on) if e.attributes.get("goods") == "yes")


def _counts(row: TransitControl, office: str, needed: frozenset[str] | None) -> bool:
    if row.office != office or row.result not in ("conform", "not-conform"):
        return False
    return needed is None or bool(needed & set(row.types))


def change_lane(session: Session, command: ChangeLane, *, by: Actor) -> tuple[Movement, Proposal | None]:
    """An office raises the lane at once; lowering it becomes a proposal that waits for a second, senior person there."""
    movement, role = transit.at_office(session, command.reference, command.office, command.version, by=by)
    _check(movement, command)
    if movement.lane is not None and is_lower(command.lane, movement.lane):
        payload = {
            "lane": command.lane,
            "from": movement.lane,
            "version": movement.version,
            "movement": movement.reference,
        }
        wish = approvals.Propose(command.office, LOWER_LANE, movement.id, movement.reference, payload, command.reason)
        return movement, approvals.propose(session, wish, by=by, role=role)
    transit.set_lane(
        session, movement, command.lane, now(session), by=by, role=role, reason=command.reason, office=command.office
    )
    return movement, None


def _check(movement: Movement, command: ChangeLane) -> None:
    if command.lane not in {known.value for known in Lane}:
        message = _("Choose one of: {choices}.", choices="green, blue, yellow, red")
        raise Invalid(findings=[Finding("/lane", "lane.unknown", message)])
    if not command.reason.strip():
        raise Invalid(findings=[Finding("/reason", "lane.reason", _("Give the reason for another lane."))])
    if not has_choice(movement):
        raise WrongState(
            _("The lane can only be changed while the goods are before an office or under way."),
            facts={"state": movement.status},
        )
    if command.lane == movement.lane:
        raise Invalid(findings=[Finding("/lane", "lane.same", _("It is in this lane already."))])


def lower_lane(session: Session, proposal: Proposal, /, *, by: Actor) -> Movement:
    """What an approved proposal does."""
    words = proposal.payload
    movement, role = transit.at_office(
        session, str(words["movement"]), proposal.post, None, by=by, roles=transit.SENIOR
    )
    if movement.version != words["version"] or movement.lane != words["from"]:
        raise WrongState(_("The movement was changed after the proposal. Reject it and let it be proposed again."))
    lane = str(words["lane"])
    transit.set_lane(
        session, movement, lane, now(session), by=by, role=role, reason=proposal.reason, office=proposal.post
    )
    return movement
