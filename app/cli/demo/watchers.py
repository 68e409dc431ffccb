"""What is kept of those who decide in the two weeks: trucks counted at the gate, files looked at, the report of the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demo.steps import Result, Script, Step
from app.cli.demo.story import DAYS, begin
from app.core.actors import SYSTEM, Actor
from app.declarations.models import Declaration
from app.edge.locale import zone_of
from app.flows import overseeing
from app.oversight.commands import CountTrucks
from app.oversight.operations import counting, looking
from app.registers.oversight import gate

POST = "TJPPJ"
#: So many days before the end one truck more was seen than left by the papers, and on another day nobody counted.
_MORE, _UNCOUNTED = 5, 7
#: One evening somebody opens files that are none of his.
_CURIOUS, _OPENED = 6, 34


class Watchers:
    """The script of the watch, from the first evening to the last Monday."""

    def __init__(self, people: Mapping[str, Actor], end: dt.datetime) -> None:
        self.people, self.end, self.begin = people, end, begin(end)
        self.zone = ZoneInfo(str(zone_of(POST)))

    def script(self) -> Script:
        """Every evening the gate is counted; the report is made on the Monday after the last whole week."""
        monday = self._monday()
        steps = [Step(monday, "week", self._week)]
        for before in range(DAYS, -1, -1):
            evening = self._local(self.end - dt.timedelta(days=before), 23, 58)
            steps.append(Step(evening, f"gate-{before}", self._count(before)))
            if before == _CURIOUS:
                steps.append(Step(evening - dt.timedelta(hours=4), "curious", self._look))
        for step in sorted(steps, key=lambda step: step.at):
            if step.at >= self.begin:
                yield step

    def _monday(self) -> dt.datetime:
        today = self.end.astimezone(self.zone)
        return self._local(today - dt.timedelta(days=today.weekday()), 0, 10)

    def _local(self, day: dt.datetime, hour: int, minute: int = 0) -> dt.datetime:
        on = day.astimezone(self.zone).date()
        return dt.datetime.combine(on, dt.time(hour, minute), self.zone).astimezone(dt.UTC)

    def _count(self, before: int) -> Callable[[Session], Result]:
        def act(session: Session) -> Result:
            if before == _UNCOUNTED:
                return {}
            today = (self.end - dt.timedelta(days=before)).astimezone(self.zone).date()
            day = gate.days(session, POST, today, str(self.zone), by=self.people["inspector"])[0]
            for way, trucks in (("out", day.recorded_out + (before == _MORE)), ("in", day.recorded_in)):
                command = CountTrucks(POST, today, way, "guard", trucks)
                counting.count_trucks(session, command, today, by=self.people["inspector"])
            return {}

        return act

    def _look(self, session: Session) -> Result:
        references = select(Declaration.reference).where(Declaration.post == POST, Declaration.mrn.is_not(None))
        for reference in session.execute(references.order_by(Declaration.reference).limit(_OPENED)).scalars():
            looking.looked(session, "declaration", reference, by=self.people["officer2"])
        return {}

    def _week(self, session: Session) -> Result:
        made = overseeing.make_due(session, by=SYSTEM)
        return {"reports": [str(report.id) for report in made]}
