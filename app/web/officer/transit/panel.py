"""What this person may do to a movement at this moment, for which office, and what stands in the way.

The verbs ask all of this again; here it only decides what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core.actors import Actor
from app.core.lifecycle import Lifecycle
from app.core.text import Text, _
from app.registers.movements.file import File
from app.seals.lifecycle import Status as SealStatus
from app.seals.queries import ACTIVE
from app.transit.lifecycle import (
    AT_DEPARTURE,
    AT_DESTINATION,
    ENDED,
    LIFE,
    OPEN,
    Action,
    EnquiryOutcome,
    Office,
    Resolution,
    Status,
)
from app.transit.models import TransitArrival, TransitOffice, TransitUnloading
from app.web import transit_words as words
from app.web.officer.transit.table import DEEDS, Deed

Choices = list[tuple[str, str]]
_MAY_BE_SEALED = (Status.LODGED, Status.UNDER_CONTROL, *OPEN)


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a deed may be done to: `of` tells it from others, `about` says which, `preset` are the words that
    name it, `initial` those that stand in the form at first; `office` where only one office does it."""

    of: str = ""
    about: Text | None = None
    preset: dict[str, Any] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed that is possible now, and the offices for which this person may do it."""

    deed: Deed
    target: Target
    offices: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name of its group of words on the page."""
        return key_of(self.deed.name, self.target.of)


def key_of(name: str, of: str) -> str:
    return f"{name}-{of}" if of else name


@dataclass(frozen=True, slots=True)
class Look:
    """A file in the eyes of a person. `unseen` are serials that nobody but who put them on has looked at."""

    file: File
    actor: Actor
    unseen: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        return Status(self.file.movement.status)

    @property
    def possible(self) -> frozenset[Action]:
        life: Lifecycle[Status, Action] = LIFE
        return frozenset(life.possible(self.status))

    @property
    def me(self) -> UUID:
        return self.actor.person

    @property
    def own(self) -> list[TransitOffice]:
        """The offices of the movement in this administration."""
        return [row for row in self.file.offices if row.office[:2] == self.file.movement.post[:2]]

    @property
    def endings(self) -> list[TransitOffice]:
        """Where it may end in this administration."""
        abroad = self.file.movement.destination[:2] != self.file.movement.post[:2]
        return [row for row in self.own if row.role == Office.DESTINATION or (abroad and row.role == Office.EXIT)]

    @property
    def arrival(self) -> TransitArrival | None:
        """The arrival that holds now."""
        rows = [row for row in self.file.arrivals if row.left_at is None]
        return rows[-1] if rows and self.status in AT_DESTINATION else None

    @property
    def unloadings(self) -> list[TransitUnloading]:
        return [row for row in self.file.unloadings if self.arrival and row.arrival == self.arrival.number]

    @property
    def standing_at(self) -> str | None:
        """The office at which the goods are; None while they are on the road, where any office may meet them."""
        if self.arrival is not None:
            return self.arrival.office
        return self.file.movement.post if self.status in AT_DEPARTURE else None

    def offices(self, deed: Deed, only: str | None = None) -> tuple[str, ...]:
        """The offices for which this person may do such a deed; where the goods are comes first."""
        fit = [
            row.office
            for row in self.own
            if Office(row.role) in deed.parts and self.actor.grant(deed.roles, row.office) is not None
        ]
        here = self.arrival.office if self.arrival else ""
        named = sorted(dict.fromkeys(fit), key=lambda office: office != here)
        return tuple(office for office in named if only in (None, office))


def offers(look: Look) -> list[Offer]:
    """Everything that this person may do now, in the order of the table."""
    if look.status in ENDED:
        return []
    made = []
    for deed in DEEDS:
        if deed.action is not None and deed.action not in look.possible:
            continue
        for target in _TARGETS.get(deed.name, _once)(look):
            offices = look.offices(deed, target.office)
            if offices:
                made.append(Offer(deed, target, offices))
    return made


def notes(look: Look) -> list[Text]:
    """What stands in the way of the next step, in words."""
    if Action.RELEASE in look.possible:
        return list(_before_release(look))
    if look.status in AT_DESTINATION:
        return [*_open_here(look), *_before_discharge(look)]
    if look.status is Status.ENQUIRY and look.file.enquiries and look.file.enquiries[-1].outcome == "arrived":
        return [_("The enquiry says that the goods arrived. The office of destination writes the arrival down.")]
    return []


def own_doings(look: Look) -> list[Text]:
    """What waits for another person, because this one did the first half."""
    file = look.file
    said = []
    if any(row.outcome is None and row.reported_by == look.me for row in file.incidents):
        said.append(_("You reported this incident yourself. Another person must decide it."))
    if any(row.resolution is None and row.found_by == look.me for row in file.discrepancies):
        said.append(_("You found this difference yourself. Another person must resolve it."))
    if any(row.status == "requested" and row.after_release and row.requested_by == look.me for row in file.amendments):
        said.append(_("You asked for this yourself. Another person must decide it."))
    if file.recovery and file.recovery.settled_at is None and file.recovery.started_by == look.me:
        said.append(_("You started this recovery yourself. Another person must settle it."))
    return said


def _once(look: Look) -> Iterable[Target]:
    return (Target(),)


def _at_post(look: Look) -> Iterable[Target]:
    return (Target(office=look.file.movement.post),)


def _before_release(look: Look) -> Iterator[Text]:
    file = look.file
    if any(row.result is None for row in file.controls):
        yield _("A control is not concluded yet. Conclude it first.")
    elif file.controls and file.controls[-1].result == "not-conform":
        yield _("The last control found the goods not as declared. Order another one, or refuse the release.")
    if file.movement.amend_by is not None:
        yield _("The guarantee was refused and no other is named yet. The holder must amend.")
    if any(row.status == "requested" for row in file.amendments):
        yield _("A request of the holder waits. Settle it first.")


def _open_here(look: Look) -> Iterator[Text]:
    """What must be dealt with before the goods go on or the movement ends."""
    file = look.file
    if any(row.outcome is None for row in file.incidents):
        yield _("An incident is not decided yet. Decide it first.")
    if any(row.result is None for row in file.controls):
        yield _("A control is not concluded yet. Conclude it first.")
    if any(row.resolution is None for row in file.discrepancies):
        yield _("A difference is not resolved yet. Resolve it first.")
    if look.unloadings and not look.unloadings[-1].complete:
        yield _("The unloading is not complete. Wait for the remarks on it.")


def _before_discharge(look: Look) -> Iterator[Text]:
    if look.unseen:
        yield _(
            "The seals {serials} were not checked here by another person than who put them on. Check them first.",
            serials=", ".join(look.unseen[:5]),
        )
    if any(row.resolution == Resolution.RECOVERY for row in look.file.discrepancies):
        yield _("A difference is to be recovered. Start the recovery; the movement is discharged when it is paid.")


def _releases(look: Look) -> Iterable[Target]:
    return () if any(_before_release(look)) else (Target(),)


def _requests(look: Look) -> Iterable[Target]:
    for row in look.file.amendments:
        if row.status == "requested" and not (row.after_release and row.requested_by == look.me):
            about = _("Invalidation: “{reason}”", reason=row.reason)
            if row.kind == "amendment":
                about = _("Amendment: “{reason}”", reason=row.reason)
            yield Target(str(row.number), about, {"number": row.number}, office=look.file.movement.post)


def _controls_to_end(look: Look) -> Iterable[Target]:
    for row in look.file.controls:
        if row.result is None and look.status not in ENDED:
            yield Target(
                str(row.number), _("Control {number}", number=row.number), {"number": row.number}, office=row.office
            )


def _passages(look: Look) -> Iterable[Target]:
    for row in look.own:
        if row.role in (Office.TRANSIT, Office.EXIT) and row.visited_at is None:
            yield Target(row.office, preset={}, office=row.office)


def _arrivals(look: Look) -> Iterable[Target]:
    for row in look.endings:
        if row.visited_at is None:
            yield Target(row.office, initial={"procedure": "normal"}, office=row.office)


def _incidents(look: Look) -> Iterable[Target]:
    for row in look.file.incidents:
        if row.outcome is None and row.reported_by != look.me:
            about = _("Incident {number}: {what}", number=row.number, what=_sentence(words.name("incident", row.code)))
            yield Target(str(row.number), about, {"number": row.number})


def _sentence(said: Text | str) -> Text:
    return said if isinstance(said, Text) else Text(said)


def _to_check(look: Look) -> Iterable[Target]:
    """A seal found broken is looked at no more, but where only who put it on has said so (see `unseen`)."""
    for seal in look.file.seals:
        broken = seal.status == SealStatus.BROKEN and seal.serial not in look.unseen
        if seal.status in ACTIVE and not broken:
            yield Target(
                seal.serial, _("Seal {serial}", serial=seal.serial), {"serial": seal.serial}, office=look.standing_at
            )


def _removals(look: Look) -> Iterable[Target]:
    borne = [seal.serial for seal in look.file.seals if seal.status in ACTIVE]
    return (Target(initial={"serials": borne}, office=look.standing_at),) if borne else ()


def _sealable(look: Look) -> Iterable[Target]:
    return (Target(office=look.standing_at),) if look.status in _MAY_BE_SEALED else ()


def _remarks(look: Look) -> Iterable[Target]:
    for row in look.unloadings:
        if row.remarked_at is None:
            about = _("Unloading permission {number}", number=row.number)
            yield Target(str(row.number), about, {"number": row.number}, office=row.office)


def _differences(look: Look) -> Iterable[Target]:
    for row in look.file.discrepancies:
        if row.resolution is None and row.found_by != look.me:
            what = _sentence(words.name("difference", row.field))
            yield Target(
                str(row.number), _("Difference {number}: {what}", number=row.number, what=what), {"number": row.number}
            )


def _permissions(look: Look) -> Iterable[Target]:
    if look.arrival is None or any(row.remarked_at is None or row.complete for row in look.unloadings):
        return ()
    return (Target(office=look.arrival.office),)


def _discharges(look: Look) -> Iterable[Target]:
    file = look.file
    if look.status is Status.RECOVERY:
        return _at_post(look) if file.recovery and file.recovery.settled_at else ()
    if look.status is Status.ENQUIRY:
        proven = file.enquiries and file.enquiries[-1].outcome == EnquiryOutcome.PROOF_ACCEPTED
        return _at_post(look) if proven else ()
    if look.arrival is None or any(_open_here(look)) or any(_before_discharge(look)) or _further(look):
        return ()
    return (Target(office=look.arrival.office),)


def _further(look: Look) -> list[TransitOffice]:
    here = look.arrival.office if look.arrival else ""
    return [row for row in look.endings if row.visited_at is None and row.office != here]


def _continuations(look: Look) -> Iterable[Target]:
    if look.arrival is None or any(_open_here(look)) or not _further(look):
        return ()
    return (Target(about=_("Next: {office}", office=_further(look)[0].office), office=look.arrival.office),)


def _here(look: Look) -> Iterable[Target]:
    return (Target(office=look.arrival.office),) if look.arrival else ()


def _controls(look: Look) -> Iterable[Target]:
    return _here(look) if look.status in AT_DESTINATION else (Target(office=look.file.movement.post),)


def _searched(look: Look) -> Iterable[Target]:
    return (Target(),) if any(row.outcome is None for row in look.file.enquiries) else ()


def _settlements(look: Look) -> Iterable[Target]:
    recovery = look.file.recovery
    if recovery is None or recovery.settled_at is not None or recovery.started_by == look.me:
        return ()
    return (Target(),)


def _weighings(look: Look) -> Iterable[Target]:
    return () if look.status in ENDED else (Target(office=look.standing_at),)


def _cancellations(look: Look) -> Iterable[Target]:
    return () if any(row.status == "requested" for row in look.file.amendments) else _at_post(look)


def _alarms(look: Look) -> Iterable[Target]:
    for nth, alarm in enumerate(look.file.alarms):
        if alarm.seen_at is None:
            about = words.toned("alarm", alarm.kind).text
            yield Target(str(nth), about, {"kind": alarm.kind, "cause": alarm.cause})


_TARGETS: dict[str, Callable[[Look], Iterable[Target]]] = {
    "presentation": _at_post,
    "amendment-decision": _requests,
    "control-result": _controls_to_end,
    "release": _releases,
    "passage": _passages,
    "arrival": _arrivals,
    "incident-decision": _incidents,
    "seal-check": _to_check,
    "seal-removal": _removals,
    "seals": _sealable,
    "unloading-remarks": _remarks,
    "resolution": _differences,
    "unloading-permission": _permissions,
    "discharge": _discharges,
    "continuation": _continuations,
    "enquiry-answer": _searched,
    "enquiry-closing": _searched,
    "recovery-settlement": _settlements,
    "controls": _controls,
    "discrepancies": _here,
    "weighings": _weighings,
    "invalidation": _cancellations,
    "alarm-seen": _alarms,
}
