"""Seized pieces go from hand to hand; each link is signed by who gives and, as another person, by who takes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Forbidden, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.offences import queries
from app.offences.commands import HandOver
from app.offences.models import Seizure, SeizureMove
from app.offences.operations.noting import HOLDING, SEIZURE, note, refuse, said, told


def hand_over(session: Session, row: Seizure, command: HandOver, at: dt.datetime, *, by: Actor) -> SeizureMove:
    """One who has the pieces gives them away; until another person confirms that they came, they go nowhere else."""
    role = by.need(HOLDING, row.post).role
    links = queries.moves(session, [row], lock=True)[row.id]
    serials = _serials(row, command)
    for link in links:
        if link.received_at is None and _meet(link, serials):
            raise WrongState(
                _("Hand-over {number} is not confirmed yet. Have it confirmed first.", number=link.number),
                facts={"number": link.number},
            )
    last = next((link for link in reversed(links) if _meet(link, serials)), None)
    made = SeizureMove(
        post=row.post,
        id=uuid7(),
        seizure_id=row.id,
        number=len(links) + 1,
        serials=serials,
        from_holder=last.to_holder if last else row.post,
        to_holder=said(command.to_holder, "/to_holder", "required", _("Say who gets them."), 200),
        authority=command.authority.strip(),
        receipt=said(command.receipt, "/receipt", "required", _("Give the number of the receipt."), 100),
        handed_by=by.person,
        handed_name=by.name,
        handed_at=at,
    )
    session.add(made)
    session.flush()
    note(session, SEIZURE, row.post, row.id, "handed-over", by=by, role=role, after={"link": told(made)})
    return made


def _serials(row: Seizure, command: HandOver) -> list[int] | None:
    unknown = sorted({serial for serial in command.serials if not 1 <= serial <= row.pieces})
    if unknown:
        raise refuse(
            "/serials", "seizure.serial", _("There is no evidence number {serial} in this record.", serial=unknown[0])
        )
    return sorted(set(command.serials)) or None


def _meet(link: SeizureMove, serials: list[int] | None) -> bool:
    return link.serials is None or serials is None or bool(set(link.serials) & set(serials))


def confirm(session: Session, row: Seizure, number: int, at: dt.datetime, *, by: Actor) -> SeizureMove:
    """Another person confirms that they came. Raises `Forbidden` for the one who handed them over."""
    role = by.need(HOLDING, row.post).role
    links = {link.number: link for link in queries.moves(session, [row], lock=True)[row.id]}
    link = links.get(number)
    if link is None:
        raise refuse("/number", "seizure.link", _("There is no hand-over {number} in this record.", number=number))
    if link.received_at is not None:
        raise WrongState(_("This hand-over is confirmed already, by {name}.", name=str(link.received_name)))
    if link.handed_by == by.person:
        raise Forbidden(_("You handed them over yourself. Another person must confirm that they came."))
    link.received_by, link.received_name, link.received_at = by.person, by.name, at
    session.flush()
    after = {"received": {"link": link.number, "at": at}}
    note(session, SEIZURE, row.post, row.id, "received", by=by, role=role, after=after)
    return link
