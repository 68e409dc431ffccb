"""How a movement goes from office to office: the script of each ending, deeds of different people one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from app.cli.demo.convoys import Convoy, Ending
from app.cli.demo.journeys import Journey
from app.cli.demo.steps import Act, Script, Step
from app.core.actors import Actor

#: How long trucks take between the offices (hours).
_ON_THE_ROAD = (9, 31)


class Roads:
    """The scripts, with the people who act in them."""

    def __init__(self, people: Mapping[str, Actor]) -> None:
        self._people = people

    def of(self, convoy: Convoy) -> Script:
        return _Told(convoy, Journey(convoy, self._people)).script()


class _Told:
    def __init__(self, told: Convoy, deeds: Journey) -> None:
        self.told, self.deeds, self.random = told, deeds, told.random
        self.at = told.at
        self.limit_at = told.at

    def script(self) -> Script:
        """From the first word as far as it comes."""
        ending, deeds = self.told.ending, self.deeds
        if ending is Ending.DRAFT:
            yield self._step(0, "drafted", deeds.draft)
            return
        lodged = yield self._step(0, "lodged", deeds.lodge_onward if ending is Ending.ONWARD else deeds.lodge)
        deeds.reference = str(lodged["reference"])
        yield from _TELLS[ending](self)

    def _step(self, hours: float, name: str, act: Act) -> Step:
        if hours:
            self.at += dt.timedelta(hours=hours, minutes=self.random.randrange(7), seconds=self.random.randrange(60))
        return Step(self.at, name, act)

    # --- at departure -----------------------------------------------------------------------------------------------

    def waits(self) -> Script:
        yield from ()

    def controlled(self) -> Script:
        papers = self.told.number % 2 == 0
        yield self._step(0.5, "control", lambda session: self.deeds.order_control(session, papers))

    def guarantee_refused(self) -> Script:
        yield self._step(0.6, "guarantee-refused", self.deeds.refuse_guarantee)

    def taken_back(self) -> Script:
        yield self._step(1.5, "taken-back", self.deeds.take_back)

    def not_released(self) -> Script:
        yield self._step(0.4, "control", lambda session: self.deeds.order_control(session, False))
        yield self._step(1.1, "not-conform", self.deeds.find_not_conform)
        yield self._step(0.6, "not-released", self.deeds.refuse_release)

    def rejected(self) -> Script:
        yield self._step(0.7, "rejected", self.deeds.reject)

    def released(self) -> Script:
        """Weighed, sealed where it bears no seals, and let go; every fourth is looked at before."""
        if self.told.number % 4 == 0:
            yield self._step(0.2, "control", lambda session: self.deeds.order_control(session, True))
            yield self._step(0.3, "conform", self.deeds.find_conform)
        yield self._step(0.1, "weighed", lambda session: self.deeds.weigh(session, "entry"))
        if self.deeds.has_stock and not self.deeds.bears_seals:
            yield self._step(0.1, "sealed", self.deeds.seal)
        done = yield self._step(0.2, "released", self.deeds.release)
        self.limit_at = dt.datetime.fromisoformat(str(done["limit_at"]))

    # --- on the road ------------------------------------------------------------------------------------------------

    def watched(self) -> Script:
        """A device travels with the goods and tells where they are."""
        yield from self.released()
        bound = yield self._step(0.1, "device", self.deeds.bind_device)
        device, key = str(bound["device"]), str(bound["key"])
        for sequence, place in enumerate(_PLACES, 1):
            yield self._step(1, f"told-{sequence}", self._tells(device, key, sequence, place))

    def _tells(self, device: str, key: str, sequence: int, place: tuple[str, str]) -> Act:
        return lambda session: self.deeds.tell(session, device, key, sequence, place)

    def late(self) -> Script:
        yield from self.released()
        yield from self._alarmed()

    def _alarmed(self) -> Script:
        self.at = self.limit_at
        yield self._step(0.05, "alarm", self.deeds.watch)

    def broken_down(self) -> Script:
        yield from self.released()
        yield self._step(17, "incident", self.deeds.report_new_tractor)

    # --- at the destination -----------------------------------------------------------------------------------------

    def arrived(self) -> Script:
        yield from self.released()
        yield from self._comes()

    def _comes(self) -> Script:
        hours = self.random.randrange(*_ON_THE_ROAD)
        latest = (self.limit_at - self.at) / dt.timedelta(hours=1) - 4
        recent = self.told.ending in (Ending.ARRIVED, Ending.UNLOADING, Ending.DIFFERS)
        wait = min(hours, latest, 22) if recent else min(hours, latest)
        yield self._step(wait, "arrived", self.deeds.arrive)

    def unloading(self) -> Script:
        """A first part is off the truck; the rest follows."""
        yield from self.arrived()
        yield self._step(0.4, "weighed-again", lambda session: self.deeds.weigh(session, "arrival"))
        yield self._step(1, "unloading", self.deeds.permit_unloading)
        yield self._step(6, "first-part", lambda session: self.deeds.remark(session, complete=False))
        yield self._step(2, "unloading-again", self.deeds.permit_unloading)

    def differs(self) -> Script:
        yield from self.arrived()
        yield self._step(1, "unloading", self.deeds.permit_unloading)
        yield self._step(4, "remarks", self.deeds.remark_differences)

    def continued(self) -> Script:
        """A part for the first destination; the rest goes on."""
        yield from self.arrived()
        yield self._step(1, "unloading", self.deeds.permit_unloading)
        yield self._step(3, "unloaded", lambda session: self.deeds.remark(session, complete=True))
        yield self._step(1, "seals-checked", self.deeds.check_seals)
        yield self._step(1, "continued", self.deeds.go_on)

    def ended(self) -> Script:
        yield from self.arrived()
        yield from self._discharged()

    def _discharged(self) -> Script:
        yield self._step(0.4, "weighed-again", lambda session: self.deeds.weigh(session, "arrival"))
        yield self._step(0.2, "seals-checked", self.deeds.check_seals)
        if self.deeds.ends_here:
            yield self._step(0.3, "unloading", self.deeds.permit_unloading)
            yield self._step(3, "remarks", lambda session: self.deeds.remark(session, complete=True))
        yield self._step(0.8, "discharged", self.deeds.discharge)

    def ended_on_other_wheels(self) -> Script:
        """The tractor broke down, an officer saw the other one, and the goods arrived."""
        yield from self.released()
        yield self._step(5, "incident", self.deeds.report_new_tractor)
        yield self._step(2, "endorsed", self.deeds.endorse)
        yield from self._comes()
        yield from self._discharged()

    def ended_after_difference(self) -> Script:
        yield from self.differs()
        yield self._step(2, "resolved", self.deeds.resolve)
        yield self._step(0.5, "seals-checked", self.deeds.check_seals)
        yield self._step(0.5, "discharged", self.deeds.discharge)

    # --- never there ------------------------------------------------------------------------------------------------

    def sought(self) -> Script:
        """A day after the limit the search begins by itself; the holder knows little."""
        yield from self.released()
        yield from self._alarmed()
        yield self._step(24, "sought", self.deeds.watch)
        yield self._step(3, "answered", lambda session: self.deeds.answer(session, "unknown", _NOT_FOUND))

    def recovered(self) -> Script:
        yield from self.released()
        yield from self._alarmed()
        yield self._step(24, "sought", self.deeds.watch)
        yield self._step(5, "answered", lambda session: self.deeds.answer(session, "lost", _LOST))
        yield self._step(40, "closed", self.deeds.close_enquiry)
        yield self._step(1, "recovery", self.deeds.start_recovery)


_PLACES = (("37.42", "68.66"), ("37.84", "68.78"), ("38.21", "68.72"), ("38.53", "68.76"))
_NOT_FOUND = "The driver does not answer his telephone since Bokhtar. The carrier sent a man to look along the road."
_LOST = "The truck was found empty near Qubodiyon. The police have opened a case, number 114-26."
_TELLS: dict[Ending, Callable[[_Told], Script]] = {
    Ending.ANNOUNCED: _Told.waits,
    Ending.WAITS: _Told.waits,
    Ending.CONTROLLED: _Told.controlled,
    Ending.GUARANTEE_REFUSED: _Told.guarantee_refused,
    Ending.TAKEN_BACK: _Told.taken_back,
    Ending.NOT_RELEASED: _Told.not_released,
    Ending.REJECTED: _Told.rejected,
    Ending.UNDER_WAY: _Told.released,
    Ending.ONWARD: _Told.released,
    Ending.WATCHED: _Told.watched,
    Ending.LATE: _Told.late,
    Ending.BROKEN_DOWN: _Told.broken_down,
    Ending.ARRIVED: _Told.arrived,
    Ending.UNLOADING: _Told.unloading,
    Ending.DIFFERS: _Told.differs,
    Ending.CONTINUED: _Told.continued,
    Ending.ENDED: _Told.ended,
    Ending.ENDED_ON_OTHER_WHEELS: _Told.ended_on_other_wheels,
    Ending.ENDED_AFTER_DIFFERENCE: _Told.ended_after_difference,
    Ending.SOUGHT: _Told.sought,
    Ending.RECOVERED: _Told.recovered,
}
