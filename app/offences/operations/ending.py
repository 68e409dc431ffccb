"""The act of an end of goods: refusal, return to the sender, destruction before a commission."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.text import _
from app.offences.commands import EndGoods, Subject
from app.offences.lifecycle import End
from app.offences.models import GoodsEnd
from app.offences.operations.noting import (
    END,
    HOLDING,
    SENIOR,
    about,
    basis_of,
    must_be_items,
    note,
    numbered,
    refuse,
    said,
    told,
)
from app.reference.codebook import Codebook

#: The series of each act.
SERIES = {End.REFUSAL.value: "NR", End.RETURN.value: "RT", End.DESTRUCTION.value: "DS"}
_ACTS = {End.REFUSAL.value: "refuse", End.RETURN.value: "return", End.DESTRUCTION.value: "destroy"}


def end_goods(
    session: Session, subject: Subject, command: EndGoods, codes: Codebook, at: dt.datetime, *, by: Actor
) -> GoodsEnd:
    """Draws the act up. What becomes of the declaration is decided beside it."""
    if command.kind not in SERIES:
        raise refuse("/kind", "end.kind", _("Choose one of: {choices}.", choices=", ".join(SERIES)))
    role = by.need(SENIOR if command.kind == End.DESTRUCTION else HOLDING, subject.post).role
    found = destruction_findings(command)
    if found:
        raise Invalid(findings=found)
    row = GoodsEnd(
        **about(subject, by, at),
        id=uuid7(),
        seizure_id=command.seizure,
        kind=command.kind,
        basis=basis_of(codes, command.basis, _ACTS[command.kind], subject.post, codes.day_at(subject.post, at)),
        reason=said(command.reason, "/reason", "required", _("Give the reason for the decision.")),
        manner=command.manner.strip(),
        place=command.place.strip(),
        commission=[{"name": each.name.strip(), "post": each.post.strip()} for each in command.commission],
        witness=command.witness.strip(),
        vehicle=command.vehicle.strip(),
        items=must_be_items(command.items, subject.items),
        number=numbered(session, subject.post, SERIES[command.kind], by=by),
    )
    session.add(row)
    session.flush()
    after = {"declaration": row.declaration_id, "movement": row.movement_id, **told(row)}
    note(session, END, row.post, row.id, "recorded", by=by, role=role, after=after, reason=row.reason, tells=row, at=at)
    return row


def destruction_findings(command: EndGoods) -> list[Finding]:
    """What an act of destruction lacks: its manner, two members of a commission at least (by different names, neither the
    witness), and a witness."""
    if command.kind != End.DESTRUCTION:
        return []
    found = []
    if not command.manner.strip():
        found.append(Finding("/manner", "destruction.manner", _("Say how they were destroyed.")))
    names = {each.name.strip().casefold() for each in command.commission if each.name.strip()}
    if len(names) < 2 or len(names) != len(command.commission):
        message = _("Name the members of the commission: two persons at least, each once.")
        found.append(Finding("/commission", "destruction.commission", message))
    witness = command.witness.strip().casefold()
    if not witness or witness in names:
        found.append(Finding("/witness", "destruction.witness", _("Name a witness who is not of the commission.")))
    return found
