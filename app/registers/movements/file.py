"""Everything about one movement, for its page and its answer: a bounded number of queries, however many items."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.clearance.operations.papers import JOURNAL_KIND as PAPERS
from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.journal import JournalEntry
from app.guarantees import queries as guarantees
from app.guarantees.models import Guarantee, GuaranteeReservation
from app.registers.file import Event
from app.registers.movements import links
from app.registers.movements.links import Link
from app.seals import queries as seals
from app.seals.models import DeviceEntry, Seal, SealEvent
from app.transit import queries
from app.transit.commands import Declared
from app.transit.models import (
    Movement,
    TransitAlarm,
    TransitAmendment,
    TransitAnswer,
    TransitArrival,
    TransitControl,
    TransitDiscrepancy,
    TransitEnquiry,
    TransitIncident,
    TransitOffice,
    TransitPassage,
    TransitRecovery,
    TransitUnloading,
    TransitWeighing,
)
from app.transit.operations import KIND


@dataclass(frozen=True, slots=True)
class File:
    """A movement with all that happened to it. `official` says with whose eyes it is seen; for others names of officials
    and what is only theirs is left out where it is shown."""

    movement: Movement
    declared: Declared
    official: bool
    at: dt.datetime
    offices: list[TransitOffice]
    plates: list[str]
    seals: list[Seal]
    custody: list[SealEvent]
    cover: list[tuple[GuaranteeReservation, Guarantee]]
    controls: list[TransitControl]
    passages: list[TransitPassage]
    incidents: list[TransitIncident]
    weighings: list[TransitWeighing]
    arrivals: list[TransitArrival]
    unloadings: list[TransitUnloading]
    discrepancies: list[TransitDiscrepancy]
    amendments: list[TransitAmendment]
    alarms: list[TransitAlarm]
    enquiries: list[TransitEnquiry]
    answers: list[TransitAnswer]
    recovery: TransitRecovery | None
    told: list[DeviceEntry]
    came_from: list[Link]
    went_on: list[Link]
    history: list[JournalEntry]

    @property
    def left(self) -> dt.timedelta | None:
        """The time that remains until the limit."""
        return None if self.movement.limit_at is None else self.movement.limit_at - self.at


def of(session: Session, reference: str, *, by: Actor) -> File:
    """The file of a lodged movement, for everybody who may see it."""
    movement = queries.find(session, reference, by=by)
    offices = queries.offices(session, movement)
    bearing = seals.of_movement(session, movement.id)
    declared = queries.declared(session, movement)
    return File(
        movement,
        declared,
        queries.is_official(by, movement, {row.office for row in offices}),
        now(session),
        offices,
        queries.wheels(session, movement),
        bearing,
        seals.events(session, bearing),
        guarantees.of_movement(session, movement.id),
        queries.controls(session, movement),
        queries.passages(session, movement),
        queries.incidents(session, movement),
        queries.weighings(session, movement),
        queries.arrivals(session, movement),
        queries.unloadings(session, movement),
        queries.discrepancies(session, movement),
        queries.amendments(session, movement),
        queries.alarms(session, movement),
        queries.enquiries(session, movement),
        queries.answers(session, movement),
        queries.recovery(session, movement),
        seals.told(session, movement.id),
        links.before(session, declared.header.get("previous_documents") or (), by=by),
        links.after(session, movement.mrn, by=by),
        journal.history(session, movement.post, KIND, str(movement.id)),
    )


#: Not for traders: what officials agree on among themselves, that they take note of alarms, that a weight was taken, which
#: lane the movement is in.
_NOT_FOR_TRADERS = frozenset(
    {
        "transit.cancellation-proposed",
        "transit.alarm-seen",
        "transit.weighed",
        "transit.selected",
        "transit.rerouted",
    }
)
#: Of alarms, only the one about his limit.
HIS_ALARM = "limit-passed"
#: What a firm that brings another's goods is told.
_OF_THE_END = frozenset(
    {
        "transit.arrived",
        "transit.unloading-permitted",
        "transit.unloading-remarked",
        "transit.discrepancy-found",
        "transit.discrepancy-resolved",
        "transit.continued",
        "transit.discharged",
    }
)


def is_for_traders(entry: JournalEntry, *, holder: bool) -> bool:
    """Whether a line of the history is told to the holder, or to a firm that brings his goods."""
    if not holder and entry.event not in _OF_THE_END:
        return False
    if entry.event == "transit.alarm-raised":
        return (entry.after or {}).get("kind") == HIS_ALARM
    return entry.event not in _NOT_FOR_TRADERS


def events(session: Session, movement: Movement) -> list[Event]:
    """What happened to a movement and was printed of it, oldest first, with the names of who did it."""
    rows = (
        select(JournalEntry, Person.name)
        .outerjoin(Person, Person.id == JournalEntry.person)
        .where(
            JournalEntry.post == movement.post,
            JournalEntry.kind.in_((KIND, PAPERS)),
            JournalEntry.subject == str(movement.id),
        )
        .order_by(JournalEntry.number)
    )
    return [Event(entry, name or "") for entry, name in session.execute(rows)]
