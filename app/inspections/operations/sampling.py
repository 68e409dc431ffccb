"""Samples: taken, handed on link by link, answered by the laboratory."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import NotFound, WrongState
from app.core.text import _
from app.inspections import queries
from app.inspections.commands import MoveSample, Recorded, ResultOfSample, TakeSample
from app.inspections.lifecycle import Agency, Custody, Type
from app.inspections.models import Inspection, InspectionSample, InspectionSampleMove
from app.inspections.operations.noting import (
    INSPECTING,
    begin,
    keep,
    must_be_declared,
    must_be_open,
    must_be_same,
    note,
    noted,
    refuse,
    said,
    told,
)
from app.inspections.operations.recording import serial_of
from app.inspections.operations.stepping import show
from app.inspections.rules import facts

_QUANTITY = re.compile(r"[0-9]{1,10}(\.[0-9]{1,3})?", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
#: What may follow on what; a result may come while the sample lies there, and more than once.
_NEXT = {
    Custody.TAKEN: (Custody.HANDED, Custody.RECEIVED, Custody.DESTROYED),
    Custody.HANDED: (Custody.HANDED, Custody.RECEIVED, Custody.RETURNED, Custody.DESTROYED),
    Custody.RECEIVED: (Custody.HANDED, Custody.RETURNED, Custody.DESTROYED),
    Custody.RETURNED: (),
    Custody.DESTROYED: (),
}
_MOVES = (Custody.HANDED, Custody.RECEIVED, Custody.RETURNED, Custody.DESTROYED)


def take_sample(
    session: Session,
    inspection: Inspection,
    command: TakeSample,
    *,
    by: Actor,
    items: int,
    recorded: Recorded | None = None,
) -> InspectionSample:
    """Takes a sample; whoever takes it has it. Its custody begins here."""
    grant = by.need(INSPECTING, inspection.post)
    before = queries.known(session, InspectionSample, inspection.post, recorded)
    if before is not None:
        must_be_same(before, inspection, by=by)
        return before
    must_be_open(inspection)
    must_be_declared(command.item, items)
    if not _QUANTITY.fullmatch(command.quantity) or not command.quantity.strip("0."):
        message = _("Write the quantity as text with at most three decimals, for example “12.5”.")
        raise refuse("/quantity", "sample.quantity", message)
    if not _UNIT.fullmatch(command.unit):
        raise refuse("/unit", "sample.unit", _("Write the code of a unit, for example KGM or C62."))
    at = now(session)
    row = InspectionSample(
        **noted(recorded, at, by=by),
        post=inspection.post,
        inspection_id=inspection.id,
        number=len(queries.samples(session, [inspection]).get(inspection.id, [])) + 1,
        item=command.item,
        description=said(command.description, "/description", "sample.description", _("Say what was taken.")),
        quantity=command.quantity,
        unit=command.unit,
        seal_mark=serial_of(command.seal) if command.seal else None,
        laboratory=said(command.laboratory, "/laboratory", "sample.laboratory", _("Name the laboratory.")),
        question=said(command.question, "/question", "sample.question", _("Say what is to be found out.")),
    )
    was = begin(inspection, at)
    show(session, inspection, frozenset({Type.SAMPLING.value}), Agency.CUSTOMS.value, by=by)
    keep(session, inspection, row, "sample", "sample-taken", by=by, role=grant.role, before=was)
    link = {"event": Custody.TAKEN.value, "holder": by.name, "intact": True if row.seal_mark else None, "words": ""}
    _link(session, inspection, row, 1, link, None, by=by, role=grant.role)
    return row


def move_sample(
    session: Session, inspection: Inspection, command: MoveSample, *, by: Actor, recorded: Recorded | None = None
) -> InspectionSampleMove:
    """The next link of a sample's custody; also after the inspection is over. Raises `WrongState` for one that cannot follow
    on the last."""
    grant = by.need(INSPECTING, inspection.post)
    sample, links = _chain(session, inspection, command.sample)
    before = _told_before(session, inspection, sample, recorded, by=by)
    if before is not None:
        return before
    if command.event not in {each.value for each in _MOVES}:
        choices = ", ".join(each.value for each in _MOVES)
        raise refuse("/event", "sample.event", _("Choose one of: {choices}.", choices=choices))
    last = Custody(next(link.event for link in reversed(links) if link.event != Custody.RESULT))
    if Custody(command.event) not in _NEXT[last]:
        raise WrongState(
            _("Sample {number} was {last}: it cannot be {event} now.", number=sample.number, last=last.value,
              event=command.event),
            facts={"last": last.value, "possible": [each.value for each in _NEXT[last]]},
        )  # fmt: skip
    words = command.words.strip()
    if command.intact is False:
        words = said(words, "/words", "sample.words", _("Say what is wrong with the seal."))
    link = {
        "event": command.event,
        "holder": said(command.holder, "/holder", "sample.holder", _("Say who has it now.")),
        "intact": command.intact,
        "words": words,
    }
    return _link(session, inspection, sample, len(links) + 1, link, recorded, by=by, role=grant.role)


def result_of_sample(
    session: Session, inspection: Inspection, command: ResultOfSample, *, by: Actor, recorded: Recorded | None = None
) -> InspectionSampleMove:
    """What the laboratory found; also after the inspection is over. Who took the sample does not write its result."""
    grant = by.need(INSPECTING, inspection.post)
    sample, links = _chain(session, inspection, command.sample)
    before = _told_before(session, inspection, sample, recorded, by=by)
    if before is not None:
        return before
    if sample.person == by.person:
        raise WrongState(_("You took this sample. Another person writes down what the laboratory found."))
    if not any(link.event == Custody.RECEIVED for link in links):
        raise WrongState(_("No laboratory has received this sample yet. Record who received it first."))
    link = {
        "event": Custody.RESULT.value,
        "holder": "",
        "words": said(command.words, "/words", "sample.words", _("Say what was found.")),
        "document": said(
            command.document, "/document", "sample.document", _("Give the number of the laboratory's paper.")
        ),
        "conform": command.conform,
        "facts": facts.checked(command.facts),
    }
    return _link(session, inspection, sample, len(links) + 1, link, recorded, by=by, role=grant.role)


def _chain(session: Session, inspection: Inspection, id: UUID) -> tuple[InspectionSample, list[InspectionSampleMove]]:
    sample = session.get(InspectionSample, (inspection.post, id))
    if sample is None or sample.inspection_id != inspection.id:
        raise NotFound()
    return sample, queries.custody(session, [sample]).get(sample.id, [])


def _told_before(
    session: Session, inspection: Inspection, sample: InspectionSample, recorded: Recorded | None, *, by: Actor
) -> InspectionSampleMove | None:
    before = queries.known(session, InspectionSampleMove, inspection.post, recorded)
    if before is not None and (before.sample_id != sample.id or before.person != by.person):
        message = _("This id was used for another record. Make a new one for each record.")
        raise refuse("/recorded/id", "recorded.id-used", message)
    return before


def _link(
    session: Session,
    inspection: Inspection,
    sample: InspectionSample,
    number: int,
    link: dict[str, Any],
    recorded: Recorded | None,
    *,
    by: Actor,
    role: str,
) -> InspectionSampleMove:
    columns = {"document": None, "conform": None, "facts": {}, "intact": None, **link}
    row = InspectionSampleMove(
        **noted(recorded, now(session), by=by), post=inspection.post, sample_id=sample.id, number=number, **columns
    )
    session.add(row)
    session.flush()
    after = {"sample_move": row.id, **told(row)}
    note(session, inspection, f"sample-{row.event}", by=by, role=role, after=after)
    return row
