"""What a trader can do with a lodged movement now, as its holder or as the one who brings or unloads its goods. Pure;
the verbs decide again."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.actors import Actor
from app.registers.movements.file import File
from app.transit.lifecycle import AT_DEPARTURE, AT_DESTINATION, LIFE, OPEN, Action, Office, Status
from app.transit.models import TransitAmendment, TransitEnquiry, TransitOffice, TransitUnloading
from app.web.trader.desk import ROLE

_FOR_HOLDERS = {
    "presentation": Action.PRESENT,
    "amendment": Action.AMEND,
    "invalidation": Action.INVALIDATE,
    "incident": Action.REPORT_INCIDENT,
    "answer": Action.ANSWER_ENQUIRY,
}
#: What waits while a request of the holder waits.
_REQUESTS = frozenset({"amendment", "invalidation"})


@dataclass(frozen=True, slots=True)
class Look:
    """A file in the eyes of a trader."""

    file: File
    actor: Actor

    @property
    def status(self) -> Status:
        return Status(self.file.movement.status)

    @property
    def holds(self) -> bool:
        """Whether he acts for the holder; else he sees it because he notified the arrival."""
        movement = self.file.movement
        return movement.party in self.actor.parties(movement.post)

    @property
    def waiting(self) -> TransitAmendment | None:
        """The holder's request that customs have not settled yet."""
        rows = [row for row in self.file.amendments if row.status == "requested" and not row.after_release]
        return rows[0] if rows and self.holds else None

    @property
    def enquiry(self) -> TransitEnquiry | None:
        """The enquiry that waits for an answer."""
        rows = [row for row in self.file.enquiries if row.outcome is None]
        return rows[-1] if rows and self.holds else None

    @property
    def released(self) -> bool:
        """Whether the holder can undo nothing any more (NCTS code 92)."""
        return self.status in OPEN

    @property
    def arrivals(self) -> list[TransitOffice]:
        """Offices of this administration where it may end and he may say that the goods are there."""
        if not LIFE.allows(self.status, Action.ARRIVE):
            return []
        own = self.file.movement.post[:2]
        abroad = self.file.movement.destination[:2] != own
        ends = (Office.DESTINATION, Office.EXIT) if abroad else (Office.DESTINATION,)
        return [
            row
            for row in self.file.offices
            if row.office[:2] == own
            and row.role in ends
            and row.visited_at is None
            and self.actor.grant((ROLE,), row.office)
        ]

    @property
    def permission(self) -> TransitUnloading | None:
        """The permission to unload that waits for his remarks."""
        if not LIFE.allows(self.status, Action.REMARK):
            return None
        rows = [row for row in self.file.unloadings if row.remarked_at is None and self._unloads(row)]
        return rows[-1] if rows else None

    def _unloads(self, row: TransitUnloading) -> bool:
        mine = self.actor.parties(row.office)
        told = {arrival.party for arrival in self.file.arrivals}
        return self.actor.grant((ROLE,), row.office) is not None and bool({self.file.movement.party, *told} & mine)

    @property
    def deeds(self) -> list[str]:
        """The names of what he can do, in the order in which it is offered."""
        found = [name for name, action in _FOR_HOLDERS.items() if self.holds and self._may(name, action)]
        if self.arrivals:
            found.insert(0, "arrival")
        if self.permission is not None:
            found.insert(0, "unloading")
        return found

    def _may(self, name: str, action: Action) -> bool:
        if not LIFE.allows(self.status, action):
            return False
        if name in _REQUESTS:
            return self.status in AT_DEPARTURE and self.waiting is None
        return name != "answer" or self.enquiry is not None

    @property
    def onward(self) -> bool:
        """Whether another movement may begin with what arrived."""
        return self.holds and bool(self.file.arrivals) and self.status in (*AT_DESTINATION, Status.DISCHARGED)
