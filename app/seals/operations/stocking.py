"""The seals of a post before they are on anything: received, issued, given back, voided."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Forbidden
from app.core.ids import uuid7
from app.core.text import _
from app.seals import queries, rules
from app.seals.commands import IssueSeals, ReceiveSeals
from app.seals.lifecycle import Action, Grade, Status
from app.seals.models import Seal
from app.seals.operations.custody import APPLYING, FOREIGN, chain, note, refuse

SENIOR = ("supervisor",)
MOST = 500


def receive(session: Session, command: ReceiveSeals, *, by: Actor) -> list[Seal]:
    """Takes seals into the stock of a post."""
    by.need_scope("decide")
    role = by.need(SENIOR, command.post).role
    serials = _serials(command.serials)
    maker = command.maker.strip()
    if not maker or maker == FOREIGN:
        raise refuse("/maker", "seal.maker", _("Name the maker of the seals."))
    if command.grade not in tuple(Grade):
        raise refuse("/grade", "seal.grade", _("Choose the class: I, S or H (ISO 17712)."))
    at = now(session)
    made = [
        Seal(
            post=command.post,
            id=uuid7(),
            serial=serial,
            maker=maker,
            grade=command.grade,
            status=Status.STOCK.value,
            changed_at=at,
        )
        for serial in serials
    ]
    try:
        with session.begin_nested():
            session.add_all(made)
    except IntegrityError as error:
        message = _("One of these serials of {maker} was taken in before. Serials are never used again.", maker=maker)
        raise refuse("/serials", "seal.known", message) from error
    chain(session, made, "received", command.post, at, by=by)
    note(session, command.post, "received", [seal.serial for seal in made], {"maker": maker}, by=by, role=role)
    return made


def issue(session: Session, command: IssueSeals, *, by: Actor) -> list[Seal]:
    """Hands seals of a post to the officer who will apply them."""
    by.need_scope("decide")
    role = by.need(SENIOR, command.post).role
    serials = _serials(command.serials)
    at = now(session)
    held = _held(session, command.post, serials)
    for seal in held:
        seal.move(Action.ISSUE, at)
        seal.officer, seal.officer_name = command.officer, command.officer_name
    session.flush()
    chain(session, held, "issued", command.post, at, by=by)
    facts = {"officer": command.officer, "officer_name": command.officer_name}
    note(session, command.post, "issued", serials, facts, by=by, role=role)
    return held


def give_back(session: Session, post: str, serials: Sequence[str], *, by: Actor) -> list[Seal]:
    """An officer gives back what he did not apply."""
    by.need_scope("decide")
    role = by.need(APPLYING, post).role
    at = now(session)
    held = _held(session, post, _serials(serials))
    for seal in held:
        if seal.officer != by.person and by.grant(SENIOR, post) is None:
            raise Forbidden(_("{serial} was handed to somebody else.", serial=seal.serial))
        seal.move(Action.GIVE_BACK, at)
        seal.officer, seal.officer_name = None, None
    session.flush()
    chain(session, held, "given-back", post, at, by=by)
    note(session, post, "given-back", [seal.serial for seal in held], {}, by=by, role=role)
    return held


def void(session: Session, post: str, serials: Sequence[str], reason: str, *, by: Actor) -> list[Seal]:
    """Spoilt or lost before it was on anything."""
    by.need_scope("decide")
    role = by.need(SENIOR, post).role
    if not reason.strip():
        raise refuse("/reason", "seal.reason", _("Say why."))
    at = now(session)
    held = _held(session, post, _serials(serials))
    for seal in held:
        seal.move(Action.VOID, at)
    session.flush()
    chain(session, held, "voided", post, at, by=by, remarks=reason.strip())
    note(session, post, "voided", [seal.serial for seal in held], {}, by=by, role=role, reason=reason.strip())
    return held


def _serials(given: Sequence[str]) -> list[str]:
    serials = [rules.serial_of(each) for each in given]
    for nth, serial in enumerate(serials):
        if not rules.is_serial(serial):
            raise refuse(f"/serials/{nth}", "seal.serial", _("A serial has 3 to 30 letters and digits."))
    again = rules.repeated(serials)
    if again:
        raise refuse("/serials", "seal.twice", _("{serial} is given twice. Each seal has its own.", serial=again[0]))
    if not 0 < len(serials) <= MOST:
        raise refuse("/serials", "seal.many", _("Give 1 to {most} serials at a time.", most=MOST))
    return serials


def _held(session: Session, post: str, serials: Sequence[str]) -> list[Seal]:
    held = queries.at_post(session, post, serials)
    for nth, serial in enumerate(serials):
        if serial not in held:
            message = _(
                "{serial} is not among the seals of {office}. Read the number again.", serial=serial, office=post
            )
            raise refuse(f"/serials/{nth}", "seal.unknown", message)
    return [held[serial] for serial in serials]
