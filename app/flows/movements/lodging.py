"""A movement is written, lodged, presented, amended, taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.flows.lodging import own_posts
from app.flows.movements import looking, securing, selecting
from app.guarantees import operations as guarantees
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.reference.ruling import errors
from app.seals import operations as seals
from app.transit import operations as transit
from app.transit import queries, rules, schemas
from app.transit.commands import Amend, DecideAmendment, Declared, Invalidate, LodgeMovement, Present
from app.transit.lifecycle import ENDED, Office, RequestStatus, Status
from app.transit.models import Movement, TransitAmendment
from app.transit.operations import Lodged


def lodge(session: Session, command: LodgeMovement, *, by: Actor) -> Lodged:
    """Lodges: rules, what other movements have, the guarantees with their codes, number. With additional type D the
    goods are announced and presented later."""
    codes, declared = codebook(session), command.declared
    entering = transit.check_in(
        session, command, codes, own_posts(codes), by=by, seals=_seals_elsewhere(session, declared)
    )
    _secured(session, declared, codes, now(session), by=by)
    if declared.prelodged:
        return transit.enter(session, entering, by=by)
    known = selecting.known(session, entering.movement, declared, codes, now(session), stage="lodged", by=SYSTEM)
    lodged = transit.enter(session, entering, by=by)
    selecting.give(session, lodged.movement, known, lodged.at, by=SYSTEM)
    return lodged


def submit(
    session: Session, reference: str, version: int | None, *, by: Actor, access_codes: dict[int, str] | None = None
) -> Lodged:
    """Lodges a draft as it is written; access codes are not kept in drafts and given here, by the guarantee's place."""
    by.need_scope("write")
    movement = queries.locked(session, reference, by=by)
    transit.must_act_for(movement, by=by)
    transit.must_be_draft(movement)
    body = _with_codes(queries.draft(session, movement).body, access_codes or {})
    return lodge(session, LodgeMovement(schemas.read(body), movement.reference, version), by=by)


def _with_codes(body: dict[str, Any], codes: dict[int, str]) -> dict[str, Any]:
    named = body.get("guarantees")
    if not codes or not isinstance(named, list):
        return body
    given = [
        {**each, "access_code": codes[place]} if isinstance(each, dict) and place in codes else each
        for place, each in enumerate(named)
    ]
    return {**body, "guarantees": given}


def check(session: Session, body: dict[str, Any], *, by: Actor) -> list[Finding]:
    """Everything that would be said of a movement as it is written, but for its access codes; it changes nothing."""
    codes = codebook(session)
    try:
        declared = replace(schemas.read(body), access_codes=None)
    except Invalid as refusal:
        return list(refusal.findings)
    at = now(session)
    setting = rules.Setting(
        declared,
        codes,
        codes.day_at(declared.post, at),
        own_posts(codes),
        prelodged=declared.prelodged,
        taken=queries.taken(session, declared, None, _seals_elsewhere(session, declared)),
    )
    found = rules.check(setting)
    if errors(found):
        return found
    return [*found, *securing.check(session, declared, codes, at, by=by)]


def present(session: Session, command: Present, *, by: Actor) -> Lodged:
    """The goods of a prelodged movement are at the office of departure: its holder says so, or an officer."""
    codes = codebook(session)
    movement, role = _of_departure(session, command.reference, command.version, by=by)
    lodged = transit.present(
        session, movement, codes, own_posts(codes), now(session), by=by, role=role, location=command.location
    )
    selecting.look_again(session, movement, codes, lodged.at, stage="presented", by=SYSTEM)
    return lodged


def _of_departure(session: Session, reference: str, version: int | None, *, by: Actor) -> tuple[Movement, str]:
    """The movement for its holder, or for an official of its office of departure."""
    movement = queries.find(session, reference, by=by)
    if movement.party in by.parties(movement.post):
        return transit.for_holder(session, reference, version, by=by), "trader"
    return transit.at_office(session, reference, movement.post, version, by=by, parts=(Office.DEPARTURE,))


def amend(session: Session, command: Amend, *, by: Actor) -> tuple[Movement, TransitAmendment]:
    """The holder declares something else before release; under control an official decides."""
    codes, at = codebook(session), now(session)
    movement = transit.for_holder(session, command.reference, command.version, by=by)
    transit.in_sequence(movement)
    _secured(session, command.declared, codes, at, by=by, movement=movement)
    asked = transit.amend(session, movement, command, codes, own_posts(codes), at, by=by)
    _look_again(session, movement, asked, codes, at)
    return movement, asked


def _look_again(
    session: Session, movement: Movement, asked: TransitAmendment, codes: Codebook, at: dt.datetime
) -> None:
    """What is declared now may belong in a higher lane."""
    if asked.kind == "amendment" and asked.status == RequestStatus.ACCEPTED:
        selecting.look_again(session, movement, codes, at, stage="amended", by=SYSTEM)


def invalidate(session: Session, command: Invalidate, *, by: Actor) -> tuple[Movement, TransitAmendment]:
    """The holder takes it back before release; an official of the departure cancels, after release with a second
    person."""
    at = now(session)
    movement = queries.find(session, command.reference, by=by)
    if movement.party in by.parties(movement.post):
        held = transit.for_holder(session, command.reference, command.version, by=by)
        asked = transit.invalidate(session, held, command.reason, at, by=by)
        free(session, held, "taken back", at, by=by)
        return held, asked
    held, role = transit.at_office(
        session, command.reference, movement.post, command.version, by=by, parts=(Office.DEPARTURE,)
    )
    asked = transit.propose_cancellation(session, held, command.reason, held.post, at, by=by, role=role)
    free(session, held, "cancelled", at, by=by)
    return held, asked


def decide_amendment(session: Session, command: DecideAmendment, *, by: Actor) -> tuple[Movement, TransitAmendment]:
    """An official settles a request; what a cancelled movement took is left again."""
    codes, at = codebook(session), now(session)
    post = queries.find(session, command.reference, by=by).post
    movement, role = transit.at_office(
        session, command.reference, post, command.version, by=by, parts=(Office.DEPARTURE,)
    )
    settled = transit.decide(session, movement, command, codes, own_posts(codes), at, by=by, role=role)
    free(session, movement, "cancelled", at, by=by)
    _look_again(session, movement, settled, codes, at)
    return movement, settled


def free(
    session: Session, movement: Movement, reason: str, at: dt.datetime, *, by: Actor, office: str | None = None
) -> None:
    """Plates, seals, devices and guarantees of a movement are free again where it has ended."""
    if Status(movement.status) not in ENDED:
        return
    transit.free_plates(session, movement)
    looking.end_all(session, movement, reason, by=by)
    seals.let_go(session, movement.id, reason, office or movement.post, by=by)
    seals.unbind_devices(session, movement.id, by=by)
    guarantees.credit(session, securing.subject(movement), by=by)


def _secured(
    session: Session,
    declared: Declared,
    codes: Codebook,
    at: dt.datetime,
    *,
    by: Actor,
    movement: Movement | None = None,
) -> None:
    found = securing.check(session, declared, codes, at, by=by, movement=movement)
    if found:
        raise Invalid(findings=found)


def _seals_elsewhere(session: Session, declared: Declared) -> dict[str, str]:
    """Seals that are on other goods now; whose they are is not told to the trader."""
    return dict.fromkeys(seals.elsewhere(session, declared.seals, None), "")
